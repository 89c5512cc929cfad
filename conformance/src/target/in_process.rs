use std::any::{Any, type_name_of_val};
use std::cell::Cell;
use std::fmt::Display;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Description, Outcome, Reply, StartError, Target, Targets, TriggerError};

/// A trigger that is a Rust function in this process.
///
/// ```
/// use pretoken::target::{InProcess, Outcome, Target, Targets};
/// use serde_json::{Value, json};
///
/// let targets = InProcess::new("echo", |event: Value| event);
/// let mut target = targets.start().unwrap();
/// assert_eq!(target.invoke(&json!({"a": 1})).outcome, Outcome::Answered(json!({"a": 1})));
/// ```
pub struct InProcess<H, M> {
    name: String,
    handler: Arc<H>,
    marker: PhantomData<fn() -> M>,
}

impl<H: Handler<M>, M> InProcess<H, M> {
    /// Names a handler for the report.
    pub fn new(name: impl Into<String>, handler: H) -> Self {
        Self::shared(name, Arc::new(handler))
    }

    /// The same for a handler that others use too.
    pub fn shared(name: impl Into<String>, handler: Arc<H>) -> Self {
        Self { name: name.into(), handler, marker: PhantomData }
    }
}

impl<H: Handler<M>, M> Targets for InProcess<H, M> {
    fn description(&self) -> Description {
        Description { kind: "in-process", display: self.name.clone(), file: None }
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        let executor = if H::IS_ASYNC { Some(executor()?) } else { None };
        Ok(Box::new(Started { handler: &*self.handler, executor, marker: PhantomData }))
    }
}

struct Started<'a, H, M> {
    handler: &'a H,
    executor: Option<tokio::runtime::Runtime>,
    marker: PhantomData<fn() -> M>,
}

impl<H: Handler<M>, M> Target for Started<'_, H, M> {
    fn invoke(&mut self, event: &Value) -> Reply {
        let event = event.clone();
        // A panicking handler may leave its own state torn; that is exactly what the next event should meet.
        let call = AssertUnwindSafe(|| self.handler.call(event, self.executor.as_ref()));
        let outcome = quietly(|| catch_unwind(call));
        Reply::of(outcome.unwrap_or_else(|panic| Outcome::Crashed(panic_words(&*panic))))
    }
}

/// A function from event to answer.
///
/// It is implemented for synchronous and asynchronous functions whose event is any type that serde can read, and whose
/// answer is `Result<A, E>` with any `A` that serde can write, or such an `A` itself when it has a default (this tells
/// it from a `Result`). `M` only keeps the four kinds apart.
pub trait Handler<M>: Send + Sync {
    /// Whether the call needs an executor.
    const IS_ASYNC: bool;

    /// Calls the function.
    fn call(&self, event: Value, executor: Option<&tokio::runtime::Runtime>) -> Outcome;
}

/// What a handler gave back, as an outcome.
pub trait Answer<M> {
    /// The outcome.
    fn outcome(self) -> Outcome;
}

/// Marks an answer that cannot fail.
pub struct Plain;
/// Marks an answer that is a `Result`.
pub struct Fallible;
/// Marks a synchronous function.
pub struct Synchronous<E, K>(PhantomData<(E, K)>);
/// Marks an asynchronous function.
pub struct Asynchronous<E, K>(PhantomData<(E, K)>);

impl<A: Serialize + Default + 'static> Answer<Plain> for A {
    fn outcome(self) -> Outcome {
        written(self)
    }
}

impl<A: Serialize + 'static, E: Display> Answer<Fallible> for Result<A, E> {
    fn outcome(self) -> Outcome {
        match self {
            Ok(answer) => written(answer),
            Err(error) => Outcome::Errored(TriggerError {
                error_type: type_name_of_val(&error).to_owned(),
                message: error.to_string(),
                stack: Vec::new(),
            }),
        }
    }
}

impl<F, E, A, K> Handler<Synchronous<E, K>> for F
where
    F: Fn(E) -> A + Send + Sync,
    E: DeserializeOwned + 'static,
    A: Answer<K>,
{
    const IS_ASYNC: bool = false;

    fn call(&self, event: Value, _: Option<&tokio::runtime::Runtime>) -> Outcome {
        match typed::<E>(event) {
            Ok(event) => self(event).outcome(),
            Err(error) => unreadable(&error),
        }
    }
}

impl<F, E, R, K> Handler<Asynchronous<E, K>> for F
where
    F: Fn(E) -> R + Send + Sync,
    E: DeserializeOwned + 'static,
    R: Future,
    R::Output: Answer<K>,
{
    const IS_ASYNC: bool = true;

    fn call(&self, event: Value, executor: Option<&tokio::runtime::Runtime>) -> Outcome {
        let Some(executor) = executor else {
            return Outcome::Protocol("an asynchronous handler was called without an executor".to_owned());
        };
        match typed::<E>(event) {
            Ok(event) => executor.block_on(self(event)).outcome(),
            Err(error) => unreadable(&error),
        }
    }
}

/// What `lambda_runtime` reports when the event does not fit the handler's type.
fn unreadable(error: &serde_json::Error) -> Outcome {
    Outcome::Errored(TriggerError {
        error_type: type_name_of_val(error).to_owned(),
        message: format!("failed to deserialize the incoming data into the function's payload type: {error}"),
        stack: Vec::new(),
    })
}

/// The event as the handler's type. A handler on raw JSON gets it as it is: reading it anew would cost more than
/// everything else that the suite does for a case.
fn typed<E: DeserializeOwned + 'static>(event: Value) -> Result<E, serde_json::Error> {
    let mut slot = Some(event);
    take_as(&mut slot).map_or_else(|| serde_json::from_value(slot.unwrap_or_default()), Ok)
}

fn written<A: Serialize + 'static>(answer: A) -> Outcome {
    let mut slot = Some(answer);
    if let Some(answer) = take_as(&mut slot) {
        return Outcome::Answered(answer);
    }
    match serde_json::to_value(&slot) {
        Ok(answer) => Outcome::Answered(answer),
        Err(error) => Outcome::Errored(TriggerError {
            error_type: type_name_of_val(&error).to_owned(),
            message: format!("the answer cannot be written as JSON: {error}"),
            stack: Vec::new(),
        }),
    }
}

/// Takes the value out where the two types are one.
fn take_as<A: 'static, B: 'static>(slot: &mut Option<A>) -> Option<B> {
    (slot as &mut dyn Any).downcast_mut::<Option<B>>()?.take()
}

thread_local! {
    /// Whether this thread is inside a trigger, and where that panicked last.
    static IN_TRIGGER: Cell<bool> = const { Cell::new(false) };
    static PANICKED_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// Keeps the trigger's panics off the terminal: the report shows each once, where the hook would print thousands.
/// Panics elsewhere go to the hook that was there before.
fn quietly<T>(call: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if IN_TRIGGER.get() {
                PANICKED_AT.set(info.location().map(ToString::to_string));
            } else {
                before(info);
            }
        }));
    });
    IN_TRIGGER.set(true);
    let result = call();
    IN_TRIGGER.set(false);
    result
}

fn panic_words(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let words = words.unwrap_or("(no message)");
    match PANICKED_AT.take() {
        Some(place) => format!("panicked at {place}: {words}"),
        None => format!("panicked: {words}"),
    }
}

fn executor() -> Result<tokio::runtime::Runtime, StartError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| StartError {
        reason: format!("the executor for the asynchronous handler cannot be started: {error}"),
        output: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome<M>(handler: impl Handler<M>) -> Outcome {
        InProcess::new("test", handler).start().unwrap().invoke(&json!({"n": 1})).outcome
    }

    #[derive(serde::Deserialize)]
    struct Typed {
        n: u8,
    }

    async fn plain_async(event: Value) -> Value {
        tokio::task::yield_now().await;
        event
    }

    #[test]
    fn functions_of_all_four_kinds_are_handlers() {
        let answered = Outcome::Answered(json!({"n": 1}));
        assert_eq!(outcome(|event: Value| event), answered);
        assert_eq!(outcome(|event: Value| Ok::<_, String>(event)), answered);
        assert_eq!(outcome(plain_async), answered);
        assert_eq!(outcome(async |event: Value| Ok::<Value, std::io::Error>(event)), answered);
    }

    #[test]
    fn a_handler_may_take_its_own_event_type() {
        assert_eq!(outcome(|event: Typed| json!(event.n)), Outcome::Answered(json!(1)));
    }

    #[test]
    fn an_error_keeps_its_type_and_its_words() {
        let Outcome::Errored(error) = outcome(|_: Value| Err::<Value, _>(std::fmt::Error)) else { panic!() };
        assert_eq!(error.error_type, "core::fmt::Error");
        assert_eq!(error.message, std::fmt::Error.to_string());
    }

    #[test]
    fn a_panic_is_a_crash_and_the_next_event_is_served() {
        let targets = InProcess::new("test", |event: Value| if event == json!(1) { panic!("no {}", 1) } else { event });
        let mut target = targets.start().unwrap();
        let Outcome::Crashed(words) = target.invoke(&json!(1)).outcome else { panic!() };
        assert!(words.starts_with("panicked at ") && words.ends_with(": no 1"), "{words}");
        assert_eq!(target.invoke(&json!(2)).outcome, Outcome::Answered(json!(2)));
    }

    #[test]
    fn an_event_that_does_not_fit_the_type_is_an_error_of_serde() {
        let Outcome::Errored(error) = outcome(|event: String| json!(event)) else { panic!() };
        assert_eq!(error.error_type, "serde_json::error::Error");
    }
}
