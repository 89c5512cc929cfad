//! A pre token generation trigger in Rust, as it is deployed to a `provided` runtime.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(trigger)).await
}

async fn trigger(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let mut event = event.payload;
    let claims = json!({"tenant": tenant(&event)});
    // Version 1 has claims of the ID token alone, under another name.
    let details = if event.get("version") == Some(&json!("1")) {
        json!({"claimsOverrideDetails": {"claimsToAddOrOverride": claims}})
    } else if event.get("triggerSource").is_some_and(|source| source == "TokenGeneration_ClientCredentials") {
        // Machines get an access token alone.
        json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"claimsToAddOrOverride": claims}}})
    } else {
        json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": claims},
            "accessTokenGeneration": {"claimsToAddOrOverride": claims},
        }})
    };
    if let Some(fields) = event.as_object_mut() {
        fields.insert("response".to_owned(), details);
    }
    Ok(event)
}

/// The part of the e-mail address after the `@`. Users may have none, and machines have no attributes at all.
fn tenant(event: &Value) -> &str {
    let email = event.pointer("/request/userAttributes/email").and_then(Value::as_str);
    email.and_then(|email| email.rsplit_once('@')).map_or("none", |(_, domain)| domain)
}
