//! Holds a report against what had to be found.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pretoken::engine::Outcomes;
use serde::Deserialize;

use super::expected::{Expected, Kind, compares};

/// What a report says, as far as it is held against something.
pub(crate) struct Told {
    cases: u64,
    /// In the order of the report.
    pub(crate) outcomes: [u64; 6],
    gave_up: bool,
    pub(crate) findings: BTreeMap<Kind, u64>,
    rules: BTreeMap<String, (u64, u64)>,
    /// Where findings are saved.
    pub(crate) saved: Vec<String>,
    /// How many calls were made beside the cases.
    pub(crate) further_calls: u64,
}

#[derive(Deserialize)]
struct Report {
    cases: Cases,
    outcomes: Outcomes,
    gave_up: bool,
    rules: Vec<Rule>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Cases {
    total: u64,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    exercised: u64,
    violated: u64,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    reason: String,
    event_version: String,
    seen: u64,
    replay: Option<String>,
    shrinking: Shrinking,
}

#[derive(Deserialize)]
struct Shrinking {
    calls: u64,
}

impl Told {
    /// # Errors
    ///
    /// The file is not there, or is no report.
    pub(crate) fn read(file: &Path) -> Result<Self, String> {
        let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let report: Report = serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut findings: BTreeMap<Kind, u64> = BTreeMap::new();
        let (mut saved, mut further_calls) = (Vec::new(), 0);
        for Finding { rule, reason, event_version, seen, replay, shrinking } in report.findings {
            // The same fault on an event of a known form and on one of an inferred form may be two findings.
            *findings.entry((rule, reason, event_version)).or_default() += seen;
            saved.extend(replay);
            further_calls += shrinking.calls;
        }
        let rules = report.rules.into_iter().map(|rule| (rule.id, (rule.exercised, rule.violated))).collect();
        let Report { cases: Cases { total }, outcomes, gave_up, .. } = report;
        Ok(Self { cases: total, outcomes: numbers(&outcomes), gave_up, findings, rules, saved, further_calls })
    }
}

/// What is wrong with a report, after so many signals from outside.
///
/// A signal changes the outcome of one case at most: into a crash, or into a timeout. So of the cases that show a finding
/// no more than so many may be missing, and nothing may be found in addition but that a process ended. Without signals
/// every number is exact.
pub(crate) fn complaints(expected: &Expected, told: &Told, signals: u64) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut differ = |what: &str, expected: u64, told: u64, more: u64| {
        if told + signals < expected || told > expected + more {
            complaints.push(format!("{what}: {told}, expected {expected}"));
        }
    };
    let names = ["answered", "errored", "crashed", "timed_out", "not_json", "protocol"];
    for (name, (expected, told)) in names.into_iter().zip(numbers(&expected.outcomes).into_iter().zip(told.outcomes)) {
        let may_be_added = if matches!(name, "crashed" | "timed_out") { signals } else { 0 };
        differ(name, expected, told, may_be_added);
    }
    for (kind, seen) in &expected.findings {
        let may_be_added = if may_be_added(kind) { signals } else { 0 };
        let told = told.findings.get(kind).copied().unwrap_or_default();
        differ(&format!("lost, or seen in other cases: {kind:?}"), *seen, told, may_be_added);
    }
    for (id, (exercised, violated)) in expected.rules.iter().filter(|_| signals == 0) {
        let told = told.rules.get(id).copied().unwrap_or_default();
        differ(&format!("`{id}` exercised"), *exercised, told.0, 0);
        differ(&format!("`{id}` violated"), *violated, told.1, 0);
    }
    let new = told.findings.keys().filter(|kind| !expected.findings.contains_key(*kind));
    let may_be_found = |kind: &&Kind| {
        // A machine with too much to do starts Python as slowly as this.
        kind.0 == "cold-start-over-limit" || comparison_may_find(&kind.0, signals) || signals > 0 && may_be_added(kind)
    };
    let unexpected = new.filter(|kind| !may_be_found(kind));
    complaints.extend(unexpected.map(|kind| format!("found though it is not there: {kind:?}")));
    if told.cases != expected.cases {
        complaints.push(format!("{} cases, expected {}", told.cases, expected.cases));
    }
    if told.gave_up {
        complaints.push("it gave up".to_owned());
    }
    complaints
}

const fn numbers(outcomes: &Outcomes) -> [u64; 6] {
    let Outcomes { answered, errored, crashed, timed_out, not_json, protocol } = *outcomes;
    [answered, errored, crashed, timed_out, not_json, protocol]
}

fn may_be_added((rule, reason, _): &Kind) -> bool {
    (rule == "crash-on-legal-event" && reason == "process-ended") || rule == "over-time-limit"
}

/// Whether two answers of a trigger that chooses its fault by the whole event, and by nothing else, may differ so: to other
/// events they do, but never to the same one, unless somebody disturbs it.
fn comparison_may_find(rule: &str, signals: u64) -> bool {
    compares(rule) && (signals > 0 || !matches!(rule, "nondeterministic-answer" | "state-kept-between-events"))
}
