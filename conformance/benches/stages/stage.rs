//! The stages of a case, each to be repeated so many times. Shared by the benchmarks and the table.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made should say so at once")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use pretoken::dictionary::of_target;
use pretoken::engine::{Audit, Judge, Seed, Selection};
use pretoken::event;
use pretoken::generate::{Dictionary, Situations};
use pretoken::rules::Exchange;
use pretoken::situation::{EventVersion, Situation};
use pretoken::target::{Outcome, TargetSpec};
use pretoken::tokens;
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

/// What the stages work on.
pub(crate) struct Material {
    situations: Vec<(EventVersion, Situation)>,
    dictionary: Dictionary,
    policy: Policy,
    events: Vec<Value>,
    outcomes: Vec<Outcome>,
    audit: Audit,
}

/// A stage of a case.
pub(crate) struct Stage<'m> {
    pub(crate) name: &'static str,
    /// Does it so many times, and tells how long that took.
    pub(crate) times: Box<dyn FnMut(u64) -> Duration + 'm>,
}

/// As many situations as keep the branch predictor honest.
const SITUATIONS: u64 = 3_000;

impl Material {
    pub(crate) fn new() -> Self {
        let drawn = |index| (version(index), Situations::new(version(index)).draw(Seed(1).of_case(index)));
        let situations: Vec<_> = (0..SITUATIONS).map(drawn).collect();
        // The words of a trigger with tables of tenants, roles and clients.
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/needles/tables/app.py");
        let dictionary = of_target(&TargetSpec::parse(&[file]).unwrap()).dictionary;
        assert!(dictionary.words() > 50, "the file was read");
        let policy = Policy::bundled();
        let events: Vec<Value> =
            situations.iter().map(|(version, situation)| event::build(situation, *version)).collect();
        let outcomes = events.iter().map(|event| Outcome::Answered(handle(event.clone(), &policy).unwrap())).collect();
        Self { situations, dictionary, policy, events, outcomes, audit: Audit::new().unwrap() }
    }

    /// Every stage, in the order of a case.
    pub(crate) fn stages(&self) -> Vec<Stage<'_>> {
        let Self { situations, dictionary, policy, events, outcomes, audit } = self;
        let exchanges: Vec<Exchange<'_>> = situations
            .iter()
            .zip(events.iter().zip(outcomes))
            .map(|((version, situation), (event, outcome))| Exchange::new(situation, *version, event, outcome))
            .collect();
        let of_tokens = exchanges.clone();
        let versions = || situations.iter().map(|(version, _)| *version);
        let mut judge = Judge::new(&Selection::default());
        vec![
            by_index("generate", |index| Situations::new(version(index)).draw(Seed(1).of_case(index))),
            by_index("generate with a dictionary", |index| {
                Situations::new(version(index)).with(dictionary).draw(Seed(1).of_case(index))
            }),
            in_turn("event", situations.iter().collect(), |(version, situation)| event::build(situation, *version)),
            by_index("generate with event", |index| {
                let version = version(index);
                event::build(&Situations::new(version).draw(Seed(1).of_case(index)), version)
            }),
            in_turn("schema check", versions().zip(events).collect(), |(version, event)| {
                assert!(audit.fault(*version, event).is_none());
            }),
            in_turn("serialise", events.iter().collect(), |event| serde_json::to_vec(event).unwrap()),
            handled(events, policy),
            in_turn("rules", exchanges, move |exchange| {
                let mut applied = 0_u32;
                judge.judge(exchange, |_, _, violations| {
                    assert!(violations.is_empty());
                    applied += 1;
                });
                applied
            }),
            in_turn("tokens", of_tokens, |exchange| {
                let before = tokens::issued(exchange.situation);
                (before, tokens::apply(exchange.situation, exchange.version, exchange.answer().unwrap()))
            }),
        ]
    }
}

/// The versions in turn.
fn version(index: u64) -> EventVersion {
    *EventVersion::ALL.get((index % 3) as usize).unwrap()
}

/// A stage that makes something new each time.
fn by_index<'m, T>(name: &'static str, mut make: impl FnMut(u64) -> T + 'm) -> Stage<'m> {
    let mut index = 0;
    let times = move |count| {
        let started = Instant::now();
        for _ in 0..count {
            index += 1;
            black_box(make(index));
        }
        started.elapsed()
    };
    Stage { name, times: Box::new(times) }
}

/// A stage that works on what was made before.
fn in_turn<'m, S: 'm, T>(name: &'static str, all: Vec<S>, mut work: impl FnMut(&S) -> T + 'm) -> Stage<'m> {
    let mut place = 0;
    let times = move |count| {
        let started = Instant::now();
        for _ in 0..count {
            place = (place + 1) % all.len();
            black_box(work(all.get(place).unwrap()));
        }
        started.elapsed()
    };
    Stage { name, times: Box::new(times) }
}

/// The reference trigger, which takes its events: the copies are not counted.
fn handled<'m>(events: &'m [Value], policy: &'m Policy) -> Stage<'m> {
    let mut turn = events.iter().cycle();
    let times = move |count: u64| {
        let mut took = Duration::ZERO;
        let mut left = count;
        while left > 0 {
            let copies: Vec<Value> = turn.by_ref().take(left.min(SITUATIONS) as usize).cloned().collect();
            left -= copies.len() as u64;
            let started = Instant::now();
            for event in copies {
                black_box(handle(event, policy).unwrap());
            }
            took += started.elapsed();
        }
        took
    };
    Stage { name: "reference trigger", times: Box::new(times) }
}
