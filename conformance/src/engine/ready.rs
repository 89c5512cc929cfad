use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Probe;
use crate::event;
use crate::generate;
use crate::situation::EventVersion;
use crate::target::{Description, Outcome, Reply, StartError, Target, Targets};

/// Targets of which the first has been started already, and may have been asked about its event versions.
///
/// A run on it uses that first one, so that a cold start is paid for, and told, once.
///
/// ```
/// use pretoken::engine::{Ready, versions};
/// use pretoken::target::InProcess;
/// use serde_json::Value;
/// use std::sync::atomic::AtomicBool;
///
/// let echo = InProcess::new("echo", |event: Value| event);
/// let mut ready = Ready::start(&echo).unwrap();
/// let told = versions(&ready.probe(&AtomicBool::new(false)));
/// assert_eq!(told.versions.len(), 3, "an echo does not tell");
/// ```
pub struct Ready<'t> {
    targets: &'t dyn Targets,
    first: Mutex<Option<First<'t>>>,
}

/// Probing ends after so many events that cost a time limit or a new start: there are dozens.
const PATIENCE: u32 = 2;

impl<'t> Ready<'t> {
    /// Starts the first target.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn start(targets: &'t dyn Targets) -> Result<Self, StartError> {
        let first = First { target: targets.start()?, cold_start: None };
        Ok(Self { targets, first: Mutex::new(Some(first)) })
    }

    /// Sends the documented events, each under every event version under which Cognito could send it, so that the
    /// versions are told apart by nothing but themselves. `stop` ends it early.
    pub fn probe(&mut self, stop: &AtomicBool) -> Vec<Probe> {
        let mut probes = Vec::new();
        let Ok(Some(first)) = self.first.get_mut() else { return probes };
        let mut costly = 0;
        for scenario in generate::documented() {
            let source = scenario.situation.trigger_source();
            for version in EventVersion::ALL.into_iter().filter(|version| source.sent_under(*version)) {
                let event = event::build(&scenario.situation, version);
                let sent = Instant::now();
                let Reply { outcome, output, cold_start } = first.target.invoke(&event);
                let took = sent.elapsed();
                if stop.load(Ordering::Relaxed) {
                    return probes;
                }
                costly += u32::from(matches!(outcome, Outcome::TimedOut { .. } | Outcome::Crashed(_)));
                first.cold_start = first.cold_start.max(cold_start.map(|start| start + took));
                probes.push(Probe { version, source, event, outcome, took, cold_start, output });
            }
            if costly >= PATIENCE {
                break;
            }
        }
        probes
    }
}

impl Targets for Ready<'_> {
    fn description(&self) -> Description {
        self.targets.description()
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        let first = self.first.lock().ok().and_then(|mut first| first.take());
        match first {
            Some(first) => Ok(Box::new(first)),
            None => self.targets.start(),
        }
    }

    fn program(&self) -> Option<&Path> {
        self.targets.program()
    }
}

struct First<'t> {
    target: Box<dyn Target + 't>,
    /// The longest cold start among the probes, each with its first answer; the next reply tells of it.
    cold_start: Option<Duration>,
}

impl Target for First<'_> {
    fn invoke(&mut self, event: &Value) -> Reply {
        let reply = self.target.invoke(event);
        Reply { cold_start: reply.cold_start.max(self.cold_start.take()), ..reply }
    }

    fn client(&self) -> Option<String> {
        self.target.client()
    }
}
