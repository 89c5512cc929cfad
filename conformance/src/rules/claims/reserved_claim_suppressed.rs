use serde_json::Value;

use crate::rules::Part;
use crate::rules::miniature::{is_for_machine, list_names, token_parts, when, without_claim};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene, Situation};
use crate::target::Outcome;
use crate::tokens::{Standing, TokenKind};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "reserved-claim-suppressed",
    level: Level::Error,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a claim that cannot be suppressed is suppressed",
    requires: "`claimsToSuppress` names no claim of the token that the table of claims calls unsuppressible.",
    why: "the token still carries the claim, so what was to stay private does not",
    mend: "take the claim out of the list, and do not hand the token to anyone who may not read that claim",
    sources: &[
        Citation {
            fact: "C-01",
            certainty: Certainty::Documented,
            words: "the table of claims says No to suppressing",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-01",
            certainty: Certainty::Unknown,
            words: "whether such a name is ignored or fails the sign-in is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["unchangeable-claim"],
    violates: Example {
        scene: Scene::FederatedUser,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToSuppress":["identities"]}}"#),
    },
    // Nothing to lose: this user has no identity at another provider.
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToSuppress":["identities"]}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "unchangeable-claim",
            about: "hides `sub` to keep users anonymous",
            trigger: |event| suppress(event, "sub"),
        },
        Miniature {
            reason: "unchangeable-claim",
            about: "hides where federated users come from",
            trigger: |event| suppress(event, "identities"),
        },
        Miniature {
            reason: "unchangeable-claim",
            about: "hides user names that are email addresses",
            trigger: |event| {
                let address = event.get("userName").and_then(Value::as_str).is_some_and(|name| name.contains('@'));
                when(address, event, |event| without_claim(event, "cognito:username"))
            },
        },
        Miniature {
            reason: "unchangeable-claim",
            about: "hides the client in tokens of machines",
            trigger: |event| when(is_for_machine(&event), event, |event| without_claim(event, "client_id")),
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.suppresses_claims() {
        verdict.applies();
    }
    for (part, index, claim) in exchange.suppressed_claims_of(&[Standing::Immutable, Standing::Audience]) {
        if is_carried(claim, &part, exchange.situation) {
            verdict.violated(
                "unchangeable-claim",
                part.entry_pointer("claimsToSuppress", index),
                format!("`{claim}` cannot be suppressed in the {}", part.token),
                format!("the {} keeps its `{claim}`", part.token),
            );
        }
    }
}

/// Whether there is such a claim to lose: suppressing an absent claim is harmless (S-03).
///
/// Claims that the table gives to a token but that only some sessions have (`nonce`, `at_hash`, `acr` …) count as
/// carried: nothing in the event tells (C-06).
fn is_carried(claim: &str, part: &Part<'_>, situation: &Situation) -> bool {
    match (claim, part.token) {
        ("cognito:username" | "at_hash", token) => token == TokenKind::Id,
        ("client_id" | "version" | "username", token) => token == TokenKind::Access,
        ("identities", TokenKind::Id) => situation.user().is_some_and(|user| !user.identities.is_empty()),
        ("device_key", TokenKind::Access) => situation.user().is_some_and(|user| user.device.is_some()),
        ("identities" | "device_key", _) => false,
        ("aud", TokenKind::Access) => {
            situation.resource.is_some() || part.claims().is_some_and(|claims| claims.contains_key("aud"))
        }
        _ => true,
    }
}

fn suppress(mut event: Value, claim: &str) -> Outcome {
    for part in token_parts(&mut event) {
        list_names(part, "claimsToSuppress", &[claim]);
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::claims::judged::reasons;
    use crate::situation::Principal;

    fn suppressed_in(part: &str, claim: &str, situation: &Situation) -> bool {
        let response = json!({"claimsAndScopeOverrideDetails": {part: {"claimsToSuppress": [claim]}}});
        reasons(&RULE, situation, EventVersion::V2, response) == ["unchangeable-claim"]
    }

    #[test]
    fn a_claim_of_the_other_token_may_be_suppressed() {
        let situation = Scene::FederatedUser.situation();
        for (claim, id, access) in [
            ("identities", true, false),
            ("cognito:username", true, false),
            ("client_id", false, true),
            ("username", false, true),
            ("iss", true, true),
        ] {
            assert_eq!(suppressed_in("idTokenGeneration", claim, &situation), id, "{claim}");
            assert_eq!(suppressed_in("accessTokenGeneration", claim, &situation), access, "{claim}");
        }
    }

    #[test]
    fn the_audience_of_an_access_token_is_there_when_it_is_bound_to_a_resource() {
        let plain = Scene::FederatedUser.situation();
        let bound = Situation { resource: Some("https://api.example.com".into()), ..plain.clone() };
        assert!(!suppressed_in("accessTokenGeneration", "aud", &plain));
        assert!(suppressed_in("accessTokenGeneration", "aud", &bound));
    }

    #[test]
    fn a_device_key_is_in_the_access_token_of_a_remembered_device() {
        let plain = Scene::User.situation();
        let mut remembered = plain.clone();
        if let Principal::User(user) = &mut remembered.principal {
            user.device = Some("us-east-1_aaaabbbb-cccc-dddd-eeee-ffff00001111".into());
        }
        assert!(!suppressed_in("accessTokenGeneration", "device_key", &plain));
        assert!(suppressed_in("accessTokenGeneration", "device_key", &remembered));
        assert!(!suppressed_in("idTokenGeneration", "device_key", &remembered));
        assert!(!suppressed_in("idTokenGeneration", "identities", &plain));
    }
}
