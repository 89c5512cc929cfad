use serde_json::{Value, json};

use super::echo::says_nothing;
use crate::rules::miniature::{groups, is_from, when};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "both-version-answers",
    level: Level::Warning,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "the answer is for several event versions at once",
    requires: "`response` holds the container of the event's own version only.",
    why: "AWS does not say which of the two Cognito reads, so the tokens may hold either",
    mend: "answer in the container that the event's `response` has",
    sources: &[
        Citation {
            fact: "R-22",
            certainty: Certainty::Unknown,
            words: "undocumented; taken as read by the version that the pool is configured for",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-15",
            certainty: Certainty::Unknown,
            words: "taken as: only the configured container is read",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["both-containers"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"claimsToSuppress":["email"]},"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToSuppress":["email"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"claimsToSuppress":["email"]},"claimsAndScopeOverrideDetails":null}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "both-containers",
            about: "answers every event version at once, to be on the safe side",
            trigger: answers_both,
        },
        Miniature {
            reason: "both-containers",
            about: "fills the old container too, for sessions from before its migration",
            trigger: |event| when(is_from(&event, "RefreshTokens"), event, answers_both),
        },
        Miniature {
            reason: "both-containers",
            about: "still has the answer of the tutorial in it, in the branch for administrators",
            trigger: |event| when(groups(&event).contains(&"admins".to_owned()), event, answers_both),
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(response) = exchange.response() else { return };
    let speaks = |container: &str| response.get(container).is_some_and(|details| !says_nothing(details));
    let (own, other) = (exchange.version.container(), exchange.version.other_container());
    if !speaks(own) {
        return;
    }
    verdict.applies();
    if speaks(other) {
        verdict.violated(
            "both-containers",
            format!("/response/{other}"),
            format!("`{other}` is filled beside `{own}`"),
            format!("AWS does not say what happens; assumed that only `{own}` is read"),
        );
    }
}

fn answers_both(mut event: Value) -> Outcome {
    let claims = json!({"claimsToAddOrOverride": {"tenant": "acme"}});
    if let Some(Value::Object(response)) = event.get_mut("response") {
        response.insert("claimsAndScopeOverrideDetails".to_owned(), json!({"accessTokenGeneration": claims}));
        response.insert("claimsOverrideDetails".to_owned(), claims);
    }
    Outcome::Answered(event)
}
