//! Runs with something to report, for the tests of the renderers.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::Value;

use super::Report;
use crate::engine::{self, Before, Beside, Finding, Phase, Plan, Run, Shrinking};
use crate::event;
use crate::rules::{self, Level, Rule};
use crate::situation::{Scene, Situation};
use crate::target::{Description, InProcess, Outcome, Reply, StartError, Target, Targets};

/// A trigger that is a function from event to outcome.
#[derive(Clone, Copy)]
pub(crate) struct Small(pub(crate) fn(Value) -> Outcome);

impl Targets for Small {
    fn description(&self) -> Description {
        Description { kind: "in-process", display: "a small trigger".to_owned(), file: None }
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        Ok(Box::new(*self))
    }
}

impl Target for Small {
    fn invoke(&mut self, event: &Value) -> Reply {
        Reply { output: vec!["\u{1b}[32mreceived an event\u{1b}[0m".to_owned()], ..Reply::of((self.0)(event.clone())) }
    }
}

pub(crate) fn run(targets: &dyn Targets) -> Run {
    let plan = Plan { cases: 30, ..Plan::default() };
    engine::run(&plan, targets, &|_| (), &AtomicBool::new(false)).unwrap()
}

pub(crate) fn report(trigger: fn(Value) -> Outcome) -> Report {
    Report::new(&run(&Small(trigger)), Level::Error)
}

/// One report for each rule: a run that found what the rule's own example of a fault shows.
///
/// A run of the engine with every miniature would take minutes: some answers are made to be too large.
pub(crate) fn reports() -> impl Iterator<Item = (&'static Rule, Report)> {
    let run = echo();
    rules::ALL.iter().map(move |rule| {
        let findings = finding(rule).into_iter().collect();
        let plan = Plan { expectations: rule.violates.expectations(), ..run.plan.clone() };
        (*rule, Report::new(&Run { findings, plan, ..run.clone() }, Level::Advice))
    })
}

pub(crate) fn finding(rule: &'static Rule) -> Option<Finding> {
    let (example, version) = (&rule.violates, rule.violates.version);
    let (situation, event, outcome) = (example.scene.situation(), example.event(), example.outcome());
    let verdict = rule.judge_example(example);
    let (first, further) = verdict.violations().split_first()?;
    let before = |situation: Situation| Before { event: event::build(&situation, version), situation };
    let beside = || Beside { event: example.event(), outcome: example.first_outcome() };
    Some(Finding {
        rule,
        violation: first.clone(),
        further_places: further.len(),
        version,
        phase: Phase::Boundary,
        scenario: "groupConfiguration is null".into(),
        place: 0,
        situation,
        event,
        outcome,
        output: vec!["\u{1b}[32mreceived an event\u{1b}[0m".to_owned()],
        before: rule.comparison().map(|_| before(Scene::User.situation())).into_iter().collect(),
        beside: rule.comparison().map(|_| beside()),
        seen: 1_234,
        shrinking: Shrinking { calls: 77, took: Duration::from_millis(5), finished: true, reproduced: true },
    })
}

pub(crate) fn echo() -> Run {
    run(&InProcess::new("echo", |event: Value| event))
}

pub(crate) fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}
