use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::run::{Run, command, pretoken, trigger};
use crate::tools::{BARE_PYTHON, NODE, cache, example, fixture, or_skip};

#[test]
fn the_exit_code_is_the_verdict() {
    if or_skip(&NODE).is_none() {
        return;
    }
    let check = |more: &[&str]| {
        pretoken(&example("node-plain"), &[&["check", "--cases", "0", "--format", "json"], more].concat())
    };
    let conforms = check(&["index.mjs"]);
    conforms.ends_with(0);
    assert_eq!(conforms.json()["verdict"], "conforms");

    // It answers version 2, and fills a container that version 1 does not read.
    let violates = check(&["index.mjs", "--event-version", "1"]);
    violates.ends_with(1);
    let report = violates.json();
    assert_eq!(report["verdict"], "violates");
    assert_eq!(report["findings"][0]["rule"], "wrong-version-answer");
    assert_eq!(report["target"], json!({"kind": "node", "display": "index.mjs", "file": "index.mjs"}));

    let usage = check(&["index.js"]);
    usage.ends_with(2);
    assert!(usage.err.contains("there is no file `index.js`; did you mean `index.mjs`?"), "{}", usage.err);

    let none = check(&["index.mjs:absent"]);
    none.ends_with(3);
    assert!(none.err.contains("index.absent is undefined or not exported: it exports `handler`"), "{}", none.err);
    // Whoever parses the report finds one, without a verdict.
    assert_eq!(none.json()["verdict"], "no-verdict");
}

#[test]
fn a_trigger_that_cannot_be_started_is_no_trigger_that_conforms() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    for subcommand in ["check", "preview"] {
        let run = pretoken(&example("powertools-python"), &[subcommand, "app.py", "--python", &python]);
        run.ends_with(3);
        assert_eq!(run.out, "");
        let words = "error: the trigger could not be started: `app.py` does not load: Runtime.ImportModuleError";
        assert!(run.err.starts_with(words), "{}", run.err);
        assert!(run.err.contains("-m pip install -r "), "{}", run.err);
    }
    let run = pretoken(Path::new("/"), &["check", "--", "no-such-program-at-all", "--seed"]);
    run.ends_with(3);
    assert!(run.err.contains("`no-such-program-at-all --seed` cannot be started"), "{}", run.err);
}

/// The refresh at which `hangs.py` hangs, in a file.
fn refresh() -> String {
    let situation = pretoken::situation::Scene::Refresh.situation();
    let event = pretoken::event::build(&situation, pretoken::situation::EventVersion::V1);
    let file = cache("refresh.json");
    fs::write(&file, event.to_string()).unwrap();
    file.display().to_string()
}

#[test]
fn a_trigger_that_hangs_is_waited_for_as_long_as_the_person_says() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    let pids = cache("pids-of-timeout");
    let timed = |arguments: &[&str]| {
        let started = Instant::now();
        let mut command = command(Path::new("/"), &[arguments, &["--python", &python]].concat());
        let run = Run::of(command.env("PIDS", &pids).output().unwrap());
        (run, started.elapsed())
    };
    let hangs = trigger("hangs.py");
    let event = refresh();
    let (run, took) = timed(&["preview", &hangs, "--event", &event, "--timeout", "700ms"]);
    run.ends_with(0);
    run.says("the sign-in fails, and no token is issued");
    assert!(took > Duration::from_millis(700) && took < Duration::from_secs(4), "{took:?}");

    let (run, took) = timed(&["doctor", &hangs, "--timeout", "300ms"]);
    run.ends_with(0);
    run.says("TokenGeneration_RefreshTokens: no answer within 300 ms");
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn a_trigger_that_answers_nothing_in_time_has_no_verdict() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    let arguments = ["check", &trigger("slow.py"), "--python", &python, "--cases", "0", "--timeout", "1ms"];
    let run = pretoken(Path::new("/"), &[&arguments[..], &["--event-version", "1", "--format", "json"]].concat());
    run.ends_with(3);
    let report = run.json();
    assert_eq!(report["outcomes"]["timed_out"], report["cases"]["total"]);
    assert_eq!(report["verdict"], "no-verdict");
    assert!(report["notes"][0].as_str().unwrap().contains("answered no event within the time limit"), "{report}");
}

#[test]
fn a_file_that_is_no_trigger_says_what_to_name() {
    for (name, expected) in [
        ("not_executable.sh", "is not executable, and no source that is started here"),
        ("ends.sh", "exited with status 0 before it asked for an event"),
    ] {
        let run = pretoken(&fixture("start"), &["check", &format!("./{name}")]);
        assert!(run.err.contains(expected), "{}", run.err);
        run.ends_with(if name == "ends.sh" { 3 } else { 2 });
    }
}

#[test]
fn the_events_are_the_same_for_any_number_of_jobs() {
    if or_skip(&NODE).is_none() {
        return;
    }
    let report = |jobs: &str| {
        let arguments = ["check", "index.mjs", "--cases", "200", "--jobs", jobs, "--event-version", "1"];
        let mut report = pretoken(&example("node-plain"), &[&arguments[..], &["--format", "json"]].concat()).json();
        for measured in ["latency_ms", "duration_ms"] {
            report[measured] = Value::Null;
        }
        for rule in report["rules"].as_array_mut().unwrap() {
            // Each copy has a cold start.
            if rule["id"] == "cold-start-over-limit" {
                rule["exercised"] = Value::Null;
            }
        }
        report
    };
    assert_eq!(report("1"), report("2"));
}
