//! The policy: what the trigger changes in the tokens.
//!
//! A policy is read once, at the start. [`document`] is its JSON, [`check`] refuses what could never be right, and [`model`] is what is
//! left: data that [`crate::handle`] only has to apply.

mod check;
mod claim_names;
mod document;
mod fault;
mod model;
mod nothing;

pub use fault::{Action, Fault, PolicyError, Problem};
pub(crate) use model::{Claim, Groups, Scopes, Selection, Source, TokenChanges};
pub use model::{Policy, Token};
pub(crate) use nothing::says_nothing;
