//! From a situation to the event that Cognito sends under an event version.

mod build;
mod identities;
mod read;

pub use build::build;
pub(crate) use identities::identities_claim;
pub use identities::identities_text;
pub use read::{Unreadable, read, read_under};
