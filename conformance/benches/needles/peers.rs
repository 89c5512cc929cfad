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
        let mut command = self.command(self.printer())?;
        command.args([seeds.to_string(), events.to_string()]).stdout(Stdio::piped());
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

    /// The command that runs a script beside the peer's generator; what they need is installed below `target/`, once.
    pub(crate) fn command(self, script: &str) -> Result<Command, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let (program, generator) = match self {
            Self::FastCheck => (fast_check(&folder)?, "needles/peers/fast_check.mjs"),
            Self::Hypothesis => (hypothesis(&folder)?, "needles/peers/hypothesis_events.py"),
        };
        let mut command = Command::new(program);
        // Modules are looked for beside the importing file.
        for file in [generator, script] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches").join(file);
            let to = folder.join(from.file_name().ok_or("a file has no name")?);
            fs::copy(&from, &to).map_err(|error| format!("{}: {error}", from.display()))?;
            if file == script {
                command.arg(to);
            }
        }
        command.current_dir(&folder);
        Ok(command)
    }

    const fn printer(self) -> &'static str {
        match self {
            Self::FastCheck => "needles/peers/fast_check_print.mjs",
            Self::Hypothesis => "needles/peers/hypothesis_print.py",
        }
    }
}

fn fast_check(folder: &Path) -> Result<PathBuf, String> {
    if !["fast-check", "ajv"].iter().all(|package| folder.join("node_modules").join(package).exists()) {
        let mut npm = Command::new("npm");
        let options = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
        run(npm.args(options).arg(folder).args(["fast-check@4", "ajv@8"]))?;
    }
    Ok("node".into())
}

fn hypothesis(folder: &Path) -> Result<PathBuf, String> {
    let environment = folder.join("python");
    let python = environment.join("bin/python3");
    let done = environment.join("complete with a schema check");
    if !done.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let packages = ["hypothesis==6.*", "fastjsonschema==2.*"];
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
        fs::write(done, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
