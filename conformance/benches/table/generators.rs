//! Generation beside the generators that one writes by hand for other tools.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Instant;
use std::{fs, hint};

use pretoken::engine::{Audit, Seed};
use pretoken::event;
use pretoken::generate::Situations;
use pretoken::situation::EventVersion;
use pretoken_schemas::Schema;

use crate::peers::Peer;
use crate::print::Line;
use crate::rounds::Spread;
use crate::row::{Figure, Row};

const ROUNDS: usize = 7;
const VERSION: EventVersion = EventVersion::V2;

pub(crate) fn lines() -> Vec<Line> {
    let mut lines = vec![Line::Heading(
        "Generation: events of version 2, each checked against the same schema, and unchecked; medians of 7 rounds that take turns, in warm processes",
    )];
    for peer in Peer::ALL {
        lines.extend(beside(peer).unwrap_or_else(|why| vec![Line::LeftOut(format!("{}: {why}", peer.name()))]));
    }
    lines
}

fn beside(peer: Peer) -> Result<Vec<Line>, String> {
    let goal = match peer {
        Peer::FastCheck => 10.0,
        Peer::Hypothesis => 300.0,
    };
    let mut peer_at_work = AtWork::start(peer)?;
    let mut own = Own::new();
    // The first rounds are for warming up.
    for checked in [true, false] {
        own.pace(checked);
        peer_at_work.pace(checked)?;
    }
    let [checked, peer_checked, plain, peer_plain] = Spread::in_turns(ROUNDS, |which| {
        let checked = which < 2;
        if which % 2 == 0 { Ok(own.pace(checked)) } else { peer_at_work.pace(checked) }
    })?;
    let rate = |spread| Figure::of(spread, "events/s");
    let both = peer_at_work.name;
    let alone = both.split_once(", ").map_or(both.as_str(), |(generator, _)| generator).to_owned();
    Ok(vec![
        Row::new("events, each checked", rate(checked)).beside(both, rate(peer_checked)).ratio_at_least(goal).into(),
        Row::new("events, unchecked", rate(plain)).beside(alone, rate(peer_plain)).ratio_at_least(goal).into(),
    ])
}

/// pretoken's own generator.
struct Own {
    audit: Audit,
    index: u64,
}

impl Own {
    fn new() -> Self {
        Self { audit: Audit::new().unwrap(), index: 0 }
    }

    fn pace(&mut self, checked: bool) -> f64 {
        const EVENTS: u64 = 20_000;
        let started = Instant::now();
        for _ in 0..EVENTS {
            self.index += 1;
            let event = event::build(&Situations::new(VERSION).draw(Seed(1).of_case(self.index)), VERSION);
            assert!(!checked || self.audit.fault(VERSION, &event).is_none());
            hint::black_box(event);
        }
        EVENTS as f64 / started.elapsed().as_secs_f64()
    }
}

/// A peer's process, which makes events when it is told to.
struct AtWork {
    peer: Peer,
    /// What it calls itself and its schema checker, with their versions.
    name: String,
    process: Ended,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl AtWork {
    fn start(peer: Peer) -> Result<Self, String> {
        let script = match peer {
            Peer::FastCheck => "table/peers/fast_check_pace.mjs",
            Peer::Hypothesis => "table/peers/hypothesis_pace.py",
        };
        let mut command = peer.command(script)?;
        command.arg(schema()?).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = Ended(command.spawn().map_err(|error| format!("{command:?}: {error}"))?);
        let pipes = process.0.stdin.take().zip(process.0.stdout.take());
        let (orders, answers) = pipes.ok_or("it has no input or output")?;
        let mut started = Self { peer, name: String::new(), process, orders, answers: BufReader::new(answers) };
        started.name = started.answer()?;
        Ok(started)
    }

    fn pace(&mut self, checked: bool) -> Result<f64, String> {
        let events = match self.peer {
            Peer::FastCheck => 1_500,
            Peer::Hypothesis => 100,
        };
        let what = if checked { "checked" } else { "plain" };
        writeln!(self.orders, "{what} {events}").map_err(|error| error.to_string())?;
        let answer = self.answer()?;
        let seconds: f64 = answer.parse().map_err(|error| format!("it answered `{answer}`: {error}"))?;
        Ok(f64::from(events) / seconds)
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        if read > 0 {
            return Ok(line.trim().to_owned());
        }
        let status = self.process.0.wait().map_err(|error| error.to_string())?;
        Err(format!("it ended with {status}"))
    }
}

/// A process that ends with whoever holds it.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn schema() -> Result<PathBuf, String> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("event-v2.json");
    fs::write(&file, Schema::EventV2.text()).map_err(|error| error.to_string())?;
    Ok(file)
}
