use serde_json::Value;

use crate::rules::miniature::{
    attribute, is_for_machine, is_from, set_claim, token_parts, when, with_access_claim, with_claim,
};
use crate::rules::source::{ID_TOKEN, PRE_TOKEN};
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, TokenKind, standing};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "reserved-claim-set",
    level: Level::Error,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a claim that cannot be changed is set",
    requires: "`claimsToAddOrOverride` names no claim that the table of claims calls unchangeable.",
    why: "the token keeps Cognito's own value, so whatever relies on yours silently does not happen",
    mend: "choose another name for the claim, such as one of your own without a prefix",
    sources: &[
        Citation {
            fact: "C-01",
            certainty: Certainty::Documented,
            words: "the table of claims says No to adding and to modifying",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "C-03",
            certainty: Certainty::Documented,
            words: "`acr` and `amr` \"can't be modified by a pre token generation Lambda trigger\"",
            url: ID_TOKEN,
        },
        Citation {
            fact: "U-01",
            certainty: Certainty::Unknown,
            words: "whether such a claim is ignored or fails the sign-in is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["unchangeable-claim"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"sub":"someone-else"}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"subject":"someone-else"}}}"#),
    },
    miniatures: &[
        Miniature { reason: "unchangeable-claim", about: "writes the user's name over `sub`", trigger: overwrites_sub },
        Miniature {
            reason: "unchangeable-claim",
            about: "copies the identities of federated users, so that their provider is known",
            trigger: |event| match attribute(&event, "identities") {
                Some(identities) => with_claim(event, "identities", identities),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "unchangeable-claim",
            about: "prolongs the session on a refresh",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |event| with_claim(event, "exp", "1999999999"))
            },
        },
        Miniature {
            reason: "unchangeable-claim",
            about: "names the client in tokens of machines",
            trigger: |event| when(is_for_machine(&event), event, |event| with_claim(event, "client_id", "billing")),
        },
        Miniature {
            reason: "unchangeable-claim",
            about: "writes the email over a user name that is a UUID",
            trigger: |event| {
                let uuid = event.get("userName").and_then(Value::as_str).is_some_and(|name| name.len() == 36);
                when(uuid, event, |event| with_access_claim(event, "username", "jane@example.com"))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.sets_claims() {
        verdict.applies();
    }
    for (part, claim, value) in exchange.set_claims_of(&[Standing::Immutable, Standing::Audience]) {
        // AWS's own V2 example sets `aud` to the client id in the ID token (C-02), so that much is tolerated; the access
        // token's `aud` is the subject of `audience-mismatch`.
        let unchangeable = standing(claim) == Standing::Immutable
            || (part.token == TokenKind::Id && value.as_str() != Some(exchange.situation.client.as_str()));
        if unchangeable {
            verdict.violated(
                "unchangeable-claim",
                part.claim_pointer(claim),
                format!("`{claim}` cannot be set in the {}", part.token),
                format!("the {} keeps Cognito's own `{claim}`, or goes without it", part.token),
            );
        }
    }
}

fn overwrites_sub(mut event: Value) -> Outcome {
    let name = event.get("userName").cloned().unwrap_or(Value::Null);
    for part in token_parts(&mut event) {
        set_claim(part, "sub", name.clone());
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::claims::judged::reasons;

    #[test]
    fn the_audience_of_the_id_token_may_be_set_to_what_it_is() {
        let situation = Scene::User.situation();
        let client = situation.client.as_str();
        for (part, value, expected) in [
            ("idTokenGeneration", client, &[][..]),
            ("idTokenGeneration", "other", &["unchangeable-claim"]),
            // `audience-mismatch` speaks of this one.
            ("accessTokenGeneration", "other", &[]),
        ] {
            let response = json!({"claimsAndScopeOverrideDetails": {part: {"claimsToAddOrOverride": {"aud": value}}}});
            assert_eq!(reasons(&RULE, &situation, EventVersion::V2, response), expected, "{part} {value}");
        }
    }
}
