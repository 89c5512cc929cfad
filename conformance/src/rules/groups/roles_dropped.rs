use serde_json::{Value, json};

use crate::rules::exchange::gives_nothing;
use crate::rules::miniature::{group_configuration, has_attribute, roles, when, with_group_override};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, RoleArn, Scene, User};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "roles-dropped",
    level: Level::Warning,
    family: Family::Groups,
    versions: &EventVersion::ALL,
    title: "groups are kept without the roles that they carry",
    requires: "An override that keeps some of the event's groups gives their roles and the preferred role too.",
    why: "the ID token loses `cognito:roles` or `cognito:preferred_role`, and an identity pool that chooses the role \
          from the token then refuses the user or falls back to its default role",
    mend: "copy `iamRolesToOverride` and `preferredRole` from the event's `groupConfiguration` beside the groups",
    sources: &[
        Citation {
            fact: "S-06",
            certainty: Certainty::Documented,
            words: "the function replaces the `groupOverrideDetails` object with the object that it provides",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-07",
            certainty: Certainty::Unknown,
            words: "whether a missing member is merged from the event is not stated; taken as not",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["roles-dropped", "preferred-role-dropped"],
    violates: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["admins","editors"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Response(
            r#"{"claimsOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["editors"],"iamRolesToOverride":["arn:aws:iam::123456789012:role/editors"],"preferredRole":"arn:aws:iam::123456789012:role/editors"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "roles-dropped",
            about: "adds a group to the event's groups and forgets the rest of the configuration",
            trigger: adds_group_alone,
        },
        Miniature {
            reason: "preferred-role-dropped",
            about: "copies the lists of groups and roles, but not the preferred role",
            trigger: copies_lists_only,
        },
        Miniature {
            reason: "roles-dropped",
            about: "adds a group for whoever has a tenant, and lists no roles",
            trigger: |event| when(has_attribute(&event, "custom:tenant"), event, adds_group_alone),
        },
        Miniature {
            reason: "preferred-role-dropped",
            about: "prefers no role where there are several",
            trigger: |event| when(roles(&event).len() > 1, event, copies_lists_only),
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(given) = exchange.group_override().and_then(Value::as_object) else { return };
    let Some(groups) = given.get("groupsToOverride").and_then(Value::as_array) else { return };
    let Some(user) = exchange.situation.user() else { return };
    let had_roles = !exchange.event_groups("iamRolesToOverride").is_empty();
    let had_preferred = exchange.event_preferred_role();
    if groups.is_empty() || !(had_roles || had_preferred.is_some()) {
        return;
    }
    verdict.applies();
    // Both claims stand in the ID token only, and they go with `cognito:groups` there (S-15): asked for by name.
    if exchange.suppresses(TokenKind::Id, "cognito:groups") {
        return;
    }
    let pointer = || format!("{}/groupOverrideDetails", exchange.details_pointer());
    let no_roles = gives_nothing(given.get("iamRolesToOverride"));
    // An empty text is the subject of `empty-preferred-role`.
    let no_preferred = matches!(given.get("preferredRole"), None | Some(Value::Null));
    if had_roles && no_roles && keeps_group_with(user, groups, |_| true) {
        let (names, verb) = if no_preferred {
            ("`cognito:roles` and `cognito:preferred_role`", "are")
        } else {
            ("`cognito:roles`", "is")
        };
        verdict.violated(
            "roles-dropped",
            pointer(),
            "`groupOverrideDetails` keeps groups of the event without `iamRolesToOverride`",
            format!("{names} {verb} missing from the ID token; AWS does not say that missing members are merged"),
        );
    } else if let (Some(preferred), true) = (had_preferred, no_preferred)
        && keeps_group_with(user, groups, |role| role.as_str() == preferred)
    {
        verdict.violated(
            "preferred-role-dropped",
            pointer(),
            format!("`groupOverrideDetails` keeps the group that carries `{preferred}` without `preferredRole`"),
            "`cognito:preferred_role` is missing from the ID token; AWS does not say that missing members are merged",
        );
    }
}

/// Whether the answer keeps a group of the user that carries such a role.
///
/// The event does not say which role belongs to which group, but the situation does. A trigger that filters groups and
/// drops the roles of those that are gone is right, so a role counts as dropped only if its group stays. Where no group
/// of the event survives there is nothing to keep; that is the subject of `groups-replaced`.
fn keeps_group_with(user: &User, given: &[Value], is_such: impl Fn(&RoleArn) -> bool) -> bool {
    user.groups
        .iter()
        .filter(|group| group.role.as_ref().is_some_and(&is_such))
        .any(|group| given.iter().any(|name| name.as_str() == Some(group.name.as_str())))
}

fn adds_group_alone(event: Value) -> Outcome {
    let Some(configuration) = group_configuration(&event) else { return Outcome::Answered(event) };
    let mut groups = configuration.get("groupsToOverride").and_then(Value::as_array).cloned().unwrap_or_default();
    groups.push(json!("signed-in"));
    with_group_override(event, json!({"groupsToOverride": groups}))
}

fn copies_lists_only(event: Value) -> Outcome {
    let Some(mut configuration) = group_configuration(&event) else { return Outcome::Answered(event) };
    configuration.remove("preferredRole");
    with_group_override(event, Value::Object(configuration))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;
    use crate::situation::{Group, Principal, Situation};

    fn reasons(situation: &Situation, group_override: Value) -> Vec<&'static str> {
        let event = event::build(situation, EventVersion::V1);
        let outcome = with_group_override(event.clone(), group_override);
        let mut verdict = Verdict::default();
        check(&Exchange::new(situation, EventVersion::V1, &event, &outcome), &mut verdict);
        verdict.violations().iter().map(|violation| violation.reason).collect()
    }

    #[test]
    fn a_group_that_carries_no_role_may_be_kept_without_one() {
        let mut situation = Scene::UserInGroups.situation();
        if let Principal::User(user) = &mut situation.principal {
            user.groups.push(Group { name: "viewers".into(), role: None, precedence: None });
        }
        assert!(reasons(&situation, json!({"groupsToOverride": ["viewers"]})).is_empty());
        assert_eq!(reasons(&situation, json!({"groupsToOverride": ["viewers", "editors"]})), ["roles-dropped"]);
    }

    #[test]
    fn the_preferred_role_may_go_with_its_group() {
        let situation = Scene::UserInGroups.situation();
        let roles = json!(["arn:aws:iam::123456789012:role/editors"]);
        let kept = |group: &str| json!({"groupsToOverride": [group], "iamRolesToOverride": roles});
        assert!(reasons(&situation, kept("editors")).is_empty());
        assert_eq!(reasons(&situation, kept("admins")), ["preferred-role-dropped"]);
    }

    #[test]
    fn other_groups_than_the_events_need_no_roles() {
        let situation = Scene::UserInGroups.situation();
        assert!(reasons(&situation, json!({"groupsToOverride": ["tenant-acme"]})).is_empty());
    }

    #[test]
    fn roles_count_without_a_preferred_one_and_where_the_groups_are_suppressed_they_do_not() {
        let mut situation = Scene::UserInGroups.situation();
        if let Principal::User(user) = &mut situation.principal {
            user.groups.iter_mut().for_each(|group| group.precedence = None);
            assert!(user.preferred_role().is_none() && !user.roles().is_empty());
        }
        assert_eq!(reasons(&situation, json!({"groupsToOverride": ["editors"]})), ["roles-dropped"]);
        assert!(reasons(&situation, json!({"groupsToOverride": []})).is_empty());
        let none = with_group_override(event::build(&situation, EventVersion::V1), json!({"groupsToOverride": []}));
        let mut verdict = Verdict::default();
        let event = event::build(&situation, EventVersion::V1);
        check(&Exchange::new(&situation, EventVersion::V1, &event, &none), &mut verdict);
        assert!(!verdict.applied(), "no group stays with which a role could");
        let event = event::build(&situation, EventVersion::V1);
        let mut answer = event.clone();
        answer["response"] = json!({"claimsOverrideDetails": {
            "claimsToSuppress": ["cognito:groups"], "groupOverrideDetails": {"groupsToOverride": ["editors"]}}});
        let outcome = Outcome::Answered(answer);
        let mut verdict = Verdict::default();
        check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome), &mut verdict);
        assert!(verdict.applied() && verdict.violations().is_empty());
    }

    #[test]
    fn the_effect_names_what_the_id_token_lacks() {
        let situation = Scene::UserInGroups.situation();
        let event = event::build(&situation, EventVersion::V1);
        for (preferred, words) in [
            (json!(null), "`cognito:roles` and `cognito:preferred_role` are missing"),
            (json!("arn:aws:iam::123456789012:role/admins"), "`cognito:roles` is missing"),
        ] {
            let outcome =
                with_group_override(event.clone(), json!({"groupsToOverride": ["admins"], "preferredRole": preferred}));
            let mut verdict = Verdict::default();
            check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome), &mut verdict);
            assert!(verdict.violations()[0].effect.starts_with(words), "{:?}", verdict.violations());
        }
    }
}
