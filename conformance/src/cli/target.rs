use std::ffi::OsString;
use std::time::Duration;

use clap::Args;
use pretoken_trigger::Policy;

use super::streams::Failure;
use crate::report::{clean, log_lines};
use crate::target::{Description, InProcess, StartError, TargetOptions, TargetSpec, Targets};

/// The trigger under test.
#[derive(Clone, Debug, Args)]
pub(super) struct TargetArguments {
    /// The trigger: a source file and its handler (`app.py`, `index.mjs:handler`), an executable that speaks the Lambda
    /// Runtime API (`./bootstrap`), or an address that takes Lambda invocations (`http://127.0.0.1:9000`)
    #[arg(value_name = "TARGET", conflicts_with = "command")]
    target: Option<OsString>,
    /// A command that speaks the Lambda Runtime API, after `--`
    #[arg(value_name = "COMMAND", last = true)]
    command: Vec<OsString>,
    /// How long the trigger may take for an event; Cognito waits for 5 seconds
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = time)]
    timeout: Duration,
}

impl TargetArguments {
    /// What is named; `None` for the bundled reference trigger.
    pub(super) fn spec(&self) -> Result<Option<TargetSpec>, Failure> {
        let spec = match &self.target {
            Some(target) => TargetSpec::parse(&[target]),
            None if self.command.is_empty() => return Ok(None),
            None => TargetSpec::command(&self.command),
        };
        spec.map(Some).map_err(|error| Failure::Usage(error.to_string()))
    }

    /// Opens what is named.
    pub(super) fn open(&self, spec: Option<&TargetSpec>) -> Result<Box<dyn Targets>, StartError> {
        match spec {
            Some(spec) => spec.open(&TargetOptions { timeout: self.timeout, ..TargetOptions::default() }),
            None => Ok(bundled()),
        }
    }
}

/// What is named, for a report.
pub(super) fn described(spec: Option<&TargetSpec>) -> Description {
    spec.map_or_else(|| bundled().description(), |spec| Description { kind: spec.kind(), display: spec.to_string() })
}

fn bundled() -> Box<dyn Targets> {
    let policy = Policy::bundled();
    let handler = move |event| pretoken_trigger::handle(event, &policy);
    Box::new(InProcess::new("the bundled reference trigger", handler))
}

/// Why there is no verdict. The trigger's own last words come with the reason: they usually say what is wrong.
pub(super) fn not_started(error: &StartError) -> String {
    let mut text = format!("the trigger could not be started: {}", clean(&error.to_string()));
    for line in log_lines(&error.output) {
        text.push_str("\n  ");
        text.push_str(&line);
    }
    text
}

/// Reads `5s`, `500ms` or `1.5s`.
fn time(words: &str) -> Result<Duration, String> {
    let (number, unit) = match words.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (words.strip_suffix('s').unwrap_or_default(), 1.0),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * unit).filter(|seconds| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{words}` is no time; write it as `5s` or `500ms`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_are_not_nothing() {
        assert_eq!(time("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(time("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(time("250ms"), Ok(Duration::from_millis(250)));
        for words in ["5", "", "s", "0s", "-1s", "NaNs", "infs", "1e99s", "5m"] {
            assert!(time(words).is_err(), "{words}");
        }
    }
}
