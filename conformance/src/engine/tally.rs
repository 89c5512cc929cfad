use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SuiteFault;
use crate::rules::{self, Kind, Violation};
use crate::situation::EventVersion;
use crate::target::{Outcome, Reply};

/// How often each outcome came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Outcomes {
    /// JSON came back.
    pub answered: u64,
    /// An error was reported.
    pub errored: u64,
    /// The process ended, or the function panicked.
    pub crashed: u64,
    /// Nothing came in time.
    pub timed_out: u64,
    /// Something that is not JSON came back.
    pub not_json: u64,
    /// The Runtime API's rules were broken.
    pub protocol: u64,
}

/// How often a rule applied, and how often it was broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Cases in which there was something for the rule to look at.
    pub exercised: u64,
    /// Cases in which it was broken.
    pub violated: u64,
}

/// How long the trigger took for an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// Start of the process together with the first answer, the longest that was seen.
    pub cold: Option<Duration>,
    /// The median.
    pub p50: Duration,
    /// 99 of 100 were no slower.
    pub p99: Duration,
    /// The slowest.
    pub max: Duration,
}

/// Tells findings apart.
///
/// Events whose form is only inferred are kept apart: what they show is at most a warning, and must not stand for the
/// same fault on an event that is known to come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The rule's place in the catalogue.
    pub(super) rule: usize,
    pub(super) kind: Kind,
    pub(super) version: EventVersion,
    /// Whether the form of the event is known.
    pub(super) known: bool,
}

/// The first case that showed a fault.
#[derive(Clone, Debug)]
pub(super) struct First {
    /// The place of the case in the run.
    pub(super) place: u64,
    pub(super) violation: Violation,
    pub(super) further_places: usize,
    pub(super) outcome: Outcome,
    pub(super) output: Vec<String>,
    pub(super) seen: u64,
}

/// What has to be known of a case to count it.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeenCase {
    /// The place of the case in the run.
    pub(super) place: u64,
    pub(super) version: EventVersion,
    /// Whether the form of its event is known.
    pub(super) known: bool,
}

/// What one job counted. Its size depends on the catalogue, not on the number of cases.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) cases: BTreeMap<(usize, EventVersion), u64>,
    pub(super) outcomes: Outcomes,
    pub(super) rules: Vec<RuleCount>,
    /// How often each promise applied; as long as some job has counted.
    pub(super) promises: Vec<u64>,
    pub(super) firsts: BTreeMap<Key, First>,
    pub(super) suite_faults: Vec<SuiteFault>,
    cold: Option<Duration>,
    nanoseconds: Option<Histogram<u64>>,
}

/// A fault of the suite shows in many events: these suffice to see it.
const SUITE_FAULTS_KEPT: usize = 5;

/// In nanoseconds.
const HOUR: u64 = 3_600_000_000_000;

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            cases: BTreeMap::new(),
            outcomes: Outcomes::default(),
            rules: vec![RuleCount::default(); rules::ALL.len()],
            promises: Vec::new(),
            firsts: BTreeMap::new(),
            suite_faults: Vec::new(),
            cold: None,
            // Two digits, up to an hour: what lies beyond is recorded as the bound, so the bound has to be out of reach.
            // An unusable histogram (the bounds are wrong) only costs the latencies.
            nanoseconds: Histogram::new_with_max(HOUR, 2).ok(),
        }
    }

    pub(super) fn count_reply(&mut self, reply: &Reply, took: Duration) {
        let count = match reply.outcome {
            Outcome::Answered(_) => &mut self.outcomes.answered,
            Outcome::Errored(_) => &mut self.outcomes.errored,
            Outcome::Crashed(_) => &mut self.outcomes.crashed,
            Outcome::TimedOut { .. } => &mut self.outcomes.timed_out,
            Outcome::NotJson(_) => &mut self.outcomes.not_json,
            Outcome::Protocol(_) => &mut self.outcomes.protocol,
        };
        *count += 1;
        if let Some(start) = reply.cold_start {
            self.cold = self.cold.max(Some(start + took));
        } else if let Some(histogram) = &mut self.nanoseconds {
            histogram.saturating_record(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        }
    }

    pub(super) fn count_case(&mut self, phase: usize, version: EventVersion) {
        *self.cases.entry((phase, version)).or_default() += 1;
    }

    /// Counts one rule's word on one case; keeps the first case of each reason. True if the reason is new.
    pub(super) fn count_rule(&mut self, rule: usize, violations: &[Violation], case: SeenCase, reply: &Reply) -> bool {
        let Some(count) = self.rules.get_mut(rule) else { return false };
        count.exercised += 1;
        count.violated += u64::from(!violations.is_empty());
        let mut new = false;
        for (index, violation) in violations.iter().enumerate() {
            let said_before = violations.iter().take(index).any(|other| other.kind() == violation.kind());
            if said_before {
                continue;
            }
            let key = Key { rule, kind: violation.kind(), version: case.version, known: case.known };
            if let Some(first) = self.firsts.get_mut(&key) {
                first.seen += 1;
                continue;
            }
            let same = violations.iter().filter(|other| other.kind() == violation.kind()).count();
            self.firsts.insert(
                key,
                First {
                    place: case.place,
                    violation: violation.clone(),
                    further_places: same - 1,
                    outcome: reply.outcome.clone(),
                    output: reply.output.clone(),
                    seen: 1,
                },
            );
            new = true;
        }
        new
    }

    pub(super) fn suite_fault(&mut self, version: EventVersion, scenario: String, message: String, event: &Value) {
        if self.suite_faults.len() < SUITE_FAULTS_KEPT {
            self.suite_faults.push(SuiteFault { version, scenario, message, event: event.clone() });
        }
    }

    /// Takes in what another job counted. Of two first cases the earlier one stays, so that the number of jobs does not
    /// show in the result.
    pub(super) fn merge(&mut self, other: Self) {
        for (key, count) in other.cases {
            *self.cases.entry(key).or_default() += count;
        }
        let (mine, theirs) = (&mut self.outcomes, other.outcomes);
        mine.answered += theirs.answered;
        mine.errored += theirs.errored;
        mine.crashed += theirs.crashed;
        mine.timed_out += theirs.timed_out;
        mine.not_json += theirs.not_json;
        mine.protocol += theirs.protocol;
        for (mine, theirs) in self.rules.iter_mut().zip(other.rules) {
            mine.exercised += theirs.exercised;
            mine.violated += theirs.violated;
        }
        self.promises.resize(self.promises.len().max(other.promises.len()), 0);
        for (mine, theirs) in self.promises.iter_mut().zip(other.promises) {
            *mine += theirs;
        }
        for (key, theirs) in other.firsts {
            match self.firsts.get_mut(&key) {
                None => {
                    self.firsts.insert(key, theirs);
                }
                Some(mine) => {
                    let seen = mine.seen + theirs.seen;
                    if theirs.place < mine.place {
                        *mine = theirs;
                    }
                    mine.seen = seen;
                }
            }
        }
        self.suite_faults.extend(other.suite_faults);
        self.suite_faults.truncate(SUITE_FAULTS_KEPT);
        self.cold = self.cold.max(other.cold);
        if let (Some(mine), Some(theirs)) = (&mut self.nanoseconds, other.nanoseconds)
            && mine.add(&theirs).is_err()
        {
            // Both were made with the same bounds, so this does not happen; without them there are no latencies.
            self.nanoseconds = None;
        }
    }

    pub(super) fn latency(&self) -> Latency {
        let at = |quantile: f64| {
            let value = self.nanoseconds.as_ref().map_or(0, |histogram| histogram.value_at_quantile(quantile));
            Duration::from_nanos(value)
        };
        Latency { cold: self.cold, p50: at(0.5), p99: at(0.99), max: at(1.0) }
    }
}
