use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::config::ConfigFile;
use super::streams::{Failure, Streams};
use super::{Exit, interrupt, target};
use crate::config::Config;
use crate::engine::{self, Plan};
use crate::report::{Finding, Page, clean, counted, human_block, look, painted};
use crate::rules::Level;
use crate::saved::{Counterexample, Trigger};
use crate::target::{TargetSpec, Targets};

/// Run a saved counterexample again: send its event once more, and judge the answer
///
/// Without a target, the one that it was found with is called. Ends with 0 if the fault is gone, and with 1 if the answer
/// still has it or another error.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Replay {
    /// The file that `check` saved, such as `.pretoken/app.py/reserved-claim-set.unchangeable-claim.v2.json`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    target: target::Choice,
    #[command(flatten)]
    config: ConfigFile,
    /// How to write what came of it
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: ReplayFormat,
}

const EXAMPLES: &str = "\
Examples:
  pretoken replay .pretoken/app.py/reserved-claim-set.unchangeable-claim.v2.json
  pretoken replay reserved-claim-set.unchangeable-claim.v2.json other.py";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ReplayFormat {
    /// For people: the finding, then what came of it
    #[default]
    Human,
    /// One JSON document
    Json,
}

/// What a replay comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// The same rule is broken for the same reason.
    StillFails,
    /// That fault is gone, and there is another error.
    FailsOtherwise,
    /// That fault is gone, and there is no error.
    Fixed,
}

/// All that a replay found out, as its JSON has it.
#[derive(Debug, Serialize)]
struct Replayed<'a> {
    format_version: u32,
    pretoken: &'static str,
    result: Outcome,
    file: String,
    target: &'a Trigger,
    saved_for: &'a Trigger,
    rule: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    promise: Option<&'a str>,
    event_version: &'a str,
    findings: Vec<Finding>,
}

/// Rules that rest on time. What they say of one machine, another may not.
const TIMED: [&str; 2] = ["cold-start-over-limit", "over-time-limit"];

impl Replay {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let file = self.file.display().to_string();
        let saved = Counterexample::of_file(&self.file).map_err(|why| Failure::Usage(format!("`{file}` {why}")))?;
        let saved_for = &saved.document.target;
        let config = self.config.read()?;
        let named = if self.target.is_named() { self.target.trigger(&config) } else { saved_for.clone() };
        let made = |name: &String| config.expectations.promises.iter().any(|promise| *promise.name == **name);
        if let Some(name) = saved.document.promise.as_ref().filter(|name| !made(name)) {
            return Err(Failure::Usage(format!(
                "`{file}` is about the promise \"{name}\", which `{}` does not make; name the file that does with `--config`",
                config.name()
            )));
        }
        let targets = self.open(saved_for, &config)?;
        if !named.is(saved_for) {
            let (saved, named) = (clean(&saved_for.display), clean(&named.display));
            let _ = writeln!(streams.err(), "saved for `{saved}`, and replayed against `{named}`");
        }
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let plan = Plan {
            expectations: config.expectations.clone(),
            allowances: config.allowances.clone(),
            ..Plan::default()
        };
        let findings = findings(&saved, &name, &plan, &*targets)?;
        let result = Outcome::of(&saved, &findings);
        let replayed = Replayed {
            format_version: 1,
            pretoken: env!("CARGO_PKG_VERSION"),
            result,
            file,
            target: &named,
            saved_for,
            rule: saved.rule.id,
            reason: saved.reason,
            promise: saved.document.promise.as_deref(),
            event_version: saved.version.as_str(),
            findings,
        };
        streams.write(&match self.format {
            ReplayFormat::Human => human(&saved, &replayed, streams.width),
            ReplayFormat::Json => {
                let json = serde_json::to_string_pretty(&replayed);
                json.map_err(|error| Failure::Output(error.into()))? + "\n"
            }
        })?;
        Ok(result.exit())
    }

    /// The trigger that is named, or else the one of the file.
    fn open(&self, saved_for: &Trigger, config: &Config) -> Result<Box<dyn Targets>, Failure> {
        if self.target.is_named() {
            return self.target.open(config);
        }
        let next = "name the trigger after the file";
        match saved_for.words.as_deref() {
            None => {
                Err(Failure::Usage(format!("the file does not tell how `{}` is started; {next}", saved_for.display)))
            }
            Some([]) if saved_for.kind == target::bundled().description().kind => Ok(target::bundled()),
            Some(words) => {
                let spec = TargetSpec::parse(words);
                let spec = spec.map_err(|error| {
                    Failure::Usage(format!("the file's trigger cannot be used: {error}, or {next}"))
                })?;
                spec.open(&self.target.options(config)).map_err(|error| target::not_started(&error))
            }
        }
    }
}

/// Sends the event to a fresh copy of the trigger; what the rules say, that of the file first.
fn findings(saved: &Counterexample, name: &str, plan: &Plan, targets: &dyn Targets) -> Result<Vec<Finding>, Failure> {
    let stop = interrupt::flag();
    let mut target = targets.start().map_err(|error| interrupt::or_failed(&stop, &error))?;
    let found = engine::rerun(&saved.case(name), plan, &mut *target);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let mut findings: Vec<_> = found.iter().map(|found| Finding::of(found, plan)).collect();
    findings.sort_by_key(|finding| (!is_own(saved, finding), std::cmp::Reverse(finding.level)));
    Ok(findings)
}

fn is_own(saved: &Counterexample, finding: &Finding) -> bool {
    finding.rule.id == saved.rule.id && finding.reason == saved.reason && finding.promise == saved.document.promise
}

impl Outcome {
    fn of(saved: &Counterexample, findings: &[Finding]) -> Self {
        if findings.iter().any(|finding| is_own(saved, finding)) {
            Self::StillFails
        } else if findings.iter().any(|finding| finding.level == Level::Error) {
            Self::FailsOtherwise
        } else {
            Self::Fixed
        }
    }

    const fn exit(self) -> Exit {
        match self {
            Self::StillFails | Self::FailsOtherwise => Exit::Violates,
            Self::Fixed => Exit::Success,
        }
    }
}

fn human(saved: &Counterexample, replayed: &Replayed<'_>, width: usize) -> String {
    let shown = |finding: &&Finding| match replayed.result {
        Outcome::StillFails => is_own(saved, finding),
        Outcome::FailsOtherwise => finding.level == Level::Error,
        Outcome::Fixed => false,
    };
    let (shown, others): (Vec<_>, Vec<_>) = replayed.findings.iter().partition(shown);
    let mut page = Page::new(width);
    for finding in &shown {
        page.line(human_block(finding, width));
    }
    let fault = format!("`{}` ({}) under event version {}", saved.rule.id, saved.reason, saved.version);
    let trigger = clean(&replayed.target.display);
    let (look, word, words) = match replayed.result {
        Outcome::StillFails => (look::BAD, "still fails", format!("`{trigger}` breaks {fault} with this event.")),
        Outcome::FailsOtherwise => (
            look::BAD,
            "fails otherwise",
            format!("`{trigger}` no longer breaks {fault} with this event, but see above."),
        ),
        Outcome::Fixed => (
            look::GOOD,
            "fixed",
            format!(
                "`{trigger}` no longer breaks {fault} with this event. Keep `{}` as a regression test, or delete it.",
                clean(&replayed.file)
            ),
        ),
    };
    page.prose("", &format!("{}: {words}", painted(look, word)));
    if !others.is_empty() {
        let count = counted(others.len() as u64, "other finding", "other findings");
        page.prose("", &format!("The same answer has {count}, which `pretoken check` shows."));
    }
    if TIMED.contains(&saved.rule.id) {
        page.prose("", "The rule rests on time: another machine, or this one another time, may tell otherwise.");
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn rules_that_rest_on_time_are_in_the_catalogue() {
        assert!(TIMED.iter().all(|id| rules::find(id).is_some()));
    }
}
