//! Policies that could never be right, and what their authors are told.

use pretoken_trigger::{Fault, Policy};
use serde_json::json;

/// A policy with one thing wrong, and the problem that it is refused with.
const REFUSED: &[(&str, &str)] = &[
    // Claims that Cognito keeps to itself.
    (
        r#"{"idToken": {"claims": {"sub": {"value": "x"}}}}"#,
        "/idToken/claims/sub: `sub` is issued by Cognito and cannot be set by a trigger; remove it",
    ),
    (
        r#"{"accessToken": {"claims": {"username": {"attribute": "email"}}}}"#,
        "/accessToken/claims/username: `username` is issued by Cognito and cannot be set by a trigger; remove it",
    ),
    (
        r#"{"idToken": {"suppress": ["email", "identities"]}}"#,
        "/idToken/suppress/1: `identities` is issued by Cognito and cannot be suppressed by a trigger; remove it",
    ),
    (
        r#"{"machineToken": {"suppress": ["client_id"]}}"#,
        "/machineToken/suppress/0: `client_id` is issued by Cognito and cannot be suppressed by a trigger; remove it",
    ),
    (
        r#"{"idToken": {"claims": {"cognito:groups": {"value": ["a"]}}}}"#,
        "/idToken/claims/cognito:groups: `cognito:groups` follows from the user's groups and cannot be set as a claim; use `groups`",
    ),
    (
        r#"{"idToken": {"claims": {"cognito:preferred_role": {"value": "a"}}}}"#,
        "/idToken/claims/cognito:preferred_role: `cognito:preferred_role` follows from the user's groups and cannot be set as a claim; use \
         `groups`",
    ),
    (
        r#"{"idToken": {"suppress": ["cognito:roles"]}}"#,
        "/idToken/suppress/0: `cognito:roles` is suppressed together with `cognito:groups` and not by itself; name `cognito:groups`",
    ),
    (
        r#"{"idToken": {"claims": {"cognito:tenant": {"value": "a"}}}}"#,
        "/idToken/claims/cognito:tenant: `cognito:tenant`: the namespace `cognito:` is Cognito's, and its claims cannot be set; remove it or \
         choose another name",
    ),
    (
        r#"{"idToken": {"suppress": ["cognito:tenant"]}}"#,
        "/idToken/suppress/0: `cognito:tenant`: the namespace `cognito:` is Cognito's, and its claims cannot be suppressed; remove it or \
         choose another name",
    ),
    (
        r#"{"idToken": {"claims": {"dev:custom:x": {"value": "a"}}}}"#,
        "/idToken/claims/dev:custom:x: `dev:custom:x`: a `dev:` claim can be suppressed, but not set; choose another name",
    ),
    (
        r#"{"accessToken": {"claims": {"scope": {"value": "a"}}}}"#,
        "/accessToken/claims/scope: `scope` is not changed as a claim; use `scopes` of `accessToken` or `machineToken`",
    ),
    (
        r#"{"accessToken": {"suppress": ["scope"]}}"#,
        "/accessToken/suppress/0: `scope` is not changed as a claim; use `scopes` of `accessToken` or `machineToken`",
    ),
    (
        r#"{"idToken": {"claims": {"aud": {"clientId": true}}}}"#,
        "/idToken/claims/aud: `aud` of the ID token cannot be set; remove it",
    ),
    (
        r#"{"idToken": {"suppress": ["aud"]}}"#,
        "/idToken/suppress/0: `aud` of the ID token cannot be suppressed; remove it",
    ),
    (
        r#"{"accessToken": {"suppress": ["aud"]}}"#,
        "/accessToken/suppress/0: `aud` of an access token cannot be suppressed; remove it",
    ),
    (
        r#"{"accessToken": {"claims": {"aud": {"value": "https://api.example.com"}}}}"#,
        "/accessToken/claims/aud: `aud` of an access token can only be the id of the app client; write `{\"clientId\": true}`",
    ),
    (
        r#"{"machineToken": {"claims": {"aud": {"value": "x"}}}}"#,
        "/machineToken/claims/aud: `aud` of an access token can only be the id of the app client; write `{\"clientId\": true}`",
    ),
    (r#"{"idToken": {"claims": {"": {"value": "x"}}}}"#, "/idToken/claims/: a claim needs a name"),
    (r#"{"idToken": {"suppress": [" "]}}"#, "/idToken/suppress/0: a claim needs a name"),
    (
        r#"{"idToken": {"claims": {"a/b": {"value": "x"}}, "suppress": ["a/b"]}}"#,
        "/idToken/suppress/0: `a/b` is also suppressed, so what is set here would be lost; remove one of the two",
    ),
    (r#"{"idToken": {"suppress": ["a", "a"]}}"#, "/idToken/suppress/1: `a` stands here twice; remove one"),
    // Sources.
    (
        r#"{"idToken": {"claims": {"a": {}}}}"#,
        "/idToken/claims/a: a claim needs one source: `value`, `attribute`, `clientId` or `clientMetadata`",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"default": "b"}}}}"#,
        "/idToken/claims/a: a claim needs one source: `value`, `attribute`, `clientId` or `clientMetadata`",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": "b", "attribute": "c"}}}}"#,
        "/idToken/claims/a: a claim has one source of `value`, `attribute`, `clientId` and `clientMetadata`; remove the others",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": "b", "default": "c"}}}}"#,
        "/idToken/claims/a/default: `default` has no meaning beside `value`; remove it",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"clientId": true, "values": {"b": "c"}}}}}"#,
        "/idToken/claims/a/values: `values` has no meaning beside `clientId`; remove it",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"clientId": false}}}}"#,
        "/idToken/claims/a/clientId: `clientId` can only be `true`; leave the claim out instead",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"attribute": ""}}}}"#,
        "/idToken/claims/a/attribute: the name of the attribute is empty",
    ),
    (
        r#"{"machineToken": {"claims": {"a": {"attribute": "email"}}}}"#,
        "/machineToken/claims/a/attribute: a machine has no attributes; use `value`, `clientId` or `clientMetadata`",
    ),
    (
        r#"{"accessToken": {"claims": {"a": {"clientMetadata": "b", "values": {"c": "d"}}}}}"#,
        "/accessToken/claims/a/clientMetadata: client metadata reaches a user's sign-in but not the refresh, where the claim would be lost; \
         use it in `machineToken` only",
    ),
    (
        r#"{"machineToken": {"claims": {"a": {"clientMetadata": "b"}}}}"#,
        "/machineToken/claims/a: the caller chooses client metadata; list in `values` what may come, and what the claim then says",
    ),
    (
        r#"{"machineToken": {"claims": {"a": {"clientMetadata": "", "values": {"c": "d"}}}}}"#,
        "/machineToken/claims/a/clientMetadata: the name of the client metadata key is empty",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"attribute": "b", "values": {}}}}}"#,
        "/idToken/claims/a/values: `values` is empty, so the source can never be used; list what may come",
    ),
    // Values.
    (
        r#"{"idToken": {"claims": {"a": {"value": null}}}}"#,
        "/idToken/claims/a/value: `null` is not a claim value; leave the claim out, or suppress it",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": {"b": {"c": null}}}}}}"#,
        "/idToken/claims/a/value/b/c: `null` is not a claim value; leave the claim out, or suppress it",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": ["b", {"c": 1}]}}}}"#,
        "/idToken/claims/a/value/1: a list can hold texts, numbers and booleans, and this entry is an object; put the list into an object, \
         or change the entry",
    ),
    (
        r#"{"accessToken": {"claims": {"a": {"value": {"b": [[1]]}}}}}"#,
        "/accessToken/claims/a/value/b/0: a list can hold texts, numbers and booleans, and this entry is a list; put the list into an \
         object, or change the entry",
    ),
    (
        r#"{"accessToken": {"claims": {"a": {"value": [null]}}}}"#,
        "/accessToken/claims/a/value/0: a list can hold texts, numbers and booleans, and this entry is `null`; put the list into an object, \
         or change the entry",
    ),
    (
        r#"{"idToken": {"claims": {"address": {"value": {"country": "de"}}}}}"#,
        "/idToken/claims/address/value: `address` of the ID token cannot hold an object; use a text, a number or a boolean",
    ),
    (
        r#"{"idToken": {"claims": {"updated_at": {"value": [1]}}}}"#,
        "/idToken/claims/updated_at/value: `updated_at` of the ID token cannot hold a list; use a text, a number or a boolean",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": "undefined"}}}}"#,
        "/idToken/claims/a/value: `undefined` says nothing, and a consumer would take it for a value; leave it out",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": ["b", ""]}}}}"#,
        "/idToken/claims/a/value/1: `` says nothing, and a consumer would take it for a value; leave it out",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": {"b": "[object Object]"}}}}}"#,
        "/idToken/claims/a/value/b: `[object Object]` says nothing, and a consumer would take it for a value; leave it out",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"attribute": "b", "default": "None"}}}}"#,
        "/idToken/claims/a/default: `None` says nothing, and a consumer would take it for a value; leave it out",
    ),
    (
        r#"{"idToken": {"claims": {"a": {"value": "Null"}}}}"#,
        "/idToken/claims/a/value: `Null` says nothing, and a consumer would take it for a value; leave it out",
    ),
    (
        r#"{"machineToken": {"claims": {"a": {"clientMetadata": "b", "values": {"c": "null"}}}}}"#,
        "/machineToken/claims/a/values/c: `null` says nothing, and a consumer would take it for a value; leave it out",
    ),
    // Event versions.
    (
        r#"{"eventVersions": []}"#,
        "/eventVersions: no event version is named; name one of `1`, `2`, `3`, or leave `eventVersions` out",
    ),
    (
        r#"{"eventVersions": ["1"], "idToken": {"claims": {"a": {"value": 1}}}}"#,
        "/idToken/claims/a/value: event version 1 carries texts only, and this is a number; quote it, or serve event version 2",
    ),
    (
        r#"{"eventVersions": ["1"], "accessToken": {"suppress": ["a"]}}"#,
        "/accessToken: the access token cannot be changed under event version 1; remove it, or serve event version 2",
    ),
    (
        r#"{"eventVersions": ["1", "2"], "machineToken": {"suppress": ["a"]}}"#,
        "/machineToken: a machine's access token cannot be changed under event versions 1 and 2; remove it, or serve event version 3",
    ),
    // Scopes.
    (r#"{"accessToken": {"scopes": {"add": [""]}}}"#, "/accessToken/scopes/add/0: a scope needs a name"),
    (
        r#"{"accessToken": {"scopes": {"add": ["a", "b c"]}}}"#,
        "/accessToken/scopes/add/1: `b c` holds white space, and Cognito adds no such scope; write two scopes, or remove it",
    ),
    (
        r#"{"accessToken": {"scopes": {"add": ["a\u00a0b"]}}}"#,
        "/accessToken/scopes/add/0: `a\u{a0}b` holds white space, and Cognito adds no such scope; write two scopes, or remove it",
    ),
    (
        r#"{"accessToken": {"scopes": {"suppress": ["a\"b"]}}}"#,
        "/accessToken/scopes/suppress/0: `a\"b` holds `\"`, which a scope cannot hold; use visible ASCII characters without `\"` and `\\`",
    ),
    (
        r#"{"accessToken": {"scopes": {"byGroup": {"g": ["\u00fc"]}}}}"#,
        "/accessToken/scopes/byGroup/g/0: `\u{fc}` holds `\u{fc}`, which a scope cannot hold; use visible ASCII characters without `\"` and \
         `\\`",
    ),
    (
        r#"{"accessToken": {"scopes": {"add": ["a"], "suppress": ["a"]}}}"#,
        "/accessToken/scopes/add/0: `a` is also suppressed; remove one of the two",
    ),
    (
        r#"{"accessToken": {"scopes": {"suppress": ["a"], "byGroup": {"g": ["a"]}}}}"#,
        "/accessToken/scopes/byGroup/g/0: `a` is also suppressed; remove one of the two",
    ),
    (
        r#"{"accessToken": {"scopes": {"add": ["a", "a"]}}}"#,
        "/accessToken/scopes/add/1: `a` stands here twice; remove one",
    ),
    (
        r#"{"machineToken": {"scopes": {"add": ["openid"]}}}"#,
        "/machineToken/scopes/add/0: `openid` is for users, and a client credentials grant has custom scopes only; remove it",
    ),
    // Groups.
    (
        r#"{"groups": {"keep": []}}"#,
        "/groups/keep: no group would be kept; suppress `cognito:groups` in both tokens instead",
    ),
    (r#"{"groups": {"dropPrefixes": [""]}}"#, "/groups/dropPrefixes/0: an empty prefix covers every group; remove it"),
    (
        r#"{"groups": {"rename": {"a": ""}}}"#,
        "/groups/rename/a: `` cannot be a group: a name has 1 to 128 characters, and neither white space nor control characters",
    ),
    (
        r#"{"groups": {"drop": ["a b"]}}"#,
        "/groups/drop/0: `a b` cannot be a group: a name has 1 to 128 characters, and neither white space nor control characters",
    ),
    (
        r#"{"groups": {"keep": ["a"], "rename": {"b": "c"}}}"#,
        "/groups/rename/b: no user's token ever holds the group `b` under this policy; keep it, or remove this",
    ),
    (
        r#"{"groups": {"dropPrefixes": ["a"]}, "accessToken": {"scopes": {"byGroup": {"ab": ["x"]}}}}"#,
        "/accessToken/scopes/byGroup/ab: no user's token ever holds the group `ab` under this policy; keep it, or remove this",
    ),
    (
        r#"{"groups": {"drop": ["b"], "implies": {"a": ["b"]}}}"#,
        "/groups/implies/a/0: the group `b` is dropped; remove it here or there",
    ),
    (r#"{"groups": {"implies": {"a": ["a"]}}}"#, "/groups/implies/a/0: `a` is its own name; remove it"),
    (r#"{"groups": {"implies": {"a": []}}}"#, "/groups/implies/a: this lists no group; remove it"),
    (r#"{"groups": {"rename": {"a": "a"}}}"#, "/groups/rename/a: `a` is its own name; remove it"),
    (r#"{"groups": {"keepPrefixes": ["a", "a"]}}"#, "/groups/keepPrefixes/1: `a` stands here twice; remove one"),
    (
        r#"{"maxTokenBytes": 100}"#,
        "/maxTokenBytes: 100 bytes leave no room beside Cognito's own claims; use 4096 or more",
    ),
    // The document.
    (r#"{"idToken": {"claim": {}}}"#, "/idToken/claim: unknown field `claim`, expected `claims` or `suppress`"),
    (
        r#"{"idToken": {"claims": {"a": "b"}}}"#,
        "/idToken/claims/a: invalid type: string \"b\", expected an object with `value`, `attribute`, `clientId` or `clientMetadata`",
    ),
    (r#"{"idToken": {"suppress": ["a", 1]}}"#, "/idToken/suppress/1: invalid type: integer `1`, expected a string"),
    (
        r#"{"idToken": {"claims": {"a": {"value": "b"}, "a": {"value": "c"}}}}"#,
        "/idToken/claims: `a` stands here twice; remove one",
    ),
    (r#"{"idToken": {}, "idToken": {}}"#, "duplicate field `idToken`"),
    (r#"{"idToken": null}"#, "/idToken: invalid type: null, expected an object"),
    (r#"{"groups": []}"#, "/groups: invalid type: sequence, expected an object"),
    (
        r#"{"idToken": {"claims": {"a": {"attribute": null}}}}"#,
        "/idToken/claims/a/attribute: invalid type: null, expected a string",
    ),
    (r#"{"eventVersions": ["4"]}"#, "/eventVersions/0: unknown variant `4`, expected one of `1`, `2`, `3`"),
    ("[]", "invalid type: sequence, expected an object"),
    (r#"{"idToken": }"#, "this is not JSON: expected value at line 1 column 13"),
    (r#"{} {}"#, "this is not JSON: trailing characters at line 1 column 4"),
    ("", "this is not JSON: EOF while parsing a value at line 1 column 0"),
];

#[test]
fn a_policy_that_could_never_be_right_is_refused_with_the_place_and_the_next_step() {
    for (policy, expected) in REFUSED {
        let problems: Vec<String> = match Policy::parse(policy) {
            Ok(_) => Vec::new(),
            Err(error) => error.problems().iter().map(ToString::to_string).collect(),
        };
        assert_eq!(problems, [*expected], "{policy}");
    }
}

#[test]
fn all_problems_of_a_policy_are_told_at_once() {
    let error =
        Policy::parse(r#"{"idToken": {"claims": {"sub": {"value": 1}, "a~b/c": {"value": null}}}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the policy cannot be used:\
         \n  /idToken/claims/a~0b~1c/value: `null` is not a claim value; leave the claim out, or suppress it\
         \n  /idToken/claims/sub: `sub` is issued by Cognito and cannot be set by a trigger; remove it"
    );
}

#[test]
fn every_claim_of_awss_table_that_a_trigger_cannot_change_is_refused() {
    for name in [
        "acr",
        "amr",
        "at_hash",
        "auth_time",
        "azp",
        "client_id",
        "cognito:username",
        "device_key",
        "event_id",
        "exp",
        "iat",
        "identities",
        "iss",
        "jti",
        "nbf",
        "nonce",
        "origin_jti",
        "sub",
        "token_use",
        "username",
        "version",
        "aud",
        "scope",
    ] {
        for token in ["idToken", "accessToken", "machineToken"] {
            let set = json!({token: {"claims": {name: {"value": "x"}}}});
            let suppress = json!({token: {"suppress": [name]}});
            assert!(Policy::from_value(&set).is_err(), "{set}");
            assert!(Policy::from_value(&suppress).is_err(), "{suppress}");
        }
    }
}

#[test]
fn a_policy_that_adds_too_much_is_refused() {
    let long = "x".repeat(2_048);
    for (policy, place) in [
        (json!({"idToken": {"claims": {"a": {"value": long}}}}), "/idToken"),
        (json!({"idToken": {"claims": {"a": {"attribute": "b", "default": long}}}}), "/idToken"),
        (json!({"idToken": {"claims": {"a": {"attribute": "b", "values": {"c": long}}}}}), "/idToken"),
        (json!({"machineToken": {"claims": {"a": {"value": vec![1; 1_024]}}}}), "/machineToken"),
        (json!({"accessToken": {"scopes": {"add": many(10)}}}), "/accessToken"),
        (json!({"accessToken": {"scopes": {"byGroup": {"g": many(10)}}}}), "/accessToken"),
        (json!({"groups": {"implies": {"g": many(20)}}}), "/groups"),
    ] {
        let error = Policy::from_value(&policy).unwrap_err();
        let problem = error.problems().first().unwrap();
        assert_eq!(problem.place, place);
        assert!(matches!(problem.fault, Fault::TooLarge { limit: 2_048, .. }), "{problem}");
    }
}

#[test]
fn a_long_scope_is_refused() {
    let error = Policy::from_value(&json!({"accessToken": {"scopes": {"add": ["x".repeat(257)]}}})).unwrap_err();
    assert_eq!(error.problems().first().unwrap().fault, Fault::LongScope(257));
    assert!(Policy::from_value(&json!({"accessToken": {"scopes": {"add": ["x".repeat(256)]}}})).is_ok());
}

#[test]
fn what_cognito_allows_is_accepted() {
    for policy in [
        json!({"idToken": {"suppress": ["cognito:groups", "dev:custom:x", "custom:y", "never_there"]}}),
        json!({"idToken": {"claims": {"https://example.com/claims": {"value": {}}, "custom:x": {"value": []}}}}),
        json!({"accessToken": {"claims": {"address": {"value": {"country": "de"}}}}}),
        json!({"idToken": {"claims": {"email_verified": {"value": true}}}}),
        json!({"idToken": {"claims": {"a": {"value": "none"}}}, "accessToken": {"suppress": ["a"]}}),
        json!({"accessToken": {"scopes": {"add": ["openid", "https://api.example.com/read"], "suppress": ["aws.cognito.signin.user.admin"]}}}),
        json!({"eventVersions": ["1"], "idToken": {"claims": {"a": {"attribute": "b"}, "c": {"value": "d"}}}}),
        json!({"eventVersions": ["1", "3"], "idToken": {"claims": {"a": {"value": 1}}}, "machineToken": {}}),
        json!({"groups": {"keep": ["a"], "implies": {"a": ["b"]}, "rename": {"b": "c"}}}),
    ] {
        assert_eq!(Policy::from_value(&policy).map(|_| ()), Ok(()), "{policy}");
    }
}

fn many(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("{index:0>128}")).chain((0..count).map(|index| format!("x{index:0>99}"))).collect()
}
