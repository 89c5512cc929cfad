use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use thiserror::Error;

use super::audit::BrokenSchema;
use super::tally::{First, Key, SeenCase, Tally};
use super::{
    Audit, Cases, Finding, Judge, Latency, Outcomes, Phase, Plan, Progress, RuleCount, Shrinking, SuiteFault, shrink,
};
use crate::event;
use crate::rules::{self, Exchange, Timing};
use crate::situation::EventVersion;
use crate::target::{Description, Outcome, StartError, Target, Targets};

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
    /// One count for each rule of [`rules::ALL`].
    pub rules: Vec<RuleCount>,
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
    let shared = Shared {
        plan,
        cases: &cases,
        audit: &audit,
        told,
        stop,
        gave_up: AtomicBool::new(false),
        next: AtomicU64::new(0),
        found: Mutex::default(),
    };
    let (tally, mut target) = work_side_by_side(&shared, targets, first)?;

    let mut findings = findings(&cases, &tally);
    let mut judge = Judge::new(&plan.rules);
    let of = findings.len();
    for (index, finding) in findings.iter_mut().enumerate() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        told(Progress::Shrinking { rule: finding.rule, number: index + 1, of });
        shrink(finding, &mut *target, &mut judge, plan.budget, stop);
    }
    let findings = united(findings);
    let by_phase = |(phase, version): (usize, EventVersion), count| Some((*Phase::ALL.get(phase)?, version, count));
    Ok(Run {
        target: targets.description(),
        plan: plan.clone(),
        cases: tally.cases.iter().filter_map(|(key, count)| by_phase(*key, *count)).collect(),
        outcomes: tally.outcomes,
        latency: tally.latency(),
        duration: started.elapsed(),
        findings,
        interrupted: stop.load(Ordering::Relaxed),
        gave_up: shared.gave_up.load(Ordering::Relaxed),
        rules: tally.rules,
        suite_faults: tally.suite_faults,
    })
}

struct Shared<'a> {
    plan: &'a Plan,
    cases: &'a Cases,
    audit: &'a Audit,
    told: &'a (dyn Fn(Progress) + Sync),
    stop: &'a AtomicBool,
    gave_up: AtomicBool,
    next: AtomicU64,
    found: Mutex<Vec<(usize, &'static str, EventVersion)>>,
}

/// After so many events in a row without an answer in time, a job sends no more: the rest would take hours to say the
/// same.
const UNANSWERED: u32 = 5;

/// Jobs take the cases in portions of this many: small enough to spread, large enough that taking one costs nothing.
const PORTION: u64 = 64;

/// Every event of the fixed phases is held against its schema, and one in so many of the random ones.
const AUDITED: u64 = 16;

fn work_side_by_side<'t>(
    shared: &Shared<'_>,
    targets: &'t dyn Targets,
    mut first: Box<dyn Target + 't>,
) -> Result<(Tally, Box<dyn Target + 't>), StartError> {
    let (tally, others) = std::thread::scope(|scope| {
        let jobs: Vec<_> = (1..shared.plan.jobs)
            .map(|_| {
                scope.spawn(|| {
                    let mut target = match targets.start() {
                        // Whoever ends the run may have ended the start too.
                        Err(_) if shared.stop.load(Ordering::Relaxed) => return Ok(Tally::new()),
                        started => started?,
                    };
                    Ok::<_, StartError>(work(shared, &mut *target))
                })
            })
            .collect();
        let tally = work(shared, &mut *first);
        let others: Vec<_> = jobs.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        (tally, others)
    });
    let mut all = tally;
    for other in others {
        // A job that panics is a fault of the suite (targets are guarded): let it be seen.
        all.merge(other.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    }
    Ok((all, first))
}

fn work(shared: &Shared<'_>, target: &mut dyn Target) -> Tally {
    let mut tally = Tally::new();
    let mut judge = Judge::new(&shared.plan.rules);
    let mut unanswered = 0;
    let total = shared.cases.len();
    loop {
        let from = shared.next.fetch_add(PORTION, Ordering::Relaxed);
        if from >= total {
            return tally;
        }
        for place in from..total.min(from + PORTION) {
            if shared.stop.load(Ordering::Relaxed) || shared.gave_up.load(Ordering::Relaxed) {
                return tally;
            }
            let timed_out = one(shared, place, target, &mut judge, &mut tally);
            unanswered = if timed_out { unanswered + 1 } else { 0 };
            if unanswered == UNANSWERED {
                shared.gave_up.store(true, Ordering::Relaxed);
            }
        }
        let findings = shared.found.lock().map_or(0, |found| found.len());
        (shared.told)(Progress::Cases { done: total.min(from + PORTION), total, findings });
    }
}

/// Runs one case; true if the trigger did not answer in time.
fn one(shared: &Shared<'_>, place: u64, target: &mut dyn Target, judge: &mut Judge, tally: &mut Tally) -> bool {
    let Some((situation, version)) = shared.cases.situation(place) else { return false };
    let phase = shared.cases.phase(place);
    let event = event::build(&situation, version);
    if (phase != Phase::Random || place.is_multiple_of(AUDITED))
        && let Some(message) = shared.audit.fault(version, &event)
    {
        let scenario = shared.cases.get(place).map(|case| case.scenario.into_owned()).unwrap_or_default();
        tally.suite_fault(version, scenario, message, &event);
    }
    let sent = Instant::now();
    let reply = target.invoke(&event);
    let timing = Timing { took: sent.elapsed(), cold_start: reply.cold_start };
    // Whoever ends the run ends the trigger's processes too: that is no crash of theirs.
    if shared.stop.load(Ordering::Relaxed) {
        return false;
    }
    tally.count_reply(&reply, timing.took);
    tally.count_case(phase.index(), version);
    let exchange = Exchange::new(&situation, version, &event, &reply.outcome).timed(timing);
    let case = SeenCase { place, version, known: situation.form.is_known() };
    judge.judge(&exchange, |index, rule, violations| {
        if tally.count_rule(index, violations, case, &reply) {
            tell_once(shared, index, rule, violations, version);
        }
    });
    matches!(reply.outcome, Outcome::TimedOut { .. })
}

/// Several jobs may meet a finding for the first time: it is told once.
fn tell_once(
    shared: &Shared<'_>,
    index: usize,
    rule: &'static rules::Rule,
    violations: &[rules::Violation],
    version: EventVersion,
) {
    let Ok(mut found) = shared.found.lock() else { return };
    for violation in violations {
        let key = (index, violation.reason, version);
        if !found.contains(&key) {
            found.push(key);
            (shared.told)(Progress::Found { rule });
        }
    }
}

/// One finding for each first case, not yet shrunk.
fn findings(cases: &Cases, tally: &Tally) -> Vec<Finding> {
    let mut firsts: Vec<(&Key, &First)> = tally.firsts.iter().collect();
    firsts.sort_by_key(|(key, first)| (first.place, key.rule));
    firsts
        .into_iter()
        .filter_map(|(key, first)| {
            let case = cases.get(first.place)?;
            Some(Finding {
                rule: rules::ALL.get(key.rule).copied()?,
                violation: first.violation.clone(),
                further_places: first.further_places,
                version: key.version,
                phase: case.phase,
                scenario: case.scenario,
                place: first.place,
                event: event::build(&case.situation, key.version),
                situation: case.situation,
                outcome: first.outcome.clone(),
                output: first.output.clone(),
                seen: first.seen,
                shrinking: Shrinking { calls: 0, took: Duration::ZERO, finished: false, reproduced: false },
            })
        })
        .collect()
}

/// A fault that was first seen on an event whose form is only inferred, and that once shrunk weighs as much as the same
/// fault on a known one, is that fault.
fn united(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let same = |other: &&mut Finding| {
            other.rule.id == finding.rule.id
                && other.violation.reason == finding.violation.reason
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
