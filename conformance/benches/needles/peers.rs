//! Events of the generators that one writes by hand for other tools.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Peer {
    FastCheck,
    Hypothesis,
}

impl Peer {
    pub(crate) const ALL: [Self; 2] = [Self::FastCheck, Self::Hypothesis];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FastCheck => "fast-check",
            Self::Hypothesis => "Hypothesis",
        }
    }

    /// How many seeds it runs with: Hypothesis takes some 5 ms for an event, and is not waited for as long as for a hundred.
    pub(crate) const fn seeds(self) -> u64 {
        match self {
            Self::FastCheck => 100,
            Self::Hypothesis => 25,
        }
    }

    /// Hands on so many events for each seed, with their places among those of the seed.
    pub(crate) fn events(self, events: u64, mut each: impl FnMut(u64, &Value)) -> Result<(), String> {
        let seeds = self.seeds();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut command = self.installed(&folder)?;
        command.args([seeds.to_string(), events.to_string()]).current_dir(&folder).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let out = child.stdout.take().ok_or("it has no output")?;
        let mut count = 0;
        for line in BufReader::new(out).lines() {
            let line = line.map_err(|error| error.to_string())?;
            each(count % events, &serde_json::from_str(&line).map_err(|error| format!("{error}: {line}"))?);
            count += 1;
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() && count == seeds * events {
            Ok(())
        } else {
            Err(format!("it ended with {status} after {count} events"))
        }
    }

    /// The command that prints the events; what it needs is installed below `target/`, once.
    fn installed(self, folder: &Path) -> Result<Command, String> {
        let source = |name| Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/needles/peers").join(name);
        match self {
            Self::FastCheck => {
                if !folder.join("node_modules/fast-check").exists() {
                    let mut npm = Command::new("npm");
                    run(npm
                        .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
                        .arg(folder)
                        .arg("fast-check@4"))?;
                }
                // Modules are looked for beside the importing file.
                let script = folder.join("fast_check.mjs");
                fs::copy(source("fast_check.mjs"), &script).map_err(|error| error.to_string())?;
                let mut node = Command::new("node");
                node.arg(script);
                Ok(node)
            }
            Self::Hypothesis => {
                let python: PathBuf = folder.join("python/bin/python3");
                if !folder.join("python/complete").exists() {
                    run(Command::new("python3").args(["-m", "venv"]).arg(folder.join("python")))?;
                    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "hypothesis==6.*"]))?;
                    fs::write(folder.join("python/complete"), "").map_err(|error| error.to_string())?;
                }
                let mut command = Command::new(python);
                command.arg(source("hypothesis_events.py"));
                Ok(command)
            }
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
