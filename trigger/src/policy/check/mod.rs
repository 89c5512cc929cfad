//! From the document to the policy: refuses what could never be right.
//!
//! [`whole`] goes through the document; the other files know one kind of part each. Every problem is collected, so that a policy's author
//! sees them all at once.

mod claims;
mod groups;
mod problems;
mod scopes;
mod values;
mod whole;

pub(super) use problems::pointer;
pub(super) use whole::policy;
