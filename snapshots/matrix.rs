//! Every rule against every miniature: which faults are seen in a trigger that was written to have one.
//!
//! A line with `also` is a collateral conviction: the small trigger cannot break its rule without breaking that one too,
//! or one of the two rules says too much.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use pretoken::engine::{self, Cases, Judge, Plan};
use pretoken::event;
use pretoken::rules::{self, Exchange, Miniature, Rule};
use pretoken::target::{Description, Reply, StartError, Target, Targets};
use serde_json::Value;

use crate::assert_shown;

/// How many random cases each miniature meets, beside all documented and boundary ones.
const RANDOM: u64 = 300;

/// Answers of megabytes, or of thousands of claims: these miniatures meet one case in so many.
const HEAVY: [(&str, usize); 2] = [("answer-too-large", 250), ("too-many-claims", 25)];

#[test]
fn what_each_miniature_is_convicted_of() {
    for rule in rules::ALL.iter().filter(|rule| !rule.miniatures.is_empty()) {
        let mut text = String::new();
        for miniature in rule.miniatures {
            writeln!(text, "a trigger that {}", miniature.about).unwrap();
            for ((id, reason), versions) in convictions(rule, miniature) {
                let own = (id, reason) == (rule.id, miniature.reason);
                writeln!(text, "  {:4}  {id}: {reason} (under {versions})", if own { "" } else { "also" }).unwrap();
            }
            text.push('\n');
        }
        assert_shown("matrix", rule.id, &text);
    }
}

/// The rules and reasons of all convictions, with the event versions under which they occur.
fn convictions(rule: &Rule, miniature: &'static Miniature) -> BTreeMap<(&'static str, &'static str), String> {
    if rule.comparison().is_some() {
        return convictions_of_a_run(rule, miniature);
    }
    let cases = Cases::new(&Plan { versions: rule.versions.into(), cases: RANDOM, ..Plan::default() });
    let step = HEAVY.iter().find(|(id, _)| *id == rule.id).map_or(1, |(_, step)| *step);
    let expectations = rule.violates.expectations();
    let mut judge = Judge::of(&Plan { expectations, ..Plan::default() });
    let mut found: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for place in (0..cases.len()).step_by(step) {
        let (situation, version) = cases.situation(place).unwrap();
        let event = event::build(&situation, version);
        let outcome = (miniature.trigger)(event.clone());
        judge.judge(&Exchange::new(&situation, version, &event, &outcome), |_, rule, violations| {
            for violation in violations {
                let versions = found.entry((rule.id, violation.reason)).or_default();
                if !versions.contains(&version.as_str()) {
                    versions.push(version.as_str());
                }
            }
        });
    }
    in_words(found)
}

/// The same where two answers have to be compared, which is the engine's part.
fn convictions_of_a_run(rule: &Rule, miniature: &'static Miniature) -> BTreeMap<(&'static str, &'static str), String> {
    let expectations = rule.violates.expectations();
    let plan = Plan { versions: rule.versions.into(), cases: RANDOM, expectations, ..Plan::default() };
    let run = engine::run(&plan, &Small(miniature), &|_| (), &AtomicBool::new(false)).unwrap();
    let mut found: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for finding in run.findings {
        found.entry((finding.rule.id, finding.violation.reason)).or_default().push(finding.version.as_str());
    }
    in_words(found)
}

fn in_words(
    found: BTreeMap<(&'static str, &'static str), Vec<&str>>,
) -> BTreeMap<(&'static str, &'static str), String> {
    let sorted = |mut versions: Vec<&str>| {
        versions.sort_unstable();
        versions.dedup();
        versions.join(", ")
    };
    found.into_iter().map(|(key, versions)| (key, sorted(versions))).collect()
}

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
