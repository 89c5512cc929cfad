use super::{Finding, Phase, SavedCase};
use crate::rules::{Kind, Rule};

/// What a run tells while it goes on. Renderers subscribe; the engine prints nothing.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// A phase begins, with this many cases.
    Phase {
        /// The phase.
        phase: Phase,
        /// Its cases.
        cases: u64,
    },
    /// So many cases of the run are done. Told now and then.
    Cases {
        /// Done.
        done: u64,
        /// Of so many.
        total: u64,
        /// Findings so far.
        findings: usize,
    },
    /// Answers are about to be compared, after the cases.
    Comparing,
    /// A finding was made for the first time.
    Found {
        /// The finding, not yet shrunk. Of several jobs, the one that came upon it first tells; the report holds that of
        /// the earliest case.
        finding: &'a Finding,
    },
    /// A saved case was run again.
    Rerun {
        /// The case.
        case: &'a SavedCase,
        /// The rules that it broke, each with the way in which.
        shown: &'a [(&'static Rule, Kind)],
    },
    /// A finding is about to be shrunk.
    Shrinking {
        /// The rule.
        rule: &'static Rule,
        /// Its place among the findings, from 1.
        number: usize,
        /// How many findings there are.
        of: usize,
    },
    /// A finding has been shrunk, as far as that went.
    Shrunk {
        /// The finding.
        finding: &'a Finding,
    },
}
