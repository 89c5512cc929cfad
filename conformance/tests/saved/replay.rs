//! `pretoken replay`: what came of a saved counterexample.

use std::fs;

use pretoken_schemas::Schema;
use serde_json::{Value, json};

use crate::project::{Project, SUB, faults};
use crate::served::{Served, echo, sets_dev_claim, sets_sub};

/// A project with the files of a trigger that sets `sub`, and the path of the one for event version 2.
fn saved() -> (Project, Served, String) {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check(&trigger.address, &[]);
    let path = Project::folder(&trigger.address).join(SUB[1]).display().to_string();
    (project, trigger, path)
}

#[test]
fn a_fault_still_fails_or_fails_otherwise_or_is_fixed() {
    let (project, trigger, file) = saved();
    let run = project.run(&["replay", &file]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.starts_with("--- error reserved-claim-set: a claim that cannot be changed is set ---\n"),
        "{run:?}"
    );
    assert!(run.out.contains("\nstill fails: "), "{run:?}");

    trigger.becomes(sets_dev_claim);
    let run = project.run(&["replay", &file]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.starts_with("--- error dev-claim-set: "), "{run:?}");
    assert!(run.out.contains("\nfails otherwise: "), "{run:?}");

    trigger.becomes(echo);
    let run = project.run(&["replay", &file]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.starts_with("fixed: "), "{run:?}");
    assert_eq!(run.err, "");
    assert!(project.path(&file).exists());
}

#[test]
fn a_program_gets_the_same_as_json() {
    let (project, trigger, file) = saved();
    let replayed = |result: &str, code: i32| -> Value {
        let run = project.run(&["replay", &file, "--format", "json"]);
        let replayed: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(faults(Schema::Replay, &replayed), [""; 0]);
        assert_eq!((&replayed["result"], run.code), (&json!(result), code), "{run:?}");
        assert_eq!((&replayed["rule"], &replayed["event_version"]), (&json!("reserved-claim-set"), &json!("2")));
        replayed
    };
    let finding = &replayed("still-fails", 1)["findings"][0];
    assert_eq!((&finding["rule"], &finding["phase"]), (&json!("reserved-claim-set"), &json!("saved")));
    trigger.becomes(sets_dev_claim);
    assert_eq!(replayed("fails-otherwise", 1)["findings"][0]["rule"], "dev-claim-set");
    trigger.becomes(echo);
    assert_eq!(replayed("fixed", 0)["findings"], json!([]));
}

#[test]
fn another_trigger_can_be_named_and_that_is_said() {
    let (project, trigger, file) = saved();
    let other = Served::new(echo);
    let run = project.run(&["replay", &file, &other.address]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.err, format!("saved for `{}`, and replayed against `{}`\n", trigger.address, other.address));
    let same = project.run(&["replay", &file, &trigger.address]);
    assert_eq!((same.code, same.err.as_str()), (1, ""));
}

#[test]
fn a_trigger_that_cannot_be_started_is_no_fixed_one() {
    let (project, _, file) = saved();
    // Nobody listens on port 1.
    let run = project.run(&["replay", &file, "http://127.0.0.1:1"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("error: the trigger could not be started: "), "{run:?}");
    let program = project.run(&["replay", &file, "--", "no-such-program-anywhere"]);
    assert_eq!(program.code, 3, "{program:?}");
}

#[test]
fn the_words_of_the_command_line_are_kept_with_the_file() {
    let (project, trigger, file) = saved();
    let mut document = project.document(&trigger.address, SUB[1]);
    let mut words = |words: Value| {
        document["target"]["words"] = words;
        fs::write(project.path(&file), document.to_string()).unwrap();
        project.run(&["replay", &file])
    };
    let gone = words(json!(["gone.py"]));
    assert_eq!(gone.code, 2, "{gone:?}");
    assert!(gone.err.contains("there is no file `gone.py`") && gone.err.contains("name the trigger after the file"));
    let none = words(Value::Null);
    assert_eq!(none.code, 2, "{none:?}");
    assert!(none.err.contains("does not tell how") && none.err.contains("name the trigger after the file"));
    assert_eq!(words(json!(["--", "no-such-program-anywhere"])).code, 3);
}
