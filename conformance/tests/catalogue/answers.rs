//! Answers that are right, and answers that are odd.

use pretoken::situation::{EventVersion, Scene};
use pretoken::target::Outcome;
use serde_json::{Value, json};

use crate::cases::Case;

/// The answers of the trigger's own page, with the client id of the scenes where an answer repeats it
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>).
pub(crate) fn aws_answers() -> [(&'static str, Value, &'static [EventVersion]); 4] {
    let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
    let claims = json!({
        "aud": Scene::User.situation().client.as_str(),
        "booleanTest": false,
        "longTest": 9_223_372_036_854_775_807_i64,
        "exponentTest": 1.797_693_134_862_315_7e308,
        "ArrayTest": ["test", 9_223_372_036_854_775_807_i64, 1.797_693_134_862_315_7e308, true],
        "longStringTest": r#"{"first_json_block":{"key_A":"value_A"},"second_json_block":{"key_C":["value_D","value_E"]}}"#,
        "jsonTest": {"first_json_block": {"key_A": "value_A"}, "second_json_block": {"key_C": {"key_D": ["value_E"]}}},
    });
    [
        (
            "the first example of V1",
            json!({"claimsOverrideDetails": {
                "claimsToAddOrOverride": {"my_first_attribute": "first_value", "my_second_attribute": "second_value"},
                "claimsToSuppress": ["email"],
            }}),
            &[EventVersion::V1],
        ),
        (
            "the second example of V1",
            json!({"claimsOverrideDetails": {"groupOverrideDetails": {
                "groupsToOverride": ["group-A", "group-B", "group-C"],
                "iamRolesToOverride": [role("sns_callerA"), role("sns_callerB"), role("sns_callerC")],
                "preferredRole": role("sns_caller"),
            }}}),
            &[EventVersion::V1],
        ),
        (
            "the first example of V2",
            json!({"claimsAndScopeOverrideDetails": {
                "idTokenGeneration": {
                    "claimsToAddOrOverride": {"family_name": "Doe"},
                    "claimsToSuppress": ["email", "phone_number"],
                },
                "accessTokenGeneration": {
                    "scopesToAdd": ["openid", "email", "solar-system-data/asteroids.add"],
                    "scopesToSuppress": ["phone_number", "aws.cognito.signin.user.admin"],
                },
                "groupOverrideDetails": {
                    "groupsToOverride": ["new-group-A", "new-group-B", "new-group-C"],
                    "iamRolesToOverride": [role("new_roleA"), role("new_roleB"), role("new_roleC")],
                    "preferredRole": role("new_role"),
                },
            }}),
            &[EventVersion::V2, EventVersion::V3],
        ),
        (
            "the second example of V2",
            json!({"claimsAndScopeOverrideDetails": {
                "idTokenGeneration": {"claimsToAddOrOverride": claims, "claimsToSuppress": ["email"]},
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": claims,
                    "claimsToSuppress": ["email"],
                    "scopesToAdd": ["MyAPI.read", "MyAPI.write", "MyAPI.admin"],
                    "scopesToSuppress": ["aws.cognito.signin.user.admin"],
                },
            }}),
            &[EventVersion::V2, EventVersion::V3],
        ),
    ]
}

/// A `response` for a version, where it makes sense under it.
pub(crate) type Responder = fn(EventVersion) -> Option<Value>;

/// What is on purpose no rule; each stands in the ledger too, as allowed.
pub(crate) fn allowed_details() -> [(&'static str, Responder); 13] {
    fn id_part(version: EventVersion, part: &Value) -> Option<Value> {
        Some(match version {
            EventVersion::V1 => json!({"claimsOverrideDetails": part}),
            EventVersion::V2 | EventVersion::V3 => {
                json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": part, "accessTokenGeneration": part}})
            }
        })
    }
    fn scopes(version: EventVersion, member: &str, names: &[&str]) -> Option<Value> {
        let part = json!({member: names});
        (version != EventVersion::V1).then(|| json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part}}))
    }
    fn groups(version: EventVersion, group_override: &Value) -> Option<Value> {
        Some(json!({version.container(): {"groupOverrideDetails": group_override}}))
    }
    [
        ("an absent claim is suppressed", |version| id_part(version, &json!({"claimsToSuppress": ["no_such_claim"]}))),
        ("an absent scope is suppressed", |version| scopes(version, "scopesToSuppress", &["phone_number", "a b"])),
        ("a present scope is added", |version| scopes(version, "scopesToAdd", &["openid", "orders/read"])),
        ("an unknown scope is added", |version| scopes(version, "scopesToAdd", &["MyAPI.read", "https://a.example/b"])),
        ("the admin scope is added", |version| scopes(version, "scopesToAdd", &["aws.cognito.signin.user.admin"])),
        ("the admin scope is suppressed", |version| {
            scopes(version, "scopesToSuppress", &["aws.cognito.signin.user.admin"])
        }),
        ("groups that the pool does not know, and a preferred role outside the list", |version| {
            let groups_given = json!({
                "groupsToOverride": ["admins", "editors", "us-east-1_EXAMPLE_Corp", "virtual:group"],
                "iamRolesToOverride": ["arn:aws:iam::123456789012:role/a"],
                "preferredRole": "arn:aws:iam::123456789012:role/b",
            });
            groups(version, &groups_given)
        }),
        ("the response is empty", |_| Some(json!({}))),
        ("the details are empty", |version| Some(json!({version.container(): {}}))),
        ("the details are null", |version| Some(json!({version.container(): null}))),
        ("members of a part are null", |version| {
            id_part(version, &json!({"claimsToAddOrOverride": null, "claimsToSuppress": null}))
        }),
        ("large numbers", |version| {
            let claims = json!({"big": 9_223_372_036_854_775_807_i64, "small": i64::MIN, "wide": f64::MAX});
            if version == EventVersion::V1 { None } else { id_part(version, &json!({"claimsToAddOrOverride": claims})) }
        }),
        ("claim names that are URLs, and long texts", |version| {
            let claims = json!({"https://hasura.io/jwt/claims": "{}", "a:b:c": "x".repeat(2_000), "tenant-id": "-"});
            id_part(version, &json!({"claimsToAddOrOverride": claims}))
        }),
    ]
}

/// A full answer with each of its parts replaced by what does not belong there, and what is no answer at all.
pub(crate) fn odd_outcomes(case: &Case) -> Vec<Outcome> {
    let part = json!({
        "claimsToAddOrOverride": {"sub": "x", "aud": "y", "cognito:groups": ["z"], "": null, "scope": "a b"},
        "claimsToSuppress": ["sub", "", "cognito:roles", "scope"],
        "scopesToAdd": ["a b", "", "openid", "\"", "\u{a0}"],
        "scopesToSuppress": ["openid"],
    });
    let groups = json!({"groupsToOverride": ["a"], "iamRolesToOverride": ["b"], "preferredRole": ""});
    let mut details = part.clone();
    for (name, value) in
        [("idTokenGeneration", part.clone()), ("accessTokenGeneration", part), ("groupOverrideDetails", groups)]
    {
        details.as_object_mut().unwrap().insert(name.to_owned(), value);
    }
    let Outcome::Answered(full) = case.answer(&json!({case.version.container(): details})) else { panic!() };

    let odd =
        [json!(null), json!(true), json!(-1.5), json!(""), json!("é\u{0}~/"), json!([]), json!({}), json!([[null]])];
    let mut outcomes = vec![Outcome::Crashed("gone".to_owned()), Outcome::NotJson(vec![0xff, 0x00])];
    for place in places(&full) {
        for value in &odd {
            let mut answer = full.clone();
            *answer.pointer_mut(&place).unwrap() = value.clone();
            outcomes.push(Outcome::Answered(answer));
        }
    }
    outcomes
}

/// The JSON pointer of every part of a value, its own first.
fn places(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let below = |(key, value): (String, &Value)| {
        places(value).into_iter().map(move |place| format!("/{key}{place}")).collect::<Vec<_>>()
    };
    std::iter::once(String::new()).chain(children.into_iter().flat_map(below)).collect()
}
