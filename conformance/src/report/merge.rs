use std::collections::BTreeSet;

use thiserror::Error;

use super::make::judged;
use super::{AllowanceLine, AllowanceState, Finding, LatencyMs, PromiseLine, Report, Verdict};
use crate::engine::{Experiments, Outcomes, Shard};

/// Makes one report of those of all shards of a run: the counts together, each finding once, one verdict.
///
/// Where one shard is missing, the cases are not those of the whole run, so there is no verdict unless something was found.
/// Medians and percentiles are the highest of any shard: the single times are not in a report.
///
/// # Errors
///
/// The reports are not of one run.
///
/// ```
/// use pretoken::engine::Shard;
/// use pretoken::report::{Report, Verdict, merge};
/// use pretoken::Check;
///
/// let whole = Check::new().cases(20).report(|event: serde_json::Value| event).unwrap();
/// let merged = merge(vec![whole.clone()]).unwrap();
/// assert_eq!(merged.cases.total, whole.cases.total);
///
/// let half = Report { shard: Shard { number: 1, of: 2 }, ..whole };
/// assert_eq!(merge(vec![half]).unwrap().verdict, Verdict::NoVerdict);
/// ```
pub fn merge(mut reports: Vec<Report>) -> Result<Report, MergeError> {
    reports.sort_by_key(|report| report.shard.number);
    let mut all = reports.iter();
    let Some(first) = all.next() else { return Err(MergeError::Nothing) };
    let mut merged = Report { notes: own_notes(first), ..first.clone() };
    for other in all {
        same_run(first, other)?;
        add(&mut merged, other);
    }
    let missing = missing(first.shard, &reports)?;
    merged.shard = Shard::WHOLE;
    merged.findings.sort_by_key(|finding| (std::cmp::Reverse(finding.level), finding.place));
    for line in &mut merged.allowances {
        let written = |finding: &&Finding| finding.allowed.as_ref().is_some_and(|by| by.written == line.written);
        line.findings = merged.findings.iter().filter(written).count();
    }
    let (verdict, note) = judged(&merged);
    merged.verdict = verdict;
    merged.notes.extend(note.map(ToOwned::to_owned));
    if verdict != Verdict::NoVerdict {
        merged.notes.extend(merged.promises.iter().filter_map(PromiseLine::note));
        merged.notes.extend(merged.allowances.iter().filter_map(AllowanceLine::note));
    }
    if !missing.is_empty() {
        if merged.verdict == Verdict::Conforms {
            merged.verdict = Verdict::NoVerdict;
        }
        merged.notes.push(format!("there is no report of shard {}: its cases may hold more", missing.join(", ")));
    }
    let mut told = BTreeSet::new();
    merged.notes.retain(|note| told.insert(note.clone()));
    Ok(merged)
}

/// Why reports cannot be put together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no report to merge")]
    Nothing,
    /// They are of different runs.
    #[error("shards {0} and {1} are not of one run: their {2} differ; run all with the same options")]
    Different(Shard, Shard, &'static str),
    /// One shard is there twice.
    #[error("shard {0} is there twice")]
    Twice(Shard),
}

fn same_run(first: &Report, other: &Report) -> Result<(), MergeError> {
    let rules = |report: &Report| report.rules.iter().map(|line| line.rule.id).collect::<Vec<_>>();
    let allowances =
        |report: &Report| report.allowances.iter().map(|line| (line.rule, line.reason.clone())).collect::<Vec<_>>();
    let promises = |report: &Report| report.promises.iter().map(|line| line.name.clone()).collect::<Vec<_>>();
    let differ = if first.target != other.target {
        "targets"
    } else if first.seed != other.seed {
        "seeds"
    } else if first.event_versions != other.event_versions {
        "event versions"
    } else if first.shard.of != other.shard.of {
        "numbers of shards"
    } else if (first.denied, first.strict) != (other.denied, other.strict) {
        "denied levels"
    } else if rules(first) != rules(other) {
        "rules"
    } else if allowances(first) != allowances(other) {
        "allowances"
    } else if promises(first) != promises(other) {
        "promises"
    } else if first.dictionary != other.dictionary {
        "dictionaries"
    } else if first.pool != other.pool {
        "user pools"
    } else {
        return Ok(());
    };
    Err(MergeError::Different(first.shard, other.shard, differ))
}

fn missing(whole: Shard, reports: &[Report]) -> Result<Vec<String>, MergeError> {
    let mut there = BTreeSet::new();
    for report in reports {
        if !there.insert(report.shard.number) {
            return Err(MergeError::Twice(report.shard));
        }
    }
    let shards = (1..=whole.of).filter(|number| !there.contains(number));
    Ok(shards.map(|number| Shard { number, of: whole.of }.to_string()).collect())
}

fn add(merged: &mut Report, other: &Report) {
    merged.cases.total += other.cases.total;
    for ((_, mine), (_, theirs)) in merged.cases.by_phase.iter_mut().zip(&other.cases.by_phase) {
        *mine += theirs;
    }
    for ((_, mine), (_, theirs)) in merged.cases.by_event_version.iter_mut().zip(&other.cases.by_event_version) {
        *mine += theirs;
    }
    merged.experiments = experiments(merged.experiments, other.experiments);
    merged.outcomes = outcomes(merged.outcomes, other.outcomes);
    merged.latency_ms = slowest(merged.latency_ms, other.latency_ms);
    // They ran side by side.
    merged.duration_ms = merged.duration_ms.max(other.duration_ms);
    merged.interrupted |= other.interrupted;
    merged.gave_up |= other.gave_up;
    for (mine, theirs) in merged.rules.iter_mut().zip(&other.rules) {
        mine.exercised += theirs.exercised;
        mine.violated += theirs.violated;
    }
    for finding in &other.findings {
        found(&mut merged.findings, finding);
    }
    for (mine, theirs) in merged.allowances.iter_mut().zip(&other.allowances) {
        mine.state = state(mine, theirs);
    }
    for (mine, theirs) in merged.promises.iter_mut().zip(&other.promises) {
        mine.add(theirs);
    }
    merged.suite_faults.extend(other.suite_faults.iter().cloned());
    merged.notes.extend(own_notes(other));
}

/// The notes that do not come from the verdict from the promises or from the allowances: those are the whole's to make.
fn own_notes(report: &Report) -> Vec<String> {
    let of_verdict = judged(report).1;
    let of_promises = report.promises.iter().filter_map(PromiseLine::note);
    let of_file: Vec<_> = of_promises.chain(report.allowances.iter().filter_map(AllowanceLine::note)).collect();
    let is_own = |note: &&String| of_verdict != Some(note.as_str()) && !of_file.contains(note);
    report.notes.iter().filter(is_own).cloned().collect()
}

/// Of two findings that are one, that of the earlier case stays: so it is in a whole run.
fn found(findings: &mut Vec<Finding>, other: &Finding) {
    let allowed = |finding: &Finding| finding.allowed.as_ref().map(|by| by.written.clone());
    let same = |mine: &&mut Finding| {
        mine.rule.id == other.rule.id
            && mine.reason == other.reason
            && mine.promise == other.promise
            && mine.event_version == other.event_version
            && mine.level == other.level
            && allowed(mine) == allowed(other)
    };
    match findings.iter_mut().find(same) {
        Some(mine) => {
            let seen = mine.seen + other.seen;
            if other.place < mine.place {
                *mine = other.clone();
            }
            mine.seen = seen;
        }
        None => findings.push(other.clone()),
    }
}

/// What one shard found of use is of use; what one shard could not try is only as sure as the others say.
fn state(mine: &AllowanceLine, theirs: &AllowanceLine) -> AllowanceState {
    use AllowanceState::{Expired, Untried, Unused, Used};
    match (mine.state, theirs.state) {
        (Expired, _) | (_, Expired) => Expired,
        (Used, _) | (_, Used) => Used,
        (Untried, _) | (_, Untried) => Untried,
        (Unused, Unused) => Unused,
    }
}

const fn experiments(a: Experiments, b: Experiments) -> Experiments {
    Experiments { pairs: a.pairs + b.pairs, calls: a.calls + b.calls, starts: a.starts + b.starts }
}

const fn outcomes(a: Outcomes, b: Outcomes) -> Outcomes {
    Outcomes {
        answered: a.answered + b.answered,
        errored: a.errored + b.errored,
        crashed: a.crashed + b.crashed,
        timed_out: a.timed_out + b.timed_out,
        not_json: a.not_json + b.not_json,
        protocol: a.protocol + b.protocol,
    }
}

fn slowest(a: LatencyMs, b: LatencyMs) -> LatencyMs {
    let slower = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (one, other) => one.or(other),
    };
    LatencyMs {
        cold: slower(a.cold, b.cold),
        p50: slower(a.p50, b.p50),
        p99: slower(a.p99, b.p99),
        max: slower(a.max, b.max),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use serde_json::{Value, json};

    use super::*;
    use crate::engine::{self, Plan, Seed};
    use crate::report::{json, testing};
    use crate::rules::Level;
    use crate::situation::EventVersion;
    use crate::target::Outcome;

    /// Fails for some users, and suppresses the groups of others.
    fn faulty(mut event: Value) -> Outcome {
        let container = if event["version"] == "1" { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
        if event.pointer("/request/userAttributes/email").is_none() {
            return Outcome::NotJson(b"no email".to_vec());
        }
        event["response"][container] = json!({"groupOverrideDetails": {}});
        Outcome::Answered(event)
    }

    fn part(trigger: fn(Value) -> Outcome, shard: Shard, seed: Seed) -> Report {
        let plan = Plan { cases: 90, shard, seed, ..Plan::default() };
        let run = engine::run(&plan, &testing::Small(trigger), &|_| (), &AtomicBool::new(false)).unwrap();
        let report = Report::new(&run, Level::Error);
        Report::read(&json(&report, 80)).unwrap()
    }

    fn thirds(trigger: fn(Value) -> Outcome) -> Vec<Report> {
        // In the order in which machines may happen to end.
        [2, 3, 1].map(|number| part(trigger, Shard { number, of: 3 }, Seed::default())).into()
    }

    #[test]
    fn the_shards_of_a_run_come_to_what_the_whole_run_says() {
        let (merged, whole) = (merge(thirds(faulty)).unwrap(), part(faulty, Shard::WHOLE, Seed::default()));
        assert_eq!(merged.verdict, whole.verdict);
        assert_eq!((merged.cases.total, merged.cases.by_phase), (whole.cases.total, whole.cases.by_phase));
        assert_eq!(merged.cases.by_event_version, whole.cases.by_event_version);
        assert_eq!(merged.outcomes, whole.outcomes);
        // Comparisons are made on a sample of the cases, in each shard on one of its own.
        let alone = |report: &Report| {
            let lines = report.rules.iter().filter(|line| line.rule.comparison().is_none());
            lines.map(|line| (line.rule.id, line.exercised, line.violated)).collect::<Vec<_>>()
        };
        assert_eq!(alone(&merged), alone(&whole));
        let findings = |report: &Report| {
            let of_one = report.findings.iter().filter(|finding| finding.rule.comparison().is_none());
            of_one
                .map(|finding| (finding.rule.id, finding.reason, finding.event_version, finding.seen, finding.place))
                .collect::<Vec<_>>()
        };
        assert!(findings(&whole).len() > 3);
        assert_eq!(findings(&merged), findings(&whole));
    }

    #[test]
    fn without_all_shards_nothing_conforms_and_a_finding_is_still_one() {
        let mut good = thirds(Outcome::Answered);
        assert_eq!(merge(good.clone()).unwrap().verdict, Verdict::Conforms);
        good.truncate(2);
        let merged = merge(good).unwrap();
        assert_eq!(merged.verdict, Verdict::NoVerdict);
        assert!(merged.notes.iter().any(|note| note.contains("no report of shard 1/3")), "{:?}", merged.notes);
        let mut bad = thirds(faulty);
        bad.truncate(2);
        assert_eq!(merge(bad).unwrap().verdict, Verdict::Violates);
    }

    #[test]
    fn reports_that_are_not_of_one_run_are_refused() {
        let mut shards = thirds(Outcome::Answered);
        let twice = vec![shards[0].clone(), shards[0].clone()];
        assert_eq!(merge(twice).unwrap_err().to_string(), "shard 2/3 is there twice");
        shards[1] = part(Outcome::Answered, shards[1].shard, Seed(7));
        let words = "shards 1/3 and 3/3 are not of one run: their seeds differ; run all with the same options";
        assert_eq!(merge(shards.clone()).unwrap_err().to_string(), words);
        shards[1].seed = shards[0].seed.clone();
        shards[1].event_versions = vec![EventVersion::V1];
        assert!(merge(shards).unwrap_err().to_string().contains("their event versions differ"));
        assert_eq!(merge(Vec::new()).unwrap_err(), MergeError::Nothing);
    }

    #[test]
    fn the_whole_says_anew_what_each_shard_said_of_its_verdict() {
        let mut shards = thirds(Outcome::Answered);
        for shard in &mut shards {
            shard.interrupted = true;
            shard.notes.push("the run was interrupted before its end".to_owned());
        }
        let merged = merge(shards).unwrap();
        let count = merged.notes.iter().filter(|note| note.contains("interrupted")).count();
        assert_eq!((merged.verdict, count), (Verdict::NoVerdict, 1));
    }
}
