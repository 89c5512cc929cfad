//! The configuration of the suite. That the suite reads what the schema accepts, and nothing else, is tested there.

use crate::table::{Row, assert_accepted, assert_each_constraint_is_needed, assert_refused, with, without};
use pretoken_schemas::Schema::{self, Config};
use serde_json::json;

const CONFIG: &[Schema] = &[Config];

/// The example with every member, and the one with a command.
const WHOLE: usize = 1;
const COMMAND: usize = 2;

#[test]
fn members_can_be_written_in_the_ways_that_people_write_them() {
    let rows = [
        ("/event-versions", json!("auto")),
        ("/event-versions", json!(["1", 2, "V3_0"])),
        ("/seed", json!(20_231_212)),
        ("/timeout", json!("1m 30s")),
        ("/timeout", json!("500 ms")),
        ("/token-budget", json!({})),
        ("/denials", json!([])),
        ("/allow", json!([])),
        ("/allow/0/place", json!("/response/a~1b/0")),
    ];
    let rows: Vec<_> = rows.into_iter().map(|(at, value)| with(at, CONFIG, at, value).in_example(WHOLE)).collect();
    assert_accepted(&rows);
}

#[test]
fn every_wrong_configuration_is_refused_for_its_one_fault() {
    assert_refused(&wrong());
}

#[test]
fn no_constraint_of_the_configuration_is_idle() {
    assert_each_constraint_is_needed(CONFIG, &wrong());
}

fn wrong() -> Vec<Row> {
    let values = [
        ("", json!([])),
        ("/targte", json!("app.py")),
        ("/promise", json!({})),
        ("/promise", json!(["x"])),
        ("/promise", json!([{ "name": "x", "keeps-groups": true, "nmae": "y" }])),
        ("/promise", json!([{ "keeps-groups": true }])),
        ("/promise", json!([{ "name": "x" }])),
        // Two demands, of which one alone would be whole.
        ("/promise", json!([{ "name": "x", "schema": "a.json", "absent": true }])),
        ("/promise", json!([{ "name": "x", "schema": "a.json", "equals-attribute": "custom:x" }])),
        ("/promise", json!([{ "name": "x", "schema": "a.json", "present-with": "custom:x" }])),
        ("/promise", json!([{ "name": "x", "schema": "a.json", "one-of": ["x"] }])),
        ("/promise", json!([{ "name": "x", "schema": "a.json", "claim": "x" }])),
        ("/promise", json!([{ "name": "x", "keeps-groups": true, "claim": "x" }])),
        ("/promise", json!([{ "name": "x", "keeps-groups": false }])),
        ("/promise", json!([{ "name": "x", "same-on-refresh": false }])),
        ("/promise", json!([{ "name": "x", "never-from-client-metadata": false }])),
        ("/promise", json!([{ "name": "x", "claim": "x", "absent": false }])),
        ("/promise", json!([{ "name": "x", "claim": "x", "one-of": "x" }])),
        ("/promise", json!([{ "name": "x", "claim": "x", "one-of": [] }])),
        ("/promise", json!([{ "name": "x", "claim": "x", "one-of": [null] }])),
        ("/promise", json!([{ "name": "x", "keeps-groups": true, "for": "users" }])),
        ("/promise", json!([{ "name": "x", "keeps-groups": true, "for": [] }])),
        ("/promise", json!([{ "name": "x", "keeps-groups": true, "for": ["user"] }])),
        ("/promise", json!([{ "name": "x", "keeps-groups": true, "token": "both" }])),
        ("/target", json!(1)),
        ("/target", json!(" ")),
        ("/target", json!([])),
        ("/event-versions", json!("none")),
        ("/event-versions", json!([])),
        ("/event-versions/0", json!(4)),
        ("/cases", json!(-1)),
        ("/cases", json!("1000")),
        ("/seed", json!(-1)),
        ("/seed", json!(1.5)),
        ("/seed", json!("x")),
        ("/jobs", json!(0)),
        ("/jobs", json!("2")),
        ("/timeout", json!(5)),
        ("/timeout", json!("5")),
        ("/timeout", json!("0s")),
        ("/deny", json!("all")),
        ("/saved", json!("")),
        ("/saved", json!(false)),
        ("/denials", json!("no")),
        ("/denials/0", json!(1)),
        ("/denials/0", json!("* *")),
        ("/token-budget", json!(0)),
        ("/token-budget", json!("6000")),
        ("/token-budget/id", json!(0)),
        ("/token-budget/access", json!("4000")),
        ("/token-budget/refresh", json!(4_000)),
        ("/volatile-claims", json!("iat")),
        ("/volatile-claims/0", json!("")),
        ("/pool", json!("pool.json")),
        ("/pool/user-pool", json!("")),
        ("/pool/client", json!(1)),
        ("/pool/client", json!([])),
        ("/pool/client/0", json!(" ")),
        ("/pool/groups", json!(["groups.json"])),
        ("/pool/identity-providers", json!("")),
        ("/pool/resource-servers", json!(false)),
        ("/pool/gruops", json!("groups.json")),
        ("/allow", json!({})),
        ("/allow/0", json!("groups-replaced")),
        ("/allow/0/rule", json!(1)),
        ("/allow/0/rule", json!("Groups Replaced")),
        ("/allow/0/fault", json!(1)),
        ("/allow/0/fault", json!("no group")),
        ("/allow/0/place", json!(1)),
        ("/allow/0/place", json!("response")),
        ("/allow/0/place", json!("")),
        ("/allow/0/event-versions", json!(1)),
        ("/allow/0/event-versions", json!([])),
        ("/allow/0/trigger-source", json!("RefreshTokens")),
        ("/allow/0/reason", json!("")),
        ("/allow/0/expires", json!(2_027)),
        ("/allow/0/expires", json!("2027-13-01")),
        ("/allow/0/resaon", json!("x")),
    ];
    let mut rows: Vec<_> =
        values.into_iter().map(|(at, value)| with("a wrong value", CONFIG, at, value).in_example(WHOLE)).collect();
    for at in ["/allow/0/rule", "/allow/0/reason", "/pool/user-pool"] {
        rows.push(without("a member left out", CONFIG, at).in_example(WHOLE));
    }
    for value in [json!(1), json!("")] {
        rows.push(with("a wrong word", CONFIG, "/target/0", value).in_example(COMMAND));
    }
    rows
}
