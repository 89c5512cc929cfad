//! Answers that nobody would give.

use std::time::Duration;

use pretoken::target::{Outcome, TriggerError};
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::files::damaged;

/// Names that mean something in an answer, and some that do not.
const NAMES: &[&str] = &[
    "response",
    "request",
    "version",
    "claimsOverrideDetails",
    "claimsAndScopeOverrideDetails",
    "claimsToAddOrOverride",
    "claimsToSuppress",
    "idTokenGeneration",
    "accessTokenGeneration",
    "groupOverrideDetails",
    "groupsToOverride",
    "iamRolesToOverride",
    "preferredRole",
    "scopesToAdd",
    "scopesToSuppress",
    "cognito:groups",
    "cognito:roles",
    "cognito:preferred_role",
    "sub",
    "aud",
    "scope",
    "email",
    "dev:custom:x",
    "custom:x",
    "claimstoaddoroverride",
    "",
    "~",
    "/",
    "\u{0}",
    "\u{202e}",
    "🦀",
];

/// What a trigger might do with an event.
pub(crate) fn outcome(event: &Value, dice: &mut Dice) -> Outcome {
    match dice.below(16) {
        0 => Outcome::Crashed(text(dice)),
        1 => Outcome::Protocol(text(dice)),
        2 => Outcome::TimedOut { after: Duration::from_millis(u64::try_from(dice.below(20_000)).unwrap()) },
        3 => Outcome::Errored(TriggerError {
            error_type: text(dice),
            message: text(dice),
            stack: (0..dice.below(4)).map(|_| text(dice)).collect(),
        }),
        4 | 5 => {
            let bytes = bytes(event, dice);
            serde_json::from_slice(&bytes).map_or(Outcome::NotJson(bytes), Outcome::Answered)
        }
        _ => Outcome::Answered(answer(event, dice)),
    }
}

/// The bytes of an answer: as they ought to be, after accidents, or never right.
pub(crate) fn bytes(event: &Value, dice: &mut Dice) -> Vec<u8> {
    match dice.below(8) {
        0 | 1 => dice.bytes(64),
        2 => (*dice.pick(ODD)).to_vec(),
        3 => {
            let (depth, open, close) = (dice.below(200), dice.pick(&["[", "{\"a\":"]), dice.pick(&["]", "}", ""]));
            format!("{}1{}", open.repeat(depth), close.repeat(depth)).into_bytes()
        }
        4 | 5 => damaged(answer(event, dice).to_string().as_bytes(), dice),
        6 if dice.one_in(64) => format!("\"{}\"", "long \\ud83e\\udd80 ".repeat(dice.below(20_000))).into_bytes(),
        _ => answer(event, dice).to_string().into_bytes(),
    }
}

/// Texts on which readers of JSON differ.
const ODD: &[&[u8]] = &[
    b"",
    b" \n",
    b"NaN",
    b"-0",
    b"1e999",
    b"1E-999",
    b"18446744073709551616",
    b"0.1e+00000000000000000000000000000000001",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\0}\0",
    b"{} {}",
    b"{\"a\":1,\"a\":2}",
    b"\"\\ud800\"",
    b"\"\\udc00\\ud800\"",
    b"\"\xed\xa0\x80\"",
    b"\"\xc0\x80\"",
    b"\"\x00\"",
    b"[1,]",
    b"{\"response\":{\"claimsOverrideDetails\":{\"claimsToAddOrOverride\":{\"a\":1e400}}}}",
    b"<html></html>",
    b"undefined",
    b"'ok'",
];

fn text(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => String::from_utf8_lossy(&dice.bytes(40)).into_owned(),
        1 => (*dice.pick(NAMES)).repeat(dice.below(40)),
        2 => "x\n".repeat(dice.below(3_000)),
        3 => (*dice.pick(&["KeyError", "Runtime.ExitError", "panicked: no", "Sandbox.Timedout", "Error", "a.b.C"]))
            .to_owned(),
        _ => (*dice.pick(NAMES)).to_owned(),
    }
}

/// Any JSON, or the event with whatever response, perhaps after accidents.
fn answer(event: &Value, dice: &mut Dice) -> Value {
    if dice.one_in(8) {
        return value(dice, 5);
    }
    let mut answer = event.clone();
    answer["response"] = response(dice);
    for _ in 0..dice.below(6) {
        disturb(&mut answer, dice);
    }
    answer
}

/// An answer as it ought to be, of either kind.
fn response(dice: &mut Dice) -> Value {
    let part = |dice: &mut Dice| {
        let mut claims = Map::new();
        for _ in 0..dice.below(4) {
            claims.insert((*dice.pick(NAMES)).to_owned(), value(dice, 2));
        }
        json!({"claimsToAddOrOverride": claims, "claimsToSuppress": [dice.pick(NAMES)], "scopesToAdd": [dice.pick(NAMES)]})
    };
    let groups = json!({"groupsToOverride": ["a"], "iamRolesToOverride": ["arn"], "preferredRole": "arn"});
    match dice.below(3) {
        0 => {
            let mut details = part(dice);
            details["groupOverrideDetails"] = groups;
            json!({"claimsOverrideDetails": details})
        }
        _ => json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": part(dice),
            "accessTokenGeneration": part(dice),
            "groupOverrideDetails": groups,
        }}),
    }
}

fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 7 } else { 9 }) {
        0 => Value::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(dice.number()),
        3 => json!(f64::from_bits(dice.number())),
        4 => json!((*dice.pick(NAMES)).repeat(dice.below(40))),
        5 => json!(dice.pick(NAMES)),
        6 => json!(*dice.pick(&["undefined", "null", "[object Object]", "NaN", "a b", " ", "true", "1"])),
        7 => Value::from_iter((0..dice.below(4)).map(|_| value(dice, depth - 1)).collect::<Vec<_>>()),
        _ => {
            let members = (0..dice.below(4)).map(|_| ((*dice.pick(NAMES)).to_owned(), value(dice, depth - 1)));
            Value::Object(members.collect())
        }
    }
}

/// Changes one place: another value, a member more, one less, or under another name.
fn disturb(root: &mut Value, dice: &mut Dice) {
    let mut pointer = String::new();
    for _ in 0..dice.below(7) {
        let step = match root.pointer(&pointer).unwrap() {
            Value::Object(members) if !members.is_empty() => {
                let key = members.keys().nth(dice.below(members.len())).unwrap();
                key.replace('~', "~0").replace('/', "~1")
            }
            Value::Array(entries) if !entries.is_empty() => dice.below(entries.len()).to_string(),
            _ => break,
        };
        pointer = format!("{pointer}/{step}");
    }
    let place = root.pointer_mut(&pointer).unwrap();
    match place {
        Value::Object(members) if dice.below(2) == 0 => {
            let key = members.keys().nth(dice.below(members.len())).cloned();
            let gone = key.and_then(|key| members.remove(&key));
            if dice.below(2) == 0 {
                members.insert((*dice.pick(NAMES)).to_owned(), gone.unwrap_or_default());
            }
        }
        Value::Array(entries) if dice.below(2) == 0 => entries.push(value(dice, 2)),
        other => *other = value(dice, 3),
    }
}
