//! Miniatures in Python and Node.js, as people write them, under the real command and the real interpreters.
//!
//! The first line of each says what it must be convicted of. Further lines may say which errors come with it (`also:`),
//! and which options the command needs (`with:`), such as the event version where most answers are the echo.
//! What is missing on the machine is said aloud and skipped; with `CI=true` it fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

#[expect(dead_code, reason = "shared with the tests of targets, which need more of it")]
#[path = "../targets/tools.rs"]
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pretoken::rules;
use serde_json::Value;
use tools::{BARE_PYTHON, NODE, or_skip};

#[test]
fn every_miniature_in_python_is_convicted_of_what_it_says() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let environment = python.parent().and_then(Path::parent).unwrap();
    for miniature in Miniature::all("python") {
        miniature.convict(Command::new(PRETOKEN).env("VIRTUAL_ENV", environment));
    }
}

#[test]
fn every_miniature_in_node_is_convicted_of_what_it_says() {
    let Some(_) = or_skip(&NODE) else { return };
    for miniature in Miniature::all("node") {
        miniature.convict(&mut Command::new(PRETOKEN));
    }
}

#[test]
fn the_miniatures_are_of_many_kinds() {
    for folder in ["python", "node"] {
        let all = Miniature::all(folder);
        assert!(all.len() >= 12, "{} in {folder}", all.len());
        let mut rules: Vec<_> = all.iter().map(|miniature| miniature.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        assert!(rules.len() >= 8, "{folder}: {rules:?}");
    }
}

const PRETOKEN: &str = env!("CARGO_BIN_EXE_pretoken");

struct Miniature {
    file: PathBuf,
    rule: String,
    reason: String,
    also: Vec<String>,
    with: Vec<String>,
}

impl Miniature {
    /// Those of a language, in the order of their names.
    fn all(language: &str) -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/miniatures").join(language);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = files.filter(|file| file.is_file()).collect();
        files.sort();
        files.into_iter().map(Self::read).collect()
    }

    fn read(file: PathBuf) -> Self {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['#', '/', ' '])).collect();
        let says = |what: &str| lines.iter().take(3).find_map(|line| line.strip_prefix(what)).unwrap_or_default();
        let words = |what: &str| says(what).split_whitespace().map(ToOwned::to_owned).collect();
        let (rule, reason) = says("convicted by: ")
            .strip_suffix(')')
            .and_then(|words| words.split_once(" ("))
            .unwrap_or_else(|| panic!("{}: the first line does not say by which rule", file.display()));
        let known = rules::find(rule).is_some_and(|known| known.reasons.contains(&reason));
        assert!(known, "{}: there is no `{rule}` with `{reason}`", file.display());
        Self { rule: rule.to_owned(), reason: reason.to_owned(), also: words("also: "), with: words("with: "), file }
    }

    /// Checks it as a new user would, but with fewer random cases.
    fn convict(&self, command: &mut Command) {
        command.args(["check", "--no-save", "--cases", "100", "--format", "json"]).args(&self.with).arg(&self.file);
        let output = command.current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null()).output().unwrap();
        let name = self.file.file_name().unwrap().display();
        let err = String::from_utf8_lossy(&output.stderr);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{name}: {err}"));
        let findings: Vec<(&str, &str, &str)> = report["findings"].as_array().unwrap().iter().map(told).collect();
        let own = findings.iter().any(|(rule, reason, _)| (*rule, *reason) == (&*self.rule, &*self.reason));
        assert!(own, "{name} is not convicted by {} ({}), but: {findings:?}", self.rule, self.reason);
        let others = findings.iter().filter(|(rule, _, level)| {
            *level == "error" && *rule != self.rule && !self.also.iter().any(|also| also == rule)
        });
        assert_eq!(others.collect::<Vec<_>>(), [&("", "", ""); 0], "{name} is convicted of more");
    }
}

/// A finding's rule, reason and level.
fn told(finding: &Value) -> (&str, &str, &str) {
    let member = |name: &str| finding[name].as_str().unwrap_or_default();
    (member("rule"), member("reason"), member("level"))
}
