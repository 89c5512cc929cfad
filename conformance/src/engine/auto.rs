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
    let has = |version| versions.contains(&version);
    if has(EventVersion::V2)
        && has(EventVersion::V3)
        && let Some(words) = machines.words()
    {
        versions.retain(|version| *version != EventVersion::V3);
        why.push(format!("machines, whose events are of version 3, {words}, so that version is left out"));
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

/// The probes that were answered: event and answer.
pub fn answered(probes: &[Probe]) -> impl Iterator<Item = (&Value, &Value)> {
    probes.iter().filter_map(|probe| Some((&probe.event, answer(probe)?)))
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use serde_json::json;

    use super::*;
    use crate::engine::Ready;
    use crate::target::InProcess;

    type Trigger = fn(Value) -> Result<Value, String>;

    fn probes(trigger: Trigger) -> Vec<Probe> {
        let targets = InProcess::new("test", trigger);
        Ready::start(&targets).unwrap().probe(&AtomicBool::new(false))
    }

    fn told(trigger: Trigger) -> (String, String) {
        let Told { versions, why } = versions(&probes(trigger));
        (versions.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(","), why)
    }

    /// Fills V1's container.
    fn one(mut event: Value) -> Value {
        event["response"] = json!({"claimsOverrideDetails": {"claimsToSuppress": ["email"]}});
        event
    }

    /// Fills V2's container, for the access token only.
    fn two(mut event: Value) -> Value {
        let access = json!({"claimsToAddOrOverride": {"tenant": "acme"}});
        event["response"] = json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": access}});
        event
    }

    /// Fills V2's container for a user, as if machines had ID tokens.
    fn two_for_users(event: Value) -> Value {
        let mut event = two(event);
        event["response"]["claimsAndScopeOverrideDetails"]["idTokenGeneration"] =
            json!({"claimsToSuppress": ["email"]});
        event
    }

    fn is(event: &Value, version: &str) -> bool {
        event["version"] == version
    }

    fn is_machine(event: &Value) -> bool {
        event["triggerSource"] == "TokenGeneration_ClientCredentials"
    }

    #[test]
    fn a_trigger_is_for_the_versions_whose_container_it_fills() {
        let table: &[(&str, Trigger, &str)] = &[
            ("V1's, whatever the version", |event| Ok(one(event)), "1"),
            ("V1's for V1 only", |event| Ok(if is(&event, "1") { one(event) } else { event }), "1"),
            ("V1's for V1, else errors", |event| if is(&event, "1") { Ok(one(event)) } else { Err("?".into()) }, "1"),
            ("V2's, whatever the version", |event| Ok(two(event)), "2,3"),
            ("V2's for V2 only", |event| Ok(if is(&event, "2") { two(event) } else { event }), "2"),
            ("V2's for V3 only", |event| Ok(if is(&event, "3") { two(event) } else { event }), "3"),
            ("V2's, but errors for V1", |event| if is(&event, "1") { Err("?".into()) } else { Ok(two(event)) }, "2,3"),
            ("V2's, but errors for V3", |event| if is(&event, "3") { Err("?".into()) } else { Ok(two(event)) }, "2"),
            ("each its own", |event| Ok(if is(&event, "1") { one(event) } else { two(event) }), "1,2,3"),
            ("both at once", |event| Ok(both(event)), "1,2,3"),
            ("V1's for V1, V2's for V3", |event| Ok(three(event)), "1,3"),
        ];
        for (about, trigger, expected) in table {
            assert_eq!(told(*trigger).0, *expected, "{about}: {}", told(*trigger).1);
        }
    }

    fn both(event: Value) -> Value {
        let mut event = two(event);
        event["response"]["claimsOverrideDetails"] = json!({"claimsToSuppress": ["email"]});
        event
    }

    fn three(event: Value) -> Value {
        match event["version"].as_str() {
            Some("1") => one(event),
            Some("3") => two(event),
            _ => event,
        }
    }

    #[test]
    fn version_3_needs_a_trigger_that_serves_machines() {
        let table: &[(&str, Trigger, &str, &str)] = &[
            (
                "fails",
                |event| if is_machine(&event) { Err("?".into()) } else { Ok(two(event)) },
                "2",
                "met with the error",
            ),
            ("for users", |event| Ok(two_for_users(event)), "2", "are given claims of an ID token"),
            (
                "echo",
                |event| Ok(if is_machine(&event) { event } else { two_for_users(event) }),
                "2,3",
                "versions 2 and 3",
            ),
            ("access", |event| Ok(if is_machine(&event) { two(event) } else { two_for_users(event) }), "2,3", ""),
            (
                "machines only",
                |event| Ok(if is_machine(&event) { two(event) } else { event }),
                "3",
                "version 3 is answered",
            ),
            // Its own container says that it is for version 3, so what it does to machines is to be judged.
            (
                "V3 only",
                |event| Ok(if is(&event, "3") { two_for_users(event) } else { event }),
                "3",
                "version 3 is answered in",
            ),
        ];
        for (about, trigger, expected, words) in table {
            let (versions, why) = told(*trigger);
            assert_eq!(versions, *expected, "{about}: {why}");
            assert!(why.contains(words), "{about}: {why}");
        }
    }

    #[test]
    fn in_doubt_a_trigger_is_for_all_versions() {
        let table: &[(&str, Trigger, &str)] = &[
            ("echo", |event| Ok(event), "every version is answered without asking for anything, so all are taken"),
            ("says nothing", |event| Ok(nothing(event)), "every version is answered without asking for anything"),
            ("errors", |_| Err("no".into()), "every version is met with the error `alloc::string::String`, so all"),
            ("another answer", |_| Ok(Value::Null), "answered without asking for anything"),
            (
                "the wrong ones",
                |event| Ok(if is(&event, "1") { two(event) } else { one(event) }),
                "which is not read there",
            ),
        ];
        for (about, trigger, words) in table {
            let (versions, why) = told(*trigger);
            assert_eq!(versions, "1,2,3", "{about}: {why}");
            assert!(why.contains(words), "{about}: {why}");
        }
    }

    /// As types for all versions write an answer that has nothing to say.
    fn nothing(mut event: Value) -> Value {
        event["response"] = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": null}});
        event
    }

    #[test]
    fn what_was_seen_is_said_once_for_all_versions_that_are_treated_alike() {
        let (_, why) = told(|event| Ok(one(event)));
        let words = "version 1 is answered in `claimsOverrideDetails`; versions 2 and 3 are answered in \
                     `claimsOverrideDetails`, which is not read there";
        assert_eq!(why, words);
    }

    #[test]
    fn a_version_that_was_not_asked_is_not_spoken_of() {
        let mut probes = probes(|event| Ok(if is(&event, "1") { one(event) } else { two(event) }));
        probes.retain(|probe| probe.version == EventVersion::V1);
        let told = versions(&probes);
        assert_eq!(told.versions, [EventVersion::V1]);
        assert_eq!(told.why, "version 1 is answered in `claimsOverrideDetails`");
    }
}
