//! A folder of its own in which the command runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use pretoken::saved::{Trigger, folder_name};
use pretoken_schemas::Schema;
use serde_json::Value;

pub(crate) struct Project(PathBuf);

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("saved-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let ended = self.command(arguments).output().unwrap();
        Run {
            code: ended.status.code().expect("it ends by itself"),
            out: String::from_utf8(ended.stdout).unwrap(),
            err: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    /// A check without random cases, as JSON.
    pub(crate) fn check(&self, address: &str, more: &[&str]) -> Value {
        self.check_under("1,2", address, more)
    }

    pub(crate) fn check_under(&self, versions: &str, address: &str, more: &[&str]) -> Value {
        let check = ["check", address, "--event-version", versions, "--cases", "0", "--format", "json"];
        let run = self.run(&[&check[..], more].concat());
        let report: Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"));
        assert_eq!(faults(Schema::Report, &report), [""; 0]);
        report
    }

    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// The folder of a trigger, as it is named on the command line.
    pub(crate) fn folder(address: &str) -> PathBuf {
        Path::new(".pretoken").join(folder_name(&Trigger::new("http", address, None)))
    }

    /// Every file in the trigger's folder with what it holds.
    pub(crate) fn files(&self, address: &str) -> BTreeMap<String, Vec<u8>> {
        let Ok(entries) = fs::read_dir(self.path(Self::folder(address))) else { return BTreeMap::new() };
        let entries = entries.map(|entry| entry.unwrap());
        entries
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
            .collect()
    }

    pub(crate) fn document(&self, address: &str, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(Self::folder(address)).join(name)).unwrap()).unwrap()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The two files of a trigger that sets `sub`.
pub(crate) const SUB: [&str; 2] =
    ["reserved-claim-set.unchangeable-claim.v1.json", "reserved-claim-set.unchangeable-claim.v2.json"];

pub(crate) fn faults(schema: Schema, value: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema.text()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap().iter_errors(value).map(|error| error.to_string()).collect()
}

/// The notes of a report, as one text.
pub(crate) fn notes(report: &Value) -> String {
    let notes = report["notes"].as_array().unwrap().iter();
    notes.map(|note| note.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}
