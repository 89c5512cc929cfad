use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::time::{Duration, Instant};

use pretoken::engine::{self, Cases, Plan, Progress};
use pretoken::event;
use pretoken::situation::EventVersion;
use pretoken::target::{Outcome, Received, TargetOptions, Targets};
use serde_json::Value;

use crate::tools::{BARE_PYTHON, NODE, NODE_24, Needed, PYTHON, RUST, example, fixture, open};

/// What was measured of one trigger: events per second.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// A loop of blocking reads and writes hands out texts that were made before, and looks at no answer. The process is sent
    /// the same bytes as by the others.
    pub(crate) bare: f64,
    /// A target is offered events that were made before, and the answers are read at the end.
    pub(crate) invoke: f64,
    /// A run: events are made, sent, and judged by every rule, and what is found is shrunk.
    pub(crate) run: f64,
    /// The best whole run with one job, start included.
    pub(crate) one: f64,
    /// The same with two.
    pub(crate) two: f64,
    /// The shortest start.
    pub(crate) start: Duration,
}

/// Measures the triggers that the words name, or all: each by itself, in so many rounds; why not, where a trigger's tool is not to be
/// had.
///
/// The rounds take turns, so that whatever else the machine does meets all alike. The first three numbers are those of the
/// slice of 64 events that is faster than nine in ten, over all rounds: such a slice is short enough to be left alone on a
/// busy machine. A run with two jobs has no slices of its own, so whole runs stand beside each other.
pub(crate) fn rows(rounds: usize, named: &[String]) -> impl Iterator<Item = Result<Row, (&'static str, String)>> {
    let is_named = |name: &&str| named.is_empty() || named.iter().any(|named| named == name);
    let names = ["rust", "powertools", "python", "node", "node 24"].into_iter().filter(is_named);
    names.map(move |name| trigger(name).map(|trigger| row(name, &trigger, rounds)).map_err(|reason| (name, reason)))
}

pub(crate) fn measure() {
    println!(
        "{:11} {:>7} {:>7} {:>4} {:>7} {:>4} {:>7} {:>7} {:>5}  start",
        "events/s", "bare", "invoke", "%", "run", "%", "1 job", "2 jobs", "x"
    );
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for row in rows(ROUNDS, &named) {
        match row {
            Ok(Row { name, bare, invoke, run, one, two, start }) => {
                let [of_invoke, of_run] = [invoke, run].map(|number| number / bare * 100.0);
                let (times, start) = (two / one, start.as_secs_f64() * 1000.0);
                println!(
                    "{name:11} {bare:7.0} {invoke:7.0} {of_invoke:4.0} {run:7.0} {of_run:4.0} {one:7.0} {two:7.0} {times:5.2}  {start:.0} ms"
                );
            }
            Err((name, reason)) => println!("{name:11} left out: {reason}"),
        }
    }
}

fn row(name: &'static str, trigger: &Trigger, rounds: usize) -> Row {
    let options =
        TargetOptions { python: trigger.python.clone(), node: trigger.node.clone(), ..TargetOptions::default() };
    let targets = open(&[&trigger.file], &options);
    let texts: Arc<[String]> = events(trigger.version).iter().map(Value::to_string).collect();
    let (mut rates, mut wholes, mut shortest) = ([const { Vec::new() }; 3], [0.0_f64; 2], Duration::MAX);
    for _ in 0..rounds {
        rates[0].extend(bare(&trigger.bare, &trigger.file, &texts));
        let (start, sent) = sent(&*targets, &texts);
        rates[1].extend(sent);
        let (one, slices) = run(&*targets, trigger.version, 1);
        rates[2].extend(slices);
        let (two, _) = run(&*targets, trigger.version, 2);
        wholes = [wholes[0].max(one), wholes[1].max(two)];
        shortest = shortest.min(start);
    }
    let ([bare, invoke, run], [one, two]) = (rates.map(upper_tenth), wholes);
    Row { name, bare, invoke, run, one, two, start: shortest }
}

const ROUNDS: usize = 9;
/// Random ones, beside the documented ones and the boundaries.
const CASES: u64 = 3_000;
/// How many events are timed together: as many as a job of a run takes at once, since a run tells of no fewer.
const SLICE: u64 = 64;

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
    file: PathBuf,
    version: EventVersion,
    python: Option<PathBuf>,
    node: Option<PathBuf>,
    /// The command that runs it, for the bare loop.
    bare: Vec<OsString>,
}

fn trigger(name: &str) -> Result<Trigger, String> {
    let there = |needed: &'static LazyLock<Needed<PathBuf>>| (**needed).clone();
    let loader = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/target/loaders").join(name);
        OsString::from(fs::read_to_string(path).unwrap())
    };
    let node = |node: PathBuf| {
        let file = example("node-plain/index.mjs");
        let words =
            [node.clone().into(), "--input-type=module".into(), "--eval".into(), loader("node.mjs"), "--".into()];
        let bare = words.into_iter().chain([file.clone().into(), "".into()]).collect();
        Trigger { file, version: EventVersion::V2, python: None, node: Some(node), bare }
    };
    let python = |python: PathBuf, file: PathBuf| {
        let bare = vec![python.clone().into(), "-c".into(), loader("python.py"), file.clone().into(), "".into()];
        Trigger { file, version: EventVersion::V1, python: Some(python), node: None, bare }
    };
    Ok(match name {
        "powertools" => python(there(&PYTHON)?, example("powertools-python/app.py")),
        "python" => python(there(&BARE_PYTHON)?, fixture("faults.py")),
        "node" => node(there(&NODE)?),
        "node 24" => node(there(&NODE_24)?),
        _ => {
            let file = there(&RUST)?;
            Trigger { bare: vec![file.clone().into()], file, version: EventVersion::V2, python: None, node: None }
        }
    })
}

/// Events per second, slice by slice.
struct Pace {
    since: Instant,
    events: u64,
    rates: Vec<f64>,
}

impl Pace {
    fn new() -> Self {
        Self { since: Instant::now(), events: 0, rates: Vec::new() }
    }

    fn count(&mut self, events: u64) {
        self.events += events;
        if self.events >= SLICE {
            self.rates.push(self.events as f64 / self.since.elapsed().as_secs_f64());
            (self.since, self.events) = (Instant::now(), 0);
        }
    }
}

fn upper_tenth(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() * 9 / 10]
}

fn sent(targets: &dyn Targets, texts: &[String]) -> (Duration, Vec<f64>) {
    let mut target = targets.start().unwrap();
    let start = target.invoke(&serde_json::from_str(&texts[0]).unwrap()).cold_start.unwrap();
    let mut wire = target.wire().unwrap();
    let (ahead, rest) = texts.split_at(AHEAD);
    ahead.iter().for_each(|text| wire.offer(text.clone()));
    let mut rest = rest.iter();
    let mut pace = Pace::new();
    let answers: Vec<Received> = texts
        .iter()
        .map(|_| {
            let received = wire.take();
            pace.count(1);
            if let Some(text) = rest.next() {
                wire.offer(text.clone());
            }
            received
        })
        .collect();
    assert!(answers.into_iter().all(|answer| matches!(answer.read().outcome, Outcome::Answered(_))));
    (start, pace.rates)
}

/// As many as a run offers.
const AHEAD: usize = 64;

/// A whole run, in which every event is answered and nothing is found that would have to be shrunk: its events per second
/// from start to end, and slice by slice.
fn run(targets: &dyn Targets, version: EventVersion, jobs: usize) -> (f64, Vec<f64>) {
    let pace = Mutex::new(Pace::new());
    let told = |progress: Progress<'_>| {
        if matches!(progress, Progress::Cases { .. }) {
            pace.lock().unwrap().count(SLICE);
        }
    };
    let run = engine::run(&plan(version, jobs), targets, &told, &AtomicBool::new(false)).unwrap();
    assert_eq!(run.outcomes.answered, run.cases.iter().map(|(_, _, count)| count).sum::<u64>());
    assert!(run.findings.is_empty(), "{:?}", run.findings);
    let whole = run.outcomes.answered as f64 / run.duration.as_secs_f64();
    (whole, pace.into_inner().unwrap().rates)
}

/// The least that can be done: the texts one after the other, whatever comes back.
fn bare(command: &[OsString], file: &Path, texts: &Arc<[String]>) -> Vec<f64> {
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
    let pace = Arc::new(Mutex::new(None));
    let of_all = Arc::clone(&pace);
    let count = Arc::new(AtomicU64::new(0));
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (texts, count, pace, done) = (texts.clone(), count.clone(), pace.clone(), done.clone());
            std::thread::spawn(move || serve(&stream.unwrap(), &texts, &count, &pace, &done));
        }
    });
    finished.recv().unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    of_all.lock().unwrap().take().unwrap().rates
}

fn serve(stream: &TcpStream, texts: &[String], count: &AtomicU64, pace: &Mutex<Option<Pace>>, done: &mpsc::Sender<()>) {
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
            // The first event is for warming up.
            if given > 0 {
                pace.lock().unwrap().get_or_insert_with(Pace::new).count(u64::from(given > 1));
            }
            if given == 1 + texts.len() as u64 {
                // The main thread may have gone after that.
                let _ = done.send(());
            }
            let event = &texts[given as usize % texts.len()];
            let length = event.len();
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: \
                 7072e746-f6b6-4e00-8000-0000{given:08x}\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n\
                 Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:trigger\r\n\
                 Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0\r\n\
                 Content-Length: {length}\r\n\r\n{event}"
            )
        } else {
            let accepted = r#"{"status":"OK"}"#;
            let length = accepted.len();
            format!(
                "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{accepted}"
            )
        };
        if { stream }.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
