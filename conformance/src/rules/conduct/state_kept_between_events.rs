use std::cell::RefCell;
use std::thread::LocalKey;

use serde_json::Value;

use crate::rules::miniature::{set_claim, token_parts, with_claim};
use crate::rules::source::TRIGGERS;
use crate::rules::{
    Check, Citation, Comparison, Difference, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "state-kept-between-events",
    level: Level::Error,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "an answer depends on the events of other users before it",
    requires: "What a user's tokens hold depends on that user's event alone.",
    why: "Lambda uses one process for many users in turn: one user's data can reach another user's token",
    mend: "keep nothing of an event outside the handler (module variables, mutable default arguments, static fields); \
           a cache has the user's `sub` in its key",
    sources: &[
        Citation {
            fact: "O-02",
            certainty: Certainty::Inference,
            words: "a call may come again, in any process and after anybody's, and is to be answered in the same way",
            url: TRIGGERS,
        },
        Citation {
            fact: "U-27",
            certainty: Certainty::Unknown,
            words: "how often, and in which order, Cognito calls is not stated; any order is taken as possible",
            url: TRIGGERS,
        },
    ],
    reasons: &["another-users-data", "depends-on-others"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":null}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"who":"Corp_jane-42"}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"who":"jane"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"who":"jane"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "another-users-data",
            about: "keeps the name of whoever has one, for all who come after",
            trigger: keeps_the_last_name,
        },
        Miniature {
            reason: "depends-on-others",
            about: "gives a greeting to each user whom it has not just met",
            trigger: greets_whoever_is_new,
        },
        Miniature {
            reason: "another-users-data",
            about: "keeps the phone number that it saw last, for users without one",
            trigger: keeps_the_last_phone,
        },
    ],
    check: Check::Two(Comparison {
        second: Second::AfterOthers,
        about: "the same event, after another user's",
        labels: ["at another time", "after the other"],
        judge,
        tells_failures_on: None,
    }),
};

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    // A failure is told by the rules on crashes and denials, whatever came before it.
    if pair.both_issued() {
        verdict.applies();
    }
    for difference in pair.differences() {
        let Difference { token, claim, .. } = difference;
        let place = pair.place(token, claim);
        let words = difference.words(["at another time", "after another user's event"]);
        match of_another(pair, &difference) {
            Some(data) => verdict.violated(
                "another-users-data",
                place,
                format!("{words}; `{data}` is the other user's"),
                format!("one user's data stands in the {token} of another user"),
            ),
            None => verdict.violated(
                "depends-on-others",
                place,
                words,
                format!("what stands in the {token} depends on who was there before"),
            ),
        }
    }
}

/// Shorter texts stand in too many events to tell whose they are.
const TELLING: usize = 4;

/// A text of the others' events that has come into the claim, and that this event does not have.
fn of_another(pair: &Pair<'_>, difference: &Difference<'_>) -> Option<String> {
    let mut arrived = Vec::new();
    texts(difference.second?, &mut arrived);
    let mut known = Vec::new();
    texts(pair.second.event, &mut known);
    difference.first.into_iter().for_each(|value| texts(value, &mut known));
    let mut theirs = Vec::new();
    pair.others.iter().filter_map(|event| event.get("request")).for_each(|request| texts(request, &mut theirs));
    theirs.extend(pair.others.iter().filter_map(|event| event.get("userName")?.as_str()));
    let is_theirs = |text: &&str| {
        text.chars().count() >= TELLING
            && arrived.iter().any(|arrived| arrived.contains(*text))
            && !known.iter().any(|known| known.contains(*text))
    };
    theirs.into_iter().filter(is_theirs).max_by_key(|text| text.len()).map(shortened)
}

fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST).chain(['…']).collect() }
}

/// Every text in a value, the members' names left out.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        Value::Object(map) => map.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

thread_local! {
    static LAST_NAME: RefCell<Option<Value>> = const { RefCell::new(None) };
    static LAST_PHONE: RefCell<Option<Value>> = const { RefCell::new(None) };
    static LAST_USER: RefCell<Option<Value>> = const { RefCell::new(None) };
}

fn keeps_the_last_name(event: Value) -> Outcome {
    keeps_the_last(event, "/request/userAttributes/email", &LAST_NAME)
}

fn keeps_the_last_phone(event: Value) -> Outcome {
    keeps_the_last(event, "/request/userAttributes/phone_number", &LAST_PHONE)
}

fn keeps_the_last(event: Value, pointer: &str, last: &'static LocalKey<RefCell<Option<Value>>>) -> Outcome {
    let own = event.pointer(pointer).cloned();
    let known = last.with_borrow_mut(|last| {
        if own.is_some() {
            *last = own;
        }
        last.clone()
    });
    match known {
        Some(known) => with_claim(event, "contact", known),
        None => Outcome::Answered(event),
    }
}

fn greets_whoever_is_new(mut event: Value) -> Outcome {
    let user = event.get("userName").cloned();
    let new = LAST_USER.with_borrow_mut(|last| std::mem::replace(last, user.clone()) != user);
    for part in token_parts(&mut event) {
        if new {
            set_claim(part, "greeting", "welcome".into());
        }
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::rules::Expectations;
    use crate::rules::answer::trial::{answered, compared};

    /// The reasons, and the last message, where a claim has these two values and another user came between.
    fn told(first: &Value, second: &Value) -> (Vec<&'static str>, String) {
        let (situation, version) = (Scene::User.situation(), EventVersion::V1);
        let other = json!({"userName": "johnny", "request": {"userAttributes": {
            "email": "john@example.net", "name": "Jo", "custom:bio": "long ".repeat(20), "city": "Ulm\nDonau"}}});
        let of = |value: &Value| {
            let claims = if value.is_null() { json!({}) } else { json!({"note": value}) };
            let response = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": claims}});
            (&situation, answered(&situation, version, response))
        };
        let verdict = compared(&RULE, version, [of(first), of(second)], &[other], &Expectations::default());
        let message = verdict.violations().last().map(|one| one.message.clone()).unwrap_or_default();
        (verdict.violations().iter().map(|one| one.reason).collect(), message)
    }

    #[test]
    fn what_stands_in_the_others_event_alone_is_the_others_data() {
        for (first, second, data) in [
            (json!("none"), json!("mail to john@example.net"), "john@example.net"),
            (Value::Null, json!("johnny"), "johnny"),
            (Value::Null, json!("Ulm\nDonau"), "Ulm Donau"),
        ] {
            let (reasons, message) = told(&first, &second);
            assert_eq!(reasons, ["another-users-data"], "{second}");
            assert!(message.ends_with(&format!("; `{data}` is the other user's")), "{message}");
        }
        // The longest text tells most, and not all of it.
        let (_, message) = told(&Value::Null, &json!(format!("johnny: {}", "long ".repeat(20))));
        assert!(message.contains(&format!("; `{}…` is the other user's", &"long ".repeat(8))), "{message}");
    }

    #[test]
    fn what_is_the_users_own_or_too_short_to_tell_accuses_of_less() {
        for (first, second) in [
            // The user's own, too.
            (json!("none"), json!("jane@example.com")),
            // It was there before.
            (json!("johnny"), json!("johnny again")),
            // Too short.
            (json!("none"), json!("Jo")),
            (json!("none"), json!("nobody's")),
            (json!("johnny"), Value::Null),
        ] {
            assert_eq!(told(&first, &second).0, ["depends-on-others"], "{first} {second}");
        }
        assert_eq!(told(&json!("johnny"), &json!("johnny")).0, [""; 0]);
    }

    #[test]
    fn a_failure_is_no_state_and_exercises_nothing() {
        let (situation, version) = (Scene::User.situation(), EventVersion::V1);
        let event = event::build(&situation, version);
        for (second, applied) in [(Outcome::Answered(event.clone()), true), (Outcome::NotJson(Vec::new()), false)] {
            let both = [(&situation, Outcome::Answered(event.clone())), (&situation, second)];
            let verdict = compared(&RULE, version, both, &[], &Expectations::default());
            assert_eq!((verdict.applied(), verdict.violations()), (applied, &[][..]));
        }
    }
}
