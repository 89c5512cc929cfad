//! What each stage of a case costs, and how many whole cases a core does in a second: `just bench-stages`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run should say so at once")]

#[path = "stages/stage.rs"]
mod stage;

use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pretoken::engine::{Plan, run};
use pretoken::target::InProcess;
use pretoken_trigger::{Policy, handle};
use serde_json::Value;
use stage::Material;

/// As in the command.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

criterion_group!(benches, stages, cycles);
criterion_main!(benches);

fn stages(criterion: &mut Criterion) {
    let material = Material::new();
    let mut group = criterion.benchmark_group("stage");
    group.throughput(Throughput::Elements(1));
    for mut stage in material.stages() {
        group.bench_function(stage.name, |bencher| bencher.iter_custom(&mut stage.times));
    }
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
