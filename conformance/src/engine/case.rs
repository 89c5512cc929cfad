use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Plan, Seed, Shard};
use crate::event;
use crate::generate::{self, Dictionary, Scenario, Situations};
use crate::pool::Pool;
use crate::situation::{EventVersion, Situation};

/// The part of a run that a case belongs to, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Counterexamples that earlier runs saved.
    Saved,
    /// The events that AWS's documentation prints, and captured ones.
    Documented,
    /// Named edges: every optional thing absent, null, empty, one, many and at its limit.
    Boundary,
    /// Situations drawn from the seed.
    Random,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::Saved, Self::Documented, Self::Boundary, Self::Random];

    /// The word in reports.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Documented => "documented",
            Self::Boundary => "boundary",
            Self::Random => "random",
        }
    }

    /// The place of this phase as an index into [`Phase::ALL`].
    pub const fn index(self) -> usize {
        match self {
            Self::Saved => 0,
            Self::Documented => 1,
            Self::Boundary => 2,
            Self::Random => 3,
        }
    }
}

/// A case that an earlier run saved. Its event is sent as it stands, whatever the suite would make of the situation
/// today.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedCase {
    /// Its name: where it is saved.
    pub name: String,
    /// The event version that the user pool is configured for.
    pub version: EventVersion,
    /// The situation behind the event.
    pub situation: Situation,
    /// Events to send first, to the same process.
    pub before: Vec<Value>,
    /// The event.
    pub event: Value,
}

/// One situation under one event version, and where it comes from.
#[derive(Clone, Debug)]
pub struct Case {
    /// The phase.
    pub phase: Phase,
    /// The scenario's name; for random cases `random case 17`.
    pub scenario: Cow<'static, str>,
    /// The event version.
    pub version: EventVersion,
    /// The situation.
    pub situation: Situation,
    /// The event of a saved case; that of others is made from the situation.
    pub saved: Option<Value>,
}

impl Case {
    /// The event to send.
    pub fn event(&self) -> Value {
        self.saved.clone().unwrap_or_else(|| event::build(&self.situation, self.version))
    }
}

/// All cases of a plan, by their place in the run. A case is a pure function of the seed, the dictionary, the pool and that place.
#[derive(Debug)]
pub struct Cases {
    saved: Vec<SavedCase>,
    fixed: Vec<(Phase, EventVersion, Scenario)>,
    /// Those of the random cases: in a pool, somebody can come under each of them.
    versions: Vec<EventVersion>,
    random: u64,
    seed: Seed,
    dictionary: Arc<Dictionary>,
    pool: Option<Arc<Pool>>,
    shard: Shard,
}

impl Cases {
    /// The cases of a plan.
    ///
    /// ```
    /// use pretoken::engine::{Cases, Plan};
    /// let cases = Cases::new(&Plan { cases: 10, ..Plan::default() });
    /// let last = cases.len() - 1;
    /// assert_eq!(cases.get(last).unwrap().situation, cases.get(last).unwrap().situation);
    /// assert!(cases.get(cases.len()).is_none());
    /// ```
    pub fn new(plan: &Plan) -> Self {
        let mut fixed = Vec::new();
        let pool = plan.pool.clone();
        let boundaries = pool.as_ref().map_or_else(generate::boundaries, |pool| generate::boundaries_in(pool));
        for (phase, scenarios) in [(Phase::Documented, generate::documented()), (Phase::Boundary, boundaries)] {
            for scenario in scenarios {
                for &version in &plan.versions {
                    if scenario.versions.contains(&version) {
                        fixed.push((phase, version, scenario.clone()));
                    }
                }
            }
        }
        let saved = plan.saved.iter().filter(|case| plan.versions.contains(&case.version)).cloned().collect();
        let dictionary = Arc::clone(&plan.dictionary);
        let reached = |version: &EventVersion| pool.as_ref().is_none_or(|pool| !pool.flows(*version).is_empty());
        let versions: Vec<_> = plan.versions.iter().copied().filter(reached).collect();
        Self {
            saved,
            fixed,
            random: if versions.is_empty() { 0 } else { plan.cases },
            versions,
            seed: plan.seed,
            dictionary,
            pool,
            shard: plan.shard,
        }
    }

    /// How many cases there are in this shard.
    pub fn len(&self) -> u64 {
        self.shard.share(self.whole())
    }

    /// How many cases there are in the whole run.
    fn whole(&self) -> u64 {
        self.before_random() + self.random
    }

    /// The place in the whole run of the case at this place of the shard.
    pub const fn place(&self, own: u64) -> u64 {
        self.shard.place(own)
    }

    fn before_random(&self) -> u64 {
        (self.saved.len() + self.fixed.len()) as u64
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The phase of the case at this place.
    pub fn phase(&self, own: u64) -> Phase {
        if self.saved(own).is_some() {
            return Phase::Saved;
        }
        self.fixed(own).map_or(Phase::Random, |case| case.0)
    }

    /// The saved case at this place, if it is one.
    pub fn saved(&self, own: u64) -> Option<&SavedCase> {
        self.saved.get(usize::try_from(self.place(own)).ok()?)
    }

    fn fixed(&self, own: u64) -> Option<&(Phase, EventVersion, Scenario)> {
        self.fixed.get(usize::try_from(self.place(own)).ok()?.checked_sub(self.saved.len())?)
    }

    /// How many cases a phase has.
    pub fn count(&self, phase: Phase) -> u64 {
        let of_fixed = (0..self.len()).take_while(|own| self.place(*own) < self.before_random());
        match phase {
            Phase::Random => self.len() - of_fixed.count() as u64,
            _ => of_fixed.filter(|own| self.phase(*own) == phase).count() as u64,
        }
    }

    /// The situation and the event version at this place.
    pub fn situation(&self, own: u64) -> Option<(Cow<'_, Situation>, EventVersion)> {
        if let Some(saved) = self.saved(own) {
            return Some((Cow::Borrowed(&saved.situation), saved.version));
        }
        if let Some((_, version, scenario)) = self.fixed(own) {
            return Some((Cow::Borrowed(&scenario.situation), *version));
        }
        let index = self.place(own).checked_sub(self.before_random()).filter(|index| *index < self.random)?;
        let version = self.version(index)?;
        let mut situations = Situations::new(version).with(&self.dictionary);
        if let Some(pool) = &self.pool {
            situations = situations.in_pool(pool);
        }
        Some((Cow::Owned(situations.draw(self.seed.of_case(index))), version))
    }

    /// The whole case at this place.
    pub fn get(&self, own: u64) -> Option<Case> {
        let (situation, version) = self.situation(own)?;
        let saved = self.saved(own);
        let (phase, scenario) = match (saved, self.fixed(own)) {
            (Some(saved), _) => (Phase::Saved, Cow::Owned(saved.name.clone())),
            (None, Some((phase, _, scenario))) => (*phase, scenario.name.clone()),
            (None, None) => {
                let index = self.place(own).saturating_sub(self.before_random());
                (Phase::Random, Cow::Owned(format!("random case {index}")))
            }
        };
        let saved = saved.map(|saved| saved.event.clone());
        Some(Case { phase, scenario, version, situation: situation.into_owned(), saved })
    }

    /// Random cases take the versions in turn.
    fn version(&self, index: u64) -> Option<EventVersion> {
        let turn = index.checked_rem(self.versions.len() as u64)?;
        self.versions.get(usize::try_from(turn).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_send_exactly_the_cases_of_the_whole_run() {
        let plan = Plan { cases: 100, ..Plan::default() };
        let whole = Cases::new(&plan);
        let shards = (1..=3).map(|number| Cases::new(&Plan { shard: Shard { number, of: 3 }, ..plan.clone() }));
        let (mut places, mut phases) = (Vec::new(), [0; 4]);
        for shard in shards {
            for own in 0..shard.len() {
                let (mine, same) = (shard.get(own).unwrap(), whole.get(shard.place(own)).unwrap());
                assert_eq!((mine.scenario, mine.version), (same.scenario, same.version));
                assert_eq!(mine.situation, same.situation);
                places.push(shard.place(own));
            }
            for phase in Phase::ALL {
                phases[phase.index()] += shard.count(phase);
            }
        }
        places.sort_unstable();
        assert_eq!(places, (0..whole.len()).collect::<Vec<_>>());
        assert_eq!(phases, Phase::ALL.map(|phase| whole.count(phase)));
    }

    #[test]
    fn a_phase_has_as_many_cases_as_there_are_and_only_a_run_without_versions_has_none() {
        let cases = Cases::new(&Plan { cases: 7, ..Plan::default() });
        assert!(!cases.is_empty());
        for phase in Phase::ALL {
            let there = (0..cases.len()).filter(|place| cases.phase(*place) == phase).count() as u64;
            assert_eq!(cases.count(phase), there, "{}", phase.label());
        }
        assert_eq!((cases.count(Phase::Saved), cases.count(Phase::Random)), (0, 7));
        assert!(cases.count(Phase::Documented) > 0 && cases.count(Phase::Boundary) > 0);
        let none = Cases::new(&Plan { cases: 0, versions: Vec::new(), ..Plan::default() });
        assert!(none.is_empty());
    }
}
