//! Events as Cognito sends them, and what the trigger answers.

use pretoken_trigger::{Policy, handle};
use serde_json::{Value, json};

pub(crate) const USER_SOURCES: [&str; 5] = [
    "TokenGeneration_HostedAuth",
    "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "TokenGeneration_RefreshTokens",
];

/// A user with groups and roles, event version 1.
pub(crate) fn user_v1() -> Value {
    json!({
        "version": "1",
        "triggerSource": "TokenGeneration_Authentication",
        "region": "eu-central-1",
        "userPoolId": "eu-central-1_EXAMPLE",
        "userName": "d1595c5a-0000-4000-8000-000000000001",
        "callerContext": {"awsSdkVersion": "aws-sdk-js-3.241.0", "clientId": "1example23456789"},
        "request": {
            "userAttributes": {
                "sub": "d1595c5a-0000-4000-8000-000000000001",
                "cognito:user_status": "CONFIRMED",
                "email_verified": "true",
                "email": "jane@example.com",
                "custom:tenant": "acme",
                "custom:plan": "team-yearly",
            },
            "groupConfiguration": {
                "groupsToOverride": ["owners", "internal-beta"],
                "iamRolesToOverride": ["arn:aws:iam::123456789012:role/owner"],
                "preferredRole": "arn:aws:iam::123456789012:role/owner",
            },
        },
        "response": {"claimsOverrideDetails": null},
    })
}

/// The same user, event version 2.
pub(crate) fn user_v2() -> Value {
    let mut event = user_v1();
    event["version"] = json!("2");
    event["request"]["scopes"] = json!(["aws.cognito.signin.user.admin", "openid"]);
    event["response"] = json!({"claimsAndScopeOverrideDetails": null});
    event
}

/// A client credentials grant, event version 3, as AWS's documentation of the token endpoint shows it.
pub(crate) fn machine() -> Value {
    json!({
        "version": "3",
        "triggerSource": "TokenGeneration_ClientCredentials",
        "region": "us-east-1",
        "userPoolId": "us-east-1_EXAMPLE",
        "userName": "ClientCredentials",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "1example23456789"},
        "request": {
            "userAttributes": {},
            "groupConfiguration": null,
            "scopes": ["resourceServerIdentifier1/scope1"],
            "clientMetadata": {"job": "nightly", "ClientIpAddress": "192.0.2.252"},
        },
        "response": {"claimsAndScopeOverrideDetails": null},
    })
}

pub(crate) fn policy(policy: &Value) -> Policy {
    Policy::from_value(policy).unwrap()
}

/// What the answer says under event version 1.
pub(crate) fn details_v1(event: Value, policy: &Policy) -> Value {
    handle(event, policy).unwrap()["response"]["claimsOverrideDetails"].take()
}

/// What the answer says under event versions 2 and 3.
pub(crate) fn details_v2(event: Value, policy: &Policy) -> Value {
    handle(event, policy).unwrap()["response"]["claimsAndScopeOverrideDetails"].take()
}
