//! The `pretoken` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    pretoken::cli::main(std::env::args_os())
}
