use serde_json::Value;

use crate::rules::miniature::{is_from, set_claim, token_parts, when, with_access_claim, with_claim};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, standing};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "null-claim-value",
    level: Level::Warning,
    family: Family::Claims,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "a claim is set to null",
    requires: "A claim's value is a string, a number, a boolean, a list of these, or an object.",
    why: "AWS does not list null: the claim may be missing, null or empty, or the sign-in may fail",
    mend: "leave the claim out when there is no value, or suppress it when the token is to go without it",
    sources: &[
        Citation {
            fact: "R-09",
            certainty: Certainty::Unknown,
            words: "null is not in the list of claim types",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-12",
            certainty: Certainty::Unknown,
            words: "what a null at the top does is not stated; taken as unsupported",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["null-value"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":null}}}}"#,
        ),
    },
    // What stands inside an object is free.
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":{"name":null}}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "null-value",
            about: "copies an attribute of another application that no user here has",
            trigger: copies_absent_attribute,
        },
        Miniature {
            reason: "null-value",
            about: "passes the preferred role on to the access token; most users have none",
            trigger: |event| {
                let role = event.pointer("/request/groupConfiguration/preferredRole").cloned();
                with_access_claim(event, "role", role.unwrap_or(Value::Null))
            },
        },
        Miniature {
            reason: "null-value",
            about: "names the device of the sign-in, which a refresh has not",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |event| with_claim(event, "device", Value::Null))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for (part, claim, value) in exchange.set_claims() {
        verdict.applies();
        // A claim that cannot be set at all is another rule's.
        if value.is_null() && standing(claim) == Standing::Free {
            verdict.violated(
                "null-value",
                part.claim_pointer(claim),
                format!("`{claim}` is set to null in the {}", part.token),
                format!("AWS does not say what happens; `{claim}` may be missing from the {}", part.token),
            );
        }
    }
}

fn copies_absent_attribute(mut event: Value) -> Outcome {
    let company = event.pointer("/request/userAttributes/companyOfTheOtherApplication").cloned();
    for part in token_parts(&mut event) {
        set_claim(part, "company", company.clone().unwrap_or(Value::Null));
    }
    Outcome::Answered(event)
}
