use serde_json::Value;

use crate::event;
use crate::rules::answer::trial::changed;
use crate::rules::{Exchange, Rule, Verdict};
use crate::situation::{EventVersion, Scene, Situation};
use crate::target::Outcome;

/// The reasons that a rule gives when a trigger returns the event with this `response`.
pub(super) fn reasons(rule: &Rule, situation: &Situation, version: EventVersion, response: Value) -> Vec<&'static str> {
    let mut verdict = Verdict::default();
    let event = event::build(situation, version);
    let mut answer = event.clone();
    answer["response"] = response;
    let outcome = Outcome::Answered(answer);
    rule.judge(&Exchange::new(situation, version, &event, &outcome), &mut verdict);
    verdict.violations().iter().map(|violation| violation.reason).collect()
}

/// Whether a rule has something to look at in an answer with this part for the access token.
fn applies(rule: &Rule, part: &Value) -> bool {
    let response = serde_json::json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part}});
    changed(rule, Scene::User, EventVersion::V2, |answer| answer["response"] = response.clone()).applied()
}

#[test]
fn a_rule_on_claims_applies_where_there_is_a_claim_that_is_set_or_suppressed() {
    let [nothing, set, suppressed] = [
        serde_json::json!({"scopesToAdd": ["a"], "claimsToAddOrOverride": {}, "claimsToSuppress": []}),
        serde_json::json!({"claimsToAddOrOverride": {"tenant": "acme"}}),
        serde_json::json!({"claimsToSuppress": ["tenant"]}),
    ];
    for (rule, by_set, by_suppressed) in [
        (&super::cognito_claim_set::RULE, true, true),
        (&super::scope_set_as_claim::RULE, true, true),
        (&super::dev_claim_set::RULE, true, false),
        (&super::reserved_claim_set::RULE, true, false),
        (&super::group_claim_set_directly::RULE, true, false),
        (&super::reserved_claim_suppressed::RULE, false, true),
    ] {
        let found = [&nothing, &set, &suppressed].map(|part| applies(rule, part));
        assert_eq!(found, [false, by_set, by_suppressed], "{}", rule.id);
    }
}
