//! The report for people: a block for each fault, then the whole in a few lines.

mod block;
mod render;
mod summary;

pub use render::human;
pub(crate) use render::{fault_text, human_block, summary_text};
