use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pretoken::target::{Outcome, Target, TargetOptions, TargetSpec, end_all};

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

/// What a trigger does with each of these events, all offered ahead.
fn outcomes(target: &mut dyn Target, faults: &[&str]) -> Vec<Outcome> {
    let mut wire = target.wire().unwrap();
    faults.iter().for_each(|fault| wire.offer(asking_for(fault).to_string()));
    faults.iter().map(|_| wire.take().read().outcome).collect()
}

#[test]
fn the_trigger_works_on_what_it_was_offered_while_nobody_waits() {
    let Some(options) = python() else { return };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap();
    let mut wire = target.wire().unwrap();
    let event = asking_for("takes_a_while");
    for _ in 0..2 {
        wire.offer(event.to_string());
    }
    thread::sleep(Duration::from_secs(2));
    let started = Instant::now();
    for _ in 0..2 {
        let received = wire.take();
        assert!(received.took() >= Duration::from_millis(100), "{:?}", received.took());
        let reply = received.read();
        assert_eq!(reply.outcome, Outcome::Answered(event.clone()));
        assert_eq!(reply.output, ["working"]);
    }
    assert!(started.elapsed() < Duration::from_millis(100), "{:?}", started.elapsed());
}

#[test]
fn each_of_several_events_has_its_own_outcome_whatever_became_of_those_before() {
    let Some(options) = python() else { return };
    let options = TargetOptions { timeout: impatient().timeout, ..options };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap();
    let faults = [
        "nothing",
        "exits",
        "nothing",
        "answers_twice",
        "nothing",
        "blocks",
        "nothing",
        "answers_and_blocks",
        "is_not_asked_for",
        "nothing",
        "own_pid",
    ];
    let outcomes = outcomes(&mut *target, &faults);
    for (fault, outcome) in faults.iter().zip(&outcomes) {
        match *fault {
            "nothing" => assert_eq!(*outcome, Outcome::Answered(asking_for("nothing"))),
            "exits" => assert!(matches!(outcome, Outcome::Crashed(_)), "{outcome:?}"),
            // The process does not ask for this one in time, which says nothing about those after it.
            "blocks" | "is_not_asked_for" => assert!(matches!(outcome, Outcome::TimedOut { .. }), "{outcome:?}"),
            _ => assert!(matches!(outcome, Outcome::Answered(_)), "{outcome:?}"),
        }
    }
}

#[test]
fn what_comes_of_an_event_that_nobody_took_is_no_answer_to_a_later_one() {
    let Some(options) = python() else { return };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap();
    let mut wire = target.wire().unwrap();
    for fault in ["own_pid", "takes_a_while", "exits", "own_pid"] {
        wire.offer(asking_for(fault).to_string());
    }
    let process = wire.take().read().outcome;
    drop(wire);
    assert_eq!(target.invoke(&asking_for("nothing")).outcome, Outcome::Answered(asking_for("nothing")));
    assert_eq!(target.invoke(&asking_for("own_pid")).outcome, process, "the same process goes on");
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
