//! Counterexamples in files: what a check found, for the next check, which runs them first, and for `pretoken replay`.
//!
//! There is a folder for each trigger and a file for each finding, named after it, so that the same finding is the same
//! file again. A file holds no time stamp and is not written anew while it still fails, so it can be committed.

mod document;
mod folder;
mod keeper;
mod name;
mod read;

pub use document::{Document, Failed, Found, KeptSession, KeptSituation, Trigger};
pub use folder::{Folder, LeftOut};
pub use keeper::{Keeper, Keeping};
pub use name::{file_name, folder_name};
pub use read::{Counterexample, Unusable};
