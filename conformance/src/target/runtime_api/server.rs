use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use hyper::http;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use super::dialogue::{Asking, Delivery, Dialogue, Refusal, Said};
use super::reading;
use crate::target::{Outcome, TriggerError};

/// The largest answer that Lambda passes on, in bytes, as its error text names it: "exceeded maximum allowed payload
/// size (6291556 bytes)".
const LARGEST_ANSWER: usize = 6_291_556;

/// The largest answer that is read at all. Above Lambda's own limit there is a finding to make, which needs the answer.
const LARGEST_READ: usize = 16 * 1024 * 1024;

const ERROR_TYPE: &str = "Lambda-Runtime-Function-Error-Type";

/// The server's side of the Runtime API, for one process.
///
/// Everything here happens while the owner's executor runs: see the folder's docs. The connections are no tasks of that
/// executor: it would look for news of the system each time it goes from one task to another. They are polled with
/// whatever waits for them, each time, which also makes it needless to wake one another.
pub(in crate::target) struct RuntimeApi {
    address: SocketAddr,
    listener: TcpListener,
    connections: Vec<Connection>,
    shared: Arc<Shared>,
}

type Connection = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How the wait for the process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::target) enum Asked {
    /// It waits for an event.
    Ready,
    /// It said that it cannot start.
    FailedStart(TriggerError),
}

#[derive(Default)]
struct Shared(Mutex<Dialogue>);

impl RuntimeApi {
    /// Listens on loopback, on a free port.
    pub(in crate::target) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, listener, connections: Vec::new(), shared: Arc::default() })
    }

    /// Where it listens: the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(in crate::target) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the process asks for an event, or says that it cannot start.
    pub(in crate::target) async fn asked(&mut self) -> Asked {
        self.wait(|dialogue| match dialogue.failed_start() {
            Some(error) => Some(Asked::FailedStart(error.clone())),
            None => dialogue.is_asking().then_some(Asked::Ready),
        })
        .await
    }

    /// Gives the process an event as soon as it asks for one, and waits for what comes of it. `meanwhile` is called while
    /// the process works.
    pub(in crate::target) async fn exchange(
        &mut self,
        event: Bytes,
        deadline: SystemTime,
        meanwhile: &mut dyn FnMut(),
    ) -> Outcome {
        self.shared.dialogue().offer(event, deadline);
        self.wait(|dialogue| dialogue.is_in_hand().then_some(())).await;
        meanwhile();
        outcome(self.wait(Dialogue::take_said).await)
    }

    /// Waits until nothing more can come from a process that has ended: what it said last may still be on its way.
    pub(in crate::target) async fn last_words(&mut self) -> Option<Outcome> {
        // A connection that it opened last is accepted after the first turn of the event loop, and read after the second.
        let mut turns = 0;
        poll_fn(|context| {
            self.serve(context);
            if turns < 3 {
                turns += 1;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match self.shared.dialogue().take_said() {
                Some(said) => Poll::Ready(Some(outcome(said))),
                None if self.connections.is_empty() => Poll::Ready(None),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Whether the process waits for an event, as far as it was read.
    pub(in crate::target) fn is_asking(&self) -> bool {
        self.shared.dialogue().is_asking()
    }

    /// Whether the process has an event in hand.
    pub(in crate::target) fn is_delivered(&self) -> bool {
        self.shared.dialogue().is_in_hand()
    }

    /// The reason that the process gave for not starting.
    pub(in crate::target) fn failed_start(&self) -> Option<TriggerError> {
        self.shared.dialogue().failed_start().cloned()
    }

    /// How the process's client calls itself, such as `aws-lambda-python/3.13.1-4.2.2`.
    pub(in crate::target) fn client(&self) -> Option<String> {
        self.shared.dialogue().client().map(str::to_owned)
    }

    /// The handler that one of our own loaders has found, such as `app.lambda_handler`.
    pub(in crate::target) fn handler(&self) -> Option<String> {
        self.shared.dialogue().handler().map(str::to_owned)
    }

    async fn wait<T>(&mut self, mut ready: impl FnMut(&mut Dialogue) -> Option<T>) -> T {
        poll_fn(|context| {
            self.serve(context);
            ready(&mut self.shared.dialogue()).map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Accepts, reads and writes what there is.
    fn serve(&mut self, context: &mut Context<'_>) {
        // A client that hangs up at once is no reason to stop listening.
        while let Poll::Ready(accepted) = self.listener.poll_accept(context) {
            if let Ok((stream, _)) = accepted {
                self.connections.push(Box::pin(serve(stream, Arc::clone(&self.shared))));
            }
        }
        self.connections.retain_mut(|connection| connection.as_mut().poll(context).is_pending());
    }
}

impl Shared {
    fn dialogue(&self) -> MutexGuard<'_, Dialogue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn outcome(said: Said) -> Outcome {
    match said {
        Said::Answer(body) => reading::answer(&body),
        Said::Other(outcome) => outcome,
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    // Without this, the two sides wait for each other's delayed acknowledgements: about 40 ms for each event.
    // It can fail only for a socket that is gone already, which the next read says.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, &shared));
    // A connection that ends in an error ends: the process, not the connection, is what is waited for.
    // Header names are written as Lambda writes them: not every hand-made client reads them in any case.
    let mut connection = http1::Builder::new();
    let _ = connection.title_case_headers(true).serve_connection(TokioIo::new(stream), service).await;
}

type Reply = Response<Full<Bytes>>;

async fn respond(request: Request<Incoming>, shared: &Shared) -> Result<Reply, Infallible> {
    let (head, body) = request.into_parts();
    let path: Vec<&str> = head.uri.path().split('/').collect();
    let reply = match (&head.method, path.as_slice()) {
        (&Method::GET, ["", "2018-06-01", "runtime", "invocation", "next"]) => next(&head.headers, shared).await,
        (&Method::POST, ["", "2018-06-01", "runtime", "invocation", id, "response"]) => {
            answered(id, body, shared).await
        }
        (&Method::POST, ["", "2018-06-01", "runtime", "invocation", id, "error"]) => {
            errored(id, &head.headers, body, shared).await
        }
        (&Method::POST, ["", "2018-06-01", "runtime", "init", "error"]) => failed(&head.headers, body, shared).await,
        // Not of Lambda's: our own loaders say here which handler they have found.
        (&Method::POST, ["", "2018-06-01", "runtime", "init", "handler"]) => named(body, shared).await,
        _ => refuse(StatusCode::NOT_FOUND, "InvalidPath", &format!("{} {}", head.method, head.uri.path())),
    };
    Ok(reply.unwrap_or_else(|_| {
        let mut reply = Response::new(Full::default());
        *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        reply
    }))
}

async fn next(headers: &HeaderMap, shared: &Shared) -> http::Result<Reply> {
    let client = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let asking = shared.dialogue().ask(client);
    match asking {
        Ok(Asking::Now(delivery)) => deliver(delivery),
        Ok(Asking::Later(receiver)) => match received(receiver).await {
            Some(delivery) => deliver(delivery),
            None => refuse(StatusCode::INTERNAL_SERVER_ERROR, "Runtime.Ending", "there is no further event"),
        },
        Err(refusal) => refused(refusal),
    }
}

/// Waits without being woken: who sends something polls the connections next.
async fn received(mut receiver: oneshot::Receiver<Delivery>) -> Option<Delivery> {
    poll_fn(|_| match receiver.try_recv() {
        Ok(delivery) => Poll::Ready(Some(delivery)),
        Err(TryRecvError::Empty) => Poll::Pending,
        Err(TryRecvError::Closed) => Poll::Ready(None),
    })
    .await
}

fn deliver(delivery: Delivery) -> http::Result<Reply> {
    let Delivery { id, event, deadline } = delivery;
    let deadline = deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let mut reply = Response::new(Full::new(event));
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(REQUEST_ID, HeaderValue::try_from(id.to_string())?);
    headers.insert(DEADLINE_MS, HeaderValue::try_from(deadline.to_string())?);
    headers.insert(INVOKED_FUNCTION_ARN, FUNCTION_ARN);
    headers.insert(TRACE_ID, NO_TRACE);
    Ok(reply)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const DEADLINE_MS: HeaderName = HeaderName::from_static("lambda-runtime-deadline-ms");
const INVOKED_FUNCTION_ARN: HeaderName = HeaderName::from_static("lambda-runtime-invoked-function-arn");
const TRACE_ID: HeaderName = HeaderName::from_static("lambda-runtime-trace-id");

/// AWS's documentation uses this account number.
const FUNCTION_ARN: HeaderValue = HeaderValue::from_static("arn:aws:lambda:us-east-1:123456789012:function:trigger");
/// Not sampled: nobody is there to take traces.
const NO_TRACE: HeaderValue =
    HeaderValue::from_static("Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0");

async fn answered(id: &str, body: Incoming, shared: &Shared) -> http::Result<Reply> {
    let body = match read(body).await {
        Ok((body, None)) => body,
        // A streamed answer names its error after its last byte.
        Ok((body, Some(error_type))) => {
            let error = reading::error(Some(&error_type), &body);
            return finish(shared, id, Said::Other(Outcome::Errored(error)));
        }
        Err(Unread::TooLarge) => {
            let words = format!("it answered with more than {} MB", LARGEST_READ / 1024 / 1024);
            let _ = finish(shared, id, Said::Other(Outcome::Protocol(words)));
            return too_large();
        }
        Err(Unread::Broken) => return broken(),
    };
    let is_too_large = body.len() > LARGEST_ANSWER;
    let reply = finish(shared, id, Said::Answer(body));
    if is_too_large { too_large() } else { reply }
}

async fn errored(id: &str, headers: &HeaderMap, body: Incoming, shared: &Shared) -> http::Result<Reply> {
    match read(body).await {
        Ok((body, _)) => {
            let error = reading::error(error_type(headers), &body);
            finish(shared, id, Said::Other(Outcome::Errored(error)))
        }
        Err(Unread::TooLarge) => too_large(),
        Err(Unread::Broken) => broken(),
    }
}

async fn failed(headers: &HeaderMap, body: Incoming, shared: &Shared) -> http::Result<Reply> {
    let body = read(body).await.map(|(body, _)| body).unwrap_or_default();
    shared.dialogue().fail_start(reading::error(error_type(headers), &body));
    accepted()
}

async fn named(body: Incoming, shared: &Shared) -> http::Result<Reply> {
    let body = read(body).await.map(|(body, _)| body).unwrap_or_default();
    shared.dialogue().name_handler(&String::from_utf8_lossy(&body));
    accepted()
}

fn finish(shared: &Shared, id: &str, said: Said) -> http::Result<Reply> {
    let finished = shared.dialogue().finish(id, said);
    match finished {
        Ok(()) => accepted(),
        Err(refusal) => refused(refusal),
    }
}

enum Unread {
    TooLarge,
    Broken,
}

/// The body, and the error type that a streamed answer may have in its trailer.
async fn read(body: Incoming) -> Result<(Bytes, Option<String>), Unread> {
    let collected = Limited::new(body, LARGEST_READ).collect().await;
    let collected =
        collected.map_err(|error| if error.is::<LengthLimitError>() { Unread::TooLarge } else { Unread::Broken })?;
    let error = collected.trailers().and_then(error_type).map(str::to_owned);
    Ok((collected.to_bytes(), error))
}

fn error_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok())
}

fn accepted() -> http::Result<Reply> {
    json(StatusCode::ACCEPTED, Bytes::from_static(br#"{"status":"OK"}"#))
}

fn refused(refusal: Refusal) -> http::Result<Reply> {
    match refusal {
        Refusal::InvalidRequestId => refuse(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
        Refusal::InvalidStateTransition => refuse(
            StatusCode::FORBIDDEN,
            "InvalidStateTransition",
            "this cannot be said now: one answer for each event, and then the next event",
        ),
    }
}

fn too_large() -> http::Result<Reply> {
    let words = format!("Exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes).");
    refuse(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &words)
}

fn broken() -> http::Result<Reply> {
    refuse(StatusCode::BAD_REQUEST, "InvalidRequest", "the request's body broke off")
}

fn refuse(status: StatusCode, error_type: &str, message: &str) -> http::Result<Reply> {
    let body = serde_json::json!({"errorType": error_type, "errorMessage": message});
    json(status, body.to_string().into())
}

fn json(status: StatusCode, body: Bytes) -> http::Result<Reply> {
    Response::builder().status(status).header(CONTENT_TYPE, JSON).body(Full::new(body))
}
