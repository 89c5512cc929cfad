//! Reads the words of a trigger from its own source, from a program's read-only data and from its first answers, and
//! sorts them into what they can be in an event.

mod answers;
mod binary;
mod gather;
mod javascript;
mod meaning;
mod python;
mod reader;
mod shape;
mod token;
mod topic;

pub use answers::of_answers;
pub use gather::{Gathered, Unread, of_target, of_text};
