use serde::{Deserialize, Serialize};

use super::Finding;
use crate::engine::Run;
use crate::rules::{self, Promise};

/// A promise of the team's own, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PromiseLine {
    /// Its name.
    pub name: String,
    /// What it demands: its key in `pretoken.toml`, which is the reason of its findings.
    pub demand: String,
    /// Where it is written, such as `pretoken.toml:12`.
    pub written: String,
    /// In how many cases and comparisons there was something for it to hold for.
    pub exercised: u64,
    /// What came of it.
    pub state: PromiseState,
}

/// What came of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromiseState {
    /// It held wherever it applied.
    Kept,
    /// A finding tells of it.
    Broken,
    /// It never applied, which is not kept.
    NeverApplied,
    /// The run did not look for it, or did not come to its end.
    Untried,
}

impl PromiseLine {
    /// What came of each of the run's promises.
    pub(super) fn all(run: &Run, findings: &[Finding]) -> Vec<Self> {
        let count = |place: usize| run.promises.get(place).copied().unwrap_or_default();
        let promises = run.plan.expectations.promises.iter().enumerate();
        promises.map(|(place, promise)| Self::of(promise, count(place), run, findings)).collect()
    }

    fn of(promise: &Promise, exercised: u64, run: &Run, findings: &[Finding]) -> Self {
        let broken = findings.iter().any(|finding| finding.promise.as_deref() == Some(&*promise.name));
        let state = match exercised {
            _ if broken => PromiseState::Broken,
            _ if !tried(promise, run) => PromiseState::Untried,
            0 => PromiseState::NeverApplied,
            _ => PromiseState::Kept,
        };
        Self {
            name: promise.name.to_string(),
            demand: promise.demand.key().to_owned(),
            written: promise.written.clone(),
            exercised,
            state,
        }
    }

    /// Whether somebody has to change the file.
    pub fn is_stale(&self) -> bool {
        self.state == PromiseState::NeverApplied
    }

    /// What somebody has to know of it, if anything.
    pub(super) fn note(&self) -> Option<String> {
        let Self { name, written, .. } = self;
        let words = "never applied, which is not kept: look at its claim, its attribute and `for`, or remove it";
        self.is_stale().then(|| format!("{written} promises \"{name}\", which {words}"))
    }

    /// Takes in what another shard says of the same promise.
    pub(super) fn add(&mut self, other: &Self) {
        use PromiseState::{Broken, Kept, NeverApplied, Untried};
        self.exercised += other.exercised;
        self.state = match (self.state, other.state) {
            (Broken, _) | (_, Broken) => Broken,
            (Untried, _) | (_, Untried) => Untried,
            (Kept, _) | (_, Kept) => Kept,
            (NeverApplied, NeverApplied) => NeverApplied,
        };
    }
}

/// Whether the run has looked for it, to its end.
fn tried(promise: &Promise, run: &Run) -> bool {
    let judges = |(index, rule): (usize, &&rules::Rule)| {
        run.plan.rules.holds(index) && rule.reasons.contains(&promise.demand.key()) && rule.is_about_promises()
    };
    rules::ALL.iter().enumerate().any(judges) && !run.interrupted && !run.gave_up && !run.cases.is_empty()
}
