use serde_json::{Map, Value, json};

use crate::rules::exchange::gives_nothing;
use crate::rules::miniature::{group_configuration, groups, has_attribute, is_from, when, with_group_override};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "groups-suppressed",
    level: Level::Warning,
    family: Family::Groups,
    versions: &EventVersion::ALL,
    title: "the user's groups are taken away by an override that gives none",
    requires: "`groupOverrideDetails`, where the answer has it, gives groups to a user who has groups.",
    why: "`cognito:groups` disappears from both tokens, so members of a group are treated as users without one",
    mend: "leave `groupOverrideDetails` out, or copy the event's `groupConfiguration` into it; to suppress groups on \
           purpose, name `cognito:groups` in `claimsToSuppress`",
    sources: &[
        Citation {
            fact: "S-07",
            certainty: Certainty::Documented,
            words: "an empty or null object in the response suppresses the groups",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "S-11",
            certainty: Certainty::Documented,
            words: "so the `groupOverrideDetails: null` of many samples strips the groups from both tokens",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-07",
            certainty: Certainty::Unknown,
            words: "an object with null, empty or missing members is taken as a replacement with nothing in their place",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "S-12",
            certainty: Certainty::Unknown,
            words: "AWS's Go types always write the object, with null members when nobody touched it",
            url: "https://github.com/aws/aws-lambda-go/blob/main/events/cognito.go",
        },
        Citation {
            fact: "S-10",
            certainty: Certainty::Unknown,
            words: "an empty list of groups beside roles is not spoken of; taken as no groups",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["null-override", "empty-override", "members-empty", "groups-left-out"],
    violates: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"}},"groupOverrideDetails":null}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"idTokenGeneration":{"claimsToAddOrOverride":{"tenant":"acme"}}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "null-override",
            about: "writes out every member that the documentation shows, groups as null",
            trigger: writes_null,
        },
        Miniature {
            reason: "empty-override",
            about: "starts its answer with an empty object for every part",
            trigger: writes_empty_object,
        },
        Miniature {
            reason: "members-empty",
            about: "never mentions groups, but its typed library writes the unset override with null members",
            trigger: writes_null_members,
        },
        Miniature {
            reason: "groups-left-out",
            about: "sets a preferred role and leaves the groups out",
            trigger: sets_preferred_role_alone,
        },
        Miniature {
            reason: "members-empty",
            about: "keeps the groups with its own prefix, though a user may have none of them",
            trigger: |event| {
                let kept: Vec<_> = groups(&event).into_iter().filter(|group| group.starts_with("admin")).collect();
                when(kept.is_empty(), event, |event| with_group_override(event, json!({"groupsToOverride": kept})))
            },
        },
        Miniature {
            reason: "null-override",
            about: "writes null on a refresh",
            trigger: |event| when(is_from(&event, "RefreshTokens"), event, writes_null),
        },
        Miniature {
            reason: "groups-left-out",
            about: "gives administrators another role and leaves their groups out",
            trigger: |event| when(groups(&event).contains(&"admins".to_owned()), event, sets_preferred_role_alone),
        },
        Miniature {
            reason: "empty-override",
            about: "clears what was overridden, for federated users",
            trigger: |event| when(has_attribute(&event, "identities"), event, writes_empty_object),
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(given) = exchange.group_override() else { return };
    // Machines have no groups, so they end here too.
    if exchange.event_groups("groupsToOverride").is_empty() {
        return;
    }
    verdict.applies();
    let Some((reason, what)) = fault(given) else { return };
    // `claimsToSuppress` with `cognito:groups` is the documented way to lose the groups on purpose (S-15), and with it
    // the override no longer matters (S-16). It counts only if every token that the version can change asks for it:
    // an override reaches both tokens, and the one that did not ask would lose its groups in silence.
    if exchange.suppresses_everywhere("cognito:groups") {
        return;
    }
    let pointer = format!("{}/groupOverrideDetails", exchange.details_pointer());
    let documented = matches!(reason, "null-override" | "empty-override");
    let assumed = if documented { "" } else { "; AWS does not say so of this form, it is taken as no groups" };
    verdict.violated(
        reason,
        pointer,
        format!("`groupOverrideDetails` {what}, and the user has groups"),
        format!("`cognito:groups` is missing from the ID token and the access token{assumed}"),
    );
    if !documented {
        verdict.rests_on("U-07");
    }
}

/// The reason and what the override does. Types that do not belong there are the subject of `wrong-type-in-answer`.
fn fault(given: &Value) -> Option<(&'static str, &'static str)> {
    let members = match given {
        Value::Null => return Some(("null-override", "is `null`")),
        Value::Object(members) => members,
        _ => return None,
    };
    if members.is_empty() {
        return Some(("empty-override", "is `{}`"));
    }
    let empty = |name: &str| gives_nothing(members.get(name));
    if !empty("groupsToOverride") || only_unknown(members) {
        None
    } else if empty("iamRolesToOverride") && empty("preferredRole") {
        Some(("members-empty", "has only members that are null or empty"))
    } else {
        Some(("groups-left-out", "gives roles but no `groupsToOverride`"))
    }
}

/// Only keys that AWS does not know: `misspelled-response-key` and `unknown-response-key` say what is wrong with them.
fn only_unknown(members: &Map<String, Value>) -> bool {
    !["groupsToOverride", "iamRolesToOverride", "preferredRole"].into_iter().any(|name| members.contains_key(name))
}

fn writes_null(event: Value) -> Outcome {
    with_group_override(event, Value::Null)
}

fn writes_empty_object(event: Value) -> Outcome {
    with_group_override(event, json!({}))
}

fn writes_null_members(event: Value) -> Outcome {
    with_group_override(event, json!({"groupsToOverride": null, "iamRolesToOverride": null, "preferredRole": null}))
}

fn sets_preferred_role_alone(event: Value) -> Outcome {
    if group_configuration(&event).is_none() {
        return Outcome::Answered(event);
    }
    with_group_override(event, json!({"preferredRole": "arn:aws:iam::123456789012:role/signed-in"}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(scene: Scene, version: EventVersion, response: &'static str) -> Vec<&'static str> {
        let example = Example { scene, version, given: Given::Response(response) };
        let mut verdict = Verdict::default();
        let (situation, event, outcome) = (scene.situation(), example.event(), example.outcome());
        let exchange = Exchange::new(&situation, version, &event, &outcome);
        check(&exchange, &mut verdict);
        verdict.violations().iter().map(|violation| violation.reason).collect()
    }

    #[test]
    fn nothing_is_lost_by_a_user_or_a_machine_without_groups() {
        let response = r#"{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":null}}"#;
        assert!(reasons(Scene::User, EventVersion::V2, response).is_empty());
        assert!(reasons(Scene::Machine, EventVersion::V3, response).is_empty());
        assert_eq!(reasons(Scene::Refresh, EventVersion::V2, response), ["null-override"]);
    }

    #[test]
    fn groups_that_every_token_suppresses_by_name_are_meant_to_go() {
        let v1 = r#"{"claimsOverrideDetails":{"claimsToSuppress":["cognito:groups"],"groupOverrideDetails":{}}}"#;
        assert!(reasons(Scene::UserInGroups, EventVersion::V1, v1).is_empty());
        let both = r#"{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{},
            "idTokenGeneration":{"claimsToSuppress":["cognito:groups"]},
            "accessTokenGeneration":{"claimsToSuppress":["cognito:groups"]}}}"#;
        assert!(reasons(Scene::UserInGroups, EventVersion::V2, both).is_empty());
        let one = r#"{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{},
            "idTokenGeneration":{"claimsToSuppress":["cognito:groups"]}}}"#;
        assert_eq!(reasons(Scene::UserInGroups, EventVersion::V2, one), ["empty-override"]);
    }

    #[test]
    fn an_override_of_another_type_or_with_unknown_keys_only_is_left_to_the_answer_rules() {
        for group_override in
            [r#""admins""#, "[]", r#"{"GroupsToOverride":["admins"]}"#, r#"{"groupsToOverride":{"a":1}}"#]
        {
            let response = format!(r#"{{"claimsOverrideDetails":{{"groupOverrideDetails":{group_override}}}}}"#);
            let response: &'static str = response.leak();
            assert!(reasons(Scene::UserInGroups, EventVersion::V1, response).is_empty(), "{response}");
        }
    }

    #[test]
    fn each_form_of_an_override_without_groups_has_its_reason_and_its_certainty() {
        let event = crate::event::build(&Scene::UserInGroups.situation(), EventVersion::V1);
        for (group_override, reason, assumed) in [
            (Value::Null, "null-override", false),
            (json!({}), "empty-override", false),
            (json!({"groupsToOverride": null}), "members-empty", true),
            (json!({"groupsToOverride": [], "preferredRole": ""}), "members-empty", true),
            (json!({"iamRolesToOverride": ["r"]}), "groups-left-out", true),
            (json!({"preferredRole": "r"}), "groups-left-out", true),
        ] {
            let outcome = with_group_override(event.clone(), group_override.clone());
            let situation = Scene::UserInGroups.situation();
            let mut verdict = Verdict::default();
            check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome), &mut verdict);
            let told = &verdict.violations()[0];
            assert_eq!((told.reason, told.fact), (reason, assumed.then_some("U-07")), "{group_override}");
            assert_eq!(told.effect.contains("AWS does not say so"), assumed, "{group_override}");
        }
    }
}
