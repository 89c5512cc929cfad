//! Runs with something to report, for the tests of the renderers.

use std::sync::atomic::AtomicBool;

use serde_json::Value;

use super::Report;
use crate::engine::{self, Plan, Run};
use crate::rules::{self, Level, Rule};
use crate::target::{Description, InProcess, Outcome, Reply, StartError, Target, Targets};

/// A trigger that is a function from event to outcome.
#[derive(Clone, Copy)]
pub(crate) struct Small(pub(crate) fn(Value) -> Outcome);

impl Targets for Small {
    fn description(&self) -> Description {
        Description { kind: "in-process", display: "a small trigger".to_owned() }
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

/// One report for each rule, on a trigger that breaks it.
pub(crate) fn reports() -> impl Iterator<Item = (&'static Rule, Report)> {
    rules::ALL.iter().filter_map(|rule| Some((*rule, report(rule.miniatures.first()?.trigger))))
}

pub(crate) fn echo() -> Run {
    run(&InProcess::new("echo", |event: Value| event))
}

pub(crate) fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}
