use serde_json::{Value, json};

use crate::rules::miniature::{attribute, groups, when, with_claim};
use crate::rules::source::{PRE_TOKEN, VALUES_IN_V1};
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "non-string-claim-in-v1",
    level: Level::Error,
    family: Family::Claims,
    versions: &[EventVersion::V1],
    title: "a version 1 claim is not a string",
    requires: "Under event version 1 every value in `claimsToAddOrOverride` is a string.",
    why: "sign-in and every later refresh fail with `Unrecognizable lambda output`",
    mend: "write the value as a string (a list or an object as JSON text), leave out what is null, or move the user pool to event version 2",
    sources: &[
        Citation {
            fact: "R-06",
            certainty: Certainty::Documented,
            words: "\"Response objects to version one events can return strings\"",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "R-07",
            certainty: Certainty::ObservedByOthers,
            words: "lists and objects fail sign-in and refresh with `Unrecognizable lambda output`",
            url: VALUES_IN_V1,
        },
        Citation {
            fact: "U-11",
            certainty: Certainty::Unknown,
            words: "what numbers, booleans and nulls do is not stated; taken to fail as lists do",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["list-value", "object-value", "number-value", "boolean-value", "null-value"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"roles":["reader","writer"]}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"roles":"[\"reader\",\"writer\"]"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "list-value",
            about: "adds the user's permissions as a list",
            trigger: |event| with_claim(event, "permissions", json!(["read", "write"])),
        },
        Miniature {
            reason: "object-value",
            about: "adds the claims for Hasura as an object",
            trigger: |event| {
                with_claim(event, "https://hasura.io/jwt/claims", json!({"x-hasura-default-role": "user"}))
            },
        },
        Miniature {
            reason: "number-value",
            about: "adds the number of the user's tenant from a database",
            trigger: |event| with_claim(event, "tenant_id", json!(42)),
        },
        Miniature {
            reason: "boolean-value",
            about: "adds a flag as a boolean",
            trigger: |event| with_claim(event, "mfaRequired", json!(true)),
        },
        Miniature {
            reason: "null-value",
            about: "copies an attribute of another application that no user here has",
            trigger: |event| {
                let company = event.pointer("/request/userAttributes/companyOfTheOtherApplication").cloned();
                with_claim(event, "company", company.unwrap_or(Value::Null))
            },
        },
        Miniature {
            reason: "number-value",
            about: "counts the groups of whoever is in more than five",
            trigger: |event| {
                let count = groups(&event).len();
                when(count > 5, event, |event| with_claim(event, "groups", count))
            },
        },
        Miniature {
            reason: "boolean-value",
            about: "compares `email_verified` with `true`, and writes what comes out",
            trigger: |event| match attribute(&event, "email_verified") {
                Some(verified) => with_claim(event, "verified", verified == "true"),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "list-value",
            about: "splits the role at its commas, where it has some",
            trigger: |event| match attribute(&event, "custom:role").filter(|role| role.contains(',')) {
                Some(role) => with_claim(event, "roles", role.split(',').collect::<Vec<_>>()),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "number-value",
            about: "writes a tenant that is a number as one",
            trigger: |event| match attribute(&event, "custom:tenant").and_then(|tenant| tenant.parse::<i64>().ok()) {
                Some(tenant) => with_claim(event, "tenant", tenant),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "object-value",
            about: "parses a tenant that is JSON",
            trigger: |event| {
                let tenant =
                    attribute(&event, "custom:tenant").and_then(|tenant| serde_json::from_str::<Value>(&tenant).ok());
                match tenant.filter(Value::is_object) {
                    Some(tenant) => with_claim(event, "tenant", tenant),
                    None => Outcome::Answered(event),
                }
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for (part, claim, value) in exchange.set_claims() {
        verdict.applies();
        // The name does not matter: an answer that cannot be read fails before any claim is looked at.
        let (reason, kind, effect) = match value {
            Value::String(_) => continue,
            Value::Array(_) => ("list-value", "a list", SEEN),
            Value::Object(_) => ("object-value", "an object", SEEN),
            Value::Number(_) => ("number-value", "a number", ASSUMED),
            Value::Bool(_) => ("boolean-value", "a boolean", ASSUMED),
            Value::Null => ("null-value", "null", ASSUMED),
        };
        let message = format!("`{claim}` is {kind}; version 1 takes strings only");
        verdict.violated(reason, part.claim_pointer(claim), message, effect);
    }
}

const SEEN: &str = "sign-in fails with `Unrecognizable lambda output`, and so does every refresh";
const ASSUMED: &str =
    "AWS does not say what happens; assumed to fail sign-in with `Unrecognizable lambda output`, as lists do";
