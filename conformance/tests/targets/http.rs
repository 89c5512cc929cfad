use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use pretoken::target::{Outcome, Target};
use serde_json::{Value, json};

use crate::tools::{asking_for, errored, impatient, open, options};

/// A server that takes invocations as the Lambda service does, for as long as the test runs. `userName` says what it
/// does; it hangs up after each answer if `hangs_up`.
fn server(hangs_up: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || while answer(&stream).is_some() && !hangs_up {});
        }
    });
    address
}

/// Answers one request; nothing when the client has hung up.
fn answer(mut stream: &TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim().to_ascii_lowercase().split_once(':') {
            Some(("content-length", value)) => length = value.trim().parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let event: Value = serde_json::from_slice(&body).unwrap();
    let expected = "POST /2015-03-31/functions/function/invocations HTTP/1.1\r\n";
    let (status, header, body) = match event["userName"].as_str().unwrap() {
        _ if first != expected => ("404 Not Found", "", first.into_bytes()),
        "fails" => {
            let report = json!({"errorType": "KeyError", "errorMessage": "'email'", "stackTrace": ["  line\n"]});
            ("200 OK", "X-Amz-Function-Error: Unhandled\r\n", report.to_string().into_bytes())
        }
        "fails_as_in_the_emulator" => {
            ("200 OK", "", json!({"errorType": "KeyError", "errorMessage": "'email'"}).to_string().into_bytes())
        }
        "fails_as_in_cargo_lambda" => {
            let report = json!({"errorType": "KeyError", "errorMessage": "'email'"});
            ("500 Internal Server Error", "", report.to_string().into_bytes())
        }
        "is_unknown" => ("404 Not Found", "", b"no such function".to_vec()),
        "is_unwell" => ("502 Bad Gateway", "", b"no such container".to_vec()),
        "answers_no_text" => ("200 OK", "", b"\xff".to_vec()),
        "hangs_up" => return None,
        "blocks" => {
            thread::sleep(Duration::from_secs(3));
            ("200 OK", "", b"\"late\"".to_vec())
        }
        _ => ("200 OK", "", body),
    };
    let head = format!("HTTP/1.1 {status}\r\n{header}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), &body].concat()).ok()
}

fn with_server(hangs_up: bool, try_out: impl Fn(&mut dyn Target)) {
    let targets = open(&[format!("http://{}", server(hangs_up))], &impatient());
    assert_eq!(targets.description().kind, "http");
    try_out(&mut *targets.start().unwrap());
}

fn outcome(target: &mut dyn Target, fault: &str) -> Outcome {
    let outcome = target.invoke(&asking_for(fault)).outcome;
    let next = target.invoke(&asking_for("nothing")).outcome;
    assert_eq!(next, Outcome::Answered(asking_for("nothing")), "after {fault}");
    outcome
}

#[test]
fn invocations_are_posted_and_answered() {
    for hangs_up in [false, true] {
        with_server(hangs_up, |target| {
            for _ in 0..3 {
                assert_eq!(outcome(target, "nothing"), Outcome::Answered(asking_for("nothing")));
            }
        });
    }
}

#[test]
fn an_error_of_the_function_is_told_from_an_error_of_the_server() {
    with_server(false, |target| {
        for fails in ["fails", "fails_as_in_the_emulator", "fails_as_in_cargo_lambda"] {
            let reply = target.invoke(&asking_for(fails));
            assert_eq!(
                (errored(&reply).error_type.as_str(), errored(&reply).message.as_str()),
                ("KeyError", "'email'")
            );
        }
        let Outcome::Protocol(words) = outcome(target, "is_unknown") else { panic!() };
        assert!(words.contains("404 Not Found: no such function; name the function in the address"), "{words}");
        let unwell = Outcome::Protocol("the server answered 502 Bad Gateway: no such container".to_owned());
        assert_eq!(outcome(target, "is_unwell"), unwell);
        assert!(
            matches!(outcome(target, "hangs_up"), Outcome::Protocol(words) if words.contains("cannot be spoken to"))
        );
        assert_eq!(outcome(target, "answers_no_text"), Outcome::NotJson(b"\xff".to_vec()));
    });
}

#[test]
fn a_server_that_does_not_answer_is_given_up_at_the_limit() {
    with_server(false, |target| {
        // The first event may take as long as a start.
        assert_eq!(outcome(target, "nothing"), Outcome::Answered(asking_for("nothing")));
        assert_eq!(outcome(target, "blocks"), Outcome::TimedOut { after: Duration::from_secs(1) });
    });
}

#[test]
fn an_address_where_nobody_listens_cannot_be_started() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let targets = open(&[format!("http://{address}")], &options());
    let reason = targets.start().err().unwrap().reason;
    assert!(reason.starts_with(&format!("`http://{address}` cannot be reached: ")), "{reason}");
    assert!(reason.ends_with("is the server running?"), "{reason}");
}
