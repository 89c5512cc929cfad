//! Claims, scopes, and the way back of the event.

use pretoken_trigger::{Error, Policy, handle};
use serde_json::{Value, json};

use crate::events::{USER_SOURCES, details_v1, details_v2, machine, policy, user_v1, user_v2};

#[test]
fn an_empty_policy_gives_every_event_back_untouched() {
    for event in [user_v1(), user_v2(), machine()] {
        assert_eq!(handle(event.clone(), &Policy::default()).unwrap(), event);
        assert_eq!(handle(event.clone(), &Policy::parse("{}").unwrap()).unwrap(), event);
    }
}

#[test]
fn only_the_container_of_the_event_version_changes() {
    for (event, container) in [
        (user_v1(), "claimsOverrideDetails"),
        (user_v2(), "claimsAndScopeOverrideDetails"),
        (machine(), "claimsAndScopeOverrideDetails"),
    ] {
        let mut event = event;
        event["unknown"] = json!({"null": null, "number": 0.1, "large": 9_223_372_036_854_775_807_i64});
        event["response"]["unknown"] = json!([null]);
        event["request"]["clientMetadata"] = Value::Null;
        let mut answer = handle(event.clone(), &Policy::bundled()).unwrap();
        assert!(answer["response"][container].is_object());
        answer["response"][container] = Value::Null;
        assert_eq!(answer, event);
    }
}

#[test]
fn every_type_of_claim_reaches_both_tokens_under_version_2() {
    let claims = json!({
        "text": {"value": "a"},
        "number": {"value": 1.797_693_134_862_315_7e308},
        "integer": {"value": i64::MAX},
        "boolean": {"value": false},
        "list": {"value": ["a", 1, true]},
        "object": {"value": {"deep": {"list": ["a"]}}},
    });
    let policy = policy(&json!({"idToken": {"claims": claims}, "accessToken": {"claims": claims}}));
    let details = details_v2(user_v2(), &policy);
    let expected = json!({
        "text": "a",
        "number": 1.797_693_134_862_315_7e308,
        "integer": i64::MAX,
        "boolean": false,
        "list": ["a", 1, true],
        "object": {"deep": {"list": ["a"]}},
    });
    assert_eq!(details["idTokenGeneration"], json!({"claimsToAddOrOverride": expected}));
    assert_eq!(details["accessTokenGeneration"], json!({"claimsToAddOrOverride": expected}));
}

#[test]
fn version_1_carries_the_texts_of_the_id_token_and_nothing_of_the_access_token() {
    let policy = policy(&json!({
        "idToken": {"claims": {"text": {"value": "a"}, "number": {"value": 1}, "list": {"value": []}}, "suppress": ["email"]},
        "accessToken": {"claims": {"other": {"value": "b"}}, "suppress": ["x"], "scopes": {"add": ["y"]}},
    }));
    let mut event = user_v1();
    event["request"]["groupConfiguration"]["groupsToOverride"] = json!([]);
    assert_eq!(
        details_v1(event, &policy),
        json!({"claimsToAddOrOverride": {"text": "a"}, "claimsToSuppress": ["email"]})
    );
}

#[test]
fn an_attribute_is_taken_from_the_user() {
    let policy = policy(&json!({"accessToken": {"claims": {"tenant": {"attribute": "custom:tenant"}}}}));
    assert_eq!(access_claims(user_v2(), &policy), json!({"tenant": "acme"}));
}

#[test]
fn an_attribute_that_is_absent_or_says_nothing_gives_way_to_the_default_or_to_no_claim() {
    let with_default =
        policy(&json!({"accessToken": {"claims": {"tenant": {"attribute": "custom:tenant", "default": "public"}}}}));
    let without = policy(&json!({"accessToken": {"claims": {"tenant": {"attribute": "custom:tenant"}}}}));
    for nothing in [None, Some(""), Some("  "), Some("undefined"), Some("null"), Some("[object Object]")] {
        let mut event = user_v2();
        event["request"]["groupConfiguration"] = Value::Null;
        match nothing {
            Some(text) => event["request"]["userAttributes"]["custom:tenant"] = json!(text),
            None => drop(event["request"]["userAttributes"].as_object_mut().unwrap().remove("custom:tenant")),
        }
        assert_eq!(access_claims(event.clone(), &with_default), json!({"tenant": "public"}), "{nothing:?}");
        assert_eq!(handle(event.clone(), &without).unwrap(), event, "{nothing:?}");
    }
}

#[test]
fn a_table_lets_through_only_the_attribute_values_that_it_lists() {
    let policy = policy(&json!({"accessToken": {"claims": {
        "plan": {"attribute": "custom:plan", "values": {"team-yearly": "team"}, "default": "free"},
    }}}));
    assert_eq!(access_claims(user_v2(), &policy), json!({"plan": "team"}));
    let mut event = user_v2();
    event["request"]["userAttributes"]["custom:plan"] = json!("enterprise");
    assert_eq!(access_claims(event, &policy), json!({"plan": "free"}));
}

#[test]
fn the_audience_of_an_access_token_is_the_app_client() {
    let policy = policy(&json!({
        "accessToken": {"claims": {"aud": {"clientId": true}}},
        "machineToken": {"claims": {"aud": {"clientId": true}}},
    }));
    assert_eq!(access_claims(user_v2(), &policy), json!({"aud": "1example23456789"}));
    assert_eq!(access_claims(machine(), &policy), json!({"aud": "1example23456789"}));
}

#[test]
fn a_machine_gets_its_own_changes_and_nothing_for_an_id_token_or_groups() {
    let policy = policy(&json!({
        "groups": {"implies": {"owners": ["editors"]}},
        "idToken": {"claims": {"a": {"value": "id"}}, "suppress": ["email"]},
        "accessToken": {"claims": {"a": {"value": "access"}}, "scopes": {"add": ["user/only"]}},
        "machineToken": {
            "claims": {"a": {"value": "machine"}}, "suppress": ["b"], "scopes": {"add": ["c/d"], "suppress": ["e/f"]},
        },
    }));
    assert_eq!(
        details_v2(machine(), &policy),
        json!({"accessTokenGeneration": {
            "claimsToAddOrOverride": {"a": "machine"},
            "claimsToSuppress": ["b"],
            "scopesToAdd": ["c/d"],
            "scopesToSuppress": ["e/f"],
        }})
    );
}

#[test]
fn what_a_caller_sends_picks_a_claim_value_and_never_becomes_one() {
    let policy = policy(&json!({"machineToken": {"claims": {
        "job": {"clientMetadata": "job", "values": {"nightly": "batch"}, "default": "other"},
        "kind": {"clientMetadata": "job", "values": {"nightly": "batch"}},
    }}}));
    assert_eq!(access_claims(machine(), &policy), json!({"job": "batch", "kind": "batch"}));
    for metadata in [json!({"job": "admin"}), json!({"job": "batch"}), json!({"job": 1}), json!({}), Value::Null] {
        let mut event = machine();
        event["request"]["clientMetadata"] = metadata;
        assert_eq!(access_claims(event, &policy), json!({"job": "other"}));
    }
}

#[test]
fn scopes_are_added_for_all_and_by_group_each_once() {
    let policy = policy(&json!({"accessToken": {"scopes": {
        "add": ["a", "openid"],
        "suppress": ["phone"],
        "byGroup": {"owners": ["a", "b"], "internal-beta": ["b", "c"], "editors": ["d"]},
    }}}));
    let part = &details_v2(user_v2(), &policy)["accessTokenGeneration"];
    assert_eq!(*part, json!({"scopesToAdd": ["a", "openid", "b", "c"], "scopesToSuppress": ["phone"]}));
}

#[test]
fn every_trigger_source_of_a_user_has_the_same_answer() {
    let expected = details_v2(user_v2(), &Policy::bundled());
    for source in USER_SOURCES {
        for metadata in [None, Some(json!({"job": "nightly", "tenant": "evil"}))] {
            let mut event = user_v2();
            event["triggerSource"] = json!(source);
            if let Some(metadata) = metadata {
                event["request"]["clientMetadata"] = metadata;
            }
            assert_eq!(details_v2(event, &Policy::bundled()), expected, "{source}");
        }
    }
}

#[test]
fn an_unknown_trigger_source_is_a_users_if_there_are_attributes_and_else_a_machines() {
    let policy = policy(&json!({
        "accessToken": {"claims": {"a": {"value": "user"}}},
        "machineToken": {"claims": {"a": {"value": "machine"}}},
    }));
    let mut event = user_v2();
    event["triggerSource"] = json!("TokenGeneration_Derived");
    assert_eq!(access_claims(event, &policy), json!({"a": "user"}));
    let mut event = machine();
    event["triggerSource"] = json!("TokenGeneration_ClientToken");
    assert_eq!(access_claims(event, &policy), json!({"a": "machine"}));
}

#[test]
fn the_container_that_the_event_brings_decides_before_the_version() {
    let policy = policy(&json!({"idToken": {"claims": {"a": {"value": "b"}}}}));
    for version in ["1", "2", "3", "4"] {
        let mut event = user_v2();
        event["version"] = json!(version);
        assert!(details_v2(event, &policy).is_object(), "{version}");
        let mut event = user_v1();
        event["version"] = json!(version);
        assert!(details_v1(event, &policy).is_object(), "{version}");
    }
}

#[test]
fn without_a_container_the_version_decides_and_an_unknown_one_is_left_alone() {
    let policy = policy(&json!({"idToken": {"claims": {"a": {"value": "b"}}}}));
    for response in [json!({}), Value::Null] {
        let answer = |version: &str| {
            let mut event = user_v2();
            event["version"] = json!(version);
            event["response"] = response.clone();
            handle(event, &policy).unwrap()["response"].take()
        };
        assert!(answer("1")["claimsOverrideDetails"].is_object());
        assert!(answer("2")["claimsAndScopeOverrideDetails"].is_object());
        assert!(answer("3")["claimsAndScopeOverrideDetails"].is_object());
        assert_eq!(answer("4"), response);
    }
}

#[test]
fn json_that_is_no_event_is_refused_in_words_that_users_may_read() {
    for (event, error) in [
        (json!([]), "the event is not a JSON object, so it is not one of Cognito's; check what invokes this function"),
        (
            json!({"version": "1"}),
            "the event has no `request`, so it is not a pre token generation event; check what invokes this function",
        ),
        (
            json!({"request": {}, "response": "x"}),
            "the event's `response` is not an object, so no answer fits into it; check what invokes this function",
        ),
    ] {
        let refused: Error = handle(event, &Policy::bundled()).unwrap_err();
        assert_eq!(refused.to_string(), error);
    }
}

fn access_claims(event: Value, policy: &Policy) -> Value {
    details_v2(event, policy)["accessTokenGeneration"]["claimsToAddOrOverride"].take()
}
