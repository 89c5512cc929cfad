//! Scopes.

use std::collections::BTreeMap;

use super::problems::{Check, pointer};
use crate::policy::document::UniqueMap;
use crate::policy::{Fault, Groups, Scopes};

/// The longest scope that Cognito's API knows (S-26).
const LONGEST_SCOPE: usize = 256;

/// Scopes of a user's own session; a client credentials grant is given custom scopes only (E-18).
const USER_SCOPES: [&str; 5] = ["aws.cognito.signin.user.admin", "openid", "email", "phone", "profile"];

impl Check {
    pub(super) fn scopes(&mut self, place: &str, add: Vec<String>, suppress: Vec<String>) -> Scopes {
        let place = format!("{place}/scopes");
        self.scopes_to_add(&format!("{place}/add"), &add, &suppress);
        let place = format!("{place}/suppress");
        self.once_each(&place, &suppress);
        for (index, scope) in suppress.iter().enumerate() {
            self.scope(&format!("{place}/{index}"), scope);
        }
        Scopes { add, suppress, by_group: BTreeMap::new() }
    }

    pub(super) fn scopes_by_group(
        &mut self,
        by_group: UniqueMap<Vec<String>>,
        suppress: &[String],
        groups: &Groups,
    ) -> BTreeMap<String, Vec<String>> {
        for (group, add) in &by_group.0 {
            let place = pointer("/accessToken/scopes/byGroup", group);
            self.group(&place, group);
            self.group_occurs(&place, group, groups);
            self.scopes_to_add(&place, add, suppress);
        }
        by_group.0
    }

    pub(super) fn scopes_of_machine(&mut self, place: &str, scopes: &Scopes) {
        for (index, scope) in scopes.add.iter().enumerate() {
            if USER_SCOPES.contains(&scope.as_str()) {
                self.fault(&format!("{place}/scopes/add/{index}"), Fault::UserScopeForMachine(scope.clone()));
            }
        }
    }

    fn scopes_to_add(&mut self, place: &str, add: &[String], suppress: &[String]) {
        self.once_each(place, add);
        for (index, scope) in add.iter().enumerate() {
            let place = format!("{place}/{index}");
            self.scope(&place, scope);
            if suppress.contains(scope) {
                self.fault(&place, Fault::ScopeAddedAndSuppressed(scope.clone()));
            }
        }
    }

    /// Cognito says only that no scope with blank space can be added (S-18). The rest is the grammar of its API, which is that of RFC
    /// 6749 (S-26): a resource server could not even define another scope.
    fn scope(&mut self, place: &str, scope: &str) {
        if scope.is_empty() {
            self.fault(place, Fault::NoScopeName);
        } else if scope.contains(char::is_whitespace) {
            self.fault(place, Fault::BlankInScope(scope.to_owned()));
        } else if let Some(wrong) = scope.chars().find(|c| !matches!(c, '!' | '#'..='[' | ']'..='~')) {
            self.fault(place, Fault::CharacterInScope(scope.to_owned(), wrong));
        } else if scope.len() > LONGEST_SCOPE {
            self.fault(place, Fault::LongScope(scope.len()));
        }
    }
}
