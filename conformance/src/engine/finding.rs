use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::Phase;
use crate::rules::{Level, Rule, Violation};
use crate::situation::{EventVersion, Situation};
use crate::target::Outcome;

/// A rule that the trigger breaks for one reason under one event version, on the smallest event that still shows it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The first place of the fault in the answer to the smallest event, with its reason.
    pub violation: Violation,
    /// How many further places the same answer has.
    pub further_places: usize,
    /// The event version.
    pub version: EventVersion,
    /// The phase of the first case that showed it.
    pub phase: Phase,
    /// The scenario of the first case that showed it.
    pub scenario: Cow<'static, str>,
    /// The place of that case in the whole run, of all shards.
    pub place: u64,
    /// The smallest situation.
    pub situation: Situation,
    /// Its event.
    pub event: Value,
    /// What the trigger made of it.
    pub outcome: Outcome,
    /// The last lines that the trigger printed meanwhile.
    pub output: Vec<String>,
    /// The events that were sent before it, in this order and to the same process, without which the fault does not show.
    /// Empty for a rule on one exchange.
    pub before: Vec<Before>,
    /// What the answer is compared with, if the rule compares two.
    pub beside: Option<Beside>,
    /// In how many cases of the run it showed.
    pub seen: u64,
    /// How the shrinking went.
    pub shrinking: Shrinking,
}

impl Finding {
    /// The rule's level; at most a warning where the fault needs an event in a form that is only inferred.
    pub fn level(&self) -> Level {
        if self.situation.shown_form(self.version).is_known() {
            self.rule.level
        } else {
            self.rule.level.min(Level::Warning)
        }
    }
}

/// An event that was sent before another one.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its situation.
    pub situation: Situation,
    /// The event.
    pub event: Value,
}

/// The other exchange of a comparison.
#[derive(Clone, Debug)]
pub struct Beside {
    /// Its event.
    pub event: Value,
    /// What the trigger made of it.
    pub outcome: Outcome,
}

/// How the shrinking of a finding went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shrinking {
    /// Calls of the trigger.
    pub calls: u32,
    /// Time.
    pub took: Duration,
    /// Whether nothing smaller was left to try (else the budget was spent).
    pub finished: bool,
    /// Whether the first event showed the fault again when it was sent once more.
    pub reproduced: bool,
}
