//! The way in for triggers that are Rust functions: a check in a test of their own, and a harness with one test for
//! each rule.

mod check;
mod harness;

pub use check::{Check, check};
pub use harness::harness;
