//! Bytes through the doors by which answers really come: the Runtime API that a process speaks, and an address.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use pretoken::target::{Outcome, Target};
use serde_json::{Value, json};

use super::dice::Dice;
use super::made::bytes;

/// What is said about an event. Whoever sends the event works it out as well.
pub(crate) enum Said {
    Answer(Vec<u8>),
    /// An error, with the header that names its type.
    Error(Vec<u8>, Vec<u8>),
}

impl Said {
    /// The event carries the number from which everything follows.
    fn about(event: &Value) -> (Self, Dice) {
        let mut dice = Dice::new(event["number"].as_u64().unwrap_or_default());
        let said = if dice.one_in(8) {
            // Control characters would end the header.
            let header = dice.bytes(30).into_iter().filter(|byte| *byte >= b' ' && *byte != 0x7f).collect();
            let body = if dice.one_in(2) { error_report(&mut dice) } else { bytes(event, &mut dice) };
            Self::Error(header, body)
        } else {
            Self::Answer(bytes(event, &mut dice))
        };
        (said, dice)
    }
}

fn error_report(dice: &mut Dice) -> Vec<u8> {
    let mut report =
        json!({"errorType": "KeyError", "errorMessage": "'email'", "stackTrace": ["a", "b"], "trace": ["c"]});
    for key in ["errorType", "errorMessage", "stackTrace", "trace"] {
        if dice.one_in(3) {
            report[key] = serde_json::from_slice(&bytes(&json!({}), dice)).unwrap_or_default();
        }
    }
    report.to_string().into_bytes()
}

/// Sends an event with a number, and checks that what comes back is what was said.
pub(crate) fn sent(target: &mut dyn Target, mut event: Value, number: u64) -> (Value, Outcome) {
    event["number"] = json!(number);
    let reply = target.invoke(&event);
    match (Said::about(&event).0, &reply.outcome) {
        (Said::Error(..), Outcome::Errored(_)) => {}
        (Said::Answer(bytes), outcome) => match (serde_json::from_slice::<Value>(&bytes), outcome) {
            (Ok(answer), Outcome::Answered(came)) => assert_eq!(*came, answer),
            (Err(_), Outcome::NotJson(came)) => assert_eq!(*came, bytes),
            // Nested too deep, which is no broken JSON.
            (Err(error), Outcome::Protocol(_)) => assert!(error.to_string().contains("recursion"), "{error}"),
            // An address tells an error of the function's by its form.
            (Ok(answer), Outcome::Errored(_)) => assert!(answer["errorType"].is_string(), "{answer}"),
            (_, other) => panic!("{:?} became {other:?}", String::from_utf8_lossy(&bytes)),
        },
        (Said::Error(..), other) => panic!("an error became {other:?}"),
    }
    (event, reply.outcome)
}

/// A process that says all this through the Runtime API, until that is gone.
pub(crate) fn talk() {
    let Ok(api) = env::var("AWS_LAMBDA_RUNTIME_API") else { return };
    let mut stream = TcpStream::connect(api).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let path = "/2018-06-01/runtime/invocation";
    loop {
        let asked = stream.write_all(format!("GET {path}/next HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        let Some((head, event)) = asked.ok().and_then(|()| message(&mut reader)) else { return };
        let id = head.iter().find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: ")).unwrap();
        let (said, mut dice) = Said::about(&serde_json::from_slice(&event).unwrap());
        let (what, header, body) = match said {
            Said::Answer(body) => ("response", Vec::new(), body),
            Said::Error(header, body) => ("error", header, body),
        };
        let head = format!("POST {path}/{id}/{what} HTTP/1.1\r\nHost: x\r\n");
        let request = framed(&mut dice, head, "Lambda-Runtime-Function-Error-Type", &header, &body);
        if stream.write_all(&request).is_err() || message(&mut reader).is_none() {
            return;
        }
    }
}

/// An address that says all this.
pub(crate) fn address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || served(stream));
        }
    });
    address
}

fn served(mut stream: TcpStream) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while let Some((_, event)) = message(&mut reader) {
        let (said, mut dice) = Said::about(&serde_json::from_slice(&event).unwrap());
        let response = match said {
            Said::Answer(body) => framed(&mut dice, "HTTP/1.1 200 OK\r\n".to_owned(), "X-Nothing", b"", &body),
            Said::Error(header, body) => {
                framed(&mut dice, "HTTP/1.1 200 OK\r\n".to_owned(), "X-Amz-Function-Error", &header, &body)
            }
        };
        if stream.write_all(&response).is_err() {
            return;
        }
    }
}

/// A message with a body of so many bytes, or in chunks.
fn framed(dice: &mut Dice, head: String, name: &str, value: &[u8], body: &[u8]) -> Vec<u8> {
    let mut message = head.into_bytes();
    message.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    if dice.one_in(4) {
        message.extend(b"Transfer-Encoding: chunked\r\n\r\n");
        for chunk in body.chunks(1 + dice.below(4_000)) {
            message.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            message.extend([chunk, b"\r\n"].concat());
        }
        message.extend(b"0\r\n\r\n");
    } else {
        message.extend(format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes());
        message.extend(body);
    }
    message
}

/// The next message's lines, in small letters, and its body.
fn message(reader: &mut impl BufRead) -> Option<(Vec<String>, Vec<u8>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_ascii_lowercase());
    }
    let length = lines.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0").parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((lines, body))
}
