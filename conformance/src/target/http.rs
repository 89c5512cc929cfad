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
use super::process::ending;
use super::{Description, Outcome, Reply, StartError, Target, Targets, runtime_api};

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
    limit: Duration,
}

impl HttpTargets {
    pub(super) const fn new(description: Description, address: Address, limit: Duration) -> Self {
        Self { description, address, limit }
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
        Ok(Box::new(Connected { targets: self, sender: Some(sender), executor }))
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
}

impl Target for Connected<'_> {
    fn invoke(&mut self, event: &Value) -> Reply {
        let event = Bytes::from(event.to_string());
        let limit = self.targets.limit;
        let Self { targets, sender, executor } = self;
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

/// Function errors come with a header and a successful status; another status is the server's own trouble.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax>.
fn outcome(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Outcome {
    if let Some(kind) = headers.get("X-Amz-Function-Error") {
        return Outcome::Errored(runtime_api::error(kind.to_str().ok(), body));
    }
    if status.is_success() {
        return runtime_api::answer(body);
    }
    let words: String = String::from_utf8_lossy(body).chars().take(200).collect();
    Outcome::Protocol(format!("the server answered {status}: {words}"))
}
