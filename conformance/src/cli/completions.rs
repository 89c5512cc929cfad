use clap::Args;
use clap_complete::{Shell, generate};

use super::streams::{Failure, Streams};
use super::{Exit, command};

/// Print what makes a shell complete `pretoken` with the Tab key
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  pretoken completions bash > ~/.local/share/bash-completion/completions/pretoken
  pretoken completions zsh > ~/.zfunc/_pretoken
  pretoken completions fish > ~/.config/fish/completions/pretoken.fish";

impl Completions {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut command(), "pretoken", &mut script);
        streams.write(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Success)
    }
}
