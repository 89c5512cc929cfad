//! The trigger: an event goes in, the same event comes out with the answer in it.

use serde_json::{Map, Value};

use crate::answer;
use crate::event::{Container, Event};
use crate::policy::Policy;

/// Answers a pre token generation event of any version.
///
/// The event comes back as it came, apart from `response.claimsOverrideDetails` (event version 1) or
/// `response.claimsAndScopeOverrideDetails` (2 and 3). Where the policy has nothing to say, it comes back untouched. The same event
/// always has the same answer: there is no clock, no chance and no memory in it.
///
/// # Errors
///
/// Only for JSON that Cognito never sends: see [`Error`]. Everything else is answered, unknown trigger sources and fields included.
///
/// # Examples
///
/// ```
/// use pretoken_trigger::{Policy, handle};
/// use serde_json::json;
///
/// let policy = Policy::parse(r#"{"idToken": {"claims": {"tenant": {"attribute": "custom:tenant", "default": "public"}}}}"#)?;
/// let event = json!({
///     "version": "2",
///     "triggerSource": "TokenGeneration_Authentication",
///     "request": {"userAttributes": {"sub": "a1b2", "custom:tenant": "acme"}, "scopes": []},
///     "response": {"claimsAndScopeOverrideDetails": null},
/// });
/// let answer = handle(event, &policy)?;
/// assert_eq!(
///     answer["response"]["claimsAndScopeOverrideDetails"],
///     json!({"idTokenGeneration": {"claimsToAddOrOverride": {"tenant": "acme"}}}),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn handle(mut event: Value, policy: &Policy) -> Result<Value, Error> {
    let seen = Event::read(&event)?;
    // A version that is not known yet keeps Cognito's default behaviour, which any trigger may leave alone (R-04).
    let Some(container) = seen.container() else { return Ok(event) };
    if let Some(details) = answer::details(seen, container, policy)? {
        insert(&mut event, container, details);
    }
    Ok(event)
}

/// Why an event cannot be answered. Cognito shows this text to whoever signs in (X-10).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The event is a list, a text, `null` …
    #[error("the event is not a JSON object, so it is not one of Cognito's; check what invokes this function")]
    NotAnObject,
    /// There is no `request` object.
    #[error("the event has no `request`, so it is not a pre token generation event; check what invokes this function")]
    NoRequest,
    /// There is a `response`, but it is not an object.
    #[error("the event's `response` is not an object, so no answer fits into it; check what invokes this function")]
    ResponseIsNotAnObject,
    /// The answer could not be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Answer(#[from] serde_json::Error),
}

fn insert(event: &mut Value, container: Container, details: Map<String, Value>) {
    let Value::Object(body) = event else { return };
    let response = body.entry("response").or_insert(Value::Null);
    if response.is_null() {
        *response = Value::Object(Map::new());
    }
    if let Value::Object(response) = response {
        response.insert(container.key().to_owned(), Value::Object(details));
    }
}
