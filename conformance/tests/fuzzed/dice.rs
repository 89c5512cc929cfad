use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// How many inputs there are: in a plain test run, and of those that `PRETOKEN_FUZZ` asks for one in so many.
#[derive(Clone, Copy)]
pub(crate) struct Count {
    pub(crate) usual: u64,
    pub(crate) one_in: u64,
}

/// No input is worth so much time, on the slowest machine.
const HANGS: Duration = Duration::from_secs(60);

/// Runs inputs on every processor.
pub(crate) fn side_by_side(count: Count, input: impl Fn(u64, &mut Dice) + Sync) {
    side_by_side_with(count, || (), |(), number, dice| input(number, dice));
}

/// The same, where each processor needs something of its own.
pub(crate) fn side_by_side_with<S>(
    count: Count,
    own: impl Fn() -> S + Sync,
    input: impl Fn(&mut S, u64, &mut Dice) + Sync,
) {
    let from = asked("PRETOKEN_FUZZ_FROM").unwrap_or_default() / count.one_in;
    let upto = asked("PRETOKEN_FUZZ").map_or(count.usual, |all| all / count.one_in + count.usual);
    let (next, slowest, started) = (AtomicU64::new(from), AtomicU64::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut own = own();
                let mut took = |number| {
                    let started = Instant::now();
                    let run = catch_unwind(AssertUnwindSafe(|| input(&mut own, number, &mut Dice::new(number))));
                    assert!(run.is_ok(), "input {number} panics");
                    started.elapsed()
                };
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= upto {
                        return;
                    }
                    let mut time = took(number);
                    if time > HANGS {
                        // The machine may have slept meanwhile.
                        time = took(number);
                    }
                    assert!(time < HANGS, "input {number} took {time:?}");
                    slowest.fetch_max(u64::try_from(time.as_micros()).unwrap(), Ordering::Relaxed);
                }
            });
        }
    });
    if asked("PRETOKEN_FUZZ").is_some() {
        let test = thread::current().name().unwrap_or_default().to_owned();
        let (took, all) = (started.elapsed().as_secs_f64(), upto.saturating_sub(from));
        let slowest = Duration::from_micros(slowest.into_inner());
        eprintln!("{all} inputs in {took:.0} s, {:.0} a second, the slowest {slowest:?}: {test}", all as f64 / took);
    }
}

fn asked(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|number| number.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

pub(crate) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}
