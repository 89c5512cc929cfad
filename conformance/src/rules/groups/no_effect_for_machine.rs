use serde_json::{Map, Value, json};

use crate::rules::exchange::gives_nothing;
use crate::rules::miniature::{details, is_for_machine, names, when, with_group_override};
use crate::rules::source::{PRE_TOKEN, TOKEN_ENDPOINT};
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "no-effect-for-machine",
    level: Level::Warning,
    family: Family::Groups,
    versions: &[EventVersion::V3],
    title: "an ID token's part or groups are given to a machine",
    requires: "For a client-credentials grant the answer fills `accessTokenGeneration` only.",
    why: "a machine gets an access token and has no groups, so what is written elsewhere reaches no token",
    mend: "for `TokenGeneration_ClientCredentials`, put the claims into `accessTokenGeneration` and leave the rest out",
    sources: &[
        Citation {
            fact: "R-25",
            certainty: Certainty::Inference,
            words: "client-credentials grants only return access tokens, and group claims have the identity type User",
            url: TOKEN_ENDPOINT,
        },
        Citation {
            fact: "U-29",
            certainty: Certainty::Unknown,
            words: "whether such parts are ignored or refused is not stated; taken as ignored",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["id-token-part", "group-override"],
    violates: Example {
        scene: Scene::Machine,
        version: EventVersion::V3,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"}}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::Machine,
        version: EventVersion::V3,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "id-token-part",
            about: "writes its claims into the ID token's part first and looks at the trigger source never",
            trigger: sets_claims_for_all,
        },
        Miniature {
            reason: "group-override",
            about: "adds everyone who gets a token to a group, machines too",
            trigger: adds_everyone_to_a_group,
        },
        Miniature {
            reason: "id-token-part",
            about: "passes a tenant of the client metadata on to both tokens",
            trigger: |event| {
                when(event.pointer("/request/clientMetadata/tenant").is_some(), event, sets_claims_for_all)
            },
        },
        Miniature {
            reason: "group-override",
            about: "puts machines with several scopes into a group",
            trigger: |event| {
                let several = is_for_machine(&event) && names(&event, "/request/scopes").len() > 1;
                when(several, event, |event| with_group_override(event, json!({"groupsToOverride": ["writers"]})))
            },
        },
    ],
    check: Check::One(check),
};

/// What has content in these parts. Keys that AWS does not know are the subject of the answer's rules.
const ID_MEMBERS: [&str; 2] = ["claimsToAddOrOverride", "claimsToSuppress"];
const GROUP_MEMBERS: [&str; 3] = ["groupsToOverride", "iamRolesToOverride", "preferredRole"];

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.situation.user().is_some() {
        return;
    }
    let Some(details) = exchange.details() else { return };
    verdict.applies();
    let part = |name: &str| details.get(name).and_then(Value::as_object);
    let pointer = |name: &str| format!("{}/{name}", exchange.details_pointer());
    if part("idTokenGeneration").is_some_and(|part| gives_some(part, &ID_MEMBERS)) {
        verdict.violated(
            "id-token-part",
            pointer("idTokenGeneration"),
            "`idTokenGeneration` is filled for a machine",
            "a machine gets no ID token; AWS does not say what becomes of this part, it is taken as ignored",
        );
    }
    if part("groupOverrideDetails").is_some_and(|part| gives_some(part, &GROUP_MEMBERS)) {
        verdict.violated(
            "group-override",
            pointer("groupOverrideDetails"),
            "`groupOverrideDetails` is filled for a machine",
            "a machine has no groups; AWS does not say what becomes of this part, it is taken as ignored",
        );
    }
}

/// An empty object, or one with empty members, has no effect either, but nothing is lost that anybody wrote: typed
/// libraries cannot leave it out (R-17).
fn gives_some(part: &Map<String, Value>, members: &[&str]) -> bool {
    members.iter().any(|member| !gives_nothing(part.get(*member)))
}

fn sets_claims_for_all(mut event: Value) -> Outcome {
    if let Some((details, _)) = details(&mut event) {
        for part in ["idTokenGeneration", "accessTokenGeneration"] {
            details.insert(part.to_owned(), json!({"claimsToAddOrOverride": {"tenant": "acme"}}));
        }
    }
    Outcome::Answered(event)
}

fn adds_everyone_to_a_group(event: Value) -> Outcome {
    let mut configuration = match event.pointer("/request/groupConfiguration") {
        Some(Value::Object(configuration)) => configuration.clone(),
        _ => Map::new(),
    };
    let groups = configuration.entry("groupsToOverride").or_insert(Value::Null);
    match groups {
        Value::Array(groups) => groups.push(json!("everyone")),
        _ => *groups = json!(["everyone"]),
    }
    with_group_override(event, Value::Object(configuration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_in_which_nothing_is_written_are_harmless() {
        for response in [
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{},"groupOverrideDetails":{}}}"#,
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":null,"groupOverrideDetails":null}}"#,
            r#"{"claimsAndScopeOverrideDetails":{
                "idTokenGeneration":{"claimsToAddOrOverride":{},"claimsToSuppress":null},
                "groupOverrideDetails":{"groupsToOverride":[],"iamRolesToOverride":null,"preferredRole":""}}}"#,
        ] {
            let example =
                Example { scene: Scene::Machine, version: EventVersion::V3, given: Given::Response(response) };
            let mut verdict = Verdict::default();
            let (situation, event, outcome) = (example.scene.situation(), example.event(), example.outcome());
            let exchange = Exchange::new(&situation, example.version, &event, &outcome);
            check(&exchange, &mut verdict);
            assert!(verdict.applied());
            assert!(verdict.violations().is_empty(), "{response}");
        }
    }
}
