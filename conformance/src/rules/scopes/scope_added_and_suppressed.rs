use serde_json::Value;

use crate::rules::miniature::{access_part, has_attribute, is_for_machine, list_names, names};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "scope-added-and-suppressed",
    level: Level::Warning,
    family: Family::Scopes,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "a scope is both added and suppressed",
    requires: "No scope stands in `scopesToAdd` and in `scopesToSuppress`.",
    why: "AWS says which list wins for claims, but not for scopes, so the token may hold the scope or not",
    mend: "work out first which scopes remain, and name each in one list only",
    sources: &[
        Citation {
            fact: "S-22",
            certainty: Certainty::Unknown,
            words: "not stated; for claims, what is both suppressed and replaced is suppressed",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-09",
            certainty: Certainty::Unknown,
            words: "taken as suppressed, as with claims; emulators add it after all",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["in-both-lists"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["openid","orders/read"],"scopesToSuppress":["openid"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["orders/read"],"scopesToSuppress":["openid"]}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "in-both-lists",
            about: "suppresses every scope of the event, then adds those back that its list allows",
            trigger: clears_and_adds_back,
        },
        Miniature {
            reason: "in-both-lists",
            about: "takes `phone` from everyone, and grants it to whoever has a number",
            trigger: |mut event| {
                let phone = has_attribute(&event, "phone_number");
                if let Some(part) = access_part(&mut event) {
                    list_names(part, "scopesToSuppress", &["phone"]);
                    if phone {
                        list_names(part, "scopesToAdd", &["phone"]);
                    }
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "in-both-lists",
            about: "takes the last of several scopes from machines, and lists all that they have",
            trigger: |mut event| {
                let scopes = names(&event, "/request/scopes");
                let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                let machine = is_for_machine(&event);
                if let (true, [_, .., last], Some(part)) = (machine, &*scopes, access_part(&mut event)) {
                    list_names(part, "scopesToSuppress", &[last]);
                    list_names(part, "scopesToAdd", &scopes);
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for part in exchange.parts().filter(|part| part.token == TokenKind::Access) {
        let Some(suppressed) = part.list("scopesToSuppress") else { continue };
        for (index, scope) in part.names("scopesToAdd") {
            verdict.applies();
            if !suppressed.iter().any(|name| name.as_str() == Some(scope)) {
                continue;
            }
            verdict.violated(
                "in-both-lists",
                part.entry_pointer("scopesToAdd", index),
                format!("`{scope}` is both in `scopesToAdd` and in `scopesToSuppress`"),
                "the access token goes without this scope; AWS does not say so of scopes, it is taken from claims",
            );
        }
    }
}

fn clears_and_adds_back(mut event: Value) -> Outcome {
    let scopes = event.pointer("/request/scopes").and_then(Value::as_array).cloned().unwrap_or_default();
    let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
    if let Some(part) = access_part(&mut event) {
        list_names(part, "scopesToSuppress", &scopes);
        let allowed: Vec<&str> = scopes.into_iter().filter(|scope| *scope != "phone").collect();
        list_names(part, "scopesToAdd", &allowed);
    }
    Outcome::Answered(event)
}
