use serde_json::{Value, json};

use crate::rules::miniature::{access_part, is_for_machine, is_from, set_claim, when};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "audience-mismatch",
    level: Level::Error,
    family: Family::Claims,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "the access token's `aud` is set to something other than the client id",
    requires: "`aud` in the access token, if set, is the app client's id (`callerContext.clientId`).",
    why: "Cognito takes no other audience: the access token goes without yours, or is not issued",
    mend: "set `aud` to `event.callerContext.clientId`, or leave it out and bind the session to a resource instead",
    sources: &[
        Citation {
            fact: "C-04",
            certainty: Certainty::Documented,
            words: "\"its value must match the app client ID\"",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-02",
            certainty: Certainty::Unknown,
            words: "whether another value is ignored or fails the sign-in is not stated",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["other-audience", "not-a-string"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"https://api.example.com"}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"aud":"1example23456789"}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "other-audience",
            about: "names the API as the audience",
            trigger: |event| with_audience(event, json!("https://api.example.com")),
        },
        Miniature {
            reason: "not-a-string",
            about: "lists the client and the API as audiences",
            trigger: |event| {
                let client = event.pointer("/callerContext/clientId").cloned();
                with_audience(event, json!([client, "https://api.example.com"]))
            },
        },
        Miniature {
            reason: "other-audience",
            about: "gives machines the API as their audience",
            trigger: |event| {
                when(is_for_machine(&event), event, |event| with_audience(event, json!("https://api.example.com")))
            },
        },
        Miniature {
            reason: "other-audience",
            about: "takes the audience that the caller names",
            trigger: |event| match event.pointer("/request/clientMetadata/tenant").cloned() {
                Some(named) => with_audience(event, named),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "not-a-string",
            about: "lists the client alone, on a refresh",
            trigger: |event| {
                let client = event.pointer("/callerContext/clientId").cloned();
                when(is_from(&event, "RefreshTokens"), event, |event| with_audience(event, json!([client])))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let client = exchange.situation.client.as_str();
    for part in exchange.parts().filter(|part| part.token == TokenKind::Access) {
        let Some(claims) = part.claims() else { continue };
        verdict.applies();
        let (reason, message) = match claims.get("aud") {
            None => continue,
            Some(Value::String(audience)) if audience == client => continue,
            Some(Value::String(audience)) => {
                ("other-audience", format!("`aud` in the access token is `{audience}`, not the client id `{client}`"))
            }
            // Even a list of the client id alone: "its value must match the app client ID".
            Some(_) => ("not-a-string", format!("`aud` in the access token is not the text `{client}`")),
        };
        let effect = "AWS does not say whether the access token goes without this `aud` or the sign-in fails";
        verdict.violated(reason, part.claim_pointer("aud"), message, effect);
    }
}

fn with_audience(mut event: Value, audience: Value) -> Outcome {
    if let Some(part) = access_part(&mut event) {
        set_claim(part, "aud", audience);
    }
    Outcome::Answered(event)
}
