//! Every fault is found, soon, and on an event that nobody could make smaller by hand. `just proof` tells the same over
//! more seeds, as a table.

#[path = "../benches/proof/conviction.rs"]
mod conviction;
#[path = "../benches/proof/smallest.rs"]
mod smallest;

use conviction::{RANDOM, suspects};
use pretoken::engine::{Cases, Plan, Seed};
use smallest::smallest;

const SEEDS: [Seed; 3] = [Seed(1), Seed(2), Seed(3)];

#[test]
fn every_miniature_is_convicted_by_random_cases_alone() {
    for suspect in suspects() {
        for seed in SEEDS {
            let found = suspect.in_random_phase(seed).is_some();
            assert!(found, "{suspect}: not in {RANDOM} random cases of seed {seed}");
        }
    }
}

#[test]
fn every_miniature_is_convicted_by_the_documented_and_boundary_cases_alone() {
    let fixed = Cases::new(&Plan { cases: 0, ..Plan::default() });
    for suspect in suspects() {
        assert!(suspect.in_fixed_phases(&fixed).is_some(), "{suspect}");
    }
}

#[test]
fn every_finding_is_shrunk_to_the_end_within_its_budget() {
    for suspect in suspects() {
        for seed in SEEDS {
            let finding = suspect.in_random_phase(seed).unwrap().shrunk();
            let shrinking = finding.shrinking;
            assert!(shrinking.finished && shrinking.reproduced, "{suspect}: {shrinking:?}");
            // The most are for faults that need as many groups as there can be: each group is tried for itself.
            assert!(shrinking.calls <= 450, "{suspect}: {shrinking:?}");
        }
    }
}

#[test]
fn shrunk_events_are_the_smallest_that_can_be_written_by_hand() {
    for smallest in smallest() {
        let suspect = smallest.suspect().unwrap();
        for seed in SEEDS {
            let finding = suspect.under(smallest.version, seed).unwrap().shrunk();
            assert_eq!(finding.event, smallest.event, "{suspect}: {}", smallest.why);
        }
    }
}
