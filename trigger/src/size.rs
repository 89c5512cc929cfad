//! How long a token can become.
//!
//! A trigger does not see the tokens, only what they are made of, so these are upper bounds: a token never turns out longer than
//! estimated here, and commonly some hundred bytes shorter. AWS documents no limit (O-06); CDNs and proxies that refuse headers of more
//! than 8 KB are the reason to care.

use serde_json::Value;

use crate::event::Event;

/// The JWT header `{"kid":"…","alg":"RS256"}` in base64url, and both dots.
const HEADER: usize = 128;

/// An RS256 signature in base64url.
const SIGNATURE: usize = 342;

/// What Cognito writes by itself, apart from the names that the event has: identifiers, times, issuer, nonce, device key.
const OWN_CLAIMS: usize = 1_024;

/// The length of a signed token, in bytes, whose payload has this many bytes.
pub(crate) fn signed_token(payload: usize) -> usize {
    HEADER + payload.div_ceil(3) * 4 + SIGNATURE
}

/// The most that the payload of the event's ID token takes without the trigger, groups aside.
pub(crate) fn id_payload(event: Event<'_>) -> usize {
    let attributes = event.attributes().into_iter().flatten().map(|(name, value)| claim(name, value));
    let roles = event.roles().chain(event.preferred_role()).map(list_entry);
    own_claims(event) + attributes.sum::<usize>() + roles.sum::<usize>()
}

/// The most that the payload of the event's access token takes without the trigger, groups aside.
pub(crate) fn access_payload(event: Event<'_>) -> usize {
    own_claims(event) + event.scopes().map(list_entry).sum::<usize>()
}

/// A claim with its quotes, colon and comma.
pub(crate) fn claim(name: &str, value: &Value) -> usize {
    json_text(name) + 2 + json(value)
}

/// A text in a list, or a scope in the list of scopes.
pub(crate) fn list_entry(text: &str) -> usize {
    json_text(text) + 1
}

fn own_claims(event: Event<'_>) -> usize {
    let names = [event.user_name(), event.user_pool_id(), event.client_id()];
    OWN_CLAIMS + names.into_iter().flatten().map(json_text).sum::<usize>()
}

/// The length of a value as JSON.
fn json(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 5,
        Value::Number(_) => 24,
        Value::String(text) => json_text(text),
        Value::Array(entries) => 2 + entries.iter().map(|entry| json(entry) + 1).sum::<usize>(),
        Value::Object(members) => 2 + members.iter().map(|(name, value)| claim(name, value)).sum::<usize>(),
    }
}

/// The length of a text as JSON: quotes, `\"` and `\\`, and `\u0000` at worst for a control character.
fn json_text(text: &str) -> usize {
    let escapes = |byte: u8| usize::from(byte == b'"' || byte == b'\\') + 5 * usize::from(byte < 0x20);
    // Nearly no text has any; this look, which keeps no count, is made at many bytes at once.
    let has_escapes = text.bytes().fold(false, |has, byte| has | (escapes(byte) > 0));
    text.len() + 2 + if has_escapes { text.bytes().map(escapes).sum() } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_length_of_a_value_is_never_underestimated() {
        for value in [
            json!(null),
            json!(false),
            json!(-9_223_372_036_854_775_808_i64),
            json!(-1.797_693_134_862_315_7e308),
            json!("quote \" backslash \\ bell \u{7} newline \n umlaut \u{fc}"),
            json!(["a", 1, true]),
            json!({"a": {"b": ["c"]}, "\"": ""}),
        ] {
            assert!(json(&value) >= value.to_string().len(), "{value}");
        }
    }

    #[test]
    fn three_bytes_of_payload_become_four_of_token() {
        assert_eq!(signed_token(3_000) - signed_token(0), 4_000);
    }
}
