//! The schema and the reader say the same, as far as a schema can say it. Which rules there are and which days a month
//! has, the reader knows alone.

use std::collections::BTreeSet;
use std::path::Path;

use pretoken_schemas::Schema;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::file::Config;
use super::members::MEMBERS;
use crate::engine::Date;
use crate::rules;
use crate::situation::TriggerSource;

#[test]
fn a_document_satisfies_the_schema_if_and_only_if_it_is_read() {
    let (accepted, refused) = agreed(&document());
    assert!(accepted > 500 && refused > 500, "{accepted} accepted, {refused} refused");
}

/// Which members belong together is said of promises alone: among whole documents, too few have one that is right.
#[test]
fn a_promise_satisfies_the_schema_if_and_only_if_it_is_read() {
    let (accepted, refused) = agreed(&promise().prop_map(|promise| json!({"promise": [promise]})));
    assert!(accepted > 300 && refused > 500, "{accepted} accepted, {refused} refused");
}

/// How many documents both accept, and how many both refuse.
fn agreed(documents: &impl Strategy<Value = Value>) -> (usize, usize) {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    let mut runner = TestRunner::deterministic();
    for _ in 0..4_000 {
        let document = documents.new_tree(&mut runner).unwrap().current();
        let text = toml(&document);
        let read = Config::parse_on(TODAY, &text, Path::new(FILE)).map(|_| ());
        let valid = validator.is_valid(&document);
        assert_eq!(valid, read.is_ok(), "{text}\n{read:?}");
        *if valid { &mut accepted } else { &mut refused } += 1;
    }
    (accepted, refused)
}

#[test]
fn every_key_of_the_reader_is_in_the_schema_and_the_other_way_round() {
    let schema = schema();
    let whole = &schema["examples"][1];
    let (_, asked) = Config::parse_on(TODAY, &toml(whole), Path::new(FILE)).unwrap();
    let mut described = BTreeSet::new();
    collect_keys(&schema, &schema, "", &mut described);
    assert_eq!(asked, described);
    // Where the example had no member, its own members would not have been asked for.
    for member in MEMBERS {
        assert!(whole.get(member.key).is_some(), "`{}` is not in the example", member.key);
    }
}

#[test]
fn the_examples_of_the_schema_are_read() {
    for example in schema()["examples"].as_array().unwrap() {
        Config::parse_on(TODAY, &toml(example), Path::new(FILE)).unwrap();
    }
}

/// A file whose folder has the schema that the promises name.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/promises/pretoken.toml");

const TODAY: Date = Date { year: 2026, month: 1, day: 1 };

fn schema() -> Value {
    serde_json::from_str(Schema::Config.text()).unwrap()
}

/// `allow[].rule` for the member of an entry.
fn collect_keys(whole: &Value, schema: &Value, path: &str, keys: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        collect_keys(whole, whole.pointer(reference.trim_start_matches('#')).unwrap(), path, keys);
    }
    for either in schema["anyOf"].as_array().into_iter().flatten() {
        collect_keys(whole, either, path, keys);
    }
    if schema["items"].is_object() {
        collect_keys(whole, &schema["items"], &format!("{path}[]"), keys);
    }
    for (key, member) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        collect_keys(whole, member, &path, keys);
        keys.insert(path);
    }
}

/// Documents of known and unknown keys, with values that fit and values that do not.
fn document() -> impl Strategy<Value = Value> {
    let keys: Vec<_> = MEMBERS.iter().map(|member| member.key).chain(["unknown"]).collect();
    vec((select(keys), any::<bool>(), fitting(), value()), 0..5).prop_map(|members| {
        let chosen = members.into_iter().map(|(key, fits, fitting, other)| {
            let value = if fits { fitting.get(key).cloned().unwrap_or(other) } else { other };
            (key.to_owned(), value)
        });
        Value::Object(chosen.collect())
    })
}

/// For each member a value that fits it, mostly.
fn fitting() -> impl Strategy<Value = Map<String, Value>> {
    let versions = || vec(select(vec![json!(1), json!(2), json!("3"), json!("V2_0"), json!("V4_0"), json!(4)]), 0..3);
    let lists = (vec(allowance(), 0..3), vec(promise(), 0..3));
    let entries = (vec(text(), 0..3), versions(), -1..3_i64, -1..9_000_i64, lists, text());
    entries.prop_map(|(texts, versions, small, large, (allowances, promises), text)| {
        let promises: Vec<_> = promises.into_iter().enumerate().map(named_apart).collect();
        let target = if small > 0 { json!(texts) } else { text.clone() };
        let seed = if small > 0 { json!(large.to_string()) } else { json!(large) };
        let budget = if small > 0 { json!(large) } else { json!({"id": large, "access": small + 1}) };
        let all = json!({"user-pool": text, "client": texts, "groups": text, "identity-providers": "providers.json"});
        let pool = match small {
            -1 => json!({"client": "web.json", "user-pool": text}),
            0 => json!({"user-pool": "pool.json", "client": texts}),
            1 => json!({"user-pool": "pool.json", "resource-servers": text}),
            _ => all,
        };
        let document = json!({
            "target": target,
            "event-versions": versions,
            "cases": large,
            "seed": seed,
            "jobs": small,
            "timeout": format!("{small}s"),
            "deny": "warning",
            "saved": text,
            "denials": texts,
            "token-budget": budget,
            "volatile-claims": texts,
            "promise": promises,
            "pool": pool,
            "allow": allowances,
        });
        match document {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    })
}

fn allowance() -> impl Strategy<Value = Value> {
    let rule = select(rules::ALL).prop_map(|rule| (rule.id, rule.reasons[0]));
    let sources: Vec<_> = TriggerSource::ALL.iter().map(|source| json!(source.as_str())).chain([json!("x")]).collect();
    let places = vec![json!("/response"), json!("/a~0/b~1"), json!("/a~"), json!("/a~2"), json!("a"), json!(1)];
    let days = vec![json!("2027-01-31"), json!("2020-12-01"), json!("2027-1-31"), json!("2027-13-01"), json!(2027)];
    let others = (select(sources), select(places), select(days), text(), text());
    (rule, others, 0..128_u32).prop_map(|((rule, reason), (source, place, day, text, other), chosen)| {
        let all = [
            ("rule", json!(rule)),
            ("reason", text),
            ("fault", json!(reason)),
            ("trigger-source", source),
            ("place", place),
            ("expires", day),
            ("unknown", other),
        ];
        // The first two are there unless both bits are set, the last only then.
        let is_there = |index: usize| match index {
            0 | 1 => chosen & 3 != 3,
            6 => chosen & 7 == 7,
            _ => chosen >> index & 1 == 1,
        };
        let members = all.into_iter().enumerate().filter(|(index, _)| is_there(*index));
        Value::Object(members.map(|(_, (key, value))| (key.to_owned(), value)).collect())
    })
}

fn promise() -> impl Strategy<Value = Value> {
    let demands = vec![
        ("schema", json!("schemas/id-token.json")),
        ("schema", json!(" ")),
        ("equals-attribute", json!("custom:tenant")),
        ("equals-attribute", json!(["custom:tenant"])),
        ("present-with", json!("email")),
        ("one-of", json!(["a", 1, 1.5, true])),
        ("one-of", json!([])),
        ("one-of", json!([["a"]])),
        ("absent", json!(true)),
        ("absent", json!(false)),
        ("keeps-groups", json!(true)),
        ("same-on-refresh", json!(true)),
        ("same-on-refresh", json!("true")),
        ("never-from-client-metadata", json!(true)),
    ];
    let bearers =
        vec![json!(["users"]), json!(["machines", "TokenGeneration_RefreshTokens"]), json!([]), json!(["user"])];
    let others = (text(), select(vec![json!("id"), json!("access"), json!("refresh")]), select(bearers), text());
    (select(demands.clone()), select(demands), others, 0..256_u32).prop_map(
        |((key, demand), (other_key, other), (name, token, bearers, claim), chosen)| {
            let all = [
                (other_key, other),
                (key, demand),
                ("name", name),
                ("claim", claim),
                ("token", token),
                ("for", bearers),
                ("unknown", json!(1)),
            ];
            // Mostly one demand, a name, and a claim in half of them.
            let is_there = |index: usize| match index {
                0 => chosen & 7 == 7,
                1 => chosen & 63 != 63,
                2 => chosen & 31 != 31,
                6 => chosen & 47 == 47,
                _ => chosen >> index & 1 == 1,
            };
            let members = all.into_iter().enumerate().filter(|(index, _)| is_there(*index));
            Value::Object(members.map(|(_, (key, value))| (key.to_owned(), value)).collect())
        },
    )
}

/// That no two promises have one name, no schema can say.
fn named_apart((place, mut promise): (usize, Value)) -> Value {
    if let Some(Value::String(name)) = promise.get_mut("name")
        && !name.trim().is_empty()
    {
        name.push_str(&place.to_string());
    }
    promise
}

fn text() -> impl Strategy<Value = Value> {
    select(vec![
        json!("app.py"),
        json!("a * b"),
        json!("é\n\"x\\"),
        json!("Error"),
        json!(" "),
        json!(""),
        json!("*"),
        json!(7),
    ])
}

/// Any value: what fits one member fits few others.
fn value() -> impl Strategy<Value = Value> {
    let single = vec![
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(true),
        json!(""),
        json!("auto"),
        json!("error"),
        json!("errors"),
        json!("12"),
        json!("5s"),
        json!("1m 30s"),
        json!("5"),
        json!("0s"),
        json!("-5s"),
        json!("5 parsecs"),
        json!("\u{e000}"),
    ];
    let leaf = || select(single.clone());
    let table = vec((select(vec!["id", "access", "refresh", "rule"]), leaf()), 0..3)
        .prop_map(|members| Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()));
    prop_oneof![leaf(), vec(leaf(), 0..3).prop_map(Value::Array), table]
}

/// A document as TOML. One of the days is written bare, the other as a text.
fn toml(document: &Value) -> String {
    let members = document.as_object().unwrap();
    members.iter().map(|(key, value)| format!("{key} = {}\n", inline(value))).collect()
}

fn inline(value: &Value) -> String {
    match value {
        Value::Array(entries) => format!("[{}]", entries.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{key} = {}", inline(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::String(text) if text == "2020-12-01" => text.clone(),
        // JSON's escapes are TOML's.
        other => other.to_string(),
    }
}
