use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Counterexample, Document, Trigger, Unusable, folder_name};

/// Where the counterexamples of one trigger are.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    trigger: Trigger,
}

/// A file that is not used, and left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub why: Unusable,
}

impl Folder {
    /// The folder of a trigger below the one for all of them. Nothing is read or made yet.
    ///
    /// ```
    /// use pretoken::saved::{Folder, Trigger};
    /// let folder = Folder::of(".pretoken".as_ref(), Trigger::new("python", "app.py", None));
    /// assert_eq!(folder.path("x.json").to_str(), Some(".pretoken/app.py/x.json"));
    /// ```
    pub fn of(root: &Path, trigger: Trigger) -> Self {
        Self { path: root.join(folder_name(&trigger)), trigger }
    }

    /// The trigger.
    pub const fn trigger(&self) -> &Trigger {
        &self.trigger
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The counterexamples in the order of their names, and the files that cannot be used. That there is no folder is no
    /// fault.
    pub fn read(&self) -> (Vec<(String, Counterexample)>, Vec<LeftOut>) {
        let names = match self.names() {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Vec::new(), Vec::new()),
            Err(error) => {
                let why = Unusable::Unread(error.to_string());
                return (Vec::new(), vec![LeftOut { path: self.path.clone(), why }]);
            }
        };
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for name in names {
            let path = self.path(&name);
            match Counterexample::of_file(&path).and_then(|read| self.own(read)) {
                Ok(counterexample) => good.push((name, counterexample)),
                Err(why) => bad.push(LeftOut { path, why }),
            }
        }
        (good, bad)
    }

    /// Writes a file whole or not at all: whoever ends the process, or reads meanwhile, meets no half of one.
    ///
    /// There is no `fsync`, which costs more than the finding: where the power fails, the next run finds the fault again.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or the file cannot be written.
    pub fn write(&self, name: &str, document: &Document) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        // Runs side by side must not write into one another's; the name has no `.json` at its end, so nobody reads it.
        let unfinished = self.path(&format!(".{name}.{}.tmp", std::process::id()));
        fs::write(&unfinished, document.text()?)
            .and_then(|()| fs::rename(&unfinished, self.path(name)))
            .inspect_err(|_| drop(fs::remove_file(&unfinished)))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            // A name that is no Unicode is none of ours.
            if let Ok(name) = entry?.file_name().into_string()
                && Path::new(&name).extension() == Some(OsStr::new("json"))
                && !name.starts_with('.')
            {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn own(&self, read: Counterexample) -> Result<Counterexample, Unusable> {
        let target = &read.document.target;
        if target.is(&self.trigger) { Ok(read) } else { Err(Unusable::OtherTrigger(target.display.clone())) }
    }
}

impl Counterexample {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Says why it cannot be used, and what to do.
    pub fn of_file(path: &Path) -> Result<Self, Unusable> {
        let unread = |error: io::Error| Unusable::Unread(error.to_string());
        // Reading a pipe would wait for whoever writes to it.
        if !fs::metadata(path).map_err(unread)?.is_file() {
            return Err(Unusable::NoFile);
        }
        Self::read(&fs::read(path).map_err(unread)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::engine::Seed;
    use crate::report::testing;
    use crate::rules;

    #[test]
    fn a_reader_never_meets_half_a_file() {
        let root = std::env::temp_dir().join(format!("pretoken-folder-{}", std::process::id()));
        let folder = Folder::of(&root, Trigger::new("python", "app.py", None));
        let finding = testing::finding(rules::find("reserved-claim-set").unwrap()).unwrap();
        let mut document = Document::new(&finding, folder.trigger().clone(), Seed::default());
        document.message = "long ".repeat(100_000);
        folder.write("x.json", &document).unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut times = 0;
                while !done.load(Ordering::Relaxed) {
                    Counterexample::of_file(&folder.path("x.json")).unwrap();
                    times += 1;
                }
                times
            });
            for _ in 0..100 {
                folder.write("x.json", &document).unwrap();
            }
            done.store(true, Ordering::Relaxed);
            assert!(reader.join().unwrap() > 0);
        });
        let left: Vec<_> = fs::read_dir(root.join("app.py")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(left, ["x.json"]);
    }
}
