use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event;
use crate::rules::{Exchange, Timing};
use crate::situation::{EventVersion, Situation};
use crate::target::{Outcome, Reply, Target, Targets};

/// What comparing answers cost, beside the run's cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Experiments {
    /// Pairs of answers that were compared.
    pub pairs: u64,
    /// Calls of the trigger for them.
    pub calls: u64,
    /// Fresh starts of the trigger for them.
    pub starts: u64,
}

/// Calls the trigger, in the process of the run or in a fresh one.
pub(in crate::engine) struct Calls<'c, 't> {
    targets: &'t dyn Targets,
    warm: &'c mut (dyn Target + 't),
    stop: &'c AtomicBool,
    unanswered: u32,
    /// What the calls cost so far.
    pub(in crate::engine) made: Experiments,
}

/// Where an event goes.
pub(super) enum Process<'t> {
    /// To the process that has seen the run's cases.
    Warm,
    /// To one that has seen nothing but what was sent here.
    Fresh(Box<dyn Target + 't>),
}

/// An event that was sent, and what came back.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Sent {
    pub(in crate::engine) situation: Situation,
    pub(in crate::engine) version: EventVersion,
    pub(in crate::engine) event: Value,
    pub(in crate::engine) reply: Reply,
    timing: Timing,
}

impl Sent {
    pub(super) fn exchange(&self) -> Exchange<'_> {
        Exchange::new(&self.situation, self.version, &self.event, &self.reply.outcome).timed(self.timing)
    }
}

/// After so many calls in a row without an answer in time, nothing more is compared.
const UNANSWERED: u32 = 5;

impl<'c, 't> Calls<'c, 't> {
    pub(in crate::engine) fn new(
        targets: &'t dyn Targets,
        warm: &'c mut (dyn Target + 't),
        stop: &'c AtomicBool,
    ) -> Self {
        Self { targets, warm, stop, unanswered: 0, made: Experiments::default() }
    }

    /// Whether a start gives a process that has seen nothing.
    pub(super) fn can_start_afresh(&self) -> bool {
        self.targets.starts_afresh()
    }

    /// A fresh process, where there can be one. One that cannot be started again is no fault of what is compared.
    pub(super) fn fresh(&mut self) -> Option<Process<'t>> {
        if !self.can_start_afresh() || self.is_over() {
            return None;
        }
        self.made.starts += 1;
        Some(Process::Fresh(self.targets.start().ok()?))
    }

    /// Sends a situation's event; nothing comes back once the run is being ended.
    pub(super) fn send(
        &mut self,
        process: &mut Process<'t>,
        situation: &Situation,
        version: EventVersion,
    ) -> Option<Sent> {
        if self.is_over() {
            return None;
        }
        let event = event::build(situation, version);
        let sent = Instant::now();
        let reply = match process {
            Process::Warm => self.warm.invoke(&event),
            Process::Fresh(target) => target.invoke(&event),
        };
        let timing = Timing { took: sent.elapsed(), cold_start: reply.cold_start };
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.made.calls += 1;
        let timed_out = matches!(reply.outcome, Outcome::TimedOut { .. });
        self.unanswered = if timed_out { self.unanswered + 1 } else { 0 };
        Some(Sent { situation: situation.clone(), version, event, reply, timing })
    }

    pub(super) fn is_over(&self) -> bool {
        self.unanswered >= UNANSWERED || self.stop.load(Ordering::Relaxed)
    }
}
