//! Arbitrary answers and arbitrary files: whatever they are, nothing panics, nothing hangs, and every file is read or refused.
//!
//! `just fuzz 10000000` sends so many; a plain test run sends a few thousand. The inputs are a function of their number, so
//! one that fails is named by it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "the helpers of these tests fail as tests do"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use pretoken::config::Config;
use pretoken::engine::{Cases, Judge, Plan, Seed, Selection};
use pretoken::event;
use pretoken::pool::{Pool, PoolFile};
use pretoken::report::{FORMATS, Report};
use pretoken::rules::Exchange;
use pretoken::saved::Counterexample;
use pretoken::target::Outcome;
use pretoken::tokens;
use pretoken_schemas::Schema;
use pretoken_trigger::Policy;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

#[test]
fn no_answer_makes_the_rules_or_the_token_model_panic() {
    let cases = Cases::new(&Plan { cases: 2_000, seed: Seed(1), ..Plan::default() });
    side_by_side(5_000, |number, dice| {
        let case = cases.get(number % cases.len()).unwrap();
        let event = case.event();
        let outcome = outcome(&event, dice);
        let mut judge = Judge::new(&Selection::default());
        let exchange = Exchange::new(&case.situation, case.version, &event, &outcome);
        judge.judge(&exchange, |_, rule, violations| {
            for violation in violations {
                assert!(rule.reasons.contains(&violation.reason), "{}: {violation:?}", rule.id);
            }
        });
        if let Outcome::Answered(answer) = &outcome {
            let applied = tokens::apply(&case.situation, case.version, answer);
            // A machine has no ID token, whatever the answer asks for.
            let has_id = applied.tokens().is_some_and(|tokens| tokens.id.is_some());
            assert!(!has_id || case.situation.user().is_some(), "{answer}");
        }
    });
}

#[test]
fn every_report_on_odd_answers_is_written_in_every_format_and_read_back() {
    side_by_side(10, |number, _| {
        // In process, so that thousands of answers make one report.
        let trigger = move |event: Value| {
            let seed = number ^ event.to_string().len() as u64;
            match outcome(&event, &mut Dice::new(seed)) {
                Outcome::Answered(answer) => Ok(answer),
                _ => Err(format!("odd \u{1b}[31m {seed}")),
            }
        };
        let report = pretoken::Check::new().cases(20).seed(number).report(trigger).unwrap();
        for format in FORMATS {
            assert!(!(format.render)(&report, 80).is_empty(), "{}", format.name);
        }
        let text = pretoken::report::json(&report, 80);
        assert_eq!(pretoken::report::json(&Report::read(&text).unwrap(), 80), text);
    });
}

#[test]
fn every_file_is_read_or_refused_in_words() {
    let corpus = corpus();
    side_by_side(10_000, |_, dice| {
        let bytes = damaged(&corpus[dice.below(corpus.len())], dice);
        let refused = |words: String| assert!(!words.is_empty());
        if let Err(error) = Counterexample::read(&bytes) {
            refused(error.to_string());
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = Config::parse(&text, "pretoken.toml".as_ref()) {
            refused(error.to_string());
        }
        if let Err(error) = Policy::parse(&text) {
            refused(error.to_string());
        }
        if let Err(error) = Report::read(&text) {
            refused(error.to_string());
        }
        match Pool::read(&text) {
            Ok(mut pool) => {
                for file in PoolFile::ALL {
                    let _ = pool.add(file, &text);
                }
            }
            Err(error) => refused(error.to_string()),
        }
        if let Ok(value) = serde_json::from_slice::<Value>(&bytes)
            && let Err(error) = event::read(&value)
        {
            refused(error.to_string());
        }
    });
}

/// Runs so many inputs, or as many as `PRETOKEN_FUZZ` says, on every processor.
fn side_by_side(usual: u64, input: impl Fn(u64, &mut Dice) + Sync) {
    let asked = std::env::var("PRETOKEN_FUZZ").ok().map(|number| number.parse().expect("PRETOKEN_FUZZ is a number"));
    // A report holds thousands of answers.
    let count = asked.map_or(usual, |asked: u64| if usual < 1_000 { asked / 10_000 + usual } else { asked });
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let run = catch_unwind(AssertUnwindSafe(|| input(number, &mut Dice::new(number))));
                    assert!(run.is_ok(), "input {number} panics");
                }
            });
        }
    });
    if asked.is_some() {
        eprintln!("{count} inputs");
    }
}

struct Dice(Xoshiro256PlusPlus);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Names that mean something in an answer, and some that do not.
const NAMES: &[&str] = &[
    "response",
    "request",
    "version",
    "claimsOverrideDetails",
    "claimsAndScopeOverrideDetails",
    "claimsToAddOrOverride",
    "claimsToSuppress",
    "idTokenGeneration",
    "accessTokenGeneration",
    "groupOverrideDetails",
    "groupsToOverride",
    "iamRolesToOverride",
    "preferredRole",
    "scopesToAdd",
    "scopesToSuppress",
    "cognito:groups",
    "cognito:roles",
    "cognito:preferred_role",
    "sub",
    "aud",
    "scope",
    "email",
    "dev:custom:x",
    "custom:x",
    "claimstoaddoroverride",
    "",
    "~",
    "/",
    "\u{0}",
    "\u{202e}",
    "🦀",
];

fn outcome(event: &Value, dice: &mut Dice) -> Outcome {
    match dice.below(8) {
        0 => {
            let bytes: Vec<u8> = (0..dice.below(64)).map(|_| u8::try_from(dice.below(256)).unwrap()).collect();
            serde_json::from_slice(&bytes).map_or(Outcome::NotJson(bytes), Outcome::Answered)
        }
        1 => Outcome::Answered(value(dice, 5)),
        _ => {
            let mut answer = event.clone();
            answer["response"] = response(dice);
            for _ in 0..dice.below(6) {
                disturb(&mut answer, dice);
            }
            Outcome::Answered(answer)
        }
    }
}

/// An answer as it ought to be, of either kind.
fn response(dice: &mut Dice) -> Value {
    let part = |dice: &mut Dice| {
        let mut claims = Map::new();
        for _ in 0..dice.below(4) {
            claims.insert((*dice.pick(NAMES)).to_owned(), value(dice, 2));
        }
        json!({"claimsToAddOrOverride": claims, "claimsToSuppress": [dice.pick(NAMES)], "scopesToAdd": [dice.pick(NAMES)]})
    };
    let groups = json!({"groupsToOverride": ["a"], "iamRolesToOverride": ["arn"], "preferredRole": "arn"});
    match dice.below(3) {
        0 => {
            let mut details = part(dice);
            details["groupOverrideDetails"] = groups;
            json!({"claimsOverrideDetails": details})
        }
        _ => json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": part(dice),
            "accessTokenGeneration": part(dice),
            "groupOverrideDetails": groups,
        }}),
    }
}

fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(dice.0.next_u64()),
        3 => json!(f64::from_bits(dice.0.next_u64())),
        4 => json!((*dice.pick(NAMES)).repeat(dice.below(40))),
        5 => json!(dice.pick(NAMES)),
        6 => json!(*dice.pick(&["undefined", "null", "[object Object]", "NaN", "a b", " ", "true", "1"])),
        7 => Value::from_iter((0..dice.below(4)).map(|_| value(dice, depth - 1)).collect::<Vec<_>>()),
        _ => {
            let members = (0..dice.below(4)).map(|_| ((*dice.pick(NAMES)).to_owned(), value(dice, depth - 1)));
            Value::Object(members.collect())
        }
    }
}

/// Changes one place: another value, a member more, one less, or under another name.
fn disturb(root: &mut Value, dice: &mut Dice) {
    let mut pointer = String::new();
    for _ in 0..dice.below(7) {
        let step = match root.pointer(&pointer).unwrap() {
            Value::Object(members) if !members.is_empty() => {
                let key = members.keys().nth(dice.below(members.len())).unwrap();
                key.replace('~', "~0").replace('/', "~1")
            }
            Value::Array(entries) if !entries.is_empty() => dice.below(entries.len()).to_string(),
            _ => break,
        };
        pointer = format!("{pointer}/{step}");
    }
    let place = root.pointer_mut(&pointer).unwrap();
    match place {
        Value::Object(members) if dice.below(2) == 0 => {
            let key = members.keys().nth(dice.below(members.len())).cloned();
            let gone = key.and_then(|key| members.remove(&key));
            if dice.below(2) == 0 {
                members.insert((*dice.pick(NAMES)).to_owned(), gone.unwrap_or_default());
            }
        }
        Value::Array(entries) if dice.below(2) == 0 => entries.push(value(dice, 2)),
        other => *other = value(dice, 3),
    }
}

/// Files as they ought to be: the examples of the schemas, the test vectors' events, a pool, a configuration.
fn corpus() -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = Schema::ALL
        .iter()
        .map(|schema| serde_json::from_str::<Value>(schema.text()).unwrap())
        .flat_map(|schema| schema["examples"].as_array().cloned().unwrap_or_default())
        .map(|example| example.to_string().into_bytes())
        .collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pool");
    let pools = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.extend(pools.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()));
    files.push(CONFIG.as_bytes().to_vec());
    files.push(Vec::new());
    files
}

const CONFIG: &str = r#"
target = ["java", "-jar", "trigger.jar"]
event-versions = [1, "V2_0"]
cases = 200
seed = "18446744073709551615"
timeout = "500ms"
deny = "warning"
denials = ["Tenant * is suspended"]
token-budget = { id = 6000 }
volatile-claims = ["session_started"]

[[allow]]
rule = "groups-replaced"
reason = "known"
expires = 2027-01-31
"#;

/// A file after a few accidents: bytes changed, lost, doubled, or taken from elsewhere.
fn damaged(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, u8::try_from(dice.below(256)).unwrap()),
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            3 => {
                let end = (at + dice.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + dice.below(40)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
            _ => {
                let word = dice.pick(&["null", "[]", "{}", "\"\"", "1e999", "-1", "[[", "{\"a\":", "\u{0}", "𝄞"]);
                bytes.splice(at..at, word.bytes());
            }
        }
    }
    bytes
}
