use std::collections::BTreeSet;

use serde_json::Value;

use super::issued::{USER_ADMIN, joined, scope_names};
use super::notes::Notes;
use super::question::{S_25, U_09, U_10, U_28};
use super::requests::Part;
use super::{Payload, Refusal, TokenKind};
use crate::situation::Situation;

/// Adds scopes to the access token and suppresses others: a set, in the order in which they came.
///
/// No scope has to be known to a resource server or the app client (S-19), adding a present one and suppressing an absent
/// one is harmless (S-20, S-21), and the ID token does not change with the scopes (S-28).
pub(super) fn change(part: &Part<'_>, situation: &Situation, access: &mut Payload, notes: &mut Notes) {
    if part.scopes_to_add.is_empty() && part.scopes_to_suppress.is_empty() {
        return;
    }
    let suppressed: BTreeSet<&str> = part.scopes_to_suppress.iter().map(|(_, scope)| scope).collect();
    let mut scopes: Vec<&str> = scope_names(situation).filter(|scope| !suppressed.contains(scope)).collect();
    let mut present: BTreeSet<&str> = scopes.iter().copied().collect();
    let mut seen = BTreeSet::new();
    for (index, scope) in part.scopes_to_add.iter() {
        let pointer = || part.scopes_to_add.entry_pointer(index);
        let refusal = match scope {
            _ if is_blank(scope) => Some((Refusal::BlankScope, &U_10)),
            _ if suppressed.contains(scope) => Some((Refusal::ScopeSuppressedToo, &U_09)),
            _ => None,
        };
        if let Some((reason, question)) = refusal {
            notes.refuse(Some(TokenKind::Access), format!("add the scope `{scope}`"), reason, pointer());
            notes.ask(question, pointer());
            continue;
        }
        if !seen.insert(scope) || is_odd(scope) {
            notes.ask(&U_10, pointer());
        }
        if situation.user().is_none() && NOT_FOR_MACHINES.contains(&scope) {
            notes.ask(&U_28, pointer());
        }
        if present.insert(scope) {
            scopes.push(scope);
        }
    }
    match joined(scopes.into_iter()) {
        Some(scope) => drop(access.insert(SCOPE.to_owned(), Value::String(scope))),
        None if access.remove(SCOPE).is_some() => notes.ask(&S_25, part.scopes_to_suppress.pointer()),
        None => {}
    }
}

const SCOPE: &str = "scope";

/// A machine is granted custom scopes only (E-18); whether a trigger may add these is not said.
const NOT_FOR_MACHINES: [&str; 5] = [USER_ADMIN, "email", "openid", "phone", "profile"];

/// "One or more blank-space characters" (S-18). The empty scope has no place in a list that blanks divide either.
fn is_blank(scope: &str) -> bool {
    scope.is_empty() || scope.contains(char::is_whitespace)
}

/// Whether the API's own `ScopeType` would not take it: 256 characters of `[\x21\x23-\x5B\x5D-\x7E]` (S-26).
fn is_odd(scope: &str) -> bool {
    scope.len() > 256 || !scope.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::{EventVersion, Flow, Scene, Scope};
    use crate::tokens::testing::{applied, detailed};
    use crate::tokens::{Applied, issued};

    fn with(add: &Value, suppress: &Value) -> Applied {
        let details = json!({"accessTokenGeneration": {"scopesToAdd": add, "scopesToSuppress": suppress}});
        detailed(Scene::User, EventVersion::V2, &details)
    }

    #[test]
    fn the_first_v2_example_of_aws_comes_out_as_its_text_says() {
        let mut situation = Scene::UserInGroups.situation();
        situation.flow = Flow::ManagedLoginLocal;
        situation.scopes = ["aws.cognito.signin.user.admin", "openid", "email", "phone"].map(Scope::from).into();
        let response = json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": {"family_name": "Doe"},
                "claimsToSuppress": ["email", "phone_number"]},
            "accessTokenGeneration": {"scopesToAdd": ["openid", "email", "solar-system-data/asteroids.add"],
                "scopesToSuppress": ["phone_number", "aws.cognito.signin.user.admin"]},
            "groupOverrideDetails": {"groupsToOverride": ["new-group-A", "new-group-B", "new-group-C"],
                "iamRolesToOverride": ["new_roleA", "new_roleB", "new_roleC"], "preferredRole": "new_role"}}});
        let applied = applied(&situation, EventVersion::V2, &response);
        let tokens = applied.issue();
        let id = tokens.id.as_ref().unwrap();
        assert_eq!(id["family_name"], "Doe");
        assert!(!id.contains_key("email") && id.contains_key("email_verified"));
        assert_eq!(id["cognito:roles"], json!(["new_roleA", "new_roleB", "new_roleC"]));
        assert_eq!(id["cognito:preferred_role"], "new_role");
        for payload in [id, &tokens.access] {
            assert_eq!(payload["cognito:groups"], json!(["new-group-A", "new-group-B", "new-group-C"]));
        }
        assert_eq!(tokens.access["scope"], "openid email phone solar-system-data/asteroids.add");
        assert_eq!((&*applied.refused, &*applied.open), (&[][..], &[][..]));
    }

    #[test]
    fn scopes_of_openid_connect_can_be_added_to_a_sign_in_through_the_api() {
        let applied = with(&json!(["openid", "nobody/knows.it"]), &json!([]));
        assert_eq!(applied.issue().access["scope"], "aws.cognito.signin.user.admin openid nobody/knows.it");
        assert_eq!(applied.issue().id, issued(&Scene::User.situation()).id);
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }

    #[test]
    fn adding_a_present_scope_and_suppressing_an_absent_one_is_harmless() {
        let applied = with(&json!(["aws.cognito.signin.user.admin"]), &json!(["phone_number"]));
        assert_eq!(*applied.issue(), issued(&Scene::User.situation()));
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }

    #[test]
    fn the_reserved_scope_can_be_suppressed() {
        let applied = with(&json!(["a/b"]), &json!(["aws.cognito.signin.user.admin"]));
        assert_eq!(applied.issue().access["scope"], "a/b");
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }

    #[test]
    fn without_any_scope_left_the_claim_is_gone_and_that_is_an_open_question() {
        let applied = with(&json!([]), &json!(["aws.cognito.signin.user.admin"]));
        assert!(!applied.issue().access.contains_key("scope"));
        assert_eq!(applied.questions(), ["S-25"]);
        assert!(applied.open[0].pointer.ends_with("/accessTokenGeneration/scopesToSuppress"), "{:?}", applied.open);
    }

    #[test]
    fn a_scope_that_is_empty_or_has_a_blank_is_not_added() {
        for scope in ["", " ", "a b", "a\tb", "a\u{a0}b"] {
            let applied = with(&json!(["x", scope]), &json!([]));
            assert_eq!(applied.issue().access["scope"], "aws.cognito.signin.user.admin x", "{scope:?}");
            assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::BlankScope], vec!["U-10"]));
            assert!(applied.refused[0].pointer.ends_with("/accessTokenGeneration/scopesToAdd/1"));
        }
    }

    #[test]
    fn a_scope_in_both_lists_is_suppressed() {
        let applied = with(&json!(["a", "b"]), &json!(["a"]));
        assert_eq!(applied.issue().access["scope"], "aws.cognito.signin.user.admin b");
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::ScopeSuppressedToo], vec!["U-09"]));
    }

    #[test]
    fn a_repeated_or_odd_scope_is_added_once_and_an_open_question() {
        let applied = with(&json!(["a", "a"]), &json!([]));
        assert_eq!(applied.issue().access["scope"], "aws.cognito.signin.user.admin a");
        assert_eq!(applied.questions(), ["U-10"]);
        for odd in ["a\"b", "a\\b", "ä", &"x".repeat(257)] {
            let applied = with(&json!([odd]), &json!([]));
            assert_eq!(applied.issue().access["scope"], format!("aws.cognito.signin.user.admin {odd}"));
            assert_eq!((applied.refusals(), applied.questions()), (vec![], vec!["U-10"]), "{odd}");
        }
        assert_eq!(with(&json!(["x".repeat(256)]), &json!([])).open, []);
    }

    #[test]
    fn the_scopes_of_a_machine_change_under_version_3() {
        let details = json!({"accessTokenGeneration": {"scopesToAdd": ["openid", "new/scope"],
            "scopesToSuppress": ["resourceServerIdentifier1/scope1"]}});
        let applied = detailed(Scene::Machine, EventVersion::V3, &details);
        assert_eq!(applied.issue().access["scope"], "resourceServerIdentifier2/scope2 openid new/scope");
        assert_eq!((applied.refusals(), applied.questions()), (vec![], vec!["U-28"]));
    }
}
