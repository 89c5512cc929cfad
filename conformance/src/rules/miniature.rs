use serde_json::{Map, Value};

use crate::situation::EventVersion;
use crate::target::{Outcome, TriggerError};

/// A small trigger that breaks one rule for one reason: the proof that the rule can convict.
#[derive(Debug)]
pub struct Miniature {
    /// The reason by which it must be convicted.
    pub reason: &'static str,
    /// What the trigger does, in words.
    pub about: &'static str,
    /// The trigger. It answers events of every version that the rule is for. What it keeps from event to event, it keeps
    /// for its thread, so that runs side by side do not meet.
    pub trigger: fn(Value) -> Outcome,
}

/// The objects in which an event's answer says what becomes of each token, made where they are missing.
pub(super) fn token_parts(event: &mut Value) -> Vec<&mut Map<String, Value>> {
    let for_machine = is_for_machine(event);
    let Some(details) = details(event) else { return Vec::new() };
    if details.1 == EventVersion::V1 {
        return vec![details.0];
    }
    // Machines get no ID token, and a part for it would be a fault of its own.
    let parts: &[&str] =
        if for_machine { &["accessTokenGeneration"] } else { &["idTokenGeneration", "accessTokenGeneration"] };
    let details = details.0;
    for part in parts.iter().copied() {
        if !details.get(part).is_some_and(Value::is_object) {
            details.insert(part.to_owned(), Value::Object(Map::new()));
        }
    }
    details
        .iter_mut()
        .filter(|(name, _)| matches!(name.as_str(), "idTokenGeneration" | "accessTokenGeneration"))
        .filter_map(|(_, part)| part.as_object_mut())
        .collect()
}

/// The access token's part, made where it is missing; none under V1.
pub(super) fn access_part(event: &mut Value) -> Option<&mut Map<String, Value>> {
    let (details, version) = details(event)?;
    if version == EventVersion::V1 {
        return None;
    }
    let part = details.entry("accessTokenGeneration").or_insert_with(|| Value::Object(Map::new()));
    part.as_object_mut()
}

/// The ID token's part, made where it is missing; none for a machine.
pub(super) fn id_part(event: &mut Value) -> Option<&mut Map<String, Value>> {
    if is_for_machine(event) {
        return None;
    }
    let (details, version) = details(event)?;
    if version == EventVersion::V1 {
        return Some(details);
    }
    let part = details.entry("idTokenGeneration").or_insert_with(|| Value::Object(Map::new()));
    part.as_object_mut()
}

/// Whether the event is for a machine.
pub(super) fn is_for_machine(event: &Value) -> bool {
    event.get("triggerSource").and_then(Value::as_str) == Some("TokenGeneration_ClientCredentials")
}

/// The details of the event's version, made where they are missing, and the version whose container they are.
///
/// V3 is told as V2: their containers are the same.
pub(super) fn details(event: &mut Value) -> Option<(&mut Map<String, Value>, EventVersion)> {
    let is_v1 = event.get("version").and_then(Value::as_str) == Some("1");
    let version = if is_v1 { EventVersion::V1 } else { EventVersion::V2 };
    let response = event.get_mut("response")?.as_object_mut()?;
    let details = response.entry(version.container()).or_insert(Value::Null);
    if !details.is_object() {
        *details = Value::Object(Map::new());
    }
    Some((details.as_object_mut()?, version))
}

/// Sets a claim in a token's part.
pub(super) fn set_claim(part: &mut Map<String, Value>, claim: &str, value: Value) {
    let claims = part.entry("claimsToAddOrOverride").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(claims) = claims {
        claims.insert(claim.to_owned(), value);
    }
}

/// Adds names to one of a part's lists.
pub(super) fn list_names(part: &mut Map<String, Value>, member: &str, names: &[&str]) {
    let list = part.entry(member).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list {
        list.extend(names.iter().map(|name| Value::from(*name)));
    }
}

/// The event's `groupConfiguration`, if it is an object.
pub(super) fn group_configuration(event: &Value) -> Option<Map<String, Value>> {
    event.get("request")?.get("groupConfiguration")?.as_object().cloned()
}

/// Answers with these `groupOverrideDetails`.
pub(super) fn with_group_override(mut event: Value, group_override: Value) -> Outcome {
    if let Some((details, _)) = details(&mut event) {
        details.insert("groupOverrideDetails".to_owned(), group_override);
    }
    Outcome::Answered(event)
}

/// Answers with these names in one of the lists of scopes; V1 has none.
pub(super) fn with_scopes(mut event: Value, member: &str, scopes: &[&str]) -> Outcome {
    if let Some(part) = access_part(&mut event) {
        list_names(part, member, scopes);
    }
    Outcome::Answered(event)
}

/// What a trigger does under a condition; otherwise it returns the event as it came.
pub(super) fn when(condition: bool, event: Value, then: impl FnOnce(Value) -> Outcome) -> Outcome {
    if condition { then(event) } else { Outcome::Answered(event) }
}

/// Whether the event is from a trigger source, which is named without `TokenGeneration_`.
pub(super) fn is_from(event: &Value, source: &str) -> bool {
    let named = event.get("triggerSource").and_then(Value::as_str).unwrap_or_default();
    named.strip_prefix("TokenGeneration_") == Some(source)
}

/// An attribute of the user, if there is one of that name.
pub(super) fn attribute(event: &Value, name: &str) -> Option<String> {
    Some(event.get("request")?.get("userAttributes")?.get(name)?.as_str()?.to_owned())
}

/// Whether there is such an attribute.
pub(super) fn has_attribute(event: &Value, name: &str) -> bool {
    attribute(event, name).is_some()
}

/// The names in a list of the event, by its JSON pointer; none where there is no such list.
pub(super) fn names(event: &Value, pointer: &str) -> Vec<String> {
    let list = event.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}

/// The names of the user's groups.
pub(super) fn groups(event: &Value) -> Vec<String> {
    names(event, "/request/groupConfiguration/groupsToOverride")
}

/// The user's roles.
pub(super) fn roles(event: &Value) -> Vec<String> {
    names(event, "/request/groupConfiguration/iamRolesToOverride")
}

/// Answers with a claim in every token.
pub(super) fn with_claim(mut event: Value, claim: &str, value: impl Into<Value>) -> Outcome {
    let value = value.into();
    for part in token_parts(&mut event) {
        set_claim(part, claim, value.clone());
    }
    Outcome::Answered(event)
}

/// Answers with a claim in the access token; V1 cannot.
pub(super) fn with_access_claim(mut event: Value, claim: &str, value: impl Into<Value>) -> Outcome {
    if let Some(part) = access_part(&mut event) {
        set_claim(part, claim, value.into());
    }
    Outcome::Answered(event)
}

/// Answers with a claim in the ID token.
pub(super) fn with_id_claim(mut event: Value, claim: &str, value: impl Into<Value>) -> Outcome {
    if let Some(part) = id_part(&mut event) {
        set_claim(part, claim, value.into());
    }
    Outcome::Answered(event)
}

/// Answers with a claim suppressed in every token.
pub(super) fn without_claim(mut event: Value, claim: &str) -> Outcome {
    for part in token_parts(&mut event) {
        list_names(part, "claimsToSuppress", &[claim]);
    }
    Outcome::Answered(event)
}

/// Answers with other groups, and else with the group configuration of the event; a user without groups keeps none.
pub(super) fn with_groups(event: Value, change: impl Fn(String) -> Value) -> Outcome {
    let all = groups(&event);
    match group_configuration(&event) {
        Some(mut configuration) if !all.is_empty() => {
            configuration.insert("groupsToOverride".to_owned(), all.into_iter().map(change).collect());
            with_group_override(event, Value::Object(configuration))
        }
        _ => Outcome::Answered(event),
    }
}

/// Fails with an error.
pub(super) fn errored(error_type: &str, message: &str) -> Outcome {
    Outcome::Errored(TriggerError { error_type: error_type.to_owned(), message: message.to_owned(), stack: Vec::new() })
}
