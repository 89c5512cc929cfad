//! Rules that compare two answers convict through the engine: their miniatures are run as any trigger is.

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use pretoken::engine::{Plan, Run, Selection, run};
use pretoken::rules::{ALL, Expectations, Miniature, Rule, Second};
use pretoken::target::{Description, Reply, StartError, Target, Targets};
use serde_json::Value;

use crate::conviction::assert_sound;

struct Small(&'static Miniature);

impl Targets for Small {
    fn description(&self) -> Description {
        Description { kind: "in-process", display: self.0.about.to_owned(), file: None }
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        Ok(Box::new(Self(self.0)))
    }
}

impl Target for Small {
    fn invoke(&mut self, event: &Value) -> Reply {
        Reply::of((self.0.trigger)(event.clone()))
    }
}

fn comparing() -> impl Iterator<Item = (&'static Rule, &'static Miniature)> {
    let rules = ALL.iter().copied().filter(|rule| rule.comparison().is_some());
    rules.flat_map(|rule| rule.miniatures.iter().map(move |miniature| (rule, miniature)))
}

/// Every miniature of such a rule, and the run in which this rule alone judges it.
static JUDGED: LazyLock<Vec<(&Rule, &Miniature, Run)>> =
    LazyLock::new(|| comparing().map(|(rule, miniature)| (rule, miniature, judged(rule, miniature))).collect());

fn judged(rule: &Rule, miniature: &'static Miniature) -> Run {
    let rules = Selection::new(&[rule.id.to_owned()], &[]).unwrap();
    let expectations = rule.violates.expectations();
    let plan = Plan { cases: 100, versions: rule.versions.into(), rules, expectations, ..Plan::default() };
    run(&plan, &Small(miniature), &|_| (), &AtomicBool::new(false)).unwrap()
}

#[test]
fn every_miniature_is_convicted_by_its_rule_for_its_reason_and_no_other() {
    for (rule, miniature, run) in &*JUDGED {
        assert!(!run.findings.is_empty(), "{} never convicts the trigger that {}", rule.id, miniature.about);
        for finding in &run.findings {
            assert_eq!(finding.violation.reason, miniature.reason, "{}: {}", rule.id, finding.violation.message);
            assert_sound(rule, &finding.violation, &finding.event, &finding.outcome);
        }
        let count = run.rules.iter().zip(ALL).find(|(_, other)| other.id == rule.id).unwrap().0;
        assert!(count.exercised >= count.violated && count.violated > 0, "{}: {count:?}", rule.id);
    }
}

#[test]
fn a_finding_shows_both_events_and_is_shrunk_to_the_end() {
    for (rule, miniature, run) in &*JUDGED {
        for finding in &run.findings {
            let about = miniature.about;
            assert_eq!(finding.before.len(), 1, "{about}");
            assert!(finding.shrinking.reproduced && finding.shrinking.finished, "{about}: {:?}", finding.shrinking);
            let beside = finding.beside.as_ref().unwrap();
            let is_of_another = matches!(rule.comparison().unwrap().second, Second::AfterOthers);
            let first = &finding.before[0].event;
            assert_eq!(&beside.event, if is_of_another { &finding.event } else { first }, "{about}");
            if is_of_another {
                assert_ne!(finding.event["userName"], first["userName"], "{about}");
            }
            assert_ne!(beside.outcome, finding.outcome, "{about}");
        }
    }
}

#[test]
fn whoever_leaves_a_claim_alone_that_is_declared_is_not_told_of_it() {
    let volatile = ["session", "teams", "called_at"].map(ToOwned::to_owned).to_vec();
    for (rule, miniature) in comparing().filter(|(rule, _)| rule.id == "nondeterministic-answer") {
        let rules = Selection::new(&[rule.id.to_owned()], &[]).unwrap();
        let expectations = Expectations { volatile_claims: volatile.clone(), ..Expectations::default() };
        let plan = Plan { cases: 100, rules, expectations, ..Plan::default() };
        let run = run(&plan, &Small(miniature), &|_| (), &AtomicBool::new(false)).unwrap();
        let told: Vec<_> = run.findings.iter().map(|finding| finding.violation.reason).collect();
        assert!(told.iter().all(|reason| *reason == "fails-once"), "{told:?}");
    }
}

#[test]
fn whoever_fails_on_unknown_fields_is_told_so_and_not_that_it_crashes() {
    let (_, miniature) = comparing().find(|(rule, _)| rule.id == "unknown-field-rejected").unwrap();
    let plan = Plan { cases: 100, ..Plan::default() };
    let run = run(&plan, &Small(miniature), &|_| (), &AtomicBool::new(false)).unwrap();
    let rules: Vec<_> = run.findings.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["unknown-field-rejected"; 3], "one for each event version");
    let crashes = run.rules.iter().zip(ALL).find(|(_, rule)| rule.id == "crash-on-legal-event").unwrap().0;
    assert_eq!(crashes.violated, 0);
}

#[test]
fn an_answer_that_is_never_the_same_is_told_once_and_accuses_nobody_of_more() {
    let (_, miniature) = comparing()
        .find(|(_, miniature)| miniature.reason == "answers-differ" && miniature.about.contains("random"))
        .unwrap();
    let plan = Plan { cases: 100, ..Plan::default() };
    let run = run(&plan, &Small(miniature), &|_| (), &AtomicBool::new(false)).unwrap();
    let rules: Vec<_> = run.findings.iter().map(|finding| finding.rule.id).collect();
    assert_eq!(rules, ["nondeterministic-answer"; 3], "one for each event version");
}
