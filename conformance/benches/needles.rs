//! How many of a hundred runs find each needle: with the words of the trigger's own source, without them, and with the
//! generators that one writes by hand for fast-check and Hypothesis. `just needles`.
//!
//! A plain program and no benchmark: what it counts is the same on every machine. The peers' generators are in
//! `needles/peers/`; without npm or Python their columns are left out, and this is said.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what it is for")]

#[path = "needles/needle.rs"]
mod needle;
#[path = "needles/peers.rs"]
mod peers;

use std::process::ExitCode;
use std::sync::Arc;

use needle::{NEEDLES, Needle, cases};
use peers::Peer;
use pretoken::generate::Dictionary;

/// How many seeds; each is a run of its own.
const SEEDS: u64 = 100;

fn main() -> ExitCode {
    let general = Arc::new(Dictionary::default());
    let events = cases(0, &general).len();
    let peers: Vec<(Peer, Vec<Found>)> = Peer::ALL.into_iter().filter_map(|peer| found_by(peer, events)).collect();
    println!("{SEEDS} seeds, {events} events each under event version 2; found, and the event at which (median)");
    println!();
    print!("{:24} {:44} {:>5} {:>14} {:>14}", "trigger", "fails under", "words", "own words", "general words");
    peers.iter().for_each(|(peer, _)| print!(" {:>18}", format!("{} (of {})", peer.name(), peer.seeds())));
    println!();
    let mut missed = false;
    for (index, needle) in NEEDLES.iter().enumerate() {
        let dictionary = Arc::new(needle.dictionary());
        let with = Found::by(|seed| needle.found(seed, &dictionary));
        let without = Found::by(|seed| needle.found(seed, &general));
        let Needle { file, condition, conditions, .. } = needle;
        print!("{file:24} {condition:44} {:>5} {:>14} {:>14}", dictionary.words(), with.shown(), without.shown());
        peers.iter().filter_map(|(_, found)| found.get(index)).for_each(|found| print!(" {:>18}", found.shown()));
        println!();
        missed |= *conditions == 1 && with.0.len() < 95;
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// For each run that found a needle, the event at which it did.
#[derive(Clone, Debug, Default)]
struct Found(Vec<u64>);

impl Found {
    fn by(found: impl Fn(u64) -> Option<u64>) -> Self {
        Self((0..SEEDS).filter_map(found).collect())
    }

    fn shown(&self) -> String {
        let mut events = self.0.clone();
        events.sort_unstable();
        let median = events.get(events.len() / 2).map(|event| format!(" ({event})")).unwrap_or_default();
        format!("{}{median}", events.len())
    }
}

/// What a peer's events find; the same events serve every needle.
fn found_by(peer: Peer, events: u64) -> Option<(Peer, Vec<Found>)> {
    let mut found = vec![Found::default(); NEEDLES.len()];
    let mut first: Vec<Option<u64>> = Vec::new();
    let told = peer.events(events, |place, event| {
        if place == 0 {
            first = vec![None; NEEDLES.len()];
        }
        for (needle, (first, found)) in NEEDLES.iter().zip(first.iter_mut().zip(&mut found)) {
            if first.is_none() && (needle.fails)(event) {
                *first = Some(place + 1);
                found.0.push(place + 1);
            }
        }
    });
    match told {
        Ok(()) => Some((peer, found)),
        Err(reason) => {
            eprintln!("{} is left out: {reason}", peer.name());
            None
        }
    }
}
