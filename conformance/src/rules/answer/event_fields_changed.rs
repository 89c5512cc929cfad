use serde_json::Value;

use super::echo::{Difference, Differences, Returned, below, returned_event};
use super::vocabulary::belongs_to_response;
use crate::rules::miniature::{attribute, has_attribute};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "event-fields-changed",
    level: Level::Warning,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "fields of the event came back changed",
    requires: "Everything but `response` comes back as it was sent.",
    why: "Cognito reads changes from `response` only, so what was written elsewhere reaches no token",
    mend: "write what is meant for the tokens into `response`, and work on a copy of everything else",
    sources: &[
        Citation {
            fact: "R-20",
            certainty: Certainty::Documented,
            words: "add any return parameters to the `response`",
            url: TRIGGERS,
        },
        Citation {
            fact: "U-18",
            certainty: Certainty::Unknown,
            words: "whether changed fields are ignored or refused is not stated; taken as ignored",
            url: TRIGGERS,
        },
    ],
    reasons: &["value-changed", "field-missing", "field-added"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Changed("with another `userName`", |answer| set(answer, "", "userName", "jane@example.com")),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"user_name":"jane@example.com"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "value-changed",
            about: "writes the user's `sub` over `userName`",
            trigger: |mut event| {
                let sub = event.pointer("/request/userAttributes/sub").and_then(Value::as_str).map(ToOwned::to_owned);
                if let Some(sub) = sub {
                    set(&mut event, "", "userName", &sub);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "field-missing",
            about: "removes the attributes before it returns the event",
            trigger: |mut event| {
                if let Some(Value::Object(request)) = event.get_mut("request") {
                    request.remove("userAttributes");
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "field-added",
            about: "adds its claim to the attributes of the request",
            trigger: |mut event| {
                set(&mut event, "/request/userAttributes", "department", "engineering");
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "value-changed",
            about: "writes the email in small letters before it looks the user up",
            trigger: |mut event| {
                if let Some(email) = attribute(&event, "email") {
                    set(&mut event, "/request/userAttributes", "email", &email.to_lowercase());
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "value-changed",
            about: "turns `email_verified` into a boolean where it stands",
            trigger: |mut event| {
                if let Some(verified) = event.pointer_mut("/request/userAttributes/email_verified") {
                    *verified = Value::Bool(verified == "true");
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "value-changed",
            about: "sorts the groups in place, to log them",
            trigger: |mut event| {
                if let Some(Value::Array(groups)) = event.pointer_mut("/request/groupConfiguration/groupsToOverride") {
                    groups.sort_by_key(ToString::to_string);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "field-missing",
            about: "takes the tenant out of the attributes with `pop`",
            trigger: |mut event| {
                if let Some(Value::Object(attributes)) = event.pointer_mut("/request/userAttributes") {
                    attributes.remove("custom:tenant");
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "field-missing",
            about: "deletes the identities of federated users, to keep them out of its log",
            trigger: |mut event| {
                if let Some(Value::Object(attributes)) = event.pointer_mut("/request/userAttributes") {
                    attributes.remove("identities");
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "field-added",
            about: "gives a role to whoever has none, in the attributes",
            trigger: |mut event| {
                if !has_attribute(&event, "custom:role") {
                    set(&mut event, "/request/userAttributes", "custom:role", "member");
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

const EFFECT: &str = "it has no effect on the tokens; AWS does not say whether such an answer is refused";

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.is_echo() {
        verdict.applies();
        return;
    }
    let Some(Returned { event, answer }) = returned_event(exchange) else { return };
    verdict.applies();
    let mut differences = Differences::default();
    for (member, came) in answer {
        match event.get(member) {
            _ if member == "response" => {}
            Some(sent) if sent == came => {}
            Some(sent) => differences.compare(&below("", member), sent, came),
            None if belongs_to_response(member) => {}
            None => differences.added(below("", member), came),
        }
    }
    // A member that is gone altogether is one that no page documents: see `Differences::compare`.
    tell("value-changed", differences.changed, verdict);
    tell("field-missing", differences.missing, verdict);
    tell("field-added", differences.added, verdict);
}

fn tell(reason: &'static str, difference: Option<Difference<'_>>, verdict: &mut Verdict) {
    let Some(Difference { pointer, sent, came }) = difference else { return };
    let message = match (sent, came) {
        (Some(sent), Some(came)) => format!("`{pointer}` was {} and came back as {}", shown(sent), shown(came)),
        (Some(_), None) => format!("`{pointer}` of the event did not come back"),
        (None, _) => format!("`{pointer}` was added; it is not part of `response`"),
    };
    verdict.violated(reason, pointer, message, EFFECT);
}

fn shown(value: &Value) -> String {
    match value {
        Value::Object(map) if map.is_empty() => "an empty map".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::Array(list) if list.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::String(text) if text.chars().count() > 40 => "a long string".to_owned(),
        short => format!("`{short}`"),
    }
}

fn set(event: &mut Value, object: &str, name: &str, value: &str) {
    if let Some(Value::Object(fields)) = event.pointer_mut(object) {
        fields.insert(name.to_owned(), Value::from(value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{changed, judged, reasons};
    use super::*;
    use crate::situation::{Form, NoGroups, Situation, UnknownFields};

    fn given(change: impl Fn(&mut Value)) -> Vec<(&'static str, String)> {
        let verdict = changed(&RULE, Scene::UserInGroups, EventVersion::V2, change);
        verdict.violations().iter().map(|one| (one.reason, one.pointer.clone())).collect()
    }

    #[test]
    fn the_first_place_of_each_kind_is_told() {
        let found = given(|answer| {
            answer["callerContext"].as_object_mut().unwrap().remove("clientId");
            answer["request"]["userAttributes"]["email"] = json!("other@example.com");
            answer["request"]["userAttributes"]["a/b"] = json!("new");
            answer["request"]["groupConfiguration"]["groupsToOverride"] = json!(["admins"]);
        });
        let place = |reason, pointer: &str| (reason, pointer.to_owned());
        assert_eq!(
            found,
            [
                place("value-changed", "/request/groupConfiguration/groupsToOverride"),
                place("field-missing", "/callerContext/clientId"),
                place("field-added", "/request/userAttributes/a~1b"),
            ]
        );
    }

    #[test]
    fn nothing_in_another_form_is_no_change() {
        let form = Form { no_groups: NoGroups::NullConfiguration, ..Form::default() };
        let situation = Situation { form, ..Scene::User.situation() };
        let typed = judged(&RULE, &situation, EventVersion::V2, |mut event| {
            event["request"]["groupConfiguration"] =
                json!({"groupsToOverride": [], "iamRolesToOverride": null, "preferredRole": null});
            event["request"]["clientMetadata"] = json!({});
            Outcome::Answered(event)
        });
        assert_eq!(reasons(&typed), [""; 0]);
    }

    #[test]
    fn groups_written_into_the_request_are_a_change_even_where_there_were_none() {
        let form = Form { no_groups: NoGroups::NullConfiguration, ..Form::default() };
        let situation = Situation { form, ..Scene::User.situation() };
        let verdict = judged(&RULE, &situation, EventVersion::V2, |mut event| {
            event["request"]["groupConfiguration"] = json!({"groupsToOverride": ["admins"]});
            Outcome::Answered(event)
        });
        assert_eq!(reasons(&verdict), ["value-changed"]);
    }

    #[test]
    fn fields_that_no_page_documents_may_be_dropped_but_not_changed() {
        let form = Form { unknown_fields: UnknownFields::Everywhere, ..Form::default() };
        let situation = Situation { form, ..Scene::UserInGroups.situation() };
        let answered = |change: fn(&mut Value)| {
            let verdict = judged(&RULE, &situation, EventVersion::V2, |mut event| {
                change(&mut event);
                Outcome::Answered(event)
            });
            reasons(&verdict)
        };
        let dropped = answered(|event| {
            event.as_object_mut().unwrap().remove("fieldOfTheFuture");
            for object in ["callerContext", "request"] {
                event[object].as_object_mut().unwrap().remove("fieldOfTheFuture");
            }
            event["request"]["groupConfiguration"].as_object_mut().unwrap().remove("fieldOfTheFuture");
        });
        assert_eq!(dropped, [""; 0]);
        assert_eq!(answered(|event| event["fieldOfTheFuture"] = json!("old")), ["value-changed"]);
    }

    #[test]
    fn an_answer_that_lost_a_common_field_is_not_compared() {
        let found = given(|answer| {
            answer["userName"] = json!("other");
            answer.as_object_mut().unwrap().remove("region");
        });
        assert_eq!(found, []);
    }

    #[test]
    fn keys_at_the_top_that_belong_into_the_response_are_for_other_rules() {
        for key in ["Response", "claimsAndScopeOverrideDetails", "claimsOverrideDetail"] {
            assert_eq!(given(|answer| answer[key] = json!({"a": 1})), [], "{key}");
        }
        assert_eq!(given(|answer| answer["debug"] = json!(1)), [("field-added", "/debug".to_owned())]);
    }

    #[test]
    fn the_message_shows_both_values_where_they_are_short() {
        for (value, words) in [
            (json!({}), "an empty map"),
            (json!({"a": 1}), "a map"),
            (json!([]), "an empty list"),
            (json!(["a"]), "a list"),
            (json!("x".repeat(40)), &*format!("`\"{}\"`", "x".repeat(40))),
            (json!("x".repeat(41)), "a long string"),
            (json!(false), "`false`"),
        ] {
            assert_eq!(shown(&value), words);
        }
        let told =
            |change: fn(&mut Value)| changed(&RULE, Scene::User, EventVersion::V1, change).violations()[0].clone();
        let renamed = told(|answer| answer["userName"] = json!("john"));
        assert_eq!(renamed.message, "`/userName` was `\"jane\"` and came back as `\"john\"`");
        let lost = told(|answer| drop(answer["callerContext"].as_object_mut().unwrap().remove("clientId")));
        assert_eq!(lost.message, "`/callerContext/clientId` of the event did not come back");
        let added = told(|answer| answer["debug"] = json!(true));
        assert_eq!(added.message, "`/debug` was added; it is not part of `response`");
    }

    #[test]
    fn an_attribute_and_a_value_of_the_caller_have_to_come_back() {
        let metadata = vec![("tenant".into(), "acme".into())];
        let situation = Situation { client_metadata: metadata, ..Scene::User.situation() };
        for (map, name) in [("userAttributes", "email"), ("clientMetadata", "tenant")] {
            let verdict = judged(&RULE, &situation, EventVersion::V2, |mut event| {
                event["request"][map].as_object_mut().unwrap().remove(name).unwrap();
                Outcome::Answered(event)
            });
            assert_eq!(reasons(&verdict), ["field-missing"], "{map}");
            assert_eq!(verdict.violations()[0].pointer, format!("/request/{map}/{name}"));
        }
    }
}
