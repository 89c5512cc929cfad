use serde_json::Value;

use super::notes::Notes;
use super::question::{S_17, U_07, U_08, U_29};
use super::requests::{GroupRequest, Names, Requests};
use super::{Refusal, TokenKind, Tokens};
use crate::situation::{Situation, User};

/// Replaces or suppresses the groups of both tokens, and the roles of the ID token, under every event version (S-05, S-13).
pub(super) fn change(requests: &Requests<'_>, situation: &Situation, tokens: &mut Tokens, notes: &mut Notes) {
    let pointer = || format!("{}/groupOverrideDetails", requests.pointer);
    let Some(user) = situation.user() else {
        if requests.groups.asks() {
            notes.refuse(None, "replace the groups", Refusal::MachineGroups, pointer());
            notes.ask(&U_29, pointer());
        }
        return;
    };
    match &requests.groups {
        GroupRequest::Keep => {}
        GroupRequest::Suppress => {
            put(Some(&mut tokens.access), GROUPS, None);
            for claim in [GROUPS, ROLES, PREFERRED_ROLE] {
                put(tokens.id.as_mut(), claim, None);
            }
        }
        GroupRequest::Replace { groups, roles, preferred } => {
            note_losses(user, groups.as_ref(), roles.as_ref(), *preferred, pointer, notes);
            put(Some(&mut tokens.access), GROUPS, claim(*groups));
            put(tokens.id.as_mut(), GROUPS, claim(*groups));
            put(tokens.id.as_mut(), ROLES, claim(*roles));
            put(tokens.id.as_mut(), PREFERRED_ROLE, preferred.map(Value::from));
            for (token, part) in [(TokenKind::Id, &requests.id), (TokenKind::Access, &requests.access)] {
                // In the access token there are no roles that could be lost.
                let given =
                    groups.is_some_and(|names| !names.is_empty()) || (token == TokenKind::Id && requests.groups.asks());
                if given && tokens.get(token).is_some() && part.suppress.iter().any(|(_, name)| name == GROUPS) {
                    notes.refuse(Some(token), "replace the groups", Refusal::GroupsSuppressedToo, pointer());
                }
            }
        }
    }
}

const GROUPS: &str = "cognito:groups";
const ROLES: &str = "cognito:roles";
const PREFERRED_ROLE: &str = "cognito:preferred_role";

/// Asks only where the user had something that the answer may take away.
fn note_losses(
    user: &User,
    groups: Option<&Names<'_>>,
    roles: Option<&Names<'_>>,
    preferred: Option<&str>,
    pointer: impl Fn() -> String,
    notes: &mut Notes,
) {
    let had_roles = user.groups.iter().any(|group| group.role.is_some());
    for (member, given, had) in
        [("groupsToOverride", groups, !user.groups.is_empty()), ("iamRolesToOverride", roles, had_roles)]
    {
        match given {
            None if had => notes.ask(&U_07, format!("{}/{member}", pointer())),
            Some(names) if had && names.is_empty() => notes.ask(&U_08, names.pointer()),
            None | Some(_) => {}
        }
    }
    match preferred {
        None if user.preferred_role().is_some() => notes.ask(&U_07, format!("{}/preferredRole", pointer())),
        Some("") => notes.ask(&S_17, format!("{}/preferredRole", pointer())),
        None | Some(_) => {}
    }
}

/// A list as a claim; an empty one is none (U-08).
fn claim(names: Option<Names<'_>>) -> Option<Value> {
    names.filter(|names| !names.is_empty()).map(Names::to_claim)
}

fn put(payload: Option<&mut super::Payload>, claim: &str, value: Option<Value>) {
    let Some(payload) = payload else { return };
    match value {
        Some(value) => drop(payload.insert(claim.to_owned(), value)),
        None => drop(payload.remove(claim)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::situation::{EventVersion, Scene};
    use crate::tokens::testing::{applied, detailed};
    use crate::tokens::{Applied, issued};

    fn with(version: EventVersion, groups: &Value) -> Applied {
        detailed(Scene::UserInGroups, version, &json!({"groupOverrideDetails": groups}))
    }

    #[test]
    fn groups_are_replaced_in_both_tokens_and_roles_in_the_id_token_under_every_version() {
        // The second V1 example of AWS: the preferred role is none of the roles.
        let groups = json!({"groupsToOverride": ["group-A", "group-B"], "iamRolesToOverride": ["arn:sns_callerA"],
            "preferredRole": "arn:sns_caller"});
        for version in EventVersion::ALL {
            let applied = with(version, &groups);
            let mut expected = issued(&Scene::UserInGroups.situation());
            let id = expected.id.as_mut().unwrap();
            id.insert(GROUPS.to_owned(), json!(["group-A", "group-B"]));
            id.insert(ROLES.to_owned(), json!(["arn:sns_callerA"]));
            id.insert(PREFERRED_ROLE.to_owned(), json!("arn:sns_caller"));
            expected.access.insert(GROUPS.to_owned(), json!(["group-A", "group-B"]));
            assert_eq!(*applied.issue(), expected);
            assert_eq!((applied.refused, applied.open), (vec![], vec![]));
        }
    }

    #[test]
    fn groups_can_be_given_to_a_user_who_has_none() {
        let details = json!({"groupOverrideDetails": {"groupsToOverride": ["virtual"]}});
        let applied = detailed(Scene::User, EventVersion::V1, &details);
        assert_eq!(applied.issue().access[GROUPS], json!(["virtual"]));
        assert_eq!(applied.open, []);
    }

    #[test]
    fn null_or_an_empty_object_suppresses_groups_and_roles() {
        for version in EventVersion::ALL {
            for groups in [Value::Null, json!({})] {
                let applied = with(version, &groups);
                let mut expected = issued(&Scene::UserInGroups.situation());
                for claim in [GROUPS, ROLES, PREFERRED_ROLE] {
                    expected.id.as_mut().unwrap().remove(claim).unwrap();
                }
                expected.access.remove(GROUPS).unwrap();
                assert_eq!(*applied.issue(), expected, "{groups}");
                assert_eq!((applied.refused, applied.open), (vec![], vec![]), "{groups}");
            }
        }
    }

    #[test]
    fn groups_stay_when_nothing_is_said_about_them() {
        let details = json!({"idTokenGeneration": {"claimsToAddOrOverride": {"a": "b"}}});
        let applied = detailed(Scene::UserInGroups, EventVersion::V2, &details);
        let before = issued(&Scene::UserInGroups.situation());
        for claim in [GROUPS, ROLES, PREFERRED_ROLE] {
            assert_eq!(applied.issue().id.as_ref().unwrap()[claim], before.id.as_ref().unwrap()[claim]);
        }
        assert_eq!(applied.issue().access, before.access);
    }

    #[test]
    fn copying_the_group_configuration_changes_nothing_for_anyone() {
        for scene in Scene::ALL {
            let situation = scene.situation();
            for version in
                EventVersion::ALL.into_iter().filter(|version| situation.trigger_source().sent_under(*version))
            {
                let event = event::build(&situation, version);
                let details = json!({"groupOverrideDetails": event["request"]["groupConfiguration"]});
                let applied = applied(&situation, version, &json!({version.container(): details}));
                assert_eq!(*applied.issue(), issued(&situation), "{scene:?}");
                assert_eq!((applied.refused, applied.open), (vec![], vec![]), "{scene:?}");
            }
        }
    }

    #[test]
    fn a_missing_or_null_member_counts_as_empty_and_is_an_open_question_where_something_is_lost() {
        for (groups, members) in [
            (json!({"groupsToOverride": ["admins"]}), &["iamRolesToOverride", "preferredRole"][..]),
            (json!({"preferredRole": "r"}), &["groupsToOverride", "iamRolesToOverride"]),
            (
                json!({"groupsToOverride": null, "iamRolesToOverride": null, "preferredRole": null}),
                &["groupsToOverride", "iamRolesToOverride", "preferredRole"],
            ),
        ] {
            let applied = with(EventVersion::V2, &groups);
            assert_eq!(applied.questions(), vec!["U-07"; members.len()], "{groups}");
            for (open, member) in applied.open.iter().zip(members) {
                assert!(open.pointer.ends_with(&format!("/groupOverrideDetails/{member}")), "{open:?}");
            }
            let id = applied.issue().id.as_ref().unwrap();
            for (member, claim) in
                [("groupsToOverride", GROUPS), ("iamRolesToOverride", ROLES), ("preferredRole", PREFERRED_ROLE)]
            {
                assert_eq!(id.get(claim), groups.get(member).filter(|value| !value.is_null()), "{groups}");
            }
            let nobody = detailed(Scene::User, EventVersion::V2, &json!({"groupOverrideDetails": groups}));
            assert_eq!(nobody.open, [], "{groups}");
        }
    }

    #[test]
    fn empty_lists_leave_no_claim_and_are_an_open_question_where_something_is_lost() {
        let groups = json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": "r"});
        let applied = with(EventVersion::V3, &groups);
        assert_eq!(applied.questions(), ["U-08", "U-08"]);
        let tokens = applied.issue();
        assert!(!tokens.access.contains_key(GROUPS));
        let id = tokens.id.as_ref().unwrap();
        assert!(!id.contains_key(GROUPS) && !id.contains_key(ROLES));
        assert_eq!(id[PREFERRED_ROLE], "r");
    }

    #[test]
    fn an_empty_preferred_role_is_written_and_an_open_question() {
        let applied = with(
            EventVersion::V2,
            &json!({"groupsToOverride": ["a"], "iamRolesToOverride": ["r"],
            "preferredRole": ""}),
        );
        assert_eq!(applied.issue().id.as_ref().unwrap()[PREFERRED_ROLE], "");
        assert_eq!(applied.questions(), ["S-17"]);
    }

    #[test]
    fn suppressing_the_groups_wins_over_replacing_them() {
        let groups = json!({"groupsToOverride": ["a"], "iamRolesToOverride": ["r"], "preferredRole": "r"});
        let suppress = json!({"claimsToSuppress": ["cognito:groups"]});
        let details = json!({"idTokenGeneration": suppress, "groupOverrideDetails": groups});
        let applied = detailed(Scene::UserInGroups, EventVersion::V2, &details);
        let tokens = applied.issue();
        let id = tokens.id.as_ref().unwrap();
        assert!(!id.contains_key(GROUPS) && !id.contains_key(ROLES) && !id.contains_key(PREFERRED_ROLE));
        assert_eq!(tokens.access[GROUPS], json!(["a"]));
        assert_eq!(applied.refusals(), [Refusal::GroupsSuppressedToo]);
        assert_eq!(applied.refused[0].token, Some(TokenKind::Id));
        assert_eq!(applied.open, []);
    }

    #[test]
    fn a_machine_has_no_groups_to_replace() {
        let details = json!({"groupOverrideDetails": {"groupsToOverride": ["a"]}});
        let applied = detailed(Scene::Machine, EventVersion::V3, &details);
        assert_eq!(*applied.issue(), issued(&Scene::Machine.situation()));
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::MachineGroups], vec!["U-29"]));
        for nothing in [Value::Null, json!({}), json!({"groupsToOverride": [], "preferredRole": null})] {
            let details = json!({"groupOverrideDetails": nothing});
            assert_eq!(detailed(Scene::Machine, EventVersion::V3, &details).refused, [], "{nothing}");
        }
    }

    #[test]
    fn roles_are_lost_with_suppressed_groups_in_the_token_that_has_them() {
        for (part, refusals) in
            [("idTokenGeneration", &[Refusal::GroupsSuppressedToo][..]), ("accessTokenGeneration", &[])]
        {
            // An empty list of groups is none that could be lost.
            for groups in [Value::Null, json!([])] {
                let details = json!({part: {"claimsToSuppress": ["cognito:groups"]}, "groupOverrideDetails":
                    {"groupsToOverride": groups, "iamRolesToOverride": ["r"], "preferredRole": "r"}});
                assert_eq!(detailed(Scene::UserInGroups, EventVersion::V2, &details).refusals(), refusals, "{part}");
            }
        }
    }

    #[test]
    fn the_place_of_a_loss_is_the_member_that_brings_it_about() {
        let place = |details: &Value| {
            let open = detailed(Scene::UserInGroups, EventVersion::V2, details).open;
            open.iter().map(|open| (open.question.id, open.pointer.rsplit('/').next().unwrap().to_owned())).collect()
        };
        let member = |id, member: &str| (id, member.to_owned());
        let empty =
            json!({"groupOverrideDetails": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": "r"}});
        let told: Vec<_> = place(&empty);
        assert_eq!(told, [member("U-08", "groupsToOverride"), member("U-08", "iamRolesToOverride")]);
        let absent = json!({"groupOverrideDetails": {"unknown": 1}});
        let told: Vec<_> = place(&absent);
        assert_eq!(
            told,
            [
                member("U-16", "unknown"),
                member("U-07", "groupsToOverride"),
                member("U-07", "iamRolesToOverride"),
                member("U-07", "preferredRole"),
            ]
        );
    }
}
