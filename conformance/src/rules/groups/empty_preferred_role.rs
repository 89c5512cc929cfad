use serde_json::{Value, json};

use crate::rules::exchange::gives_nothing;
use crate::rules::miniature::{group_configuration, groups, roles, when, with_group_override};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "empty-preferred-role",
    level: Level::Warning,
    family: Family::Groups,
    versions: &EventVersion::ALL,
    title: "the preferred role is an empty text",
    requires: "`preferredRole` is a role's ARN, `null`, or absent.",
    why: "AWS does not say whether an empty name is left out or becomes the claim; as a claim it names no role that an \
          identity pool could hand out",
    mend: "leave `preferredRole` out, or pass on the event's own `null`",
    sources: &[
        Citation {
            fact: "S-06",
            certainty: Certainty::Documented,
            words: "what the override holds replaces what the event had, so the empty text is taken as it stands",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "E-14",
            certainty: Certainty::ObservedByOthers,
            words: "Cognito itself writes `null` for a user without a preferred role, or leaves the key out",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["empty-text"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["signed-in"],"iamRolesToOverride":[],"preferredRole":""}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["signed-in"],"iamRolesToOverride":[],"preferredRole":null}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "empty-text",
            about: "copies the group configuration with a default for the preferred role that may be null",
            trigger: defaults_to_empty_text,
        },
        Miniature {
            reason: "empty-text",
            about: "prefers the first role, and an empty text where there is none",
            trigger: |event| {
                let Some(mut configuration) = group_configuration(&event) else { return Outcome::Answered(event) };
                let first = roles(&event).first().cloned().unwrap_or_default();
                configuration.insert("preferredRole".to_owned(), json!(first));
                when(!groups(&event).is_empty(), event, |event| {
                    with_group_override(event, Value::Object(configuration))
                })
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(given) = exchange.group_override().and_then(Value::as_object) else { return };
    let Some(preferred) = given.get("preferredRole").and_then(Value::as_str) else { return };
    // What a machine is given has no effect at all: `no-effect-for-machine`.
    if exchange.situation.user().is_none() {
        return;
    }
    verdict.applies();
    // An override that gives nothing to a user who has groups is the subject of `groups-suppressed`.
    let gives_no_lists = gives_nothing(given.get("groupsToOverride")) && gives_nothing(given.get("iamRolesToOverride"));
    if !preferred.is_empty() || (gives_no_lists && !exchange.event_groups("groupsToOverride").is_empty()) {
        return;
    }
    verdict.violated(
        "empty-text",
        format!("{}/groupOverrideDetails/preferredRole", exchange.details_pointer()),
        "`preferredRole` is an empty text",
        "`cognito:preferred_role` of the ID token is empty or missing; AWS does not say which",
    );
}

fn defaults_to_empty_text(event: Value) -> Outcome {
    let Some(mut configuration) = group_configuration(&event) else { return Outcome::Answered(event) };
    let preferred = configuration.get("preferredRole").and_then(Value::as_str).unwrap_or_default().to_owned();
    configuration.insert("preferredRole".to_owned(), json!(preferred));
    with_group_override(event, Value::Object(configuration))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;

    #[test]
    fn an_override_that_takes_the_groups_away_is_reported_for_that_alone() {
        let situation = Scene::UserInGroups.situation();
        let event = event::build(&situation, EventVersion::V1);
        let nothing = json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": ""});
        let outcome = with_group_override(event.clone(), nothing);
        let mut verdict = Verdict::default();
        let exchange = Exchange::new(&situation, EventVersion::V1, &event, &outcome);
        check(&exchange, &mut verdict);
        assert!(verdict.applied());
        assert!(verdict.violations().is_empty());
        crate::rules::find("groups-suppressed").unwrap().judge(&exchange, &mut verdict);
        assert_eq!(verdict.violations()[0].reason, "members-empty");
    }

    #[test]
    fn groups_or_roles_alone_leave_the_empty_text_to_be_told() {
        let situation = Scene::UserInGroups.situation();
        let event = event::build(&situation, EventVersion::V1);
        let (groups, roles) = (json!(["admins"]), json!(["arn:aws:iam::123456789012:role/admins"]));
        for (given, preferred, told) in [
            (json!({"groupsToOverride": groups}), "", true),
            (json!({"iamRolesToOverride": roles}), "", true),
            (json!({"groupsToOverride": groups}), "arn:aws:iam::123456789012:role/admins", false),
        ] {
            let mut given = given;
            given["preferredRole"] = json!(preferred);
            let outcome = with_group_override(event.clone(), given.clone());
            let mut verdict = Verdict::default();
            check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome), &mut verdict);
            assert_eq!(!verdict.violations().is_empty(), told, "{given}");
        }
    }

    #[test]
    fn whoever_has_no_groups_loses_none_and_has_an_empty_role() {
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V1);
        let outcome = with_group_override(event.clone(), json!({"groupsToOverride": [], "preferredRole": ""}));
        let mut verdict = Verdict::default();
        check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome), &mut verdict);
        assert_eq!(verdict.violations().len(), 1);
    }
}
