//! The files that pretoken writes.

use crate::table::{Row, assert_accepted, assert_each_constraint_is_needed, assert_refused, with, without};
use pretoken_schemas::Schema::{self, Counterexample, Report};
use serde_json::{Value, json};

const REPORT: &[Schema] = &[Report];
const COUNTEREXAMPLE: &[Schema] = &[Counterexample];

#[test]
fn a_file_may_hold_more_than_its_schema_names() {
    let mut rows = Vec::new();
    for at in ["", "/cases", "/cases/by_phase", "/outcomes", "/latency_ms", "/rules/0", "/findings/0"] {
        rows.push(with("an added member", REPORT, &format!("{at}/added"), json!({})));
    }
    for at in ["", "/target", "/found", "/error", "/situation", "/situation/session"] {
        rows.push(with("an added member", COUNTEREXAMPLE, &format!("{at}/added"), json!({})));
    }
    for optional in ["/shrunk", "/situation", "/target/words"] {
        rows.push(without("an optional member left out", COUNTEREXAMPLE, optional));
    }
    for (at, value) in [
        ("/before", json!([{}])),
        ("/answer_bytes", json!(6_000_000)),
        ("/target/words", Value::Null),
        ("/situation/scopes", json!(["orders/read"])),
        ("/situation/resource", json!("https://api.example.com")),
        ("/situation/device", json!("us-east-1_device")),
    ] {
        rows.push(with("an optional member", COUNTEREXAMPLE, at, value));
    }
    for optional in [
        "/suite_faults",
        "/notes",
        "/allowances",
        "/findings/0/allowed",
        "/findings/0/trigger_output",
        "/findings/0/questions",
    ] {
        rows.push(without("an optional member left out", REPORT, optional));
    }
    for answer in [json!("ok"), json!([]), json!(1), Value::Null] {
        rows.push(with("an answer of any type", REPORT, "/findings/0/answer", answer.clone()));
        rows.push(with("an answer of any type", COUNTEREXAMPLE, "/answer", answer));
    }
    for verdict in ["conforms", "violates", "no-verdict"] {
        rows.push(with("a verdict", REPORT, "/verdict", verdict));
    }
    for certainty in ["documented", "documented-by-example", "documented-ambiguous", "observed-by-others", "inference"]
        .into_iter()
        .chain(["unknown", "practice"])
    {
        rows.push(with("a certainty", REPORT, "/findings/0/source/certainty", certainty));
    }
    for phase in ["saved", "documented", "boundary", "random"] {
        rows.push(with("a phase", REPORT, "/findings/0/phase", phase));
        rows.push(with("a phase", COUNTEREXAMPLE, "/found/phase", phase));
    }
    rows.push(with("a finding that is denied beside a strict gate", REPORT, "/strict", true));
    rows.push(with("a version before its release", REPORT, "/pretoken", "1.0.0-rc.1"));
    assert_accepted(&rows);
}

#[test]
fn every_wrong_file_is_refused_for_its_one_fault() {
    assert_refused(&wrong());
}

#[test]
fn no_constraint_of_the_file_schemas_is_idle() {
    assert_each_constraint_is_needed(&[Report, Counterexample], &wrong());
}

fn wrong() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (schemas, members) in [(REPORT, REPORT_MEMBERS), (COUNTEREXAMPLE, COUNTEREXAMPLE_MEMBERS)] {
        rows.push(with("a file is an object", schemas, "", json!([])));
        rows.extend(members.iter().map(|at| without(&format!("`{at}` is always there"), schemas, at)));
        let common = [
            ("/format_version", json!(2)),
            ("/pretoken", json!(1)),
            ("/pretoken", json!("latest")),
            ("/target", json!("app.py")),
            ("/target/kind", json!(1)),
            ("/target/kind", json!("")),
            ("/target/display", json!(1)),
            ("/target/display", json!("")),
        ];
        rows.extend(common.into_iter().map(|(at, value)| with("a wrong value", schemas, at, value)));
    }
    for (at, value) in wrong_in_report() {
        rows.push(with("a wrong value", REPORT, at, value));
    }
    rows.push(with("a verdict without a reason", REPORT, "", violates_for_nothing()));
    for (at, value) in wrong_in_counterexample() {
        rows.push(with("a wrong value", COUNTEREXAMPLE, at, value));
    }
    rows
}

fn wrong_in_report() -> Vec<(&'static str, Value)> {
    vec![
        ("/verdict", json!("passed")),
        ("/seed", json!(7)),
        ("/seed", json!("")),
        ("/event_versions", json!("2")),
        ("/event_versions", json!([2])),
        ("/event_versions", json!(["2", "2"])),
        ("/cases", json!(7)),
        ("/cases/total", json!(-1)),
        ("/cases/total", json!("7")),
        ("/cases/total", json!(0.5)),
        ("/cases/by_phase", json!([])),
        ("/outcomes", json!([])),
        ("/latency_ms", Value::Null),
        ("/latency_ms/p50", json!("1 ms")),
        ("/latency_ms/p50", json!(-1)),
        ("/duration_ms", Value::Null),
        ("/pool", json!("eu-west-1_Ab3dE6gHi")),
        ("/pool", json!({"id": "eu-west-1_Ab3dE6gHi"})),
        ("/pool", json!({"attributes": 24})),
        ("/pool", json!({"id": 1, "attributes": 24})),
        ("/pool", json!({"id": "x", "attributes": 24, "lambda_version": "V4_0"})),
        ("/pool", json!({"id": "x", "attributes": 24, "groups": "4"})),
        ("/pool", json!({"id": "x", "attributes": 24, "clients": ["web"]})),
        ("/pool", json!({"id": "x", "attributes": 24, "identity_providers": -1})),
        ("/pool", json!({"id": "x", "attributes": 24, "resource_servers": true})),
        ("/rules", json!({})),
        ("/rules/0", json!("blank-in-scope")),
        ("/rules/0/id", json!("BlankInScope")),
        ("/rules/0/id", json!(1)),
        ("/rules/0/level", json!("fatal")),
        ("/rules/0/exercised", Value::Null),
        ("/findings", json!({})),
        // The first example's verdict is `violates`.
        ("/findings", json!([])),
        ("/findings/0", json!("blank-in-scope")),
        ("/findings/0/reason", Value::Null),
        ("/findings/0/reason", json!("")),
        ("/findings/0/event_version", json!("V2_0")),
        ("/findings/0/trigger_source", Value::Null),
        ("/findings/0/trigger_source", json!("")),
        ("/findings/0/phase", json!("fuzz")),
        ("/findings/0/scenario", Value::Null),
        ("/findings/0/scenario", json!("")),
        ("/findings/0/message", Value::Null),
        ("/findings/0/message", json!("")),
        ("/findings/0/pointer", json!(1)),
        ("/findings/0/pointer", json!("response")),
        ("/findings/0/effect", json!([])),
        ("/findings/0/source", json!("S-18")),
        ("/findings/0/source/certainty", json!("sure")),
        ("/findings/0/source/url", Value::Null),
        ("/findings/0/source/url", json!("see the guide")),
        // The second example's certainty is `practice`, which needs no address.
        ("/findings/1/source/url", json!(1)),
        ("/findings/0/source/id", json!(18)),
        ("/findings/0/form", json!("E-19")),
        ("/findings/0/form", json!(["E-19"])),
        ("/findings/0/form", json!([{ "certainty": "inference", "url": "https://example.com" }])),
        ("/findings/0/form", json!([{ "certainty": "inference", "id": "E-19" }])),
        ("/findings/0/form", json!([{ "id": "E-19", "url": "https://example.com" }])),
        ("/findings/0/form", json!([{ "certainty": 1, "id": "E-19", "url": "https://example.com" }])),
        ("/findings/0/form", json!([{ "certainty": "", "id": "E-19", "url": "https://example.com" }])),
        ("/findings/0/form", json!([{ "certainty": "inference", "id": 19, "url": "https://example.com" }])),
        ("/findings/0/form", json!([{ "certainty": "inference", "id": "", "url": "https://example.com" }])),
        ("/findings/0/form", json!([{ "certainty": "inference", "id": "E-19", "url": 1 }])),
        ("/findings/0/form", json!([{ "certainty": "inference", "id": "E-19", "url": "the guide" }])),
        ("/promises", json!({})),
        ("/promises", json!(["kept"])),
        ("/promises", json!([{ "demand": "absent", "written": "pretoken.toml:1", "exercised": 1, "state": "kept" }])),
        ("/promises", json!([{ "name": "x", "written": "pretoken.toml:1", "exercised": 1, "state": "kept" }])),
        ("/promises", json!([{ "name": "x", "demand": "absent", "exercised": 1, "state": "kept" }])),
        ("/promises", json!([{ "name": "x", "demand": "absent", "written": "pretoken.toml:1", "state": "kept" }])),
        ("/promises", json!([{ "name": "x", "demand": "absent", "written": "pretoken.toml:1", "exercised": 1 }])),
        ("/promises", promise("demand", json!(1))),
        ("/promises", promise("demand", json!(""))),
        ("/promises", promise("state", json!("half"))),
        ("/dictionary", json!([])),
        ("/dictionary", json!({ "words": 1, "files": [] })),
        ("/dictionary", json!({ "words": 1, "from_answers": 0 })),
        ("/dictionary", json!({ "files": [], "from_answers": 0 })),
        ("/dictionary", json!({ "words": 1, "files": "app.py", "from_answers": 0 })),
        ("/dictionary", json!({ "words": 1, "files": [1], "from_answers": 0 })),
        ("/experiments", json!([])),
        ("/experiments", json!({ "pairs": 1, "calls": 2 })),
        ("/experiments", json!({ "pairs": 1, "starts": 0 })),
        ("/experiments", json!({ "calls": 2, "starts": 0 })),
        ("/target/file", json!(1)),
        ("/findings/0/promise", json!(1)),
        ("/findings/0/promise", json!("")),
        ("/target/file", json!("")),
        ("/findings/0/before", json!({})),
        ("/findings/0/before", json!(["an event"])),
        ("/findings/0/compared_with", json!("another")),
        ("/findings/0/compared_with", json!({ "answer": null, "error": null })),
        ("/findings/0/compared_with", json!({ "event": {}, "error": null })),
        ("/findings/0/compared_with", json!({ "event": {}, "answer": null })),
        ("/findings/0/compared_with", json!({ "event": [], "answer": null, "error": null })),
        ("/findings/0/compared_with", json!({ "event": {}, "answer": null, "error": "KeyError" })),
        ("/shard", json!("1/3")),
        ("/shard", json!({ "number": 1 })),
        ("/shard", json!({ "of": 1 })),
        ("/shard", json!({ "number": 0, "of": 1 })),
        ("/shard", json!({ "number": "1", "of": 1 })),
        ("/shard", json!({ "number": 1, "of": 0 })),
        ("/shard", json!({ "number": 1, "of": "1" })),
        ("/findings/0/place", json!("first")),
        ("/findings/0/event", Value::Null),
        ("/findings/0/error", json!("KeyError")),
        ("/findings/1/error/type", Value::Null),
        ("/findings/1/error/message", Value::Null),
        ("/findings/0/seen", json!(0)),
        ("/findings/0/seen", json!("1")),
        ("/findings/0/replay", json!(false)),
        ("/findings/0/replay", json!("")),
        ("/findings/0/trigger_output", json!("a line")),
        ("/findings/0/trigger_output", json!([1])),
        ("/findings/0/questions", json!({})),
        ("/findings/0/questions/0", json!("U-10")),
        ("/findings/0/questions/0/id", json!(10)),
        ("/findings/0/questions/0/id", json!("")),
        ("/findings/0/questions/0/assumption", json!(10)),
        ("/findings/0/questions/0/assumption", json!("")),
        ("/findings/0/allowed", json!(true)),
        ("/findings/0/allowed/reason", json!(1)),
        ("/findings/0/allowed/reason", json!("")),
        ("/findings/0/allowed/expires", json!(20_270_131)),
        ("/findings/0/allowed/expires", json!("tomorrow")),
        ("/findings/0/allowed/written", json!(12)),
        ("/findings/0/allowed/written", json!("")),
        ("/strict", json!(1)),
        ("/allowances", json!({})),
        ("/allowances/0", json!("blank-in-scope")),
        ("/allowances/0/rule", json!("Blank")),
        ("/allowances/0/reason", Value::Null),
        ("/allowances/0/expires", json!("tomorrow")),
        ("/allowances/0/written", Value::Null),
        ("/allowances/0/state", json!("old")),
        ("/allowances/0/findings", json!(-1)),
        ("/suite_faults", json!({})),
        ("/suite_faults/0", json!("a fault")),
        ("/suite_faults/0/event_version", json!(2)),
        ("/suite_faults/0/message", Value::Null),
        ("/suite_faults/0/message", json!("")),
        ("/suite_faults/0/event", json!([])),
        ("/notes", json!("a note")),
        ("/notes", json!([1])),
    ]
}

fn promise(member: &str, value: Value) -> Value {
    let mut promise =
        json!({ "name": "x", "demand": "absent", "written": "pretoken.toml:1", "exercised": 1, "state": "kept" });
    promise[member] = value;
    json!([promise])
}

/// It violates without a finding, and does not say that it is strict.
fn violates_for_nothing() -> Value {
    let mut report = crate::table::parsed(Report)["examples"][0].take();
    report["findings"] = json!([]);
    if let Some(members) = report.as_object_mut() {
        members.remove("strict");
    }
    report
}

fn wrong_in_counterexample() -> Vec<(&'static str, Value)> {
    vec![
        ("/promise", json!(1)),
        ("/promise", json!("")),
        ("/rule", json!("a rule")),
        ("/rule", json!(1)),
        ("/level", json!("fatal")),
        ("/reason", Value::Null),
        ("/reason", json!("")),
        ("/event_version", json!(3)),
        ("/trigger_source", Value::Null),
        ("/trigger_source", json!("")),
        ("/found", json!("in a random case")),
        ("/found/seed", json!(7)),
        ("/found/seed", json!("")),
        ("/found/phase", json!("fuzz")),
        ("/found/scenario", Value::Null),
        ("/found/scenario", json!("")),
        ("/shrunk", json!("yes")),
        ("/target/words", json!("app.py")),
        ("/target/words", json!([1])),
        ("/situation", json!("sign-in")),
        ("/situation/flow", json!("SignIn")),
        ("/situation/session", json!(1)),
        ("/situation/session/id", json!(1)),
        ("/situation/session/id", json!("one")),
        ("/situation/session/authenticated_at", json!("2025-01-01")),
        ("/situation/session/authenticated_at", json!(-1)),
        ("/situation/session/issued_at", json!("2025-01-01")),
        ("/situation/session/issued_at", json!(-1)),
        ("/situation/scopes", json!("orders/read")),
        ("/situation/scopes", json!([1])),
        ("/situation/resource", Value::Null),
        ("/situation/device", Value::Null),
        ("/before", json!({})),
        ("/before", json!([1])),
        ("/answer_bytes", json!(0)),
        ("/answer_bytes", json!("6 MB")),
        ("/pointer", json!(1)),
        ("/pointer", json!("response")),
        ("/pointer", json!("/a~b")),
        ("/message", Value::Null),
        ("/message", json!("")),
        ("/event", Value::Null),
        ("/error", json!("TypeError")),
        ("/error/type", Value::Null),
        ("/error/message", Value::Null),
    ]
}

const REPORT_MEMBERS: &[&str] = &[
    "/format_version",
    "/pretoken",
    "/verdict",
    "/target",
    "/target/kind",
    "/target/display",
    "/seed",
    "/event_versions",
    "/cases",
    "/cases/total",
    "/cases/by_phase",
    "/cases/by_phase/saved",
    "/cases/by_phase/documented",
    "/cases/by_phase/boundary",
    "/cases/by_phase/random",
    "/outcomes",
    "/outcomes/answered",
    "/outcomes/errored",
    "/outcomes/crashed",
    "/outcomes/timed_out",
    "/outcomes/not_json",
    "/outcomes/protocol",
    "/latency_ms",
    "/latency_ms/cold",
    "/latency_ms/p50",
    "/latency_ms/p99",
    "/latency_ms/max",
    "/duration_ms",
    "/rules",
    "/rules/0/id",
    "/rules/0/level",
    "/rules/0/exercised",
    "/rules/0/violated",
    "/findings",
    "/findings/0/rule",
    "/findings/0/level",
    "/findings/0/reason",
    "/findings/0/event_version",
    "/findings/0/trigger_source",
    "/findings/0/phase",
    "/findings/0/scenario",
    "/findings/0/message",
    "/findings/0/pointer",
    "/findings/0/effect",
    "/findings/0/source",
    "/findings/0/source/certainty",
    "/findings/0/source/url",
    "/findings/0/source/id",
    "/findings/0/event",
    "/findings/0/answer",
    "/findings/0/error",
    "/findings/1/error/type",
    "/findings/1/error/message",
    "/findings/0/seen",
    "/findings/0/replay",
    "/findings/0/allowed/reason",
    "/findings/0/allowed/expires",
    "/findings/0/allowed/written",
    "/allowances/0/rule",
    "/allowances/0/reason",
    "/allowances/0/expires",
    "/allowances/0/written",
    "/allowances/0/state",
    "/allowances/0/findings",
    "/findings/0/questions/0/id",
    "/findings/0/questions/0/assumption",
    "/suite_faults/0/event_version",
    "/suite_faults/0/scenario",
    "/suite_faults/0/message",
    "/suite_faults/0/event",
];

const COUNTEREXAMPLE_MEMBERS: &[&str] = &[
    "/format_version",
    "/pretoken",
    "/rule",
    "/level",
    "/reason",
    "/event_version",
    "/trigger_source",
    "/target",
    "/target/kind",
    "/target/display",
    "/found",
    "/found/seed",
    "/found/phase",
    "/found/scenario",
    "/situation/flow",
    "/situation/session",
    "/situation/session/id",
    "/situation/session/authenticated_at",
    "/situation/session/issued_at",
    "/pointer",
    "/message",
    "/event",
    "/answer",
    "/error",
    "/error/type",
    "/error/message",
];
