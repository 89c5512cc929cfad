//! Arbitrary answers and arbitrary files: whatever they are, nothing panics, nothing hangs, and every file is read or refused.
//!
//! `just fuzz 10000000` sends so many; a plain test run sends a few thousand. The inputs are a function of their number, so
//! one that fails is named by it, and `PRETOKEN_FUZZ_FROM=5000000` goes on there. `just fuzz-guided` looks for inputs that
//! reach further; what it found is in `fuzzed/corpus`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "the helpers of these tests fail as tests do"
)]

#[path = "fuzzed/dice.rs"]
mod dice;
#[path = "fuzzed/doors.rs"]
mod doors;
#[path = "fuzzed/files.rs"]
mod files;
#[path = "fuzzed/inspect.rs"]
mod inspect;
#[path = "fuzzed/made.rs"]
mod made;

use std::fs;
use std::path::Path;

use dice::{Count, Dice, side_by_side, side_by_side_with};
use pretoken::report::FORMATS;
use pretoken::target::{Outcome, TargetOptions, TargetSpec, Targets};
use serde_json::Value;

#[test]
fn no_answer_makes_the_rules_or_the_token_model_panic() {
    let cases = inspect::cases();
    side_by_side_with(Count { usual: 5_000, one_in: 1 }, inspect::judge, |judge, number, dice| {
        let (case, event) = &cases[dice.below(cases.len())];
        inspect::outcome(judge, case, event, &made::outcome(event, dice), number % 256 == 0);
    });
}

/// The answers of the trigger are odd, and so are the tokens that are compared.
#[test]
fn every_report_on_odd_answers_is_written_in_every_format_and_read_back() {
    side_by_side(Count { usual: 4, one_in: 10_000 }, |number, _| {
        let trigger = move |event: Value| {
            let seed = number ^ event.to_string().len() as u64;
            match made::outcome(&event, &mut Dice::new(seed)) {
                Outcome::Answered(answer) => Ok(answer),
                _ => Err(format!("odd \u{1b}[31m {seed}")),
            }
        };
        let report = pretoken::Check::new().cases(20).seed(number).report(trigger).unwrap();
        for format in FORMATS {
            assert!(!(format.render)(&report, 80).is_empty(), "{}", format.name);
        }
        inspect::read_back(&report);
    });
}

#[test]
fn every_file_is_read_or_refused_in_words() {
    let (corpus, cases) = (files::corpus(), inspect::cases());
    side_by_side(Count { usual: 10_000, one_in: 1 }, |number, dice| {
        let bytes = files::damaged(&corpus[dice.below(corpus.len())], dice);
        inspect::file(&bytes, number % 64 == 0, &cases);
    });
}

#[test]
fn whatever_bytes_a_process_answers_with_come_through_the_runtime_api_as_they_are() {
    let own = std::env::current_exe().unwrap();
    let words = [own.as_os_str(), "--ignored".as_ref(), "--exact".as_ref(), "talker".as_ref(), "--nocapture".as_ref()];
    let spec = TargetSpec::command(&words).unwrap();
    through(&*spec.open(&TargetOptions::default()).unwrap());
}

/// Not a test: the process of the one above.
#[test]
#[ignore = "the process that another test starts"]
fn talker() {
    doors::talk();
}

#[test]
fn whatever_bytes_an_address_answers_with_come_through_as_they_are() {
    let spec = TargetSpec::parse(&[doors::address()]).unwrap();
    through(&*spec.open(&TargetOptions::default()).unwrap());
}

fn through(targets: &dyn Targets) {
    let cases = inspect::cases();
    let count = Count { usual: 2_000, one_in: 10 };
    side_by_side_with(
        count,
        || (targets.start().unwrap(), inspect::judge()),
        |(target, judge), number, _| {
            let (case, event) = &cases[usize::try_from(number).unwrap() % cases.len()];
            let (event, outcome) = doors::sent(&mut **target, event.clone(), number);
            inspect::outcome(judge, case, &event, &outcome, false);
        },
    );
}

#[test]
fn no_input_that_was_found_by_its_coverage_makes_anything_panic() {
    let (cases, folder) = (inspect::cases(), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzzed/corpus"));
    let inputs = |name: &str| {
        let entries = fs::read_dir(folder.join(name)).unwrap();
        entries.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect::<Vec<_>>()
    };
    let (answers, files) = (inputs("answers"), inputs("files"));
    assert!(answers.len() > 100 && files.len() > 100, "{} {}", answers.len(), files.len());
    answers.iter().for_each(|bytes| inspect::packed(&cases, bytes));
    files.iter().for_each(|bytes| inspect::file(bytes, true, &cases));
}
