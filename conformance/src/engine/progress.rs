use super::Phase;
use crate::rules::Rule;

/// What a run tells while it goes on. Renderers subscribe; the engine prints nothing.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
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
    /// A finding was made for the first time.
    Found {
        /// The rule.
        rule: &'static Rule,
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
}
