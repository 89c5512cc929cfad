//! Rules on the claims that an answer sets and suppresses.

pub(super) mod reserved_claim_set;
