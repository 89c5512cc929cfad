//! The limit on the length of tokens.

use pretoken_trigger::Policy;
use serde_json::{Value, json};

use crate::events::{details_v1, details_v2, machine, policy, user_v1, user_v2};

#[test]
fn without_a_limit_a_long_token_gets_what_a_short_one_gets() {
    assert_eq!(claim(long(user_v2()), &limited(None)), json!("added"));
}

#[test]
fn a_token_that_might_outgrow_the_limit_gets_no_additions_at_all() {
    let policy = limited(Some(8192));
    assert_eq!(
        details_v2(long(user_v2()), &policy),
        json!({
            "idTokenGeneration": {"claimsToSuppress": ["phone_number"]},
            "accessTokenGeneration": {"claimsToSuppress": ["email"], "scopesToSuppress": ["phone"]},
            "groupOverrideDetails": {
                "groupsToOverride": ["o"],
                "iamRolesToOverride": ["arn:aws:iam::123456789012:role/owner"],
                "preferredRole": "arn:aws:iam::123456789012:role/owner",
            },
        })
    );
    assert_eq!(details_v1(long(user_v1()), &policy)["claimsToAddOrOverride"], Value::Null);
}

#[test]
fn a_token_within_the_limit_gets_everything() {
    let details = details_v2(user_v2(), &limited(Some(8192)));
    assert_eq!(details["idTokenGeneration"]["claimsToAddOrOverride"], json!({"a": "added"}));
    assert_eq!(details["accessTokenGeneration"]["scopesToAdd"], json!(["b", "c"]));
    assert_eq!(details["groupOverrideDetails"]["groupsToOverride"], json!(["o", "editors"]));
}

#[test]
fn the_access_token_counts_too() {
    let mut event = user_v2();
    event["request"]["scopes"] = json!(vec!["s".repeat(200); 50]);
    assert_eq!(claim(event, &limited(Some(8192))), Value::Null);
}

#[test]
fn a_machines_token_has_the_same_limit() {
    let policy = limited(Some(8192));
    assert_eq!(
        details_v2(machine(), &policy)["accessTokenGeneration"],
        json!({"claimsToAddOrOverride": {"m": "added"}, "claimsToSuppress": ["n"]})
    );
    let mut event = machine();
    event["request"]["scopes"] = json!(vec!["s".repeat(200); 50]);
    assert_eq!(details_v2(event, &policy)["accessTokenGeneration"], json!({"claimsToSuppress": ["n"]}));
}

fn limited(max_token_bytes: Option<usize>) -> Policy {
    let mut document = json!({
        "groups": {"drop": ["internal-beta"], "implies": {"owners": ["editors"]}, "rename": {"owners": "o"}},
        "idToken": {"claims": {"a": {"value": "added"}}, "suppress": ["phone_number"]},
        "accessToken": {
            "suppress": ["email"], "scopes": {"add": ["b"], "suppress": ["phone"], "byGroup": {"owners": ["c"]}},
        },
        "machineToken": {"claims": {"m": {"value": "added"}}, "suppress": ["n"]},
    });
    if let Some(bytes) = max_token_bytes {
        document["maxTokenBytes"] = json!(bytes);
    }
    policy(&document)
}

fn claim(event: Value, policy: &Policy) -> Value {
    details_v2(event, policy)["idTokenGeneration"]["claimsToAddOrOverride"]["a"].take()
}

/// The same user with attributes that alone make a token of more than 8 KB.
fn long(mut event: Value) -> Value {
    for name in ["custom:a", "custom:b", "custom:c"] {
        event["request"]["userAttributes"][name] = json!("x".repeat(2_048));
    }
    event
}
