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

    fn starts_afresh(&self) -> bool {
        true
    }

    fn program(&self) -> Option<&Path> {
        Some(&self.launch.program)
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
            StartError { reason: format!("the event loop cannot be started: {error}"), output: Vec::new() }
        })?;
        let mut started = Started {
            processes: self,
            running: None,
            client: None,
            handler: None,
            cold_start: None,
            failed_starts: 0,
            executor,
        };
        started.running = Some(started.launch()?);
        Ok(Box::new(started))
    }
}

struct Started<'a> {
    processes: &'a Processes,
    // Before the executor: it is dropped first.
    running: Option<Running>,
    client: Option<String>,
    handler: Option<String>,
    /// How long the last start took, until an event has told of it.
    cold_start: Option<Duration>,
    /// How many starts have failed one after the other.
    failed_starts: u32,
    executor: Runtime,
}

/// After so many failed starts in a row, no further one is tried: a start may take ten seconds to fail, and there may
/// be thousands of events.
const STARTS: u32 = 3;

impl Started<'_> {
    fn launch(&mut self) -> Result<Running, StartError> {
        if self.failed_starts >= STARTS {
            let reason = format!("{STARTS} starts in a row have failed, and no further one is tried");
            return Err(StartError { reason, output: Vec::new() });
        }
        self.failed_starts += 1;
        let Processes { launch, limits, .. } = self.processes;
        let started = Instant::now();
        let running = self.executor.block_on(Running::start(launch, limits.start))?;
        self.failed_starts = 0;
        self.cold_start = Some(started.elapsed());
        self.client = running.client();
        self.handler = running.handler();
        Ok(running)
    }
}

impl Target for Started<'_> {
    fn invoke(&mut self, event: &Value) -> Reply {
        self.invoke_while(event, &mut || ()).0
    }

    fn invoke_while(&mut self, event: &Value, meanwhile: &mut dyn FnMut()) -> (Reply, Duration) {
        let mut meanwhile = Once(Some(meanwhile));
        let sent = self.send(event, &mut || meanwhile.call());
        meanwhile.call();
        sent
    }

    fn client(&self) -> Option<String> {
        self.client.clone()
    }

    fn handler(&self) -> Option<String> {
        self.handler.clone()
    }
}

impl Started<'_> {
    fn send(&mut self, event: &Value, meanwhile: &mut dyn FnMut()) -> (Reply, Duration) {
        let event = Bytes::from(event.to_string());
        // What a process said that ended between its last answer and this event.
        let mut said_before: Option<Vec<String>> = None;
        loop {
            let mut running = match self.running.take().map_or_else(|| self.launch(), Ok) {
                Ok(running) => running,
                Err(StartError { reason, output }) => {
                    let outcome = Outcome::Crashed(format!("could not be started again: {reason}"));
                    return (Reply { outcome, output, cold_start: None }, Duration::ZERO);
                }
            };
            let exchange = running.exchange(event.clone(), self.processes.limits.answer, meanwhile);
            // A start is told by itself, and is no part of this.
            let sent = Instant::now();
            let exchanged = self.executor.block_on(exchange);
            let took = sent.elapsed();
            let mut output = said_before.clone().unwrap_or_default();
            output.extend(running.output.take());
            let outcome = match exchanged {
                Exchanged::Done(outcome) => {
                    self.running = Some(running);
                    outcome
                }
                Exchanged::Last(outcome) => outcome,
                // It is nothing that this event did: the next process gets it, as on Lambda.
                Exchanged::Undelivered(how) if said_before.is_none() => {
                    output.push(format!("(the process {how} after its last answer, and was started again)"));
                    said_before = Some(output);
                    continue;
                }
                Exchanged::Undelivered(how) => Outcome::Crashed(how),
            };
            return (Reply { outcome, output, cold_start: self.cold_start.take() }, took);
        }
    }
}

/// Something that is done once, however often an event has to be sent, and also if it cannot be sent at all.
struct Once<'a>(Option<&'a mut dyn FnMut()>);

impl Once<'_> {
    fn call(&mut self) {
        if let Some(call) = self.0.take() {
            call();
        }
    }
}
