use serde_json::{Value, json};

use crate::rules::miniature::{attribute, set_claim, token_parts, when};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, TokenKind, standing};

use super::complex_value_for_simple_claim::SIMPLE;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "unlisted-claim-type",
    level: Level::Warning,
    family: Family::Claims,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "a list holds something other than strings, numbers and booleans",
    requires: "A claim that is a list holds only strings, numbers and booleans.",
    why: "AWS does not list such claims: they may work, be dropped in silence, or fail the sign-in",
    mend: "put the list inside an object, whose contents are free, or write its entries as strings",
    sources: &[
        Citation {
            fact: "R-10",
            certainty: Certainty::DocumentedAmbiguous,
            words: "\"Array of strings, numbers, booleans, or a combination of any of these\"",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-12",
            certainty: Certainty::Unknown,
            words: "what objects, lists and nulls in a list do is not stated; taken as uncertain",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["object-in-list", "list-in-list", "null-in-list"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"organisations":[{"id":"acme"}]}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"organisations":{"all":[{"id":"acme"}]}}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "object-in-list",
            about: "adds the user's organisations as a list of objects",
            trigger: |event| with_claim(event, "organisations", &json!([{"id": "acme", "role": "owner"}])),
        },
        Miniature {
            reason: "list-in-list",
            about: "adds permissions as pairs",
            trigger: |event| with_claim(event, "permissions", &json!([["invoices", "read"]])),
        },
        Miniature {
            reason: "null-in-list",
            about: "makes a list of an attribute that is not there",
            trigger: |event| with_claim(event, "tenants", &json!([null])),
        },
        Miniature {
            reason: "object-in-list",
            about: "parses the identities of federated users into a claim",
            trigger: |event| {
                let linked =
                    attribute(&event, "identities").and_then(|linked| serde_json::from_str::<Value>(&linked).ok());
                match linked {
                    Some(linked) => with_claim(event, "linked", &linked),
                    None => Outcome::Answered(event),
                }
            },
        },
        Miniature {
            reason: "null-in-list",
            about: "lists two names, of which some users have only one",
            trigger: |event| {
                let both = [attribute(&event, "given_name"), attribute(&event, "family_name")];
                when(both.iter().flatten().count() == 1, event, |event| with_claim(event, "names", &json!(both)))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for (part, claim, value) in exchange.set_claims() {
        verdict.applies();
        let Value::Array(list) = value else { continue };
        let settable = standing(claim) == Standing::Free;
        let other_rule = part.token == TokenKind::Id && SIMPLE.contains(&claim);
        if !settable || other_rule {
            continue;
        }
        for (reason, kind, is_of_kind) in UNLISTED {
            // The first entry of a kind stands for all: a list of a thousand objects is one fault.
            let Some(index) = list.iter().position(is_of_kind) else { continue };
            verdict.violated(
                reason,
                format!("{}/{index}", part.claim_pointer(claim)),
                format!("the list `{claim}` holds {kind}"),
                format!("AWS does not say what happens; `{claim}` may be missing from the {}", part.token),
            );
        }
    }
}

type Kind = (&'static str, &'static str, fn(&Value) -> bool);

const UNLISTED: [Kind; 3] = [
    ("object-in-list", "an object", Value::is_object),
    ("list-in-list", "another list", Value::is_array),
    ("null-in-list", "null", Value::is_null),
];

fn with_claim(mut event: Value, claim: &str, value: &Value) -> Outcome {
    for part in token_parts(&mut event) {
        set_claim(part, claim, value.clone());
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn a_list_of_objects_as_the_address_is_unlisted_in_the_access_token_only() {
        let claims = json!({"claimsToAddOrOverride": {"address": [{"country": "NZ"}]}});
        let judge = |details| {
            let response = json!({"claimsAndScopeOverrideDetails": details});
            reasons(&RULE, &Scene::User.situation(), EventVersion::V2, response)
        };
        assert_eq!(judge(json!({"idTokenGeneration": claims})), [""; 0]);
        assert_eq!(judge(json!({"accessTokenGeneration": claims})), ["object-in-list"]);
    }
}
