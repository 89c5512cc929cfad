//! Stages and whole cycles, with no process beside.

use std::sync::atomic::AtomicBool;

use pretoken::engine::{self, Plan};
use pretoken::target::{InProcess, Targets};
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

use crate::print::Line;
use crate::rounds::Spread;
use crate::row::{Figure, Row};
use crate::stage::Material;

const ROUNDS: usize = 9;
/// How often a stage is repeated in a round.
const TIMES: u64 = 5_000;
/// Random ones, beside the documented ones and the boundaries.
const CASES: u64 = 20_000;

/// The stages of every case; others are for some: where there is a dictionary, a process, or one case in many.
const IN_EACH_CYCLE: [&str; 5] = ["generate", "event", "generate with event", "reference trigger", "rules"];

pub(crate) fn lines() -> Vec<Line> {
    let echo = InProcess::new("echo", |event: Value| event);
    let policy = Policy::bundled();
    let reference = InProcess::new("reference", |event: Value| handle(event, &policy));
    let [echo, one, two] = Spread::in_turns(ROUNDS, |which| match which {
        0 => Ok(cycles(&echo, 1)),
        1 => Ok(cycles(&reference, 1)),
        _ => Ok(cycles(&reference, 2)),
    })
    .unwrap();
    let material = Material::new();
    let mut stages = material.stages();
    let mut rounds = vec![Vec::new(); stages.len()];
    for _ in 0..ROUNDS {
        for (stage, rounds) in stages.iter_mut().zip(&mut rounds) {
            rounds.push((stage.times)(TIMES).as_secs_f64() * 1e6 / TIMES as f64);
        }
    }
    let cycle = Figure::new(1e6 / one.median, "µs");
    let rate = |spread| Figure::of(spread, "cycles/s");
    let mut lines = vec![Line::Heading(
        "In process, the stages of a case on one core: medians of 9 rounds that take turns; ± is half the range of their middle half",
    )];
    lines.extend(stages.iter().zip(rounds).map(|(stage, rounds)| {
        let row = Row::new(stage.name, Figure::of(Spread::of(rounds), "µs"));
        if IN_EACH_CYCLE.contains(&stage.name) { row.of("a whole cycle", cycle).into() } else { row.into() }
    }));
    lines.push(Line::Heading("In process, whole runs of 20,000 random cases and the fixed ones: made, sent, judged by every rule, audited and compared"));
    lines.push(Row::new("cycles, a trigger that echoes", rate(echo)).at_least(50_000.0).into());
    lines.push(Row::new("cycles, the reference trigger", rate(one)).at_least(50_000.0).into());
    lines.push(Row::new("the same, two jobs", rate(two)).beside("one job", rate(one)).ratio_at_least(1.7).into());
    lines
}

fn cycles(target: &dyn Targets, jobs: usize) -> f64 {
    let plan = Plan { cases: CASES, jobs, ..Plan::default() };
    let run = engine::run(&plan, target, &|_| (), &AtomicBool::new(false)).unwrap();
    assert!(run.findings.is_empty());
    let cases: u64 = run.cases.iter().map(|(_, _, count)| count).sum();
    cases as f64 / run.duration.as_secs_f64()
}
