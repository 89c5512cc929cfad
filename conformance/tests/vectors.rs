//! The token model against the published test vectors, which state on their own what tokens become.
//!
//! The vectors were written from the documented facts alone, before anyone looked at how `tokens::apply` reads them:
//! where the two agree, two readings agree.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; a vector of another form is a fault that the schema's test names"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use pretoken::cli::printed;
use pretoken::event;
use pretoken::situation::{EventVersion, Situation};
use pretoken::tokens::{Issue, Payload, Question, SignInFailure, Tokens, apply, issued};
use pretoken_schemas::Schema;
use serde_json::{Map, Value, json};

#[test]
fn the_token_model_agrees_with_every_vector() {
    let mut wrong = String::new();
    for vector in &*VECTORS {
        let id = vector["id"].as_str().unwrap();
        match (agrees(vector), UNSEEN.iter().find(|(unseen, _)| *unseen == id)) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Err(why), None) => drop(writeln!(wrong, "{id}: {why}")),
            (Ok(()), Some((_, why))) => drop(writeln!(wrong, "{id}: it agrees, although {why}")),
        }
    }
    let count = wrong.lines().count();
    assert!(wrong.is_empty(), "the model disagrees with {count} of {} vectors:\n{wrong}", VECTORS.len());
}

/// A vector that the model cannot agree with, and why.
const UNSEEN: &[(&str, &str)] = &[
    ("answers-v2-other-version", "the model is not given the event, and one of one's own can have any `version`"),
    ("answers-v2-unknown-key-in-answer", "the model is not given the event, which can have keys that nobody knows"),
];

#[test]
fn the_tokens_before_have_the_claims_that_the_vectors_name() {
    for vector in &*VECTORS {
        let (situation, _) = read(vector);
        let tokens = issued(&situation);
        let id = tokens.id.map_or(Value::Null, Value::Object);
        for (token, stated) in [(id, &vector["before"]["id"]), (tokens.access.into(), &vector["before"]["access"])] {
            assert_eq!(token.is_null(), stated.is_null(), "{}", vector["id"]);
            for (name, value) in stated.as_object().into_iter().flatten() {
                assert_eq!(normal(name, token.get(name)), normal(name, Some(value)), "{}: {name}", vector["id"]);
            }
        }
    }
}

#[test]
fn every_event_of_the_vectors_satisfies_the_schema_of_its_version() {
    let schemas = [("1", Schema::EventV1), ("2", Schema::EventV2), ("3", Schema::EventV3)];
    let validators: BTreeMap<_, _> = schemas
        .map(|(version, schema)| {
            let json = serde_json::from_str(schema.text()).unwrap();
            (version, jsonschema::validator_for(&json).unwrap())
        })
        .into();
    for vector in &*VECTORS {
        let validator = &validators[vector["event_version"].as_str().unwrap()];
        let errors: Vec<_> = validator.iter_errors(&vector["event"]).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", vector["id"]);
    }
}

/// A question that a vector cannot show, and why.
const NOT_SHOWN: &[(&str, &str)] = &[("U-03", "no event says whether the session is bound to a resource")];

#[test]
fn every_open_question_of_the_model_is_shown_by_a_vector() {
    let shown: BTreeSet<_> = VECTORS.iter().flat_map(|vector| texts(vector["expected"].get("open"))).collect();
    let not_shown = NOT_SHOWN.iter().map(|(id, _)| (*id).to_owned());
    let all: BTreeSet<_> = Question::ALL.iter().map(|question| question.id.to_owned()).collect();
    assert_eq!(shown.into_iter().chain(not_shown).collect::<BTreeSet<_>>(), all);
}

#[test]
fn every_source_of_a_vector_is_a_known_fact() {
    let ledger: Vec<Value> = serde_json::from_str(include_str!("../ledger.json")).unwrap();
    let known: BTreeSet<_> = ledger.iter().map(|entry| entry["fact"].as_str().unwrap().to_owned()).collect();
    for vector in &*VECTORS {
        let open = texts(vector["expected"].get("open"));
        for source in texts(vector.get("sources")).chain(open) {
            assert!(known.contains(&source), "{}: {source}", vector["id"]);
        }
    }
}

/// The vectors as `pretoken vectors` prints them, so as others read them.
static VECTORS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    printed(["pretoken", "vectors"]).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
});

fn read(vector: &Value) -> (Situation, EventVersion) {
    let (situation, version) = event::read(&vector["event"]).unwrap_or_else(|why| panic!("{}: {why}", vector["id"]));
    assert_eq!(version.as_str(), vector["event_version"], "{}", vector["id"]);
    (situation, version)
}

/// What became of a sign-in, in the vectors' terms.
struct Became {
    /// `issued` or `fails`.
    result: Value,
    open: BTreeSet<String>,
}

fn agrees(vector: &Value) -> Result<(), String> {
    let became = became(vector);
    let expected = &vector["expected"];
    let open: BTreeSet<_> = texts(expected.get("open")).collect();
    if became.open != open {
        return Err(format!("open are {:?} and not {open:?}; it becomes {}", became.open, became.result));
    }
    let settled = if open.is_empty() { Some(expected) } else { expected.get("likely") };
    match settled {
        Some(settled) if !fits(&became.result, settled) => Err(format!("{} and not {settled}", became.result)),
        _ => Ok(()),
    }
}

fn became(vector: &Value) -> Became {
    let (situation, version) = read(vector);
    let failed = |failure: &SignInFailure| Became { result: failure_of(failure), open: BTreeSet::new() };
    if let Some(error) = vector.get("error") {
        return failed(&SignInFailure::error(error["message"].as_str().unwrap()));
    }
    if vector.get("text").is_some() {
        return failed(&SignInFailure::not_json());
    }
    if vector.get("timeout").is_some() {
        return failed(&SignInFailure::timeout());
    }
    let applied = apply(&situation, version, &vector["answer"]);
    let result = match &applied.result {
        Issue::Issued(after) => json!({"issued": difference_of(&issued(&situation), after)}),
        Issue::SignInFails(failure) => failure_of(failure),
    };
    Became { result, open: applied.open.iter().map(|open| open.question.id.to_owned()).collect() }
}

/// Whether what became is what a vector says. A failure may say less than the model knows.
fn fits(became: &Value, stated: &Value) -> bool {
    match (became.get("fails"), stated.get("fails")) {
        (Some(became), Some(stated)) => stated.as_object().unwrap().iter().all(|(key, value)| became[key] == *value),
        (None, None) => {
            let (became, stated) = (&became["issued"], &stated["issued"]);
            ["id", "access"].iter().all(|token| changes(&became[token]) == changes(&stated[token]))
        }
        _ => false,
    }
}

/// A difference in a form that can be compared: `None` where there is no token.
fn changes(difference: &Value) -> Option<(Map<String, Value>, BTreeSet<String>)> {
    let set = difference.as_object()?.get("set").and_then(Value::as_object).cloned().unwrap_or_default();
    let set =
        set.into_iter().map(|(name, value)| (name.clone(), normal(&name, Some(&value)).unwrap_or_default())).collect();
    Some((set, texts(difference.get("removed")).collect()))
}

fn failure_of(failure: &SignInFailure) -> Value {
    json!({"fails": {"exception": failure.exception.as_str(), "message": failure.message.as_deref()}})
}

fn difference_of(before: &Tokens, after: &Tokens) -> Value {
    let id = before.id.as_ref().zip(after.id.as_ref()).map_or(Value::Null, |(before, after)| between(before, after));
    assert_eq!(before.id.is_some(), after.id.is_some());
    json!({"id": id, "access": between(&before.access, &after.access)})
}

/// Every claim that is new, changed or gone: what is not named here is as it was.
fn between(before: &Payload, after: &Payload) -> Value {
    let mut set = Map::new();
    let mut removed = Vec::new();
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (old, new) = (normal(name, before.get(name)), normal(name, after.get(name)));
        match after.get(name) {
            Some(value) if new.is_some() && old != new => drop(set.insert(name.clone(), value.clone())),
            _ if new.is_none() && old.is_some() => removed.push(name.clone()),
            _ => {}
        }
    }
    json!({"set": set, "removed": removed})
}

/// A claim's value in the form in which vectors compare it: the order of scopes, groups and roles means nothing (C-07),
/// and an empty list of them is like none (U-08).
fn normal(name: &str, value: Option<&Value>) -> Option<Value> {
    let value = value?;
    let mut words: Vec<String> = match (name, value) {
        ("scope", Value::String(scopes)) => scopes.split(' ').map(ToOwned::to_owned).collect(),
        ("cognito:groups" | "cognito:roles", Value::Array(_)) => texts(Some(value)).collect(),
        _ => return Some(value.clone()),
    };
    words.sort_unstable();
    (!words.is_empty()).then(|| words.into())
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|text| text.as_str().unwrap().to_owned())
}
