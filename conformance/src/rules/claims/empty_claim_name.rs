use serde_json::{Value, json};

use crate::rules::miniature::{set_claim, token_parts};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "empty-claim-name",
    level: Level::Warning,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a claim has an empty name",
    requires: "Every claim that is set has a name.",
    why: "AWS does not say what becomes of a claim without a name, and nobody will look for it",
    mend: "give the claim a name; an empty one often comes from an environment variable that is not set",
    // Suppressing an empty name is silent: it names no claim, and suppressing an absent claim is harmless (S-03).
    sources: &[Citation {
        fact: "C-10",
        certainty: Certainty::Unknown,
        words: "no grammar for claim names is documented; what an empty one does is open",
        url: PRE_TOKEN,
    }],
    reasons: &["empty-name"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"":"acme"}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"https://example.com/tenant":"acme"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "empty-name",
            about: "takes the claim's name from an environment variable that is not set",
            trigger: sets_nameless_claim,
        },
        Miniature {
            reason: "empty-name",
            about: "makes a flag of each key of the client metadata",
            trigger: |mut event| {
                let metadata =
                    event.pointer("/request/clientMetadata").and_then(Value::as_object).cloned().unwrap_or_default();
                for part in token_parts(&mut event) {
                    for key in metadata.keys() {
                        set_claim(part, key, json!("yes"));
                    }
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for (part, claim, _) in exchange.set_claims() {
        verdict.applies();
        if claim.is_empty() {
            verdict.violated(
                "empty-name",
                part.claim_pointer(claim),
                format!("a claim of the {} has an empty name", part.token),
                format!("AWS does not say what happens; the {} may go without it, or the sign-in fail", part.token),
            );
        }
    }
}

fn sets_nameless_claim(mut event: Value) -> Outcome {
    for part in token_parts(&mut event) {
        set_claim(part, "", json!("acme"));
    }
    Outcome::Answered(event)
}
