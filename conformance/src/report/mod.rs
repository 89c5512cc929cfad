//! What a run found out, as data and as text.
//!
//! A [`Report`] is plain data, made from an [`engine::Run`](crate::engine::Run) and the denied level. Every output is a
//! pure function of it. To add one: a file here with its function, and a line in `format.rs`.

mod difference;
mod excerpt;
mod format;
mod gate;
mod github;
mod human;
mod json;
mod junit;
mod make;
mod merge;
mod model;
mod page;
mod promised;
mod read;
mod readable;
mod sarif;
mod whole;
mod words;

#[cfg(test)]
pub(crate) mod testing;

pub use format::{FORMATS, Format};
pub use gate::{AllowanceLine, AllowanceState, Allowed, Gate};
pub use github::github;
pub use human::human;
pub use json::json;
pub use junit::junit;
pub use merge::{MergeError, merge};
pub use model::{
    CaseCounts, ComparedWith, DictionaryLine, Failure, Fault, Finding, LatencyMs, Question, Report, RuleLine,
    ShrinkingLine, SuiteFaultLine, Verdict,
};
pub use promised::{PromiseLine, PromiseState};
pub use read::Unreadable;
pub use sarif::sarif;

pub(crate) use difference::first_difference;
pub(crate) use excerpt::{Excerpt, brief, flat};
pub(crate) use human::human_block;
pub(crate) use make::told;
pub(crate) use page::{Page, look, painted};
pub(crate) use readable::readable;
pub(crate) use words::{clean, counted, listed, log_lines, milliseconds, thousands, versions};
