//! The answers that AWS documents, and those that it does not.

use crate::table::{Row, assert_accepted, assert_each_constraint_is_needed, assert_refused, with, without};
use pretoken_schemas::Schema::{self, ResponseV1, ResponseV2, ResponseV3};
use serde_json::{Value, json};

const ALL: &[Schema] = &[ResponseV1, ResponseV2, ResponseV3];
const V1: &[Schema] = &[ResponseV1];
/// The versions with two tokens and scopes.
const BOTH_TOKENS: &[Schema] = &[ResponseV2, ResponseV3];

const DETAILS_V1: &str = "/response/claimsOverrideDetails";
const DETAILS: &str = "/response/claimsAndScopeOverrideDetails";

#[test]
fn every_documented_answer_is_accepted() {
    assert_accepted(&documented());
}

#[test]
fn every_undocumented_shape_is_refused_for_its_one_fault() {
    assert_refused(&wrong());
}

#[test]
fn no_constraint_of_the_response_schemas_is_idle() {
    assert_each_constraint_is_needed(ALL, &wrong());
}

fn documented() -> Vec<Row> {
    let id_claims = format!("{DETAILS}/idTokenGeneration/claimsToAddOrOverride");
    let access_claims = format!("{DETAILS}/accessTokenGeneration/claimsToAddOrOverride");
    let mut rows = vec![
        with("an empty response", ALL, "/response", json!({})),
        with("details that are null", V1, DETAILS_V1, Value::Null),
        with("details that are null", BOTH_TOKENS, DETAILS, Value::Null),
        with("empty details", V1, DETAILS_V1, json!({})),
        with("empty details", BOTH_TOKENS, DETAILS, json!({})),
        with("a claim with an empty value", V1, &format!("{DETAILS_V1}/claimsToAddOrOverride/a"), ""),
        with(
            "each part of V1_0 null",
            V1,
            DETAILS_V1,
            json!({ "claimsToAddOrOverride": null, "claimsToSuppress": null, "groupOverrideDetails": null }),
        ),
        with(
            "each part null",
            BOTH_TOKENS,
            DETAILS,
            json!({ "idTokenGeneration": null, "accessTokenGeneration": null, "groupOverrideDetails": null }),
        ),
        with(
            "each part of a token null",
            BOTH_TOKENS,
            &format!("{DETAILS}/idTokenGeneration"),
            json!({ "claimsToAddOrOverride": null, "claimsToSuppress": null }),
        ),
        with(
            "each part of the access token null",
            BOTH_TOKENS,
            &format!("{DETAILS}/accessTokenGeneration"),
            json!({
                "claimsToAddOrOverride": null, "claimsToSuppress": null, "scopesToAdd": null, "scopesToSuppress": null
            }),
        ),
        // Not documented, and not forbidden.
        with("an unknown key in the response", ALL, "/response/note", 1),
        with("an unknown key in the details", V1, &format!("{DETAILS_V1}/note"), 1),
        with("an unknown key in the details", BOTH_TOKENS, &format!("{DETAILS}/note"), 1),
        with("the other version's container", V1, DETAILS, json!({ "idTokenGeneration": 1 })),
        with("the other version's container", BOTH_TOKENS, DETAILS_V1, json!([])),
        with("a reserved claim, for its shape", BOTH_TOKENS, &format!("{id_claims}/sub"), "1"),
    ];
    let nulls = json!({ "groupsToOverride": null, "iamRolesToOverride": null, "preferredRole": null });
    for groups in [Value::Null, json!({}), nulls, json!({ "groupsToOverride": [] })] {
        rows.push(with("groups removed", V1, &format!("{DETAILS_V1}/groupOverrideDetails"), groups.clone()));
        rows.push(with("groups removed", BOTH_TOKENS, &format!("{DETAILS}/groupOverrideDetails"), groups));
    }
    for value in [
        json!(""),
        json!(i64::MAX),
        json!(f64::MAX),
        json!(true),
        json!([]),
        json!(["a", 1, 0.5, false]),
        json!({}),
        json!({ "a": { "b": [null, [1], { "c": null }] } }),
    ] {
        rows.push(with("a claim of the ID token", BOTH_TOKENS, &format!("{id_claims}/a"), value.clone()));
        rows.push(with("claims of the access token", BOTH_TOKENS, &access_claims, json!({ "address": value })));
    }
    rows
}

fn wrong() -> Vec<Row> {
    let mut rows = vec![
        with("an answer is an object", ALL, "", json!([])),
        with("an answer is no text", ALL, "", "{}"),
        with("`response` is an object", ALL, "/response", Value::Null),
        with("details are an object", V1, DETAILS_V1, json!([])),
        with("details are an object", BOTH_TOKENS, DETAILS, json!([])),
    ];
    for member in
        ["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request", "response"]
    {
        let at = format!("/{member}");
        rows.push(without(&format!("`{member}` has to come back"), ALL, &at));
        rows.push(with(&format!("`{member}` has to come back with its type"), ALL, &at, 1));
    }
    for value in [json!(1), json!(true), json!(["a"]), json!({ "a": "b" }), Value::Null] {
        let claim = format!("{DETAILS_V1}/claimsToAddOrOverride/my_first_attribute");
        rows.push(with("claims of V1_0 are strings", V1, &claim, value));
    }
    rows.push(with("claims are a map", V1, &format!("{DETAILS_V1}/claimsToAddOrOverride"), json!([])));
    rows.extend(wrong_names(V1, &format!("{DETAILS_V1}/claimsToSuppress")));
    rows.extend(wrong_groups(V1, DETAILS_V1, 1));
    rows.extend(wrong_groups(BOTH_TOKENS, DETAILS, 0));

    for token in ["idTokenGeneration", "accessTokenGeneration"] {
        let token = format!("{DETAILS}/{token}");
        rows.push(with("changes to a token are an object", BOTH_TOKENS, &token, json!([])));
        rows.extend(wrong_names(BOTH_TOKENS, &format!("{token}/claimsToSuppress")));
        let claims = format!("{token}/claimsToAddOrOverride");
        rows.push(with("claims are a map", BOTH_TOKENS, &claims, json!([])));
        for value in [Value::Null, json!([null]), json!([["a"]]), json!([{ "a": "b" }])] {
            rows.push(with("a claim has a documented type", BOTH_TOKENS, &claims, json!({ "a": value })));
        }
    }
    for claim in ["email_verified", "phone_number_verified", "updated_at", "address"] {
        for value in [json!({}), json!([]), Value::Null] {
            let at = format!("{DETAILS}/idTokenGeneration/claimsToAddOrOverride/{claim}");
            rows.push(with(&format!("`{claim}` is simple in the ID token"), BOTH_TOKENS, &at, value));
        }
    }
    let added = format!("{DETAILS}/accessTokenGeneration/scopesToAdd");
    rows.extend(wrong_names(BOTH_TOKENS, &added));
    for scope in ["openid email", " openid", "openid\n", "a\u{a0}b", " "] {
        rows.push(with("a scope to add has no blanks", BOTH_TOKENS, &added, json!([scope])));
    }
    rows.extend(wrong_names(BOTH_TOKENS, &format!("{DETAILS}/accessTokenGeneration/scopesToSuppress")));
    rows
}

fn wrong_groups(schemas: &[Schema], details: &str, example: usize) -> Vec<Row> {
    let groups = format!("{details}/groupOverrideDetails");
    let mut rows = vec![
        with("group changes are an object", schemas, &groups, json!([])),
        with("a preferred role is a string", schemas, &format!("{groups}/preferredRole"), json!(["a"])),
    ];
    rows.extend(wrong_names(schemas, &format!("{groups}/groupsToOverride")));
    rows.extend(wrong_names(schemas, &format!("{groups}/iamRolesToOverride")));
    rows.into_iter().map(|row| row.in_example(example)).collect()
}

fn wrong_names(schemas: &[Schema], at: &str) -> Vec<Row> {
    [json!("a"), json!({}), json!([null]), json!([1])]
        .map(|value| with(&format!("`{at}` is a list of strings"), schemas, at, value))
        .into()
}
