use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;

use super::{Document, Folder, Found, LeftOut, file_name};
use crate::engine::{Finding, Progress, SavedCase, Seed};
use crate::report::{self, Report, counted};
use crate::rules::{Kind, Level, Rule};
use crate::situation::EventVersion;

/// Keeps the findings of a run in files while it goes on, and knows what earlier runs kept.
///
/// A finding is written when it is met, and written anew when it has been made small. A file that still fails stays as it
/// is, byte for byte, unless a smaller event was found.
#[derive(Debug)]
pub struct Keeper {
    folder: Folder,
    keeping: Keeping,
    earlier: Vec<(SavedCase, Identity)>,
    left_out: Vec<LeftOut>,
    state: Mutex<State>,
}

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// Whether anything is written.
    pub writes: bool,
    /// The lowest level that is written.
    pub least: Level,
    /// The seed of the run.
    pub seed: Seed,
}

/// What tells findings apart.
type Identity = (&'static str, &'static str, Option<String>, EventVersion, Level);

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<Identity, File>,
    /// The saved cases that were run again, by name.
    reruns: BTreeMap<String, Rerun>,
    /// What has been made small.
    shrunk: BTreeSet<Identity>,
    in_the_way: BTreeSet<PathBuf>,
    failed: Option<(PathBuf, io::Error)>,
}

#[derive(Debug)]
struct File {
    name: String,
    /// What it holds, if an earlier run wrote it.
    earlier: Option<Earlier>,
}

#[derive(Debug)]
struct Earlier {
    found: Found,
    /// Whether nothing can be gained by writing it anew for the same event.
    settled: bool,
    length: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Rerun {
    /// The same rule was broken for the same reason.
    Fails,
    /// Another was.
    FailsOtherwise,
    /// Nothing beyond advice was found.
    Passes,
}

impl Keeper {
    /// Reads what earlier runs kept.
    pub fn new(folder: Folder, keeping: Keeping) -> Self {
        let (good, left_out) = folder.read();
        let (mut earlier, mut files) = (Vec::new(), BTreeMap::new());
        for (name, read) in good {
            let identity = (read.rule.id, read.reason, read.document.promise.clone(), read.version, read.level());
            earlier.push((read.case(&name), identity.clone()));
            let document = read.document;
            let settled = document.shrunk || !document.before.is_empty();
            let length = document.event.to_string().len();
            let file = File { name, earlier: Some(Earlier { found: document.found, settled, length }) };
            // Somebody may keep several events for one fault: all are run, and none of them is written.
            files.entry(identity).or_insert(file);
        }
        let state = Mutex::new(State { files, ..State::default() });
        Self { folder, keeping, earlier, left_out, state }
    }

    /// What earlier runs kept, to be run first.
    pub fn cases(&self) -> Vec<SavedCase> {
        self.earlier.iter().map(|(case, _)| case.clone()).collect()
    }

    /// Takes in what the engine tells.
    pub fn told(&self, progress: Progress<'_>) {
        // A poisoned lock costs the files, never the run.
        let Ok(mut state) = self.state.lock() else { return };
        match progress {
            Progress::Rerun { case, shown } => self.rerun(&mut state, case, shown),
            Progress::Found { finding } if self.keeps(finding) => self.found(&mut state, finding),
            Progress::Shrunk { finding } if self.keeps(finding) => self.shrunk(&mut state, finding),
            _ => {}
        }
    }

    /// Names in the report the file of each finding, and says what became of the others.
    pub fn tell(&self, report: &mut Report) {
        let Ok(mut state) = self.state.lock() else { return };
        if !report.interrupted {
            self.forget_what_became_another(&mut state, report);
        }
        for finding in report.findings.iter_mut().filter(|finding| finding.allowed.is_none()) {
            let report::Finding { rule, reason, promise, event_version, level, .. } = &*finding;
            let file = state.files.get(&(rule.id, reason, promise.clone(), *event_version, *level));
            finding.replay = file.map(|file| self.folder.path(&file.name).display().to_string());
        }
        let notes = self.notes(&state, report);
        report.notes.extend(notes);
    }

    /// What was met on an event of an inferred form may need none when it is small: it is then the same finding as on
    /// any other event, and the file that this run wrote for it first stands for nothing.
    fn forget_what_became_another(&self, state: &mut State, report: &Report) {
        let reported = |(rule, reason, promise, version, level): &Identity| {
            report.findings.iter().any(|finding| {
                finding.rule.id == *rule
                    && finding.reason == *reason
                    && finding.promise == *promise
                    && finding.event_version == *version
                    && finding.level == *level
            })
        };
        state.files.retain(|identity, file| {
            let keep = file.earlier.is_some() || reported(identity);
            if !keep {
                // Should it stay: the next check runs it, as it does every other.
                let _ = fs::remove_file(self.folder.path(&file.name));
            }
            keep
        });
    }

    fn keeps(&self, finding: &Finding) -> bool {
        self.keeping.writes && finding.violation.allowed.is_none() && finding.level() >= self.keeping.least
    }

    fn rerun(&self, state: &mut State, case: &SavedCase, shown: &[(&'static Rule, Kind)]) {
        let Some((_, (rule, reason, promise, ..))) = self.earlier.iter().find(|(earlier, _)| earlier.name == case.name)
        else {
            return;
        };
        let rerun = if shown.iter().any(|(other, kind)| {
            other.id == *rule && kind.reason == *reason && kind.promise.as_deref() == promise.as_deref()
        }) {
            Rerun::Fails
        } else if shown.iter().any(|(other, _)| other.level > Level::Advice) {
            Rerun::FailsOtherwise
        } else {
            Rerun::Passes
        };
        state.reruns.insert(case.name.clone(), rerun);
    }

    fn found(&self, state: &mut State, finding: &Finding) {
        let identity = identity(finding);
        if state.files.contains_key(&identity) {
            return;
        }
        let name = file_name(finding.rule, identity.1, identity.2.as_deref(), identity.3, identity.4);
        let path = self.folder.path(&name);
        // What could not be used as a counterexample of this trigger may be of value to somebody.
        if fs::symlink_metadata(&path).is_ok() {
            state.in_the_way.insert(path);
        } else if self.write(state, &name, &self.document(finding)) {
            state.files.insert(identity, File { name, earlier: None });
        }
    }

    fn shrunk(&self, state: &mut State, finding: &Finding) {
        let identity = identity(finding);
        // Of findings that have become the same, the first is the one that is reported.
        if !state.shrunk.insert(identity.clone()) {
            return;
        }
        let Some(file) = state.files.get(&identity) else { return self.found(state, finding) };
        let mut document = self.document(finding);
        if let Some(earlier) = &file.earlier {
            let fails = state.reruns.get(&file.name) == Some(&Rerun::Fails);
            let smaller = document.event.to_string().len() < earlier.length;
            if !finding.shrinking.reproduced || fails && earlier.settled && !smaller {
                return;
            }
            if fails {
                document.found = earlier.found.clone();
            }
        }
        let name = file.name.clone();
        self.write(state, &name, &document);
    }

    fn document(&self, finding: &Finding) -> Document {
        Document::new(finding, self.folder.trigger().clone(), self.keeping.seed)
    }

    /// True if it was written. Where one file cannot be written, the others cannot either.
    fn write(&self, state: &mut State, name: &str, document: &Document) -> bool {
        if state.failed.is_some() {
            return false;
        }
        let written = self.folder.write(name, document);
        state.failed = written.err().map(|error| (self.folder.path(name), error));
        state.failed.is_none()
    }

    fn notes(&self, state: &State, report: &Report) -> Vec<String> {
        let mut notes = Vec::new();
        let judged = |id: &str| report.rules.iter().any(|line| line.rule.id == id);
        let passes = |case: &SavedCase| state.reruns.get(&case.name) == Some(&Rerun::Passes);
        let passing: Vec<_> = self
            .earlier
            .iter()
            .filter(|(case, (rule, ..))| judged(rule) && passes(case))
            .map(|(case, _)| case)
            .collect();
        if !passing.is_empty() {
            let count = counted(passing.len() as u64, "saved counterexample passes", "saved counterexamples pass");
            let names: Vec<_> =
                passing.iter().map(|case| format!("`{}`", self.folder.path(&case.name).display())).collect();
            notes.push(format!("{count}; keep as a regression test, or delete: {}", names.join(", ")));
        }
        let elsewhere = self.earlier.iter().filter(|(case, _)| !report.event_versions.contains(&case.version)).count();
        if elsewhere > 0 {
            let count = counted(elsewhere as u64, "saved counterexample is", "saved counterexamples are");
            notes.push(format!("{count} for event versions that were not tried"));
        }
        for LeftOut { path, why } in &self.left_out {
            notes.push(format!("`{}` {why}; it was left out", path.display()));
        }
        for path in &state.in_the_way {
            notes.push(format!("a finding was not saved, because `{}` is in the way", path.display()));
        }
        if let Some((path, error)) = &state.failed {
            notes.push(format!(
                "`{}` cannot be written: {error}; findings were not saved, and `--no-save` does not try to",
                path.display()
            ));
        }
        notes
    }
}

fn identity(finding: &Finding) -> Identity {
    let promise = finding.violation.promise.as_deref().map(ToOwned::to_owned);
    (finding.rule.id, finding.violation.reason, promise, finding.version, finding.level())
}
