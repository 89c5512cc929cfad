use serde_json::{Map, Value};

use super::echo::{MEMBERS, has, lost_members};
use super::vocabulary::{belongs_to_response, same_but_for_case};
use crate::rules::miniature::{has_attribute, is_for_machine, is_from, when};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "event-not-returned",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "the answer is not the event",
    requires: "The answer is the whole event: its common fields, its `request` and its `response`.",
    why: "Cognito cannot read the answer, and the sign-in fails for everybody",
    mend: "change the event's `response` in place and return the event itself",
    sources: &[
        Citation {
            fact: "R-01",
            certainty: Certainty::Documented,
            words: "must return the entire event",
            url: TRIGGERS,
        },
        Citation {
            fact: "R-02",
            certainty: Certainty::ObservedByOthers,
            words: "other triggers that dropped common fields: `Unrecognizable lambda output`",
            url: TRIGGERS,
        },
        Citation {
            fact: "U-19",
            certainty: Certainty::Unknown,
            words: "what a single missing field does to this trigger is not stated; taken as fatal",
            url: TRIGGERS,
        },
    ],
    reasons: &[
        "not-an-object",
        "nothing-of-the-event",
        "only-the-response",
        "names-in-another-case",
        "common-field-missing",
        "request-missing",
        "response-missing",
    ],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Answer(r#"{"response":{"claimsAndScopeOverrideDetails":{}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(r#"{"claimsAndScopeOverrideDetails":{}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "not-an-object",
            about: "returns the event as a string, as web handlers do with a body",
            trigger: |event| Outcome::Answered(Value::String(event.to_string())),
        },
        Miniature {
            reason: "nothing-of-the-event",
            about: "returns `{}`",
            trigger: |_| Outcome::Answered(Value::Object(Map::new())),
        },
        Miniature {
            reason: "only-the-response",
            about: "returns a new object that holds the response only",
            trigger: |event| answered_with(event, &["response"]),
        },
        Miniature {
            reason: "names-in-another-case",
            about: "writes every name with a capital, as .NET does by default",
            trigger: with_capitals,
        },
        Miniature {
            reason: "common-field-missing",
            about: "returns an object of its own type, which has no `callerContext`",
            trigger: |event| {
                answered_with(
                    event,
                    &["version", "triggerSource", "region", "userPoolId", "userName", "request", "response"],
                )
            },
        },
        Miniature {
            reason: "request-missing",
            about: "leaves the request out, because nobody reads it",
            trigger: |event| {
                answered_with(
                    event,
                    &["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "response"],
                )
            },
        },
        Miniature {
            reason: "response-missing",
            about: "deletes a response that it has nothing to put into",
            trigger: |event| {
                answered_with(
                    event,
                    &["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request"],
                )
            },
        },
        Miniature {
            reason: "only-the-response",
            about: "makes a new object for machines",
            trigger: |event| when(is_for_machine(&event), event, |event| answered_with(event, &["response"])),
        },
        Miniature {
            reason: "nothing-of-the-event",
            about: "returns `{}` for a trigger source that it does not handle",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |_| Outcome::Answered(Value::Object(Map::new())))
            },
        },
        Miniature {
            reason: "not-an-object",
            about: "takes an event without client metadata for a ping, and answers `ok`",
            trigger: |event| {
                let ping = !event.pointer("/request/clientMetadata").is_some_and(Value::is_object);
                when(ping, event, |_| Outcome::Answered("ok".into()))
            },
        },
        Miniature {
            reason: "request-missing",
            about: "leaves out the request of federated users, which holds other people's data",
            trigger: |mut event| {
                if let (true, Value::Object(fields)) = (has_attribute(&event, "identities"), &mut event) {
                    fields.remove("request");
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

const EFFECT: &str =
    "no token is issued: \"the authentication event doesn't succeed\"; others saw `Unrecognizable lambda output`";

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(answer) = exchange.answer() else { return };
    let Some(event) = exchange.event.as_object() else { return };
    // `null` is no answer at all: `answer-is-not-json`.
    if answer.is_null() {
        return;
    }
    verdict.applies();
    let Value::Object(answer) = answer else {
        verdict.violated("not-an-object", "", format!("the answer is {}, not the event", kind(answer)), EFFECT);
        return;
    };
    if !exchange.is_echo() && lost_members(event, answer).next().is_some() {
        lost(event, answer, verdict);
    }
}

/// Says which kind of loss it is: all at once where the reason is one, and one by one otherwise.
fn lost(event: &Map<String, Value>, answer: &Map<String, Value>, verdict: &mut Verdict) {
    let in_other_case = |member: &str| answer.keys().find(|key| *key != member && same_but_for_case(key, member));
    let renamed = lost_members(event, answer).find_map(|member| Some((member, in_other_case(member)?)));
    if let Some((member, key)) = renamed {
        let message = format!("the answer has `{key}` where the event has `{member}`");
        verdict.violated("names-in-another-case", "", message, EFFECT);
        return;
    }
    if !MEMBERS.iter().any(|member| *member != "response" && has(answer, member)) {
        if answer.keys().any(|key| key == "response" || belongs_to_response(key)) {
            verdict.violated("only-the-response", "", "the answer is the response alone, without the event", EFFECT);
        } else {
            let keys = listed(answer.keys().map(String::as_str).take(5));
            let what = if keys.is_empty() { "an empty object".to_owned() } else { format!("an object with {keys}") };
            verdict.violated("nothing-of-the-event", "", format!("the answer is {what}, not the event"), EFFECT);
        }
        return;
    }
    let common = listed(lost_members(event, answer).filter(|member| !matches!(*member, "request" | "response")));
    if !common.is_empty() {
        verdict.violated("common-field-missing", "", format!("{common} of the event did not come back"), EFFECT);
    }
    for member in lost_members(event, answer) {
        match member {
            "request" => verdict.violated("request-missing", "", "the answer has no `request`", EFFECT),
            "response" => verdict.violated("response-missing", "", "the answer has no `response`", EFFECT),
            _ => {}
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn kind(answer: &Value) -> &'static str {
    match answer {
        Value::String(text) if text.trim_start().starts_with('{') => "JSON inside a string",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Null | Value::Object(_) => "something else",
    }
}

fn answered_with(event: Value, members: &[&str]) -> Outcome {
    let Value::Object(fields) = event else { return Outcome::Answered(event) };
    Outcome::Answered(fields.into_iter().filter(|(name, _)| members.contains(&name.as_str())).collect())
}

fn with_capitals(event: Value) -> Outcome {
    let Value::Object(fields) = event else { return Outcome::Answered(event) };
    let capital = |name: String| {
        let mut letters = name.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or(name.clone())
    };
    Outcome::Answered(fields.into_iter().map(|(name, value)| (capital(name), value)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{changed, reasons};
    use super::*;

    fn given(change: impl Fn(&mut Value)) -> Vec<&'static str> {
        reasons(&changed(&RULE, Scene::User, EventVersion::V1, change))
    }

    #[test]
    fn a_member_that_is_null_has_not_come_back() {
        assert_eq!(given(|answer| answer["callerContext"] = Value::Null), ["common-field-missing"]);
        assert_eq!(given(|answer| answer["response"] = Value::Null), ["response-missing"]);
    }

    #[test]
    fn each_kind_of_loss_is_told_once() {
        let lost = given(|answer| {
            for member in ["region", "userName", "request"] {
                answer.as_object_mut().unwrap().remove(member);
            }
        });
        assert_eq!(lost, ["common-field-missing", "request-missing"]);
    }

    #[test]
    fn an_http_response_and_bare_details_are_told_apart() {
        assert_eq!(given(|answer| *answer = json!({"statusCode": 200, "body": "{}"})), ["nothing-of-the-event"]);
        assert_eq!(given(|answer| *answer = json!({"claimsOverrideDetails": {}})), ["only-the-response"]);
    }

    #[test]
    fn members_that_the_event_does_not_have_need_not_come_back() {
        let event = json!({"request": {}, "response": {}});
        let (situation, outcome) = (Scene::User.situation(), Outcome::Answered(event.clone()));
        let exchange = Exchange::new(&situation, EventVersion::V1, &event, &outcome);
        let mut verdict = Verdict::default();
        check(&exchange, &mut verdict);
        assert!(verdict.applied() && verdict.violations().is_empty());
    }

    #[test]
    fn what_is_no_object_is_called_what_it_is() {
        for (answer, words) in [
            (json!(" {}"), "JSON inside a string"),
            (json!("ok {}"), "a string"),
            (json!([]), "a list"),
            (json!(true), "a boolean"),
            (json!(1), "a number"),
        ] {
            let verdict = changed(&RULE, Scene::User, EventVersion::V1, |event| *event = answer.clone());
            assert_eq!(verdict.violations()[0].message, format!("the answer is {words}, not the event"));
        }
    }

    #[test]
    fn an_object_of_another_kind_is_told_by_its_first_five_keys() {
        let told = |answer: Value| {
            changed(&RULE, Scene::User, EventVersion::V1, |event| *event = answer.clone()).violations()[0]
                .message
                .clone()
        };
        assert_eq!(told(json!({})), "the answer is an empty object, not the event");
        let six = json!({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1});
        assert_eq!(told(six), "the answer is an object with `a`, `b`, `c`, `d`, `e`, not the event");
    }
}
