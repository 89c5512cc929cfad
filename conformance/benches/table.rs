//! How fast everything is, in one table, beside what else there is: `just bench`.
//!
//! A plain program: it measures, and fails for no number. All is measured in the same run; words given name the parts to
//! run alone. What it needs of npm and PyPI is installed below `target/`; without them these rows are left out, and this
//! is said.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement that cannot be made should say so at once"
)]

#[path = "proof/conviction.rs"]
#[expect(dead_code, reason = "the proof needs more of it")]
mod conviction;
#[path = "table/emulators.rs"]
mod emulators;
#[path = "table/examples.rs"]
mod examples;
#[path = "table/generators.rs"]
mod generators;
#[path = "table/in_process.rs"]
mod in_process;
#[path = "needles/peers.rs"]
#[expect(dead_code, reason = "the needles need more of it")]
mod peers;
#[path = "table/print.rs"]
mod print;
#[path = "table/processes.rs"]
mod processes;
#[path = "table/rounds.rs"]
mod rounds;
#[path = "table/row.rs"]
mod row;
#[path = "../tests/named_targets/run.rs"]
#[expect(dead_code, reason = "shared with the tests of named targets, which need more of it")]
mod run;
#[path = "table/shrinking.rs"]
mod shrinking;
#[path = "targets/speed.rs"]
#[expect(dead_code, reason = "`just bench-targets` needs more of it")]
mod speed;
#[path = "stages/stage.rs"]
mod stage;
#[path = "../tests/targets/tools.rs"]
#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
mod tools;

use std::time::Instant;

/// As in the command.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let started = Instant::now();
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| {
        let wanted = named.is_empty() || named.iter().any(|name| name == part);
        if wanted {
            eprintln!("{:4.0} s  {part}", started.elapsed().as_secs_f64());
        }
        wanted
    };
    let mut lines = Vec::new();
    if wanted("in-process") {
        lines.extend(in_process::lines());
    }
    if wanted("generators") {
        lines.extend(generators::lines());
    }
    if wanted("runtime-api") {
        lines.extend(processes::lines());
    }
    if wanted("shrinking") {
        lines.extend(shrinking::lines());
    }
    let (sign_ins, of_emulators) = if wanted("emulators") { emulators::measure() } else { Default::default() };
    if wanted("examples") {
        lines.extend(examples::lines(&sign_ins));
    }
    lines.extend(of_emulators);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    println!("pretoken {}, {system} {architecture}, {cores} cores", env!("CARGO_PKG_VERSION"));
    println!("{:.0} s for all of it", started.elapsed().as_secs_f64());
    println!();
    print!("{}", print::table(&lines));
}
