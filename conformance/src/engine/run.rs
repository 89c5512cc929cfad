use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::audit::BrokenSchema;
use super::compare::{Calls, search, smaller, told_once};
use super::tally::{First, Key, Tally};
use super::work::{Shared, work_side_by_side};
use super::{
    Audit, Cases, Experiments, Finding, Judge, Latency, Outcomes, Phase, Plan, Progress, RuleCount, Shrinking,
    SuiteFault, shrink,
};
use crate::rules;
use crate::situation::EventVersion;
use crate::target::{Description, StartError, Targets};

/// All that a run found out.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was under test.
    pub target: Description,
    /// The plan.
    pub plan: Plan,
    /// Cases by phase and event version.
    pub cases: Vec<(Phase, EventVersion, u64)>,
    /// How often each outcome came.
    pub outcomes: Outcomes,
    /// How long the trigger took.
    pub latency: Latency,
    /// How long the run took.
    pub duration: Duration,
    /// What comparing answers cost, beside the cases.
    pub experiments: Experiments,
    /// One count for each rule of [`rules::ALL`].
    pub rules: Vec<RuleCount>,
    /// In how many cases and comparisons each of the plan's promises applied.
    pub promises: Vec<u64>,
    /// The findings, in the order in which their first cases came.
    pub findings: Vec<Finding>,
    /// Events of the suite's own making that its schemas refuse.
    pub suite_faults: Vec<SuiteFault>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// Whether the rest was not sent because the trigger had stopped answering.
    pub gave_up: bool,
}

/// Why a run has no verdict.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RunError {
    /// The target could not be started.
    #[error("the trigger could not be started: {0}")]
    Start(#[from] StartError),
    /// The suite itself is broken.
    #[error(transparent)]
    Schema(#[from] BrokenSchema),
}

/// Runs a plan against a target. `told` hears of progress; `stop` ends the run early, with what was found so far.
///
/// # Errors
///
/// The target cannot be started.
///
/// ```
/// use pretoken::engine::{self, Plan};
/// use pretoken::target::InProcess;
/// use std::sync::atomic::AtomicBool;
///
/// let echo = InProcess::new("echo", |event: serde_json::Value| event);
/// let plan = Plan { cases: 50, ..Plan::default() };
/// let run = engine::run(&plan, &echo, &|_| (), &AtomicBool::new(false)).unwrap();
/// assert!(run.findings.is_empty());
/// ```
pub fn run(
    plan: &Plan,
    targets: &dyn Targets,
    told: &(dyn Fn(Progress) + Sync),
    stop: &AtomicBool,
) -> Result<Run, RunError> {
    let started = Instant::now();
    let audit = Audit::new()?;
    let cases = Cases::new(plan);
    for phase in Phase::ALL {
        if cases.count(phase) > 0 {
            told(Progress::Phase { phase, cases: cases.count(phase) });
        }
    }
    // The first target is started here, once, so that one that cannot be started is said once.
    let first = targets.start()?;
    let shared = Shared::new(plan, &cases, &audit, told, stop);
    let (mut tally, mut target) = work_side_by_side(&shared, targets, first)?;

    let mut findings = findings(&cases, &tally);
    let mut calls = Calls::new(targets, &mut *target, stop);
    let nothing = shared.gave_up() || tally.outcomes.answered == 0;
    let mut found = if nothing { Vec::new() } else { search(plan, &cases, &mut calls, &mut tally, told) };
    let experiments = calls.made;
    let mut judge = Judge::of(plan);
    let alone = findings.len();
    let of = alone + found.len();
    for (index, finding) in findings.iter_mut().enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        told(Progress::Shrinking { rule: finding.rule, number: index + 1, of });
        shrink(finding, &mut *target, &mut judge, plan, stop);
        told(Progress::Shrunk { finding });
    }
    let mut calls = Calls::new(targets, &mut *target, stop);
    for (index, found) in found.iter_mut().enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        told(Progress::Shrinking { rule: found.finding.rule, number: alone + index + 1, of });
        smaller(found, &mut calls, plan);
        told(Progress::Shrunk { finding: &found.finding });
    }
    findings.extend(found.into_iter().map(|found| found.finding));
    told_once(&mut findings, &mut tally.rules);
    let findings = united(findings);
    let by_phase = |(phase, version): (usize, EventVersion), count| Some((*Phase::ALL.get(phase)?, version, count));
    Ok(Run {
        target: targets.description(),
        plan: plan.clone(),
        cases: tally.cases.iter().filter_map(|(key, count)| by_phase(*key, *count)).collect(),
        outcomes: tally.outcomes,
        latency: tally.latency(),
        duration: started.elapsed(),
        experiments,
        findings,
        interrupted: stop.load(Ordering::Relaxed),
        gave_up: shared.gave_up(),
        rules: tally.rules,
        promises: tally.promises,
        suite_faults: tally.suite_faults,
    })
}

/// One finding for each first case, not yet shrunk.
fn findings(cases: &Cases, tally: &Tally) -> Vec<Finding> {
    let mut firsts: Vec<(&Key, &First)> = tally.firsts.iter().collect();
    firsts.sort_by_key(|(key, first)| (first.place, key.rule));
    firsts.into_iter().filter_map(|(key, first)| unshrunk(cases, key, first)).collect()
}

/// A finding as its first case showed it.
pub(super) fn unshrunk(cases: &Cases, key: &Key, first: &First) -> Option<Finding> {
    let case = cases.get(first.place)?;
    Some(Finding {
        rule: rules::ALL.get(key.rule).copied()?,
        violation: first.violation.clone(),
        further_places: first.further_places,
        version: key.version,
        event: case.event(),
        phase: case.phase,
        scenario: case.scenario,
        place: cases.place(first.place),
        situation: case.situation,
        outcome: first.outcome.clone(),
        output: first.output.clone(),
        before: Vec::new(),
        beside: None,
        seen: first.seen,
        shrinking: Shrinking { calls: 0, took: Duration::ZERO, finished: false, reproduced: false },
    })
}

/// A fault that was first seen on an event whose form is only inferred, and that once shrunk weighs as much as the same
/// fault on a known one, is that fault.
fn united(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let same = |other: &&mut Finding| {
            other.rule.id == finding.rule.id
                && other.violation.kind() == finding.violation.kind()
                && other.version == finding.version
                && other.level() == finding.level()
        };
        match kept.iter_mut().find(same) {
            Some(other) => other.seen += finding.seen,
            None => kept.push(finding),
        }
    }
    kept
}
