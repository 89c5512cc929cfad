use serde_json::{Value, json};

use crate::rules::miniature::{attribute, set_claim, token_parts, when};
use crate::rules::part::escaped;
use crate::rules::source::TEXT_IN_JAVASCRIPT;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{Standing, standing};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "stringified-nothing",
    level: Level::Warning,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a claim's value is the text of nothing",
    requires: "No claim holds what a language prints for a value that is not there, such as `undefined`, `None` or `[object Object]`.",
    why: "whoever reads the token takes the text for a value: a tenant named `undefined` is shared by all who have none",
    mend: "leave the claim out when there is no value, and write objects as JSON text",
    sources: &[Citation {
        fact: "practice",
        certainty: Certainty::Practice,
        words: "turned into text, undefined becomes `undefined` and null becomes `null`",
        url: TEXT_IN_JAVASCRIPT,
    }],
    reasons: &["nothing-as-text", "object-as-text", "not-a-number-as-text"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"undefined"}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"none"}}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "nothing-as-text",
            about: "puts an attribute that no user here has into a text (JavaScript)",
            trigger: |event| prints(event, "plan", "undefined"),
        },
        Miniature {
            reason: "nothing-as-text",
            about: "joins two names that are not there (Python)",
            trigger: |event| prints(event, "display_name", "None None"),
        },
        Miniature {
            reason: "nothing-as-text",
            about: "prints a pointer that is nil (Go)",
            trigger: |event| prints(event, "plan", "<nil>"),
        },
        Miniature {
            reason: "object-as-text",
            about: "puts a promise into a text without waiting for it",
            trigger: |event| prints(event, "plan", "[object Promise]"),
        },
        Miniature {
            reason: "not-a-number-as-text",
            about: "prints the number of seats, read from an attribute that is not there",
            trigger: |event| prints(event, "seats", "NaN"),
        },
        Miniature {
            reason: "nothing-as-text",
            about: "prints the preferred role, which most users have not (Python)",
            trigger: |event| {
                let role = event
                    .pointer("/request/groupConfiguration/preferredRole")
                    .and_then(Value::as_str)
                    .unwrap_or("None")
                    .to_owned();
                prints(event, "role", &role)
            },
        },
        Miniature {
            reason: "not-a-number-as-text",
            about: "takes the tenant for a number (JavaScript)",
            trigger: |event| match attribute(&event, "custom:tenant") {
                Some(tenant) if tenant.trim().parse::<i64>().is_err() && !tenant.trim().is_empty() => {
                    prints(event, "tenant", "NaN")
                }
                _ => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "object-as-text",
            about: "puts a tenant that is JSON into a text after parsing it",
            trigger: |event| {
                let tenant =
                    attribute(&event, "custom:tenant").and_then(|tenant| serde_json::from_str::<Value>(&tenant).ok());
                when(tenant.is_some_and(|tenant| tenant.is_object()), event, |event| {
                    prints(event, "tenant", "[object Object]")
                })
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    // A user may be called Null: what the event itself says is no nothing.
    let reason_of = |text: &str| reason_of(text).filter(|_| !text.split(' ').all(|word| is_said(exchange.event, word)));
    for (part, claim, value) in exchange.set_claims() {
        verdict.applies();
        // A claim that cannot be set at all is another rule's.
        if standing(claim) != Standing::Free {
            continue;
        }
        let Some((place, text, reason)) = find(value, &reason_of) else { continue };
        verdict.violated(
            reason,
            part.claim_pointer(claim) + &place,
            format!("`{claim}` holds the text `{text}`"),
            format!("the {} shows `{text}` in `{claim}`, as if that were a value", part.token),
        );
    }
}

/// The first such text in a value, with its place below the value.
fn find<'a>(
    value: &'a Value,
    reason_of: &dyn Fn(&str) -> Option<&'static str>,
) -> Option<(String, &'a str, &'static str)> {
    match value {
        Value::String(text) => Some((String::new(), text.as_str(), reason_of(text)?)),
        Value::Array(list) => list.iter().enumerate().find_map(|(index, entry)| {
            let (place, text, reason) = find(entry, reason_of)?;
            Some((format!("/{index}{place}"), text, reason))
        }),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let (place, text, reason) = find(field, reason_of)?;
            Some((format!("/{}{place}", escaped(name)), text, reason))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn reason_of(text: &str) -> Option<&'static str> {
    if text.starts_with("[object ") && text.ends_with(']') {
        Some("object-as-text")
    } else if NO_NUMBER.contains(&text) {
        Some("not-a-number-as-text")
    } else if NOTHING.contains(&text) || text.split(' ').all(|word| NOTHING.contains(&word)) {
        Some("nothing-as-text")
    } else {
        None
    }
}

/// What languages print for nothing. Words that people choose as values (`none`, `N/A`, `unknown`) are left out.
const NOTHING: [&str; 12] = [
    "undefined",
    "null",
    "Null",
    "NULL",
    "None",
    "nil",
    "<nil>",
    "%!s(<nil>)",
    "<no value>",
    "(null)",
    "<null>",
    "Optional.empty",
];

const NO_NUMBER: [&str; 3] = ["NaN", "nan", "Invalid Date"];

/// Whether a word stands in the event's user name or request. Generous, since silence is the lesser harm here.
fn is_said(event: &Value, word: &str) -> bool {
    fn holds(value: &Value, word: &str) -> bool {
        match value {
            Value::String(text) => text.contains(word),
            Value::Array(list) => list.iter().any(|entry| holds(entry, word)),
            // The JSON text in `identities` says `null` for every user of another provider (E-10).
            Value::Object(fields) => fields.iter().any(|(name, field)| name != "identities" && holds(field, word)),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }
    ["userName", "request"].into_iter().filter_map(|member| event.get(member)).any(|value| holds(value, word))
}

fn prints(mut event: Value, claim: &str, text: &str) -> Outcome {
    for part in token_parts(&mut event) {
        set_claim(part, claim, json!(text));
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::answer::trial::changed;
    use crate::rules::claims::judged::reasons;
    use crate::situation::{Attribute, Principal, Situation};

    fn with_family_name(name: &'static str) -> Situation {
        let mut situation = Scene::User.situation();
        if let Principal::User(user) = &mut situation.principal {
            user.attributes.push(Attribute { name: "family_name".into(), value: name.into() });
        }
        situation
    }

    fn judge(situation: &Situation, value: &Value) -> Vec<&'static str> {
        let response = json!({"claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {"claimsToAddOrOverride": {"surname": value}}
        }});
        reasons(&RULE, situation, EventVersion::V2, response)
    }

    #[test]
    fn a_user_called_null_may_be_called_so_in_the_token() {
        assert_eq!(judge(&with_family_name("Null"), &json!("Null")), [""; 0]);
        assert_eq!(judge(&with_family_name("Doe"), &json!("Null")), ["nothing-as-text"]);
    }

    #[test]
    fn a_null_inside_the_identities_excuses_nothing() {
        assert_eq!(judge(&Scene::FederatedUser.situation(), &json!("null")), ["nothing-as-text"]);
    }

    #[test]
    fn nothing_is_found_inside_lists_and_objects() {
        let situation = Scene::User.situation();
        assert_eq!(judge(&situation, &json!(["acme", "undefined"])), ["nothing-as-text"]);
        assert_eq!(judge(&situation, &json!({"a": {"b": ["NaN"]}})), ["not-a-number-as-text"]);
    }

    #[test]
    fn texts_that_only_hold_such_a_word_are_values() {
        for text in [
            "[object ",
            "object Promise]",
            "",
            " ",
            "None of your business",
            "nullable",
            "undefined behaviour",
            "[object",
            "none",
            "NONE",
        ] {
            assert_eq!(judge(&Scene::User.situation(), &json!(text)), [""; 0], "{text}");
        }
    }

    #[test]
    fn nothing_is_nothing_in_every_language_and_however_often() {
        for (text, reason) in [
            ("<no value>", "nothing-as-text"),
            ("null null", "nothing-as-text"),
            ("None undefined", "nothing-as-text"),
            ("[object Promise]", "object-as-text"),
            ("Invalid Date", "not-a-number-as-text"),
        ] {
            assert_eq!(judge(&Scene::User.situation(), &json!(text)), [reason], "{text}");
        }
    }

    #[test]
    fn the_place_is_that_of_the_text_in_the_value() {
        let response = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": {"b/c": ["x", "null"]}}}});
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| answer["response"] = response.clone());
        let place = "/response/claimsOverrideDetails/claimsToAddOrOverride/a/b~1c/1";
        assert_eq!(verdict.violations()[0].pointer, place);
    }

    #[test]
    fn a_claim_that_cannot_be_set_is_for_other_rules() {
        let response = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"sub": "null"}}});
        assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V1, response), [""; 0]);
    }
}
