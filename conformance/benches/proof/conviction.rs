//! How soon a miniature is convicted, and what its smallest event is. Shared by the tests and the proof.

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pretoken::engine::{Cases, Finding, Judge, Phase, Plan, Seed, Selection, Shrinking, shrink};
use pretoken::event;
use pretoken::generate::Situations;
use pretoken::rules::{self, Exchange, Miniature, Rule, Violation};
use pretoken::situation::{EventVersion, Situation};
use pretoken::target::{Outcome, Reply, Target};
use serde_json::Value;

/// How many random cases a run has by default.
pub(crate) const RANDOM: u64 = 1_000;

/// A trigger that breaks a rule, and the rule.
#[derive(Clone, Copy)]
pub(crate) struct Suspect {
    pub(crate) rule: &'static Rule,
    pub(crate) miniature: &'static Miniature,
}

/// Every miniature of every rule on one exchange; those of rules that compare two are tried by a test of their own.
pub(crate) fn suspects() -> impl Iterator<Item = Suspect> {
    let alone = rules::ALL.iter().filter(|rule| rule.comparison().is_none());
    alone.flat_map(|rule| rule.miniatures.iter().map(|miniature| Suspect { rule, miniature }))
}

impl Suspect {
    /// The case at which the fixed phases of a run convict it; they are the same with every seed.
    pub(crate) fn in_fixed_phases(self, fixed: &Cases) -> Option<(Phase, u64)> {
        let mut judge = self.judge();
        (0..fixed.len()).find_map(|place| {
            let (situation, version) = fixed.situation(place)?;
            self.violation(&mut judge, &situation, version)?;
            Some((fixed.phase(place), place + 1))
        })
    }

    /// The first random case that convicts it, in a run under the event versions that the rule is for.
    pub(crate) fn in_random_phase(self, seed: Seed) -> Option<Convicted> {
        self.random(seed, self.rule.versions)
    }

    /// The same under one event version.
    pub(crate) fn under(self, version: EventVersion, seed: Seed) -> Option<Convicted> {
        self.random(seed, &[version])
    }

    fn random(self, seed: Seed, versions: &[EventVersion]) -> Option<Convicted> {
        let mut judge = self.judge();
        (0..RANDOM).zip(versions.iter().cycle()).find_map(|(index, version)| {
            let situation = Situations::new(*version).draw(seed.of_case(index));
            let violation = self.violation(&mut judge, &situation, *version)?;
            Some(Convicted { suspect: self, case: index + 1, version: *version, situation, violation })
        })
    }

    /// Judges by its rule alone, under what is promised where that rule tells of promises.
    fn judge(self) -> Judge {
        let rules = Selection::new(&[self.rule.id.to_owned()], &[]).unwrap_or_default();
        Judge::of(&Plan { rules, expectations: self.rule.violates.expectations(), ..Plan::default() })
    }

    fn violation(self, judge: &mut Judge, situation: &Situation, version: EventVersion) -> Option<Violation> {
        if !self.rule.versions.contains(&version) {
            return None;
        }
        let event = event::build(situation, version);
        let outcome = (self.miniature.trigger)(event.clone());
        let exchange = Exchange::new(situation, version, &event, &outcome);
        let mut found = None;
        judge.judge(&exchange, |_, rule, violations| {
            if rule.id == self.rule.id {
                found = violations.iter().rfind(|violation| violation.reason == self.miniature.reason).cloned();
            }
        });
        found
    }
}

impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, the trigger that {}", self.rule.id, self.miniature.about)
    }
}

impl Target for Suspect {
    fn invoke(&mut self, event: &Value) -> Reply {
        Reply::of((self.miniature.trigger)(event.clone()))
    }
}

/// The first random case that convicts a miniature.
pub(crate) struct Convicted {
    suspect: Suspect,
    /// Which case it was, from 1 on.
    pub(crate) case: u64,
    pub(crate) version: EventVersion,
    situation: Situation,
    violation: Violation,
}

impl Convicted {
    /// The finding that a run would report: its event is the smallest that shows the fault.
    pub(crate) fn shrunk(self) -> Finding {
        let mut finding = Finding {
            rule: self.suspect.rule,
            violation: self.violation,
            further_places: 0,
            version: self.version,
            phase: Phase::Random,
            scenario: format!("random case {}", self.case - 1).into(),
            place: self.case - 1,
            event: event::build(&self.situation, self.version),
            situation: self.situation,
            outcome: Outcome::Answered(Value::Null),
            output: vec![],
            before: vec![],
            beside: None,
            seen: 1,
            shrinking: Shrinking { calls: 0, took: Duration::ZERO, finished: false, reproduced: false },
        };
        let mut judge = self.suspect.judge();
        let (mut target, stop) = (self.suspect, AtomicBool::new(false));
        shrink(&mut finding, &mut target, &mut judge, &Plan::default(), &stop);
        finding
    }
}
