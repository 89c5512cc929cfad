//! Rules on the scopes that an answer adds to the access token and suppresses in it.
//!
//! A scope to suppress may be anything: naming one that is not there is harmless (S-21).

pub(super) mod blank_in_scope;
pub(super) mod malformed_scope;
pub(super) mod scope_added_and_suppressed;
