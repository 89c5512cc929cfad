//! Groups, roles and the preferred role.

use pretoken_trigger::{Policy, handle};
use serde_json::{Value, json};

use crate::events::{details_v1, details_v2, policy, user_v1, user_v2};

const ROLE: &str = "arn:aws:iam::123456789012:role/owner";

#[test]
fn an_answer_about_claims_repeats_groups_roles_and_preferred_role() {
    let policy = policy(&json!({"idToken": {"claims": {"a": {"value": "b"}}}}));
    let expected = json!({
        "groupsToOverride": ["owners", "internal-beta"], "iamRolesToOverride": [ROLE], "preferredRole": ROLE,
    });
    assert_eq!(details_v1(user_v1(), &policy)["groupOverrideDetails"], expected);
    assert_eq!(details_v2(user_v2(), &policy)["groupOverrideDetails"], expected);
}

#[test]
fn a_user_without_groups_gets_no_group_override() {
    for configuration in [
        json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null}),
        json!({"groupsToOverride": null}),
        json!({}),
        Value::Null,
    ] {
        let mut event = user_v2();
        event["request"]["groupConfiguration"] = configuration;
        let details = details_v2(event, &Policy::bundled());
        assert_eq!(details.get("groupOverrideDetails"), None);
        assert_eq!(suppressed(&details, "idTokenGeneration"), json!(["phone_number", "custom:internal_id"]));
    }
}

#[test]
fn groups_are_kept_by_name_and_prefix_and_dropped_even_then() {
    let policy = policy(&json!({"groups": {
        "keep": ["owners"], "keepPrefixes": ["team-"], "drop": ["team-b"], "dropPrefixes": ["team-x"],
    }}));
    let groups = ["team-a", "owners", "team-b", "other", "team-x1"];
    assert_eq!(groups_after(&groups, &policy), json!(["team-a", "owners"]));
}

#[test]
fn dropping_a_group_leaves_the_roles() {
    let policy = policy(&json!({"groups": {"drop": ["internal-beta"]}}));
    assert_eq!(
        details_v2(user_v2(), &policy),
        json!({"groupOverrideDetails": {
            "groupsToOverride": ["owners"], "iamRolesToOverride": [ROLE], "preferredRole": ROLE,
        }})
    );
}

#[test]
fn a_user_who_keeps_no_group_has_them_suppressed_in_both_tokens() {
    let policy = policy(&json!({
        "groups": {"keep": ["nobody"]}, "idToken": {"suppress": ["email"]}, "accessToken": {"suppress": ["cognito:groups"]},
    }));
    assert_eq!(
        details_v2(user_v2(), &policy),
        json!({
            "idTokenGeneration": {"claimsToSuppress": ["email", "cognito:groups"]},
            "accessTokenGeneration": {"claimsToSuppress": ["cognito:groups"]},
        })
    );
    assert_eq!(details_v1(user_v1(), &policy), json!({"claimsToSuppress": ["email", "cognito:groups"]}));
}

#[test]
fn implied_groups_follow_in_turn_and_a_circle_ends() {
    let policy = policy(&json!({"groups": {"implies": {"a": ["b"], "b": ["c", "a"], "c": ["b"]}}}));
    assert_eq!(groups_after(&["a"], &policy), json!(["a", "b", "c"]));
    assert_eq!(groups_after(&["c", "x"], &policy), json!(["c", "x", "b", "a"]));
    assert_eq!(groups_after(&["x"], &policy), json!(["x"]));
}

#[test]
fn a_dropped_group_implies_nothing() {
    let policy = policy(&json!({"groups": {"drop": ["internal-beta"], "implies": {"owners": ["editors"]}}}));
    assert_eq!(groups_after(&["internal-beta", "x"], &policy), json!(["x"]));
}

#[test]
fn groups_are_renamed_last_and_two_may_become_one() {
    let policy = policy(&json!({
        "groups": {"implies": {"a": ["b"]}, "rename": {"a": "x", "b": "x"}},
        "accessToken": {"scopes": {"byGroup": {"b": ["scope-of-b"]}}},
    }));
    let event = with_groups(&["a", "c"]);
    let details = details_v2(event, &policy);
    assert_eq!(details["groupOverrideDetails"]["groupsToOverride"], json!(["x", "c"]));
    assert_eq!(details["accessTokenGeneration"]["scopesToAdd"], json!(["scope-of-b"]));
}

#[test]
fn a_preferred_role_that_is_absent_or_empty_is_none() {
    let policy = policy(&json!({"groups": {"drop": ["internal-beta"]}}));
    for role in [Value::Null, json!(""), json!([]), json!(["a", "b"])] {
        let mut event = user_v2();
        event["request"]["groupConfiguration"]["preferredRole"] = role;
        assert_eq!(details_v2(event, &policy)["groupOverrideDetails"]["preferredRole"], Value::Null);
    }
    let mut event = user_v2();
    event["request"]["groupConfiguration"].as_object_mut().unwrap().remove("preferredRole");
    assert_eq!(details_v2(event, &policy)["groupOverrideDetails"]["preferredRole"], Value::Null);
}

#[test]
fn the_preferred_role_in_a_list_as_aws_prints_it_is_that_role() {
    let mut event = user_v2();
    event["request"]["groupConfiguration"]["preferredRole"] = json!([ROLE]);
    let details = details_v2(event, &Policy::bundled());
    assert_eq!(details["groupOverrideDetails"]["preferredRole"], json!(ROLE));
}

#[test]
fn unknown_members_of_the_group_configuration_do_not_reach_the_answer() {
    let mut event = user_v2();
    event["request"]["groupConfiguration"]["future"] = json!(1);
    let details = details_v2(event, &Policy::bundled());
    let members: Vec<_> = details["groupOverrideDetails"].as_object().unwrap().keys().collect();
    assert_eq!(members, ["groupsToOverride", "iamRolesToOverride", "preferredRole"]);
}

#[test]
fn a_policy_about_groups_has_nothing_to_say_to_a_user_without_any() {
    let policy = policy(&json!({"groups": {"keep": ["a"], "implies": {"a": ["b"]}}}));
    let event = with_groups(&[]);
    assert_eq!(handle(event.clone(), &policy).unwrap(), event);
}

fn with_groups(groups: &[&str]) -> Value {
    let mut event = user_v2();
    event["request"]["groupConfiguration"]["groupsToOverride"] = json!(groups);
    event
}

fn groups_after(groups: &[&str], policy: &Policy) -> Value {
    details_v2(with_groups(groups), policy)["groupOverrideDetails"]["groupsToOverride"].take()
}

fn suppressed(details: &Value, token: &str) -> Value {
    details[token]["claimsToSuppress"].clone()
}
