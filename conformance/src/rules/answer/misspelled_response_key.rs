use serde_json::{Value, json};

use super::vocabulary::{Nature, keys};
use crate::rules::miniature::{access_part, details, groups, has_attribute, is_from, token_parts};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "misspelled-response-key",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "a key of the response is misspelled",
    requires: "Every key of `response` is written as it is documented, in camelCase.",
    why: "what stands under the key reaches no token, and some such answers fail the sign-in",
    mend: "write the key as documented; for types, set the serializer's names to camelCase",
    sources: &[
        Citation {
            fact: "R-05",
            certainty: Certainty::ObservedByOthers,
            words: "an answer in PascalCase: `Unrecognizable lambda output`",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "R-23",
            certainty: Certainty::DocumentedAmbiguous,
            words: "`claimsToAddOrOverride` everywhere but in one sentence, which says `claimsToOverride`",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["other-case", "slip"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToOverride":{"tenant":"acme"}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "other-case",
            about: "writes its own type with capitals, as .NET does by default",
            trigger: |mut event| {
                if let Some((details, _)) = details(&mut event) {
                    let groups = json!({"GroupsToOverride": ["staff"]});
                    details.insert("GroupOverrideDetails".to_owned(), groups);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "slip",
            about: "hides the email under `claimsToSupress`",
            trigger: |mut event| {
                for part in token_parts(&mut event) {
                    part.insert("claimsToSupress".to_owned(), json!(["email"]));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "slip",
            about: "makes an object of its own under `reponse`",
            trigger: |mut event| {
                let claims = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"tenant": "acme"}}});
                if let Value::Object(fields) = &mut event {
                    fields.insert("reponse".to_owned(), claims);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "other-case",
            about: "hides the phone number, where there is one, under `claimstosuppress`",
            trigger: |mut event| {
                if has_attribute(&event, "phone_number") {
                    for part in token_parts(&mut event) {
                        part.insert("claimstosuppress".to_owned(), json!(["phone_number"]));
                    }
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "slip",
            about: "grants administrators a scope under `scopeToAdd`",
            trigger: |mut event| {
                if groups(&event).contains(&"admins".to_owned())
                    && let Some(part) = access_part(&mut event)
                {
                    part.insert("scopeToAdd".to_owned(), json!(["orders/write"]));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "slip",
            about: "overrides groups under `groupsOverrideDetails`, on a refresh",
            trigger: |mut event| {
                if is_from(&event, "RefreshTokens")
                    && let Some((details, _)) = details(&mut event)
                {
                    details.insert("groupsOverrideDetails".to_owned(), json!({"groupsToOverride": ["staff"]}));
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.response().is_some_and(|response| !response.is_empty()) {
        verdict.applies();
    }
    if exchange.vocabulary().is_plain {
        return;
    }
    keys(exchange, |key| {
        if key.is_documented() || key.is_as_sent(exchange.event) {
            return;
        }
        let name = key.name;
        match key.nature() {
            Some(Nature::OtherCase(meant)) => verdict.violated(
                "other-case",
                key.pointer(),
                format!("`{name}` should be written `{meant}`"),
                "keys are case-sensitive: it reaches no token; others saw `Unrecognizable lambda output`",
            ),
            Some(Nature::Slip(meant)) => verdict.violated(
                "slip",
                key.pointer(),
                format!("`{name}` is no key of the response; `{meant}` is one"),
                "what stands under it reaches no token",
            ),
            _ => {}
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::trial::{changed, reasons};
    use super::*;

    #[test]
    fn every_level_is_looked_at() {
        let verdict = changed(&RULE, Scene::UserInGroups, EventVersion::V2, |answer| {
            answer["Response"] = Value::Null;
            answer["response"] = json!({
                "ClaimsAndScopeOverrideDetails": null,
                "claimsAndScopeOverrideDetails": {
                    "idTokenGenerations": {},
                    "idTokenGeneration": {"claims_to_suppress": []},
                    "accessTokenGeneration": {"scopeToAdd": []},
                    "groupOverrideDetails": {"preferedRole": null},
                },
            });
        });
        let places: Vec<_> = verdict.violations().iter().map(|one| one.pointer.as_str()).collect();
        let details = "/response/claimsAndScopeOverrideDetails";
        let below = |rest: &str| format!("{details}/{rest}");
        assert_eq!(
            places,
            [
                "/Response",
                "/response/ClaimsAndScopeOverrideDetails",
                &below("idTokenGenerations"),
                &below("idTokenGeneration/claims_to_suppress"),
                &below("accessTokenGeneration/scopeToAdd"),
                &below("groupOverrideDetails/preferedRole"),
            ]
        );
    }

    #[test]
    fn claims_are_no_keys_of_the_response() {
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| {
            answer["response"] = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"PreferredRole": "x"}}});
        });
        assert!(verdict.applied());
        assert_eq!(reasons(&verdict), [""; 0]);
    }
}
