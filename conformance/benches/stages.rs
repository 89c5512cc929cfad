//! What each stage of a case costs, and how many whole cases a core does in a second.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use pretoken::dictionary::of_target;
use pretoken::engine::{Judge, Plan, Seed, Selection, run};
use pretoken::event;
use pretoken::generate::{Dictionary, Situations};
use pretoken::rules::Exchange;
use pretoken::situation::{EventVersion, Situation};
use pretoken::target::{InProcess, Outcome, TargetSpec};
use pretoken::tokens;
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

criterion_group!(benches, stages, cycles);
criterion_main!(benches);

/// The versions in turn.
fn version(index: u64) -> EventVersion {
    *EventVersion::ALL.get((index % 3) as usize).unwrap()
}

/// As many situations of each version as keep the branch predictor honest.
fn situations() -> Vec<(EventVersion, Situation)> {
    (0..3_000)
        .map(|index| {
            let version = version(index as u64);
            (version, Situations::new(version).draw(Seed(1).of_case(index as u64)))
        })
        .collect()
}

/// The words of a trigger with tables of tenants, roles and clients.
fn dictionary() -> Dictionary {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/needles/tables/app.py");
    let dictionary = of_target(&TargetSpec::parse(&[file]).unwrap()).dictionary;
    assert!(dictionary.words() > 50, "the file was read");
    dictionary
}

fn stages(criterion: &mut Criterion) {
    let situations = situations();
    let mut group = criterion.benchmark_group("stage");
    group.throughput(Throughput::Elements(1));
    let mut index = 0_u64;
    group.bench_function("generate", |bencher| {
        bencher.iter(|| {
            index += 1;
            let version = version(index);
            black_box(Situations::new(version).draw(Seed(1).of_case(index)))
        });
    });
    let dictionary = dictionary();
    let mut index = 0_u64;
    group.bench_function("generate with a dictionary", |bencher| {
        bencher.iter(|| {
            index += 1;
            let version = version(index);
            black_box(Situations::new(version).with(&dictionary).draw(Seed(1).of_case(index)))
        });
    });
    let mut turn = situations.iter().cycle();
    group.bench_function("event", |bencher| {
        bencher.iter(|| {
            let (version, situation) = turn.next().unwrap();
            black_box(event::build(situation, *version))
        });
    });
    let mut index = 0_u64;
    group.bench_function("generate with event", |bencher| {
        bencher.iter(|| {
            index += 1;
            let version = version(index);
            black_box(event::build(&Situations::new(version).draw(Seed(1).of_case(index)), version))
        });
    });
    let policy = Policy::bundled();
    let events: Vec<Value> = situations.iter().map(|(version, situation)| event::build(situation, *version)).collect();
    let mut turn = events.iter().cycle();
    group.bench_function("reference trigger", |bencher| {
        bencher.iter_batched(
            || turn.next().unwrap().clone(),
            |event| black_box(handle(event, &policy)),
            BatchSize::SmallInput,
        );
    });
    let outcomes: Vec<Outcome> =
        events.iter().map(|event| Outcome::Answered(handle(event.clone(), &policy).unwrap())).collect();
    let exchanges: Vec<Exchange<'_>> = situations
        .iter()
        .zip(&events)
        .zip(&outcomes)
        .map(|(((version, situation), event), outcome)| Exchange::new(situation, *version, event, outcome))
        .collect();
    let mut turn = exchanges.iter().cycle();
    let mut judge = Judge::new(&Selection::default());
    group.bench_function("rules", |bencher| {
        bencher.iter(|| {
            let mut applied = 0_u32;
            judge.judge(turn.next().unwrap(), |_, _, violations| {
                assert!(violations.is_empty());
                applied += 1;
            });
            black_box(applied)
        });
    });
    let mut turn = exchanges.iter().cycle();
    group.bench_function("tokens", |bencher| {
        bencher.iter(|| {
            let exchange = turn.next().unwrap();
            let before = tokens::issued(exchange.situation);
            black_box((before, tokens::apply(exchange.situation, exchange.version, exchange.answer().unwrap())))
        });
    });
    group.finish();
}

fn cycles(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cycle");
    const CASES: u64 = 20_000;
    group.throughput(Throughput::Elements(CASES));
    group.sample_size(10);
    let plan = Plan { cases: CASES, ..Plan::default() };
    let echo = InProcess::new("echo", |event: Value| event);
    group.bench_function("echo", |bencher| {
        bencher.iter(|| run(&plan, &echo, &|_| (), &AtomicBool::new(false)).unwrap());
    });
    let policy = Policy::bundled();
    let reference = InProcess::new("reference", |event: Value| handle(event, &policy));
    group.bench_function("reference trigger", |bencher| {
        bencher.iter(|| run(&plan, &reference, &|_| (), &AtomicBool::new(false)).unwrap());
    });
    group.finish();
}
