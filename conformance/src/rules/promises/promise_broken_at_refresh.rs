use super::example::promise;
use crate::rules::conduct::claims_lost_on_refresh::{at_refresh, tells_its_source};
use crate::rules::miniature::{set_claim, token_parts};
use crate::rules::promise::{Demand, Promise};
use crate::rules::source::{PRACTICE_IS_THE_TEAMS, PRE_TOKEN};
use crate::rules::{
    Check, Citation, Comparison, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "promise-broken-at-refresh",
    level: Level::Error,
    family: Family::Promises,
    versions: &EventVersion::ALL,
    title: "a token from a refresh is not what the team promises",
    requires: "What `pretoken.toml` promises to be the same at a refresh is so.",
    why: "an hour after the sign-in the token says something else, and whoever reads it relies on the promise",
    mend: "treat `TokenGeneration_RefreshTokens` as every other trigger source, or promise less",
    sources: &[Citation {
        fact: "practice",
        certainty: Certainty::Practice,
        words: PRACTICE_IS_THE_TEAMS,
        url: PRE_TOKEN,
    }],
    reasons: &["same-on-refresh"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Promised(
            promises,
            &Given::Two(
                r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
                r#"{"claimsOverrideDetails":null}"#,
            ),
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Promised(
            promises,
            &Given::Two(
                r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
                r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            ),
        ),
    },
    miniatures: &[Miniature {
        reason: "same-on-refresh",
        about: "adds its tenant for every trigger source but a refresh",
        trigger: |mut event| {
            let source = event.get("triggerSource").and_then(serde_json::Value::as_str);
            if source != Some("TokenGeneration_RefreshTokens") {
                token_parts(&mut event).into_iter().for_each(|part| set_claim(part, "tenant", "acme".into()));
            }
            Outcome::Answered(event)
        },
    }],
    check: Check::Two(Comparison {
        second: Second::Made(at_refresh),
        about: "the same user an hour later, at a refresh",
        labels: ["at the sign-in", "at the refresh"],
        judge,
        tells_failures_on: None,
    }),
};

fn promises() -> Vec<Promise> {
    vec![promise(Demand::SameOnRefresh { claim: Some("tenant".to_owned()) })]
}

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    let (Some(first), Some(second)) = pair.tokens() else { return };
    for (index, promise) in pair.second.expectations.promises.iter().enumerate() {
        let Demand::SameOnRefresh { claim: promised } = &promise.demand else { continue };
        if !promise.concerns(pair.first.situation) && !promise.concerns(pair.second.situation) {
            continue;
        }
        let is_about = |token| promise.is_about(token, pair.second.version);
        let holds = |token| {
            let both = [first.get(token), second.get(token)];
            let has = |claim: &String| both.iter().flatten().any(|payload| payload.contains_key(claim));
            both.iter().all(Option::is_some) && promised.as_ref().is_none_or(has)
        };
        if [TokenKind::Id, TokenKind::Access].into_iter().any(|token| is_about(token) && holds(token)) {
            verdict.promise_applies(index);
        }
        for difference in pair.differences().iter().filter(|difference| is_about(difference.token)) {
            let counts = match promised {
                Some(claim) => claim == difference.claim,
                None => !tells_its_source(pair, difference),
            };
            if counts {
                let words = difference.words(["at the sign-in", "at the refresh"]);
                let message = format!("the promise \"{}\" is broken: {words}", promise.name);
                let effect =
                    format!("an hour after the sign-in, the {} has another `{}`", difference.token, difference.claim);
                verdict.violated("same-on-refresh", pair.place(difference.token, difference.claim), message, effect);
                verdict.breaks(promise);
            }
        }
    }
}
