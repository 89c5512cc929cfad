//! What the schemas accept and refuse, and that they are fit to be published.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod answers;
mod config;
mod events;
mod files;
mod published;
mod table;
mod vectors;
