use std::path::Path;
use std::time::Duration;

use super::client;
use crate::cli::options::told_in_words;
use crate::cli::target::printed_lines;
use crate::engine::{Probe, Told};
use crate::report::{Page, clean, counted, first_difference, look, milliseconds, painted};
use crate::situation::{EventVersion, TriggerSource};
use crate::target::{Outcome, Source, StartError, TargetOptions, TargetSpec};

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    mark: Mark,
    name: &'static str,
    words: String,
    /// Lines of the trigger's own.
    lines: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// As it should be.
    Good,
    /// To be mended.
    Bad,
    /// Neither.
    Plain,
}

/// The column in which the words begin.
const WORDS: usize = 15;

impl Step {
    fn new(mark: Mark, name: &'static str, words: impl Into<String>) -> Self {
        Self { mark, name, words: words.into(), lines: Vec::new() }
    }

    pub(super) fn write(&self, page: &mut Page) {
        let (style, mark) = match self.mark {
            Mark::Good => (look::GOOD, "✓"),
            Mark::Bad => (look::BAD, "✗"),
            Mark::Plain => (look::QUIET, "–"),
        };
        let first = format!("  {} {:width$}", painted(style, mark), self.name, width = WORDS - 4);
        page.hanging(&first, WORDS, &clean(&self.words));
        for line in printed_lines(&self.lines) {
            page.line(format!("{}{line}", " ".repeat(WORDS)));
        }
    }
}

/// What the words on the command line name.
pub(super) fn found(spec: &TargetSpec) -> Step {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
    let words = match spec {
        TargetSpec::Python(Source { file, .. }) => format!("{}, a Python file", whole(file)),
        TargetSpec::Node(Source { file, .. }) => {
            let typed = file.extension().is_some_and(|extension| extension.to_string_lossy().ends_with("ts"));
            format!("{}, a {} file", whole(file), if typed { "TypeScript" } else { "JavaScript" })
        }
        TargetSpec::Executable(path) => format!("{}, an executable", whole(path)),
        TargetSpec::Http(address) => {
            format!("port {} of {}; events are posted to {}", address.port(), address.host(), address.path())
        }
        TargetSpec::Command(..) => format!("the command `{spec}`, started in this folder"),
    };
    Step::new(Mark::Good, "found", words)
}

/// What runs the file, and why that; nothing where the program is the trigger itself.
pub(super) fn program(spec: &TargetSpec, program: &Path, options: &TargetOptions) -> Option<Step> {
    let name = program.display();
    let (chosen, option) = match spec {
        TargetSpec::Python(_) => (options.python.is_some(), "--python"),
        TargetSpec::Node(_) => (options.node.is_some(), "--node"),
        TargetSpec::Executable(_) | TargetSpec::Http(_) | TargetSpec::Command(..) => return None,
    };
    let active = std::env::var_os("VIRTUAL_ENV").is_some_and(|environment| program.starts_with(environment));
    let why = if chosen {
        format!("chosen with `{option}`")
    } else if active {
        "of the active virtual environment".to_owned()
    } else if program.is_absolute() {
        "of the nearest virtual environment".to_owned()
    } else {
        format!("the one on the PATH; `{option}` chooses another")
    };
    Some(Step::new(Mark::Good, "program", format!("`{name}`, {why}")))
}

/// The handler that the loader found or was told.
pub(super) fn handler(handler: &str) -> Step {
    Step::new(Mark::Good, "handler", format!("`{handler}`"))
}

/// The Lambda client in the trigger's process.
pub(super) fn client(client: &str) -> Step {
    Step::new(Mark::Good, "client", client::words(client))
}

/// Why the trigger does not start, in its own last words too.
pub(super) fn not_started(error: &StartError) -> Step {
    Step { lines: error.output.clone(), ..Step::new(Mark::Bad, "started", error.reason.clone()) }
}

/// How long Cognito waits, the start of a process included (<https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html>).
const LIMIT: Duration = Duration::from_secs(5);

/// How long the start took.
pub(super) fn started(probes: &[Probe]) -> Step {
    let Some((start, first)) = probes.iter().find_map(|probe| Some((probe.cold_start?, probe.took))) else {
        return Step::new(Mark::Plain, "started", "by somebody else: the time that a cold start takes is not known");
    };
    let words = format!("in {}, and answered its first event after {} more", time(start), time(first));
    if start + first > LIMIT {
        return Step::new(Mark::Bad, "started", format!("{words}; Cognito waits for 5 s, the start included"));
    }
    Step::new(Mark::Good, "started", words)
}

/// What came back, for each event version.
pub(super) fn answers(probes: &[Probe], told: &Told) -> Vec<Step> {
    let of = |version: EventVersion| {
        let asked: Vec<_> = probes.iter().filter(|probe| probe.version == version).collect();
        let sources = TriggerSource::ALL.iter().filter(|source| asked.iter().any(|probe| probe.source == **source));
        let failed: Vec<_> = asked.iter().filter(|probe| !matches!(probe.outcome, Outcome::Answered(_))).collect();
        let mut words = format!(
            "{} of {} from {} answered",
            asked.len() - failed.len(),
            counted(asked.len() as u64, "documented event", "documented events"),
            counted(sources.count() as u64, "trigger source", "trigger sources"),
        );
        if let Some(first) = failed.first() {
            words.push_str(&format!("; first of the others, {}: {}", first.source.as_str(), ended(&first.outcome)));
        }
        let mark = match () {
            () if asked.is_empty() || !told.versions.contains(&version) => Mark::Plain,
            () if failed.is_empty() => Mark::Good,
            () => Mark::Bad,
        };
        let name = match version {
            EventVersion::V1 => "version 1",
            EventVersion::V2 => "version 2",
            EventVersion::V3 => "version 3",
        };
        Step::new(mark, name, words)
    };
    EventVersion::ALL.into_iter().map(of).collect()
}

/// Which event versions the trigger is for.
pub(super) fn told(told: &Told) -> Step {
    Step::new(Mark::Good, "for", told_in_words(told))
}

/// Whether the same event was answered in the same way.
pub(super) fn repeated(first: &Probe, again: &Outcome) -> Step {
    match (&first.outcome, again) {
        (before, after) if before == after => {
            let what = if matches!(after, Outcome::Answered(_)) { "was answered alike" } else { "failed alike" };
            Step::new(Mark::Good, "repeat", format!("the same event {what} when it was sent once more"))
        }
        (Outcome::Answered(before), Outcome::Answered(after)) => {
            let place = first_difference(before, after).unwrap_or_default();
            let words = format!(
                "the same event was answered differently at `{place}` when it was sent once more; Cognito may call \
                 a trigger up to three times for one sign-in"
            );
            Step::new(Mark::Bad, "repeat", words)
        }
        (before, after) => {
            let words = format!("the same event, sent twice: first {}, then {}", ended(before), ended(after));
            Step::new(Mark::Bad, "repeat", words)
        }
    }
}

/// The median of the warm events that were answered.
pub(super) fn latency(probes: &[Probe]) -> Option<Step> {
    let warm = probes.iter().filter(|probe| probe.cold_start.is_none());
    let mut answered: Vec<_> =
        warm.filter(|probe| matches!(probe.outcome, Outcome::Answered(_))).map(|probe| probe.took).collect();
    answered.sort_unstable();
    let (median, longest) = (answered.get(answered.len() / 2)?, answered.last()?);
    let events = counted(answered.len() as u64, "event", "events");
    Some(Step::new(
        Mark::Good,
        "latency",
        format!("{events}: half within {}, longest {}", time(*median), time(*longest)),
    ))
}

/// The last lines that the trigger printed.
pub(super) fn printed(probes: &[Probe]) -> Step {
    let all: Vec<_> = probes.iter().flat_map(|probe| &probe.output).collect();
    if all.is_empty() {
        return Step::new(Mark::Plain, "printed", "nothing");
    }
    Step { lines: all.into_iter().cloned().collect(), ..Step::new(Mark::Plain, "printed", "at last:") }
}

/// An outcome in words that follow what it is the outcome of.
fn ended(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered(_) => "an answer".to_owned(),
        Outcome::Errored(error) => format!("the error `{}`: {}", error.error_type, error.message),
        Outcome::Crashed(words) => format!("a crash: {words}"),
        Outcome::TimedOut { after } => format!("no answer within {}", time(*after)),
        Outcome::NotJson(bytes) => {
            let start: String = String::from_utf8_lossy(bytes).chars().take(60).collect();
            format!("an answer that is not JSON: {start}")
        }
        Outcome::Protocol(words) => words.clone(),
    }
}

fn time(time: Duration) -> String {
    milliseconds(time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::target::TriggerError;

    fn probe(outcome: Outcome, cold_start: Option<u64>) -> Probe {
        Probe {
            version: EventVersion::V1,
            source: TriggerSource::Authentication,
            event: Value::Null,
            outcome,
            took: Duration::from_millis(200),
            cold_start: cold_start.map(Duration::from_millis),
            output: Vec::new(),
        }
    }

    fn answered(cold_start: Option<u64>) -> Probe {
        probe(Outcome::Answered(Value::Null), cold_start)
    }

    fn failed(message: &str) -> Outcome {
        let (error_type, message) = ("KeyError".to_owned(), message.to_owned());
        Outcome::Errored(TriggerError { error_type, message, stack: Vec::new() })
    }

    #[test]
    fn a_start_that_cognito_would_not_wait_for_is_to_be_mended() {
        assert_eq!(started(&[answered(Some(4_700))]).mark, Mark::Good);
        let slow = started(&[answered(Some(4_900))]);
        assert_eq!(slow.mark, Mark::Bad);
        assert!(slow.words.contains("Cognito waits for 5 s, the start included"), "{}", slow.words);
    }

    #[test]
    fn what_somebody_else_started_has_no_cold_start() {
        assert_eq!(started(&[answered(None)]).mark, Mark::Plain);
    }

    #[test]
    fn the_same_failure_twice_is_the_same() {
        let first = probe(failed("'email'"), None);
        assert_eq!(repeated(&first, &failed("'email'")).mark, Mark::Good);
        let other = repeated(&first, &Outcome::Answered(json!({})));
        assert_eq!(other.mark, Mark::Bad);
        assert!(other.words.ends_with("first the error `KeyError`: 'email', then an answer"), "{}", other.words);
    }

    #[test]
    fn a_version_that_the_trigger_is_not_for_is_neither_good_nor_bad() {
        let told = |versions: &[EventVersion]| Told { versions: versions.to_vec(), why: String::new() };
        let probes = [answered(None), probe(failed("'email'"), None)];
        let marks = |told: &Told| answers(&probes, told).iter().map(|step| step.mark).collect::<Vec<_>>();
        assert_eq!(marks(&told(&[EventVersion::V1])), [Mark::Bad, Mark::Plain, Mark::Plain]);
        assert_eq!(marks(&told(&[EventVersion::V2])), [Mark::Plain; 3]);
    }

    #[test]
    fn latency_is_that_of_warm_answers() {
        assert_eq!(latency(&[answered(Some(1)), probe(failed(""), None)]), None);
        let step = latency(&[answered(Some(1)), answered(None)]).unwrap();
        assert_eq!(step.words, "1 event: half within 200 ms, longest 200 ms");
    }
}
