use std::borrow::Cow;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::Value;

use super::compare::Earlier;
use super::run::unshrunk;
use super::tally::{Key, SeenCase, Tally};
use super::{Audit, Cases, Judge, Phase, Plan, Progress};
use crate::event;
use crate::rules::{self, Exchange, Timing};
use crate::situation::{EventVersion, Situation};
use crate::target::{Outcome, Reply, StartError, Target, Targets};

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
    let (tally, others) = std::thread::scope(|scope| {
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

/// One job. While the trigger has one event, the answer to the one before is judged and the next event is made.
fn work(shared: &Shared<'_>, target: &mut dyn Target) -> Tally {
    let mut job = Job { shared, judge: Judge::of(shared.plan), tally: Tally::new(), portion: 0..0 };
    let mut next = job.prepare();
    let mut answered: Option<Answered<'_>> = None;
    let mut unanswered = 0;
    while let Some(case) = next.take() {
        if shared.is_stopped() || shared.gave_up() {
            break;
        }
        let earlier = shared.cases.saved(case.place).map(|saved| Earlier::of(saved, target)).unwrap_or_default();
        let (reply, took) = target.invoke_while(&case.event, &mut || {
            if let Some(answered) = answered.take() {
                job.judge(&answered);
            }
            next = job.prepare();
        });
        // A target that had no time for it does not end the run.
        if let Some(answered) = answered.take() {
            job.judge(&answered);
        }
        next = next.or_else(|| job.prepare());
        // Whoever ends the run ends the trigger's processes too: that is no crash of theirs.
        if shared.is_stopped() {
            break;
        }
        unanswered = if matches!(reply.outcome, Outcome::TimedOut { .. }) { unanswered + 1 } else { 0 };
        if unanswered == UNANSWERED {
            shared.gave_up.store(true, Ordering::Relaxed);
        }
        let timing = Timing { took, cold_start: reply.cold_start };
        answered = Some(Answered { case, earlier, reply, timing });
    }
    if let Some(answered) = answered {
        job.judge(&answered);
    }
    job.tally.promises = job.judge.promises().to_vec();
    job.tally
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

impl<'a> Job<'a> {
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
        let case = SeenCase { place, version, known: situation.form.is_known() };
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
    use crate::engine::run;
    use crate::target::Description;

    /// Counts what was found, and looks at the count before and after whatever is done meanwhile.
    struct Watched<'a> {
        found: &'a AtomicUsize,
        seen: &'a Mutex<Vec<(usize, usize)>>,
        outcome: Outcome,
        has_time: bool,
    }

    impl Targets for Watched<'_> {
        fn description(&self) -> Description {
            Description { kind: "test", display: String::new(), file: None }
        }

        fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
            Ok(Box::new(Watched { outcome: self.outcome.clone(), ..*self }))
        }
    }

    impl Target for Watched<'_> {
        fn invoke(&mut self, _: &Value) -> Reply {
            Reply::of(self.outcome.clone())
        }

        fn invoke_while(&mut self, event: &Value, meanwhile: &mut dyn FnMut()) -> (Reply, Duration) {
            let found = || self.found.load(Ordering::Relaxed);
            let before = found();
            if self.has_time {
                meanwhile();
            }
            self.seen.lock().unwrap().push((before, found()));
            (self.invoke(event), Duration::ZERO)
        }
    }

    fn watch(outcome: Outcome, has_time: bool) -> (crate::engine::Run, Vec<(usize, usize)>) {
        let (found, seen) = (AtomicUsize::new(0), Mutex::default());
        let told = |progress: Progress<'_>| {
            if matches!(progress, Progress::Found { .. }) {
                found.fetch_add(1, Ordering::Relaxed);
            }
        };
        let plan = Plan { cases: 200, versions: vec![EventVersion::V2], ..Plan::default() };
        let targets = Watched { found: &found, seen: &seen, outcome, has_time };
        let run = run(&plan, &targets, &told, &AtomicBool::new(false)).unwrap();
        (run, seen.into_inner().unwrap())
    }

    #[test]
    fn an_answer_is_judged_while_the_trigger_works_on_the_next_event() {
        let (run, seen) = watch(Outcome::NotJson(Vec::new()), true);
        let [first, second] = seen.first_chunk().unwrap();
        assert_eq!(*first, (0, 0), "nothing is there to be judged");
        assert_eq!(second.0, 0, "the first answer has not been judged");
        assert!(second.1 > 0, "it has been now");
        let counted: u64 = run.cases.iter().map(|(_, _, count)| count).sum();
        assert_eq!(counted, seen.len() as u64, "the last one is judged too");
        assert_eq!(run.outcomes.not_json, counted);
    }

    #[test]
    fn a_trigger_that_does_not_answer_is_given_up_and_what_it_was_sent_is_counted() {
        let (run, seen) = watch(Outcome::TimedOut { after: Duration::ZERO }, true);
        assert!(run.gave_up);
        assert_eq!(seen.len(), UNANSWERED as usize);
        assert_eq!(run.outcomes.timed_out, u64::from(UNANSWERED));
    }

    #[test]
    fn a_target_that_has_no_time_for_anything_else_is_run_to_the_end() {
        let (run, seen) = watch(Outcome::NotJson(Vec::new()), false);
        assert!(seen.len() > 200, "{}", seen.len());
        assert_eq!(run.outcomes.not_json, seen.len() as u64);
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
                met.lock().unwrap().push(finding.situation.form.is_known());
            }
        };
        let plan = Plan { cases: 0, versions: vec![EventVersion::V2], ..Plan::default() };
        run(&plan, &crate::target::InProcess::new("picky", trigger), &told, &AtomicBool::new(false)).unwrap();
        let mut met = met.into_inner().unwrap();
        met.sort_unstable();
        assert_eq!(met, [false, true]);
    }
}
