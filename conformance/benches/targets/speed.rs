use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::time::{Duration, Instant};

use pretoken::engine::{self, Cases, Plan, Ready};
use pretoken::event;
use pretoken::situation::EventVersion;
use pretoken::target::{Outcome, TargetOptions, Targets};
use serde_json::Value;

use crate::tools::{BARE_PYTHON, NODE, NODE_24, Needed, PYTHON, RUST, example, fixture, open};

/// All rows are of the same process and the same events, those that a run makes; the words given name the triggers.
///
/// - `bare`: a loop of blocking reads and writes hands out texts that were made before, and looks at no answer.
/// - `invoke`: a target is given events that were made before, and reads the answers.
/// - `run`: events are made, sent, and judged by every rule, and what is found is shrunk.
///
/// Each number is that of the best round, and the rounds take turns, so that whatever else the machine does meets all
/// alike.
pub(crate) fn measure() {
    println!(
        "{:14} {:>8} {:>8} {:>4} {:>8} {:>4} {:>8} {:>4}  start",
        "events/s", "bare", "invoke", "%", "run", "%", "2 jobs", "%"
    );
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for trigger in triggers() {
        if !named.is_empty() && !named.iter().any(|name| name == trigger.name) {
            continue;
        }
        let options = TargetOptions { python: trigger.python, node: trigger.node, ..TargetOptions::default() };
        let targets = open(&[&trigger.file], &options);
        let events = events(trigger.version);
        let texts: Arc<[String]> = events.iter().map(Value::to_string).collect();
        let mut numbers = [const { Vec::new() }; 5];
        for _ in 0..ROUNDS {
            numbers[0].push(bare(&trigger.bare, &trigger.file, &texts));
            let (start, invoked) = invoked(&*targets, &events);
            numbers[1].push(invoked);
            numbers[2].push(run(&*targets, trigger.version, 1));
            numbers[3].push(run(&*targets, trigger.version, 2));
            numbers[4].push(-start.as_secs_f64() * 1000.0);
        }
        // The best start is the shortest one.
        let [bare, invoked, run, two, start] = numbers.map(best);
        let start = -start;
        let [of_invoked, of_run, of_two] = [invoked, run, two].map(|number| number / bare * 100.0);
        let name = trigger.name;
        println!(
            "{name:14} {bare:8.0} {invoked:8.0} {of_invoked:4.0} {run:8.0} {of_run:4.0} {two:8.0} {of_two:4.0}  {start:.0} ms"
        );
    }
}

const ROUNDS: usize = 7;
/// Random ones, beside the documented ones and the boundaries.
const CASES: u64 = 5_000;

fn plan(version: EventVersion, jobs: usize) -> Plan {
    Plan { versions: vec![version], cases: CASES, jobs, ..Plan::default() }
}

/// The events of a run.
fn events(version: EventVersion) -> Vec<Value> {
    let cases = Cases::new(&plan(version, 1));
    let situations = (0..cases.len()).filter_map(|place| cases.situation(place));
    situations.map(|(situation, version)| event::build(&situation, version)).collect()
}

struct Trigger {
    name: &'static str,
    file: PathBuf,
    version: EventVersion,
    python: Option<PathBuf>,
    node: Option<PathBuf>,
    /// The command that runs it, for the bare loop.
    bare: Vec<OsString>,
}

fn triggers() -> Vec<Trigger> {
    let there = |needed: &'static LazyLock<Needed<PathBuf>>| needed.as_ref().unwrap().clone();
    let loader = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/target/loaders").join(name);
        OsString::from(fs::read_to_string(path).unwrap())
    };
    let node = |name, node: PathBuf| {
        let file = example("node-plain/index.mjs");
        let words =
            [node.clone().into(), "--input-type=module".into(), "--eval".into(), loader("node.mjs"), "--".into()];
        let bare = words.into_iter().chain([file.clone().into(), "".into()]).collect();
        Trigger { name, file, version: EventVersion::V2, python: None, node: Some(node), bare }
    };
    let python = |name, python: PathBuf, file: PathBuf| {
        let bare = vec![python.clone().into(), "-c".into(), loader("python.py"), file.clone().into(), "".into()];
        Trigger { name, file, version: EventVersion::V1, python: Some(python), node: None, bare }
    };
    let rust = there(&RUST);
    vec![
        Trigger {
            name: "rust",
            bare: vec![rust.clone().into()],
            file: rust,
            version: EventVersion::V2,
            python: None,
            node: None,
        },
        python("powertools", there(&PYTHON), example("powertools-python/app.py")),
        python("python", there(&BARE_PYTHON), fixture("faults.py")),
        node("node", there(&NODE)),
        node("node 24", there(&NODE_24)),
    ]
}

fn best(numbers: Vec<f64>) -> f64 {
    numbers.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

fn per_second(events: u64, took: Duration) -> f64 {
    events as f64 / took.as_secs_f64()
}

fn invoked(targets: &dyn Targets, events: &[Value]) -> (Duration, f64) {
    let mut target = targets.start().unwrap();
    let start = target.invoke(&events[0]).cold_start.unwrap();
    let started = Instant::now();
    for event in events {
        assert!(matches!(target.invoke(event).outcome, Outcome::Answered(_)));
    }
    (start, per_second(events.len() as u64, started.elapsed()))
}

/// A whole run, from the moment at which the first process asks for events; further ones start within it. The events
/// that shrinking sends count too.
fn run(targets: &dyn Targets, version: EventVersion, jobs: usize) -> f64 {
    let ready = Ready::start(targets).unwrap();
    let run = engine::run(&plan(version, jobs), &ready, &|_| (), &AtomicBool::new(false)).unwrap();
    let shrinking: u64 = run.findings.iter().map(|finding| u64::from(finding.shrinking.calls)).sum();
    per_second(run.outcomes.answered + shrinking, run.duration)
}

/// The least that can be done: the texts one after the other, whatever comes back.
fn bare(command: &[OsString], file: &Path, texts: &Arc<[String]>) -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut process = Command::new(&command[0])
        .args(&command[1..])
        .current_dir(file.parent().unwrap())
        .env("AWS_LAMBDA_RUNTIME_API", listener.local_addr().unwrap().to_string())
        .envs([("AWS_LAMBDA_FUNCTION_NAME", "trigger"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")])
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let texts = Arc::clone(texts);
    let events = texts.len() as u64;
    let count = Arc::new(AtomicU64::new(0));
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (texts, count, done) = (Arc::clone(&texts), Arc::clone(&count), done.clone());
            std::thread::spawn(move || serve(&stream.unwrap(), &texts, &count, &done));
        }
    });
    let first = finished.recv().unwrap();
    let last = finished.recv().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    per_second(events, last - first)
}

fn serve(stream: &TcpStream, texts: &[String], count: &AtomicU64, done: &mpsc::Sender<Instant>) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    loop {
        line.clear();
        let mut length = 0;
        let asks = match reader.read_line(&mut line) {
            Ok(read) if read > 0 => line.starts_with("GET"),
            _ => return,
        };
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            match line.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap();
                }
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let answer = if asks {
            let given = count.fetch_add(1, Ordering::Relaxed);
            if given == 1 || given == 1 + texts.len() as u64 {
                // The main thread may have gone after the second.
                let _ = done.send(Instant::now());
            }
            let id = format!("Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-{given:012}");
            let deadline = "Lambda-Runtime-Deadline-Ms: 9999999999999\r\nLambda-Runtime-Invoked-Function-Arn: arn";
            let event = &texts[given as usize % texts.len()];
            let length = event.len();
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{id}\r\n{deadline}\r\nContent-Length: {length}\r\n\r\n{event}"
            )
        } else {
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned()
        };
        if { stream }.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
