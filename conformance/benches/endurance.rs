//! `pretoken check` at length, on a Python trigger that is killed, hangs, answers garbage and leaves daemons behind: no
//! finding is lost, no process and no file is left, memory stays flat. `just endure`, or `just endure 5` for five minutes.
//!
//! A plain program and no benchmark. It ends with 1 if anything is not as it has to be. Time limits are real: the machine
//! should have nothing else to do.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table is what it is for; what it shares with tests is written as they are"
)]

#[cfg(target_os = "linux")]
#[path = "endurance/mod.rs"]
mod endurance;
#[cfg(target_os = "linux")]
#[path = "endurance/program.rs"]
mod program;
#[cfg(target_os = "linux")]
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
#[path = "../tests/targets/tools.rs"]
mod tools;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    program::run()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("what processes take and leave is read from Linux's /proc");
    ExitCode::FAILURE
}
