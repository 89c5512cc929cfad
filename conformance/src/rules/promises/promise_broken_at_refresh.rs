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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rules::Expectations;
    use crate::rules::answer::trial::{answered, compared};
    use crate::rules::promise::Bearer;
    use crate::situation::{Situation, TriggerSource};

    const SIGN_IN: &str = "TokenGeneration_Authentication";

    /// Whether the promise applied, and where it was broken, for claims of both tokens at the sign-in and at the refresh.
    fn judged(promise: Promise, version: EventVersion, first: &Value, second: &Value) -> (bool, Vec<String>) {
        let (sign_in, refresh) = (Scene::User.situation(), Scene::Refresh.situation());
        let refresh = Situation { principal: sign_in.principal.clone(), ..refresh };
        let of = |situation: &Situation, claims: &Value| {
            let part = json!({"claimsToAddOrOverride": claims});
            let v2 = json!({"idTokenGeneration": part, "accessTokenGeneration": part});
            let details = if version == EventVersion::V1 { part } else { v2 };
            answered(situation, version, json!({version.container(): details}))
        };
        let both = [(&sign_in, of(&sign_in, first)), (&refresh, of(&refresh, second))];
        let expectations = Expectations { promises: vec![promise], ..Expectations::default() };
        let verdict = compared(&RULE, version, both, &[], &expectations);
        let places = verdict.violations().iter().map(|one| {
            assert_eq!((one.reason, one.promise.as_deref()), ("same-on-refresh", Some("same-on-refresh")));
            let (_, place) = one.pointer.rsplit_once("OverrideDetails").unwrap_or_default();
            place.replace("/claimsToAddOrOverride", "")
        });
        assert!(verdict.promises().is_empty() || verdict.applied() && verdict.promises() == [0], "{verdict:?}");
        (!verdict.promises().is_empty(), places.collect())
    }

    fn of(claim: Option<&str>) -> Promise {
        promise(Demand::SameOnRefresh { claim: claim.map(ToOwned::to_owned) })
    }

    #[test]
    fn the_claim_that_is_named_is_compared_in_every_token_that_the_promise_is_about() {
        let (acme, other) = (json!({"tenant": "acme", "n": "1"}), json!({"tenant": "other", "n": "2"}));
        let both = ["/idTokenGeneration/tenant", "/accessTokenGeneration/tenant"].map(ToOwned::to_owned);
        let access = Promise { token: Some(TokenKind::Access), ..of(Some("tenant")) };
        for (promise, version, second, expected) in [
            (of(Some("tenant")), EventVersion::V2, &other, (true, both.to_vec())),
            (of(Some("tenant")), EventVersion::V2, &acme, (true, vec![])),
            (of(Some("tenant")), EventVersion::V1, &other, (true, vec!["/tenant".to_owned()])),
            (of(Some("absent")), EventVersion::V2, &other, (false, vec![])),
            (access, EventVersion::V2, &other, (true, both[1..].to_vec())),
        ] {
            assert_eq!(judged(promise, version, &acme, second), expected);
        }
        // A claim that is there at one of the two counts.
        assert_eq!(judged(of(Some("tenant")), EventVersion::V1, &json!({}), &acme), (true, vec!["/tenant".to_owned()]));
    }

    #[test]
    fn where_no_claim_is_named_all_count_but_what_says_by_which_way_the_token_came() {
        let claims = |source: &str, n: &str| json!({"source": source, "n": n});
        let (first, second) = (claims(SIGN_IN, "1"), claims("TokenGeneration_RefreshTokens", "1"));
        assert_eq!(judged(of(None), EventVersion::V1, &first, &second), (true, vec![]));
        let told = judged(of(Some("source")), EventVersion::V1, &first, &second);
        assert_eq!(told, (true, vec!["/source".to_owned()]), "it was asked for by name");
        assert_eq!(judged(of(None), EventVersion::V1, &first, &claims("other", "2")).1, ["/n", "/source"]);
    }

    #[test]
    fn a_promise_about_either_of_the_two_events_is_judged_and_about_others_is_not() {
        let (first, second) = (json!({"tenant": "acme"}), json!({"tenant": "other"}));
        for (bearer, applies) in [
            (Bearer::Users, true),
            (Bearer::Source(TriggerSource::Authentication), true),
            (Bearer::Source(TriggerSource::RefreshTokens), true),
            (Bearer::Source(TriggerSource::HostedAuth), false),
            (Bearer::Machines, false),
        ] {
            let promise = Promise { bearers: vec![bearer], ..of(Some("tenant")) };
            let (applied, places) = judged(promise, EventVersion::V1, &first, &second);
            assert_eq!((applied, places.len()), (applies, usize::from(applies)), "{bearer:?}");
        }
    }
}
