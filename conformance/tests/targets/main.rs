//! Triggers in other languages, through the interface that Lambda itself uses, with the real runtimes and libraries.
//!
//! What is missing on the machine (Python, Node, the package registries) is said aloud and skipped; with `CI=true` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::exit,
    reason = "tests"
)]

mod examples;
mod http;
mod node;
mod python;
mod run;
mod rust;
mod spec;
mod start;
mod tools;
