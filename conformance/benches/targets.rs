//! Events per second through a target, beside a bare loop that serves the same events to the same process: `just bench-targets`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot be made should say so at once"
)]

#[path = "targets/speed.rs"]
mod speed;
#[path = "../tests/targets/tools.rs"]
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
mod tools;

/// As in the command.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    speed::measure();
}
