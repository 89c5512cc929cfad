//! `pretoken check`, `preview` and `doctor` on triggers that are named on the command line, as a new user would call
//! them: the real command, from the example's folder, with the real libraries.
//!
//! What is missing on the machine (Python, Node, the package registries) is said aloud and skipped; with `CI=true` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

mod compared;
mod doctor;
mod ends;
mod examples;
mod interrupted;
mod run;
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
#[path = "../targets/tools.rs"]
mod tools;
