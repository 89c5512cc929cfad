//! The events that Cognito may send, and those that it does not send.

use crate::table::{
    Row, assert_accepted, assert_each_constraint_is_needed, assert_refused, parsed, validator, with, without,
};
use pretoken_schemas::Schema::{self, EventV1, EventV2, EventV3};
use serde_json::{Value, json};

const ALL: &[Schema] = &[EventV1, EventV2, EventV3];
/// The versions with scopes.
const SCOPED: &[Schema] = &[EventV2, EventV3];
/// Which example of V3 is a machine's.
const MACHINE: usize = 1;

const ATTRIBUTES: &str = "/request/userAttributes";
const GROUPS: &str = "/request/groupConfiguration/groupsToOverride";
const ROLES: &str = "/request/groupConfiguration/iamRolesToOverride";
const PREFERRED: &str = "/request/groupConfiguration/preferredRole";
const SCOPES: &str = "/request/scopes";
const METADATA: &str = "/request/clientMetadata";
const ROLE: &str = "arn:aws:iam::123456789012:role/reader";

#[test]
fn every_legal_form_of_an_event_is_accepted() {
    assert_accepted(&legal());
}

#[test]
fn every_wrong_event_is_refused_for_its_one_fault() {
    assert_refused(&wrong());
}

#[test]
fn no_constraint_of_the_event_schemas_is_idle() {
    assert_each_constraint_is_needed(ALL, &wrong());
}

#[test]
fn a_user_is_no_machine_and_a_machine_no_user() {
    for (example, source) in [(0, "TokenGeneration_ClientCredentials"), (MACHINE, "TokenGeneration_RefreshTokens")] {
        let schema = parsed(EventV3);
        let mut event = schema["examples"][example].clone();
        event["triggerSource"] = source.into();
        assert!(!validator(&schema).is_valid(&event), "accepted: {event}");
    }
}

/// They are written out in each file so that each file stands alone; here they are held together.
#[test]
fn the_event_versions_share_their_definitions() {
    let without_notes = |schema: Schema, name: &str| {
        let mut definition = parsed(schema)["$defs"][name].clone();
        strip_notes(&mut definition);
        definition
    };
    let names = ["callerContext", "userAttributes", "groupName", "roleArn", "clientMetadata", "user"];
    for name in names {
        assert!(without_notes(EventV1, name).is_object(), "{name} is gone");
        assert_eq!(without_notes(EventV1, name), without_notes(EventV2, name), "{name}");
    }
    for name in names.into_iter().chain(["groupConfiguration", "scope"]) {
        assert!(without_notes(EventV2, name).is_object(), "{name} is gone");
        assert_eq!(without_notes(EventV2, name), without_notes(EventV3, name), "{name}");
    }
}

fn legal() -> Vec<Row> {
    let long = "\u{1F600}".repeat(2048);
    let groups: Vec<Value> = (0..100).map(|i| json!(format!("group-{i}"))).collect();
    let mut rows = vec![
        // Unknown keys (E-04).
        with("an unknown key beside the common ones", ALL, "/newField", json!({ "a": [1] })),
        with("an unknown key in the caller context", ALL, "/callerContext/newField", 1),
        with("an unknown key in the request", ALL, "/request/newField", Value::Null),
        with("an unknown attribute", ALL, "/request/userAttributes/cognito:token_nbf", "1"),
        with("an unknown key in the group configuration", ALL, "/request/groupConfiguration/newField", true),
        with("an unknown key in the response", ALL, "/response/newField", json!([])),
        // Groups and roles (E-13 to E-16).
        with("a preferred role", ALL, PREFERRED, ROLE),
        with("a preferred role that is null", ALL, PREFERRED, Value::Null),
        without("a preferred role that is absent", ALL, PREFERRED),
        with("groups that are null", ALL, GROUPS, Value::Null),
        with("roles that are null", ALL, ROLES, Value::Null),
        with("no groups", ALL, GROUPS, json!([])),
        with("a hundred groups", ALL, GROUPS, groups),
        with("group names that trip programs", ALL, GROUPS, json!(["__proto__", "a,b", "gr\u{fc}n", "\u{1F600}"])),
        with("two groups with one role", ALL, ROLES, json!([ROLE, ROLE])),
        with("a role in a path and another partition", ALL, PREFERRED, "arn:aws-us-gov:iam::123456789012:role/a/b/c"),
        with("a user without group configuration", SCOPED, "/request/groupConfiguration", Value::Null),
        // Attributes (E-10, E-11, O-07).
        with("an attribute that is empty", ALL, "/request/userAttributes/nickname", ""),
        with("a boolean as a string in Python's spelling", ALL, "/request/userAttributes/email_verified", "True"),
        with("2,048 characters outside the basic plane", ALL, "/request/userAttributes/profile", long),
        with("identities longer than an attribute", ALL, "/request/userAttributes/identities", "x".repeat(5000)),
        with("a custom attribute of 20 characters", ALL, "/request/userAttributes/custom:abcdefghijklmnopqrst", "1"),
        with("a developer attribute", ALL, "/request/userAttributes/dev:custom:plan", "gold"),
        // Client metadata (E-19, T-08).
        with("no metadata", ALL, METADATA, json!({})),
        with("metadata that is null", ALL, METADATA, Value::Null),
        with("metadata", ALL, METADATA, json!({ "tenant": "a", "": "" })),
        without("a machine without metadata", &[EventV3], METADATA).in_example(MACHINE),
        // Names (E-07, E-08).
        with("a federated user's name", ALL, "/userName", "LoginWithAmazon_amzn1.account.AAA"),
        with("a user who is called like a machine", ALL, "/userName", "ClientCredentials"),
        with("a region of another partition", ALL, "/region", "us-gov-west-1"),
        with("a region of the European sovereign cloud", ALL, "/region", "eusc-de-east-1"),
        // The response (E-30 to E-32).
        with("a response without details", ALL, "/response", json!({})),
        // Scopes (E-18).
        with("no scopes", SCOPED, SCOPES, json!([])),
        with("scopes with addresses", SCOPED, SCOPES, json!(["https://api.example.com/read", "openid"])),
        with("a machine without scopes", &[EventV3], SCOPES, json!([])).in_example(MACHINE),
        with("a machine's scope with an address", &[EventV3], SCOPES, json!(["https://api.example.com/read"]))
            .in_example(MACHINE),
        with("a user under V3_0 with the version of V2_0", &[EventV3], "/version", "2"),
    ];
    for source in ["HostedAuth", "Authentication", "NewPasswordChallenge", "AuthenticateDevice", "RefreshTokens"] {
        rows.push(with("a trigger source of users", ALL, "/triggerSource", format!("TokenGeneration_{source}")));
    }
    for status in [
        "UNCONFIRMED",
        "CONFIRMED",
        "ARCHIVED",
        "COMPROMISED",
        "UNKNOWN",
        "RESET_REQUIRED",
        "FORCE_CHANGE_PASSWORD",
        "EXTERNAL_PROVIDER",
    ] {
        rows.push(with("a state of an account", ALL, "/request/userAttributes/cognito:user_status", status));
    }
    rows
}

fn wrong() -> Vec<Row> {
    let groups: Vec<Value> = (0..101).map(|i| json!(format!("group-{i}"))).collect();
    let roles: Vec<Value> = (0..101).map(|i| json!(format!("{ROLE}{i}"))).collect();
    let scopes: Vec<Value> = (0..51).map(|i| json!(format!("server/scope{i}"))).collect();
    let long_role = format!("{ROLE}{}", "x".repeat(2048));
    let mut rows = vec![
        // The common fields.
        with("an event is an object", ALL, "", json!([])),
        with("a version is a string", ALL, "/version", 2),
        with("the version is not its long name", ALL, "/version", "V2_0"),
        with("V1_0 does not say 2", &[EventV1], "/version", "2"),
        with("V2_0 does not say 3", &[EventV2], "/version", "3"),
        with("V3_0 does not say 1", &[EventV3], "/version", "1"),
        with("another trigger's source", ALL, "/triggerSource", "PostConfirmation_ConfirmSignUp"),
        with("a trigger source that is null", ALL, "/triggerSource", Value::Null),
        with(
            "machines come under V3_0 only",
            &[EventV1, EventV2],
            "/triggerSource",
            "TokenGeneration_ClientCredentials",
        ),
        with("a region is a string", ALL, "/region", 1),
        with("a region is a code", ALL, "/region", "Frankfurt"),
        with("a user pool id is a string", ALL, "/userPoolId", Value::Null),
        with("a user pool id has two parts", ALL, "/userPoolId", "EXAMPLE"),
        with("a user pool id has 55 characters at most", ALL, "/userPoolId", format!("eu-west-1_{}", "x".repeat(46))),
        with("a user name is a string", ALL, "/userName", Value::Null),
        with("a user name is not empty", ALL, "/userName", ""),
        with("a user name has no blanks", ALL, "/userName", "Jane Doe"),
        with("a user name has no control characters", ALL, "/userName", "Jane\u{7}Doe"),
        with("a user name has 128 characters at most", ALL, "/userName", "x".repeat(129)),
        with("the caller context is an object", ALL, "/callerContext", Value::Null),
        with("the SDK version is a string", ALL, "/callerContext/awsSdkVersion", Value::Null),
        with("the SDK version is not empty", ALL, "/callerContext/awsSdkVersion", ""),
        with("a client id is a string", ALL, "/callerContext/clientId", 7),
        with("a client id has no dashes", ALL, "/callerContext/clientId", "an-app"),
        with("a client id has 128 characters at most", ALL, "/callerContext/clientId", "x".repeat(129)),
        with("the request is an object", ALL, "/request", Value::Null),
        // Attributes.
        with("attributes are an object", ALL, ATTRIBUTES, Value::Null),
        with("an attribute is a string, also of a boolean", ALL, "/request/userAttributes/email_verified", true),
        with("an attribute is a string, also of a number", ALL, "/request/userAttributes/custom:age", 42),
        with("an attribute without a value is absent", ALL, "/request/userAttributes/email", Value::Null),
        with("an attribute has 2,048 characters at most", ALL, "/request/userAttributes/profile", "x".repeat(2049)),
        with("an attribute has a name", ALL, "/request/userAttributes/", "x"),
        with("a custom attribute has a name of its own", ALL, "/request/userAttributes/custom:", "x"),
        with("a custom name is short", ALL, "/request/userAttributes/custom:abcdefghijklmnopqrstu", "x"),
        with("`sub` is a string", ALL, "/request/userAttributes/sub", 1),
        with("`sub` is not empty", ALL, "/request/userAttributes/sub", ""),
        with("`sub` has 2,048 characters at most", ALL, "/request/userAttributes/sub", "x".repeat(2049)),
        with("a user's state is one of the API's", ALL, "/request/userAttributes/cognito:user_status", "confirmed"),
        with("identities are text, not JSON", ALL, "/request/userAttributes/identities", json!([])),
        // Groups and roles.
        with("the group configuration is no list", ALL, "/request/groupConfiguration", json!([])),
        with("V1_0 always has a group configuration", &[EventV1], "/request/groupConfiguration", Value::Null),
        with("groups are a list", ALL, GROUPS, "admins"),
        with("a group is a name", ALL, GROUPS, json!([null])),
        with("a group has a name", ALL, GROUPS, json!([""])),
        with("a group's name has no blanks", ALL, GROUPS, json!(["the admins"])),
        with("a group's name has 128 characters at most", ALL, GROUPS, json!(["x".repeat(129)])),
        with("nobody is in a group twice", ALL, GROUPS, json!(["a", "a"])),
        with("nobody is in more than 100 groups", ALL, GROUPS, groups),
        with("roles are a list", ALL, ROLES, json!({})),
        with("a role is a name", ALL, ROLES, json!([null])),
        with("a role is an ARN", ALL, ROLES, json!(["the-role-of-the-reader"])),
        with("a role is no other ARN", ALL, ROLES, json!(["arn:aws:s3:::a-bucket-and-not-a-role"])),
        with("a role has 20 characters at least", ALL, ROLES, json!(["arn:a:iam::1:role/a"])),
        with("a role has 2,048 characters at most", ALL, ROLES, json!([long_role])),
        with("nobody has more than 100 roles", ALL, ROLES, roles),
        with("the preferred role is no list", ALL, PREFERRED, json!([ROLE])),
        with("no preferred role is null, not empty", ALL, PREFERRED, ""),
        // Scopes.
        with("V1_0 has no scopes", &[EventV1], SCOPES, json!(["openid"])),
        without("V2_0 and V3_0 have scopes", SCOPED, SCOPES),
        with("scopes are never null", SCOPED, SCOPES, Value::Null),
        with("scopes are a list", SCOPED, SCOPES, "openid email"),
        with("a scope is a string", SCOPED, SCOPES, json!([null])),
        with("a scope is not empty", SCOPED, SCOPES, json!([""])),
        with("a scope has no blanks", SCOPED, SCOPES, json!(["openid email"])),
        with("a scope has no quotation marks", SCOPED, SCOPES, json!(["\"openid\""])),
        with("a scope has no backslash", SCOPED, SCOPES, json!(["server\\scope"])),
        with("a scope has 256 characters at most", SCOPED, SCOPES, json!(["x".repeat(257)])),
        with("there are 50 scopes at most", SCOPED, SCOPES, scopes),
        // Client metadata.
        with("metadata is no list", ALL, METADATA, json!([])),
        with("a metadata value is a string", ALL, METADATA, json!({ "attempt": 1 })),
        with("a metadata value is not null", ALL, METADATA, json!({ "attempt": null })),
        with("a metadata value has a limit", ALL, METADATA, json!({ "a": "x".repeat(131_073) })),
        with("a metadata key has a limit", ALL, METADATA, json!({ "x".repeat(131_073): "a" })),
        // The response.
        with("the response is an object", ALL, "/response", Value::Null),
        with("V1_0 brings no details", &[EventV1], "/response/claimsOverrideDetails", json!({})),
        with("V2_0 and V3_0 bring no details", SCOPED, "/response/claimsAndScopeOverrideDetails", json!([])),
        with("V1_0 has no container of V2_0", &[EventV1], "/response/claimsAndScopeOverrideDetails", Value::Null),
        with("V2_0 has no container of V1_0", SCOPED, "/response/claimsOverrideDetails", Value::Null),
        // Machines.
        with("a machine's version is 3", &[EventV3], "/version", "2").in_example(MACHINE),
        with("a machine's user name is fixed", &[EventV3], "/userName", "1example23456789").in_example(MACHINE),
        with("a machine has no attributes", &[EventV3], "/request/userAttributes/sub", "1").in_example(MACHINE),
        with(
            "a machine has no groups",
            &[EventV3],
            "/request/groupConfiguration",
            json!({ "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null }),
        )
        .in_example(MACHINE),
        with("a machine has custom scopes only", &[EventV3], SCOPES, json!(["openid"])).in_example(MACHINE),
        with("a machine's metadata are strings", &[EventV3], METADATA, json!({ "attempt": 1 })).in_example(MACHINE),
    ];
    for member in [
        "/version",
        "/triggerSource",
        "/region",
        "/userPoolId",
        "/userName",
        "/callerContext",
        "/callerContext/awsSdkVersion",
        "/callerContext/clientId",
        "/request",
        "/request/userAttributes",
        "/request/userAttributes/sub",
        "/request/userAttributes/cognito:user_status",
        "/request/groupConfiguration",
        GROUPS,
        ROLES,
        "/response",
    ] {
        rows.push(without(&format!("`{member}` is never missing"), ALL, member));
    }
    rows
}

fn strip_notes(schema: &mut Value) {
    if let Some(members) = schema.as_object_mut() {
        members.retain(|key, value| !(value.is_string() && (key == "$comment" || key == "description")));
        members.values_mut().for_each(strip_notes);
    }
}
