//! One `pretoken check` of `trigger.py`: started, watched, perhaps disturbed, and held against what it had to find.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pretoken::engine::{Plan, Seed, Selection};
use pretoken::situation::EventVersion;

use super::disturbance::Disturbance;
use super::expected::Expected;
use super::fault::Setting;
use super::verdict::{self, Told};
use super::watch::{self, Sample};

/// What is to be run.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) about: &'static str,
    pub(crate) number: u32,
    pub(crate) seed: u64,
    pub(crate) cases: u64,
    pub(crate) versions: Vec<EventVersion>,
    pub(crate) jobs: usize,
    pub(crate) setting: Setting,
    /// Only these rules, if any are named.
    pub(crate) only: Vec<String>,
    pub(crate) disturbed: Disturbed,
    pub(crate) python: PathBuf,
}

/// What is done to the trigger's processes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disturbed {
    Not,
    /// So seldom that no finding can be lost by it: less often than the rarest fault shows.
    Seldom,
    /// All the time.
    Always,
}

/// What came of it.
pub(crate) struct Seen {
    pub(crate) took: Duration,
    pub(crate) samples: Vec<Sample>,
    pub(crate) signals: u64,
    pub(crate) expected: Expected,
    pub(crate) told: Told,
    /// What is wrong; nothing, if all is as it has to be.
    pub(crate) complaints: Vec<String>,
}

/// It tells failures on events with unknown fields instead of the rule that met them, which would be a finding less.
const NOT_ASKED: &str = "unknown-field-rejected";

/// How often the process is looked at.
const SAMPLED: Duration = Duration::from_secs(1);

/// Nothing takes so long but what hangs.
const FOR_EVER: Duration = Duration::from_secs(3600);

impl Trial {
    pub(crate) fn plan(&self) -> Plan {
        let rules = Selection::new(&self.only, &[NOT_ASKED.to_owned()]).unwrap_or_default();
        Plan {
            versions: self.versions.clone(),
            cases: self.cases,
            seed: Seed(self.seed),
            jobs: self.jobs,
            rules,
            ..Plan::default()
        }
    }

    /// # Errors
    ///
    /// Says why there was no run at all.
    pub(crate) fn run(&self, folder: &Path) -> Result<Seen, String> {
        let expected = Expected::of(&self.plan(), self.setting)?;
        let own = folder.join(format!("run-{}", self.number));
        let temporary = own.join("tmp");
        fs::create_dir_all(&temporary).map_err(|error| format!("{}: {error}", own.display()))?;
        fs::write(own.join("app.py"), include_str!("trigger.py")).map_err(|error| error.to_string())?;
        // Digits alone: it is a number of seconds as well.
        let mark = format!("{}{:05}", std::process::id(), self.number);
        let most = match self.disturbed {
            Disturbed::Not => 0,
            Disturbed::Seldom => expected.rarest.saturating_sub(1),
            Disturbed::Always => u64::MAX,
        };
        let mut disturbance = Disturbance::new(self.seed, self.setting.limit, most);

        let started = Instant::now();
        let mut child = self.command(&own, &temporary, &mark).spawn().map_err(|error| error.to_string())?;
        let (samples, hangs) = watched(&mut child, &mut disturbance);
        let status = child.wait().map_err(|error| error.to_string())?;
        let took = started.elapsed();

        let mut complaints = Vec::new();
        if hangs {
            complaints.push(format!("it was not done after {} s", FOR_EVER.as_secs()));
        }
        if status.code() != Some(1) {
            complaints.push(format!("it ended with {status}, not with 1"));
        }
        for (process, arguments) in left(&mark) {
            complaints.push(format!("process {process} is left: {arguments}"));
        }
        complaints.extend(files(&temporary).iter().map(|file| format!("{} is left", file.display())));
        let told = Told::read(&own.join("report.json"))
            .map_err(|error| format!("{error}: {}", fs::read_to_string(own.join("progress")).unwrap_or_default()))?;
        complaints.extend(verdict::complaints(&expected, &told, disturbance.made));
        complaints.extend(unsaved(&own, &told));
        if complaints.is_empty() {
            let _ = fs::remove_dir_all(&own);
        }
        Ok(Seen { took, samples, signals: disturbance.made, expected, told, complaints })
    }

    fn command(&self, folder: &Path, temporary: &Path, mark: &str) -> Command {
        let versions: Vec<&str> = self.versions.iter().map(|version| version.as_str()).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
        command.args(["check", "app.py", "--no-dictionary", "--allow", NOT_ASKED]);
        command.args(["--event-version", &versions.join(",")]);
        command.args(["--cases", &self.cases.to_string(), "--seed", &self.seed.to_string()]);
        command.args(["--jobs", &self.jobs.to_string(), "--timeout", &format!("{}ms", self.setting.limit.as_millis())]);
        command.args(["--format", "json", "--output", "report.json"]);
        command.args(self.only.iter().flat_map(|rule| ["--only", rule]));
        command.arg("--python").arg(&self.python);
        command.current_dir(folder).env("TMPDIR", temporary).env("PRETOKEN_ENDURANCE", mark);
        command.env("PRETOKEN_ENDURANCE_SPARING", if self.setting.sparing { "yes" } else { "no" });
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(fs::File::create(folder.join("progress")).map_or_else(|_| Stdio::null(), Stdio::from));
        command
    }
}

/// Looks at the process until it ends, and disturbs those that it starts. True: it did not end.
fn watched(child: &mut Child, disturbance: &mut Disturbance) -> (Vec<Sample>, bool) {
    let started = Instant::now();
    let mut samples = Vec::new();
    while matches!(child.try_wait(), Ok(None)) {
        if started.elapsed() > FOR_EVER {
            let _ = child.kill();
            return (samples, true);
        }
        if started.elapsed() >= SAMPLED * u32::try_from(samples.len()).unwrap_or(u32::MAX) {
            samples.extend(Sample::of(child.id()));
        }
        disturbance.turn(child.id());
        thread::sleep(Duration::from_millis(20));
    }
    (samples, false)
}

/// Whoever bears the mark and does not end. One that is just being executed shows neither arguments nor environment, and one
/// that is just being ended still shows both.
fn left(mark: &str) -> Vec<(u32, String)> {
    let waited = Instant::now();
    loop {
        thread::sleep(Duration::from_millis(200));
        let left = watch::marked(mark);
        if left.is_empty() || waited.elapsed() > Duration::from_secs(2) {
            return left;
        }
    }
}

/// Findings that say where they are saved and are not, and files that are none of them.
fn unsaved(folder: &Path, told: &Told) -> Vec<String> {
    let saved = files(&folder.join(".pretoken"));
    let is_whole =
        |file: &PathBuf| fs::read(file).is_ok_and(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
    let broken = saved.iter().filter(|file| !is_whole(file)).map(|file| format!("{} is no JSON", file.display()));
    let missing = told.saved.iter().filter(|file| !folder.join(file).is_file());
    broken.chain(missing.map(|file| format!("`{file}` was not saved"))).collect()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
