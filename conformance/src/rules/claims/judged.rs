use serde_json::Value;

use crate::event;
use crate::rules::{Exchange, Rule, Verdict};
use crate::situation::{EventVersion, Situation};
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
