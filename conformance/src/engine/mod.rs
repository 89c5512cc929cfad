//! Runs a plan: makes cases, calls the target, judges, keeps findings apart and shrinks each of them.

mod allowance;
mod audit;
mod auto;
mod case;
mod compare;
mod date;
mod finding;
mod judge;
mod plan;
mod progress;
mod ready;
mod rerun;
mod run;
mod shard;
mod shrink;
mod tally;
mod work;

pub use allowance::Allowance;
pub use audit::{Audit, BrokenSchema, SuiteFault};
pub use auto::{Probe, Told, answered, versions};
pub use case::{Case, Cases, Phase, SavedCase};
pub use compare::Experiments;
pub use date::Date;
pub use finding::{Before, Beside, Finding, Shrinking};
pub use judge::Judge;
pub use plan::{Budget, Plan, Seed, Selection, UnknownRule};
pub use progress::Progress;
pub use ready::Ready;
pub use rerun::rerun;
pub use run::{Run, RunError, run};
pub use shard::Shard;
pub use shrink::shrink;
pub use tally::{Latency, Outcomes, RuleCount};
