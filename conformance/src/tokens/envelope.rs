use serde_json::{Map, Value};

use super::notes::{Fault, Notes};
use super::question::{U_17, U_18, U_19};
use super::source::{TRIGGERS, UNRECOGNIZABLE};
use super::{Question, SignInFailure};
use crate::situation::{Certainty, EventVersion, Evidence, NoMetadata, NoPreferredRole, Scope, Situation, Text};

/// The answer's `response`, once the answer is known to be an event.
///
/// An answer has to be the whole event, with every field of its own type.
pub(super) fn response<'a>(
    situation: &Situation,
    version: EventVersion,
    answer: &'a Value,
    notes: &mut Notes,
) -> Result<&'a Map<String, Value>, Box<Fault>> {
    let event = match answer {
        Value::Object(event) => event,
        Value::Null => return Err(Fault::new(SignInFailure::not_json(), None)),
        _ => return Err(unreadable("the answer is not the event, but another kind of JSON", "", NOT_THE_EVENT, None)),
    };
    let request = object(event, "request", "/request", NOT_THE_EVENT)?;
    let response = object(event, "response", "/response", NOT_THE_EVENT)?;
    let caller = object(event, "callerContext", "/callerContext", COMMON_FIELD)?;
    for (field, pointer) in [
        ("version", "/version"),
        ("triggerSource", "/triggerSource"),
        ("region", "/region"),
        ("userPoolId", "/userPoolId"),
        ("userName", "/userName"),
    ] {
        match event.get(field) {
            Some(Value::String(_)) => {}
            None => return Err(missing(field, pointer, COMMON_FIELD)),
            Some(_) => return Err(not(field, "a string", pointer, COMMON_FIELD)),
        }
    }
    note_changes(situation, event, caller, notes);
    note_request_changes(situation, version, request, notes);
    note_nulls(situation, version, request, notes);
    Ok(response)
}

const NOT_THE_EVENT: Evidence = Evidence {
    fact: "R-01",
    certainty: Certainty::Documented,
    words: "a trigger must return the entire event, with `request` and `response`",
    url: TRIGGERS,
};

const COMMON_FIELD: Evidence = Evidence {
    fact: "R-02",
    certainty: Certainty::ObservedByOthers,
    words: "dropping common fields; two reports, on other triggers",
    url: UNRECOGNIZABLE,
};

const WRONG_TYPE: Evidence = Evidence {
    fact: "X-04",
    certainty: Certainty::Inference,
    words: "answers of another shape are seen to fail",
    url: UNRECOGNIZABLE,
};

fn object<'a>(
    event: &'a Map<String, Value>,
    field: &'static str,
    pointer: &'static str,
    evidence: Evidence,
) -> Result<&'a Map<String, Value>, Box<Fault>> {
    match event.get(field) {
        Some(Value::Object(object)) => Ok(object),
        None => Err(missing(field, pointer, evidence)),
        Some(_) => Err(not(field, "an object", pointer, evidence)),
    }
}

fn missing(field: &str, pointer: &'static str, evidence: Evidence) -> Box<Fault> {
    unreadable(format!("`{field}` is missing from the answer"), pointer, evidence, open_for(evidence))
}

/// `evidence` is that for a missing field: where that leaves no question, another type leaves none either.
fn not(field: &str, expected: &str, pointer: &'static str, evidence: Evidence) -> Box<Fault> {
    unreadable(format!("`{field}` is not {expected}"), pointer, WRONG_TYPE, open_for(evidence))
}

fn open_for(evidence: Evidence) -> Option<&'static Question> {
    (evidence.fact == COMMON_FIELD.fact).then_some(&U_19)
}

fn unreadable(
    why: impl Into<Text>,
    pointer: &'static str,
    evidence: Evidence,
    question: Option<&'static Question>,
) -> Box<Fault> {
    Fault::new(SignInFailure::unreadable(why, pointer, evidence), question)
}

/// Fields that Cognito would have to compare to notice a change.
///
/// Only those that a situation holds for certain: an event of one's own may have a `version` or a `region` that Cognito
/// would not send, or fields that nobody knows, and an echo of that is no change.
fn note_changes(situation: &Situation, event: &Map<String, Value>, caller: &Map<String, Value>, notes: &mut Notes) {
    let user = situation.user().map(|user| ("/userName", event.get("userName"), user.name.as_str()));
    let sent = [
        ("/triggerSource", event.get("triggerSource"), situation.trigger_source().as_str()),
        ("/userPoolId", event.get("userPoolId"), situation.pool.as_str()),
        ("/callerContext/clientId", caller.get("clientId"), situation.client.as_str()),
    ];
    for (pointer, returned, sent) in user.into_iter().chain(sent) {
        if returned.and_then(Value::as_str) != Some(sent) {
            notes.ask(&U_18, pointer);
        }
    }
}

/// The request has no documented bearing on the tokens, but whether Cognito checks it is not known.
///
/// Not looked at: the user's status, the text of `identities`, and roles, which an event can have in more than one form.
fn note_request_changes(situation: &Situation, version: EventVersion, request: &Map<String, Value>, notes: &mut Notes) {
    let groups = request.get("groupConfiguration").and_then(|groups| groups.get("groupsToOverride"));
    let in_groups = situation.user().map(|user| user.groups.iter().map(|group| group.name.as_str()));
    let scopes = situation.scopes.iter().map(Scope::as_str);
    let same_scopes = version == EventVersion::V1 || same_names(request.get("scopes"), scopes);
    for (pointer, same) in [
        ("/request/userAttributes", same_attributes(situation, request.get("userAttributes"))),
        ("/request/groupConfiguration", same_names(groups, in_groups.into_iter().flatten())),
        ("/request/scopes", same_scopes),
    ] {
        if !same {
            notes.ask(&U_18, pointer);
        }
    }
}

fn same_attributes(situation: &Situation, returned: Option<&Value>) -> bool {
    let returned = returned.and_then(Value::as_object);
    let Some(user) = situation.user() else { return returned.is_none_or(Map::is_empty) };
    let Some(returned) = returned else { return false };
    let is_own = |name: &str| !matches!(name, "cognito:user_status" | "identities");
    let has = |name: &str, value: &str| returned.get(name).and_then(Value::as_str) == Some(value);
    has("sub", &user.sub)
        && user.attributes.iter().all(|attribute| has(attribute.name.as_str(), &attribute.value))
        && returned.keys().filter(|name| is_own(name)).count() == user.attributes.len() + 1
}

/// `null` and an absent list are as good as an empty one: an event of one's own can have either.
fn same_names<'a>(returned: Option<&'a Value>, sent: impl Iterator<Item = &'a str>) -> bool {
    let returned = returned.and_then(Value::as_array).into_iter().flatten();
    returned.map(Value::as_str).eq(sent.map(Some))
}

/// Fields that were not in the event and come back as `null`, as typed libraries write them.
fn note_nulls(situation: &Situation, version: EventVersion, request: &Map<String, Value>, notes: &mut Notes) {
    let form = situation.form;
    let is_null = |map: &Map<String, Value>, field: &str| map.get(field).is_some_and(Value::is_null);
    if situation.client_metadata.is_empty()
        && form.no_metadata == NoMetadata::Absent
        && is_null(request, "clientMetadata")
    {
        notes.ask(&U_17, "/request/clientMetadata");
    }
    if version == EventVersion::V1 && is_null(request, "scopes") {
        notes.ask(&U_17, "/request/scopes");
    }
    if form.no_preferred_role == NoPreferredRole::Absent
        && situation.user().is_some_and(|user| user.preferred_role().is_none())
        && request
            .get("groupConfiguration")
            .and_then(Value::as_object)
            .is_some_and(|groups| is_null(groups, "preferredRole"))
    {
        notes.ask(&U_17, "/request/groupConfiguration/preferredRole");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::generate::{Scenario, boundaries};
    use crate::situation::Scene;
    use crate::tokens::{Applied, Exception, apply, issued};

    fn changed(change: impl FnOnce(&mut Map<String, Value>)) -> Applied {
        let situation = Scene::User.situation();
        let mut answer = event::build(&situation, EventVersion::V2);
        change(answer.as_object_mut().unwrap());
        apply(&situation, EventVersion::V2, &answer)
    }

    #[test]
    fn an_answer_of_null_is_invalid_json() {
        let applied = apply(&Scene::User.situation(), EventVersion::V1, &Value::Null);
        assert_eq!(*applied.failure(), SignInFailure::not_json());
    }

    #[test]
    fn an_answer_that_is_no_object_is_unrecognizable() {
        for answer in [json!("{}"), json!([]), json!(7), json!(true)] {
            let applied = apply(&Scene::User.situation(), EventVersion::V1, &answer);
            assert_eq!(applied.failure().message.as_deref(), Some("Unrecognizable lambda output"), "{answer}");
            assert_eq!(applied.failure().evidence.fact, "R-01");
        }
    }

    #[test]
    fn an_answer_without_a_part_of_the_event_fails_the_sign_in() {
        for (field, fact) in [
            ("request", "R-01"),
            ("response", "R-01"),
            ("version", "R-02"),
            ("triggerSource", "R-02"),
            ("region", "R-02"),
            ("userPoolId", "R-02"),
            ("userName", "R-02"),
            ("callerContext", "R-02"),
        ] {
            let applied = changed(|event| drop(event.remove(field)));
            let failure = applied.failure();
            assert_eq!(failure.exception, Exception::InvalidLambdaResponse, "{field}");
            assert_eq!(failure.message.as_deref(), Some("Unrecognizable lambda output"), "{field}");
            assert_eq!((failure.evidence.fact, &*failure.pointer), (fact, &*format!("/{field}")));
            assert!(failure.why.contains(field), "{}", failure.why);
            let expected: &[_] = if fact == "R-02" { &["U-19"] } else { &[] };
            assert_eq!(applied.questions(), expected, "{field}");
        }
    }

    #[test]
    fn a_part_of_the_event_with_another_type_fails_the_sign_in() {
        for (field, value, questions) in [
            ("request", json!([]), &[][..]),
            ("response", Value::Null, &[]),
            ("response", json!("ok"), &[]),
            ("callerContext", json!("caller"), &["U-19"]),
            ("version", json!(2), &["U-19"]),
            ("userName", Value::Null, &["U-19"]),
        ] {
            let applied = changed(|event| drop(event.insert(field.to_owned(), value)));
            assert_eq!(applied.failure().evidence.fact, "X-04", "{field}");
            assert_eq!(applied.questions(), questions, "{field}");
        }
    }

    #[test]
    fn a_changed_field_changes_no_token_and_is_an_open_question() {
        for field in ["userName", "userPoolId", "triggerSource"] {
            let applied = changed(|event| drop(event.insert(field.to_owned(), json!("other"))));
            assert_eq!(*applied.issue(), issued(&Scene::User.situation()), "{field}");
            assert_eq!(applied.questions(), ["U-18"], "{field}");
            assert_eq!(applied.open[0].pointer, format!("/{field}"));
        }
        let applied = changed(|event| drop(event.insert("callerContext".to_owned(), json!({}))));
        assert_eq!(applied.open[0].pointer, "/callerContext/clientId");
    }

    #[test]
    fn a_changed_request_changes_no_token_and_is_an_open_question() {
        for (field, value) in [
            ("userAttributes", json!({})),
            ("groupConfiguration", json!({"groupsToOverride": ["admins"]})),
            ("scopes", json!([])),
        ] {
            let applied = changed(|event| event["request"][field] = value);
            assert_eq!(*applied.issue(), issued(&Scene::User.situation()), "{field}");
            assert_eq!(applied.questions(), ["U-18"], "{field}");
            assert_eq!(applied.open[0].pointer, format!("/request/{field}"));
        }
        for (name, value) in [("email", json!("other@example.com")), ("sub", json!("other")), ("added", json!("x"))] {
            let applied = changed(|event| event["request"]["userAttributes"][name] = value);
            assert_eq!(applied.questions(), ["U-18"], "{name}");
        }
    }

    #[test]
    fn an_event_that_comes_back_as_it_was_leaves_no_question_whatever_its_form() {
        for Scenario { situation, .. } in boundaries() {
            for version in EventVersion::ALL {
                if situation.trigger_source().sent_under(version) {
                    let applied = apply(&situation, version, &event::build(&situation, version));
                    assert_eq!(applied.questions(), [""; 0]);
                }
            }
        }
    }

    #[test]
    fn an_absent_field_that_comes_back_as_null_is_tolerated_and_an_open_question() {
        let null = |path: &'static [&'static str]| {
            let mut situation = Scene::User.situation();
            situation.form.no_preferred_role = NoPreferredRole::Absent;
            let mut answer = event::build(&situation, EventVersion::V1);
            let place = path.iter().fold(&mut answer, |value, key| &mut value[key]);
            *place = Value::Null;
            apply(&situation, EventVersion::V1, &answer)
        };
        for path in [
            &["request", "clientMetadata"][..],
            &["request", "scopes"],
            &["request", "groupConfiguration", "preferredRole"],
        ] {
            let applied = null(path);
            assert_eq!(applied.questions(), ["U-17"], "{path:?}");
            assert_eq!(applied.open[0].pointer, format!("/{}", path.join("/")));
            assert_eq!(applied.refused, []);
        }
    }
}
