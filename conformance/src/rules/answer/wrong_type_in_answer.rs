use serde_json::{Value, json};

use super::vocabulary::{Shape, keys};
use crate::rules::miniature::{
    access_part, details, group_configuration, groups, has_attribute, is_from, token_parts, with_group_override,
};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "wrong-type-in-answer",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "a part of the answer has the wrong JSON type",
    requires: "Every documented part has its JSON type: a map, a list of strings or a string, or `null` for any of them.",
    why: "Cognito cannot read the answer, and the sign-in fails",
    mend: "give the part its documented type; in PHP, write an empty map as an object (`new stdClass()`), not as `[]`",
    sources: &[
        Citation {
            fact: "R-14",
            certainty: Certainty::Documented,
            words: "the syntax: lists of strings, and a string for the preferred role",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "R-15",
            certainty: Certainty::ObservedByOthers,
            words: "cognito fails when returning an object here instead of a list",
            url: "https://github.com/aws/aws-lambda-java-libs/issues/516",
        },
        Citation {
            fact: "X-04",
            certainty: Certainty::ObservedByOthers,
            words: "`[]` for `{}` on another trigger: `Unrecognizable lambda output`",
            url: "https://github.com/brefphp/bref/issues/1727",
        },
    ],
    reasons: &["map-expected", "list-expected", "string-expected", "empty-map-became-list"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToSuppress":"email"}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToSuppress":["email"]}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "map-expected",
            about: "lists its claims as pairs of name and value",
            trigger: |mut event| {
                for part in token_parts(&mut event) {
                    part.insert("claimsToAddOrOverride".to_owned(), json!([{"name": "tenant", "value": "acme"}]));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "list-expected",
            about: "suppresses one claim and gives its name without a list",
            trigger: |mut event| {
                for part in token_parts(&mut event) {
                    part.insert("claimsToSuppress".to_owned(), json!("email"));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "string-expected",
            about: "gives the preferred role as a list, as the documentation's own test event does",
            trigger: prefers_a_list,
        },
        Miniature {
            reason: "empty-map-became-list",
            about: "reads the event into arrays of PHP, where an empty map and an empty list are one",
            trigger: |mut event| {
                for place in ["/response", "/request/userAttributes", "/request/clientMetadata"] {
                    if let Some(value) = event.pointer_mut(place)
                        && is_empty_map(value)
                    {
                        *value = json!([]);
                    }
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "list-expected",
            about: "unwraps a list of one group, as PowerShell does",
            trigger: |event| match (groups(&event).as_slice(), group_configuration(&event)) {
                ([group], Some(mut configuration)) => {
                    configuration.insert("groupsToOverride".to_owned(), json!(group));
                    with_group_override(event, Value::Object(configuration))
                }
                _ => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "list-expected",
            about: "writes the scopes of the managed login as one text",
            trigger: |mut event| {
                if is_from(&event, "HostedAuth")
                    && let Some(part) = access_part(&mut event)
                {
                    part.insert("scopesToAdd".to_owned(), json!("orders/read orders/write"));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "map-expected",
            about: "writes claims that it has not got as an empty list, as PHP does",
            trigger: |mut event| {
                if !has_attribute(&event, "email") {
                    for part in token_parts(&mut event) {
                        part.insert("claimsToAddOrOverride".to_owned(), json!([]));
                    }
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "map-expected",
            about: "writes the access token's part as JSON inside a string",
            trigger: |mut event| {
                if let Some((details, EventVersion::V2)) = details(&mut event) {
                    details.insert(
                        "accessTokenGeneration".to_owned(),
                        json!(r#"{"claimsToAddOrOverride":{"tenant":"acme"}}"#),
                    );
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

const EFFECT: &str = "no token is issued; others saw `Unrecognizable lambda output`";

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(answer) = exchange.answer() else { return };
    if exchange.vocabulary().is_plain && exchange.is_echo() && exchange.response().is_some() {
        verdict.applies();
        return;
    }
    became_lists(exchange.event, answer, verdict);
    keys(exchange, |key| {
        let (reason, expected) = match key.shape() {
            Some(Shape::Map) => ("map-expected", "a map"),
            Some(Shape::List) => ("list-expected", "a list of strings"),
            Some(Shape::Text) => ("string-expected", "a string"),
            None => return,
        };
        verdict.applies();
        // What Cognito sent may go back, as the documentation's own test event has `[]` for the details.
        if key.fits() || key.is_as_sent(exchange.event) || is_empty_map_before(exchange.event, key.name, key.value) {
            return;
        }
        let message = format!("`{}` is {}; {expected} belongs there", key.name, kind(key.value));
        verdict.violated(reason, key.pointer(), message, EFFECT);
    });
}

/// Tells of the maps that were sent empty and came back as empty lists: no change of the trigger's own, but of the
/// language's JSON. Elsewhere a list for a map is a field that came back changed.
fn became_lists(event: &Value, answer: &Value, verdict: &mut Verdict) {
    let mut look = |sent: Option<&Value>, came: Option<&Value>, pointer: &str| {
        if sent.is_some_and(is_empty_map) && came.is_some_and(is_empty_list) {
            let message = format!("`{pointer}` was an empty map and came back as an empty list");
            verdict.violated("empty-map-became-list", pointer, message, EFFECT);
        }
    };
    look(event.get("response"), answer.get("response"), "/response");
    let (Some(sent), Some(came)) = (event.get("request"), answer.get("request")) else { return };
    for (map, pointer) in [("userAttributes", "/request/userAttributes"), ("clientMetadata", "/request/clientMetadata")]
    {
        look(sent.get(map), came.get(map), pointer);
    }
}

/// Whether it is the `response` of which [`became_lists`] has told.
fn is_empty_map_before(event: &Value, name: &str, came: &Value) -> bool {
    name == "response" && is_empty_list(came) && event.get(name).is_some_and(is_empty_map)
}

fn is_empty_map(value: &Value) -> bool {
    value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(list) if list.is_empty() => "an empty list",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

fn prefers_a_list(mut event: Value) -> Outcome {
    let mut groups = event.pointer("/request/groupConfiguration").cloned().unwrap_or(Value::Null);
    let Some(role) = groups.get_mut("preferredRole").filter(|role| role.is_string()) else {
        return Outcome::Answered(event);
    };
    *role = json!([role.take()]);
    if let Some((details, _)) = details(&mut event) {
        details.insert("groupOverrideDetails".to_owned(), groups);
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::super::trial::{changed, judged, reasons};
    use super::*;
    use crate::situation::{Form, Inbound, Situation};

    fn given(version: EventVersion, response: &Value) -> Vec<String> {
        let verdict = changed(&RULE, Scene::UserInGroups, version, |answer| answer["response"] = response.clone());
        verdict.violations().iter().map(|one| one.pointer.clone()).collect()
    }

    #[test]
    fn null_is_legal_in_every_place() {
        let parts = json!({"claimsToAddOrOverride": null, "claimsToSuppress": null, "scopesToAdd": null});
        let groups = json!({"groupsToOverride": null, "iamRolesToOverride": null, "preferredRole": null});
        for details in [
            Value::Null,
            json!({"idTokenGeneration": null, "accessTokenGeneration": null, "groupOverrideDetails": null}),
            json!({"accessTokenGeneration": parts, "groupOverrideDetails": groups}),
        ] {
            assert_eq!(given(EventVersion::V2, &json!({"claimsAndScopeOverrideDetails": details})), [""; 0]);
        }
    }

    #[test]
    fn the_other_versions_container_is_not_read() {
        assert_eq!(given(EventVersion::V2, &json!({"claimsOverrideDetails": []})), [""; 0]);
    }

    #[test]
    fn every_level_is_looked_at() {
        assert_eq!(given(EventVersion::V2, &json!("{}")), ["/response"]);
        assert_eq!(given(EventVersion::V1, &json!({"claimsOverrideDetails": []})), ["/response/claimsOverrideDetails"]);
        let details = json!({
            "accessTokenGeneration": {"scopesToAdd": {"a": 1}, "claimsToAddOrOverride": []},
            "groupOverrideDetails": {"groupsToOverride": {}, "preferredRole": 1},
            "idTokenGeneration": true,
        });
        let places = given(EventVersion::V2, &json!({"claimsAndScopeOverrideDetails": details}));
        let places: Vec<_> =
            places.iter().map(|place| place.trim_start_matches("/response/claimsAndScopeOverrideDetails/")).collect();
        assert_eq!(
            places,
            [
                "idTokenGeneration",
                "accessTokenGeneration/claimsToAddOrOverride",
                "accessTokenGeneration/scopesToAdd",
                "groupOverrideDetails/groupsToOverride",
                "groupOverrideDetails/preferredRole",
            ]
        );
    }

    #[test]
    fn the_types_of_claim_values_are_for_other_rules() {
        let details = json!({"claimsToAddOrOverride": {"claimsToSuppress": 1, "a": [null], "preferredRole": {}}});
        assert_eq!(given(EventVersion::V1, &json!({"claimsOverrideDetails": details})), [""; 0]);
    }

    #[test]
    fn an_empty_response_of_php_is_told_once() {
        let form = Form { inbound: Inbound::Empty, ..Form::default() };
        let situation = Situation { form, ..Scene::User.situation() };
        let verdict = judged(&RULE, &situation, EventVersion::V1, |mut event| {
            event["response"] = json!([]);
            Outcome::Answered(event)
        });
        assert_eq!(reasons(&verdict), ["empty-map-became-list"]);
    }

    #[test]
    fn only_an_empty_list_is_taken_for_the_empty_map_that_was_sent() {
        let form = Form { inbound: Inbound::Empty, ..Form::default() };
        let situation = Situation { form, ..Scene::User.situation() };
        for answer in [json!(["a"]), json!("ok")] {
            let verdict = judged(&RULE, &situation, EventVersion::V1, |mut event| {
                event["response"] = answer.clone();
                Outcome::Answered(event)
            });
            assert_eq!(reasons(&verdict), ["map-expected"], "{answer}");
        }
        // What was sent is no empty map: `{"claimsOverrideDetails": null}`.
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| answer["response"] = json!([]));
        assert_eq!(reasons(&verdict), ["map-expected"]);
    }

    #[test]
    fn the_message_names_what_is_there_and_what_belongs_there() {
        for (value, words) in [
            (json!(true), "a boolean"),
            (json!(1), "a number"),
            (json!("a"), "a string"),
            (json!([]), "an empty list"),
            (json!([1]), "a list"),
        ] {
            let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| {
                answer["response"]["claimsOverrideDetails"] = json!({"claimsToAddOrOverride": value});
            });
            let message = format!("`claimsToAddOrOverride` is {words}; a map belongs there");
            assert_eq!(verdict.violations()[0].message, message);
        }
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| {
            answer["response"]["claimsOverrideDetails"] = json!({"claimsToSuppress": {}});
        });
        assert_eq!(verdict.violations()[0].message, "`claimsToSuppress` is a map; a list of strings belongs there");
    }

    #[test]
    fn keys_that_are_not_documented_where_they_stand_are_for_other_rules() {
        for response in [
            json!({"response": 1}),
            json!({"note": 1}),
            json!({"claimsOverrideDetails": {"note": 1, "scopesToAdd": 1, "preferredRole": 1, "response": []}}),
        ] {
            assert_eq!(given(EventVersion::V1, &response), [""; 0], "{response}");
        }
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| answer["debug"] = json!(1));
        assert_eq!(reasons(&verdict), [""; 0]);
    }
}
