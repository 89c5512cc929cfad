use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::tools::{Needed, cache, example};

/// The command in a folder, in surroundings that say nothing about Python, Node, colours or a terminal.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
    match arguments {
        // These folders are not for findings.
        ["check", more @ ..] => command.args(["check", "--no-save"]).args(more),
        other => command.args(other),
    };
    command.current_dir(folder).stdin(Stdio::null());
    for variable in ["VIRTUAL_ENV", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "MY_SECOND_ATTRIBUTE"] {
        command.env_remove(variable);
    }
    command
}

/// What a command came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn pretoken(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(command(folder, arguments).output().unwrap())
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// The text without its line breaks, so that a phrase is found wherever it is wrapped.
    pub(crate) fn flat(&self) -> String {
        self.out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) {
        assert!(self.flat().contains(words), "`{words}` is not in: {} {}", self.out, self.err);
    }

    #[track_caller]
    pub(crate) fn ends_with(&self, code: i32) {
        assert_eq!(self.code, code, "{} {}", self.out, self.err);
    }
}

/// A trigger of these tests' own.
pub(crate) fn trigger(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/named_targets/triggers").join(name);
    path.display().to_string()
}

/// An example as somebody has it who copied its folder; what `fill` installs there is kept.
pub(crate) fn copied(name: &str, fill: impl FnOnce(&Path) -> Result<(), String>) -> Needed<PathBuf> {
    let folder = cache("examples-as-copied").join(name);
    copy(&example(name), &folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fill(&folder)?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, place) = (entry?.path(), to);
        let place = place.join(entry.file_name().unwrap());
        if !entry.is_dir() {
            fs::copy(&entry, &place)?;
        } else if !["node_modules", ".venv", "__pycache__"].iter().any(|name| entry.ends_with(name)) {
            copy(&entry, &place)?;
        }
    }
    Ok(())
}
