//! The formats of a report, held against the schemas that their readers publish, and several outputs of one run.
//!
//! `schemas/README.md` says where the schemas come from. JUnit's needs Python and a package from PyPI: what is missing on the
//! machine is said aloud and skipped; with `CI=true` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

mod exits;
mod github;
mod json;
mod junit;
mod outputs;
mod samples;
mod sarif;
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
#[path = "../targets/tools.rs"]
mod tools;
