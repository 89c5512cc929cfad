//! Groups.

use std::collections::BTreeSet;

use super::problems::{Check, pointer};
use super::whole::MOST_BYTES;
use crate::policy::document::GroupsDocument;
use crate::policy::{Fault, Groups, Selection};

/// The longest group name that Cognito's API knows (O-07).
const LONGEST_GROUP: usize = 128;

impl Check {
    pub(super) fn groups(&mut self, document: GroupsDocument) -> Groups {
        let GroupsDocument { keep, keep_prefixes, drop, drop_prefixes, implies, rename } = document;
        let keep = match (keep, keep_prefixes) {
            (None, None) => None,
            (names, prefixes) => {
                Some(Selection { names: names.unwrap_or_default(), prefixes: prefixes.unwrap_or_default() })
            }
        };
        let drop = Selection { names: drop, prefixes: drop_prefixes };
        if let Some(keep) = &keep {
            self.selection("/groups/keep", "/groups/keepPrefixes", keep);
            if keep.names.is_empty() && keep.prefixes.is_empty() {
                self.fault("/groups/keep", Fault::KeepsNothing);
            }
        }
        self.selection("/groups/drop", "/groups/dropPrefixes", &drop);
        let groups = Groups { keep, drop, implies: implies.0, rename: rename.0 };
        self.implies(&groups);
        self.rename(&groups);
        self.groups_size(&groups);
        groups
    }

    fn selection(&mut self, place_of_names: &str, place_of_prefixes: &str, selection: &Selection) {
        self.once_each(place_of_names, &selection.names);
        self.once_each(place_of_prefixes, &selection.prefixes);
        for (index, name) in selection.names.iter().enumerate() {
            self.group(&format!("{place_of_names}/{index}"), name);
        }
        for (index, prefix) in selection.prefixes.iter().enumerate() {
            if prefix.is_empty() {
                self.fault(&format!("{place_of_prefixes}/{index}"), Fault::EmptyPrefix);
            }
        }
    }

    fn implies(&mut self, groups: &Groups) {
        for (group, implied) in &groups.implies {
            let place = pointer("/groups/implies", group);
            self.group(&place, group);
            self.group_occurs(&place, group, groups);
            self.once_each(&place, implied);
            if implied.is_empty() {
                self.fault(&place, Fault::NoGroup);
            }
            for (index, name) in implied.iter().enumerate() {
                let place = format!("{place}/{index}");
                self.group(&place, name);
                if name == group {
                    self.fault(&place, Fault::SameGroup(name.clone()));
                } else if groups.drop.covers(name) {
                    self.fault(&place, Fault::ImpliedGroupDropped(name.clone()));
                }
            }
        }
    }

    fn rename(&mut self, groups: &Groups) {
        for (group, name) in &groups.rename {
            let place = pointer("/groups/rename", group);
            self.group(&place, group);
            self.group(&place, name);
            self.group_occurs(&place, group, groups);
            if name == group {
                self.fault(&place, Fault::SameGroup(name.clone()));
            }
        }
    }

    /// What groups may add to both tokens: the implied ones, and what renamed ones are called.
    fn groups_size(&mut self, groups: &Groups) {
        let implied: BTreeSet<&String> = groups.implies.values().flatten().collect();
        // Quotes and comma.
        let bytes = implied.into_iter().chain(groups.rename.values()).map(|name| name.len() + 3).sum();
        if bytes > MOST_BYTES {
            self.fault("/groups", Fault::TooLarge { bytes, limit: MOST_BYTES });
        }
    }

    pub(super) fn group_occurs(&mut self, place: &str, group: &str, groups: &Groups) {
        let is_implied = groups.implies.values().flatten().any(|implied| implied == group);
        if !groups.keeps(group) && !is_implied {
            self.fault(place, Fault::GroupNeverThere(group.to_owned()));
        }
    }

    /// The pattern of Cognito's API is `[\p{L}\p{M}\p{S}\p{N}\p{P}]+` (O-07); what it leaves out is, in practice, white space and control
    /// characters.
    pub(super) fn group(&mut self, place: &str, name: &str) {
        let length = name.chars().count();
        if length == 0 || length > LONGEST_GROUP || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
            self.fault(place, Fault::GroupName(name.to_owned()));
        }
    }
}
