use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engine::{Finding, Seed};
use crate::event::{self, Unreadable};
use crate::report::{readable, told};
use crate::situation::{EventVersion, Flow, Principal, Scope, Session, Situation};
use crate::target::Outcome;

/// A counterexample as its file holds it; it satisfies `schemas/counterexample.json`.
///
/// ```
/// use pretoken::saved::Trigger;
/// let trigger = Trigger::new("python", "app.py", Some(vec!["app.py".to_owned()]));
/// assert_eq!(serde_json::to_value(&trigger).unwrap()["words"], serde_json::json!(["app.py"]));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The version of the format.
    pub format_version: u64,
    /// The version of pretoken that wrote it.
    pub pretoken: String,
    /// The rule's id.
    pub rule: String,
    /// The finding's level.
    pub level: String,
    /// Which of the rule's reasons.
    pub reason: String,
    /// The name of the promise that was broken, if the rule tells of promises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<String>,
    /// The event version that the user pool is configured for.
    pub event_version: String,
    /// The event's trigger source.
    pub trigger_source: String,
    /// The trigger that broke the rule.
    pub target: Trigger,
    /// How the case came about.
    pub found: Found,
    /// Whether nothing smaller was left to try; else the next check goes on making it smaller.
    #[serde(default)]
    pub shrunk: bool,
    /// The place in the answer; nothing when there is no answer.
    pub pointer: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What the event does not tell of the situation behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<KeptSituation>,
    /// Events that were sent earlier to the same process, where the fault needs them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Value>,
    /// The event.
    pub event: Value,
    /// What the trigger returned; nothing when that was no JSON, or too long to keep.
    pub answer: Option<Value>,
    /// The length of an answer that was too long to keep, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_bytes: Option<u64>,
    /// What came in place of an answer.
    pub error: Option<Failed>,
}

/// A trigger, and how to name it again on the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The way in which it is called.
    pub kind: String,
    /// Its name for people.
    pub display: String,
    /// The words that name it on the command line, none for the bundled trigger; nothing where they are no Unicode.
    #[serde(default)]
    pub words: Option<Vec<String>>,
}

/// How a case came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The seed of the run.
    pub seed: String,
    /// The phase.
    pub phase: String,
    /// The scenario, such as `random case 17`.
    pub scenario: String,
}

/// What an event does not tell of the situation behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSituation {
    /// The flow's name: several flows have the same trigger source.
    pub flow: String,
    /// The session.
    pub session: KeptSession,
    /// The scopes, which events of version 1 do not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The API that the access token is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The key of the user's remembered device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Times and id of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// The id; a text, because not every reader of JSON keeps 64 bits of a number.
    pub id: String,
    /// When the principal signed in, in seconds since 1970.
    pub authenticated_at: u64,
    /// When the tokens are issued, in seconds since 1970.
    pub issued_at: u64,
}

/// What came in place of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The runtime's `errorType`; for other outcomes their word, such as `timed_out`.
    #[serde(rename = "type")]
    pub error_type: String,
    /// Its text.
    pub message: String,
}

/// The version of the format that this pretoken writes, and the newest that it reads.
pub(super) const FORMAT_VERSION: u64 = 1;

/// A longer answer is not kept, in bytes: the files are for version control, and an answer can have megabytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A longer error text is cut, in characters.
const LONGEST_TEXT: usize = 2_000;

impl Document {
    /// The document of a finding.
    pub fn new(finding: &Finding, target: Trigger, seed: Seed) -> Self {
        let (answer, answer_bytes) = match &finding.outcome {
            Outcome::Answered(answer) => {
                let bytes = answer.to_string().len();
                if bytes > LONGEST_ANSWER {
                    (None, u64::try_from(bytes).ok())
                } else {
                    // In the file `null` and no answer are the same; that there is a pointer tells them apart.
                    (Some(readable(answer)).filter(|answer| !answer.is_null()), None)
                }
            }
            _ => (None, None),
        };
        let answered = matches!(finding.outcome, Outcome::Answered(_));
        Self {
            format_version: FORMAT_VERSION,
            pretoken: env!("CARGO_PKG_VERSION").to_owned(),
            rule: finding.rule.id.to_owned(),
            level: finding.level().label().to_owned(),
            reason: finding.violation.reason.to_owned(),
            promise: finding.violation.promise.as_deref().map(ToOwned::to_owned),
            event_version: finding.version.as_str().to_owned(),
            trigger_source: finding.situation.trigger_source().as_str().to_owned(),
            target,
            found: Found {
                seed: seed.to_string(),
                phase: finding.phase.label().to_owned(),
                scenario: finding.scenario.to_string(),
            },
            shrunk: finding.shrinking.finished,
            pointer: answered.then(|| finding.violation.pointer.clone()),
            message: cut(&finding.violation.message),
            situation: Some(KeptSituation::of(&finding.situation, finding.version)),
            before: finding.before.iter().map(|before| before.event.clone()).collect(),
            event: finding.event.clone(),
            answer,
            answer_bytes,
            error: told(&finding.outcome)
                .1
                .map(|failure| Failed { error_type: failure.error_type, message: cut(&failure.message) }),
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    ///
    /// None that is known: every member has a form in JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

impl Trigger {
    /// A trigger of this kind and name.
    pub fn new(kind: &str, display: &str, words: Option<Vec<String>>) -> Self {
        Self { kind: kind.to_owned(), display: display.to_owned(), words }
    }

    /// Whether both are the same trigger.
    pub fn is(&self, other: &Self) -> bool {
        self.kind == other.kind && self.display == other.display
    }
}

impl KeptSituation {
    /// What is kept of a situation beside its event.
    pub fn of(situation: &Situation, version: EventVersion) -> Self {
        let Session { id, authenticated_at, issued_at } = situation.session;
        let scopes = || situation.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
        Self {
            flow: situation.flow.name().to_owned(),
            session: KeptSession { id: id.to_string(), authenticated_at, issued_at },
            scopes: (version == EventVersion::V1).then(scopes),
            resource: situation.resource.as_deref().map(ToOwned::to_owned),
            device: situation.user().and_then(|user| user.device.as_deref()).map(ToOwned::to_owned),
        }
    }

    /// The situation of an event with what was kept beside it; `None` if a kept member has no meaning.
    ///
    /// # Errors
    ///
    /// Says which part of the event is missing or of the wrong type.
    pub fn restored(&self, event: &Value, version: EventVersion) -> Result<Option<Situation>, Unreadable> {
        let mut situation = event::read_under(event, version)?;
        let (Some(flow), Ok(id)) = (Flow::parse(&self.flow), self.session.id.parse()) else { return Ok(None) };
        if flow.trigger_source() != situation.trigger_source() {
            return Ok(None);
        }
        let KeptSession { authenticated_at, issued_at, .. } = self.session;
        situation.flow = flow;
        situation.session = Session { id, authenticated_at, issued_at };
        if let Some(scopes) = &self.scopes {
            situation.scopes = scopes.iter().cloned().map(Scope::from).collect();
        }
        situation.resource = self.resource.clone().map(Into::into);
        if let Principal::User(user) = &mut situation.principal {
            user.device = self.device.clone().map(Into::into);
        }
        Ok(Some(situation))
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() > LONGEST_TEXT {
        text.chars().take(LONGEST_TEXT).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pretoken_schemas::Schema;
    use serde_json::json;

    use super::*;
    use crate::engine::{Cases, Plan};
    use crate::report::testing;
    use crate::rules;
    use crate::saved::Counterexample;
    use crate::target::TriggerError;
    use crate::tokens::issued;

    #[test]
    fn what_is_kept_beside_the_event_makes_the_same_event_and_the_same_tokens_again() {
        let cases = Cases::new(&Plan { cases: 3_000, ..Plan::default() });
        for place in 0..cases.len() {
            let case = cases.get(place).unwrap();
            let (event, version) = (case.event(), case.version);
            let kept = KeptSituation::of(&case.situation, version);
            let situation = kept.restored(&event, version).unwrap().unwrap();
            assert_eq!(event::build(&situation, version), event, "{}", case.scenario);
            assert_eq!(issued(&situation), issued(&case.situation), "{}: {situation:#?}", case.scenario);
        }
    }

    #[test]
    fn every_finding_that_is_written_satisfies_the_schema_and_reads_back_equal() {
        let schema = serde_json::from_str(Schema::Counterexample.text()).unwrap();
        let schema = jsonschema::draft202012::new(&schema).unwrap();
        let outcomes = [
            Outcome::Answered(json!("ok")),
            Outcome::Answered(Value::Null),
            Outcome::Answered(json!({"response": {"x": "y".repeat(LONGEST_ANSWER)}})),
            Outcome::Errored(TriggerError { error_type: "KeyError".to_owned(), message: String::new(), stack: vec![] }),
            Outcome::Crashed("\u{1b}[31mgone".to_owned()),
            Outcome::TimedOut { after: Duration::from_secs(5) },
            Outcome::NotJson(vec![b'"', 0xff]),
            Outcome::Protocol("answered twice".to_owned()),
        ];
        let cases = Cases::new(&Plan { cases: 1_000, ..Plan::default() });
        let of_rules: Vec<_> = rules::ALL.iter().filter_map(|rule| testing::finding(rule)).collect();
        assert_eq!(of_rules.len(), rules::ALL.len());
        for (place, (finding, outcome)) in (0..cases.len()).zip(of_rules.iter().cycle().zip(outcomes.iter().cycle())) {
            let case = cases.get(place).unwrap();
            let finding = Finding {
                event: case.event(),
                version: case.version,
                situation: case.situation,
                outcome: outcome.clone(),
                ..finding.clone()
            };
            let trigger = Trigger::new("python", "app.py", Some(vec!["app.py".to_owned()]));
            let written = Document::new(&finding, trigger, Seed(u64::MAX));
            let text = written.text().unwrap();
            let value: Value = serde_json::from_str(&text).unwrap();
            let faults: Vec<_> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
            assert_eq!(faults, [""; 0], "{text}");
            let read = Counterexample::read(text.as_bytes()).unwrap_or_else(|why| panic!("it {why}: {text}"));
            assert_eq!((&read.document, read.rule.id, read.version), (&written, finding.rule.id, finding.version));
            assert_eq!(read.document.answer_bytes.is_some(), place % 8 == 2);
            assert_eq!(event::build(&read.situation, read.version), written.event, "{text}");
        }
    }

    #[test]
    fn a_flow_that_the_event_contradicts_has_no_meaning() {
        let case = Cases::new(&Plan::default()).get(0).unwrap();
        let (event, version) = (case.event(), case.version);
        let mut kept = KeptSituation::of(&case.situation, version);
        for flow in ["client-credentials", "no-such-flow"] {
            kept.flow = flow.to_owned();
            assert_eq!(kept.restored(&event, version), Ok(None), "{flow}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("kurz"), "kurz");
        let long = cut(&"ü".repeat(LONGEST_TEXT + 1));
        assert_eq!((long.chars().count(), long.ends_with("ü…")), (LONGEST_TEXT + 1, true));
    }
}
