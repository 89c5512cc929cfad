//! Compares an answer with the event that it should be.

use serde_json::{Map, Value};

use crate::rules::Exchange;
use crate::rules::part::escaped;

/// The members that every event has (E-01). The first six are the common fields.
pub(super) const MEMBERS: [&str; 8] =
    ["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request", "response"];

/// The answer as the event that came back, if it is that: an object with every member that the event has.
///
/// What has lost a member is the subject of `event-not-returned` alone.
pub(super) fn returned_event<'a>(exchange: &Exchange<'a>) -> Option<Returned<'a>> {
    let event = exchange.event.as_object()?;
    let answer = exchange.answer()?.as_object()?;
    lost_members(event, answer).next().is_none().then_some(Returned { event, answer })
}

/// An event, and the answer that is this event with whatever the trigger made of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Returned<'a> {
    /// The event's members.
    pub(super) event: &'a Map<String, Value>,
    /// The answer's members.
    pub(super) answer: &'a Map<String, Value>,
}

/// The members that the event has and the answer lacks. A member that came back as `null` is lost too.
pub(in crate::rules) fn lost_members(
    event: &Map<String, Value>,
    answer: &Map<String, Value>,
) -> impl Iterator<Item = &'static str> {
    // The answer first: it nearly always has the member, and then one look is enough.
    MEMBERS.into_iter().filter(|member| !has(answer, member) && has(event, member))
}

/// Whether the object has a member that is not `null`.
pub(super) fn has(object: &Map<String, Value>, member: &str) -> bool {
    object.get(member).is_some_and(|value| !value.is_null())
}

/// Whether a value says nothing: `null`, an empty list or map, or a map whose members all say nothing.
///
/// AWS's own types write such a value where there was none: Go's a map of nulls for an absent `groupConfiguration`,
/// Rust's an empty map for an absent `clientMetadata`. Triggers on these types are in production.
pub(crate) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.values().all(says_nothing),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The first place of each kind at which an answer differs from the event.
#[derive(Debug, Default)]
pub(super) struct Differences<'a> {
    /// A value that is another one.
    pub(super) changed: Option<Difference<'a>>,
    /// A field that is gone.
    pub(super) missing: Option<Difference<'a>>,
    /// A field that was not there.
    pub(super) added: Option<Difference<'a>>,
}

/// One place at which an answer differs from the event.
#[derive(Debug)]
pub(super) struct Difference<'a> {
    /// The JSON pointer.
    pub(super) pointer: String,
    /// The value in the event, where there is one.
    pub(super) sent: Option<&'a Value>,
    /// The value in the answer, where there is one.
    pub(super) came: Option<&'a Value>,
}

impl<'a> Differences<'a> {
    /// Compares a member of the event with the same member of the answer.
    ///
    /// Two values that both [say nothing](says_nothing) do not differ, and neither do a field that says nothing and one
    /// that is absent. A field that no page documents may be dropped: AWS's own types for Go, Java, .NET and Rust do
    /// not keep it, and the event may grow at any time (E-04).
    pub(super) fn compare(&mut self, pointer: &str, sent: &'a Value, came: &'a Value) {
        if sent == came || (says_nothing(sent) && says_nothing(came)) {
            return;
        }
        let (Value::Object(before), Value::Object(after)) = (sent, came) else {
            note(&mut self.changed, pointer.to_owned(), Some(sent), Some(came));
            return;
        };
        for (name, value) in before {
            let pointer = below(pointer, name);
            match after.get(name) {
                Some(other) => self.compare(&pointer, value, other),
                None if says_nothing(value) || !must_return(&pointer, name) => {}
                None => note(&mut self.missing, pointer, Some(value), None),
            }
        }
        for (name, value) in after {
            if !before.contains_key(name) {
                self.added(below(pointer, name), value);
            }
        }
    }

    /// Notes a field that the event does not have, if it says anything.
    pub(super) fn added(&mut self, pointer: String, came: &'a Value) {
        if !says_nothing(came) {
            note(&mut self.added, pointer, None, Some(came));
        }
    }
}

/// The JSON pointer of a member.
pub(super) fn below(pointer: &str, member: &str) -> String {
    format!("{pointer}/{}", escaped(member))
}

fn note<'a>(place: &mut Option<Difference<'a>>, pointer: String, sent: Option<&'a Value>, came: Option<&'a Value>) {
    place.get_or_insert(Difference { pointer, sent, came });
}

/// Whether a field has to come back: a documented one, or an entry of the maps that hold the user's and the caller's
/// own names.
fn must_return(pointer: &str, name: &str) -> bool {
    let documented = [
        "awsSdkVersion",
        "clientId",
        "userAttributes",
        "groupConfiguration",
        "scopes",
        "clientMetadata",
        "groupsToOverride",
        "iamRolesToOverride",
        "preferredRole",
    ];
    documented.contains(&name)
        || pointer.starts_with("/request/userAttributes/")
        || pointer.starts_with("/request/clientMetadata/")
}
