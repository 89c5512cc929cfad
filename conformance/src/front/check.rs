use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::dictionary::Gathered;
use crate::engine::{self, Plan, Ready, Seed, Selection, answered};
use crate::report::{self, Report, Verdict};
use crate::rules::Level;
use crate::situation::EventVersion;
use crate::target::{Handler, InProcess};

/// Checks a trigger with the plan that `pretoken check` has by default.
///
/// The handler is any synchronous or asynchronous function from event to answer (see [`Handler`]).
///
/// # Panics
///
/// With the report, if there is a finding of level error or no verdict.
///
/// ```
/// use serde_json::{Value, json};
///
/// async fn handler(mut event: Value) -> Result<Value, String> {
///     let container = match event["version"].as_str() {
///         Some("1") => "claimsOverrideDetails",
///         _ => return Ok(event),
///     };
///     event["response"] = json!({ container: {"claimsToAddOrOverride": {"tenant": "acme"}} });
///     Ok(event)
/// }
///
/// pretoken::check(handler);
/// ```
#[track_caller]
pub fn check<H: Handler<M>, M>(handler: H) {
    Check::new().run(handler);
}

/// A check that differs from the default.
///
/// ```should_panic
/// use pretoken::Check;
/// use pretoken::rules::Level;
/// use pretoken::situation::EventVersion;
/// use serde_json::{Value, json};
///
/// Check::new().versions([EventVersion::V2]).cases(200).deny(Level::Warning).run(|mut event: Value| {
///     // Takes every group away: `groupOverrideDetails` replaces what the event had.
///     event["response"] = json!({"claimsAndScopeOverrideDetails": {"groupOverrideDetails": {}}});
///     event
/// });
/// ```
#[derive(Clone, Debug)]
#[must_use = "a check does nothing until `run` is called"]
pub struct Check {
    plan: Plan,
    only: Vec<String>,
    allow: Vec<String>,
    denied: Level,
    no_dictionary: bool,
}

impl Default for Check {
    fn default() -> Self {
        Self { plan: Plan::default(), only: Vec::new(), allow: Vec::new(), denied: Level::Error, no_dictionary: false }
    }
}

impl Check {
    /// The default: all event versions, 1,000 random cases, every rule, findings of level error denied.
    pub fn new() -> Self {
        Self::default()
    }

    /// The event versions that the trigger is for.
    pub fn versions(mut self, versions: impl IntoIterator<Item = EventVersion>) -> Self {
        self.plan.versions = versions.into_iter().collect();
        self
    }

    /// How many random cases there are.
    pub const fn cases(mut self, cases: u64) -> Self {
        self.plan.cases = cases;
        self
    }

    /// What the random cases are drawn from.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.plan.seed = Seed(seed);
        self
    }

    /// The lowest level that fails the check.
    pub const fn deny(mut self, level: Level) -> Self {
        self.denied = level;
        self
    }

    /// Judges by this rule alone, and by others that are named so.
    pub fn only(mut self, rule: impl Into<String>) -> Self {
        self.only.push(rule.into());
        self
    }

    /// Leaves a rule out.
    pub fn allow(mut self, rule: impl Into<String>) -> Self {
        self.allow.push(rule.into());
        self
    }

    /// Makes the random cases of general words alone. By default they try words of the trigger's first answers too.
    pub const fn no_dictionary(mut self) -> Self {
        self.no_dictionary = true;
        self
    }

    /// Runs the check.
    ///
    /// # Panics
    ///
    /// With the report, if there is a finding at or above the denied level or no verdict; with the rule's name, if
    /// `only` or `allow` named none.
    #[track_caller]
    #[expect(clippy::panic, reason = "a failing check in a test is a panic")]
    pub fn run<H: Handler<M>, M>(self, handler: H) {
        match self.report(handler) {
            Ok(report) if report.verdict == Verdict::Conforms => {}
            Ok(report) => panic!("\n{}", plain(&report)),
            Err(error) => panic!("{error}"),
        }
    }

    /// Runs the check and gives back what it found, whatever that is.
    ///
    /// # Errors
    ///
    /// `only` or `allow` names no rule, or the handler's executor cannot be started.
    ///
    /// ```
    /// use pretoken::Check;
    /// let report = Check::new().cases(50).report(|event: serde_json::Value| event).unwrap();
    /// assert!(report.findings.is_empty());
    /// ```
    pub fn report<H: Handler<M>, M>(self, handler: H) -> Result<Report, Box<dyn Error>> {
        self.report_shared(&Arc::new(handler))
    }

    pub(super) fn report_shared<H: Handler<M>, M>(mut self, handler: &Arc<H>) -> Result<Report, Box<dyn Error>> {
        self.plan.rules = Selection::new(&self.only, &self.allow)?;
        let targets = InProcess::shared(std::any::type_name::<H>(), Arc::clone(handler));
        let stop = AtomicBool::new(false);
        let mut ready = Ready::start(&targets)?;
        let mut words = Gathered::default();
        if !self.no_dictionary {
            words.answered(answered(&ready.probe_under(&self.plan.versions, &stop)));
            self.plan.dictionary = Arc::new(words.dictionary.clone());
        }
        let run = engine::run(&self.plan, &ready, &|_| (), &stop)?;
        let mut report = Report::new(&run, self.denied);
        if !self.no_dictionary {
            report.made_of(&words);
        }
        Ok(report)
    }
}

/// The report as people read it, without colours: test runners keep what they are given.
pub(super) fn plain(report: &Report) -> String {
    anstream::adapter::strip_str(&report::human(report, WIDTH)).to_string()
}

/// The columns of a report in a test's output.
const WIDTH: usize = 100;
