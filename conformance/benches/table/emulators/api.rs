//! Calls of an emulator's API: JSON over one connection, as an SDK keeps it.

use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// No call is waited for longer.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Api {
    runtime: Runtime,
    address: SocketAddr,
    connection: SendRequest<Full<Bytes>>,
}

impl Api {
    pub(crate) fn connect(address: SocketAddr) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(words)?;
        let connection = runtime.block_on(connection(address))?;
        Ok(Self { runtime, address, connection })
    }

    /// A fresh connection: servers close those that are idle.
    pub(crate) fn reconnect(&mut self) -> Result<(), String> {
        self.connection = self.runtime.block_on(connection(self.address))?;
        Ok(())
    }

    /// Calls an operation of Cognito's API.
    pub(crate) fn cognito(&mut self, operation: &str, body: &Value) -> Result<Value, String> {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        self.post("/", &[("X-Amz-Target", &target), ("Content-Type", "application/x-amz-json-1.1")], body)
            .map_err(|why| format!("{operation}: {why}"))
    }

    pub(crate) fn post(&mut self, path: &str, headers: &[(&str, &str)], body: &Value) -> Result<Value, String> {
        let mut request = Request::post(path).header("Host", self.address.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(body.to_string())).map_err(words)?;
        let connection = &mut self.connection;
        let answered = async {
            connection.ready().await.map_err(words)?;
            let answer = connection.send_request(request).await.map_err(words)?;
            let status = answer.status();
            let body = answer.into_body().collect().await.map_err(words)?.to_bytes();
            Ok::<_, String>((status, body))
        };
        let waited = self.runtime.block_on(async { timeout(PATIENCE, answered).await });
        let (status, body) = waited.map_err(|_| format!("no answer after {PATIENCE:?}"))??;
        let text = String::from_utf8_lossy(&body);
        if !status.is_success() {
            return Err(format!("{status}: {text}"));
        }
        // Some operations answer nothing at all.
        if text.is_empty() { Ok(Value::Null) } else { serde_json::from_str(&text).map_err(words) }
    }
}

async fn connection(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, String> {
    let stream = TcpStream::connect(address).await.map_err(words)?;
    stream.set_nodelay(true).map_err(words)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(words)?;
    tokio::spawn(async move {
        // An error of the connection is one of its calls too, which tells it.
        let _ = connection.await;
    });
    Ok(sender)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
