use serde_json::json;

use crate::rules::miniature::{
    access_part, id_part, is_for_machine, is_from, list_names, names, set_claim, when, with_access_claim, with_id_claim,
};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, TokenKind};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "scope-set-as-claim",
    level: Level::Warning,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "`scope` is changed as if it were a plain claim",
    requires: "Scopes are changed through `scopesToAdd` and `scopesToSuppress` of `accessTokenGeneration`, not as the claim `scope`.",
    why: "AWS names no other way: the access token may keep the scopes that it had",
    mend: "use `scopesToAdd` and `scopesToSuppress` (event version 2 or later); for a list of your own in the ID token choose another name",
    sources: &[
        Citation {
            fact: "C-12",
            certainty: Certainty::DocumentedAmbiguous,
            words: "the table of claims gives `scope` only `scopesToAdd` and `scopesToSuppress`",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-23",
            certainty: Certainty::Unknown,
            words: "what the claim `scope` does is not stated; taken as ignored in the access token",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["set-in-access-token", "set-in-id-token", "suppressed-in-access-token"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"scope":"openid my-api/read"}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["openid","my-api/read"]}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "set-in-access-token",
            about: "writes the scopes as a claim",
            trigger: |mut event| {
                if let Some(part) = access_part(&mut event) {
                    set_claim(part, "scope", json!("my-api/read"));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "set-in-id-token",
            about: "writes the scopes into the ID token",
            trigger: |mut event| {
                if let Some(part) = id_part(&mut event) {
                    set_claim(part, "scope", json!("my-api/read"));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "suppressed-in-access-token",
            about: "hides all scopes by suppressing the claim",
            trigger: |mut event| {
                if let Some(part) = access_part(&mut event) {
                    list_names(part, "claimsToSuppress", &["scope"]);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "set-in-access-token",
            about: "writes the scopes of machines back as a claim",
            trigger: |event| {
                let scopes = names(&event, "/request/scopes").join(" ");
                when(is_for_machine(&event), event, |event| with_access_claim(event, "scope", scopes))
            },
        },
        Miniature {
            reason: "suppressed-in-access-token",
            about: "hides the scopes on a refresh",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |mut event| {
                    if let Some(part) = access_part(&mut event) {
                        list_names(part, "claimsToSuppress", &["scope"]);
                    }
                    Outcome::Answered(event)
                })
            },
        },
        Miniature {
            reason: "set-in-id-token",
            about: "shows the scopes of the managed login to the page",
            trigger: |event| {
                let scopes = names(&event, "/request/scopes").join(" ");
                when(is_from(&event, "HostedAuth"), event, |event| with_id_claim(event, "scope", scopes))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.sets_claims() {
        verdict.applies();
    }
    for (part, claim, _) in exchange.set_claims_of(&[Standing::Scope]) {
        let (reason, effect) = match part.token {
            TokenKind::Access => (
                "set-in-access-token",
                "AWS does not say what happens; assumed to change nothing: the access token keeps the scopes that it had",
            ),
            TokenKind::Id => (
                "set-in-id-token",
                "AWS does not say what happens; the ID token may show a `scope` that grants nothing, or none",
            ),
        };
        let message = format!("`scope` is set as a plain claim of the {}", part.token);
        verdict.violated(reason, part.claim_pointer(claim), message, effect);
    }
    // The ID token has no such claim, and suppressing an absent claim is harmless (S-03).
    for (part, index, claim) in exchange.suppressed_claims().filter(|(part, ..)| part.token == TokenKind::Access) {
        verdict.applies();
        if claim == "scope" {
            verdict.violated(
                "suppressed-in-access-token",
                part.entry_pointer("claimsToSuppress", index),
                "`scope` is suppressed as a plain claim of the access token",
                "AWS does not say what happens; assumed to change nothing: the access token keeps its scopes",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn a_scope_as_a_claim_has_a_reason_for_each_token_and_for_each_way() {
        for (part, lists, expected) in [
            ("idTokenGeneration", json!({"claimsToAddOrOverride": {"scope": "a"}}), &["set-in-id-token"][..]),
            ("accessTokenGeneration", json!({"claimsToAddOrOverride": {"scope": "a"}}), &["set-in-access-token"]),
            ("accessTokenGeneration", json!({"claimsToSuppress": ["scope"]}), &["suppressed-in-access-token"]),
            ("idTokenGeneration", json!({"claimsToSuppress": ["scope"]}), &[]),
            ("accessTokenGeneration", json!({"claimsToAddOrOverride": {"scp": "a"}, "claimsToSuppress": ["b"]}), &[]),
        ] {
            let response = json!({"claimsAndScopeOverrideDetails": {part: lists}});
            assert_eq!(
                reasons(&RULE, &Scene::User.situation(), EventVersion::V2, response),
                expected,
                "{part} {lists}"
            );
        }
    }
}
