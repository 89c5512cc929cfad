//! Ctrl-C, and the signal by which CI ends a job: within a second, with what was found so far, and nothing left behind.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Run, command, trigger};
use crate::tools::{BARE_PYTHON, cache, fixture, is_gone, or_skip};

/// A run of the command that somebody interrupts.
struct Running {
    child: Child,
    pids: PathBuf,
}

impl Running {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let pids = cache(&format!("pids-{name}"));
        let _ = fs::remove_file(&pids);
        let mut command = command(Path::new("/"), arguments);
        command.env("PIDS", &pids).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { child: command.spawn().unwrap(), pids }
    }

    /// The processes that the trigger has told of, once there are any.
    fn processes(&self) -> Vec<u64> {
        let started = Instant::now();
        loop {
            let told = fs::read_to_string(&self.pids).unwrap_or_default();
            if told.ends_with('\n') {
                return told.split_whitespace().map(|pid| pid.parse().unwrap()).collect();
            }
            assert!(started.elapsed() < Duration::from_secs(20), "the trigger never came to hang");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal; the command has to end within a second.
    fn end(mut self, signal: &str) -> Run {
        let killed = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let signalled = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if signalled.elapsed() > Duration::from_secs(10) {
                self.child.kill().unwrap();
                panic!("it goes on after {signal}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let took = signalled.elapsed();
        let ended = Run::of(self.child.wait_with_output().unwrap());
        assert!(took < Duration::from_secs(1), "{took:?} {}", ended.err);
        ended.ends_with(130);
        ended
    }
}

#[test]
fn a_run_whose_trigger_hangs_is_reported_as_far_as_it_came() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    for (signal, jobs) in [("-INT", "1"), ("-TERM", "1"), ("-INT", "2")] {
        let hangs = trigger("hangs.py");
        let check = ["check", &hangs, "--python", &python, "--event-version", "1", "--timeout", "10m"];
        let running = Running::start("of-run", &[&check[..], &["--jobs", jobs]].concat());
        let processes = running.processes();
        let run = running.end(signal);
        run.says("the run was interrupted before its end");
        run.says("no-verdict: ");
        // The event that was under way is nobody's crash.
        run.says("findings none");
        assert!(!run.out.contains("crashed"), "{}", run.out);
        assert!(processes.len() >= 2, "{processes:?}");
        for process in processes {
            assert!(is_gone(process), "{process} is still there after {signal}");
        }
    }
}

#[test]
fn what_has_nothing_to_report_yet_says_that_it_was_interrupted() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    let hangs = trigger("hangs.py");
    for subcommand in ["check", "preview", "doctor"] {
        let running = Running::start(subcommand, &[subcommand, &hangs, "--python", &python, "--timeout", "10m"]);
        let processes = running.processes();
        let run = running.end("-INT");
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", "error: interrupted\n"));
        assert!(processes.into_iter().all(is_gone));
    }
}

#[test]
fn a_start_that_hangs_is_no_failed_start_when_it_is_interrupted() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    for subcommand in ["check", "preview", "doctor"] {
        let file = fixture("start/hangs.py").display().to_string();
        let running = Running::start("of-start", &[subcommand, &file, "--python", &python]);
        std::thread::sleep(Duration::from_millis(700));
        let run = running.end("-INT");
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", "error: interrupted\n"));
    }
}

#[test]
fn an_address_that_never_answers_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let running = Running::start("of-http", &["check", &address, "--timeout", "10m"]);
    let _connection = listener.accept().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let run = running.end("-INT");
    assert_eq!(run.err, "error: interrupted\n");
}
