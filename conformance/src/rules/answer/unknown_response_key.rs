use serde_json::{Map, Value, json};

use super::vocabulary::{Nature, keys};
use crate::rules::miniature::{details, group_configuration, groups, id_part, is_from};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "unknown-response-key",
    level: Level::Warning,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "the response has a key that is not documented there",
    requires: "`response` and the objects in it have documented keys only, each in its own place.",
    why: "what stands under such a key most likely reaches no token",
    mend: "put claims into `claimsToAddOrOverride`, each part into its own object, and leave out the rest",
    sources: &[
        Citation {
            fact: "R-19",
            certainty: Certainty::Unknown,
            words: "no page says what Cognito does with other keys, and no report of a failure is known",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-16",
            certainty: Certainty::Unknown,
            words: "taken as tolerated and without effect",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["unknown-key", "misplaced-key"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"tenant":"acme"}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "unknown-key",
            about: "writes its claim beside the map of claims",
            trigger: |mut event| {
                if let Some((details, _)) = details(&mut event) {
                    details.insert("tenant".to_owned(), json!("acme"));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "misplaced-key",
            about: "writes the map of claims into `response` itself",
            trigger: |mut event| {
                if let Some(Value::Object(response)) = event.get_mut("response") {
                    add_claims(response);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "misplaced-key",
            about: "writes the details beside `response`",
            trigger: |mut event| {
                if let Value::Object(fields) = &mut event {
                    let mut claims = Map::new();
                    add_claims(&mut claims);
                    fields.insert("claimsOverrideDetails".to_owned(), Value::Object(claims));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "unknown-key",
            about: "leaves a note for its author in `response`, on a refresh",
            trigger: |mut event| {
                if is_from(&event, "RefreshTokens")
                    && let Some(Value::Object(response)) = event.get_mut("response")
                {
                    response.insert("debug".to_owned(), json!("refreshed"));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "misplaced-key",
            about: "writes the scopes for members of a group beside the parts of the tokens",
            trigger: |mut event| {
                if !groups(&event).is_empty()
                    && let Some((details, EventVersion::V2)) = details(&mut event)
                {
                    details.insert("scopesToAdd".to_owned(), json!(["orders/read"]));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "misplaced-key",
            about: "writes the groups into the part of the ID token",
            trigger: |mut event| {
                let groups = group_configuration(&event).map(Value::Object);
                let is_v1 = event.get("version").and_then(Value::as_str) == Some("1");
                if let (Some(groups), false, Some(part)) = (groups, is_v1, id_part(&mut event)) {
                    part.insert("groupOverrideDetails".to_owned(), groups);
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.response().is_some_and(|response| !response.is_empty()) {
        verdict.applies();
    }
    if exchange.vocabulary().is_plain {
        return;
    }
    keys(exchange, |key| {
        if key.is_documented() || key.is_as_sent(exchange.event) {
            return;
        }
        let name = key.name;
        match key.nature() {
            Some(Nature::Unknown) => verdict.violated(
                "unknown-key",
                key.pointer(),
                format!("`{name}` is not a documented key"),
                "AWS does not say what happens; assumed to be ignored",
            ),
            Some(Nature::Misplaced(home)) => verdict.violated(
                "misplaced-key",
                key.pointer(),
                format!("`{name}` does not belong here but in {home}"),
                "AWS does not say what happens; assumed to be ignored, so that it reaches no token",
            ),
            _ => {}
        }
    });
}

fn add_claims(object: &mut Map<String, Value>) {
    object.insert("claimsToAddOrOverride".to_owned(), json!({"tenant": "acme"}));
}

#[cfg(test)]
mod tests {
    use super::super::trial::{changed, judged, reasons};
    use super::*;
    use crate::situation::{Form, Situation, UnknownFields};

    #[test]
    fn rules_on_keys_have_something_to_look_at_where_the_response_holds_a_key() {
        for rule in [&RULE, &super::super::misspelled_response_key::RULE] {
            let applied = |response: Value| {
                changed(rule, Scene::User, EventVersion::V2, |answer| answer["response"] = response.clone()).applied()
            };
            assert!(applied(json!({"claimsAndScopeOverrideDetails": null})), "{}", rule.id);
            assert!(applied(json!({"other": null})), "{}", rule.id);
            assert!(!applied(json!({})), "{}", rule.id);
            assert!(!applied(json!([])), "{}", rule.id);
        }
    }

    #[test]
    fn a_key_that_the_event_brought_may_go_back() {
        let mut event = crate::event::build(&Scene::User.situation(), EventVersion::V2);
        event["response"]["fieldOfTheFuture"] = json!({"a": 1});
        let (situation, outcome) = (Scene::User.situation(), Outcome::Answered(event.clone()));
        let exchange = Exchange::new(&situation, EventVersion::V2, &event, &outcome);
        let mut verdict = Verdict::default();
        check(&exchange, &mut verdict);
        assert_eq!(reasons(&verdict), [""; 0]);
    }

    #[test]
    fn a_field_of_the_future_may_be_copied_with_the_groups() {
        let form = Form { unknown_fields: UnknownFields::Everywhere, ..Form::default() };
        let situation = Situation { form, ..Scene::UserInGroups.situation() };
        let verdict = judged(&RULE, &situation, EventVersion::V1, |mut event| {
            let groups = event["request"]["groupConfiguration"].clone();
            event["response"] = json!({"claimsOverrideDetails": {"groupOverrideDetails": groups}});
            Outcome::Answered(event)
        });
        assert_eq!(reasons(&verdict), [""; 0]);
    }

    #[test]
    fn groups_inside_a_token_part_are_misplaced() {
        let verdict = changed(&RULE, Scene::UserInGroups, EventVersion::V2, |answer| {
            answer["response"] = json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
                "groupOverrideDetails": {"groupsToOverride": ["staff"]},
            }}});
        });
        assert_eq!(reasons(&verdict), ["misplaced-key"]);
    }

    #[test]
    fn scopes_in_the_id_tokens_part_are_misplaced() {
        let verdict = judged(&RULE, &Scene::User.situation(), EventVersion::V3, |mut event| {
            event["response"] = json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"scopesToAdd": ["a"]}}});
            Outcome::Answered(event)
        });
        assert_eq!(reasons(&verdict), ["misplaced-key"]);
    }
}
