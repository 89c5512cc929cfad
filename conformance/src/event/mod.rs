//! From a situation to the event that Cognito sends under an event version.

mod build;
mod identities;
mod read;

pub use build::build;
pub use identities::identities_text;
pub use read::{Unreadable, read};
