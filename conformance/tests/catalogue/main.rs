//! What holds for every rule of the catalogue: its texts and sources, its examples and miniatures, and the ledger.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; clippy knows only the bodies of test functions as tests"
)]

mod answers;
mod cases;
mod comparison;
mod conditions;
mod conviction;
mod ledger;
mod metadata;

/// What stands for a fact where a rule rests on experience with triggers alone.
pub(crate) const PRACTICE: &str = "practice";

/// Words without stray white space.
pub(crate) fn is_tidy(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains("  ") && !text.contains(['\n', '\t'])
}
