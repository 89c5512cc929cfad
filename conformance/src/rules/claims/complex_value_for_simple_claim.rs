use serde_json::{Value, json};

use crate::rules::miniature::{attribute, has_attribute, id_part, set_claim, when};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "complex-value-for-simple-claim",
    level: Level::Error,
    family: Family::Claims,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "an object or a list for a claim that takes simple values only",
    requires: "In the ID token `address`, `email_verified`, `phone_number_verified` and `updated_at` are neither objects nor lists.",
    why: "AWS excludes these four from complex values; the claim may be lost or the sign-in fail",
    mend: "write the value as a string (an address as JSON text), or use a claim of your own",
    sources: &[
        Citation {
            fact: "R-11",
            certainty: Certainty::Documented,
            words: "complex objects are possible \"except for\" these four claims of the ID token",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-13",
            certainty: Certainty::Unknown,
            words: "what happens to such a value is not stated",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["object-value", "list-value"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"address":{"country":"NZ"}}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"address":"{\"country\":\"NZ\"}"}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "object-value",
            about: "adds the address as OpenID Connect defines it: as an object",
            trigger: |event| {
                with_claim(event, "address", json!({"formatted": "1 Quay Street, Auckland", "country": "NZ"}))
            },
        },
        Miniature {
            reason: "list-value",
            about: "adds the times of all updates",
            trigger: |event| with_claim(event, "updated_at", json!([1_735_689_600])),
        },
        Miniature {
            reason: "object-value",
            about: "parses an address, which some clients write as JSON",
            trigger: |event| {
                let address =
                    attribute(&event, "address").and_then(|address| serde_json::from_str::<Value>(&address).ok());
                match address.filter(Value::is_object) {
                    Some(address) => with_claim(event, "address", address),
                    None => Outcome::Answered(event),
                }
            },
        },
        Miniature {
            reason: "list-value",
            about: "lists both flags of whoever has an email and a phone",
            trigger: |event| {
                let both = has_attribute(&event, "email_verified") && has_attribute(&event, "phone_number_verified");
                when(both, event, |event| with_claim(event, "email_verified", json!(["email", "phone"])))
            },
        },
    ],
    check: Check::One(check),
};

/// The claims of the ID token that take neither objects nor lists.
pub(super) const SIMPLE: [&str; 4] = ["address", "email_verified", "phone_number_verified", "updated_at"];

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let in_id_token = exchange.set_claims().filter(|(part, ..)| part.token == TokenKind::Id);
    for (part, claim, value) in in_id_token {
        verdict.applies();
        let (reason, kind) = match value {
            Value::Object(_) => ("object-value", "an object"),
            Value::Array(_) => ("list-value", "a list"),
            _ => continue,
        };
        if SIMPLE.contains(&claim) {
            verdict.violated(
                reason,
                part.claim_pointer(claim),
                format!("`{claim}` is {kind}, which the ID token does not take for this claim"),
                format!("AWS does not say whether the ID token goes without `{claim}` or the sign-in fails"),
            );
        }
    }
}

fn with_claim(mut event: Value, claim: &str, value: Value) -> Outcome {
    if let Some(part) = id_part(&mut event) {
        set_claim(part, claim, value);
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn the_access_token_takes_an_address_as_an_object() {
        let response = json!({"claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {"claimsToAddOrOverride": {"address": {"country": "NZ"}}}
        }});
        assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V2, response), [""; 0]);
    }

    #[test]
    fn both_kinds_of_complex_values_are_told_for_each_simple_claim_of_the_id_token() {
        for claim in SIMPLE {
            for (value, expected) in [
                (json!({"a": 1}), &["object-value"][..]),
                (json!(["a"]), &["list-value"]),
                (json!(null), &[]),
                (json!("text"), &[]),
                (json!(true), &[]),
            ] {
                let response = json!({"claimsAndScopeOverrideDetails": {
                    "idTokenGeneration": {"claimsToAddOrOverride": {claim: value, "other": value}}}});
                let reasons = reasons(&RULE, &Scene::User.situation(), EventVersion::V2, response);
                assert_eq!(reasons, expected, "{claim}: {value}");
            }
        }
    }
}
