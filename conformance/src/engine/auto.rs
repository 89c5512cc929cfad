use std::time::Duration;

use serde_json::Value;

use crate::rules::says_nothing;
use crate::situation::{EventVersion, TriggerSource};
use crate::target::Outcome;

/// Tells which event versions a trigger is for, from what it did with the documented events.
///
/// It is for a version if it fills the container of that version: nobody writes code for a container that is never
/// read. A V2 trigger also answers the users of V3, whose events are the same, so V3 needs a sign of its own: machines
/// are answered, and are not given what only users have. Where nothing is filled, or nothing can be told, it is for all.
///
/// ```
/// use pretoken::engine::versions;
/// assert_eq!(versions(&[]).versions.len(), 3);
/// ```
pub fn versions(probes: &[Probe]) -> Told {
    let conducts = EventVersion::ALL.map(|version| (version, Conduct::of(version, probes)));
    let machines = Machines::of(probes);
    let mut why = clauses(&conducts);
    let mut versions: Vec<_> =
        conducts.iter().filter(|(_, conduct)| *conduct == Conduct::Own).map(|(version, _)| *version).collect();
    if versions.is_empty() {
        let why = if why.is_empty() { "nothing came back".to_owned() } else { why.join("; ") };
        return Told { versions: EventVersion::ALL.to_vec(), why: format!("{why}, so all are taken") };
    }
    if versions == [EventVersion::V3] || versions.contains(&EventVersion::V2) {
        why.extend(machines.words().map(|words| format!("machines, whose events are of version 3, {words}")));
    }
    if versions.contains(&EventVersion::V2) && machines != Machines::Served {
        versions.retain(|version| *version != EventVersion::V3);
    }
    Told { versions, why: why.join("; ") }
}

/// The event versions that a trigger is for, and how that was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The versions, in order; never none.
    pub versions: Vec<EventVersion>,
    /// What was seen.
    pub why: String,
}

impl Told {
    /// The whole in a sentence, for the report.
    pub fn note(&self) -> String {
        let words: Vec<_> = self.versions.iter().map(|version| version.as_str()).collect();
        let noun = if words.len() == 1 { "event version" } else { "event versions" };
        let more = if self.versions == EventVersion::ALL {
            "`--event-version` chooses some of them"
        } else {
            "`--event-version 1,2,3` checks all"
        };
        format!("{noun} {}, told from the answers: {}; {more}", words.join(","), self.why)
    }
}

/// A documented event, and what the trigger did with it.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The event version.
    pub version: EventVersion,
    /// The trigger source.
    pub source: TriggerSource,
    /// The event.
    pub event: Value,
    /// What came back.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
    /// How long the start took, if this was the first event of a fresh process.
    pub cold_start: Option<Duration>,
    /// The last lines that the trigger printed meanwhile.
    pub output: Vec<String>,
}

/// What a trigger does with the events of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Conduct {
    /// It fills the version's own container.
    Own,
    /// It fills the other container alone.
    Other,
    /// It answers, and asks for nothing.
    Nothing,
    /// It fails every time: how, for the first time.
    Failed(String),
    /// It was not asked.
    Unknown,
}

impl Conduct {
    fn of(version: EventVersion, probes: &[Probe]) -> Self {
        let mut asked = probes.iter().filter(|probe| probe.version == version).peekable();
        let Some(first) = asked.peek().map(|probe| how(&probe.outcome)) else { return Self::Unknown };
        let answers: Vec<_> = asked.filter_map(answer).collect();
        let fills = |container: &str| answers.iter().any(|answer| details(answer, container).is_some());
        if fills(version.container()) {
            Self::Own
        } else if fills(version.other_container()) {
            Self::Other
        } else if answers.is_empty() {
            Self::Failed(first)
        } else {
            Self::Nothing
        }
    }

    /// In words that follow `version 1 is`.
    fn words(&self, version: EventVersion) -> Option<String> {
        match self {
            Self::Own => Some(format!("answered in `{}`", version.container())),
            Self::Other => Some(format!("answered in `{}`, which is not read there", version.other_container())),
            Self::Nothing => Some("answered without asking for anything".to_owned()),
            Self::Failed(how) => Some(format!("met with {how}")),
            Self::Unknown => None,
        }
    }
}

/// What was seen, in one clause for all versions that are treated alike.
fn clauses(conducts: &[(EventVersion, Conduct)]) -> Vec<String> {
    let mut alike: Vec<(String, Vec<&str>)> = Vec::new();
    for (version, conduct) in conducts {
        let Some(words) = conduct.words(*version) else { continue };
        match alike.iter_mut().find(|(other, _)| *other == words) {
            Some((_, versions)) => versions.push(version.as_str()),
            None => alike.push((words, vec![version.as_str()])),
        }
    }
    let clause = |(words, versions): (String, Vec<&str>)| match versions.as_slice() {
        [one] => format!("version {one} is {words}"),
        [one, other] => format!("versions {one} and {other} are {words}"),
        _ => format!("every version is {words}"),
    };
    alike.into_iter().map(clause).collect()
}

/// What a trigger does with the events of machines.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Machines {
    /// It answers them, and gives them nothing that only users have. Or it was not asked.
    Served,
    /// It gives them what only users have: what.
    TakenForUsers(&'static str),
    /// It fails: how.
    Failed(String),
}

impl Machines {
    fn of(probes: &[Probe]) -> Self {
        for probe in probes.iter().filter(|probe| probe.source == TriggerSource::ClientCredentials) {
            let Some(answer) = answer(probe) else { return Self::Failed(how(&probe.outcome)) };
            let Some(details) = details(answer, probe.version.container()) else { continue };
            for (part, words) in [("idTokenGeneration", "claims of an ID token"), ("groupOverrideDetails", "groups")] {
                if details.get(part).is_some_and(|part| !says_nothing(part)) {
                    return Self::TakenForUsers(words);
                }
            }
        }
        Self::Served
    }

    fn words(&self) -> Option<String> {
        match self {
            Self::Served => None,
            Self::TakenForUsers(what) => Some(format!("are given {what}, which they do not have")),
            Self::Failed(how) => Some(format!("are met with {how}")),
        }
    }
}

const fn answer(probe: &Probe) -> Option<&Value> {
    match &probe.outcome {
        Outcome::Answered(answer) => Some(answer),
        _ => None,
    }
}

/// A container of the answer, if it says anything.
fn details<'a>(answer: &'a Value, container: &str) -> Option<&'a Value> {
    answer.get("response")?.get(container).filter(|details| !says_nothing(details))
}

/// An outcome that is no answer, in words that follow `is met with`.
fn how(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered(_) => "an answer".to_owned(),
        Outcome::Errored(error) if error.error_type.is_empty() => "an error".to_owned(),
        Outcome::Errored(error) => format!("the error `{}`", error.error_type),
        Outcome::Crashed(_) => "a crash".to_owned(),
        Outcome::TimedOut { after } => format!("no answer within {after:?}"),
        Outcome::NotJson(_) => "an answer that is not JSON".to_owned(),
        Outcome::Protocol(_) => "a breach of the Lambda Runtime API".to_owned(),
    }
}
