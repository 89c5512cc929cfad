use serde_json::{Value, json};

use crate::rules::miniature::{
    attribute, has_attribute, list_names, set_claim, token_parts, when, with_access_claim, without_claim,
};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::Standing;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cognito-claim-set",
    level: Level::Error,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "an invented claim with the prefix `cognito:` is set or suppressed",
    requires: "No claim is named `cognito:` something but those that Cognito itself defines.",
    why: "the prefix is Cognito's own; the claim does not reach the token",
    mend: "name the claim without the prefix `cognito:`",
    sources: &[
        Citation {
            fact: "K-07",
            certainty: Certainty::Documented,
            words: "the table of claims says No to adding, modifying and suppressing any other `cognito:` claim",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-05",
            certainty: Certainty::Unknown,
            words: "whether such a name is ignored or fails the sign-in is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["invented-name-set", "invented-name-suppressed"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"cognito:tenant":"acme"}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"custom:tenant":"acme"}}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "invented-name-set",
            about: "adds the tenant under Cognito's prefix",
            trigger: sets_tenant,
        },
        Miniature {
            reason: "invented-name-suppressed",
            about: "hides the user's status, which is an attribute but no claim",
            trigger: suppresses_status,
        },
        Miniature {
            reason: "invented-name-set",
            about: "copies the user's status into the access token",
            trigger: |event| match attribute(&event, "cognito:user_status") {
                Some(status) => with_access_claim(event, "cognito:user_status", status),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "invented-name-suppressed",
            about: "hides the email's alias from whoever has one",
            trigger: |event| {
                when(has_attribute(&event, "cognito:email_alias"), event, |event| {
                    without_claim(event, "cognito:email_alias")
                })
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.sets_claims() || exchange.suppresses_claims() {
        verdict.applies();
    }
    for (part, claim, _) in exchange.set_claims_of(&[Standing::CognitoPrefix]) {
        verdict.violated(
            "invented-name-set",
            part.claim_pointer(claim),
            format!("`{claim}` has the prefix `cognito:`, which triggers cannot set"),
            format!("`{claim}` does not appear in the {} (AWS forbids it and does not say how it ends)", part.token),
        );
    }
    for (part, index, claim) in exchange.suppressed_claims_of(&[Standing::CognitoPrefix]) {
        verdict.violated(
            "invented-name-suppressed",
            part.entry_pointer("claimsToSuppress", index),
            format!("`{claim}` has the prefix `cognito:`, which triggers cannot suppress"),
            format!("nothing changes in the {}: AWS knows no claim `{claim}`", part.token),
        );
    }
}

fn sets_tenant(mut event: Value) -> Outcome {
    for part in token_parts(&mut event) {
        set_claim(part, "cognito:tenant", json!("acme"));
    }
    Outcome::Answered(event)
}

fn suppresses_status(mut event: Value) -> Outcome {
    for part in token_parts(&mut event) {
        list_names(part, "claimsToSuppress", &["cognito:user_status"]);
    }
    Outcome::Answered(event)
}
