//! Runs rules in tests.

use serde_json::Value;

use crate::event;
use crate::rules::{Exchange, Rule, Verdict};
use crate::situation::{EventVersion, Scene, Situation};
use crate::target::Outcome;

/// What a rule says when the event comes back changed.
pub(in crate::rules) fn changed(
    rule: &Rule,
    scene: Scene,
    version: EventVersion,
    change: impl Fn(&mut Value),
) -> Verdict {
    judged(rule, &scene.situation(), version, |mut event| {
        change(&mut event);
        Outcome::Answered(event)
    })
}

/// What a rule says of a trigger in a situation.
pub(in crate::rules) fn judged(
    rule: &Rule,
    situation: &Situation,
    version: EventVersion,
    trigger: impl Fn(Value) -> Outcome,
) -> Verdict {
    let event = event::build(situation, version);
    let outcome = trigger(event.clone());
    let mut verdict = Verdict::default();
    rule.judge(&Exchange::new(situation, version, &event, &outcome), &mut verdict);
    verdict
}

/// The reasons of a verdict.
pub(in crate::rules) fn reasons(verdict: &Verdict) -> Vec<&'static str> {
    verdict.violations().iter().map(|violation| violation.reason).collect()
}
