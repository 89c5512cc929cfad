//! The proof that each rule convicts: how soon each miniature is found out, and what shrinking costs. `just proof`.
//!
//! A plain program and no benchmark: what it counts is the same on every machine. It ends with 1 if a miniature escapes.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

#[path = "proof/compared.rs"]
mod compared;
#[path = "proof/conviction.rs"]
mod conviction;
#[path = "proof/smallest.rs"]
mod smallest;

use std::collections::BTreeMap;
use std::process::ExitCode;

use compared::compared;
use conviction::{Convicted, RANDOM, Suspect, suspects};
use pretoken::engine::{Cases, Plan, Seed};
use pretoken::rules;
use pretoken::situation::EventVersion;
use smallest::{Smallest, smallest};

/// How many seeds the random cases are drawn from, each for itself.
const SEEDS: u64 = 100;

/// With how many of them random cases alone must convict a miniature. What is rarer than that is the boundaries' part,
/// and those must convict every one.
const ENOUGH: usize = 99;

fn main() -> ExitCode {
    let rows: Vec<Row> = suspects().map(Row::of).collect();
    convictions(&rows);
    println!();
    let all_compared = comparisons();
    println!();
    shrinking(&rows);
    println!();
    let smaller_by_hand = smallest().iter().filter(|smallest| !against(smallest)).count();
    let escaped = !all_compared || rows.iter().any(|row| row.fixed.is_none() || row.cases.len() < ENOUGH);
    if escaped || smaller_by_hand > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What became of one miniature.
struct Row {
    suspect: Suspect,
    /// The case of a default run at which it was convicted before any random one.
    fixed: Option<(&'static str, u64)>,
    /// For each seed that convicted it, the random case that did.
    cases: Vec<u64>,
    /// For each seed and event version, how many calls the shrinking took; with the events that it ended on.
    calls: Vec<u32>,
    unfinished: usize,
    events: BTreeMap<EventVersion, Vec<String>>,
}

impl Row {
    fn of(suspect: Suspect) -> Self {
        let fixed = Cases::new(&Plan { cases: 0, ..Plan::default() });
        let fixed = suspect.in_fixed_phases(&fixed).map(|(phase, case)| (phase.label(), case));
        let seeds = || (0..SEEDS).map(Seed);
        let mut cases: Vec<u64> =
            seeds().filter_map(|seed| suspect.in_random_phase(seed)).map(|convicted| convicted.case).collect();
        cases.sort_unstable();
        let mut row = Self { suspect, fixed, cases, calls: vec![], unfinished: 0, events: BTreeMap::new() };
        for version in suspect.rule.versions {
            for finding in seeds().filter_map(|seed| suspect.under(*version, seed)).map(Convicted::shrunk) {
                row.calls.push(finding.shrinking.calls);
                row.unfinished += usize::from(!finding.shrinking.finished);
                let events = row.events.entry(*version).or_default();
                let event = finding.event.to_string();
                if !events.contains(&event) {
                    events.push(event);
                }
            }
        }
        row.calls.sort_unstable();
        row
    }
}

fn convictions(rows: &[Row]) {
    let rules = rules::ALL.len();
    let compare = compared().count();
    println!("{rules} rules, {} miniatures and {compare} that need two answers, {SEEDS} seeds", rows.len());
    for rule in rules::ALL.iter().filter(|rule| rule.miniatures.is_empty()) {
        println!("  without a miniature: {}", rule.id);
    }
    println!();
    println!("{:63}  {:>23}  {:>20}", "", "random cases alone", "default run");
    println!(
        "{:30}  {:31}  {:>9} {:>6} {:>6}  {:>20}  trigger",
        "rule", "reason", "convicted", "median", "worst", "at case"
    );
    for row in rows {
        let fixed = row.fixed.map_or("never".to_owned(), |(phase, case)| format!("{case} ({phase})"));
        println!(
            "{:30}  {:31}  {:>9} {:>6} {:>6}  {fixed:>20}  {}",
            row.suspect.rule.id,
            row.suspect.miniature.reason,
            format!("{}/{SEEDS}", row.cases.len()),
            at(&row.cases, 1, 2),
            at(&row.cases, 1, 1),
            row.suspect.miniature.about,
        );
    }
    let mut all: Vec<u64> = rows.iter().flat_map(|row| row.cases.iter().copied()).collect();
    all.sort_unstable();
    let convicted = rows.iter().filter(|row| row.cases.len() as u64 == SEEDS && row.fixed.is_some()).count();
    println!();
    println!("convicted by their own rule and reason, with every seed and without: {convicted} of {}", rows.len());
    println!("random cases until then (of {RANDOM}): median {}, worst {}", at(&all, 1, 2), at(&all, 1, 1));
}

/// Whether the runs convict every miniature of a rule that compares two answers.
fn comparisons() -> bool {
    println!("rules that compare two answers, in whole default runs");
    println!("{:30}  {:31}  {:>9} {:>6} {:>6}  trigger", "rule", "reason", "convicted", "median", "worst");
    let mut all = true;
    for suspect in compared() {
        let mut cases: Vec<u64> = (0..SEEDS).filter_map(|seed| suspect.in_run(Seed(seed))).collect();
        cases.sort_unstable();
        all &= cases.len() >= ENOUGH;
        println!(
            "{:30}  {:31}  {:>9} {:>6} {:>6}  {}",
            suspect.rule.id,
            suspect.miniature.reason,
            format!("{}/{SEEDS}", cases.len()),
            at(&cases, 1, 2),
            at(&cases, 1, 1),
            suspect.miniature.about,
        );
    }
    all
}

fn shrinking(rows: &[Row]) {
    let mut calls: Vec<u32> = rows.iter().flat_map(|row| row.calls.iter().copied()).collect();
    calls.sort_unstable();
    println!("shrinking {} findings (each miniature, event version and seed): calls of the trigger", calls.len());
    println!("  median {}, 99 % within {}, worst {}", at(&calls, 1, 2), at(&calls, 99, 100), at(&calls, 1, 1));
    println!("  not finished within the budget: {}", rows.iter().map(|row| row.unfinished).sum::<usize>());
    let ends: Vec<_> =
        rows.iter().flat_map(|row| row.events.iter().map(move |(version, ends)| (row, version, ends))).collect();
    let one = ends.iter().filter(|(.., ends)| ends.len() == 1).count();
    println!("  faults for which all seeds end on one event: {one} of {}; those that do not:", ends.len());
    for (row, version, ends) in ends.iter().filter(|(.., ends)| ends.len() > 1) {
        let calls = at(&row.calls, 1, 1);
        println!(
            "    {} / {} under {version}: {} events, {calls} calls at worst",
            row.suspect.rule.id,
            row.suspect.miniature.reason,
            ends.len()
        );
    }
    println!();
    println!("against the smallest event that was written by hand, with every seed");
}

/// Whether all seeds end on the event that was written by hand.
fn against(smallest: &Smallest) -> bool {
    let found = |seed| smallest.suspect().and_then(|suspect| suspect.under(smallest.version, seed));
    let same = (0..SEEDS).map(Seed).filter_map(found);
    let same = same.map(Convicted::shrunk).filter(|finding| finding.event == smallest.event).count() as u64;
    println!(
        "  {:>7}  {} / {} under {}: {}",
        format!("{same}/{SEEDS}"),
        smallest.rule,
        smallest.reason,
        smallest.version,
        smallest.why
    );
    same == SEEDS
}

/// The value at a fraction of a sorted list: 1/2 is the median, 1/1 the largest.
fn at<T: Copy + Default>(sorted: &[T], part: usize, of: usize) -> T {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last * part / of).copied().unwrap_or_default()
}
