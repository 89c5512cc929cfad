//! The test vectors and their schema.

use crate::table::{Row, assert_accepted, assert_each_constraint_is_needed, assert_refused, parsed, validator};
use crate::table::{with, without};
use pretoken_schemas::Schema::Vectors;
use pretoken_schemas::VECTORS;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_file_of_vectors_satisfies_the_schema() {
    let validator = validator(&parsed(Vectors));
    for file in VECTORS {
        let json: Value = serde_json::from_str(file.text()).unwrap_or_else(|e| panic!("{}: {e}", file.name()));
        if let Err(e) = validator.validate(&json) {
            panic!("{}: {e} at {}", file.name(), e.instance_path());
        }
    }
}

#[test]
fn every_file_of_vectors_in_the_folder_is_embedded_and_says_what_the_file_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut on_disk: Vec<_> = std::fs::read_dir(folder.join("vectors"))
        .expect("the folder can be read")
        .map(|entry| format!("vectors/{}", entry.expect("the folder can be read").file_name().display()))
        .filter(|name| name.ends_with(".json"))
        .collect();
    on_disk.sort_unstable();
    let embedded: Vec<_> = VECTORS.iter().map(|file| file.name()).collect();
    assert_eq!(on_disk, embedded);
    for file in VECTORS {
        let text = std::fs::read_to_string(folder.join(file.name())).expect("the file is there");
        assert_eq!(text, file.text(), "{}", file.name());
    }
}

#[test]
fn an_id_names_one_vector_and_begins_with_its_files_name() {
    let mut ids = BTreeSet::new();
    for file in VECTORS {
        let json: Value = serde_json::from_str(file.text()).expect("it is JSON");
        let theme = file.name().trim_start_matches("vectors/").trim_end_matches(".json");
        for vector in json["vectors"].as_array().expect("a list") {
            let id = vector["id"].as_str().expect("a text");
            assert!(id.starts_with(&format!("{theme}-")), "{id} is in {}", file.name());
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
        }
    }
    assert!(ids.len() > 500, "{}", ids.len());
}

#[test]
fn a_file_names_no_event_that_it_lacks_and_has_none_that_it_does_not_name() {
    for file in VECTORS {
        let json: Value = serde_json::from_str(file.text()).expect("it is JSON");
        let has: BTreeSet<_> = json["events"].as_object().expect("an object").keys().map(String::as_str).collect();
        let vectors = json["vectors"].as_array().expect("a list");
        let named: BTreeSet<_> = vectors.iter().filter_map(|vector| vector["event"].as_str()).collect();
        assert_eq!(has, named, "{}", file.name());
    }
}

#[test]
fn the_readme_names_no_vector_that_is_not_there() {
    let readme = include_str!("../../vectors/README.md");
    let (_, table) = readme.split_once("| a vector that shows it |").expect("the README has a table of emulators");
    let texts: String = VECTORS.iter().map(|file| file.text()).collect();
    // The last cell of a row.
    let cells = table.lines().filter_map(|line| line.trim_end_matches(" |").rsplit_once(" | "));
    let named: Vec<_> = cells.flat_map(|(_, cell)| cell.split('`').skip(1).step_by(2)).collect();
    assert!(named.len() > 10, "{named:?}");
    for id in named {
        assert!(texts.contains(&format!("\"id\": \"{id}\"")), "{id}");
    }
}

#[test]
fn a_trigger_may_return_anything() {
    let mut rows = Vec::new();
    for anything in [json!("ok"), json!([]), json!(1), Value::Null] {
        rows.push(row("a response of any type", "/vectors/0/response", anything.clone()));
    }
    rows.push(row("no ID token", "/vectors/0/expected/issued/id", Value::Null));
    rows.push(row("no ID token", "/events/v2-user/before/id", Value::Null));
    rows.push(row("a difference without members", "/vectors/0/expected/issued/id", json!({})));
    rows.push(row("a likely failure", "/vectors/2/expected/likely", json!({"fails": {}})));
    rows.push(without("no judgement", &[Vectors], "/vectors/2/expected/likely"));
    rows.push(without("a failure without exception", &[Vectors], "/vectors/1/expected/fails/exception"));
    assert_accepted(&rows);
}

#[test]
fn every_wrong_vector_is_refused_for_its_one_fault() {
    assert_refused(&wrong());
}

#[test]
fn no_constraint_of_the_vectors_schema_is_idle() {
    assert_each_constraint_is_needed(&[Vectors], &wrong());
}

fn wrong() -> Vec<Row> {
    let mut rows: Vec<Row> = REQUIRED.iter().map(|at| without("it is always there", &[Vectors], at)).collect();
    for at in ["", "/events/v2-user", "/events/v2-user/before"] {
        rows.push(row("an added member", &format!("{at}/added"), json!(1)));
    }
    rows.push(without("it does nothing", &[Vectors], "/vectors/4/timeout"));
    rows.push(row("it does two things", "/vectors/4/text", json!("Hello")));
    rows.extend(WRONG.iter().map(|(at, value)| row("a wrong value", at, parse(value))));
    rows.extend(WRONG_EXPECTATIONS.iter().map(|value| row("it expects nothing", "/vectors/0/expected", parse(value))));
    // Neither more nor fewer members, but one in place of another.
    for (gone, added) in [("timeout", "added")].into_iter().chain(ALWAYS.iter().map(|gone| (*gone, "text"))) {
        let mut strange = parsed(Vectors)["examples"][0]["vectors"][4].clone();
        let members = strange.as_object_mut().expect("a vector is an object");
        members.remove(gone).expect("it is there");
        members.insert(added.to_owned(), json!("Hello"));
        rows.push(row("one member in place of another", "/vectors/4", strange));
    }
    rows
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn row(fact: &str, at: &str, becomes: Value) -> Row {
    with(fact, &[Vectors], at, becomes)
}

const REQUIRED: &[&str] = &[
    "/format_version",
    "/title",
    "/events",
    "/vectors",
    "/events/v2-user/title",
    "/events/v2-user/event_version",
    "/events/v2-user/event",
    "/events/v2-user/before",
    "/events/v2-user/before/id",
    "/events/v2-user/before/access",
    "/vectors/1/error/type",
    "/vectors/1/error/message",
];

const WRONG: &[(&str, &str)] = &[
    ("", "[]"),
    ("/format_version", "2"),
    ("/title", "1"),
    ("/title", "\"\""),
    ("/events", "[]"),
    ("/events/V2", "{}"),
    ("/events/v2-user", "[]"),
    ("/events/v2-user/event_version", "2"),
    ("/events/v2-user/event", "null"),
    ("/events/v2-user/before", "null"),
    ("/events/v2-user/before/id", "[]"),
    ("/events/v2-user/before/access", "null"),
    ("/vectors", "{}"),
    ("/vectors", "[]"),
    ("/vectors/0", "null"),
    ("/vectors/0/id", "\"Tenant\""),
    ("/vectors/0/id", "1"),
    ("/vectors/0/sources", "\"R-24\""),
    ("/vectors/0/sources", "[]"),
    ("/vectors/0/sources/0", "\"the guide\""),
    ("/vectors/0/sources/0", "24"),
    ("/vectors/0/event", "{}"),
    ("/vectors/1/error", "\"Error\""),
    ("/vectors/1/error/type", "1"),
    ("/vectors/1/error/message", "1"),
    ("/vectors/3/text", "1"),
    ("/vectors/4/timeout", "false"),
];

const ALWAYS: &[&str] = &["id", "title", "sources", "event", "expected"];

const WRONG_EXPECTATIONS: &[&str] = &[
    "null",
    "{}",
    r#"{"issued": null}"#,
    r#"{"issued": {"id": {}}}"#,
    r#"{"issued": {"access": {}}}"#,
    r#"{"issued": {"id": {}, "access": {}, "added": 1}}"#,
    r#"{"issued": {"id": {}, "access": {}}, "added": 1}"#,
    r#"{"issued": {"id": 1, "access": {}}}"#,
    r#"{"issued": {"id": {}, "access": null}}"#,
    r#"{"issued": {"id": {}, "access": {"added": 1}}}"#,
    r#"{"issued": {"id": {}, "access": {"set": []}}}"#,
    r#"{"issued": {"id": {}, "access": {"removed": {}}}}"#,
    r#"{"issued": {"id": {}, "access": {"removed": [1]}}}"#,
    r#"{"fails": null}"#,
    r#"{"fails": {"added": 1}}"#,
    r#"{"fails": {}, "added": 1}"#,
    r#"{"fails": {"exception": 1}}"#,
    r#"{"fails": {"message": 1}}"#,
    r#"{"open": "U-01"}"#,
    r#"{"open": []}"#,
    r#"{"open": [1]}"#,
    r#"{"open": ["U-01"], "added": 1}"#,
    r#"{"open": ["U-01"], "likely": null}"#,
    r#"{"likely": {"fails": {}}}"#,
];
