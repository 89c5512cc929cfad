//! What a check saves, and what the next one makes of it.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use pretoken::saved::Counterexample;
use pretoken_schemas::Schema;
use serde_json::{Value, json};

use crate::project::{Project, SUB, faults, notes};
use crate::served::{
    Served, echo, null_for_null_metadata, replaces_groups, sets_sub, sets_sub_after_mallory, sets_sub_for_a_new_member,
};

#[test]
fn a_finding_is_saved_and_the_next_check_runs_it_first_and_leaves_the_file_as_it_is() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    let first = project.check(&trigger.address, &[]);
    let files = project.files(&trigger.address);
    assert_eq!(files.keys().collect::<Vec<_>>(), SUB);
    for (name, text) in &files {
        let document: Value = serde_json::from_slice(text).unwrap();
        assert_eq!(faults(Schema::Counterexample, &document), [""; 0], "{name}");
        assert_eq!((&document["shrunk"], &document["found"]["phase"]), (&json!(true), &json!("documented")), "{name}");
    }
    let second = project.check(&trigger.address, &["--seed", "7"]);
    assert_eq!((&first["cases"]["by_phase"]["saved"], &second["cases"]["by_phase"]["saved"]), (&json!(0), &json!(2)));
    for (finding, name) in second["findings"].as_array().unwrap().iter().zip(SUB) {
        assert_eq!((&finding["phase"], &finding["scenario"]), (&json!("saved"), &json!(name)));
        let path = finding["replay"].as_str().unwrap();
        assert_eq!(path, Project::folder(&trigger.address).join(name).to_str().unwrap());
    }
    assert_eq!(project.files(&trigger.address), files, "nothing for version control to see");
}

#[test]
fn a_finding_names_the_command_that_replays_it() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    let run = project.run(&["check", &trigger.address, "--event-version", "2", "--cases", "0"]);
    let path = Project::folder(&trigger.address).join(SUB[1]);
    assert!(run.out.contains(&format!("  again      pretoken replay {}\n", path.display())), "{}", run.out);
}

#[test]
fn a_saved_fault_that_is_gone_passes_and_its_file_stays() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check(&trigger.address, &[]);
    let files = project.files(&trigger.address);
    trigger.becomes(echo);
    let report = project.check(&trigger.address, &[]);
    assert_eq!((&report["verdict"], &report["cases"]["by_phase"]["saved"]), (&json!("conforms"), &json!(2)));
    assert!(notes(&report).contains("2 saved counterexamples pass; "), "{}", notes(&report));
    assert_eq!(project.files(&trigger.address), files);
    // Whoever allows the rule hears nothing of it.
    let report = project.check(&trigger.address, &["--allow", "reserved-claim-set"]);
    assert!(!notes(&report).contains("saved"), "{}", notes(&report));
    // Nor does anybody who asks for another version: it was not tried.
    let report = project.check_under("2", &trigger.address, &[]);
    assert!(notes(&report).contains("1 saved counterexample is for event versions that were not tried"));
}

#[test]
fn a_check_that_shall_not_save_writes_nothing_and_runs_what_there_is() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    let report = project.check(&trigger.address, &["--no-save"]);
    assert_eq!((&report["verdict"], &report["findings"][0]["replay"]), (&json!("violates"), &Value::Null));
    assert!(!project.path(".pretoken").exists());
    project.check_under("1", &trigger.address, &[]);
    let report = project.check(&trigger.address, &["--no-save"]);
    assert_eq!(report["cases"]["by_phase"]["saved"], 1);
    assert_eq!(project.files(&trigger.address).len(), 1);
}

#[test]
fn warnings_are_saved_and_advice_is_only_where_it_is_denied() {
    let (project, trigger) = (Project::new(), Served::new(replaces_groups));
    let report = project.check(&trigger.address, &[]);
    let levels = |report: &Value| -> Vec<(String, bool)> {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|f| (f["level"].as_str().unwrap().to_owned(), f["replay"].is_string())).collect()
    };
    let found = levels(&report);
    for level in ["warning", "advice"] {
        assert!(found.contains(&(level.to_owned(), level == "warning")), "{found:?}");
        assert!(!found.contains(&(level.to_owned(), level != "warning")), "{found:?}");
    }
    let report = project.check(&trigger.address, &["--deny", "advice"]);
    assert!(levels(&report).iter().all(|(_, saved)| *saved), "{:?}", levels(&report));
}

#[test]
fn what_only_an_event_of_an_inferred_form_shows_is_named_so_and_stays_the_same_finding() {
    let (project, trigger) = (Project::new(), Served::new(null_for_null_metadata));
    let report = project.check_under("2", &trigger.address, &[]);
    let files = project.files(&trigger.address);
    assert!(!files.is_empty() && files.keys().all(|name| name.ends_with(".v2.inferred.json")), "{:?}", files.keys());
    let levels = |report: &Value| -> Vec<Value> {
        report["findings"].as_array().unwrap().iter().map(|finding| finding["level"].clone()).collect()
    };
    assert!(levels(&report).iter().all(|level| level == "warning"), "{report:#}");
    let again = project.check_under("2", &trigger.address, &[]);
    assert_eq!(levels(&again), levels(&report));
    assert_eq!(project.files(&trigger.address), files);
}

#[test]
fn a_fault_that_is_first_met_on_an_inferred_form_and_needs_none_has_one_file() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check_under("2", &trigger.address, &[]);
    let folder = project.path(Project::folder(&trigger.address));
    let mut document = project.document(&trigger.address, SUB[1]);
    fs::remove_file(folder.join(SUB[1])).unwrap();
    (document["rule"], document["reason"]) = (json!("dev-claim-set"), json!("developer-attribute"));
    document["event"]["request"]["clientMetadata"] = Value::Null;
    fs::write(folder.join("first.json"), document.to_string()).unwrap();
    let report = project.check_under("2", &trigger.address, &[]);
    assert_eq!((&report["findings"][0]["phase"], &report["findings"][0]["level"]), (&json!("saved"), &json!("error")));
    assert_eq!(project.files(&trigger.address).keys().collect::<Vec<_>>(), ["first.json", SUB[1]]);
}

#[test]
fn a_saved_event_is_sent_as_it_stands_even_if_no_situation_makes_it() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check_under("2", &trigger.address, &[]);
    let path = project.path(Project::folder(&trigger.address)).join(SUB[1]);
    let mut document = project.document(&trigger.address, SUB[1]);
    document["event"]["callerContext"]["sourceIp"] = json!("192.0.2.1");
    fs::write(&path, document.to_string()).unwrap();
    trigger.becomes(sets_sub_for_a_new_member);
    let report = project.check_under("2", &trigger.address, &[]);
    let finding = &report["findings"][0];
    assert_eq!((&finding["scenario"], &finding["seen"]), (&json!(SUB[1]), &json!(1)), "{report:#}");
    assert_eq!((&finding["event"], &finding["shrinking"]["reproduced"]), (&document["event"], &json!(true)));
    assert_eq!(project.document(&trigger.address, SUB[1]), document);
}

#[test]
fn events_that_came_before_are_sent_before() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check_under("2", &trigger.address, &[]);
    let path = project.path(Project::folder(&trigger.address)).join(SUB[1]);
    let mut document = project.document(&trigger.address, SUB[1]);
    let mut before = document["event"].clone();
    before["userName"] = json!("mallory");
    trigger.becomes(sets_sub_after_mallory);
    for (events, findings, code) in [(json!([]), 0, 0), (json!([before]), 1, 1)] {
        document["before"] = events;
        fs::write(&path, document.to_string()).unwrap();
        let report = project.check_under("2", &trigger.address, &[]);
        assert_eq!(report["findings"].as_array().unwrap().len(), findings, "{report:#}");
        let file = Project::folder(&trigger.address).join(SUB[1]);
        assert_eq!(project.run(&["replay", file.to_str().unwrap()]).code, code);
        assert_eq!(project.document(&trigger.address, SUB[1]), document);
    }
}

#[test]
fn two_triggers_keep_out_of_each_others_way() {
    let (project, one, two) = (Project::new(), Served::new(sets_sub), Served::new(sets_sub));
    project.check(&one.address, &[]);
    let files = project.files(&one.address);
    project.check(&two.address, &[]);
    assert_eq!(project.files(&two.address).len(), 2);
    assert_eq!(project.files(&one.address), files);
    assert_ne!(project.files(&two.address), files, "the target is another");
}

#[test]
fn a_finding_that_could_be_made_smaller_is_written_anew_with_where_it_was_found() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    project.check(&trigger.address, &[]);
    let small = project.document(&trigger.address, SUB[1]);
    let mut large = small.clone();
    large["found"] = json!({"seed": "99", "phase": "random", "scenario": "random case 5"});
    large["event"]["request"]["userAttributes"]["custom:plan"] = json!("gold");
    let path = project.path(Project::folder(&trigger.address)).join(SUB[1]);
    fs::write(&path, large.to_string()).unwrap();
    project.check(&trigger.address, &[]);
    let written = project.document(&trigger.address, SUB[1]);
    assert_eq!(written["event"], small["event"]);
    assert_eq!(written["found"], large["found"]);
}

#[test]
fn a_run_that_is_killed_leaves_whole_files_and_the_next_one_goes_on_from_them() {
    let (project, trigger) = (Project::new(), Served::new(sets_sub));
    let check = ["check", &trigger.address, "--event-version", "1,2"];
    let mut child = project
        .command(&[&check[..], &["--cases", "100000000", "--jobs", "1"]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while project.files(&trigger.address).keys().filter(|name| !name.starts_with('.')).count() < 2 {
        assert!(started.elapsed() < Duration::from_secs(30), "nothing was saved");
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for name in SUB {
        let path = project.path(Project::folder(&trigger.address)).join(name);
        let read = Counterexample::of_file(&path).unwrap();
        assert!(!read.document.shrunk, "{name}: the run was far from its end");
    }
    let report = project.check(&trigger.address, &[]);
    assert_eq!(report["cases"]["by_phase"]["saved"], 2);
    for name in SUB {
        let document = project.document(&trigger.address, name);
        assert_eq!((&document["shrunk"], &document["found"]["phase"]), (&json!(true), &json!("documented")), "{name}");
    }
}

#[test]
fn a_check_in_a_rust_test_saves_nothing() {
    let folder = std::path::Path::new(".pretoken");
    let files = || fs::read_dir(folder).map_or(0, Iterator::count);
    let before = files();
    let report = pretoken::Check::new().cases(0).report(sets_sub).unwrap();
    assert!(report.findings.iter().any(|finding| finding.rule.id == "reserved-claim-set"));
    assert!(report.findings.iter().all(|finding| finding.replay.is_none()));
    assert_eq!(files(), before);
}
