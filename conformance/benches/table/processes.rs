//! Triggers as processes, beside the bare loop; and two of them at work beside one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use pretoken::engine::{self, Plan};
use pretoken::situation::EventVersion;
use pretoken::target::{TargetOptions, Targets};

use crate::print::Line;
use crate::rounds::Spread;
use crate::row::{Figure, Row};
use crate::tools::{NODE, Needed, PYTHON, RUST, example, open};

/// The word by which this program is told to measure as `just bench-targets` does, and to print that table.
pub(crate) const SPEED: &str = "--speed";

/// Those that answer fast enough for nine rounds in a minute; `just bench-targets` has the others too.
const QUICK: [&str; 3] = ["rust", "python", "node"];

const ROUNDS: usize = 3;
/// Random ones, beside the documented ones and the boundaries.
const CASES: u64 = 2_000;

pub(crate) fn lines() -> Vec<Line> {
    let mut lines = vec![Line::Heading(
        "Runtime API: events/s of one job beside a bare loop that serves the same process; slices of 64 events, the upper tenth of 9 rounds that take turns; others: `just bench-targets`",
    )];
    match beside_the_bare_loop() {
        Ok(rows) => lines.extend(rows),
        Err(why) => lines.push(Line::LeftOut(why)),
    }
    lines.push(Line::Heading(
        "Runtime API: whole runs with two jobs beside one, starts included; medians of 3 rounds that take turns",
    ));
    let triggers: [(&str, &LazyLock<Needed<_>>, Option<&str>, EventVersion); 3] = [
        ("rust", &RUST, None, EventVersion::V2),
        ("powertools", &PYTHON, Some("powertools-python/app.py"), EventVersion::V1),
        ("node", &NODE, Some("node-plain/index.mjs"), EventVersion::V2),
    ];
    for (name, tool, file, version) in triggers {
        lines.push(match &**tool {
            Ok(program) => two_jobs(name, program, file, version).into(),
            Err(why) => Line::LeftOut(format!("{name}: {why}")),
        });
    }
    lines
}

/// What that measurement prints, as rows.
fn beside_the_bare_loop() -> Result<Vec<Line>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    let output = command.arg(SPEED).args(QUICK).stderr(Stdio::inherit()).output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("the measurement ended with {}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().skip(1).flat_map(rows).collect())
}

/// The rows of a line such as `node 24  6000  5900  98  5800  97  9000  150  40 ms`.
fn rows(line: &str) -> Vec<Line> {
    let words: Vec<&str> = line.split_whitespace().collect();
    // Names may have several words.
    let (name, numbers) = words.split_at(words.len().saturating_sub(9));
    let number = |place: usize| numbers[place].parse().expect("a number of events");
    let [bare, invoked, run] = [0, 1, 3].map(|place| Figure::new(number(place), "events/s"));
    let name = name.join(" ");
    let row = |what: &str, figure| {
        Row::new(format!("{name}, {what}"), figure).of("the bare loop", bare).ratio_at_least(0.9).into()
    };
    vec![row("sent and answers read", invoked), row("made, sent and judged", run)]
}

fn two_jobs(name: &str, program: &Path, file: Option<&str>, version: EventVersion) -> Row {
    let file = file.map_or_else(|| program.to_owned(), example);
    let python = (name == "powertools").then(|| program.to_owned());
    let targets = open(&[file], &TargetOptions { python, ..TargetOptions::default() });
    let [one, two] = Spread::in_turns(ROUNDS, |which| Ok(whole(&*targets, version, which + 1))).unwrap();
    let rate = |spread| Figure::of(spread, "events/s");
    Row::new(format!("{name}, two jobs"), rate(two)).beside("one job", rate(one)).ratio_at_least(1.7)
}

fn whole(targets: &dyn Targets, version: EventVersion, jobs: usize) -> f64 {
    let plan = Plan { versions: vec![version], cases: CASES, jobs, ..Plan::default() };
    let run = engine::run(&plan, targets, &|_| (), &AtomicBool::new(false)).unwrap();
    assert_eq!(run.outcomes.answered, run.cases.iter().map(|(_, _, count)| count).sum::<u64>());
    run.outcomes.answered as f64 / run.duration.as_secs_f64()
}
