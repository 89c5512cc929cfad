use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use hyper::http;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use thiserror::Error;

use super::dialogue::{Delivery, Refusal};
use super::meeting::{Asked, Meeting};
use super::reading;
use crate::target::{Outcome, Said};

/// The largest answer that Lambda passes on, in bytes, as its error text names it: "exceeded maximum allowed payload
/// size (6291556 bytes)".
const LARGEST_ANSWER: usize = 6_291_556;

/// The largest answer that is read at all. Above Lambda's own limit there is a finding to make, which needs the answer.
const LARGEST_READ: usize = 16 * 1024 * 1024;

const ERROR_TYPE: &str = "Lambda-Runtime-Function-Error-Type";

type Reply = Response<Full<Bytes>>;

/// What a request of the process is answered with. It blocks while there is no event for who asks; `limit` is how long
/// the process has for one.
pub(super) async fn respond(
    request: Request<Incoming>,
    meeting: &Meeting,
    stream: &TcpStream,
    limit: Duration,
) -> Result<Reply, HungUp> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix("/2018-06-01/runtime/").unwrap_or_default();
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let reply = match (&head.method, first, rest) {
        (&Method::GET, "invocation", "next") => return next(&head.headers, meeting, stream, limit),
        (&Method::POST, "init", "error") => failed(&head.headers, body, meeting).await,
        // Not of Lambda's: our own loaders say here which handler they have found.
        (&Method::POST, "init", "handler") => named(body, meeting).await,
        (&Method::POST, "invocation", rest) => match rest.split_once('/') {
            Some((id, "response")) => answered(id, body, meeting).await,
            Some((id, "error")) => errored(id, &head.headers, body, meeting).await,
            _ => no_path(&head.method, head.uri.path()),
        },
        _ => no_path(&head.method, head.uri.path()),
    };
    Ok(or_failure(reply))
}

/// Who asked for an event has hung up since: there is nobody to answer.
#[derive(Debug, Error)]
#[error("the client has hung up")]
pub(super) struct HungUp;

fn or_failure(reply: http::Result<Reply>) -> Reply {
    reply.unwrap_or_else(|_| {
        let mut reply = Response::new(Full::default());
        *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        reply
    })
}

fn no_path(method: &Method, path: &str) -> http::Result<Reply> {
    refuse(StatusCode::NOT_FOUND, "InvalidPath", &format!("{method} {path}"))
}

fn next(headers: &HeaderMap, meeting: &Meeting, stream: &TcpStream, limit: Duration) -> Result<Reply, HungUp> {
    let client = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    Ok(or_failure(match meeting.ask(client, stream) {
        Ok(Asked::Given(delivery)) => deliver(delivery, limit),
        Ok(Asked::Ending) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "Runtime.Ending", "there is no further event"),
        Ok(Asked::HungUp) => return Err(HungUp),
        Err(refusal) => refused(refusal),
    }))
}

fn deliver(delivery: Delivery, limit: Duration) -> http::Result<Reply> {
    let Delivery { id, event } = delivery;
    let deadline = (SystemTime::now() + limit).duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
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

async fn answered(id: &str, body: Incoming, meeting: &Meeting) -> http::Result<Reply> {
    let body = match read(body).await {
        Ok((body, None)) => body,
        // A streamed answer names its error after its last byte.
        Ok((body, Some(error_type))) => {
            let error = reading::error(Some(&error_type), &body);
            return finish(meeting, id, Said::Other(Outcome::Errored(error)));
        }
        Err(Unread::TooLarge) => {
            let words = format!("it answered with more than {} MB", LARGEST_READ / 1024 / 1024);
            let _ = finish(meeting, id, Said::Other(Outcome::Protocol(words)));
            return too_large();
        }
        Err(Unread::Broken) => return broken(),
    };
    let is_too_large = body.len() > LARGEST_ANSWER;
    let reply = finish(meeting, id, Said::Answer(body));
    if is_too_large { too_large() } else { reply }
}

async fn errored(id: &str, headers: &HeaderMap, body: Incoming, meeting: &Meeting) -> http::Result<Reply> {
    match read(body).await {
        Ok((body, _)) => {
            let error = reading::error(error_type(headers), &body);
            finish(meeting, id, Said::Other(Outcome::Errored(error)))
        }
        Err(Unread::TooLarge) => too_large(),
        Err(Unread::Broken) => broken(),
    }
}

async fn failed(headers: &HeaderMap, body: Incoming, meeting: &Meeting) -> http::Result<Reply> {
    let body = read(body).await.map(|(body, _)| body).unwrap_or_default();
    let error = reading::error(error_type(headers), &body);
    meeting.change(|state| state.dialogue.fail_start(error));
    accepted()
}

async fn named(body: Incoming, meeting: &Meeting) -> http::Result<Reply> {
    let body = read(body).await.map(|(body, _)| body).unwrap_or_default();
    meeting.change(|state| state.dialogue.name_handler(&String::from_utf8_lossy(&body)));
    accepted()
}

fn finish(meeting: &Meeting, id: &str, said: Said) -> http::Result<Reply> {
    match meeting.finish(id, said) {
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
