use serde_json::{Value, json};

use super::echo::says_nothing;
use super::vocabulary::keys;
use crate::rules::miniature::{details, groups, is_for_machine};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "wrong-version-answer",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "the answer is for another event version",
    requires: "`claimsOverrideDetails` answers version 1, `claimsAndScopeOverrideDetails` versions 2 and 3, each with its own parts.",
    why: "the tokens are issued as if there were no trigger, or without the part that is not read",
    mend: "look at which of the two the event's `response` has, and answer with its parts; or set the pool's event version (`PreTokenGenerationConfig.LambdaVersion`) to the one that the trigger answers",
    sources: &[
        Citation {
            fact: "R-21",
            certainty: Certainty::Documented,
            words: "each container is for the elements of its own event versions",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-15",
            certainty: Certainty::Unknown,
            words: "what the other container does is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["other-container", "parts-of-other-version"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "other-container",
            about: "knows version 1 only",
            trigger: |event| with_response(event, "1", json!({"claimsOverrideDetails": claims()})),
        },
        Miniature {
            reason: "other-container",
            about: "knows versions 2 and 3 only",
            trigger: |event| {
                let parts = json!({"idTokenGeneration": claims(), "accessTokenGeneration": claims()});
                with_response(event, "2", json!({"claimsAndScopeOverrideDetails": parts}))
            },
        },
        Miniature {
            reason: "parts-of-other-version",
            about: "moved to another event version and changed the container only",
            trigger: |mut event| {
                if let Some((details, version)) = details(&mut event) {
                    if version == EventVersion::V1 {
                        details.insert("accessTokenGeneration".to_owned(), claims());
                    } else {
                        details.insert("claimsToAddOrOverride".to_owned(), json!({"tenant": "acme"}));
                    }
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "other-container",
            about: "answers machines as version 1 is answered",
            trigger: |mut event| {
                if is_for_machine(&event)
                    && let Some(place) = event.get_mut("response")
                {
                    *place = json!({"claimsOverrideDetails": claims()});
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "parts-of-other-version",
            about: "grants administrators a scope under version 1 too",
            trigger: |mut event| {
                if groups(&event).contains(&"admins".to_owned())
                    && let Some((details, EventVersion::V1)) = details(&mut event)
                {
                    details.insert("scopesToAdd".to_owned(), json!(["orders/write"]));
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(response) = exchange.response() else { return };
    if response.is_empty() {
        return;
    }
    verdict.applies();
    let speaks = |container: &str| response.get(container).is_some_and(|details| !says_nothing(details));
    let (own, other) = (exchange.version.container(), exchange.version.other_container());
    // Both: `both-version-answers`. An empty or null one, as types for all versions write it, says nothing.
    if speaks(other) && !speaks(own) {
        verdict.violated(
            "other-container",
            format!("/response/{other}"),
            format!("event version {} reads `{own}`, but the answer is in `{other}`", exchange.version),
            "assumed to be ignored: the tokens are issued as if there were no trigger",
        );
    }
    if exchange.vocabulary().is_plain {
        return;
    }
    keys(exchange, |key| {
        if key.is_documented() || says_nothing(key.value) || !key.is_of_the_other_version() {
            return;
        }
        verdict.violated(
            "parts-of-other-version",
            key.pointer(),
            format!("`{}` has no place in `{own}` of event version {}", key.name, exchange.version),
            format!("`{}` is assumed to be ignored, and what stands in it reaches no token", key.name),
        );
    });
}

/// Answers with this response, but to an event of another version only.
fn with_response(mut event: Value, own: &str, response: Value) -> Outcome {
    let one = event.get("version").and_then(Value::as_str) == Some("1");
    if one != (own == "1")
        && let Some(place) = event.get_mut("response")
    {
        *place = response;
    }
    Outcome::Answered(event)
}

fn claims() -> Value {
    json!({"claimsToAddOrOverride": {"tenant": "acme"}})
}

#[cfg(test)]
mod tests {
    use super::super::trial::{changed, reasons};
    use super::*;

    fn given(version: EventVersion, response: &Value) -> Vec<&'static str> {
        reasons(&changed(&RULE, Scene::User, version, |answer| answer["response"] = response.clone()))
    }

    #[test]
    fn a_container_that_says_nothing_is_no_answer() {
        let typed = json!({"claimsToAddOrOverride": null, "groupOverrideDetails": {"groupsToOverride": null}});
        for other in [json!(null), json!({}), typed] {
            assert_eq!(given(EventVersion::V2, &json!({"claimsOverrideDetails": other})), [""; 0]);
        }
    }

    #[test]
    fn own_details_that_say_nothing_do_not_make_it_both() {
        let response = json!({"claimsOverrideDetails": claims(), "claimsAndScopeOverrideDetails": {}});
        assert_eq!(given(EventVersion::V2, &response), ["other-container"]);
        assert_eq!(given(EventVersion::V1, &response), [""; 0]);
    }

    #[test]
    fn parts_that_say_nothing_are_no_parts() {
        let response = json!({"claimsOverrideDetails": {"accessTokenGeneration": null, "scopesToAdd": []}});
        assert_eq!(given(EventVersion::V1, &response), [""; 0]);
    }

    #[test]
    fn scopes_have_no_place_in_version_1() {
        let response = json!({"claimsOverrideDetails": {"scopesToAdd": ["orders/read"]}});
        assert_eq!(given(EventVersion::V1, &response), ["parts-of-other-version"]);
    }
}
