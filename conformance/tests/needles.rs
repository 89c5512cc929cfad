//! Faults that show under one condition alone are found by the words of the trigger's own source. `just needles` tells
//! the same over a hundred seeds, as a table.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

#[path = "../benches/needles/needle.rs"]
mod needle;
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
#[path = "targets/tools.rs"]
mod tools;

use std::process::Command;
use std::sync::Arc;

use needle::{NEEDLES, Needle, cases, event_at};
use pretoken::generate::Dictionary;
use pretoken::target::{Outcome, TargetOptions, TargetSpec};
use serde_json::Value;
use tools::{BARE_PYTHON, NODE, options, or_skip};

#[test]
fn every_needle_is_found_with_the_words_of_its_source() {
    for needle in NEEDLES.iter().filter(|needle| needle.conditions == 1) {
        let dictionary = Arc::new(needle.dictionary());
        for seed in 1..=5 {
            let found = needle.found(seed, &dictionary).is_some();
            assert!(found, "{}, which fails under {}, seed {seed}", needle.file, needle.condition);
        }
    }
}

#[test]
fn no_needle_is_found_by_general_words() {
    let general = Arc::new(Dictionary::default());
    for needle in NEEDLES {
        for seed in 1..=5 {
            assert_eq!(needle.found(seed, &general), None, "{}, seed {seed}", needle.file);
        }
    }
}

/// How many of the random cases are sent to the real trigger.
const SENT: u64 = 300;

fn is_python(needle: &Needle) -> bool {
    needle.file.ends_with(".py")
}

/// The trigger fails on exactly the events of which the needle says so.
fn fails_as_it_says(needle: &Needle, options: &TargetOptions) {
    let targets = TargetSpec::parse(&[needle.path()]).unwrap().open(options).unwrap();
    let mut target = targets.start().unwrap();
    let dictionary = Arc::new(needle.dictionary());
    let seed = (1..20).find(|seed| needle.found(*seed, &dictionary).is_some()).unwrap();
    let cases = cases(seed, &dictionary);
    let first = needle.found(seed, &dictionary).unwrap() - 1;
    let mut failed = 0;
    for place in (cases.len() - SENT..cases.len()).chain(0..40).chain([first]) {
        let event = event_at(&cases, place).unwrap();
        let outcome = target.invoke(&event).outcome;
        let fails = matches!(outcome, Outcome::Errored(_));
        assert!(fails || matches!(outcome, Outcome::Answered(_)), "{}: {outcome:?}", needle.file);
        assert_eq!(fails, (needle.fails)(&event), "{}: {outcome:?} {event:#}", needle.file);
        failed += u32::from(fails);
    }
    assert!(failed > 0, "{}", needle.file);
}

#[test]
fn the_python_needles_fail_as_their_conditions_say() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let options = TargetOptions { python: Some(python.clone()), ..options() };
    NEEDLES.iter().filter(|needle| is_python(needle)).for_each(|needle| fails_as_it_says(needle, &options));
}

#[test]
fn the_node_needles_fail_as_their_conditions_say() {
    if or_skip(&NODE).is_some() {
        NEEDLES.iter().filter(|needle| !is_python(needle)).for_each(|needle| fails_as_it_says(needle, &options()));
    }
}

#[test]
fn the_command_finds_a_needle_and_says_where_its_words_are_from_and_does_neither_without_a_dictionary() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let check = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
        command.args(["check", "tests/needles/tables/app.py", "--format", "json", "--no-save", "--cases", "5000"]);
        command.arg("--python").arg(python);
        let output = command.args(more).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report)
    };
    let (code, report) = check(&[]);
    assert_eq!((code, &report["findings"][0]["rule"]), (Some(1), &"crash-on-legal-event".into()));
    assert_eq!(report["dictionary"]["files"], serde_json::json!(["app.py", "clients.json", "tenants.py", "roles.py"]));
    assert!(report["dictionary"]["words"].as_u64().unwrap() > 60, "{}", report["dictionary"]);
    let (code, report) = check(&["--no-dictionary"]);
    assert_eq!((code, &report["dictionary"]), (Some(0), &Value::Null));
}
