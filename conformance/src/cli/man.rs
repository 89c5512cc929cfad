use std::fs;
use std::path::PathBuf;

use clap::Args;
use clap_mangen::Man as Page;

use super::streams::{Failure, Streams};
use super::{Exit, command};

/// Print the manual page, or write one for each command into a folder
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Man {
    /// Write `pretoken.1`, `pretoken-check.1` and the others into this folder; pages of these names are replaced
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  pretoken man | man -l -
  pretoken man --output ~/.local/share/man/man1";

impl Man {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let Some(folder) = &self.output else {
            let mut page = Vec::new();
            Page::new(command()).render(&mut page)?;
            streams.write(&String::from_utf8_lossy(&page))?;
            return Ok(Exit::Success);
        };
        let unusable = |error| {
            Failure::Usage(format!("`{}` cannot be written to: {error}; name another folder", folder.display()))
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        clap_mangen::generate_to(command(), folder).map_err(unusable)?;
        streams.write(&format!("the manual pages are in `{}`\n", folder.display()))?;
        Ok(Exit::Success)
    }
}
