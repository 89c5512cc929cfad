use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pretoken::target::{Outcome, TargetOptions, TargetSpec, end_all};

use crate::tools::{BARE_PYTHON, asking_for, cache, fixture, impatient, is_gone, once, open, options, or_skip};

fn python() -> Option<TargetOptions> {
    Some(TargetOptions { python: Some(or_skip(&BARE_PYTHON)?.clone()), ..options() })
}

#[test]
fn several_jobs_have_a_process_each() {
    let Some(options) = python() else { return };
    let targets = open(&[fixture("faults.py")], &options);
    let process = || {
        let mut target = targets.start().unwrap();
        let outcomes = [target.invoke(&asking_for("own_pid")).outcome, target.invoke(&asking_for("own_pid")).outcome];
        assert_eq!(outcomes[0], outcomes[1]);
        outcomes[0].clone()
    };
    let (one, other) = thread::scope(|scope| {
        let (one, other) = (scope.spawn(process), scope.spawn(process));
        (one.join().unwrap(), other.join().unwrap())
    });
    assert_ne!(one, other);
}

#[test]
fn the_trigger_works_while_something_else_is_done() {
    let Some(options) = python() else { return };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap();
    let pause = Duration::from_millis(400);
    // The first event finds a process that has asked already, the second one a process that is about to.
    for _ in 0..2 {
        let (started, mut calls) = (Instant::now(), 0);
        let (reply, took) = target.invoke_while(&asking_for("takes_a_while"), &mut || {
            thread::sleep(pause);
            calls += 1;
        });
        assert!(took >= pause, "{took:?}");
        assert_eq!(reply.outcome, Outcome::Answered(asking_for("takes_a_while")));
        assert_eq!(calls, 1);
        assert_eq!(reply.output, ["working"]);
        assert!(started.elapsed() < pause + Duration::from_millis(250), "{:?}", started.elapsed());
    }
}

#[test]
fn what_is_done_meanwhile_is_done_once_whatever_the_trigger_does() {
    let Some(options) = python() else { return };
    let options = TargetOptions { timeout: impatient().timeout, ..options };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap();
    for fault in ["exits", "nothing", "answers_twice", "nothing", "blocks"] {
        let mut calls = 0;
        target.invoke_while(&asking_for(fault), &mut || calls += 1);
        assert_eq!(calls, 1, "{fault}");
    }
}

#[test]
fn a_trigger_that_cannot_be_started_again_is_not_tried_for_ever() {
    let Some(options) = python() else { return };
    let folder = cache("starts-once");
    fs::create_dir_all(&folder).unwrap();
    let (file, mark) = (folder.join("app.py"), folder.join("started"));
    let _ = fs::remove_file(&mark);
    let source = "import os, sys, time\n\nMARK = os.path.join(os.path.dirname(__file__), 'started')\nif os.path.exists(MARK):\n    \
                  time.sleep(0.5)\n    sys.exit('no second start')\nopen(MARK, 'w').close()\n\n\ndef handler(event, context):\n    os._exit(1)\n";
    fs::write(&file, source).unwrap();
    let targets = open(&[file], &options);
    let mut target = targets.start().unwrap();
    target.invoke(&asking_for("anything"));
    let reply = target.invoke(&asking_for("anything"));
    let Outcome::Crashed(words) = reply.outcome else { panic!("{reply:?}") };
    assert!(words.contains("could not be started again") && words.contains("exited with status 1"), "{words}");
    assert_eq!(reply.output, ["no second start"]);
    for _ in 0..2 {
        target.invoke(&asking_for("anything"));
    }
    let started = Instant::now();
    let Outcome::Crashed(words) = target.invoke(&asking_for("anything")).outcome else { panic!() };
    assert!(words.contains("3 starts in a row have failed"), "{words}");
    assert!(started.elapsed() < Duration::from_millis(400), "{:?}", started.elapsed());
}

#[test]
fn the_python_of_the_nearest_virtual_environment_is_used() {
    if or_skip(&BARE_PYTHON).is_none() {
        return;
    }
    let folder = cache("with-environment");
    once(&folder, || {
        fs::create_dir_all(folder.join("src/functions")).map_err(|error| error.to_string())?;
        fs::copy(fixture("faults.py"), folder.join("src/functions/app.py")).map_err(|error| error.to_string())?;
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv", "--without-pip"]).arg(folder.join(".venv"));
        venv.status().map_err(|error| error.to_string()).map(drop)
    })
    .unwrap();
    let targets = open(&[folder.join("src/functions/app.py")], &options());
    // An active environment goes first.
    let environment = std::env::var_os("VIRTUAL_ENV").map_or_else(|| folder.join(".venv"), PathBuf::from);
    assert_eq!(targets.program(), Some(environment.join("bin/python3").as_path()));
    assert!(targets.start().unwrap().client().is_some());

    let chosen = TargetOptions { python: Some(folder.join(".venv")), ..options() };
    let targets = open(&[folder.join("src/functions/app.py")], &chosen);
    assert_eq!(targets.program(), Some(folder.join(".venv/bin/python3").as_path()));
    let nothing = TargetOptions { python: Some(folder.clone()), ..options() };
    let spec = TargetSpec::parse(&[folder.join("src/functions/app.py")]).unwrap();
    let reason = spec.open(&nothing).err().unwrap().reason;
    assert!(reason.contains("is a folder without a Python"), "{reason}");
}

/// Not a test: a command that is interrupted while its trigger has an event. It prints the trigger's process number and what it
/// was told.
#[test]
#[ignore = "the command that another test starts"]
fn interrupted_command() {
    let Some(options) = python() else { return };
    let options = TargetOptions { timeout: Duration::from_secs(60), ..options };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap();
    let Outcome::Answered(process) = target.invoke(&asking_for("own_pid")).outcome else { panic!() };
    println!("child {process}");
    thread::spawn(|| {
        thread::sleep(Duration::from_millis(300));
        end_all();
    });
    println!("told {:?}", target.invoke(&asking_for("blocks")).outcome);
    let error = targets.start().err().unwrap();
    println!("told {error}");
    // As a command does on the second Ctrl-C: no destructor runs.
    std::process::exit(130);
}

#[test]
fn an_interrupted_command_leaves_nothing_behind() {
    if or_skip(&BARE_PYTHON).is_none() {
        return;
    }
    let started = Instant::now();
    let own = std::env::current_exe().unwrap();
    let output = Command::new(own)
        .args(["--ignored", "--exact", "run::interrupted_command", "--nocapture"])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let words = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(130), "{words}");
    assert!(words.contains("told Crashed(\"was killed by signal 9 (SIGKILL)\")"), "{words}");
    assert!(words.contains("told interrupted"), "{words}");
    let process = words.lines().find_map(|line| line.split_once("child ")).unwrap().1;
    assert!(is_gone(process.trim().parse().unwrap()));
}
