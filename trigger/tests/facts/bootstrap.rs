//! The Lambda function as a process, against a Runtime API of one invocation.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

use pretoken_trigger::{Policy, handle};
use serde_json::{Value, json};

use crate::events::user_v2;

#[test]
fn a_policy_that_cannot_be_used_ends_the_start_with_its_reason() {
    let output = start(&[("PRETOKEN_POLICY", r#"{"idToken": {"suppress": ["sub"]}}"#)]);
    assert_eq!(
        failure(&output),
        "pretoken-trigger cannot start: `PRETOKEN_POLICY`: the policy cannot be used:\
         \n  /idToken/suppress/0: `sub` is issued by Cognito and cannot be suppressed by a trigger; remove it\n"
    );
}

#[test]
fn two_policies_end_the_start() {
    let output = start(&[("PRETOKEN_POLICY", "{}"), ("PRETOKEN_POLICY_FILE", "policy.json")]);
    assert_eq!(
        failure(&output),
        "pretoken-trigger cannot start: `PRETOKEN_POLICY_FILE` and `PRETOKEN_POLICY` are both set; keep one\n"
    );
}

#[test]
fn a_policy_file_that_is_not_there_ends_the_start() {
    let output = start(&[("PRETOKEN_POLICY_FILE", "not-there.json")]);
    let reason = failure(&output);
    let expected = "pretoken-trigger cannot start: the policy file `not-there.json`, named by `PRETOKEN_POLICY_FILE`, cannot be read: ";
    assert!(reason.starts_with(expected), "{reason}");
}

#[test]
fn outside_lambda_it_says_how_it_is_started() {
    let output = start(&[]);
    assert!(failure(&output).contains("`AWS_LAMBDA_RUNTIME_API` is not set"));
}

#[test]
fn an_event_is_answered_under_the_bundled_policy_when_none_is_named() {
    let expected = handle(user_v2(), &Policy::bundled()).unwrap();
    assert_eq!(invoke(&[], &user_v2()), ("response".to_owned(), expected));
}

#[test]
fn an_event_is_answered_under_the_policy_in_the_environment() {
    let text = r#"{"accessToken": {"scopes": {"add": ["a/b"]}}}"#;
    let expected = handle(user_v2(), &Policy::parse(text).unwrap()).unwrap();
    assert_eq!(invoke(&[("PRETOKEN_POLICY", text)], &user_v2()), ("response".to_owned(), expected));
}

#[test]
fn an_event_is_answered_under_the_policy_of_the_file() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/policy.json");
    let expected = handle(user_v2(), &Policy::bundled()).unwrap();
    assert_eq!(invoke(&[("PRETOKEN_POLICY_FILE", file)], &user_v2()), ("response".to_owned(), expected));
}

#[test]
fn json_that_is_no_event_is_an_error_and_not_a_crash() {
    let (kind, error) = invoke(&[], &json!({"hello": "world"}));
    assert_eq!(kind, "error");
    assert_eq!(error["errorType"], "NotAPreTokenGenerationEvent");
}

/// Starts the function without a Runtime API and waits for its end.
fn start(variables: &[(&str, &str)]) -> Output {
    function(variables).output().unwrap()
}

fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Starts the function, lets it answer one event, and returns where it sent the answer (`response` or `error`) and what it sent.
fn invoke(variables: &[(&str, &str)], event: &Value) -> (String, Value) {
    let api = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut function = function(variables);
    function.env("AWS_LAMBDA_RUNTIME_API", api.local_addr().unwrap().to_string());
    for (name, value) in
        [("FUNCTION_NAME", "trigger"), ("FUNCTION_MEMORY_SIZE", "128"), ("FUNCTION_VERSION", "$LATEST")]
    {
        function.env(format!("AWS_LAMBDA_{name}"), value);
    }
    let _running = Running(function.spawn().unwrap());
    loop {
        let (stream, _) = api.accept().unwrap();
        if let Some(answer) = serve(&stream, event) {
            return answer;
        }
    }
}

/// Serves one connection until the answer has come or the other side closes it.
fn serve(mut stream: &TcpStream, event: &Value) -> Option<(String, Value)> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let length =
            lines.iter().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let path = lines[0].split(' ').nth(1).unwrap();
        if path.ends_with("/runtime/invocation/next") {
            let event = event.to_string();
            let head = format!(
                "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n\
                 Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-central-1:123456789012:function:trigger\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                event.len()
            );
            stream.write_all((head + &event).as_bytes()).unwrap();
        } else {
            stream.write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n").unwrap();
            let kind = path.rsplit('/').next().unwrap().to_owned();
            return Some((kind, serde_json::from_slice(&body).unwrap()));
        }
    }
}

/// The function with these variables and no others that concern it.
fn function(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
    for name in ["PRETOKEN_POLICY", "PRETOKEN_POLICY_FILE", "AWS_LAMBDA_RUNTIME_API"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// A function that waits for its next event for ever, and so is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has failed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
