//! `pretoken.toml`: what people decided once about their trigger, so that every run knows it.
//!
//! A member of the file is one function that reads it, and one line in `members.rs`. Whatever is wrong is told with its
//! line, its column and the nearest right word: that happens in `reading.rs` alone.

#[cfg(test)]
mod agreement;
mod allow;
mod expect;
mod file;
mod members;
mod pool;
mod promise;
mod reading;
mod run;
mod source;

pub use file::{Config, FILE};
pub use source::ConfigError;
