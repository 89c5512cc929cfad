use std::path::Path;
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::Value;
use thiserror::Error;

use super::runtime_api;

/// A started trigger that takes one event at a time.
pub trait Target: Send {
    /// Sends one event and waits for what comes back.
    fn invoke(&mut self, event: &Value) -> Reply;

    /// This trigger as one that works while nobody waits for it, where it is one.
    fn wire(&mut self) -> Option<Box<dyn Wire + '_>> {
        None
    }

    /// How the trigger's own Lambda client calls itself, such as `aws-lambda-python/3.13.1-4.2.2`; nothing where there
    /// is no such client.
    fn client(&self) -> Option<String> {
        None
    }

    /// The handler that is called, such as `app.lambda_handler`; nothing where the process does not tell.
    fn handler(&self) -> Option<String> {
        None
    }
}

/// A started trigger that is offered events ahead, and whose answers wait until somebody takes them: it works meanwhile.
///
/// When the wire is dropped, the trigger is given nothing more of what was offered.
///
/// ```no_run
/// use pretoken::target::{TargetOptions, TargetSpec};
///
/// let targets = TargetSpec::parse(&["./bootstrap"]).unwrap().open(&TargetOptions::default()).unwrap();
/// let mut target = targets.start().unwrap();
/// let mut wire = target.wire().expect("a process works while nobody waits for it");
/// wire.offer(r#"{"userName": "jane"}"#.to_owned());
/// wire.offer(r#"{"userName": "john"}"#.to_owned());
/// let (of_jane, of_john) = (wire.take().read(), wire.take().read());
/// ```
pub trait Wire {
    /// Has an event, which the trigger is given after those before it.
    fn offer(&mut self, event: String);

    /// What came of the first event about which nothing was taken yet. Waits for it; there has to be one.
    fn take(&mut self) -> Received;
}

/// Something that can start triggers: one for each job of a run.
pub trait Targets: Sync {
    /// What is under test, for the report.
    fn description(&self) -> Description;

    /// Starts one trigger.
    ///
    /// # Errors
    ///
    /// Says why there can be no verdict, in the trigger's own words where it has any.
    fn start(&self) -> Result<Box<dyn Target + '_>, StartError>;

    /// Whether a start gives a trigger that has seen no event yet: a process of its own, not a function in this one or a
    /// service that goes on.
    fn starts_afresh(&self) -> bool {
        false
    }

    /// The program that runs the trigger, such as the Python that was chosen; nothing where none is started.
    fn program(&self) -> Option<&Path> {
        None
    }
}

/// What is under test.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Description {
    /// The kind of target, such as `in-process`.
    pub kind: &'static str,
    /// What the person called it.
    pub display: String,
    /// The file that holds the trigger, where that is known: relative to the working folder if it lies in there, with `/`
    /// between its folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What came back for one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What the trigger did.
    pub outcome: Outcome,
    /// The last lines that the trigger printed while it had the event.
    pub output: Vec<String>,
    /// How long the start took, when this event was the first for a fresh process.
    pub cold_start: Option<Duration>,
}

impl Reply {
    /// An outcome without output from a trigger that was warm.
    pub const fn of(outcome: Outcome) -> Self {
        Self { outcome, output: Vec::new(), cold_start: None }
    }
}

/// What came back over a [`Wire`], not read yet.
///
/// ```
/// use pretoken::target::{Outcome, Received, Reply};
/// use std::time::Duration;
///
/// let received = Received::of(Reply::of(Outcome::NotJson(b"{".to_vec())), Duration::from_millis(2));
/// assert!(!received.timed_out());
/// assert_eq!(received.took(), Duration::from_millis(2));
/// assert_eq!(received.read().outcome, Outcome::NotJson(b"{".to_vec()));
/// ```
#[derive(Debug)]
pub struct Received {
    pub(super) said: Said,
    pub(super) output: Vec<String>,
    pub(super) cold_start: Option<Duration>,
    /// From the event to its answer; a start is no part of it.
    pub(super) took: Duration,
}

/// What came of an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// An answer, not read yet.
    Answer(Bytes),
    /// Anything else.
    Other(Outcome),
}

impl Received {
    /// What was read already.
    pub fn of(reply: Reply, took: Duration) -> Self {
        let Reply { outcome, output, cold_start } = reply;
        Self { said: Said::Other(outcome), output, cold_start, took }
    }

    /// The same from a process whose start took at least so long.
    pub fn after_start(self, took: Option<Duration>) -> Self {
        Self { cold_start: self.cold_start.max(took), ..self }
    }

    /// Whether nothing came in time.
    pub const fn timed_out(&self) -> bool {
        matches!(self.said, Said::Other(Outcome::TimedOut { .. }))
    }

    /// From the event to its answer; a start is no part of it.
    pub const fn took(&self) -> Duration {
        self.took
    }

    /// Reads it.
    pub fn read(self) -> Reply {
        let Self { said, output, cold_start, .. } = self;
        let outcome = match said {
            Said::Answer(body) => runtime_api::answer(&body),
            Said::Other(outcome) => outcome,
        };
        Reply { outcome, output, cold_start }
    }
}

/// What a trigger did with an event. Answers are raw JSON: null, absent and wrong types reach the rules as they came.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It returned JSON.
    Answered(Value),
    /// It reported an error through its runtime.
    Errored(TriggerError),
    /// Its process ended, or it panicked in process; in words.
    Crashed(String),
    /// It did not answer in time.
    TimedOut {
        /// How long the suite waited.
        after: Duration,
    },
    /// It returned something that is not JSON.
    NotJson(Vec<u8>),
    /// It broke the Lambda Runtime API's rules; in words.
    Protocol(String),
}

/// An error as a Lambda runtime reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerError {
    /// The runtime's `errorType`, such as `KeyError`.
    pub error_type: String,
    /// The runtime's `errorMessage`.
    pub message: String,
    /// The stack trace's lines, where the runtime reports one.
    pub stack: Vec<String>,
}

/// Why a trigger could not be started.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct StartError {
    /// What was wrong and what to do next.
    pub reason: String,
    /// The last lines that the trigger printed.
    pub output: Vec<String>,
}
