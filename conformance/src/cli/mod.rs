//! The `pretoken` command: one file for each subcommand, and what they share.

mod check;
mod completions;
mod config;
mod doctor;
mod events;
mod exit;
mod explain;
mod init;
mod interrupt;
mod man;
mod merge;
mod options;
mod outputs;
mod preview;
mod progress;
mod replay;
mod rules;
mod run;
mod saving;
mod streams;
mod target;
mod vectors;

pub use exit::Exit;
pub use run::{Printed, command, main, printed};
