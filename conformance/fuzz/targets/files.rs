//! A file, read as each kind of file that there is, and used as far as it can be read.
#![no_main]

#[expect(dead_code, reason = "the other target needs the rest")]
#[path = "../../tests/fuzzed/inspect.rs"]
mod inspect;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pretoken::engine::Case;
use serde_json::Value;

static CASES: LazyLock<Vec<(Case, Value)>> = LazyLock::new(inspect::cases);

fuzz_target!(|bytes: &[u8]| inspect::file(bytes, true, &CASES));
