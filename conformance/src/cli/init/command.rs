use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::{config, workflow};
use crate::cli::Exit;
use crate::cli::saving::plain_path;
use crate::cli::streams::{Failure, Streams};
use crate::config::FILE;
use crate::target::{LIKELY, TargetSpec, likely_file};

/// Write a `pretoken.toml` and a GitHub Actions workflow for a trigger
///
/// A file that is there already is never changed.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Init {
    /// The trigger, as `pretoken check` takes it [default: a file in this folder or in `src` that is called like one]
    #[arg(value_name = "TARGET", conflicts_with = "command")]
    target: Option<String>,
    /// Any other command that speaks the Lambda Runtime API
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  pretoken init
  pretoken init src/app.py
  pretoken init -- java -jar target/trigger.jar";

/// The trigger that the files are written for.
pub(super) struct Chosen {
    pub(super) words: Words,
    pub(super) spec: TargetSpec,
}

/// The trigger, as people write it.
pub(super) enum Words {
    One(String),
    Command(Vec<String>),
}

impl Init {
    pub(in crate::cli) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let chosen = self.chosen()?;
        let here =
            std::env::current_dir().map_err(|error| Failure::Usage(format!("this folder is not usable: {error}")))?;
        // GitHub reads workflows at the top of a repository only.
        let top = here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&here);
        let below = here.strip_prefix(top).unwrap_or(Path::new(""));
        let files = [
            (PathBuf::from(FILE), config::text(&chosen.words)),
            (up(below).join(WORKFLOW), workflow::text(&chosen.spec, below)),
        ];
        if let Some((file, _)) = files.iter().find(|(file, _)| file.exists()) {
            return Err(is_there(file));
        }
        let mut told = match self.target {
            None if self.command.is_empty() => {
                format!("took `{}` for the trigger; `pretoken init TARGET` names another\n", chosen.spec)
            }
            _ => String::new(),
        };
        for (file, text) in &files {
            write_new(file, text)?;
            told.push_str(&format!("wrote `{}`\n", file.display()));
        }
        told.push_str("next: `pretoken check`, then look through both files and commit them\n");
        streams.write(&told)?;
        Ok(Exit::Success)
    }

    fn chosen(&self) -> Result<Chosen, Failure> {
        let wrong = |error: crate::target::SpecError| Failure::Usage(error.to_string());
        if !self.command.is_empty() {
            let spec = TargetSpec::command(&self.command).map_err(wrong)?;
            return Ok(Chosen { words: Words::Command(self.command.clone()), spec });
        }
        let word = self.target.clone().or_else(likely).ok_or_else(nothing_likely)?;
        let spec = TargetSpec::parse(&[&word]).map_err(wrong)?;
        Ok(Chosen { words: Words::One(plain_path(&word)), spec })
    }
}

const WORKFLOW: &str = ".github/workflows/pretoken.yml";

fn likely() -> Option<String> {
    ["", "src"].into_iter().find_map(|folder| likely_file(Path::new(folder)))
}

fn nothing_likely() -> Failure {
    let names = LIKELY.map(|name| format!("`{name}`")).join(", ");
    Failure::Usage(format!(
        "no file here is called like a handler ({names}, here or in `src`); name it, as in `pretoken init path/to/handler.py`"
    ))
}

/// From a folder to the one that it is so far below of.
fn up(below: &Path) -> PathBuf {
    below.components().map(|_| "..").collect()
}

fn is_there(file: &Path) -> Failure {
    let words = "`init` changes no file; move it away, or write into it what you need";
    Failure::Usage(format!("`{}` is there already: {words}", file.display()))
}

fn write_new(file: &Path, text: &str) -> Result<(), Failure> {
    let written = || {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().write(true).create_new(true).open(file)?.write_all(text.as_bytes())
    };
    written().map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => is_there(file),
        _ => Failure::Usage(format!("`{}` cannot be written: {error}", file.display())),
    })
}
