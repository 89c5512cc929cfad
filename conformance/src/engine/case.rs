use std::borrow::Cow;

use serde::Serialize;

use super::{Plan, Seed};
use crate::generate::{self, Scenario, Situations};
use crate::situation::{EventVersion, Situation};

/// The part of a run that a case belongs to, in the order in which they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
}

/// All cases of a plan, by their place in the run. A case is a pure function of the seed and that place.
#[derive(Debug)]
pub struct Cases {
    fixed: Vec<(Phase, EventVersion, Scenario)>,
    versions: Vec<EventVersion>,
    random: u64,
    seed: Seed,
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
        for (phase, scenarios) in
            [(Phase::Documented, generate::documented()), (Phase::Boundary, generate::boundaries())]
        {
            for scenario in scenarios {
                for &version in &plan.versions {
                    if scenario.versions.contains(&version) {
                        fixed.push((phase, version, scenario.clone()));
                    }
                }
            }
        }
        Self { fixed, versions: plan.versions.clone(), random: plan.cases, seed: plan.seed }
    }

    /// How many cases there are.
    pub fn len(&self) -> u64 {
        if self.versions.is_empty() { 0 } else { self.fixed.len() as u64 + self.random }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The phase of the case at this place.
    pub fn phase(&self, place: u64) -> Phase {
        usize::try_from(place).ok().and_then(|place| self.fixed.get(place)).map_or(Phase::Random, |case| case.0)
    }

    /// How many cases a phase has.
    pub fn count(&self, phase: Phase) -> u64 {
        match phase {
            Phase::Random => self.len().saturating_sub(self.fixed.len() as u64),
            _ => self.fixed.iter().filter(|case| case.0 == phase).count() as u64,
        }
    }

    /// The situation and the event version at this place.
    pub fn situation(&self, place: u64) -> Option<(Cow<'_, Situation>, EventVersion)> {
        if let Some((_, version, scenario)) = usize::try_from(place).ok().and_then(|place| self.fixed.get(place)) {
            return Some((Cow::Borrowed(&scenario.situation), *version));
        }
        let index = place.checked_sub(self.fixed.len() as u64).filter(|index| *index < self.random)?;
        let version = self.version(index)?;
        Some((Cow::Owned(Situations::new(version).draw(self.seed.of_case(index))), version))
    }

    /// The whole case at this place.
    pub fn get(&self, place: u64) -> Option<Case> {
        let (situation, version) = self.situation(place)?;
        let fixed = usize::try_from(place).ok().and_then(|place| self.fixed.get(place));
        let (phase, scenario) = match fixed {
            Some((phase, _, scenario)) => (*phase, scenario.name.clone()),
            None => (Phase::Random, Cow::Owned(format!("random case {}", place - self.fixed.len() as u64))),
        };
        Some(Case { phase, scenario, version, situation: situation.into_owned() })
    }

    /// Random cases take the versions in turn.
    fn version(&self, index: u64) -> Option<EventVersion> {
        let turn = index.checked_rem(self.versions.len() as u64)?;
        self.versions.get(usize::try_from(turn).ok()?).copied()
    }
}
