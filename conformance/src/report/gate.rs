use serde::{Deserialize, Serialize};

use crate::engine::{Allowance, Run};
use crate::rules::Level;

use super::Finding;

/// What makes a verdict: the level from which on a finding counts, and whether allowances have to be of use.
///
/// A level alone is a gate, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The level from which on a finding makes the verdict `violates`.
    pub denied: Level,
    /// Whether an allowance that has expired or allows nothing does so, too, and a promise that never applied.
    pub strict: bool,
}

impl From<Level> for Gate {
    fn from(denied: Level) -> Self {
        Self { denied, strict: false }
    }
}

/// Why a finding is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Allowed {
    /// The person's own words.
    pub reason: String,
    /// The last day on which it is allowed.
    pub expires: Option<String>,
    /// Where that is written, such as `pretoken.toml:12`.
    pub written: String,
}

/// An allowance, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AllowanceLine {
    /// The rule that may be broken.
    pub rule: &'static str,
    /// The person's own words.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Option<String>,
    /// Where it is written, such as `pretoken.toml:12`.
    pub written: String,
    /// What came of it.
    pub state: AllowanceState,
    /// How many findings it allows.
    pub findings: usize,
}

/// What came of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllowanceState {
    /// It allows something that was found.
    Used,
    /// Nothing was found that it would allow.
    Unused,
    /// Its last day is over.
    Expired,
    /// The run did not look for what it allows, or did not come to its end.
    Untried,
}

impl Allowed {
    pub(super) fn of(allowance: &Allowance) -> Self {
        Self {
            reason: allowance.reason.clone(),
            expires: allowance.expires.map(|day| day.to_string()),
            written: allowance.written.clone(),
        }
    }
}

impl AllowanceLine {
    /// What came of each of the run's allowances.
    pub(super) fn all(run: &Run, findings: &[Finding]) -> Vec<Self> {
        run.plan.allowances.iter().map(|allowance| Self::of(allowance, run, findings)).collect()
    }

    fn of(allowance: &Allowance, run: &Run, findings: &[Finding]) -> Self {
        let written = |finding: &&Finding| finding.allowed.as_ref().is_some_and(|by| by.written == allowance.written);
        let count = findings.iter().filter(written).count();
        let Allowed { reason, expires, written } = Allowed::of(allowance);
        let state = match count {
            _ if allowance.expired => AllowanceState::Expired,
            0 if !tried(allowance, run) => AllowanceState::Untried,
            0 => AllowanceState::Unused,
            _ => AllowanceState::Used,
        };
        Self { rule: allowance.rule.id, reason, expires, written, state, findings: count }
    }

    /// Whether somebody has to change the file.
    pub fn is_stale(&self) -> bool {
        matches!(self.state, AllowanceState::Unused | AllowanceState::Expired)
    }

    /// What somebody has to know of it, if anything.
    pub(super) fn note(&self) -> Option<String> {
        let Self { rule, written, .. } = self;
        match self.state {
            AllowanceState::Used | AllowanceState::Untried => None,
            AllowanceState::Unused => {
                Some(format!("{written} allows `{rule}`, and nothing was found that it would allow: remove it"))
            }
            AllowanceState::Expired => {
                let until = self.expires.as_deref().unwrap_or("an earlier day");
                Some(format!("{written} allowed `{rule}` until {until}: mend what it allowed, or decide anew"))
            }
        }
    }
}

/// Whether the run has looked for what is allowed, to its end.
fn tried(allowance: &Allowance, run: &Run) -> bool {
    let versions = |version| allowance.versions.is_empty() || allowance.versions.contains(version);
    run.plan.rules.holds_rule(allowance.rule)
        && run.plan.versions.iter().any(|version| versions(version) && allowance.rule.versions.contains(version))
        && !run.interrupted
        && !run.gave_up
        && !run.cases.is_empty()
}
