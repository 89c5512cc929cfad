//! How soon the miniatures of rules that compare two answers are convicted: these need whole runs.

use std::sync::atomic::AtomicBool;

use pretoken::engine::{Plan, Seed, Selection, run};
use pretoken::rules::{self, Miniature, Rule};
use pretoken::target::{Description, Reply, StartError, Target, Targets};
use serde_json::Value;

/// A trigger that breaks a rule on two answers, and the rule.
#[derive(Clone, Copy)]
pub(crate) struct Compared {
    pub(crate) rule: &'static Rule,
    pub(crate) miniature: &'static Miniature,
}

pub(crate) fn compared() -> impl Iterator<Item = Compared> {
    let comparing = rules::ALL.iter().filter(|rule| rule.comparison().is_some());
    comparing.flat_map(|rule| rule.miniatures.iter().map(|miniature| Compared { rule, miniature }))
}

impl Compared {
    /// The first case of a default run that convicts it, from 1 on.
    pub(crate) fn in_run(self, seed: Seed) -> Option<u64> {
        let rules = Selection::new(&[self.rule.id.to_owned()], &[]).ok()?;
        let plan = Plan { seed, rules, ..Plan::default() };
        let run = run(&plan, &self, &|_| (), &AtomicBool::new(false)).ok()?;
        let own = run.findings.iter().filter(|finding| finding.violation.reason == self.miniature.reason);
        own.map(|finding| finding.place + 1).min()
    }
}

impl Targets for Compared {
    fn description(&self) -> Description {
        Description { kind: "in-process", display: self.miniature.about.to_owned(), file: None }
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        Ok(Box::new(*self))
    }
}

impl Target for Compared {
    fn invoke(&mut self, event: &Value) -> Reply {
        Reply::of((self.miniature.trigger)(event.clone()))
    }
}
