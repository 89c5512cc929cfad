//! Runs rules in tests.

use serde_json::Value;

use crate::event;
use crate::rules::{Exchange, Expectations, Pair, Regard, Rule, Verdict};
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

/// What a rule that compares two answers says of two events and what came back, with the events of others before the second.
pub(in crate::rules) fn compared(
    rule: &Rule,
    version: EventVersion,
    [first, second]: [(&Situation, Outcome); 2],
    others: &[Value],
    expectations: &Expectations,
) -> Verdict {
    let events = [event::build(first.0, version), event::build(second.0, version)];
    let [before, after] = &events;
    let before = Exchange::new(first.0, version, before, &first.1).under(expectations);
    let after = Exchange::new(second.0, version, after, &second.1).under(expectations);
    let mut verdict = Verdict::default();
    if let Some(comparison) = rule.comparison() {
        (comparison.judge)(&Pair::new(&before, &after, others, &Regard::default()), &mut verdict);
    }
    verdict
}

/// The event of a situation with another `response`.
pub(in crate::rules) fn answered(situation: &Situation, version: EventVersion, response: Value) -> Outcome {
    let mut answer = event::build(situation, version);
    answer["response"] = response;
    Outcome::Answered(answer)
}
