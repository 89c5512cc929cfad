use std::path::PathBuf;

use clap::Args;

use super::streams::Failure;
use crate::config::{Config, ConfigError};
use crate::report::Gate;
use crate::rules::Level;

/// The configuration file that a command reads.
#[derive(Debug, Args)]
pub(super) struct ConfigFile {
    /// The configuration file [default: `pretoken.toml` in the working directory, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// The configuration file of a check, and how strictly it is taken.
#[derive(Debug, Args)]
pub(super) struct ConfigChoice {
    #[command(flatten)]
    file: ConfigFile,
    /// End with 1 if an `[[allow]]` of the configuration file has expired or allows nothing that was found, or if a
    /// `[[promise]]` never applied
    #[arg(long)]
    strict: bool,
}

impl ConfigFile {
    /// What the file says; nothing, if there is none.
    pub(super) fn read(&self) -> Result<Config, Failure> {
        Ok(Config::find(self.config.as_deref())?)
    }
}

impl ConfigChoice {
    /// What the file says; nothing, if there is none.
    pub(super) fn read(&self) -> Result<Config, Failure> {
        self.file.read()
    }

    /// The gate that the command line and then the file describe.
    pub(super) fn gate(&self, denied: Option<Level>, config: &Config) -> Gate {
        Gate { denied: denied.or(config.deny).unwrap_or(Level::Error), strict: self.strict }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}
