//! The command against a Python trigger that is killed, hangs, answers garbage and leaves daemons behind: no finding is
//! lost, and nothing stays behind. `just endure` does the same for twenty minutes, and watches memory.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

#[expect(dead_code, reason = "shared with the long run, which looks at more of it")]
#[path = "../benches/endurance/mod.rs"]
mod endurance;
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
#[path = "targets/tools.rs"]
mod tools;

use std::time::Duration;

use endurance::fault::Setting;
use endurance::trial::{Disturbed, Trial};
use pretoken::situation::EventVersion;
use tools::{BARE_PYTHON, or_skip};

/// Of the rules that these faults break, the ones that tell most: each finding costs a hundred calls to make it small.
const ONLY: [&str; 3] = ["crash-on-legal-event", "answer-is-not-json", "reserved-claim-set"];

fn hold(number: u32, disturbed: Disturbed) {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial {
        about: "short",
        number,
        seed: u64::from(number),
        cases: 60,
        versions: vec![EventVersion::V2],
        jobs: 2,
        setting: Setting { limit: Duration::from_secs(2), sparing: false },
        only: ONLY.map(str::to_owned).to_vec(),
        disturbed,
        python: python.clone(),
    };
    let seen = trial.run(folder.path()).unwrap();
    assert!(seen.complaints.is_empty(), "{:#?}", seen.complaints);
    assert!(seen.expected.findings.len() >= 7, "{:?}", seen.expected.findings);
    assert!(seen.told.outcomes.iter().all(|count| *count > 0), "{:?}", seen.told.outcomes);
}

#[test]
fn every_fault_is_found_in_just_the_cases_that_have_it_and_nothing_is_left_behind() {
    hold(1, Disturbed::Not);
}

#[test]
fn a_trigger_that_is_killed_and_stopped_from_outside_loses_no_finding() {
    hold(2, Disturbed::Seldom);
}
