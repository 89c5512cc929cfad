use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::check::exit;
use super::outputs::Outputs;
use super::streams::{Failure, Streams};
use crate::report::{Report, merge};

/// Make one report and one verdict of the reports of all shards of a run
///
/// Each shard is a `pretoken check --shard K/N --format json --output FILE` on a machine of its own.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Merge {
    /// The reports, in any order
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    outputs: Outputs,
}

const EXAMPLES: &str = "\
Examples:
  pretoken merge shard-1.json shard-2.json shard-3.json
  pretoken merge shard-*.json --format sarif --output pretoken.sarif --format human

Exit codes: those of `pretoken check`.";

impl Merge {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let outputs = self.outputs.open()?;
        let reports = self.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let report = merge(reports).map_err(|error| Failure::Usage(error.to_string()))?;
        let exit = exit(&report);
        match outputs.write(&report, streams) {
            Err(Failure::Closed) => Ok(exit),
            other => other.map(|()| exit),
        }
    }
}

fn read(file: &PathBuf) -> Result<Report, Failure> {
    let unusable = |why: &dyn std::fmt::Display| Failure::Usage(format!("`{}` {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| unusable(&format!("cannot be read: {error}")))?;
    Report::read(&text).map_err(|error| unusable(&error))
}
