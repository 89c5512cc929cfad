use serde_json::{Value, json};

use crate::rules::miniature::{
    access_part, is_for_machine, list_names, set_claim, token_parts, with_claim, with_group_override,
};
use crate::rules::source::INITIATE_AUTH;
use crate::rules::{
    Check, Citation, Comparison, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Scene, Situation};
use crate::target::Outcome;
use crate::tokens::{Payload, TokenKind};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "caller-controlled-claim",
    level: Level::Advice,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "a value that the caller chose arrives in a token unchanged",
    requires: "What the caller passes as `clientMetadata` decides claims only through a check.",
    why: "nobody has checked the value: whoever signs in chooses it, and whoever trusts the token trusts that choice",
    mend: "look the value up in a list of what is allowed, or take the claim from what the user pool knows of the user",
    sources: &[Citation {
        fact: "T-08",
        certainty: Certainty::Documented,
        words: "Amazon Cognito does not validate or encrypt `ClientMetadata`",
        url: INITIATE_AUTH,
    }],
    reasons: &["in-claim", "in-scope-or-group"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"chosen-by-the-caller-1"}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"none"}}}"#,
        ),
    },
    miniatures: &[
        Miniature { reason: "in-claim", about: "copies the client metadata into claims", trigger: copies_the_metadata },
        Miniature {
            reason: "in-scope-or-group",
            about: "grants the scope that the caller names",
            trigger: grants_the_named_scope,
        },
        Miniature {
            reason: "in-claim",
            about: "puts the caller's words into a sentence",
            trigger: |event| {
                let words = event
                    .pointer("/request/clientMetadata")
                    .and_then(Value::as_object)
                    .and_then(|metadata| metadata.values().next()?.as_str().map(ToOwned::to_owned));
                match words {
                    Some(words) => with_claim(event, "note", format!("asked for {words}")),
                    None => Outcome::Answered(event),
                }
            },
        },
        Miniature {
            reason: "in-scope-or-group",
            about: "puts users into the group of the tenant that they name",
            trigger: |event| {
                let tenant =
                    event.pointer("/request/clientMetadata/tenant").cloned().filter(|_| !is_for_machine(&event));
                match tenant {
                    Some(tenant) => with_group_override(event, json!({"groupsToOverride": [tenant]})),
                    None => Outcome::Answered(event),
                }
            },
        },
    ],
    check: Check::Two(Comparison {
        second: Second::Made(with_other_metadata),
        about: "the same with other values in `clientMetadata`",
        labels: ["with the first values", "with the others"],
        judge,
        tells_failures_on: None,
    }),
};

/// The same keys, with values that stand in no event and no trigger: only the caller can have brought them. A trigger that
/// looks a value up in a list of what is allowed does not find them there, and is right.
pub(in crate::rules) fn with_other_metadata(situation: &Situation) -> Option<Situation> {
    if situation.client_metadata.is_empty() {
        return None;
    }
    let mut second = situation.clone();
    for (index, (_, value)) in second.client_metadata.iter_mut().enumerate() {
        *value = format!("{CHOSEN}{}", index + 1).into();
    }
    Some(second)
}

const CHOSEN: &str = "chosen-by-the-caller-";

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    let Some(tokens) = pair.tokens().1 else { return };
    verdict.applies();
    for token in [TokenKind::Id, TokenKind::Access] {
        for (claim, value, chosen) in tokens.get(token).into_iter().flat_map(brought) {
            let grants = matches!(claim, "scope" | "cognito:groups" | "cognito:roles" | "cognito:preferred_role");
            let (reason, effect) = if grants {
                ("in-scope-or-group", format!("whoever signs in chooses a right of the {token}"))
            } else {
                ("in-claim", format!("whoever signs in chooses `{claim}` in the {token}"))
            };
            let whole = if value.as_str() == Some(chosen) { "is" } else { "holds" };
            let message = format!("`{claim}` in the {token} {whole} `{chosen}`, which came as client metadata");
            verdict.violated(reason, pair.place(token, claim), message, effect);
        }
    }
}

/// The claims that hold a value of the caller's, unchanged.
pub(in crate::rules) fn brought(payload: &Payload) -> impl Iterator<Item = (&str, &Value, &str)> {
    payload.iter().filter_map(|(claim, value)| Some((claim.as_str(), value, chosen(value)?)))
}

fn chosen(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => text.split(' ').find(|word| word.starts_with(CHOSEN)),
        Value::Array(list) => list.iter().find_map(chosen),
        Value::Object(map) => map.values().find_map(chosen),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn copies_the_metadata(mut event: Value) -> Outcome {
    let metadata = event.pointer("/request/clientMetadata").and_then(Value::as_object).cloned().unwrap_or_default();
    for part in token_parts(&mut event) {
        for (key, value) in &metadata {
            set_claim(part, &format!("from_{}", key.replace(' ', "_")), value.clone());
        }
    }
    Outcome::Answered(event)
}

fn grants_the_named_scope(mut event: Value) -> Outcome {
    let named = event.pointer("/request/clientMetadata/source").and_then(Value::as_str).map(ToOwned::to_owned);
    if let (Some(named), Some(part)) = (named.filter(|scope| !scope.is_empty()), access_part(&mut event)) {
        list_names(part, "scopesToAdd", &[named.as_str()]);
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Expectations;
    use crate::rules::answer::trial::{answered, compared};
    use crate::situation::Scene;

    #[test]
    fn the_callers_values_are_others_in_the_second_event_and_their_keys_are_not() {
        let plain = Scene::User.situation();
        assert!(with_other_metadata(&plain).is_none());
        let client_metadata = vec![("tenant".into(), "acme".into()), ("role".into(), "admin".into())];
        let second = with_other_metadata(&Situation { client_metadata, ..plain }).unwrap();
        let pairs: Vec<_> = second.client_metadata.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(pairs, [("tenant", "chosen-by-the-caller-1"), ("role", "chosen-by-the-caller-2")]);
    }

    #[test]
    fn a_value_of_the_callers_is_found_wherever_it_stands_and_told_by_what_it_gives() {
        let chosen = "chosen-by-the-caller-1";
        let claim = |value: Value| json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"tenant": value}}});
        for (details, reasons, words) in [
            (claim(json!(chosen)), &["in-claim"][..], "`tenant` in the access token is `chosen-by-the-caller-1`"),
            (claim(json!(format!("of {chosen}"))), &["in-claim"], "`tenant` in the access token holds"),
            (claim(json!(["a", {"b": chosen}])), &["in-claim"], "`tenant` in the access token holds"),
            (claim(json!(format!("not-{chosen}"))), &[], ""),
            (claim(json!([1, null, true])), &[], ""),
            (
                json!({"accessTokenGeneration": {"scopesToAdd": [chosen]}}),
                &["in-scope-or-group"],
                "`scope` in the access",
            ),
            (
                json!({"groupOverrideDetails": {"groupsToOverride": [chosen]}}),
                &["in-scope-or-group"; 2],
                "`cognito:groups`",
            ),
            (
                json!({"groupOverrideDetails": {"groupsToOverride": ["g"], "preferredRole": chosen}}),
                &["in-scope-or-group"],
                "`cognito:preferred_role`",
            ),
        ] {
            let (situation, version) = (Scene::User.situation(), EventVersion::V2);
            let of = |details: &Value| answered(&situation, version, json!({version.container(): details}));
            let both = [(&situation, of(&json!({}))), (&situation, of(&details))];
            let verdict = compared(&RULE, version, both, &[], &Expectations::default());
            assert!(verdict.applied());
            let told: Vec<_> = verdict.violations().iter().map(|one| one.reason).collect();
            assert_eq!(told, reasons, "{details}");
            assert!(
                verdict.violations().iter().all(|one| one.message.starts_with(words)),
                "{:?}",
                verdict.violations()
            );
        }
    }
}
