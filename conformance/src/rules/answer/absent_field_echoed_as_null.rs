use serde_json::{Map, Value};

use super::echo::{Returned, below, returned_event};
use super::vocabulary::belongs_to_response;
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "absent-field-echoed-as-null",
    level: Level::Warning,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "a field that the event does not have came back as null",
    requires: "Outside `response`, a field that is absent in the event is absent in the answer.",
    why: "a trigger of the same service was refused for such a null; others on AWS's own types get by with it",
    mend: "have the serializer leave out fields that are null, or return the event as it came in",
    sources: &[
        Citation {
            fact: "R-18",
            certainty: Certainty::DocumentedAmbiguous,
            words: "refused once after PostConfirmation; aws-lambda-go always writes `clientMetadata: null`",
            url: "https://github.com/aws/aws-lambda-go/blob/main/events/cognito.go",
        },
        Citation {
            fact: "U-17",
            certainty: Certainty::Unknown,
            words: "AWS does not say; taken as tolerated",
            url: TRIGGERS,
        },
    ],
    reasons: &["null-for-absent"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Changed("with `clientMetadata` in the request as null", add_null_metadata),
    },
    // Inside `response` a null member is as good as none (R-17).
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":null,"claimsToSuppress":null}}"#),
    },
    miniatures: &[
        Miniature {
            reason: "null-for-absent",
            about: "reads the event into a type and writes it out with its nulls",
            trigger: |mut event| {
                add_null_metadata(&mut event);
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "null-for-absent",
            about: "reads the groups into a type whose preferred role is optional",
            trigger: |mut event| {
                if let Some(Value::Object(groups)) = event.pointer_mut("/request/groupConfiguration") {
                    groups.entry("preferredRole").or_insert(Value::Null);
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "null-for-absent",
            about: "fills in the attributes that its class has and the user has not",
            trigger: |mut event| {
                if let Some(Value::Object(attributes)) = event.pointer_mut("/request/userAttributes") {
                    attributes.entry("nickname").or_insert(Value::Null);
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    if exchange.is_echo() {
        verdict.applies();
        return;
    }
    let Some(Returned { event, answer }) = returned_event(exchange) else { return };
    verdict.applies();
    for (member, came) in answer {
        let place = match event.get(member) {
            _ if member == "response" => None,
            Some(sent) => first_null_for_absent(sent, came),
            None => (came.is_null() && !belongs_to_response(member)).then(String::new),
        };
        if let Some(place) = place {
            let pointer = format!("{}{place}", below("", member));
            verdict.violated(
                "null-for-absent",
                pointer.as_str(),
                format!("`{pointer}` is null; the event does not have it"),
                "AWS does not say whether the sign-in fails; reports differ",
            );
            return;
        }
    }
}

/// Where, below these two, a field is null that was absent. The pointer is only made for a find.
fn first_null_for_absent(sent: &Value, came: &Value) -> Option<String> {
    let (Value::Object(sent), Value::Object(came)) = (sent, came) else { return None };
    came.iter().find_map(|(name, value)| match value {
        Value::Null => (!sent.contains_key(name)).then(|| below("", name)),
        Value::Object(_) => {
            let place = first_null_for_absent(sent.get(name)?, value)?;
            Some(format!("{}{place}", below("", name)))
        }
        _ => None,
    })
}

fn add_null_metadata(event: &mut Value) {
    if let Some(Value::Object(request)) = event.get_mut("request") {
        let fields: &mut Map<String, Value> = request;
        fields.entry("clientMetadata").or_insert(Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{changed, judged, reasons};
    use super::*;
    use crate::situation::{Form, NoPreferredRole, Situation};

    #[test]
    fn the_place_is_told_at_any_depth() {
        let form = Form { no_preferred_role: NoPreferredRole::Absent, ..Form::default() };
        let situation = Situation { form, ..Scene::User.situation() };
        let verdict = judged(&RULE, &situation, EventVersion::V2, |mut event| {
            event["request"]["groupConfiguration"]["preferredRole"] = Value::Null;
            Outcome::Answered(event)
        });
        assert_eq!(verdict.violations()[0].pointer, "/request/groupConfiguration/preferredRole");
    }

    #[test]
    fn nulls_that_were_sent_may_come_back() {
        let verdict = changed(&RULE, Scene::User, EventVersion::V2, |_| {});
        assert!(verdict.applied() && verdict.violations().is_empty());
    }

    #[test]
    fn an_absent_group_configuration_as_a_map_of_nulls_is_no_null_for_an_absent_field() {
        let verdict = changed(&RULE, Scene::Machine, EventVersion::V3, |answer| {
            answer["request"]["groupConfiguration"] = json!({"groupsToOverride": null, "preferredRole": null});
        });
        assert_eq!(reasons(&verdict), [""; 0]);
    }

    #[test]
    fn a_misspelled_response_that_is_null_is_for_another_rule() {
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| answer["Response"] = Value::Null);
        assert_eq!(reasons(&verdict), [""; 0]);
    }

    #[test]
    fn a_null_at_the_top_counts_too() {
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| answer["context"] = Value::Null);
        assert_eq!(verdict.violations()[0].pointer, "/context");
    }
}
