//! What `pretoken replay` prints: a fault that is still there, another in its place, none, and files that cannot be used.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread;

use pretoken::engine::{self, Plan, Seed};
use pretoken::rules::Level;
use pretoken::saved::{Document, Trigger};
use pretoken::situation::EventVersion;
use pretoken::target::InProcess;
use serde_json::{Value, json};

use crate::assert_shown;

const FILE: &str = "reserved-claim-set.unchangeable-claim.v2.json";

#[test]
fn a_replay_tells_whether_a_fault_still_fails_fails_otherwise_or_is_fixed() {
    let folder = folder("replays");
    let text = document().text().unwrap();
    fs::write(folder.join(FILE), &text).unwrap();
    for (name, trigger) in [
        ("still-fails", Some(sets_sub as fn(Value) -> Value)),
        ("fails-otherwise", Some(returns_nothing)),
        ("fixed", None),
    ] {
        let address = trigger.map(served);
        let arguments: Vec<&str> = ["replay", FILE].into_iter().chain(address.as_deref()).collect();
        let shown = shown(&folder, &arguments);
        assert_shown("replay", name, &shown.replace(address.as_deref().unwrap_or("nowhere"), "http://127.0.0.1:9000"));
    }
}

#[test]
fn a_file_that_cannot_be_replayed_says_why_and_what_to_do() {
    let folder = folder("unusable");
    let text = document().text().unwrap();
    let broken = [
        ("empty.json", String::new()),
        ("half.json", text.split_at(text.len() / 2).0.to_owned()),
        ("newer.json", text.replace("\"format_version\": 1", "\"format_version\": 2")),
        ("another.json", "{\"name\": \"left-pad\"}".to_owned()),
        ("rule.json", text.replace("reserved-claim-set", "of-the-future")),
        ("type.json", text.replace("\"event_version\": \"2\"", "\"event_version\": 2")),
        ("illegal.json", text.replace("\"region\": \"us-east-1\"", "\"region\": 1")),
    ];
    let texts: Vec<String> = broken
        .iter()
        .map(|(name, text)| {
            fs::write(folder.join(name), text).unwrap();
            shown(&folder, &["replay", name])
        })
        .collect();
    assert_shown("replay", "files-that-cannot-be-used", &texts.join("\n"));
}

/// The finding as a check would have saved it.
fn document() -> Document {
    let plan = Plan { cases: 0, versions: vec![EventVersion::V2], ..Plan::default() };
    let targets = InProcess::new("sets sub", sets_sub);
    let run = engine::run(&plan, &targets, &|_| (), &AtomicBool::new(false)).unwrap();
    let error = run.findings.iter().find(|finding| finding.level() == Level::Error).unwrap();
    let bundled = Trigger::new("in-process", "the bundled reference trigger", Some(vec![]));
    Document::new(error, bundled, Seed::default())
}

fn sets_sub(mut event: Value) -> Value {
    event["response"]["claimsAndScopeOverrideDetails"] =
        json!({"idTokenGeneration": {"claimsToAddOrOverride": {"sub": "someone-else"}}});
    event
}

/// What a handler that forgets to return gives.
fn returns_nothing(_: Value) -> Value {
    Value::Null
}

/// The command, what it printed, and how it ended.
fn shown(folder: &Path, arguments: &[&str]) -> String {
    let ended = Command::new(env!("CARGO_BIN_EXE_pretoken-in-snapshots"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap());
    format!("$ pretoken {}\n{err}{out}exit code {}\n", arguments.join(" "), ended.status.code().unwrap())
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The trigger behind an address that takes Lambda invocations.
fn served(trigger: fn(Value) -> Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            answer(&connection.unwrap(), trigger);
        }
    });
    address
}

fn answer(mut connection: &TcpStream, trigger: fn(Value) -> Value) {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let answer = trigger(serde_json::from_slice(&body).unwrap()).to_string();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
    connection.write_all([head, answer].concat().as_bytes()).unwrap();
}
