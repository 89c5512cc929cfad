//! `pretoken doctor`: can the trigger be started, what does it answer, and what is missing.

mod client;
mod command;
mod steps;

pub(super) use command::Doctor;
