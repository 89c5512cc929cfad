use serde_json::{Value, json};

use crate::rules::miniature::{attribute, id_part, set_claim, with_claim};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::Standing;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "dev-claim-set",
    level: Level::Error,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a claim with the prefix `dev:` is set",
    requires: "No claim with the prefix `dev:` is set; triggers can only suppress these.",
    why: "the token keeps the developer attribute's own value, or goes without the claim",
    mend: "use a `custom:` claim or a name without a prefix",
    sources: &[
        Citation {
            fact: "K-12",
            certainty: Certainty::Documented,
            words: "the table of claims says No to adding and modifying `dev:` attributes, and Yes to suppressing",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-31",
            certainty: Certainty::Unknown,
            words: "whether such a claim is ignored or fails the sign-in is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["developer-attribute"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"dev:custom:tier":"gold"}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"custom:tier":"gold"},"claimsToSuppress":["dev:custom:tier"]}}"#,
        ),
    },
    miniatures: &[
        Miniature { reason: "developer-attribute", about: "overrides a developer attribute", trigger: overrides_tier },
        Miniature {
            reason: "developer-attribute",
            about: "passes a developer attribute on, where there is one",
            trigger: |event| match attribute(&event, "dev:custom:internal") {
                Some(value) => with_claim(event, "dev:custom:internal", value),
                None => Outcome::Answered(event),
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.sets_claims() {
        verdict.applies();
    }
    for (part, claim, _) in exchange.set_claims_of(&[Standing::DevPrefix]) {
        verdict.violated(
            "developer-attribute",
            part.claim_pointer(claim),
            format!("`{claim}` has the prefix `dev:`, which triggers cannot set"),
            format!(
                "this `{claim}` does not appear in the {} (AWS forbids it and does not say how it ends)",
                part.token
            ),
        );
    }
}

fn overrides_tier(mut event: Value) -> Outcome {
    if let Some(part) = id_part(&mut event) {
        set_claim(part, "dev:custom:tier", json!("gold"));
    }
    Outcome::Answered(event)
}
