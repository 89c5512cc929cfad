//! The bundled policy.

use pretoken_trigger::Policy;
use serde_json::{Value, json};

use crate::events::{details_v1, details_v2, machine, user_v1, user_v2};

#[test]
fn a_user_gets_every_part_of_an_answer() {
    assert_eq!(
        details_v2(user_v2(), &Policy::bundled()),
        json!({
            "idTokenGeneration": {
                "claimsToAddOrOverride": {
                    "tenant": "acme",
                    "plan": "team",
                    "seats": 5,
                    "beta": false,
                    "regions": ["eu-central-1", "us-east-1"],
                    "limits": {"projects": 20, "exports": {"perDay": 3, "formats": ["csv", "json"]}},
                },
                "claimsToSuppress": ["phone_number", "custom:internal_id"],
            },
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {
                    "aud": "1example23456789",
                    "tenant": "acme",
                    "seats": 5,
                    "beta": false,
                    "features": ["export", "audit", 2],
                    "limits": {"requests": {"perMinute": 600}},
                },
                "claimsToSuppress": ["email"],
                "scopesToAdd": ["projects/read", "projects/delete", "billing/manage", "projects/write"],
                "scopesToSuppress": ["phone"],
            },
            "groupOverrideDetails": {
                "groupsToOverride": ["owners", "editors", "viewers"],
                "iamRolesToOverride": ["arn:aws:iam::123456789012:role/owner"],
                "preferredRole": "arn:aws:iam::123456789012:role/owner",
            },
        })
    );
}

#[test]
fn version_1_gets_its_texts_and_the_groups() {
    let details = details_v1(user_v1(), &Policy::bundled());
    assert_eq!(details["claimsToAddOrOverride"], json!({"tenant": "acme", "plan": "team"}));
    assert_eq!(details["groupOverrideDetails"]["groupsToOverride"], json!(["owners", "editors", "viewers"]));
}

#[test]
fn a_machine_gets_an_access_token_of_its_own() {
    assert_eq!(
        details_v2(machine(), &Policy::bundled()),
        json!({"accessTokenGeneration": {
            "claimsToAddOrOverride": {"caller": "machine", "job": "batch"},
            "claimsToSuppress": ["tenant"],
            "scopesToAdd": ["projects/sync"],
            "scopesToSuppress": ["projects/delete"],
        }})
    );
}

#[test]
fn one_group_of_the_user_survives_or_all_are_suppressed() {
    for (groups, expected) in [
        (json!(["viewers"]), json!(["viewers"])),
        (json!(["editors", "x"]), json!(["editors", "x", "viewers"])),
        (json!(["internal-a"]), Value::Null),
    ] {
        let mut event = user_v2();
        event["request"]["groupConfiguration"]["groupsToOverride"] = groups;
        assert_eq!(details_v2(event, &Policy::bundled())["groupOverrideDetails"]["groupsToOverride"], expected);
    }
}

#[test]
fn the_example_in_the_readme_is_accepted() {
    let readme = include_str!("../../README.md");
    let example = readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(Policy::parse(example).map(|_| ()), Ok(()));
}
