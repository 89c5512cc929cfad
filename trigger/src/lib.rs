#![doc = include_str!("../README.md")]

mod answer;
mod event;
mod groups;
mod handle;
mod policy;
mod size;

pub use handle::{Error, handle};
pub use policy::{Action, Fault, Policy, PolicyError, Problem, Token};
