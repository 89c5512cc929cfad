use std::fmt::Display;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::address::Address;
use super::process::{Limits, ending};
use super::{Description, Outcome, Reply, StartError, Target, Targets, TriggerError, runtime_api};

/// The largest answer that is read.
const LARGEST_READ: usize = 16 * 1024 * 1024;

/// How long an address may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(2);

/// An address that takes Lambda invocations: the Runtime Interface Emulator, `cargo lambda watch`,
/// `sam local start-lambda`, serverless-offline.
#[derive(Debug)]
pub(super) struct HttpTargets {
    description: Description,
    address: Address,
    limits: Limits,
}

impl HttpTargets {
    pub(super) const fn new(description: Description, address: Address, limits: Limits) -> Self {
        Self { description, address, limits }
    }
}

impl Targets for HttpTargets {
    fn description(&self) -> Description {
        self.description.clone()
    }

    fn start(&self) -> Result<Box<dyn Target + '_>, StartError> {
        let executor = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| self.unreachable(&error))?;
        let connected = executor.block_on(async {
            tokio::select! {
                connected = self.connect() => connected,
                () = ending() => Err("interrupted".to_owned()),
            }
        });
        let sender = connected.map_err(|error| self.unreachable(&error))?;
        Ok(Box::new(Connected { targets: self, sender: Some(sender), executor, is_first: true }))
    }
}

impl HttpTargets {
    fn unreachable(&self, error: &dyn Display) -> StartError {
        StartError {
            reason: format!("`{}` cannot be reached: {error}; is the server running?", self.address),
            output: Vec::new(),
        }
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let connecting = TcpStream::connect((self.address.host(), self.address.port()));
        let stream = timeout(CONNECTING, connecting)
            .await
            .map_err(|_| format!("no answer within {CONNECTING:?}"))?
            .map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

struct Connected<'a> {
    targets: &'a HttpTargets,
    sender: Option<SendRequest<Full<Bytes>>>,
    executor: Runtime,
    is_first: bool,
}

impl Target for Connected<'_> {
    fn invoke(&mut self, event: &Value) -> Reply {
        let event = Bytes::from(event.to_string());
        let Self { targets, sender, executor, is_first } = self;
        let Limits { start, answer } = targets.limits;
        // The server may start, or even build, the function only now.
        let limit = if std::mem::take(is_first) { start + answer } else { answer };
        let outcome = executor.block_on(async {
            tokio::select! {
                invoked = timeout(limit, invoke(targets, sender, event)) => {
                    invoked.unwrap_or(Outcome::TimedOut { after: limit })
                }
                () = ending() => Outcome::Protocol("interrupted".to_owned()),
            }
        });
        // After a timeout, the connection is busy with the answer that came too late.
        if matches!(outcome, Outcome::TimedOut { .. } | Outcome::Protocol(_)) {
            *sender = None;
        }
        Reply::of(outcome)
    }
}

async fn invoke(targets: &HttpTargets, sender: &mut Option<SendRequest<Full<Bytes>>>, event: Bytes) -> Outcome {
    let address = &targets.address;
    // The server may have hung up since the last answer, even while this event is on its way: that is no fault.
    if let Some(mut open) = sender.take()
        && open.ready().await.is_ok()
        && let Ok(outcome) = send(&mut open, address, event.clone()).await
    {
        *sender = Some(open);
        return outcome;
    }
    let sent = match targets.connect().await {
        Ok(mut open) => send(&mut open, address, event).await.map(|outcome| (open, outcome)),
        Err(error) => Err(error),
    };
    match sent {
        Ok((open, outcome)) => {
            *sender = Some(open);
            outcome
        }
        Err(error) => Outcome::Protocol(format!("`{address}` cannot be spoken to: {error}")),
    }
}

async fn send(open: &mut SendRequest<Full<Bytes>>, address: &Address, event: Bytes) -> Result<Outcome, String> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(address.path())
        .header(HOST, format!("{}:{}", address.host(), address.port()))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(event))
        .map_err(|error| error.to_string())?;
    let (head, body) = open.send_request(request).await.map_err(|error| error.to_string())?.into_parts();
    match Limited::new(body, LARGEST_READ).collect().await {
        Ok(body) => Ok(outcome(head.status, &head.headers, &body.to_bytes())),
        Err(error) => Ok(Outcome::Protocol(format!("the answer cannot be read: {error}"))),
    }
}

/// What a response says of the invocation.
///
/// The Lambda service tells a function's error by a header, with a successful status. Local servers differ: the Runtime Interface Emulator
/// sends the error report without the header, and `cargo lambda watch` 1.9 with the status 500. An error report is
/// unmistakable, so that is what counts; any other status without one is the server's own trouble.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax>.
fn outcome(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Outcome {
    if let Some(kind) = headers.get("X-Amz-Function-Error") {
        return Outcome::Errored(with_true_type(runtime_api::error(kind.to_str().ok(), body)));
    }
    let answer = runtime_api::answer(body);
    match &answer {
        Outcome::Answered(report) if is_error_report(report) => {
            Outcome::Errored(with_true_type(runtime_api::error(None, body)))
        }
        _ if status.is_success() => answer,
        _ => {
            let words: String = String::from_utf8_lossy(body).chars().take(200).collect();
            let step = if status == StatusCode::NOT_FOUND { NAME_IT } else { "" };
            Outcome::Protocol(format!("the server answered {status}: {words}{step}"))
        }
    }
}

/// serverless-offline 13 reports every JavaScript error as `Error`; the first line of the trace has the type by which
/// Lambda itself would report it.
fn with_true_type(mut error: TriggerError) -> TriggerError {
    let named = |line: &String| Some(line.strip_suffix(&error.message)?.strip_suffix(": ")?.to_owned());
    if error.error_type == "Error"
        && let Some(named) = error.stack.first().and_then(named)
        && named.ends_with("Error")
        && named.chars().all(char::is_alphanumeric)
    {
        error.error_type = named;
    }
    error
}

/// Servers of several functions know them by their names.
const NAME_IT: &str =
    "; name the function in the address, as in `http://127.0.0.1:9000/2015-03-31/functions/NAME/invocations`";

/// No trigger's answer looks like this: the event is missing.
fn is_error_report(answer: &Value) -> bool {
    let is_text = |key| answer.get(key).is_some_and(Value::is_string);
    is_text("errorType") && is_text("errorMessage") && answer.get("request").is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_has_the_type_that_its_trace_names() {
        let of = |trace: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-amz-function-error", "Unhandled".parse().unwrap());
            let body = json!({"errorType": "Error", "errorMessage": "boom", "trace": [trace, "    at handler"]});
            match outcome(StatusCode::OK, &headers, body.to_string().as_bytes()) {
                Outcome::Errored(error) => error.error_type,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(of("TypeError: boom"), "TypeError");
        assert_eq!(of("Error: boom"), "Error");
        assert_eq!(of("not for you: boom"), "Error");
        assert_eq!(of("boom"), "Error");
    }
}
