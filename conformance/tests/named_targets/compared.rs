//! What only two answers beside each other show, in triggers of a process of their own.

use std::path::Path;

use serde_json::{Value, json};

use crate::run::{Run, pretoken, trigger};
use crate::tools::{BARE_PYTHON, or_skip};

/// Checks a trigger for event version 1; nothing where there is no Python.
fn checked(name: &str, arguments: &[&str]) -> Option<Run> {
    let python = or_skip(&BARE_PYTHON)?.display().to_string();
    let file = trigger(name);
    let always = ["check", &file, "--python", &python, "--event-version", "1", "--cases", "100"];
    Some(pretoken(Path::new("/"), &[&always[..], arguments].concat()))
}

fn json(name: &str) -> Option<Value> {
    Some(checked(name, &["--format", "json"])?.json())
}

/// The errors: that what others brought is passed on makes other rules speak too.
fn errors(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["level"] == "error").map(|finding| finding["rule"].as_str().unwrap()).collect()
}

fn claims(answer: &Value) -> &Value {
    &answer["response"]["claimsOverrideDetails"]["claimsToAddOrOverride"]
}

#[test]
fn one_users_data_in_anothers_token_is_shown_as_the_two_events_that_it_takes() {
    let Some(report) = json("remembers.py") else { return };
    assert_eq!(errors(&report), ["state-kept-between-events"], "{report:#}");
    let finding = &report["findings"][0];
    assert_eq!((&finding["reason"], &finding["level"]), (&json!("another-users-data"), &json!("error")));
    let [before] = &finding["before"].as_array().unwrap()[..] else { panic!("{finding:#}") };
    // The other user needs the tenant and nothing else, and the user nothing at all.
    let attributes = before["request"]["userAttributes"].as_object().unwrap();
    assert_eq!(attributes.len(), 3, "{attributes:?}");
    let tenant = &attributes["custom:tenant"];
    assert_eq!(finding["event"]["request"]["userAttributes"].as_object().unwrap().len(), 2, "{finding:#}");
    assert_ne!(before["userName"], finding["event"]["userName"]);
    assert_eq!(&claims(&finding["answer"])["tenant"], tenant);
    assert_eq!(claims(&finding["compared_with"]["answer"]), &json!({}));
    assert_eq!(report["verdict"], "violates");
    assert!(report["experiments"]["starts"].as_u64() > Some(0));
}

#[test]
fn what_a_process_keeps_of_its_first_user_is_found_by_starting_others() {
    let Some(report) = json("remembers_the_first.py") else { return };
    assert_eq!(errors(&report), ["state-kept-between-events"], "{report:#}");
    let finding = &report["findings"][0];
    assert_ne!(claims(&finding["answer"]), claims(&finding["compared_with"]["answer"]));
    assert_eq!(finding["before"].as_array().unwrap().len(), 1);
}

#[test]
fn whoever_remembers_by_the_users_id_keeps_nothing_that_shows() {
    let Some(report) = json("remembers_each.py") else { return };
    assert_eq!(errors(&report), [""; 0], "{report:#}");
    assert!(!report.to_string().contains(r#""rule":"nondeterministic-answer""#), "{report:#}");
    assert_eq!(report["verdict"], "conforms");
}

#[test]
fn claims_that_a_refresh_loses_are_shown_beside_those_of_the_sign_in() {
    let Some(run) = checked("forgets.py", &[]) else { return };
    run.ends_with(0);
    run.says("warning claims-lost-on-refresh: tokens from a refresh differ from those of the sign-in");
    run.says("then the same user an hour later, at a refresh");
    run.says("in the ID token is `\"none\"` at the sign-in and absent at the refresh");
}

#[test]
fn a_finding_of_two_events_is_saved_and_replayed_with_both() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    let folder = crate::tools::cache("compared-saved");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let becomes = |name: &str| std::fs::copy(trigger(name), folder.join("remembers.py")).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pretoken"));
        Run::of(command.args(arguments).args(["--python", &python]).current_dir(&folder).output().unwrap())
    };
    let check = ["check", "remembers.py", "--event-version", "1", "--cases", "50", "--format", "json"];
    let of_state = |report: &Value| {
        let mut findings = report["findings"].as_array().unwrap().iter();
        findings.find(|finding| finding["rule"] == "state-kept-between-events").cloned()
    };

    becomes("remembers.py");
    let file = of_state(&run(&check).json()).unwrap()["replay"].as_str().unwrap().to_owned();
    let replayed = run(&["replay", &file]);
    replayed.ends_with(1);
    replayed.says("state-kept-between-events");
    replayed.says("still fails: ");
    let again = run(&check).json();
    assert!(of_state(&again).is_some());
    assert!(again["cases"]["by_phase"]["saved"].as_u64() > Some(0), "{again:#}");

    becomes("remembers_each.py");
    let replayed = run(&["replay", &file]);
    replayed.ends_with(0);
    replayed.says("fixed: ");
}
