use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use super::Check;
use super::check::plain;
use crate::report::{Report, Verdict};
use crate::rules::{self, Rule};
use crate::target::Handler;

/// A test program in which each rule is a test of its own, so that nextest filters and JUnit reports know the rules.
///
/// It goes into a test target with `harness = false`:
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     pretoken::harness(pretoken::Check::new(), |event: serde_json::Value| event)
/// }
/// ```
///
/// The trigger is run once for all of the rules that are asked for. A rule that was never exercised is shown as ignored.
pub fn harness<H, M>(check: Check, handler: H) -> ExitCode
where
    H: Handler<M> + 'static,
    M: 'static,
{
    let arguments = Arguments::from_args();
    let shared = Arc::new(Shared { report: OnceLock::new(), judge: Box::new(judge(check, handler)) });
    let of_rules = rules::ALL.iter().map(|rule| {
        let shared = Arc::clone(&shared);
        Trial::ignorable_test(format!("{}::{}", rule.family.label(), rule.id), move || trial(rule, shared.report()?))
    });
    let whole = Arc::clone(&shared);
    let verdict = Trial::test("the-trigger-can-be-judged", move || judged(whole.report()?));
    libtest_mimic::run(&arguments, of_rules.chain([verdict]).collect()).exit_code()
}

struct Shared {
    report: OnceLock<Result<Report, String>>,
    judge: Box<dyn Fn() -> Result<Report, String> + Send + Sync>,
}

impl Shared {
    fn report(&self) -> Result<&Report, Failed> {
        self.report.get_or_init(&self.judge).as_ref().map_err(|error| Failed::from(error.clone()))
    }
}

fn judge<H, M>(check: Check, handler: H) -> impl Fn() -> Result<Report, String> + Send + Sync
where
    H: Handler<M> + 'static,
    M: 'static,
{
    let handler = Arc::new(handler);
    move || check.clone().report_shared(&handler).map_err(|error| error.to_string())
}

fn trial(rule: &Rule, report: &Report) -> Result<Completion, Failed> {
    let Some(line) = report.rules.iter().find(|line| line.rule.id == rule.id) else {
        return Ok(Completion::ignored_with("not asked for"));
    };
    let denied = report.findings.iter().any(|finding| finding.rule.id == rule.id && finding.is_denied(report.denied));
    if denied {
        let mut alone = report.clone();
        alone.findings.retain(|finding| finding.rule.id == rule.id);
        return Err(Failed::from(plain(&alone)));
    }
    Ok(if line.exercised == 0 { Completion::ignored_with("not exercised") } else { Completion::Completed })
}

/// Findings belong to their rules' tests; this one fails where there can be no verdict at all.
fn judged(report: &Report) -> Result<(), Failed> {
    if report.verdict == Verdict::NoVerdict { Err(Failed::from(plain(report))) } else { Ok(()) }
}
