//! Runs of the command against a trigger that has every fault, shared between the long run and a short one in the tests.

pub(crate) mod disturbance;
pub(crate) mod expected;
pub(crate) mod fault;
pub(crate) mod trial;
pub(crate) mod verdict;
pub(crate) mod watch;
