//! The `pretoken` command: one file for each subcommand, and what they share.

mod check;
mod doctor;
mod events;
mod exit;
mod explain;
mod interrupt;
mod options;
mod outputs;
mod preview;
mod progress;
mod rules;
mod run;
mod streams;
mod target;

pub use exit::Exit;
pub use run::{Printed, command, main, printed};
