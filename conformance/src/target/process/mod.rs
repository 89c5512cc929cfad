//! Triggers that are processes of their own and speak the Lambda Runtime API.
//!
//! A process gets the environment that Lambda gives and a process group of its own. It is kept warm, started again
//! after it ended or ran out of time, and its whole group ends with the target. What it prints is read all the time,
//! and the last lines are kept.

mod environment;
mod group;
mod launch;
mod output;
mod running;
mod started;

pub use group::end_all;
pub(super) use group::ending;
pub(super) use launch::{Launch, Limits};
pub(super) use started::Processes;
