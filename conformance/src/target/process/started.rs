use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use serde_json::Value;

use super::launch::{Launch, Limits};
use super::running::{Exchanged, Running};
use crate::target::runtime_api::Spoken;
use crate::target::{Description, Outcome, Received, Reply, Said, StartError, Target, Targets, Wire};

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
        let mut started = Started {
            processes: self,
            running: None,
            client: None,
            handler: None,
            cold_start: None,
            failed_starts: 0,
            kept: VecDeque::new(),
        };
        started.running = Some(started.launch()?);
        Ok(Box::new(started))
    }
}

struct Started<'a> {
    processes: &'a Processes,
    running: Option<Running>,
    client: Option<String>,
    handler: Option<String>,
    /// How long the last start took, until an event has told of it.
    cold_start: Option<Duration>,
    /// How many starts have failed one after the other.
    failed_starts: u32,
    /// Events for the next process.
    kept: VecDeque<Bytes>,
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
        let running = Running::start(launch, *limits)?;
        self.failed_starts = 0;
        self.cold_start = Some(started.elapsed());
        self.client = running.client();
        self.handler = running.handler();
        Ok(running)
    }
}

impl Target for Started<'_> {
    fn invoke(&mut self, event: &Value) -> Reply {
        self.offer(event.to_string());
        self.hear().read()
    }

    fn wire(&mut self) -> Option<Box<dyn Wire + '_>> {
        Some(Box::new(Open(self)))
    }

    fn client(&self) -> Option<String> {
        self.client.clone()
    }

    fn handler(&self) -> Option<String> {
        self.handler.clone()
    }
}

/// A wire to the process, which has no event when the wire is put down.
struct Open<'s, 'a>(&'s mut Started<'a>);

/// Whoever has offered events ahead is woken for so many answers at a time, as long as they come quickly: to wake somebody costs
/// the thread that speaks to the trigger as much as all else that it does.
const MANY: usize = 16;
const QUICKLY: Duration = Duration::from_millis(2);

impl Wire for Open<'_, '_> {
    fn offer(&mut self, event: String) {
        self.0.offer(event);
    }

    fn take(&mut self) -> Received {
        if let Some(running) = &self.0.running
            && !running.has_news()
        {
            running.gather(MANY, QUICKLY);
        }
        self.0.hear()
    }
}

impl Drop for Open<'_, '_> {
    fn drop(&mut self) {
        self.0.kept.clear();
        // What comes of an event that nobody waits for must not be taken for an answer to the next one.
        self.0.running = self.0.running.take().filter(Running::recall);
    }
}

impl Started<'_> {
    fn offer(&mut self, event: String) {
        match &self.running {
            Some(running) => running.offer(event.into()),
            None => self.kept.push_back(event.into()),
        }
    }

    fn hear(&mut self) -> Received {
        // What a process said that ended between its last answer and this event.
        let mut said_before: Option<Vec<String>> = None;
        loop {
            let running = match self.running.take().map_or_else(|| self.launch(), Ok) {
                Ok(running) => running,
                Err(StartError { reason, output }) => {
                    self.kept.pop_front();
                    let said = Said::Other(Outcome::Crashed(format!("could not be started again: {reason}")));
                    return Received { said, output, cold_start: None, took: Duration::ZERO };
                }
            };
            self.kept.drain(..).for_each(|event| running.offer(event));
            let Spoken { said, took, output } = match running.hear(self.processes.limits.answer) {
                Exchanged::Done(spoken) => {
                    self.running = Some(running);
                    spoken
                }
                Exchanged::Last(spoken) => {
                    self.kept = running.end();
                    spoken
                }
                // It is nothing that this event did: the next process gets it, as on Lambda.
                Exchanged::Undelivered(how, mut output) if said_before.is_none() => {
                    output.push(format!("(the process {how} after its last answer, and was started again)"));
                    said_before = Some(output);
                    self.kept = running.end();
                    continue;
                }
                Exchanged::Undelivered(how, output) => {
                    self.kept = running.end();
                    self.kept.pop_front();
                    Spoken { said: Said::Other(Outcome::Crashed(how)), took: Duration::ZERO, output }
                }
            };
            let output = said_before.into_iter().flatten().chain(output).collect();
            return Received { said, output, cold_start: self.cold_start.take(), took };
        }
    }
}
