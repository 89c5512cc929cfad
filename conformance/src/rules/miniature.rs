use serde_json::{Map, Value};

use crate::situation::EventVersion;
use crate::target::Outcome;

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

fn is_for_machine(event: &Value) -> bool {
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
