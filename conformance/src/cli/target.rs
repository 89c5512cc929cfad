use std::ffi::OsString;
use std::iter::once;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Duration;

use clap::Args;
use pretoken_trigger::Policy;

use super::saving::plain_path;
use super::streams::Failure;
use crate::config::Config;
use crate::dictionary::{self, Gathered};
use crate::engine::Probe;
use crate::report::clean;
use crate::saved::Trigger;
use crate::target::{Description, InProcess, SpecError, StartError, TargetOptions, TargetSpec, Targets};

/// The trigger that a command is about.
#[derive(Debug, Args)]
pub(super) struct Choice {
    /// A source file (`app.py`, `handler.ts:handler`), an executable that speaks the Lambda Runtime API, or an `http://`
    /// address that takes Lambda invocations
    #[arg(value_name = "TARGET", conflicts_with = "command")]
    target: Option<OsString>,
    /// Any other command that speaks the Lambda Runtime API
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    /// How long the trigger may take for an event, such as `500ms`; Cognito itself waits for 5 seconds [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = time)]
    timeout: Option<Duration>,
    /// The Python to run a Python file with, or its virtual environment [default: the active or nearest one]
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
    /// The Node to run a JavaScript or TypeScript file with [default: the one on the PATH]
    #[arg(long, value_name = "PATH")]
    node: Option<PathBuf>,
}

impl Choice {
    /// Opens the trigger that is named, or else the one of the configuration, or else the bundled reference trigger.
    pub(super) fn open(&self, config: &Config) -> Result<Box<dyn Targets>, Failure> {
        match self.spec(config)? {
            None => Ok(bundled()),
            Some(spec) => spec.open(&self.options(config)).map_err(|error| not_started(&error)),
        }
    }

    /// The trigger that is named, or else the one of the configuration.
    pub(super) fn spec(&self, config: &Config) -> Result<Option<TargetSpec>, Failure> {
        let spec = match &self.target {
            Some(target) => TargetSpec::parse(&[target]),
            None => TargetSpec::command(&self.command),
        };
        match spec {
            Err(SpecError::Nothing) => Ok(config.target()?),
            Err(error) => Err(Failure::Usage(error.to_string())),
            Ok(spec) => Ok(Some(spec)),
        }
    }

    /// The trigger that is named, or else the bundled one, in a report's words.
    pub(super) fn description(&self, config: &Config) -> Description {
        match self.spec(config) {
            Ok(Some(spec)) => spec.description(),
            Ok(None) | Err(_) => bundled().description(),
        }
    }

    /// The trigger that is named, or else the bundled one, as saved counterexamples name it.
    pub(super) fn trigger(&self, config: &Config) -> Trigger {
        let Description { kind, display, .. } = self.description(config);
        match self.spec(config) {
            Ok(Some(TargetSpec::Command(program, arguments))) => {
                if !self.is_named() && config.folder().is_some() {
                    // It starts in the folder of its configuration, which a replay does not know.
                    return Trigger::new(kind, &display, None);
                }
                let words = once(OsString::from("--")).chain(once(program)).chain(arguments);
                Trigger::new(kind, &display, words.map(|word| word.into_string().ok()).collect())
            }
            Ok(Some(_)) => {
                let word = plain_path(&display);
                // What is no text on the command line is shown with other characters than it has.
                let is_text = self.target.as_ref().is_none_or(|target| target.to_str().is_some());
                let words = is_text.then(|| vec![word.clone()]);
                Trigger::new(kind, &word, words)
            }
            Ok(None) | Err(_) => Trigger::new(kind, &display, Some(Vec::new())),
        }
    }

    /// Whether one is named.
    pub(super) const fn is_named(&self) -> bool {
        self.target.is_some() || !self.command.is_empty()
    }

    /// The words of its source, as far as it has one that can be read.
    pub(super) fn words(&self, config: &Config) -> Gathered {
        let spec = self.spec(config).ok().flatten();
        spec.map_or_else(Gathered::default, |spec| dictionary::of_target(&spec))
    }

    /// How it is started, and how long it may take.
    pub(super) fn options(&self, config: &Config) -> TargetOptions {
        let default = TargetOptions::default();
        TargetOptions {
            timeout: self.timeout.or(config.timeout).unwrap_or(default.timeout),
            folder: self.command.is_empty().then(|| config.folder().map(Path::to_owned)).flatten(),
            python: self.python.clone(),
            node: self.node.clone(),
            ..default
        }
    }
}

/// How many copies of a trigger work side by side when nobody says: at most one for each processor, and of a process only
/// as many as are worth their start. For a thousand quick events there is one.
pub(super) fn jobs(targets: &dyn Targets, cases: u64, probes: &[Probe]) -> usize {
    let processors = available_parallelism().map_or(1, NonZeroUsize::get);
    if targets.description().kind == "http" {
        // The Runtime Interface Emulator takes one invocation at a time.
        return 1;
    }
    let Some(start) = probes.iter().filter_map(|probe| probe.cold_start).max() else { return processors };
    let warm = probes.iter().filter(|probe| probe.cold_start.is_none());
    let (count, took) = warm.fold((0, Duration::ZERO), |(count, took), probe| (count + 1, took + probe.took));
    let work = took.as_nanos().checked_div(count).unwrap_or(0).saturating_mul(u128::from(cases));
    let worth = work / (start * STARTS).as_nanos().max(1);
    usize::try_from(worth).map_or(processors, |worth| processors.min(1 + worth))
}

/// A further copy has to have work for so many times the time of its start. Measured on two processors: with work for
/// three, one and two copies of a Python or Node trigger take the same time.
const STARTS: u32 = 5;

/// Why there is no verdict. The trigger's own last words come with the reason: they usually say what is wrong.
pub(super) fn not_started(error: &StartError) -> Failure {
    let mut text = format!("the trigger could not be started: {}", clean(&error.reason));
    for line in printed_lines(&error.output) {
        text.push_str("\n  ");
        text.push_str(&line);
    }
    Failure::NoVerdict(text)
}

/// The last lines that a trigger printed, made safe and short enough to show.
pub(super) fn printed_lines(output: &[String]) -> impl Iterator<Item = String> {
    let first = output.len().saturating_sub(PRINTED);
    output.iter().skip(first).map(|line| {
        let line = clean(&anstream::adapter::strip_str(line).to_string());
        if line.chars().count() > LONGEST { line.chars().take(LONGEST).chain(['…']).collect() } else { line }
    })
}

const PRINTED: usize = 12;
const LONGEST: usize = 160;

pub(super) fn bundled() -> Box<dyn Targets> {
    let policy = Policy::bundled();
    let handler = move |event| pretoken_trigger::handle(event, &policy);
    Box::new(InProcess::new("the bundled reference trigger", handler))
}

/// Reads a time limit; one of nothing would fail every trigger.
fn time(words: &str) -> Result<Duration, String> {
    match humantime::parse_duration(words) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err(format!("`{words}` is no time limit; use a number with its unit, such as `5s`, `500ms` or `2m`")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::situation::{EventVersion, TriggerSource};
    use crate::target::Outcome;

    #[test]
    fn a_time_limit_has_a_unit() {
        for (words, milliseconds) in [("5s", 5_000), ("500ms", 500), ("2m", 120_000), ("1m 30s", 90_000)] {
            assert_eq!(time(words), Ok(Duration::from_millis(milliseconds)), "{words}");
        }
        for words in ["5", "s", "", "-5s", "0s", "5 parsecs", "99999999999999999999s"] {
            assert!(time(words).unwrap_err().contains("such as `5s`"), "{words}");
        }
    }

    #[test]
    fn an_address_gets_one_event_at_a_time() {
        let open = |words: &[&str]| TargetSpec::parse(words).unwrap().open(&TargetOptions::default()).unwrap();
        assert_eq!(jobs(&*open(&["http://127.0.0.1:9"]), 1_000_000, &[]), 1);
        assert_eq!(jobs(&*bundled(), 1, &[]), available_parallelism().unwrap().get());
    }

    #[test]
    fn a_further_copy_has_to_be_worth_its_start() {
        let processors = available_parallelism().unwrap().get();
        let probe = |took, cold_start: Option<u64>| Probe {
            version: EventVersion::V1,
            source: TriggerSource::Authentication,
            event: Value::Null,
            outcome: Outcome::Answered(Value::Null),
            took: Duration::from_millis(took),
            cold_start: cold_start.map(Duration::from_millis),
            output: Vec::new(),
        };
        let probes = [probe(50, Some(200)), probe(1, None), probe(3, None)];
        // Two milliseconds for each event, and a second of work for each copy.
        for (cases, expected) in [(0, 1), (499, 1), (500, 2), (1_000, 3), (u64::MAX, usize::MAX)] {
            assert_eq!(jobs(&*bundled(), cases, &probes), processors.min(expected), "{cases}");
        }
    }
}
