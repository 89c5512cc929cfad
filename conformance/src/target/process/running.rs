use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use hyper::body::Bytes;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use super::Launch;
use super::environment::RUNTIME_API;
use super::group::{self, Group};
use super::output::Output;
use super::time_limit::TimeLimit;
use crate::target::runtime_api::{Asked, RuntimeApi};
use crate::target::{Outcome, StartError, TriggerError};

/// How long a process that has ended, or is about to, may take to hand over what it said last.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A process that asks for events.
pub(super) struct Running {
    group: Group,
    child: Child,
    pub(super) output: Output,
    api: RuntimeApi,
    time: TimeLimit,
}

/// What came of an event.
pub(super) enum Exchanged {
    /// An outcome, and the process can take another event.
    Done(Outcome),
    /// An outcome, and the process is of no further use.
    Last(Outcome),
    /// The process ended before it asked for the event: how.
    Undelivered(String),
}

impl Running {
    /// Starts the process and waits until it asks for its first event.
    pub(super) async fn start(launch: &Launch, limit: Duration) -> Result<Self, StartError> {
        if group::is_ending() {
            return Err(StartError { reason: "interrupted".to_owned(), output: Vec::new() });
        }
        let api = RuntimeApi::open().await.map_err(|error| StartError {
            reason: format!("no port on 127.0.0.1 can be opened for the Lambda Runtime API: {error}"),
            output: Vec::new(),
        })?;
        let mut child = launch.command(api.address()).spawn().map_err(|error| not_spawned(launch, &error))?;
        let group = Group::new(child.id().unwrap_or_default(), format!("{RUNTIME_API}={}", api.address()));
        let output = Output::of(&mut child);
        let mut running = Self { group, child, output, api, time: TimeLimit::new(limit) };
        match running.first_ask(limit).await {
            FirstAsk::Came => Ok(running),
            failed => Err(running.start_error(launch, &failed, limit).await),
        }
    }

    /// Gives the process an event and waits for what comes of it. `meanwhile` is called while the process works.
    pub(super) async fn exchange(&mut self, event: Bytes, limit: Duration, meanwhile: &mut dyn FnMut()) -> Exchanged {
        // A process that ended while nothing was asked of it may still look as if it were asking.
        if self.api.is_asking()
            && let Ok(Some(status)) = self.child.try_wait()
        {
            return Exchanged::Undelivered(end_in_words(Ok(status)));
        }
        let deadline = SystemTime::now() + limit;
        self.time.start(limit);
        let Self { api, child, output, time, .. } = self;
        let exchanged = tokio::select! {
            biased;
            outcome = api.exchange(event, deadline, meanwhile) => match outcome {
                Outcome::Protocol(_) => Exchanged::Last(outcome),
                _ => Exchanged::Done(outcome),
            },
            status = child.wait() => {
                let how = end_in_words(status);
                match timeout(LAST_WORDS, api.last_words()).await.ok().flatten() {
                    Some(outcome) => Exchanged::Last(outcome),
                    None if api.is_delivered() => Exchanged::Last(Outcome::Crashed(how)),
                    None => Exchanged::Undelivered(how),
                }
            }
            () = time.is_over() => Exchanged::Last(Outcome::TimedOut { after: limit }),
            never = output.pump() => match never {},
        };
        match exchanged {
            // What was printed before the answer is known of since the answer is.
            Exchanged::Done(_) => self.output.read_on().await,
            _ => self.output.catch_up().await,
        }
        exchanged
    }

    /// How its Runtime API client calls itself.
    pub(super) fn client(&self) -> Option<String> {
        self.api.client()
    }

    /// The handler that its loader has found.
    pub(super) fn handler(&self) -> Option<String> {
        self.api.handler()
    }

    async fn first_ask(&mut self, limit: Duration) -> FirstAsk {
        let Self { api, child, output, .. } = self;
        tokio::select! {
            biased;
            asked = api.asked() => match asked {
                Asked::Ready => FirstAsk::Came,
                Asked::FailedStart(error) => FirstAsk::Refused(error),
            },
            status = child.wait() => {
                let _ = timeout(LAST_WORDS, api.last_words()).await;
                match api.failed_start() {
                    Some(error) => FirstAsk::Refused(error),
                    None => FirstAsk::Ended(end_in_words(status)),
                }
            }
            () = sleep(limit) => FirstAsk::TooLate,
            never = output.pump() => match never {},
        }
    }

    async fn start_error(mut self, launch: &Launch, failed: &FirstAsk, limit: Duration) -> StartError {
        // It may still say why.
        if matches!(failed, FirstAsk::Refused(_)) {
            let Self { child, output, .. } = &mut self;
            tokio::select! {
                _ = child.wait() => {}
                () = sleep(LAST_WORDS) => {}
                never = output.pump() => match never {},
            }
        }
        self.output.catch_up().await;
        StartError { reason: failed.reason(launch, limit), output: self.output.take() }
    }
}

impl Drop for Running {
    /// Ends the group, and takes the exit status of its leader, so that no zombie stays.
    fn drop(&mut self) {
        self.group.kill();
        let killed = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && killed.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_micros(200));
        }
    }
}

/// How the wait for the first request ended.
enum FirstAsk {
    Came,
    Refused(TriggerError),
    Ended(String),
    TooLate,
}

impl FirstAsk {
    fn reason(&self, launch: &Launch, limit: Duration) -> String {
        let Launch { display, .. } = launch;
        let (reason, error_type) = match self {
            Self::Came => (String::new(), ""),
            Self::Refused(TriggerError { error_type, message, .. }) => {
                (format!("`{display}` does not load: {error_type}: {message}"), error_type.as_str())
            }
            Self::Ended(how) => (format!("`{display}` {how} before it asked for an event"), ""),
            Self::TooLate => {
                let reason = format!(
                    "`{display}` did not ask for an event within {limit:?} of its start; \
                     Lambda gives 10 s for the start, so move slow work out of it"
                );
                return reason;
            }
        };
        match launch.next_step(error_type) {
            Some(step) => format!("{reason}; {step}"),
            None => reason,
        }
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
