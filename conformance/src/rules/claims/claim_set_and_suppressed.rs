use serde_json::{Value, json};

use crate::rules::miniature::{access_part, attribute, has_attribute, list_names, set_claim, token_parts};
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
    miniatures: &[
        Miniature {
            reason: "set-and-suppressed",
            about: "masks the email and then suppresses it as well",
            trigger: masks_and_suppresses,
        },
        Miniature {
            reason: "set-and-suppressed",
            about: "hides the phone number, and adds it masked for whoever has one",
            trigger: |mut event| {
                let phone = has_attribute(&event, "phone_number");
                for part in token_parts(&mut event) {
                    list_names(part, "claimsToSuppress", &["phone_number"]);
                    if phone {
                        set_claim(part, "phone_number", json!("+1***12"));
                    }
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "set-and-suppressed",
            about: "takes the tenant back out of the access token where it is not its own",
            trigger: |mut event| {
                let tenant = attribute(&event, "custom:tenant").filter(|tenant| tenant != "acme");
                if let (Some(tenant), Some(part)) = (tenant, access_part(&mut event)) {
                    set_claim(part, "tenant", json!(tenant));
                    list_names(part, "claimsToSuppress", &["tenant"]);
                }
                Outcome::Answered(event)
            },
        },
    ],
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
