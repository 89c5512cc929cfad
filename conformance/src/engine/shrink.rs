use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use proptest::strategy::ValueTree;
use serde_json::Value;

use super::{Finding, Judge, Plan, Shrinking};
use crate::event;
use crate::generate::SituationTree;
use crate::rules::{Exchange, Timing};
use crate::situation::Situation;
use crate::target::Target;

/// Makes a finding's situation smaller for as long as the same rule is broken for the same reason.
///
/// The loop is our own, over proptest's [`ValueTree`]: proptest's runner knows only "fails", and would slide from one
/// fault to another.
pub fn shrink(finding: &mut Finding, target: &mut dyn Target, judge: &mut Judge, plan: &Plan, stop: &AtomicBool) {
    let budget = plan.budget;
    let started = Instant::now();
    let mut calls = 0;
    let mut tree = SituationTree::in_pool(finding.situation.clone(), finding.version, plan.pool.as_ref());
    // The first event once more: a fault that does not show again cannot be shrunk, and is reported as it was. It is sent
    // as it was too: a saved one may be none that the suite would make today.
    let first = (finding.situation.clone(), finding.event.clone());
    let reproduced = shows(finding, first, target, judge, &mut calls, stop);
    let mut finished = !reproduced;
    let mut more = reproduced && tree.simplify();
    while more {
        if calls >= budget.calls || started.elapsed() >= budget.time || stop.load(Ordering::Relaxed) {
            break;
        }
        let situation = tree.current();
        let event = event::build(&situation, finding.version);
        let shown = shows(finding, (situation, event), target, judge, &mut calls, stop);
        more = if shown { tree.simplify() } else { tree.complicate() };
    }
    finished |= !more && !stop.load(Ordering::Relaxed);
    finding.shrinking = Shrinking { calls, took: started.elapsed(), finished, reproduced };
}

/// Sends the event of a situation; if the fault shows, it becomes the finding's.
fn shows(
    finding: &mut Finding,
    (situation, event): (Situation, Value),
    target: &mut dyn Target,
    judge: &mut Judge,
    calls: &mut u32,
    stop: &AtomicBool,
) -> bool {
    let sent = Instant::now();
    let reply = target.invoke(&event);
    let timing = Timing { took: sent.elapsed(), cold_start: reply.cold_start };
    // What comes back once the run is being ended says nothing about the trigger.
    if stop.load(Ordering::Relaxed) {
        return false;
    }
    *calls += 1;
    let exchange = Exchange::new(&situation, finding.version, &event, &reply.outcome).timed(timing);
    let mut violations = judge.violations(&exchange, finding.rule, &finding.violation.kind());
    if violations.is_empty() {
        return false;
    }
    finding.further_places = violations.len() - 1;
    finding.violation = violations.swap_remove(0);
    finding.situation = situation;
    finding.event = event;
    finding.outcome = reply.outcome;
    finding.output = reply.output;
    true
}
