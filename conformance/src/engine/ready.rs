use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Probe;
use crate::event;
use crate::generate;
use crate::situation::EventVersion;
use crate::target::{Description, Outcome, Received, Reply, StartError, Target, Targets, Wire};

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
        self.probe_under(&EventVersion::ALL, stop)
    }

    /// The same under some versions only, for the words of the answers (see [`crate::dictionary`]).
    pub fn probe_under(&mut self, versions: &[EventVersion], stop: &AtomicBool) -> Vec<Probe> {
        let mut probes = Vec::new();
        let Ok(Some(first)) = self.first.get_mut() else { return probes };
        let mut costly = 0;
        for scenario in generate::documented() {
            let source = scenario.situation.trigger_source();
            for version in versions.iter().copied().filter(|version| source.sent_under(*version)) {
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

    fn starts_afresh(&self) -> bool {
        self.targets.starts_afresh()
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

    fn wire(&mut self) -> Option<Box<dyn Wire + '_>> {
        Some(Box::new(FirstWire { wire: self.target.wire()?, cold_start: &mut self.cold_start }))
    }

    fn client(&self) -> Option<String> {
        self.target.client()
    }

    fn handler(&self) -> Option<String> {
        self.target.handler()
    }
}

struct FirstWire<'f> {
    wire: Box<dyn Wire + 'f>,
    cold_start: &'f mut Option<Duration>,
}

impl Wire for FirstWire<'_> {
    fn offer(&mut self, event: String) {
        self.wire.offer(event);
    }

    fn take(&mut self) -> Received {
        self.wire.take().after_start(self.cold_start.take())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::situation::TriggerSource;

    /// A trigger whose first answer is slow, and which crashes when it is told to.
    #[derive(Default)]
    struct Counted {
        starts: AtomicU32,
        crashes: bool,
    }

    struct Started {
        events: u32,
        crashes: bool,
    }

    const COLD: Duration = Duration::from_secs(3);

    impl Targets for Counted {
        fn description(&self) -> Description {
            Description { kind: "test", display: String::new(), file: None }
        }

        fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
            self.starts.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(Started { events: 0, crashes: self.crashes }))
        }
    }

    impl Target for Started {
        fn invoke(&mut self, event: &Value) -> Reply {
            self.events += 1;
            let outcome =
                if self.crashes { Outcome::Crashed("gone".to_owned()) } else { Outcome::Answered(event.clone()) };
            Reply { cold_start: (self.events == 1).then_some(COLD), ..Reply::of(outcome) }
        }
    }

    #[test]
    fn the_target_that_was_probed_is_the_first_of_the_run_and_its_cold_start_is_told_then() {
        let targets = Counted::default();
        let mut ready = Ready::start(&targets).unwrap();
        let probes = ready.probe(&AtomicBool::new(false));
        assert_eq!(probes.first().unwrap().cold_start, Some(COLD));
        let mut first = ready.start().unwrap();
        assert_eq!(targets.starts.load(Ordering::Relaxed), 1);
        assert!(first.invoke(&Value::Null).cold_start >= Some(COLD));
        assert_eq!(first.invoke(&Value::Null).cold_start, None, "it is told once");
        let mut second = ready.start().unwrap();
        assert_eq!(targets.starts.load(Ordering::Relaxed), 2);
        assert_eq!(second.invoke(&Value::Null).cold_start, Some(COLD));
    }

    #[test]
    fn the_same_situations_are_sent_under_every_version_that_has_them() {
        let targets = Counted::default();
        let probes = Ready::start(&targets).unwrap().probe(&AtomicBool::new(false));
        let under = |version| probes.iter().filter(move |probe| probe.version == version && !is_machine(probe));
        assert!(under(EventVersion::V1).count() >= TriggerSource::ALL.len() - 1);
        for version in [EventVersion::V2, EventVersion::V3] {
            assert_eq!(under(version).count(), under(EventVersion::V1).count());
        }
        for source in TriggerSource::ALL {
            assert!(probes.iter().any(|probe| probe.source == source), "{source:?}");
        }
        assert!(probes.iter().all(|probe| !is_machine(probe) || probe.version == EventVersion::V3));
    }

    fn is_machine(probe: &Probe) -> bool {
        probe.source == TriggerSource::ClientCredentials
    }

    #[test]
    fn a_trigger_that_breaks_off_each_time_is_not_probed_to_the_end() {
        let targets = Counted { crashes: true, ..Counted::default() };
        let probes = Ready::start(&targets).unwrap().probe(&AtomicBool::new(false));
        assert_eq!(probes.len(), EventVersion::ALL.len(), "each version once");
    }

    #[test]
    fn probing_ends_with_the_run() {
        let targets = Counted::default();
        assert_eq!(Ready::start(&targets).unwrap().probe(&AtomicBool::new(true)).len(), 0);
    }
}
