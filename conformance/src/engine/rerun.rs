use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::compare::Earlier;
use super::{Before, Finding, Judge, Phase, Plan, SavedCase, Shrinking};
use crate::event;
use crate::rules::{Exchange, Rule, Timing, Violation};
use crate::target::{Reply, Target};

/// Sends a saved case as it stands, once, and judges the answer by every rule: one finding for each rule and reason.
///
/// ```
/// use pretoken::engine::{Plan, SavedCase, rerun};
/// use pretoken::event;
/// use pretoken::situation::{EventVersion, Scene};
/// use pretoken::target::{InProcess, Targets};
///
/// let (situation, version) = (Scene::User.situation(), EventVersion::V2);
/// let event = event::build(&situation, version);
/// let case = SavedCase { name: "x.json".to_owned(), version, situation, before: vec![], event };
/// let targets = InProcess::new("null", |_: serde_json::Value| serde_json::Value::Null);
/// let findings = rerun(&case, &Plan::default(), &mut *targets.start().unwrap());
/// assert_eq!(findings[0].rule.id, "answer-is-not-json");
/// ```
pub fn rerun(case: &SavedCase, plan: &Plan, target: &mut dyn Target) -> Vec<Finding> {
    let earlier = Earlier::of(case, target);
    let sent = Instant::now();
    let reply = target.invoke(&case.event);
    let timing = Timing { took: sent.elapsed(), cold_start: reply.cold_start };
    let exchange = Exchange::new(&case.situation, case.version, &case.event, &reply.outcome).timed(timing);
    let mut findings = Vec::new();
    let mut tell = |rule: &'static Rule, violations: &[Violation]| {
        for reason in rule.reasons {
            let of_reason: Vec<_> = violations.iter().filter(|violation| violation.reason == *reason).collect();
            // Of one reason there may be several promises.
            let promises: BTreeSet<_> = of_reason.iter().map(|violation| &violation.promise).collect();
            for promise in promises {
                let mut places = of_reason.iter().filter(|violation| violation.promise == *promise);
                if let Some(first) = places.next() {
                    findings.push(finding(case, rule, (*first).clone(), places.count(), &reply));
                }
            }
        }
    };
    Judge::of(plan).judge(&exchange, |_, rule, violations| tell(rule, violations));
    for (rule, violations) in earlier.compared(case, plan, &reply) {
        tell(rule, &violations);
    }
    findings
}

/// The events before it, as far as they can be read.
fn before(case: &SavedCase) -> Vec<Before> {
    let read = |event: &Value| Some(Before { situation: event::read(event).ok()?.0, event: event.clone() });
    case.before.iter().filter_map(read).collect()
}

fn finding(
    case: &SavedCase,
    rule: &'static Rule,
    violation: Violation,
    further_places: usize,
    reply: &Reply,
) -> Finding {
    Finding {
        rule,
        violation,
        further_places,
        version: case.version,
        phase: Phase::Saved,
        scenario: case.name.clone().into(),
        place: 0,
        situation: case.situation.clone(),
        event: case.event.clone(),
        outcome: reply.outcome.clone(),
        output: reply.output.clone(),
        before: before(case),
        beside: None,
        seen: 1,
        shrinking: Shrinking { calls: 0, took: Duration::ZERO, finished: true, reproduced: true },
    }
}
