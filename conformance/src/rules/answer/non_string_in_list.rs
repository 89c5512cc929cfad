use serde_json::{Value, json};

use super::vocabulary::{Shape, Vocabulary, keys};
use crate::rules::miniature::{access_part, attribute, token_parts, with_groups};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "non-string-in-list",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "a list of names has an entry that is not a string",
    requires: "Lists of claims, scopes, groups and roles hold strings only.",
    why: "Cognito reads these lists as lists of strings; an answer of the wrong type fails the sign-in",
    mend: "leave entries without a value out of the list, and write numbers as text",
    sources: &[
        Citation {
            fact: "R-14",
            certainty: Certainty::Documented,
            words: "the syntax: lists of strings",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "X-04",
            certainty: Certainty::ObservedByOthers,
            words: "answers of wrong types: `Unrecognizable lambda output`",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["null-entry", "non-string-entry"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":[null]}}}"#),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["orders/read"]}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "null-entry",
            about: "lists the claim to suppress from a setting that is not set",
            trigger: |event| suppresses(event, &json!([null])),
        },
        Miniature {
            reason: "non-string-entry",
            about: "puts a list of claims into the list of claims",
            trigger: |event| suppresses(event, &json!([["email", "phone_number"]])),
        },
        Miniature {
            reason: "non-string-entry",
            about: "reads its groups as YAML, in which a group named `0` is a number",
            trigger: |event| with_groups(event, |group| group.parse::<i64>().map_or(Value::String(group), Value::from)),
        },
        Miniature {
            reason: "null-entry",
            about: "looks a role's scope up in a table that lacks some roles",
            trigger: |mut event| {
                let role = attribute(&event, "custom:role");
                if let (Some(role), Some(part)) = (role, access_part(&mut event)) {
                    let scope = if role == "admin" { json!("orders/admin:write") } else { Value::Null };
                    part.insert("scopesToAdd".to_owned(), json!([scope]));
                }
                Outcome::Answered(event)
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Vocabulary { is_plain, has_names } = exchange.vocabulary();
    if is_plain {
        if has_names {
            verdict.applies();
        }
        return;
    }
    keys(exchange, |key| {
        if key.shape() != Some(Shape::List) {
            return;
        }
        let Value::Array(list) = key.value else { return };
        if list.is_empty() {
            return;
        }
        verdict.applies();
        let stranger = list.iter().enumerate().find(|(_, entry)| !entry.is_string());
        if let Some((index, entry)) = stranger {
            let (reason, what) =
                if entry.is_null() { ("null-entry", "null") } else { ("non-string-entry", "no string") };
            verdict.violated(
                reason,
                format!("{}/{index}", key.pointer()),
                format!("entry {index} of `{}` is {what}", key.name),
                "AWS does not say what happens; assumed that the sign-in fails with `Unrecognizable lambda output`",
            );
        }
    });
}

fn suppresses(mut event: Value, claims: &Value) -> Outcome {
    for part in token_parts(&mut event) {
        part.insert("claimsToSuppress".to_owned(), claims.clone());
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::super::trial::changed;
    use super::*;

    #[test]
    fn the_first_stranger_of_every_list_is_told() {
        let verdict = changed(&RULE, Scene::UserInGroups, EventVersion::V1, |answer| {
            answer["response"] = json!({"claimsOverrideDetails": {
                "claimsToSuppress": ["email", 1, null],
                "groupOverrideDetails": {"groupsToOverride": [null], "iamRolesToOverride": ["a"], "preferredRole": [1]},
            }});
        });
        let found: Vec<_> = verdict.violations().iter().map(|one| (one.reason, one.pointer.as_str())).collect();
        assert_eq!(
            found,
            [
                ("non-string-entry", "/response/claimsOverrideDetails/claimsToSuppress/1"),
                ("null-entry", "/response/claimsOverrideDetails/groupOverrideDetails/groupsToOverride/0"),
            ]
        );
    }

    #[test]
    fn claims_that_are_lists_are_for_other_rules() {
        let verdict = changed(&RULE, Scene::User, EventVersion::V2, |answer| {
            answer["response"] = json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": {
                "claimsToAddOrOverride": {"scopesToAdd": [null]},
            }}});
        });
        assert!(!verdict.applied());
    }
}
