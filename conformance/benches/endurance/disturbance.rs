//! Kills and stops the trigger's processes from outside.

use std::time::{Duration, Instant};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rustix::process::{Pid, Signal, kill_process};

use super::watch;

/// Signals at random moments.
pub(crate) struct Disturbance {
    dice: Xoshiro256PlusPlus,
    limit: Duration,
    next: Instant,
    /// A process that was stopped, and when it goes on.
    stopped: Option<(u32, Instant)>,
    most: u64,
    /// How many processes were killed or stopped.
    pub(crate) made: u64,
}

/// By then the first process has started: a run that cannot start has no verdict.
const FIRST: Duration = Duration::from_secs(2);

/// Longer than a start takes: after three failed starts in a row the engine tries no further one.
const SHORTEST: Duration = Duration::from_millis(500);

impl Disturbance {
    pub(crate) fn new(seed: u64, limit: Duration, most: u64) -> Self {
        let dice = Xoshiro256PlusPlus::seed_from_u64(seed);
        Self { dice, limit, next: Instant::now() + FIRST, stopped: None, most, made: 0 }
    }

    /// Does what there is to do now to one of those that the process has started.
    pub(crate) fn turn(&mut self, process: u32) {
        let now = Instant::now();
        if let Some((stopped, _)) = self.stopped.take_if(|(_, until)| *until <= now)
            && watch::children(process).contains(&stopped)
        {
            send(stopped, Signal::CONT);
        }
        if now < self.next || self.made >= self.most {
            return;
        }
        self.next = now + SHORTEST + self.up_to(Duration::from_millis(1_500));
        let children = watch::children(process);
        let chosen = usize::try_from(self.dice.next_u64()).unwrap_or(usize::MAX) % children.len().max(1);
        let Some(&chosen) = children.get(chosen) else { return };
        match self.dice.next_u64() % 4 {
            0 => {
                send(chosen, Signal::STOP);
                // Half of them go on before the limit.
                self.stopped = Some((chosen, now + self.up_to(self.limit * 2)));
            }
            // It stays so, and is ended at the limit.
            1 => send(chosen, Signal::STOP),
            _ => send(chosen, Signal::KILL),
        }
        self.made += 1;
    }

    fn up_to(&mut self, most: Duration) -> Duration {
        most.mul_f64((self.dice.next_u64() % 1_000) as f64 / 1_000.0)
    }
}

fn send(process: u32, signal: Signal) {
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        let _ = kill_process(process, signal);
    }
}
