use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use super::compare::Earlier;
use super::run::unshrunk;
use super::tally::{Key, SeenCase, Tally};
use super::{Audit, Cases, Judge, Phase, Plan, Progress};
use crate::event;
use crate::rules::{self, Exchange, Timing};
use crate::situation::{EventVersion, Situation};
use crate::target::{Outcome, Reply, StartError, Target, Targets, Wire};

/// What the jobs of a run share.
pub(super) struct Shared<'a> {
    plan: &'a Plan,
    cases: &'a Cases,
    audit: &'a Audit,
    told: &'a (dyn Fn(Progress) + Sync),
    stop: &'a AtomicBool,
    gave_up: AtomicBool,
    next: AtomicU64,
    found: Mutex<Vec<Key>>,
}

/// After so many events in a row without an answer in time, a job sends no more: the rest would take hours to say the
/// same.
const UNANSWERED: u32 = 5;

/// Jobs take the cases in portions of this many: small enough to spread, large enough that taking one costs nothing.
const PORTION: u64 = 64;

/// Every event of the fixed phases is held against its schema, and one in so many of the random ones.
const AUDITED: u64 = 16;

impl<'a> Shared<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        cases: &'a Cases,
        audit: &'a Audit,
        told: &'a (dyn Fn(Progress) + Sync),
        stop: &'a AtomicBool,
    ) -> Self {
        let (gave_up, next, found) = (AtomicBool::new(false), AtomicU64::new(0), Mutex::default());
        Self { plan, cases, audit, told, stop, gave_up, next, found }
    }

    /// Whether the rest was not sent because the trigger had stopped answering.
    pub(super) fn gave_up(&self) -> bool {
        self.gave_up.load(Ordering::Relaxed)
    }

    fn is_over(&self) -> bool {
        self.is_stopped() || self.gave_up()
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Runs the cases in as many jobs as the plan says, the first of them on a target that has been started already, which
/// is given back.
pub(super) fn work_side_by_side<'t>(
    shared: &Shared<'_>,
    targets: &'t dyn Targets,
    mut first: Box<dyn Target + 't>,
) -> Result<(Tally, Box<dyn Target + 't>), StartError> {
    let (tally, others) = thread::scope(|scope| {
        let jobs: Vec<_> = (1..shared.plan.jobs)
            .map(|_| {
                scope.spawn(|| {
                    let mut target = match targets.start() {
                        // Whoever ends the run may have ended the start too.
                        Err(_) if shared.is_stopped() => return Ok(Tally::new()),
                        started => started?,
                    };
                    Ok::<_, StartError>(work(shared, &mut *target))
                })
            })
            .collect();
        let tally = work(shared, &mut *first);
        let others: Vec<_> = jobs.into_iter().map(thread::ScopedJoinHandle::join).collect();
        (tally, others)
    });
    let mut all = tally;
    for other in others {
        // A job that panics is a fault of the suite (targets are guarded): let it be seen.
        all.merge(other.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    }
    Ok((all, first))
}

/// One job.
fn work(shared: &Shared<'_>, target: &mut dyn Target) -> Tally {
    let mut job = Job { shared, judge: Judge::of(shared.plan), tally: Tally::new(), portion: 0..0 };
    let mut patience = Patience::default();
    while let Some(case) = job.prepare() {
        if shared.is_over() {
            break;
        }
        let saved = shared.cases.saved(case.place);
        // Saved cases come first, and may want events of their own before them.
        if saved.is_none()
            && let Some(wire) = target.wire()
        {
            job.over_wire(case, wire, patience);
            break;
        }
        let earlier = saved.map(|saved| Earlier::of(saved, target)).unwrap_or_default();
        let sent = Instant::now();
        let reply = target.invoke(&case.event);
        let timing = Timing { took: sent.elapsed(), cold_start: reply.cold_start };
        // Whoever ends the run ends the trigger's processes too: that is no crash of theirs.
        if shared.is_stopped() {
            break;
        }
        patience.note(shared, matches!(reply.outcome, Outcome::TimedOut { .. }));
        job.judge(&Answered { case, earlier, reply, timing });
    }
    job.tally.promises = job.judge.promises().to_vec();
    job.tally
}

/// How many events in a row had no answer in time.
#[derive(Default)]
struct Patience(u32);

impl Patience {
    fn note(&mut self, shared: &Shared<'_>, timed_out: bool) {
        self.0 = if timed_out { self.0 + 1 } else { 0 };
        if self.0 == UNANSWERED {
            shared.gave_up.store(true, Ordering::Relaxed);
        }
    }
}

struct Job<'a> {
    shared: &'a Shared<'a>,
    judge: Judge,
    tally: Tally,
    portion: Range<u64>,
}

/// A case that is ready to be sent.
struct Prepared<'a> {
    place: u64,
    situation: Cow<'a, Situation>,
    version: EventVersion,
    event: Value,
}

/// A case whose answer is there, and not judged yet.
struct Answered<'a> {
    case: Prepared<'a>,
    earlier: Earlier,
    reply: Reply,
    timing: Timing,
}

/// So many events are offered ahead at most: enough for the trigger to find its next one there while this thread judges, and
/// few enough to be kept.
const AHEAD: usize = 64;

impl<'a> Job<'a> {
    /// This case and all further ones, over a wire: the next events are made and the last answers judged while the trigger
    /// works.
    fn over_wire(&mut self, first: Prepared<'a>, mut wire: Box<dyn Wire + '_>, mut patience: Patience) {
        let shared = self.shared;
        let mut offered = VecDeque::with_capacity(AHEAD);
        let mut next = Some(first);
        while !shared.is_over() {
            while offered.len() < AHEAD
                && let Some(case) = next.take().or_else(|| self.prepare())
            {
                wire.offer(case.event.to_string());
                offered.push_back(case);
            }
            let Some(case) = offered.pop_front() else { return };
            let received = wire.take();
            // Whoever ends the run ends the trigger's processes too: that is no crash of theirs.
            if shared.is_stopped() {
                return;
            }
            patience.note(shared, received.timed_out());
            let took = received.took();
            let reply = received.read();
            let timing = Timing { took, cold_start: reply.cold_start };
            self.judge(&Answered { case, earlier: Earlier::default(), reply, timing });
        }
    }

    /// The next case; nothing at the end of the run.
    fn prepare(&mut self) -> Option<Prepared<'a>> {
        let Shared { cases, audit, next, .. } = self.shared;
        if self.portion.is_empty() {
            let from = next.fetch_add(PORTION, Ordering::Relaxed);
            self.portion = from..cases.len().min(from + PORTION);
        }
        let place = self.portion.next()?;
        let (situation, version) = cases.situation(place)?;
        let saved = cases.saved(place);
        let event = saved.map_or_else(|| event::build(&situation, version), |saved| saved.event.clone());
        // A saved event is not of the suite's making.
        if saved.is_none()
            && (cases.phase(place) != Phase::Random || place.is_multiple_of(AUDITED))
            && let Some(message) = audit.fault(version, &event)
        {
            let scenario = cases.get(place).map(|case| case.scenario.into_owned()).unwrap_or_default();
            self.tally.suite_fault(version, scenario, message, &event);
        }
        Some(Prepared { place, situation, version, event })
    }

    /// Counts an answer and asks the rules about it.
    fn judge(&mut self, answered: &Answered<'_>) {
        let Self { shared, judge, tally, .. } = self;
        let Answered { case: Prepared { place, situation, version, event }, earlier, reply, timing } = answered;
        let (place, version) = (*place, *version);
        tally.count_reply(reply, timing.took);
        tally.count_case(shared.cases.phase(place).index(), version);
        let exchange = Exchange::new(situation, version, event, &reply.outcome).timed(*timing);
        let case = SeenCase { place, version, known: situation.shown_form(version).is_known() };
        let saved = shared.cases.saved(place);
        let mut shown = Vec::new();
        judge.judge(&exchange, |index, rule, violations| {
            if saved.is_some() {
                shown.extend(violations.iter().map(|violation| (rule, violation.kind())));
            }
            if tally.count_rule(index, violations, case, reply) {
                tell_once(shared, tally, index, violations, case);
            }
        });
        if let Some(case) = saved {
            for (rule, violations) in earlier.compared(case, shared.plan, reply) {
                shown.extend(violations.iter().map(|violation| (rule, violation.kind())));
            }
            (shared.told)(Progress::Rerun { case, shown: &shown });
        }
        let (done, total) = (place + 1, shared.cases.len());
        if done.is_multiple_of(PORTION) || done == total {
            let findings = shared.found.lock().map_or(0, |found| found.len());
            (shared.told)(Progress::Cases { done, total, findings });
        }
    }
}

/// Several jobs may meet a finding for the first time: it is told once.
fn tell_once(shared: &Shared<'_>, tally: &Tally, rule: usize, violations: &[rules::Violation], case: SeenCase) {
    let SeenCase { version, known, .. } = case;
    let Ok(mut found) = shared.found.lock() else { return };
    for violation in violations {
        let key = Key { rule, kind: violation.kind(), version, known };
        if !found.contains(&key)
            && let Some(finding) = tally.firsts.get(&key).and_then(|first| unshrunk(shared.cases, &key, first))
        {
            found.push(key);
            (shared.told)(Progress::Found { finding: &finding });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;
    use crate::engine::{Run, Selection, run};
    use crate::target::{Description, InProcess, Received};

    /// A trigger that is told the number of its event, with or without a wire to it.
    struct Numbered<'a> {
        trigger: &'a (dyn Fn(usize, Value) -> Outcome + Sync),
        has_wire: bool,
        events: &'a AtomicUsize,
        /// How many events it was offered ahead.
        ahead: &'a AtomicUsize,
    }

    impl Targets for Numbered<'_> {
        fn description(&self) -> Description {
            Description { kind: "test", display: String::new(), file: None }
        }

        fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
            Ok(Box::new(Numbered { ..*self }))
        }
    }

    impl Target for Numbered<'_> {
        fn invoke(&mut self, event: &Value) -> Reply {
            Reply::of((self.trigger)(self.events.fetch_add(1, Ordering::Relaxed), event.clone()))
        }

        fn wire(&mut self) -> Option<Box<dyn Wire + '_>> {
            if self.has_wire { Some(Box::new(TestWire(self, VecDeque::new()))) } else { None }
        }
    }

    struct TestWire<'t, 'a>(&'t mut Numbered<'a>, VecDeque<String>);

    impl Wire for TestWire<'_, '_> {
        fn offer(&mut self, event: String) {
            self.1.push_back(event);
            self.0.ahead.fetch_max(self.1.len(), Ordering::Relaxed);
        }

        fn take(&mut self) -> Received {
            let event = serde_json::from_str(&self.1.pop_front().unwrap()).unwrap();
            Received::of(self.0.invoke(&event), Duration::ZERO)
        }
    }

    /// No rule that compares is asked, so that every event is that of a case.
    fn alone() -> Plan {
        let rules = Selection::new(&["answer-is-not-json".to_owned()], &[]).unwrap();
        Plan { cases: 200, versions: vec![EventVersion::V2], rules, ..Plan::default() }
    }

    fn run_numbered(
        has_wire: bool,
        trigger: &(dyn Fn(usize, Value) -> Outcome + Sync),
        stop: &AtomicBool,
    ) -> (Run, usize) {
        let (events, ahead) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let targets = Numbered { trigger, has_wire, events: &events, ahead: &ahead };
        let run = run(&alone(), &targets, &|_| (), stop).unwrap();
        assert_eq!(ahead.into_inner(), if has_wire { AHEAD } else { 0 });
        (run, events.into_inner())
    }

    #[test]
    fn a_trigger_that_does_not_answer_is_given_up_and_what_it_was_sent_is_counted() {
        for has_wire in [false, true] {
            let trigger = |number, event| match number {
                0..=2 | 4.. => Outcome::TimedOut { after: Duration::ZERO },
                _ => Outcome::Answered(event),
            };
            let (run, sent) = run_numbered(has_wire, &trigger, &AtomicBool::new(false));
            assert!(run.gave_up);
            assert_eq!(sent, 4 + UNANSWERED as usize);
            assert_eq!((run.outcomes.timed_out, run.outcomes.answered), (3 + u64::from(UNANSWERED), 1));
        }
    }

    #[test]
    fn a_run_that_is_stopped_counts_what_was_answered_before() {
        for has_wire in [false, true] {
            let stop = AtomicBool::new(false);
            let trigger = |number, _| {
                stop.store(number == 100, Ordering::Relaxed);
                if number == 100 { Outcome::Crashed("stopped".to_owned()) } else { Outcome::NotJson(Vec::new()) }
            };
            let (run, sent) = run_numbered(has_wire, &trigger, &stop);
            assert!(run.interrupted);
            assert_eq!(sent, 101);
            assert_eq!((run.outcomes.not_json, run.outcomes.crashed), (100, 0), "the end is no crash of the trigger's");
        }
    }

    #[test]
    fn a_wire_changes_nothing_about_what_is_found() {
        let trigger = |_, event: Value| match event.pointer("/request/userAttributes/email") {
            Some(_) => Outcome::Answered(event),
            None => Outcome::NotJson(Vec::new()),
        };
        let [(without, _), (with, _)] =
            [false, true].map(|has_wire| run_numbered(has_wire, &trigger, &AtomicBool::new(false)));
        assert_eq!(without.outcomes, with.outcomes);
        assert_eq!(without.rules, with.rules);
        let found = |run: &Run| -> Vec<_> {
            run.findings.iter().map(|found| (found.rule.id, found.place, found.seen, found.event.clone())).collect()
        };
        assert!(!found(&with).is_empty());
        assert_eq!(found(&without), found(&with));
    }

    /// So that it is saved at once, whatever was met before.
    #[test]
    fn a_fault_on_a_known_event_is_told_beside_the_same_one_on_an_inferred_event() {
        let trigger = |event: Value| {
            let no_metadata = event["request"].get("clientMetadata").is_some_and(Value::is_null);
            let no_email = event.pointer("/request/userAttributes/email").is_none();
            if no_metadata || no_email { Err("no") } else { Ok(event) }
        };
        let met = Mutex::new(Vec::new());
        let told = |progress: Progress<'_>| {
            if let Progress::Found { finding } = progress
                && finding.rule.id == "sign-in-denied"
            {
                met.lock().unwrap().push(finding.situation.shown_form(finding.version).is_known());
            }
        };
        let plan = Plan { cases: 0, versions: vec![EventVersion::V2], ..Plan::default() };
        run(&plan, &InProcess::new("picky", trigger), &told, &AtomicBool::new(false)).unwrap();
        let mut met = met.into_inner().unwrap();
        met.sort_unstable();
        assert_eq!(met, [false, true]);
    }
}
