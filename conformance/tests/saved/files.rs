//! Files that cannot be used: each is named with the next step, left as it is, and the run goes on.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::project::{Project, SUB, notes};
use crate::served::{Served, sets_sub};

/// A file that cannot be used, by its name, and what is said of it.
type Bad = (&'static str, Vec<u8>, &'static str);

fn changed(document: &Value, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut document = document.clone();
    change(&mut document);
    document.to_string().into_bytes()
}

fn bad(good: &Value) -> Vec<Bad> {
    let whole = good.to_string().into_bytes();
    let half = whole[..whole.len() / 2].to_vec();
    vec![
        (
            "a-newer.json",
            changed(good, |d| d["format_version"] = json!(2)),
            "has format version 2, and this pretoken reads 1",
        ),
        ("a-half.json", half, "is damaged: it is not JSON, EOF while parsing"),
        ("a-empty.json", b" \n".to_vec(), "is empty; restore it or delete it"),
        ("a-bytes.json", vec![0xff, 0xfe, b'{'], "is damaged: it is not UTF-8"),
        ("a-list.json", b"[]".to_vec(), "is no counterexample of pretoken"),
        ("a-other.json", b"{\"name\": \"left-pad\"}".to_vec(), "is no counterexample of pretoken"),
        (
            "a-type.json",
            changed(good, |d| d["message"] = json!(7)),
            "is damaged: invalid type: integer `7`, expected a string",
        ),
        (
            "a-missing.json",
            changed(good, |d| drop(d.as_object_mut().unwrap().remove("event"))),
            "missing field `event`",
        ),
        ("a-version.json", changed(good, |d| d["event_version"] = json!("9")), "`event_version` is `9`"),
        (
            "a-rule.json",
            changed(good, |d| d["rule"] = json!("of-the-future")),
            "is about the rule `of-the-future`, which",
        ),
        (
            "a-reason.json",
            changed(good, |d| d["reason"] = json!("new")),
            "for the reason `new`, which this pretoken does not know",
        ),
        (
            "a-flow.json",
            changed(good, |d| d["situation"]["flow"] = json!("sign-in")),
            "`situation` is none that the event can have",
        ),
        (
            "a-event.json",
            changed(good, |d| d["event"]["request"] = json!([])),
            "has an event that cannot be used: `request` should be an object",
        ),
        (
            "a-illegal.json",
            changed(good, |d| d["event"]["region"] = json!(1)),
            "has an event that Cognito would not send",
        ),
        (
            "a-trigger.json",
            changed(good, |d| d["target"]["display"] = json!("x.py")),
            "was saved for another trigger, `x.py`",
        ),
    ]
}

#[test]
fn each_file_that_cannot_be_used_is_named_and_left_and_the_run_goes_on() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check(&trigger.address, &[]);
    let folder = project.path(Project::folder(&trigger.address));
    let bad = bad(&project.document(&trigger.address, SUB[1]));
    for (name, bytes, _) in &bad {
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::create_dir(folder.join("a-folder.json")).unwrap();
    fs::write(folder.join("README.md"), "ours").unwrap();
    let before = project.files(&trigger.address);
    let report = project.check(&trigger.address, &[]);
    assert_eq!(report["cases"]["by_phase"]["saved"], 2, "the good ones are run");
    assert_eq!(report["findings"].as_array().unwrap().len(), 2);
    let notes = notes(&report);
    for (name, _, words) in &bad {
        let note = notes
            .lines()
            .find(|note| note.contains(&format!("/{name}` ")))
            .unwrap_or_else(|| panic!("{name}: {notes}"));
        assert!(note.contains(words) && note.ends_with("; it was left out"), "{note}");
    }
    assert!(notes.contains("a-folder.json` is no regular file"), "{notes}");
    assert!(!notes.contains("README"), "{notes}");
    assert_eq!(project.files(&trigger.address), before);
}

#[test]
fn a_replay_of_a_file_that_cannot_be_used_ends_with_2_and_the_same_words() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check(&trigger.address, &[]);
    let good = project.document(&trigger.address, SUB[1]);
    for (name, bytes, words) in bad(&good) {
        fs::write(project.path(name), bytes).unwrap();
        let run = project.run(&["replay", name, &trigger.address]);
        // Which trigger is meant is said on the command line.
        let code = if name == "a-trigger.json" { 1 } else { 2 };
        assert_eq!(run.code, code, "{name}: {run:?}");
        if code == 2 {
            assert!(run.err.starts_with(&format!("error: `{name}` ")) && run.err.contains(words), "{name}: {run:?}");
            assert_eq!(run.err.lines().count(), 1, "{run:?}");
        }
    }
    for (name, words) in [(".", "is no regular file"), ("nowhere.json", "cannot be read: No such file")] {
        let run = project.run(&["replay", name]);
        assert!(run.code == 2 && run.err.contains(words), "{run:?}");
    }
}

#[test]
fn what_is_in_the_way_of_a_finding_is_not_overwritten() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    let folder = project.path(Project::folder(&trigger.address));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(SUB[0]), "{\"precious\":").unwrap();
    let report = project.check(&trigger.address, &[]);
    assert_eq!(fs::read_to_string(folder.join(SUB[0])).unwrap(), "{\"precious\":");
    let findings = report["findings"].as_array().unwrap();
    let saved: Vec<bool> = findings.iter().map(|finding| finding["replay"].is_string()).collect();
    assert_eq!(saved, [false, true]);
    assert!(notes(&report).contains(&format!("{}` is in the way", SUB[0])), "{}", notes(&report));
}

#[test]
fn a_folder_whose_name_a_file_has_is_named_and_changes_no_verdict() {
    cannot_be_written(|path| fs::write(path, "").unwrap());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_nobody_can_write_to_is_named_and_changes_no_verdict() {
    // Permissions stop nobody who runs the tests as root.
    cannot_be_written(|path| std::os::unix::fs::symlink("/proc/self", path).unwrap());
}

fn cannot_be_written(make: impl FnOnce(&Path)) {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    make(&project.path(".pretoken"));
    let report = project.check(&trigger.address, &[]);
    assert_eq!((&report["verdict"], &report["findings"][0]["replay"]), (&json!("violates"), &Value::Null));
    let notes = notes(&report);
    assert_eq!(notes.matches("cannot be written: ").count(), 1, "{notes}");
    assert!(notes.contains("`--no-save`"), "{notes}");
}
