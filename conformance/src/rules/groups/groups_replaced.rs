use serde_json::{Value, json};

use crate::rules::miniature::{group_configuration, with_group_override, with_groups};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "groups-replaced",
    level: Level::Advice,
    family: Family::Groups,
    versions: &EventVersion::ALL,
    title: "not one of the user's groups survives the override",
    requires: "An override that is meant to add groups repeats those that the event lists.",
    why: "`groupsToOverride` replaces the groups, so an administrator becomes a plain user when it was meant to add one",
    mend: "start from the event's `groupConfiguration` and add to its lists; if replacing is meant, allow this rule",
    sources: &[Citation {
        fact: "S-06",
        certainty: Certainty::Documented,
        words: "the function replaces the `groupOverrideDetails` object with the object that it provides",
        url: PRE_TOKEN,
    }],
    reasons: &["no-group-survives"],
    violates: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["signed-in"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["admins","editors","signed-in"],"iamRolesToOverride":["arn:aws:iam::123456789012:role/admins","arn:aws:iam::123456789012:role/editors"],"preferredRole":"arn:aws:iam::123456789012:role/admins"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "no-group-survives",
            about: "adds every user to a group, as it believes",
            trigger: puts_everyone_into_one_group,
        },
        Miniature {
            reason: "no-group-survives",
            about: "writes the names of groups in small letters",
            trigger: |event| with_groups(event, |group| group.to_lowercase().into()),
        },
        Miniature {
            reason: "no-group-survives",
            about: "takes the pool's id off the groups of providers",
            trigger: |event| {
                let pool = format!("{}_", event.get("userPoolId").and_then(Value::as_str).unwrap_or_default());
                with_groups(event, |group| group.strip_prefix(&pool).unwrap_or(&group).into())
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(given) = exchange.group_override().and_then(|given| given.get("groupsToOverride")?.as_array()) else {
        return;
    };
    let had = exchange.event_groups("groupsToOverride");
    // Without a name among them there is no replacement, only the fault of `non-string-in-list`.
    let Some(first) = given.iter().find_map(Value::as_str) else { return };
    if had.is_empty() {
        return;
    }
    verdict.applies();
    // Suppressed by name in every token, the groups of the override never reach one (S-16).
    if given.iter().any(|group| had.contains(group)) || exchange.suppresses_everywhere("cognito:groups") {
        return;
    }
    verdict.violated(
        "no-group-survives",
        format!("{}/groupOverrideDetails/groupsToOverride", exchange.details_pointer()),
        format!("`groupsToOverride` starts with `{first}` and lists none of the user's groups"),
        "`cognito:groups` of both tokens holds the new groups only",
    );
}

fn puts_everyone_into_one_group(event: Value) -> Outcome {
    if group_configuration(&event).is_none() {
        return Outcome::Answered(event);
    }
    with_group_override(event, json!({"groupsToOverride": ["signed-in"], "iamRolesToOverride": []}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;

    fn violations(scene: Scene, groups: &Value) -> usize {
        let situation = scene.situation();
        let event = event::build(&situation, EventVersion::V2);
        let outcome = with_group_override(event.clone(), json!({"groupsToOverride": groups}));
        let mut verdict = Verdict::default();
        let exchange = Exchange::new(&situation, EventVersion::V2, &event, &outcome);
        check(&exchange, &mut verdict);
        verdict.violations().len()
    }

    #[test]
    fn a_user_without_groups_loses_none() {
        assert_eq!(violations(Scene::User, &json!(["signed-in"])), 0);
    }

    #[test]
    fn one_survivor_is_enough() {
        assert_eq!(violations(Scene::UserInGroups, &json!(["signed-in", "editors"])), 0);
    }

    #[test]
    fn an_empty_list_is_left_to_the_rule_on_suppressed_groups() {
        assert_eq!(violations(Scene::UserInGroups, &json!([])), 0);
        assert_eq!(violations(Scene::UserInGroups, &json!([null])), 0);
    }
}
