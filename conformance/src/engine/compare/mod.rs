//! Compares answers: the rules that need two exchanges, on a sample of a run's cases.
//!
//! A [`Comparison`](crate::rules::Comparison) says what the second event is. Here it is sent, a difference is confirmed by
//! doing it all again, and what is left is made small: the first event's situation shrinks, and the second with it.

mod again;
mod calls;
mod experiment;
mod once;
mod sample;
mod search;
mod smaller;

pub(super) use again::Earlier;
pub(super) use calls::Calls;
pub use calls::Experiments;
pub(super) use once::told_once;
pub(super) use search::search;
pub(super) use smaller::smaller;
