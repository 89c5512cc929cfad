use super::example::promise;
use crate::rules::conduct::caller_controlled_claim::{brought, with_other_metadata};
use crate::rules::miniature::{set_claim, token_parts};
use crate::rules::promise::{Demand, Promise};
use crate::rules::source::{INITIATE_AUTH, PRACTICE_IS_THE_TEAMS};
use crate::rules::{
    Check, Citation, Comparison, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "promise-broken-by-caller",
    level: Level::Error,
    family: Family::Promises,
    versions: &EventVersion::ALL,
    title: "the caller decides what the team promises he does not",
    requires: "What `pretoken.toml` promises not to come from client metadata does not.",
    why: "whoever signs in chooses the value, and whoever reads the token relies on the promise",
    mend: "look the value up in a list of what is allowed, or take the claim from what the user pool knows of the user",
    sources: &[Citation {
        fact: "practice",
        certainty: Certainty::Practice,
        words: PRACTICE_IS_THE_TEAMS,
        url: INITIATE_AUTH,
    }],
    reasons: &["never-from-client-metadata"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Promised(
            promises,
            &Given::Two(
                r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
                r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"chosen-by-the-caller-1"}}}"#,
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
                r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"none"}}}"#,
            ),
        ),
    },
    miniatures: &[Miniature {
        reason: "never-from-client-metadata",
        about: "takes its tenant from whatever the caller sends",
        trigger: |mut event| {
            let metadata = event.pointer("/request/clientMetadata").and_then(serde_json::Value::as_object);
            if let Some(chosen) = metadata.and_then(|metadata| metadata.values().next()).cloned() {
                token_parts(&mut event).into_iter().for_each(|part| set_claim(part, "tenant", chosen.clone()));
            }
            Outcome::Answered(event)
        },
    }],
    check: Check::Two(Comparison {
        second: Second::Made(with_other_metadata),
        about: "the same with other values in `clientMetadata`",
        labels: ["with the first values", "with the others"],
        judge,
        tells_failures_on: None,
    }),
};

fn promises() -> Vec<Promise> {
    vec![promise(Demand::NeverFromClientMetadata { claim: Some("tenant".to_owned()) })]
}

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    let Some(tokens) = pair.tokens().1 else { return };
    for (index, promise) in pair.second.expectations.promises.iter().enumerate() {
        let Demand::NeverFromClientMetadata { claim: promised } = &promise.demand else { continue };
        if !promise.concerns(pair.second.situation) {
            continue;
        }
        for token in [TokenKind::Id, TokenKind::Access] {
            let Some(payload) = tokens.get(token).filter(|_| promise.is_about(token, pair.second.version)) else {
                continue;
            };
            verdict.promise_applies(index);
            let counts = |claim: &str| promised.as_ref().is_none_or(|promised| promised == claim);
            for (claim, _, chosen) in brought(payload).filter(|(claim, ..)| counts(claim)) {
                let name = &promise.name;
                let message = format!(
                    "the promise \"{name}\" is broken: `{claim}` in the {token} holds `{chosen}`, which came as client metadata"
                );
                let effect = format!("whoever signs in chooses `{claim}` in the {token}");
                verdict.violated("never-from-client-metadata", pair.place(token, claim), message, effect);
                verdict.breaks(promise);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::Expectations;
    use crate::rules::answer::trial::{answered, compared};
    use crate::rules::promise::Bearer;

    #[test]
    fn the_callers_value_breaks_the_promise_in_the_claims_and_tokens_that_it_is_about() {
        let (situation, version) = (Scene::User.situation(), EventVersion::V2);
        let claims =
            json!({"claimsToAddOrOverride": {"a": "chosen-by-the-caller-1", "b": "of chosen-by-the-caller-2"}});
        let details = json!({"idTokenGeneration": claims, "accessTokenGeneration": claims});
        let judged = |claim: Option<&str>, token: Option<TokenKind>, bearers: Vec<Bearer>| {
            let demand = Demand::NeverFromClientMetadata { claim: claim.map(ToOwned::to_owned) };
            let promises = vec![Promise { token, bearers, ..promise(demand) }];
            let expectations = Expectations { promises, ..Expectations::default() };
            let of = |details| (&situation, answered(&situation, version, json!({version.container(): details})));
            let verdict = compared(&RULE, version, [of(json!({})), of(details.clone())], &[], &expectations);
            let name = Some("never-from-client-metadata");
            assert!(verdict.violations().iter().all(|one| one.promise.as_deref() == name), "{verdict:?}");
            (verdict.promises().len(), verdict.violations().len())
        };
        assert_eq!(judged(None, None, vec![]), (1, 4));
        assert_eq!(judged(Some("a"), None, vec![]), (1, 2));
        assert_eq!(judged(Some("c"), None, vec![]), (1, 0));
        assert_eq!(judged(None, Some(TokenKind::Id), vec![]), (1, 2));
        assert_eq!(judged(None, None, vec![Bearer::Machines]), (0, 0));
        assert_eq!(judged(None, None, vec![Bearer::Users]), (1, 4));
    }
}
