//! The pool and the command together.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::fit::Files;
use super::folder as pool_folder;

/// A trigger that is told by its environment which attribute holds the plan: no source names it. It divides by what is
/// left of a hundred seats.
const SEATS: &str = r#"
import os

def lambda_handler(event, context):
    seats = event["request"]["userAttributes"].get(os.environ["SEATS_ATTRIBUTE"])
    if seats is not None:
        share = 100 / (int(seats) - 500)
        event["response"]["claimsAndScopeOverrideDetails"] = {
            "idTokenGeneration": {"claimsToAddOrOverride": {"share": str(share)}}
        }
    return event
"#;

/// A trigger that takes each group's role apart, and knows one of them.
const ROLES: &str = r#"
LEVELS = {"auditors": "1"}

def lambda_handler(event, context):
    groups = event["request"]["groupConfiguration"] or {}
    for role in groups.get("iamRolesToOverride") or []:
        unit, _, rest = role.rpartition("/")[2].partition("-")
        if unit == "customers":
            level = LEVELS[rest]
    return event
"#;

#[test]
fn a_fault_that_only_an_attribute_or_a_role_of_the_pool_shows_is_found_with_the_pool_alone() {
    for (name, trigger) in [("attribute", SEATS), ("role", ROLES)] {
        let folder = Folder::new(name);
        folder.write("app.py", trigger);
        let check = |more: &[&str]| {
            folder.report(&[&["app.py", "--only", "crash-on-legal-event", "--event-version", "2"], more].concat())
        };
        let with = check(&[]);
        assert_eq!(
            (with["verdict"].as_str(), with["findings"].as_array().unwrap().len()),
            (Some("violates"), 1),
            "{with}"
        );
        assert_eq!(Files::read().misfits(&with["findings"][0]["event"]), [""; 0]);
        let without = check(&["--config", "none.toml"]);
        assert_eq!((without["verdict"].as_str(), &without["pool"]), (Some("conforms"), &Value::Null), "{without}");
    }
}

#[test]
fn the_report_tells_of_the_pool_and_the_event_version_that_it_is_configured_for() {
    let folder = Folder::new("told");
    folder.write("app.py", "def handler(event, context):\n    return event\n");
    let report = folder.report(&["app.py"]);
    assert_eq!(report["event_versions"], json!(["2"]));
    let pool = json!({
        "id": "eu-west-1_Ab3dE6gHi", "lambda_version": "V2_0", "attributes": 24, "groups": 4, "clients": 3,
        "identity_providers": 2, "resource_servers": 2,
    });
    assert_eq!(report["pool"], pool);
    let note = "event version 2, which the user pool is configured for; `--event-version` chooses others";
    assert!(report["notes"].as_array().unwrap().contains(&note.into()), "{}", report["notes"]);

    let human = folder.pretoken(&["check", "app.py", "--cases", "10", "--no-save"]);
    let line = "eu-west-1_Ab3dE6gHi: 24 attributes, 4 groups, 3 clients, 2 providers";
    assert!(flat(&human.out).contains(line), "{}", human.out);

    let other = folder.report(&["app.py", "--event-version", "1"]);
    assert_eq!(other["event_versions"], json!(["1"]));
    let note = "the user pool is configured for event version 2, which was not tried";
    assert!(other["notes"].as_array().unwrap().contains(&note.into()), "{}", other["notes"]);
}

#[test]
fn each_configured_version_is_the_one_that_is_tried_unless_the_file_names_others() {
    let folder = Folder::new("versions");
    folder.write("app.py", "def handler(event, context):\n    return event\n");
    let pool = fs::read_to_string(folder.path.join("user-pool.json")).unwrap();
    for (word, version) in [("V1_0", "1"), ("V3_0", "3")] {
        folder.write("user-pool.json", &pool.replace("V2_0", word));
        assert_eq!(folder.report(&["app.py", "--cases", "5"])["event_versions"], json!([version]));
    }
    let config = fs::read_to_string(folder.path.join("pretoken.toml")).unwrap();
    folder.write("pretoken.toml", &format!("event-versions = [1, 2]\n{config}"));
    assert_eq!(folder.report(&["app.py", "--cases", "5"])["event_versions"], json!(["1", "2"]));
}

#[test]
fn printed_events_are_of_the_pool_too() {
    let folder = Folder::new("events");
    let printed = folder.pretoken(&["events", "--phase", "random", "--cases", "50"]);
    let events: Vec<Value> = printed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((events.len(), printed.err.as_str()), (50, ""));
    for event in &events {
        assert_eq!((Files::read().misfits(event), &event["version"]), (vec![], &json!("2")));
    }
    let of_any = folder.pretoken(&["events", "--phase", "random", "--cases", "50", "--config", "none.toml"]);
    assert!(!of_any.out.contains("eu-west-1_Ab3dE6gHi"));
}

#[test]
fn a_list_that_is_cut_short_is_noted() {
    let folder = Folder::new("cut-short");
    folder.write("app.py", "def handler(event, context):\n    return event\n");
    let groups = fs::read_to_string(folder.path.join("groups.json")).unwrap();
    folder.write("groups.json", &groups.replacen('{', "{\"NextToken\": \"eyJw\",", 1));
    let report = folder.report(&["app.py", "--cases", "5"]);
    let note = "`list-groups` was not read to its end (`NextToken`), so what it leaves out is taken not to be in the user pool";
    assert!(report["notes"].as_array().unwrap().contains(&note.into()), "{}", report["notes"]);
}

struct Folder {
    path: PathBuf,
}

struct Ended {
    out: String,
    err: String,
}

impl Folder {
    /// The pool and its configuration, and an empty one beside.
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("in-pool").join(name);
        // What an earlier run of this test left.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        for entry in fs::read_dir(pool_folder()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), path.join(entry.file_name())).unwrap();
        }
        let folder = Self { path };
        folder.write("none.toml", "");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).unwrap();
    }

    fn pretoken(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
        let command = command.args(arguments).current_dir(&self.path).env("SEATS_ATTRIBUTE", "custom:seats");
        let output = command.stdin(Stdio::null()).output().unwrap();
        Ended { out: String::from_utf8(output.stdout).unwrap(), err: String::from_utf8(output.stderr).unwrap() }
    }

    fn report(&self, arguments: &[&str]) -> Value {
        let ended = self.pretoken(&[&["check", "--format", "json", "--no-save"], arguments].concat());
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}{}", ended.out, ended.err))
    }
}

/// In one line, as it was before it was wrapped.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
