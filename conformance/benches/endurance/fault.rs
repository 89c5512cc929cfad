//! What `trigger.py` does with an event, stated a second time: which fault it meets, and what has to be found.

use std::time::Duration;

use pretoken::situation::EventVersion;
use pretoken::target::{Outcome, TriggerError};
use serde_json::{Value, json};

/// One of the things that the trigger does.
pub(crate) struct Fault {
    /// The function in `trigger.py`.
    pub(crate) name: &'static str,
    /// Of 1024 events, so many meet it.
    share: u32,
    does: fn(Value) -> Does,
    /// The rule that has to convict it whatever the event, with its reason.
    convicts: Option<(&'static str, &'static str)>,
}

/// What of the trigger and of its surroundings is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// How long the trigger may take.
    pub(crate) limit: Duration,
    /// No answer has megabytes.
    pub(crate) sparing: bool,
}

/// What comes of an event, as far as the trigger decides it.
enum Does {
    Ends(Outcome),
    Hangs,
}

impl Fault {
    /// The fault that an event meets, if it meets one.
    pub(crate) fn of(event: &Value, setting: Setting) -> Option<&'static Self> {
        let mut number = crc32(event.to_string().as_bytes()) % 1024;
        let fault = FAULTS.iter().find(|fault| {
            let meets = number < fault.share;
            number = number.saturating_sub(fault.share);
            meets
        });
        fault.filter(|fault| !(setting.sparing && fault.name.ends_with("_megabytes") && fault.convicts.is_some()))
    }

    pub(crate) fn outcome(&self, event: Value, setting: Setting) -> Outcome {
        match (self.does)(event) {
            Does::Ends(outcome) => outcome,
            Does::Hangs => Outcome::TimedOut { after: setting.limit },
        }
    }

    /// The rule and the reason under which it must be found in an event of this version, whatever else is found.
    pub(crate) fn convicts(&self, version: EventVersion, setting: Setting) -> Option<(&'static str, &'static str)> {
        match self.convicts {
            // A number is a claim like another under the later versions.
            Some(("non-string-claim-in-v1", _)) if version != EventVersion::V1 => None,
            // A shorter limit of the person's own convicts nobody.
            Some(("over-time-limit", _)) if setting.limit < Duration::from_secs(5) => None,
            convicts => convicts,
        }
    }

    /// Whether the trigger does not answer in time.
    pub(crate) fn hangs(outcome: &Outcome) -> bool {
        matches!(outcome, Outcome::TimedOut { .. })
    }
}

const FAULTS: &[Fault] = &[
    fault("is_killed", 8, |_| crashed("was killed by signal 9 (SIGKILL)"), ENDED),
    fault("exits", 8, |_| crashed("exited with status 3"), ENDED),
    fault("is_killed_in_its_answer", 4, |_| crashed("was killed by signal 9 (SIGKILL)"), ENDED),
    fault("breaks_its_answer_off_and_exits", 4, |_| crashed("exited with status 4"), ENDED),
    fault("breaks_its_answer_off_and_hangs", 2, |_| Does::Hangs, NO_ANSWER),
    fault("breaks_its_answer_off_and_answers", 6, answered, None),
    fault("speaks_no_http", 6, answered, None),
    fault("hangs", 6, |_| Does::Hangs, NO_ANSWER),
    fault("answers_no_json", 12, |_| no_json(b"{'single': \"quotes\"}"), NOT_JSON),
    fault("answers_no_text", 12, |_| no_json(b"{\"version\": \"\xff\xfe\"}"), NOT_JSON),
    fault("answers_nothing", 12, |_| no_json(b""), Some(("answer-is-not-json", "nothing"))),
    fault("answers_deep", 6, |_| broken("the answer is JSON nested more than 127 levels deep"), PROTOCOL),
    fault("answers_seven_megabytes", 2, |event| with(event, "/response/padding", "x".repeat(7_000_000)), TOO_LARGE),
    fault("answers_twenty_megabytes", 2, |_| broken("it answered with more than 16 MB"), PROTOCOL),
    fault("answers_another_request", 8, |_| broken("it answered request"), PROTOCOL),
    fault("answers_twice", 8, |_| answered(json!("first")), NOT_AN_EVENT),
    fault("asks_before_it_answers", 8, |_| broken("it asked for the next event"), PROTOCOL),
    fault("prints_megabytes", 4, answered, None),
    fault("leaves_a_child", 8, |_| crashed("exited with status 1"), ENDED),
    fault("leaves_a_daemon", 6, answered, None),
    fault("forks_a_daemon", 6, answered, None),
    fault("raises", 24, |_| errored("KeyError", "'custom:there is no such attribute'"), SLIP),
    fault("denies", 24, |_| errored("Suspended", "This account is suspended"), None),
    fault("returns_what_is_no_json", 12, |_| errored("Runtime.MarshalError", MARSHAL), NOT_WRITABLE),
    fault("returns_none", 12, |_| answered(Value::Null), Some(("answer-is-not-json", "nothing"))),
    fault("returns_a_text", 12, |_| answered(json!("ok")), NOT_AN_EVENT),
    fault("sets_sub", 24, |event| with_claims(event, &json!({"sub": "somebody"})), RESERVED),
    fault("sets_a_number", 24, |event| with_claims(event, &json!({"seats": 7})), NUMBER),
    fault("empties_the_groups", 24, empty_groups, None),
    fault("answers_null", 12, |event| with(event, "/response", Value::Null), None),
];

const ENDED: Convicts = Some(("crash-on-legal-event", "process-ended"));
const PROTOCOL: Convicts = Some(("crash-on-legal-event", "runtime-protocol-broken"));
const SLIP: Convicts = Some(("crash-on-legal-event", "programming-error"));
const NOT_WRITABLE: Convicts = Some(("crash-on-legal-event", "answer-not-writable"));
const NO_ANSWER: Convicts = Some(("over-time-limit", "no-answer"));
const NOT_JSON: Convicts = Some(("answer-is-not-json", "not-json"));
const NOT_AN_EVENT: Convicts = Some(("event-not-returned", "not-an-object"));
const TOO_LARGE: Convicts = Some(("answer-too-large", "over-payload-limit"));
const RESERVED: Convicts = Some(("reserved-claim-set", "unchangeable-claim"));
const NUMBER: Convicts = Some(("non-string-claim-in-v1", "number-value"));

const MARSHAL: &str = "Unable to marshal response: Object of type set is not JSON serializable";

type Convicts = Option<(&'static str, &'static str)>;

const fn fault(name: &'static str, share: u32, does: fn(Value) -> Does, convicts: Convicts) -> Fault {
    Fault { name, share, does, convicts }
}

const fn answered(answer: Value) -> Does {
    Does::Ends(Outcome::Answered(answer))
}

fn crashed(how: &str) -> Does {
    Does::Ends(Outcome::Crashed(how.to_owned()))
}

fn broken(how: &str) -> Does {
    Does::Ends(Outcome::Protocol(how.to_owned()))
}

fn no_json(bytes: &[u8]) -> Does {
    Does::Ends(Outcome::NotJson(bytes.to_vec()))
}

fn errored(error_type: &str, message: &str) -> Does {
    let (error_type, message) = (error_type.to_owned(), message.to_owned());
    Does::Ends(Outcome::Errored(TriggerError { error_type, message, stack: Vec::new() }))
}

fn with(mut event: Value, pointer: &str, value: impl Into<Value>) -> Does {
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(members)) = event.pointer_mut(parent)
    {
        members.insert(name.to_owned(), value.into());
    }
    answered(event)
}

fn is_first(event: &Value) -> bool {
    event.get("version").is_some_and(|version| version == "1")
}

fn with_claims(event: Value, claims: &Value) -> Does {
    let part = json!({"claimsToAddOrOverride": claims});
    let response = if is_first(&event) {
        json!({"claimsOverrideDetails": part})
    } else {
        json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part}})
    };
    with(event, "/response", response)
}

fn empty_groups(event: Value) -> Does {
    let container = if is_first(&event) { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
    let response = json!({container: {"groupOverrideDetails": {"groupsToOverride": []}}});
    with(event, "/response", response)
}

/// The sum that Python's `zlib.crc32` works out.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}
