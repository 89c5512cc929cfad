//! The reference trigger under the suite: each rule is a test of its own.

use std::process::ExitCode;

use pretoken::Check;
use pretoken::rules::Level;
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

fn main() -> ExitCode {
    let policy = Policy::bundled();
    pretoken::harness(Check::new().cases(5_000).deny(Level::Advice), move |event: Value| handle(event, &policy))
}
