use std::collections::VecDeque;
use std::process::ExitStatus;
use std::thread;
use std::time::Duration;

use hyper::body::Bytes;

use super::Launch;
use super::environment::RUNTIME_API;
use super::group::{self, Group};
use super::launch::Limits;
use super::output::Output;
use crate::target::runtime_api::{Heard, RuntimeApi, Spoken, Started};
use crate::target::{Outcome, Said, StartError, TriggerError};

/// How long a process that has ended, or is about to, may take to hand over what it said last.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How long a process that was killed may take to be gone.
const GONE: Duration = Duration::from_secs(1);

/// A process that asks for events.
pub(super) struct Running {
    group: Group,
    output: Output,
    api: RuntimeApi,
}

/// What came of an event.
pub(super) enum Exchanged {
    /// It is said, and the process can take another event.
    Done(Spoken),
    /// It is said, and the process is of no further use.
    Last(Spoken),
    /// The process ended before it asked for the event: how, and what it printed.
    Undelivered(String, Vec<String>),
}

impl Running {
    /// Starts the process and waits until it asks for its first event.
    pub(super) fn start(launch: &Launch, limits: Limits) -> Result<Self, StartError> {
        if group::is_ending() {
            return Err(StartError { reason: "interrupted".to_owned(), output: Vec::new() });
        }
        let output = Output::default();
        let printed = output.clone();
        let api = RuntimeApi::open(limits.answer, Box::new(move || printed.take())).map_err(|error| StartError {
            reason: format!("no port on 127.0.0.1 can be opened for the Lambda Runtime API: {error}"),
            output: Vec::new(),
        })?;
        let mut child = launch.command(api.address()).spawn().map_err(|error| not_spawned(launch, &error))?;
        let group = Group::new(child.id(), format!("{RUNTIME_API}={}", api.address()));
        output.read_from(&mut child);
        let note_exit = api.note_exit();
        let wait = move || note_exit(end_in_words(child.wait()));
        let running = Self { group, output, api };
        if let Err(error) = thread::Builder::new().name("exit".to_owned()).spawn(wait) {
            let reason = format!("no thread can be started to wait for `{}`: {error}", launch.display);
            return Err(StartError { reason, output: Vec::new() });
        }
        match running.api.started(limits.start) {
            Started::Asking => Ok(running),
            failed => Err(running.start_error(launch, failed, limits.start)),
        }
    }

    /// Has an event for the process, after those that it was offered before.
    pub(super) fn offer(&self, event: Bytes) {
        self.api.offer(event);
    }

    /// Waits for what comes of the first event that nobody has heard about yet.
    pub(super) fn hear(&self, limit: Duration) -> Exchanged {
        let spoken = |outcome| Spoken { said: Said::Other(outcome), took: Duration::ZERO, output: self.output.take() };
        match self.api.hear() {
            Heard::Said(spoken) if matches!(spoken.said, Said::Other(Outcome::Protocol(_))) => Exchanged::Last(spoken),
            Heard::Said(spoken) => Exchanged::Done(spoken),
            Heard::Ended(how) => match self.api.last_words(LAST_WORDS) {
                Some(last) => Exchanged::Last(last),
                None if self.api.is_in_hand() => Exchanged::Last(spoken(Outcome::Crashed(how))),
                None => Exchanged::Undelivered(how, self.output.take()),
            },
            Heard::TooLate => Exchanged::Last(Spoken { took: limit, ..spoken(Outcome::TimedOut { after: limit }) }),
        }
    }

    /// Gives the process nothing more: what it was not given yet.
    pub(super) fn end(&self) -> VecDeque<Bytes> {
        self.api.end()
    }

    /// Takes back what was offered; false if the process can take no other event.
    pub(super) fn recall(&self) -> bool {
        self.api.recall()
    }

    /// Waits until there is so much to hear, or all that there will be, but for no longer than this.
    pub(super) fn gather(&self, many: usize, patience: Duration) {
        self.api.gather(many, patience);
    }

    /// Whether there is something to hear.
    pub(super) fn has_news(&self) -> bool {
        self.api.has_news()
    }

    /// How its Runtime API client calls itself.
    pub(super) fn client(&self) -> Option<String> {
        self.api.client()
    }

    /// The handler that its loader has found.
    pub(super) fn handler(&self) -> Option<String> {
        self.api.handler()
    }

    fn start_error(self, launch: &Launch, failed: Started, limit: Duration) -> StartError {
        let failed = match failed {
            // It may still say why.
            Started::Ended(how) => {
                let _ = self.api.last_words(LAST_WORDS);
                self.api.failed_start().map_or(Started::Ended(how), Started::Failed)
            }
            Started::Failed(error) => {
                let _ = self.api.ended(LAST_WORDS);
                Started::Failed(error)
            }
            other => other,
        };
        StartError { reason: reason(&failed, launch, limit), output: self.output.take() }
    }
}

impl Drop for Running {
    /// Ends the group, and waits until the exit status of its leader was taken, so that no zombie stays.
    fn drop(&mut self) {
        self.group.kill();
        let _ = self.api.ended(GONE);
    }
}

/// Why there is no start.
fn reason(failed: &Started, launch: &Launch, limit: Duration) -> String {
    let Launch { display, .. } = launch;
    let (reason, error_type) = match failed {
        Started::Asking => (String::new(), ""),
        Started::Failed(TriggerError { error_type, message, .. }) => {
            (format!("`{display}` does not load: {error_type}: {message}"), error_type.as_str())
        }
        Started::Ended(how) => (format!("`{display}` {how} before it asked for an event"), ""),
        Started::TooLate => {
            return format!(
                "`{display}` did not ask for an event within {limit:?} of its start; \
                 Lambda gives 10 s for the start, so move slow work out of it"
            );
        }
    };
    match launch.next_step(error_type) {
        Some(step) => format!("{reason}; {step}"),
        None => reason,
    }
}

fn not_spawned(launch: &Launch, error: &std::io::Error) -> StartError {
    let Launch { display, program, .. } = launch;
    let step = match error.kind() {
        std::io::ErrorKind::NotFound => "is it installed, and on the PATH?",
        std::io::ErrorKind::PermissionDenied => "make it executable with `chmod +x`",
        _ => "is it built for this machine?",
    };
    StartError {
        reason: format!("`{display}` cannot be started: `{}`: {error}; {step}", program.display()),
        output: Vec::new(),
    }
}

/// The end of a process, in words that follow its name.
fn end_in_words(status: std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => match status.code() {
            Some(code) => format!("exited with status {code}"),
            // The standard library names the signals.
            None => status.to_string().replacen("signal:", "was killed by signal", 1),
        },
        Err(error) => format!("ended, and its exit status cannot be read: {error}"),
    }
}
