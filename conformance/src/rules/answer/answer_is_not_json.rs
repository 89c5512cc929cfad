use serde::de::IgnoredAny;

use crate::rules::miniature::{attribute, has_attribute, is_for_machine, when};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "answer-is-not-json",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "nothing, or something that is not JSON, came back",
    requires: "The trigger returns the event as JSON.",
    why: "Cognito cannot read the answer, and the sign-in fails",
    mend: "return the event on every way out of the handler; in Node.js, return it from an `async` handler",
    sources: &[
        Citation {
            fact: "R-03",
            certainty: Certainty::ObservedByOthers,
            words: "`Invalid lambda function output : Invalid JSON` for a trigger that returns nothing",
            url: "https://github.com/aws-amplify/amplify-js/issues/13352",
        },
        Citation {
            fact: "R-01",
            certainty: Certainty::Documented,
            words: "must return the entire event",
            url: TRIGGERS,
        },
    ],
    reasons: &["nothing", "not-json"],
    violates: Example { scene: Scene::User, version: EventVersion::V2, given: Given::Answer("null") },
    conforms: Example { scene: Scene::User, version: EventVersion::V2, given: Given::Changed("untouched", |_| {}) },
    miniatures: &[
        Miniature {
            reason: "nothing",
            about: "has a way out without a `return`",
            trigger: |_| Outcome::Answered(serde_json::Value::Null),
        },
        Miniature {
            reason: "not-json",
            about: "writes a number that is none as `NaN`, which JSON does not have",
            trigger: |event| {
                let text = event.to_string();
                let claim = r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"score":NaN}},"#;
                Outcome::NotJson(text.replacen('{', claim, 1).into_bytes())
            },
        },
        Miniature {
            reason: "nothing",
            about: "has a branch for each kind of sign-in, and none for machines",
            trigger: |event| when(is_for_machine(&event), event, |_| Outcome::Answered(serde_json::Value::Null)),
        },
        Miniature {
            reason: "nothing",
            about: "returns the event inside its `if` only, where a user has an email",
            trigger: |event| {
                when(!has_attribute(&event, "email"), event, |_| Outcome::Answered(serde_json::Value::Null))
            },
        },
        Miniature {
            reason: "not-json",
            about: "prints a warning about unverified users to the stream that carries its answer",
            trigger: |event| {
                when(attribute(&event, "email_verified").as_deref() == Some("false"), event, |event| {
                    Outcome::NotJson(format!("WARN not verified\n{event}").into_bytes())
                })
            },
        },
    ],
    check: Check::One(check),
};

const EFFECT: &str = "no token is issued: the caller gets `Invalid lambda function output : Invalid JSON`";

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    match exchange.outcome {
        Outcome::Answered(answer) if answer.is_null() => {
            verdict.violated("nothing", "", "the trigger returned nothing (`null`)", EFFECT);
        }
        Outcome::Answered(_) => verdict.applies(),
        Outcome::NotJson(bytes) if bytes.trim_ascii().is_empty() => {
            verdict.violated("nothing", "", "the trigger returned nothing at all", EFFECT);
        }
        Outcome::NotJson(bytes) => {
            verdict.violated("not-json", "", format!("the answer is not JSON: {}", fault(bytes)), EFFECT);
        }
        // No answer came back: the family `conduct` says why.
        Outcome::Errored(_) | Outcome::Crashed(_) | Outcome::TimedOut { .. } | Outcome::Protocol(_) => {}
    }
}

/// What the parser says, and the text in which it stopped.
fn fault(bytes: &[u8]) -> String {
    let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) else { return "it could not be read".to_owned() };
    let line = bytes.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let near = line.get(error.column().saturating_sub(12)..).unwrap_or_default();
    let near: String = String::from_utf8_lossy(near).chars().take(32).collect();
    if near.is_empty() { error.to_string() } else { format!("{error}, near `{near}`") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{judged, reasons};
    use super::*;

    fn given(outcome: &Outcome) -> (Vec<&'static str>, String) {
        let verdict = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| outcome.clone());
        let message = verdict.violations().first().map(|one| one.message.clone()).unwrap_or_default();
        (reasons(&verdict), message)
    }

    #[test]
    fn the_message_shows_where_the_text_stops_being_json() {
        let (reasons, message) = given(&Outcome::NotJson(br#"{"version":"1","score":NaN}"#.to_vec()));
        assert_eq!(reasons, ["not-json"]);
        assert!(message.contains("score\":NaN"), "{message}");
    }

    #[test]
    fn bytes_of_any_kind_are_told_without_a_panic() {
        for bytes in [&b"\xff\xfe"[..], b"<html>", b"{\"a\":", b"[\n\n\xc3", b"{} {}", "\u{fc}".as_bytes()] {
            assert_eq!(given(&Outcome::NotJson(bytes.to_vec())).0, ["not-json"]);
        }
        assert_eq!(given(&Outcome::NotJson(b" \n".to_vec())).0, ["nothing"]);
    }

    #[test]
    fn other_values_that_are_json_are_for_other_rules() {
        assert_eq!(given(&Outcome::Answered(json!([]))).0, [""; 0]);
    }
}
