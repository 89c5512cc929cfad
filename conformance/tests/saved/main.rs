//! Saved counterexamples through the real command: written when they are met, run first the next time, replayed, and
//! never misread, overwritten or deleted.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests fail as tests do"
)]

mod files;
mod keep;
mod project;
mod replay;
mod served;
