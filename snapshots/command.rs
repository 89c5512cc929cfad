//! `pretoken`, for the tests of this package.

use std::ffi::OsString;
use std::iter::once;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Help speaks of the program by the name that it was called by.
    pretoken::cli::main(once(OsString::from("pretoken")).chain(std::env::args_os().skip(1)))
}
