//! Rules on how a trigger behaves on events that Cognito may send.
//!
//! An error is either a crash or a denial: `error_types.rs` tells them apart, in one place for every language.

mod error_types;
mod limit;
mod words;

pub(super) mod caller_controlled_claim;
pub(super) mod claims_lost_on_refresh;
pub(super) mod cold_start_over_limit;
pub(super) mod crash_on_legal_event;
pub(super) mod error_text_exposed;
pub(super) mod nondeterministic_answer;
pub(super) mod over_time_limit;
pub(super) mod sign_in_denied;
pub(super) mod state_kept_between_events;
pub(super) mod unknown_field_rejected;
