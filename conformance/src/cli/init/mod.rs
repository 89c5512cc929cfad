//! `pretoken init`: the files that a project starts with.

mod command;
mod config;
mod workflow;

pub(super) use command::Init;
