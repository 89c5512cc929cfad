use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::{Allowance, SavedCase, Shard};
use crate::generate::Dictionary;
use crate::pool::Pool;
use crate::rules::{self, Expectations, Rule};
use crate::situation::EventVersion;

/// What a run shall do.
///
/// ```
/// use pretoken::engine::Plan;
/// let plan = Plan { cases: 100, ..Plan::default() };
/// assert_eq!(plan.versions.len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// The event versions that the trigger is for.
    pub versions: Vec<EventVersion>,
    /// What earlier runs saved; it comes first, as far as it is for those event versions.
    pub saved: Vec<SavedCase>,
    /// How many random cases there are, beside the documented examples and the boundaries.
    pub cases: u64,
    /// What the random cases are drawn from.
    pub seed: Seed,
    /// The trigger's own words, which the random cases are made of beside the general ones. It is complete before the
    /// run begins, so that a case is a pure function of the seed, its place and these words.
    pub dictionary: Arc<Dictionary>,
    /// The user pool in which boundaries and random cases have to be possible; without one, they are of any.
    pub pool: Option<Arc<Pool>>,
    /// How many targets work side by side.
    pub jobs: usize,
    /// Which part of the cases is sent.
    pub shard: Shard,
    /// Which rules judge.
    pub rules: Selection,
    /// How much one finding's shrinking may cost.
    pub budget: Budget,
    /// What the trigger does on purpose.
    pub expectations: Expectations,
    /// Findings that are known and allowed.
    pub allowances: Vec<Allowance>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            versions: EventVersion::ALL.to_vec(),
            saved: Vec::new(),
            cases: 1_000,
            seed: Seed::default(),
            dictionary: Arc::default(),
            pool: None,
            jobs: 1,
            shard: Shard::WHOLE,
            rules: Selection::default(),
            budget: Budget::default(),
            expectations: Expectations::default(),
            allowances: Vec::new(),
        }
    }
}

impl Plan {
    /// Whether the rule at this place of [`rules::ALL`] judges: it is selected, and there is something to judge by.
    pub fn asks(&self, index: usize) -> bool {
        let rule = rules::ALL.get(index);
        self.rules.holds(index) && rule.is_some_and(|rule| rule.is_asked(&self.expectations))
    }
}

/// What the random cases of a run are drawn from: with an index, it decides a case on every machine.
///
/// The default is fixed, so that a gate in CI gives the same verdict on the same trigger; other seeds explore further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

impl Default for Seed {
    fn default() -> Self {
        Self(20_231_212)
    }
}

impl Seed {
    /// The 32 bytes that a case's random source starts from.
    pub fn of_case(self, index: u64) -> [u8; 32] {
        let mut bytes = [0; 32];
        let mut state = self.0 ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
        for chunk in bytes.chunks_exact_mut(8) {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&mixed(state).to_le_bytes());
        }
        bytes
    }
}

/// SplitMix64's finaliser: neighbouring indices get unrelated bytes.
const fn mixed(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Seed {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        word.parse().map(Self).map_err(|_| format!("`{word}` is no seed; use a whole number from 0 to {}", u64::MAX))
    }
}

/// How much the shrinking of one finding may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Calls of the trigger.
    pub calls: u32,
    /// Time.
    pub time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { calls: 500, time: Duration::from_secs(20) }
    }
}

/// Which rules judge: all, or only some, or all but some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection(Vec<bool>);

impl Default for Selection {
    fn default() -> Self {
        Self(vec![true; rules::ALL.len()])
    }
}

/// A word that names no rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{word}` is no rule{}; `pretoken rules` lists them", .nearest.map(|id| format!(", did you mean `{id}`?")).unwrap_or_default())]
pub struct UnknownRule {
    /// The word.
    pub word: String,
    /// The rule that looks most like it.
    pub nearest: Option<&'static str>,
}

impl Selection {
    /// The rules in `only` (all of them if it is empty), less those in `allow`.
    ///
    /// # Errors
    ///
    /// Names the first word that is no rule.
    ///
    /// ```
    /// use pretoken::engine::Selection;
    /// let error = Selection::new(&["reserved-claim-sett".to_owned()], &[]).unwrap_err();
    /// assert_eq!(error.nearest, Some("reserved-claim-set"));
    /// ```
    pub fn new(only: &[String], allow: &[String]) -> Result<Self, UnknownRule> {
        if let Some(word) = only.iter().chain(allow).find(|word| rules::find(word).is_none()) {
            return Err(UnknownRule { word: word.clone(), nearest: nearest(word) });
        }
        let chosen = |rule: &&Rule| {
            (only.is_empty() || only.iter().any(|id| id == rule.id)) && !allow.iter().any(|id| id == rule.id)
        };
        Ok(Self(rules::ALL.iter().map(chosen).collect()))
    }

    /// Whether this rule judges.
    pub fn holds_rule(&self, rule: &Rule) -> bool {
        rules::ALL.iter().position(|other| other.id == rule.id).is_some_and(|index| self.holds(index))
    }

    /// Whether the rule at this place of [`rules::ALL`] judges.
    pub fn holds(&self, index: usize) -> bool {
        self.0.get(index).copied().unwrap_or(false)
    }
}

fn nearest(word: &str) -> Option<&'static str> {
    let alike = |id: &str| strsim::normalized_damerau_levenshtein(word, id);
    let best = rules::ALL.iter().max_by(|a, b| alike(a.id).total_cmp(&alike(b.id)))?;
    (alike(best.id) > 0.6).then_some(best.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_cases_start_from_unrelated_bytes() {
        let (a, b) = (Seed(1).of_case(0), Seed(1).of_case(1));
        let differing = a.iter().zip(b).filter(|(a, b)| **a != *b).count();
        assert!(differing > 24, "{a:?} {b:?}");
        assert_ne!(Seed(2).of_case(0), a);
    }

    #[test]
    fn allowed_rules_do_not_judge() {
        let all = Selection::default();
        let less = Selection::new(&[], &["reserved-claim-set".to_owned()]).unwrap();
        let index = rules::ALL.iter().position(|rule| rule.id == "reserved-claim-set").unwrap();
        assert!(all.holds(index) && !less.holds(index));
        assert_eq!(less.0.iter().filter(|held| !**held).count(), 1);
    }
}
