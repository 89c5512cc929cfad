//! What is done with an input, whoever made it: these tests, the corpus, or `conformance/fuzz`.

use std::sync::Arc;
use std::time::Duration;

use pretoken::config::Config;
use pretoken::engine::{
    Case, Cases, Experiments, Finding, Judge, Latency, Outcomes, Phase, Plan, RuleCount, Run, Seed, Selection,
    Shrinking,
};
use pretoken::event;
use pretoken::pool::{Pool, PoolFile};
use pretoken::report::{FORMATS, Report};
use pretoken::rules::{ALL, Exchange, Level, Violation};
use pretoken::saved::{Counterexample, Document, Trigger};
use pretoken::target::{Description, Outcome, TriggerError};
use pretoken::tokens;
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

/// Cases that answers are given to.
pub(crate) fn cases() -> Vec<(Case, Value)> {
    let cases = Cases::new(&Plan { cases: 500, seed: Seed(1), ..Plan::default() });
    (0..cases.len()).filter_map(|place| cases.get(place)).map(|case| (case.clone(), case.event())).collect()
}

/// Judges what came back for an event by every rule, and works out the tokens. What was found is written and read, too,
/// if `report` says so: that takes a hundred times as long.
pub(crate) fn outcome(judge: &mut Judge, case: &Case, event: &Value, outcome: &Outcome, report: bool) {
    let exchange = Exchange::new(&case.situation, case.version, event, outcome);
    let mut findings = Vec::new();
    judge.judge(&exchange, |_, rule, violations| {
        for violation in violations {
            assert!(rule.reasons.contains(&violation.reason), "{}: {violation:?}", rule.id);
        }
        if report {
            findings
                .extend(violations.first().map(|first| finding(case, event, outcome, rule, first, violations.len())));
        }
    });
    if let Outcome::Answered(answer) = outcome {
        let applied = tokens::apply(&case.situation, case.version, answer);
        // A machine has no ID token, whatever the answer asks for.
        let has_id = applied.tokens().is_some_and(|tokens| tokens.id.is_some());
        assert!(!has_id || case.situation.user().is_some(), "{answer}");
    }
    if !findings.is_empty() {
        reported(findings);
    }
}

/// A judge who asks every rule.
pub(crate) fn judge() -> Judge {
    Judge::new(&Selection::default())
}

fn finding(
    case: &Case,
    event: &Value,
    outcome: &Outcome,
    rule: &'static pretoken::rules::Rule,
    violation: &Violation,
    places: usize,
) -> Finding {
    Finding {
        rule,
        violation: violation.clone(),
        further_places: places - 1,
        version: case.version,
        event: event.clone(),
        phase: case.phase,
        scenario: case.scenario.clone(),
        place: 0,
        situation: case.situation.clone(),
        outcome: outcome.clone(),
        output: vec!["\u{1b}[31mred".to_owned(), "::error::no \u{0}".to_owned()],
        before: Vec::new(),
        beside: None,
        seen: 1,
        shrinking: Shrinking { calls: 0, took: Duration::ZERO, finished: true, reproduced: true },
    }
}

/// Writes what was found into every format and into a file, and reads both again.
fn reported(findings: Vec<Finding>) {
    for finding in &findings {
        let document = Document::new(finding, Trigger::new("python", "app.py", None), Seed(1));
        let text = document.text().expect("every member has a form in JSON");
        let read = Counterexample::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(read.case("").event, finding.event, "{text}");
        assert_eq!(event::build(&read.situation, finding.version), finding.event, "{text}");
    }
    let plan = Plan::default();
    let cases = vec![(Phase::Random, plan.versions[0], findings.len() as u64)];
    let run = Run {
        target: Description { kind: "python", display: "app.py".to_owned(), file: None },
        plan,
        cases,
        outcomes: Outcomes::default(),
        latency: Latency::default(),
        duration: Duration::ZERO,
        experiments: Experiments::default(),
        rules: vec![RuleCount { exercised: 1, violated: 1 }; ALL.len()],
        promises: Vec::new(),
        findings,
        suite_faults: Vec::new(),
        interrupted: false,
        gave_up: false,
    };
    let report = Report::new(&run, Level::Advice);
    for format in FORMATS {
        assert!(!(format.render)(&report, 80).is_empty(), "{}", format.name);
    }
    read_back(&report);
}

/// A report is the same after it was written and read.
pub(crate) fn read_back(report: &Report) {
    let text = pretoken::report::json(report, 80);
    let again = pretoken::report::json(&Report::read(&text).unwrap(), 80);
    let differing = text.lines().zip(again.lines()).find(|(one, other)| one != other);
    assert_eq!(differing, None);
    assert_eq!(text.len(), again.len());
}

/// An answer as bytes alone: which event it is for, what kind of outcome it is, and the rest.
pub(crate) fn packed(cases: &[(Case, Value)], bytes: &[u8]) {
    let [high, low, kind, rest @ ..] = bytes else { return };
    let (case, event) = &cases[usize::from(u16::from_be_bytes([*high, *low])) % cases.len()];
    let text = || String::from_utf8_lossy(rest).into_owned();
    let came = match kind % 4 {
        0 => serde_json::from_slice(rest).map_or_else(|_| Outcome::NotJson(rest.to_vec()), Outcome::Answered),
        1 => {
            let text = text();
            let (error_type, message) = text.split_once('\n').unwrap_or_default();
            let stack = message.lines().map(str::to_owned).collect();
            Outcome::Errored(TriggerError { error_type: error_type.to_owned(), message: message.to_owned(), stack })
        }
        2 => Outcome::Crashed(text()),
        // Most of what can be wrong is in the response.
        _ => match serde_json::from_slice::<Value>(rest) {
            Ok(response) => {
                let mut answer = event.clone();
                answer["response"] = response;
                Outcome::Answered(answer)
            }
            Err(_) => Outcome::Protocol(text()),
        },
    };
    // Few are reported, since that takes so long.
    outcome(&mut judge(), case, event, &came, *kind < 32);
}

/// Reads a file as each kind of file that there is. What is read is used; `deep`: in the ways that take their time, too.
pub(crate) fn file(bytes: &[u8], deep: bool, events: &[(Case, Value)]) {
    let refused = |words: String| assert!(!words.is_empty());
    match Counterexample::read(bytes) {
        Ok(read) => {
            let case = read.case("saved");
            let echo = Outcome::Answered(case.event.clone());
            judge().judge(&Exchange::new(&case.situation, case.version, &case.event, &echo), |_, _, _| ());
        }
        Err(error) => refused(error.to_string()),
    }
    let text = String::from_utf8_lossy(bytes);
    match Config::parse(&text, "pretoken.toml".as_ref()) {
        Ok(config) => {
            let plan = Plan { expectations: config.expectations, allowances: config.allowances, ..Plan::default() };
            let mut judge = Judge::of(&plan);
            for (case, event) in events.iter().take(8) {
                let echo = Outcome::Answered(event.clone());
                judge.judge(&Exchange::new(&case.situation, case.version, event, &echo), |_, _, _| ());
            }
        }
        Err(error) => refused(error.to_string()),
    }
    match Policy::parse(&text) {
        Ok(policy) => {
            for (_, event) in events.iter().take(8) {
                let _ = handle(event.clone(), &policy);
            }
        }
        Err(error) => refused(error.to_string()),
    }
    if let Err(error) = Report::read(&text) {
        refused(error.to_string());
    }
    match Pool::read(&text) {
        Ok(mut pool) => {
            for file in PoolFile::ALL {
                let _ = pool.add(file, &text);
            }
            if deep {
                inhabited(pool);
            }
        }
        Err(error) => refused(error.to_string()),
    }
    if let Ok(value) = serde_json::from_slice::<Value>(bytes)
        && let Err(error) = event::read(&value)
    {
        refused(error.to_string());
    }
}

/// Whoever can come to a pool comes.
fn inhabited(pool: Pool) {
    let cases = Cases::new(&Plan { pool: Some(Arc::new(pool)), cases: 20, ..Plan::default() });
    for place in 0..cases.len() {
        let case = cases.get(place).expect("it is there");
        assert!(case.event().is_object());
    }
}
