use serde_json::{Value, json};

use crate::rules::miniature::{set_claim, token_parts};
use crate::rules::source::QUOTAS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{CHANGES_LIMIT, Issue, apply};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "too-many-claims",
    level: Level::Error,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "the tokens have more claims and scopes than the quota allows",
    requires: "Both tokens together have at most 5,000 claims and scopes, those of Cognito and those that are added.",
    why: "the quota is exceeded: assumed to fail the sign-in, since AWS does not say that the rest is dropped",
    mend: "put many values into one claim, as a list or a text, or ask AWS to raise the quota",
    sources: &[
        Citation {
            fact: "O-04",
            certainty: Certainty::Documented,
            words: "\"existing and added claims plus scopes in access and identity tokens\", 5,000 by default",
            url: QUOTAS,
        },
        Citation {
            fact: "U-24",
            certainty: Certainty::Unknown,
            words: "whether more is an error or is cut off is not stated; taken as an error",
            url: QUOTAS,
        },
    ],
    reasons: &["over-quota"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Changed("each of 2,500 permissions becomes a claim of both tokens", |event| add(event, 2_500)),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Changed("each of 25 permissions becomes a claim of both tokens", |event| add(event, 25)),
    },
    miniatures: &[Miniature {
        reason: "over-quota",
        about: "turns each of 5,000 permissions into a claim",
        trigger: |mut event| {
            add(&mut event, 5_000);
            Outcome::Answered(event)
        },
    }],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let added: usize = exchange.parts().map(|part| length(part.claims()) + length(part.list("scopesToAdd"))).sum();
    if added == 0 {
        return;
    }
    verdict.applies();
    let situation = exchange.situation;
    let attributes = situation.user().map_or(0, |user| user.attributes.len());
    if added + attributes + situation.scopes.len() + OWN_CLAIMS <= CHANGES_LIMIT {
        return;
    }
    let Some(answer) = exchange.answer() else { return };
    let Issue::SignInFails(failure) = apply(situation, exchange.version, answer).result else { return };
    // Other failures are other rules'.
    if failure.evidence.fact == "O-04" {
        verdict.violated(
            "over-quota",
            exchange.details_pointer(),
            format!("{}; the quota is {CHANGES_LIMIT}", failure.why),
            "AWS does not say what happens; assumed to fail the sign-in",
        );
    }
}

/// More than Cognito itself writes into both tokens together, attributes and scopes aside.
const OWN_CLAIMS: usize = 64;

fn length<'a, T: IntoIterator<IntoIter: ExactSizeIterator> + 'a>(members: Option<T>) -> usize {
    members.map_or(0, |members| members.into_iter().len())
}

fn add(event: &mut Value, permissions: usize) {
    for part in token_parts(event) {
        for number in 0..permissions {
            set_claim(part, &format!("permission-{number}"), json!("granted"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::rules::claims::judged::reasons;
    use crate::situation::{Attribute, Principal, Situation};
    use crate::tokens::{change_count, issued};

    #[test]
    fn the_quota_holds_for_claims_and_scopes_of_both_tokens_together() {
        let mut without_scopes = Situation { scopes: Vec::new(), ..Scene::User.situation() };
        if let Principal::User(user) = &mut without_scopes.principal {
            let custom = |n| Attribute { name: format!("custom:a{n}").into(), value: "x".into() };
            user.attributes.extend((0..50).map(custom));
        }
        for situation in [Scene::User.situation(), without_scopes, Scene::Machine.situation()] {
            assert_eq!(over_by(&situation, 0), [""; 0]);
            assert_eq!(over_by(&situation, 1), ["over-quota"]);
        }
    }

    /// The reasons where a trigger of version 3 sets so many claims and scopes more than there is room for.
    fn over_by(situation: &Situation, extra: usize) -> Vec<&'static str> {
        let before = issued(situation);
        let room = CHANGES_LIMIT - change_count(&before);
        let claims: Map<_, _> = (0..1_000).map(|number| (format!("c{number}"), json!(number))).collect();
        let parts = if before.id.is_some() { 2_000 } else { 1_000 };
        let scopes: Vec<_> = (0..room - parts + extra).map(|number| format!("api/{number}")).collect();
        let mut details = json!({"accessTokenGeneration": {"claimsToAddOrOverride": claims, "scopesToAdd": scopes}});
        if before.id.is_some() {
            details["idTokenGeneration"] = json!({"claimsToAddOrOverride": claims});
        }
        reasons(&RULE, situation, EventVersion::V3, json!({"claimsAndScopeOverrideDetails": details}))
    }

    #[test]
    fn a_claim_counts_once_whatever_it_holds() {
        let response = json!({"claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {"claimsToAddOrOverride": {"permissions": vec!["granted"; 6_000]}}
        }});
        assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V2, response), [""; 0]);
    }
}
