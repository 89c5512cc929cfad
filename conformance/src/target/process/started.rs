use std::path::Path;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::launch::{Launch, Limits};
use super::running::{Exchanged, Running};
use crate::target::{Description, Outcome, Reply, StartError, Target, Targets};

/// A trigger that is started as a process, one for each job.
#[derive(Debug)]
pub(in crate::target) struct Processes {
    pub(in crate::target) description: Description,
    pub(in crate::target) launch: Launch,
    pub(in crate::target) limits: Limits,
}

impl Targets for Processes {
    fn description(&self) -> Description {
        self.description.clone()
    }

    fn program(&self) -> Option<&Path> {
        Some(&self.launch.program)
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
            StartError { reason: format!("the event loop cannot be started: {error}"), output: Vec::new() }
        })?;
        let mut started = Started { processes: self, running: None, cold_start: None, executor };
        started.start()?;
        Ok(Box::new(started))
    }
}

struct Started<'a> {
    processes: &'a Processes,
    // Before the executor: it is dropped first.
    running: Option<Running>,
    /// How long the last start took, until an event has told of it.
    cold_start: Option<Duration>,
    executor: Runtime,
}

impl Started<'_> {
    fn start(&mut self) -> Result<(), StartError> {
        let Processes { launch, limits, .. } = self.processes;
        let started = Instant::now();
        let running = self.executor.block_on(Running::start(launch, limits.start))?;
        self.cold_start = Some(started.elapsed());
        self.running = Some(running);
        Ok(())
    }

    /// Sees to it that a process is there that can take an event.
    fn make_ready(&mut self) -> Result<(), StartError> {
        let Some(running) = &mut self.running else { return self.start() };
        let Some(how) = running.ended() else { return Ok(()) };
        self.running = None;
        self.start()?;
        if let Some(running) = &mut self.running {
            running.output.note(format!("(the process {how} after its last answer, and was started again)"));
        }
        Ok(())
    }
}

impl Target for Started<'_> {
    fn invoke(&mut self, event: &Value) -> Reply {
        if let Err(StartError { reason, output }) = self.make_ready() {
            let outcome = Outcome::Crashed(format!("could not be started again: {reason}"));
            return Reply { outcome, output, cold_start: None };
        }
        let Some(running) = &mut self.running else { return Reply::of(Outcome::Crashed("is gone".to_owned())) };
        let event = Bytes::from(event.to_string());
        let Exchanged { outcome, usable } =
            self.executor.block_on(running.exchange(event, self.processes.limits.answer));
        let output = running.output.take();
        if !usable {
            self.running = None;
        }
        Reply { outcome, output, cold_start: self.cold_start.take() }
    }

    fn client(&self) -> Option<String> {
        self.running.as_ref().and_then(Running::client)
    }
}
