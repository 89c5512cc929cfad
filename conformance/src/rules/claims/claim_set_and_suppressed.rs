use serde_json::{Value, json};

use crate::rules::miniature::{list_names, set_claim, token_parts};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, standing};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "claim-set-and-suppressed",
    level: Level::Warning,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "one claim of one token is both set and suppressed",
    requires: "No claim is in both `claimsToAddOrOverride` and `claimsToSuppress` of one token.",
    why: "suppression wins: the token goes without the claim, and the value that was set is lost",
    mend: "take the claim out of one of the two",
    sources: &[
        Citation {
            fact: "S-01",
            certainty: Certainty::Documented,
            words: "if a function \"both suppresses and replaces a claim value, then Amazon Cognito suppresses the claim\"",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "S-02",
            certainty: Certainty::Inference,
            words: "the two tokens are independent: what one suppresses the other may set",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["set-and-suppressed"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"email":"j@example.com"},"claimsToSuppress":["email"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToSuppress":["email"]},"accessTokenGeneration":{"claimsToAddOrOverride":{"email":"j@example.com"}}}}"#,
        ),
    },
    miniatures: &[Miniature {
        reason: "set-and-suppressed",
        about: "masks the email and then suppresses it as well",
        trigger: masks_and_suppresses,
    }],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for (part, _, claim) in exchange.suppressed_claims() {
        let Some(claims) = part.claims() else { continue };
        verdict.applies();
        // A claim that cannot be set, or not in this way, is another rule's.
        if claims.contains_key(claim) && standing(claim) == Standing::Free {
            verdict.violated(
                "set-and-suppressed",
                part.claim_pointer(claim),
                format!("`{claim}` is both set and suppressed in the {}", part.token),
                format!("the {} goes without `{claim}`: suppression wins", part.token),
            );
        }
    }
}

fn masks_and_suppresses(mut event: Value) -> Outcome {
    for part in token_parts(&mut event) {
        set_claim(part, "email", json!("j***@example.com"));
        list_names(part, "claimsToSuppress", &["email"]);
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn a_claim_that_cannot_be_set_is_left_to_its_own_rule() {
        for claim in ["sub", "cognito:groups", "cognito:tenant", "dev:tier", "scope"] {
            let response = json!({"claimsOverrideDetails": {
                "claimsToAddOrOverride": {claim: "x"}, "claimsToSuppress": [claim]
            }});
            let reasons = reasons(&RULE, &Scene::User.situation(), EventVersion::V1, response);
            assert_eq!(reasons, [""; 0], "{claim}");
        }
    }
}
