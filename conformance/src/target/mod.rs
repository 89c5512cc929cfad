//! The trigger under test: one trait, one full space of outcomes. A target never judges.

mod in_process;
mod outcome;

pub use in_process::{Answer, Handler, InProcess};
pub use outcome::{Description, Outcome, Reply, StartError, Target, Targets, TriggerError};
