//! Rules on the claims that an answer sets and suppresses.

pub(super) mod audience_mismatch;
pub(super) mod claim_set_and_suppressed;
pub(super) mod cognito_claim_set;
pub(super) mod complex_value_for_simple_claim;
pub(super) mod dev_claim_set;
pub(super) mod empty_claim_name;
pub(super) mod group_claim_set_directly;
#[cfg(test)]
mod judged;
pub(super) mod non_string_claim_in_v1;
pub(super) mod null_claim_value;
pub(super) mod reserved_claim_set;
pub(super) mod reserved_claim_suppressed;
pub(super) mod role_claim_suppressed_directly;
pub(super) mod scope_set_as_claim;
pub(super) mod stringified_nothing;
pub(super) mod token_outgrows_header;
pub(super) mod too_many_claims;
pub(super) mod unlisted_claim_type;
