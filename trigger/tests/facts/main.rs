//! What the trigger does, one fact per test.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests: a failure is the test's failure")]

mod answers;
mod aws_types;
mod bootstrap;
mod bundled_policy;
mod events;
mod groups;
mod legal_events;
mod refused_policies;
mod schema;
mod sizes;
