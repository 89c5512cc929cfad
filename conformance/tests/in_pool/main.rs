//! A user pool as it is: every case fits it, whatever the trigger, and a fault that hangs on it is found.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests fail as tests do"
)]

mod command;
mod fit;
mod fits;
mod reading;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pretoken::pool::{Pool, PoolFile};
use serde_json::Value;

/// The files of a pool, made by hand after what the AWS CLI prints.
const FILES: &[(&str, PoolFile)] = &[
    ("web.json", PoolFile::Client),
    ("mobile.json", PoolFile::Client),
    ("machine.json", PoolFile::Client),
    ("groups.json", PoolFile::Groups),
    ("identity-providers.json", PoolFile::IdentityProviders),
    ("resource-servers.json", PoolFile::ResourceServers),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pool")
}

fn text(file: &str) -> String {
    fs::read_to_string(folder().join(file)).unwrap()
}

fn json(file: &str) -> Value {
    serde_json::from_str(&text(file)).unwrap()
}

fn pool() -> Pool {
    let mut pool = Pool::read(&text("user-pool.json")).unwrap();
    for (name, file) in FILES {
        pool.add(*file, &text(name)).unwrap();
    }
    pool
}

fn shared() -> Arc<Pool> {
    Arc::new(pool())
}
