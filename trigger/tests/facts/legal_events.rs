//! Events that Cognito may send and that break triggers in the field.

use pretoken_trigger::{Policy, handle};
use serde_json::{Value, json};

use crate::events::{details_v2, machine, user_v1, user_v2};

/// A change to an event after which it is still one that Cognito may send.
type Form = (&'static str, fn(&mut Value));

const FORMS: [Form; 27] = [
    ("no groupConfiguration", |event| remove(event, "/request", "groupConfiguration")),
    ("groupConfiguration null", |event| event["request"]["groupConfiguration"] = Value::Null),
    ("groupConfiguration {}", |event| event["request"]["groupConfiguration"] = json!({})),
    ("groups null", |event| event["request"]["groupConfiguration"] = json!({"groupsToOverride": null})),
    ("groups null, roles not", |event| {
        event["request"]["groupConfiguration"] = json!({"groupsToOverride": null, "iamRolesToOverride": ["arn:x"]});
    }),
    ("groups without roles", |event| event["request"]["groupConfiguration"] = json!({"groupsToOverride": ["a"]})),
    ("groups with nasty names", |event| {
        event["request"]["groupConfiguration"] = json!({
            "groupsToOverride": ["constructor", "__proto__", "a,b", "eu-central-1_EXAMPLE_Google", "\u{1f600}"],
            "iamRolesToOverride": [],
        });
    }),
    ("preferredRole as AWS's test events print it", |event| {
        event["request"]["groupConfiguration"] =
            json!({"groupsToOverride": ["a"], "iamRolesToOverride": ["arn:x"], "preferredRole": ["arn:x"]});
    }),
    ("no clientMetadata", |event| remove(event, "/request", "clientMetadata")),
    ("clientMetadata null", |event| event["request"]["clientMetadata"] = Value::Null),
    ("clientMetadata {}", |event| event["request"]["clientMetadata"] = json!({})),
    ("clientMetadata", |event| event["request"]["clientMetadata"] = json!({"job": "undefined"})),
    ("no userAttributes", |event| remove(event, "/request", "userAttributes")),
    ("userAttributes null", |event| event["request"]["userAttributes"] = Value::Null),
    ("userAttributes {}", |event| event["request"]["userAttributes"] = json!({})),
    ("attributes with nasty values", |event| {
        event["request"]["userAttributes"] = json!({
            "sub": "x", "email": "", "email_verified": "True", "custom:tenant": "100%", "custom:plan": "false",
            "identities": "[{\"userId\":\"1\"}]", "cognito:token_nbf": "1", "__proto__": "x",
        });
    }),
    ("no scopes", |event| remove(event, "/request", "scopes")),
    ("scopes null", |event| event["request"]["scopes"] = Value::Null),
    ("scopes []", |event| event["request"]["scopes"] = json!([])),
    ("no callerContext", |event| remove(event, "", "callerContext")),
    ("no userName", |event| remove(event, "", "userName")),
    ("a user name with underscores", |event| event["userName"] = json!("google_1_2_3")),
    ("an unknown trigger source", |event| event["triggerSource"] = json!("TokenGeneration_Unheard")),
    ("a refresh", |event| event["triggerSource"] = json!("TokenGeneration_RefreshTokens")),
    ("an empty response", |event| event["response"] = json!({})),
    ("no response", |event| remove(event, "", "response")),
    ("unknown fields", |event| {
        for place in ["", "/request", "/response", "/callerContext"] {
            if let Some(object) = event.pointer_mut(place).and_then(Value::as_object_mut) {
                object.insert("future".to_owned(), json!({"a": [null]}));
            }
        }
    }),
];

#[test]
fn every_legal_form_is_answered_with_the_event() {
    for (name, mut event) in legal_events() {
        let mut answer = handle(event.clone(), &Policy::bundled()).unwrap();
        for event in [&mut event, &mut answer] {
            remove(event, "/response", "claimsOverrideDetails");
            remove(event, "/response", "claimsAndScopeOverrideDetails");
            if event.get("response") == Some(&json!({})) {
                remove(event, "", "response");
            }
        }
        assert_eq!(answer, event, "{name}");
    }
}

#[test]
fn no_legal_form_makes_the_answer_hold_a_null_or_an_empty_part() {
    for (name, event) in legal_events() {
        let answer = handle(event, &Policy::bundled()).unwrap();
        for container in ["claimsOverrideDetails", "claimsAndScopeOverrideDetails"] {
            if let Some(details) = answer["response"].get(container).filter(|details| !details.is_null()) {
                assert_eq!(hollow_part(details), None, "{name}: {details}");
            }
        }
    }
}

#[test]
fn the_same_event_has_the_same_answer() {
    for (name, event) in legal_events() {
        let answer = handle(event.clone(), &Policy::bundled()).unwrap();
        assert_eq!(handle(event, &Policy::bundled()).unwrap(), answer, "{name}");
    }
}

#[test]
fn answering_an_answer_changes_nothing_more() {
    for (name, event) in legal_events() {
        let answer = handle(event, &Policy::bundled()).unwrap();
        assert_eq!(handle(answer.clone(), &Policy::bundled()).unwrap(), answer, "{name}");
    }
}

#[test]
fn what_the_event_brings_in_the_container_is_replaced_whatever_it_is() {
    let expected = details_v2(user_v2(), &Policy::bundled());
    for details in [json!({}), json!([]), json!({"future": 1})] {
        let mut event = user_v2();
        event["response"]["claimsAndScopeOverrideDetails"] = details;
        assert_eq!(details_v2(event, &Policy::bundled()), expected);
    }
}

#[test]
fn the_test_event_of_awss_first_example_is_answered() {
    let event = json!({"request": {}, "response": {}});
    assert_eq!(handle(event.clone(), &Policy::bundled()).unwrap(), event);
}

fn legal_events() -> Vec<(String, Value)> {
    let mut user_v3 = user_v2();
    user_v3["version"] = json!("3");
    let mut events = Vec::new();
    for (kind, event) in
        [("version 1", user_v1()), ("version 2", user_v2()), ("version 3", user_v3), ("machine", machine())]
    {
        events.push((kind.to_owned(), event.clone()));
        for (form, change) in FORMS {
            let mut event = event.clone();
            change(&mut event);
            events.push((format!("{kind}, {form}"), event));
        }
    }
    events
}

/// A part of the answer that is `null` or empty; only `preferredRole` and the roles of a user who has none may be.
fn hollow_part(part: &Value) -> Option<&Value> {
    let is_hollow = |value: &Value| {
        value.is_null()
            || value.as_object().is_some_and(serde_json::Map::is_empty)
            || value.as_array().is_some_and(Vec::is_empty)
    };
    part.as_object().into_iter().flatten().find_map(|(name, value)| match name.as_str() {
        "preferredRole" | "iamRolesToOverride" => None,
        _ if is_hollow(value) => Some(value),
        _ => hollow_part(value),
    })
}

fn remove(event: &mut Value, place: &str, member: &str) {
    if let Some(object) = event.pointer_mut(place).and_then(Value::as_object_mut) {
        object.remove(member);
    }
}
