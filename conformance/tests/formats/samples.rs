use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pretoken::engine::{self, Before, Beside, Phase, Plan, Run, Shrinking};
use pretoken::event;
use pretoken::report::{AllowanceLine, AllowanceState, Allowed, Failure, Report, SuiteFaultLine, Verdict};
use pretoken::rules::{self, Level, Rule};
use pretoken::situation::{EventVersion, Scene, Situation};
use pretoken::target::{Description, InProcess};
use serde_json::{Value, json};

/// Reports of every kind, each with its name.
pub(crate) fn all() -> &'static [(&'static str, Report)] {
    &ALL
}

pub(crate) fn named(name: &str) -> &'static Report {
    let (_, report) = ALL.iter().find(|(other, _)| *other == name).expect("a sample");
    report
}

static ALL: LazyLock<Vec<(&str, Report)>> = LazyLock::new(|| {
    let broken = broken();
    vec![
        ("no findings", Report::new(&clean_run(), Level::Error)),
        ("every level denied", Report { denied: Level::Advice, ..broken.clone() }),
        ("no verdict", without_run()),
        ("interrupted", interrupted()),
        ("interrupted with findings", cut_short(broken.clone())),
        ("a suite at fault", at_fault(broken.clone())),
        ("odd characters", odd(broken.clone())),
        ("allowed findings", allowed(broken.clone())),
        ("an allowance of no use", of_no_use()),
        ("every rule broken", broken),
    ]
});

/// A run of the engine in which nothing is found.
fn clean_run() -> Run {
    let plan = Plan { cases: 30, ..Plan::default() };
    let echo = InProcess::new("echo", |event: Value| event);
    engine::run(&plan, &echo, &|_| (), &AtomicBool::new(false)).unwrap()
}

/// A run that found what each rule's own example shows, the first two under a second event version too.
fn broken() -> Report {
    let mut run = clean_run();
    run.findings = rules::ALL.iter().map(|rule| finding(rule)).collect();
    for (rule, finding) in rules::ALL.iter().zip(&run.findings) {
        let index = rules::ALL.iter().position(|other| other.id == rule.id).unwrap();
        run.rules[index].violated = finding.seen;
        run.rules[index].exercised = run.rules[index].exercised.max(finding.seen);
    }
    // The rules on promises are on where something is promised.
    run.plan.expectations.promises = rules::ALL.iter().flat_map(|rule| rule.violates.expectations().promises).collect();
    let mut report = Report::new(&run, Level::Error);
    for finding in &mut report.findings {
        // Megabytes show no more of a format, and take seconds.
        if finding.answer.as_ref().is_some_and(|answer| answer.to_string().len() > 10_000) {
            finding.answer = Some(json!({"response": {}}));
        }
    }
    for index in [0, 1] {
        let mut again = report.findings[index].clone();
        again.event_version = EventVersion::ALL.into_iter().find(|other| *other != again.event_version).unwrap();
        report.findings.push(again);
    }
    report.target =
        Description { kind: "python", display: "src/app.py:handler".to_owned(), file: Some("src/app.py".to_owned()) };
    report
}

fn finding(rule: &'static Rule) -> engine::Finding {
    let (example, version) = (&rule.violates, rule.violates.version);
    let (situation, event, outcome) = (example.scene.situation(), example.event(), example.outcome());
    let verdict = rule.judge_example(example);
    let before = |situation: Situation| Before { event: event::build(&situation, version), situation };
    engine::Finding {
        rule,
        violation: verdict.violations()[0].clone(),
        further_places: 0,
        version,
        phase: Phase::Boundary,
        scenario: "groupConfiguration is null".into(),
        place: 0,
        situation,
        event,
        outcome,
        output: vec!["received an event".to_owned()],
        before: rule.comparison().map(|_| before(Scene::UserInGroups.situation())).into_iter().collect(),
        beside: rule.comparison().map(|_| Beside { event: example.event(), outcome: example.first_outcome() }),
        seen: 7,
        shrinking: Shrinking { calls: 7, took: Duration::from_millis(5), finished: true, reproduced: true },
    }
}

fn without_run() -> Report {
    let target = Description { kind: "http", display: "http://127.0.0.1:1".to_owned(), file: None };
    let plan = Plan { versions: Vec::new(), ..Plan::default() };
    let why = "the trigger could not be started: connection refused\n  last words".to_owned();
    Report::without_run(target, &plan, Level::Error, why)
}

fn interrupted() -> Report {
    let mut run = clean_run();
    run.interrupted = true;
    Report::new(&run, Level::Error)
}

fn cut_short(mut report: Report) -> Report {
    report.interrupted = true;
    report.notes.push("the run was interrupted: there may be more to find".to_owned());
    report
}

fn at_fault(mut report: Report) -> Report {
    report.verdict = Verdict::NoVerdict;
    report.notes.push("pretoken made events that Cognito would not send".to_owned());
    report.suite_faults.push(SuiteFaultLine {
        event_version: EventVersion::V2,
        scenario: "odd".to_owned(),
        message: "`version` is 2".to_owned(),
        event: json!({"version": 2}),
    });
    report
}

/// Somebody allows the errors.
fn allowed(mut report: Report) -> Report {
    report.verdict = Verdict::Conforms;
    for finding in report.findings.iter_mut().filter(|finding| finding.level == Level::Error) {
        finding.allowed = Some(Allowed {
            reason: "meant: \u{1b}[31m]]>".to_owned(),
            expires: Some("2030-01-01".to_owned()),
            written: "pretoken.toml:12".to_owned(),
        });
    }
    report
}

fn of_no_use() -> Report {
    let mut report = Report::new(&clean_run(), Level::Error);
    report.verdict = Verdict::Violates;
    report.strict = true;
    report.notes.push("pretoken.toml:12 allows `dev-claim-set`, and nothing was found: remove it".to_owned());
    report.allowances.push(AllowanceLine {
        rule: "dev-claim-set",
        reason: "meant".to_owned(),
        expires: None,
        written: "pretoken.toml:12".to_owned(),
        state: AllowanceState::Unused,
        findings: 0,
    });
    report
}

/// What triggers print and answer is not theirs to choose for our readers' comfort.
fn odd(mut report: Report) -> Report {
    report.denied = Level::Warning;
    let text = odd_text();
    report.target.display.clone_from(&text);
    report.target.file = Some("my triggers/größe, 100%: #1?.py".to_owned());
    report.notes = vec![text.clone()];
    for finding in &mut report.findings {
        finding.message.clone_from(&text);
        finding.effect = Some(text.clone());
        finding.scenario.clone_from(&text);
        finding.trigger_output = vec![text.clone()];
        finding.replay = Some(text.clone());
        finding.answer = None;
        finding.error = Some(Failure { error_type: text.clone(), message: text.clone(), stack: vec![text.clone()] });
        finding.outcome = "errored";
    }
    report
}

/// Every control character, what XML cannot hold, what ends CDATA, colours, workflow commands, markup, emoji.
fn odd_text() -> String {
    let control: String = ('\u{0}'..='\u{1f}').chain('\u{7f}'..='\u{9f}').collect();
    format!(
        "{control}\u{fffe}\u{ffff}\u{10ffff}]]><b a=\"'&amp;\u{1b}[31mred\u{1b}[0m\r\n::error::x %0A {{0}} [a](1) \u{202e}🧨 Zoë 木"
    )
}
