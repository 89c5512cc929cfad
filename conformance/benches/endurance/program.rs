//! The plan of the long run: some short runs, one that takes most of the time, and short ones until the time is over.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use pretoken::situation::EventVersion;

use crate::endurance::fault::Setting;
use crate::endurance::trial::{Disturbed, Seen, Trial};
use crate::endurance::watch::{Course, Sample, median};
use crate::tools::{BARE_PYTHON, or_skip};

/// How long it takes when nobody says.
const MINUTES: f64 = 20.0;

/// Long enough for a busy machine, so that nothing is late but what hangs.
const LIMIT: Duration = Duration::from_secs(2);

/// So much of the time is for the one long run.
const LONG: f64 = 0.65;

pub(crate) fn run() -> ExitCode {
    let minutes = std::env::var("MINUTES").ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(MINUTES);
    let Some(python) = or_skip(&BARE_PYTHON) else { return ExitCode::FAILURE };
    let folder = tempfile::tempdir().unwrap();
    let mut endurance = Endurance { python: python.clone(), folder, number: 0, cases: 0, calls: 0, complaints: 0 };
    let started = Instant::now();
    let whole = Duration::from_secs_f64(minutes * 60.0);
    println!("{HEAD}");
    // The first ones tell how fast this machine is.
    let (mut cases, mut took) = (0, Duration::ZERO);
    for disturbed in [Disturbed::Not, Disturbed::Seldom] {
        if let Some(seen) = endurance.short(disturbed) {
            (cases, took) = (cases + seen.expected.cases, took + seen.took);
        }
    }
    // Of a long run, more of the time is for cases: what is found is found but once.
    let rate = cases as f64 / took.as_secs_f64().max(1.0) * 2.5;
    endurance.long((rate * (whole.as_secs_f64() * LONG)) as u64);
    let ways = [Disturbed::Always, Disturbed::Not, Disturbed::Seldom, Disturbed::Not];
    for disturbed in ways.into_iter().cycle() {
        if started.elapsed() >= whole {
            break;
        }
        endurance.short(disturbed);
    }
    let Endurance { number, cases, calls, complaints, .. } = endurance;
    println!();
    println!(
        "{:.1} minutes, {number} runs, {cases} cases and {calls} calls for what was found; {complaints} complaints",
        started.elapsed().as_secs_f64() / 60.0
    );
    if complaints == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const HEAD: &str = "\
run                       cases jobs    s  answered/errored/crashed/timed out/not JSON/protocol  found  signals
                          memory in MB, open files, threads, children: first third, last third, most";

struct Endurance {
    python: PathBuf,
    folder: tempfile::TempDir,
    number: u32,
    cases: u64,
    calls: u64,
    complaints: usize,
}

impl Endurance {
    fn short(&mut self, disturbed: Disturbed) -> Option<Seen> {
        let about = match disturbed {
            Disturbed::Not => "short",
            Disturbed::Seldom => "disturbed seldom",
            Disturbed::Always => "disturbed",
        };
        let number = self.number as usize;
        let version = EventVersion::ALL.get(number % 3).copied().unwrap_or(EventVersion::V2);
        // With Cognito's own limit, hangs are findings too.
        let limit = if number % 5 == 4 { Duration::from_secs(5) } else { LIMIT };
        let setting = Setting { limit, sparing: false };
        self.trial(&Trial { about, setting, ..self.plain(600, vec![version], 1 + number % 2, disturbed) })
    }

    fn long(&mut self, cases: u64) {
        let plain = self.plain(cases, EventVersion::ALL.to_vec(), 1, Disturbed::Not);
        let Some(seen) = self.trial(&Trial { about: "long", ..plain }) else { return };
        println!("    memory in MB, by tenths of the time: {}", tenths(&seen.samples));
        let complaints = not_flat(&seen.samples);
        complaints.iter().for_each(|complaint| println!("    {complaint}"));
        self.complaints += complaints.len();
    }

    fn plain(&self, cases: u64, versions: Vec<EventVersion>, jobs: usize, disturbed: Disturbed) -> Trial {
        Trial {
            about: "",
            number: self.number,
            seed: u64::from(self.number) + 1,
            cases,
            versions,
            jobs,
            setting: Setting { limit: LIMIT, sparing: true },
            only: Vec::new(),
            disturbed,
            python: self.python.clone(),
        }
    }

    fn trial(&mut self, trial: &Trial) -> Option<Seen> {
        self.number += 1;
        let seen = trial.run(self.folder.path());
        let complaints = match &seen {
            Ok(seen) => {
                tell(trial, seen);
                self.cases += seen.expected.cases;
                self.calls += seen.told.further_calls;
                seen.complaints.clone()
            }
            Err(error) => vec![format!("{} {}: {error}", trial.about, trial.seed)],
        };
        complaints.iter().for_each(|complaint| println!("    {complaint}"));
        self.complaints += complaints.len();
        seen.ok()
    }
}

fn tell(trial: &Trial, seen: &Seen) {
    let Seen { took, samples, signals, expected, told, .. } = seen;
    let outcomes = told.outcomes.iter().map(u64::to_string).collect::<Vec<_>>().join("/");
    println!(
        "{:3} {:20} {:6}  {}  {:5.0}  {outcomes:55} {:3}/{:3} {signals:6}",
        trial.seed,
        trial.about,
        expected.cases,
        trial.jobs,
        took.as_secs_f64(),
        told.findings.keys().filter(|kind| expected.findings.contains_key(*kind)).count(),
        expected.findings.len(),
    );
    let [memory, files, threads, children] = courses(samples);
    let megabytes = |kilobytes: u64| kilobytes as f64 / 1024.0;
    println!(
        "                          {:.1} {:.1} {:.1}   {} {} {}   {} {} {}   {} {} {}",
        megabytes(memory.first),
        megabytes(memory.last),
        megabytes(memory.most),
        files.first,
        files.last,
        files.most,
        threads.first,
        threads.last,
        threads.most,
        children.first,
        children.last,
        children.most,
    );
}

fn courses(samples: &[Sample]) -> [Course; 4] {
    // The first seconds are for warming up.
    let samples = samples.get(WARM.min(samples.len() / 4)..).unwrap_or_default();
    [
        Course::of(samples, |sample| sample.memory),
        Course::of(samples, |sample| sample.files),
        Course::of(samples, |sample| sample.threads),
        Course::of(samples, |sample| sample.children),
    ]
}

fn tenths(samples: &[Sample]) -> String {
    let medians = samples.chunks(samples.len().div_ceil(10).max(1)).map(|tenth| median(tenth, |sample| sample.memory));
    medians.map(|memory| format!("{:.1}", memory as f64 / 1024.0)).collect::<Vec<_>>().join(" ")
}

/// In seconds, one for each sample.
const WARM: usize = 20;

fn not_flat(samples: &[Sample]) -> Vec<String> {
    let [memory, files, threads, children] = courses(samples);
    let mut complaints = Vec::new();
    let allowed = memory.first + memory.first / 10 + 2 * 1024;
    if memory.last > allowed {
        complaints.push(format!("memory grows: {} KiB and later {} KiB", memory.first, memory.last));
    }
    for (name, course) in [("open files", files), ("threads", threads), ("children", children)] {
        if course.last > course.first {
            complaints.push(format!("{name} grow: {} and later {}", course.first, course.last));
        }
    }
    complaints
}
