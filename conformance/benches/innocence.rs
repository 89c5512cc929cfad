//! Triggers that are right, at length: not one error or warning in a million cases each. `just innocence`, or with another
//! count `CASES=10000 just innocence`.
//!
//! A plain program and no benchmark: what it counts is the same on every machine. It ends with 1 if a trigger that is
//! right is convicted.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the table is what it is for; what it shares with tests is written as they are"
)]

#[expect(dead_code, reason = "shared with the catalogue's tests, which need more of it")]
#[path = "../tests/catalogue/answers.rs"]
mod answers;
#[expect(dead_code, reason = "shared with the catalogue's tests, which need more of it")]
#[path = "../tests/catalogue/cases.rs"]
mod cases;
#[path = "innocence/policies.rs"]
mod policies;
#[path = "innocence/right.rs"]
mod right;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use pretoken::engine::{Plan, Run, Seed, run};
use pretoken::rules::Level;
use pretoken::target::{Handler, InProcess};
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

/// How many policies share the cases of the reference trigger.
const POLICIES: u64 = 500;

fn main() -> ExitCode {
    let cases: u64 = std::env::var("CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let (mut total, mut convicted) = (0, 0);
    let mut tell = |about: &str, runs: &mut dyn Iterator<Item = Run>| {
        let started = Instant::now();
        let (mut judged, mut found) = (0, Vec::new());
        for run in runs {
            judged += run.cases.iter().map(|(.., count)| count).sum::<u64>();
            let grave = run.findings.iter().filter(|finding| finding.rule.level >= Level::Warning);
            found.extend(grave.map(|finding| format!("{}: {}", finding.rule.id, finding.violation.message)));
            found.extend(run.suite_faults.iter().map(|fault| format!("a fault of the suite: {fault:?}")));
        }
        println!("{judged:>9} cases  {:>6.1} s  {:>2} found  {about}", started.elapsed().as_secs_f64(), found.len());
        found.iter().for_each(|found| println!("           {found}"));
        // A run takes an hour: whoever reads along sees each line at once.
        let _: std::io::Result<()> = std::io::stdout().flush();
        total += judged;
        convicted += usize::from(!found.is_empty());
    };
    let bundled = Policy::bundled();
    tell(
        "the reference trigger under its bundled policy",
        &mut std::iter::once_with(|| judged(cases, 0, move |event: Value| handle(event, &bundled))),
    );
    let policies = policies::accepted(usize::try_from(POLICIES).unwrap_or(usize::MAX)).into_iter().zip(1..);
    tell(
        "the reference trigger under random policies",
        &mut policies
            .map(|((_, policy), seed)| judged(cases / POLICIES, seed, move |event: Value| handle(event, &policy))),
    );
    for right in right::all() {
        tell(&right.about, &mut std::iter::once_with(|| judged(cases, 0, right.trigger)));
    }
    println!();
    println!("{total} cases in all; {convicted} triggers convicted of what they did not do");
    if convicted == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn judged<H: Handler<M>, M>(cases: u64, seed: u64, handler: H) -> Run {
    let plan = Plan { cases, seed: Seed(seed), jobs: 2, ..Plan::default() };
    run(&plan, &InProcess::new("a right trigger", handler), &|_| (), &AtomicBool::new(false)).unwrap()
}
