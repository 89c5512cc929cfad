use super::file::Config;
use super::reading::Field;
use super::{allow, expect, pool, promise, run};

/// A member of the file: its key, and the function that reads it into the configuration.
pub(super) struct Member {
    pub(super) key: &'static str,
    pub(super) read: fn(&Field<'_>, &mut Config),
}

/// Every member of the file, in the order in which people are told of them.
pub(super) const MEMBERS: &[Member] = &[
    run::TARGET,
    run::EVENT_VERSIONS,
    run::CASES,
    run::SEED,
    run::JOBS,
    run::TIMEOUT,
    run::DENY,
    run::SAVED,
    expect::DENIALS,
    expect::TOKEN_BUDGET,
    expect::VOLATILE_CLAIMS,
    promise::PROMISE,
    pool::POOL,
    allow::ALLOW,
];
