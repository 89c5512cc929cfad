//! The user's groups in the tokens.
//!
//! What an answer says about groups replaces everything that Cognito knows: groups, roles and preferred role (S-06). An empty or `null`
//! object takes the groups away (S-07). So an answer here either says nothing about groups, or says all of it.
//!
//! Roles and preferred role always stay as they came. The event does not tell which role belongs to which group, so a role cannot leave
//! together with its group; a policy that must take roles away suppresses `cognito:groups`, which takes all three (S-15).

use aws_lambda_events::cognito::GroupConfiguration;

use crate::event::Event;
use crate::policy::Groups;

/// The user's groups after the policy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Membership<'a> {
    /// The user is in no group.
    None,
    /// The user was in groups, and none of them stays.
    NoneLeft,
    /// The user is in these groups, by their names in the user pool.
    Some(Vec<&'a str>),
}

impl<'a> Membership<'a> {
    /// Applies the policy to the groups of the event's user, with or without the groups that others imply.
    pub(crate) fn settle(event: Event<'a>, policy: &'a Groups, with_implied: bool) -> Self {
        let mut was_in_some = false;
        let mut groups = Vec::new();
        for group in event.groups() {
            was_in_some = true;
            if policy.keeps(group) {
                groups.push(group);
            }
        }
        if with_implied && !policy.implies.is_empty() {
            add_implied(&mut groups, policy);
        }
        match (groups.is_empty(), was_in_some) {
            (false, _) => Self::Some(groups),
            (true, true) => Self::NoneLeft,
            (true, false) => Self::None,
        }
    }

    /// The groups' names in the user pool.
    pub(crate) fn names(&self) -> &[&'a str] {
        match self {
            Self::Some(groups) => groups,
            Self::None | Self::NoneLeft => &[],
        }
    }
}

/// What a group is called in the tokens.
pub(crate) fn name_in_token<'a>(group: &'a str, policy: &'a Groups) -> &'a str {
    policy.rename.get(group).map_or(group, String::as_str)
}

/// The group override that says all about `groups`.
///
/// AWS's own type, as it fits here: it always writes all three members, and a `preferredRole` of `null` means that there is none
/// . The types *around* it do not fit. `ClaimsOverrideDetails` and `ClaimsAndScopeOverrideDetailsV2` hold it without an `Option`,
/// so with them a trigger that only adds a claim also answers with an override that gives no groups at all.
pub(crate) fn group_override(event: Event<'_>, groups: &[&str], policy: &Groups) -> GroupConfiguration {
    let mut configuration = GroupConfiguration::default();
    if policy.rename.is_empty() {
        configuration.groups_to_override = groups.iter().map(|group| (*group).to_owned()).collect();
    } else {
        for group in groups {
            let name = name_in_token(group, policy).to_owned();
            // Two groups may be given one name.
            if !configuration.groups_to_override.contains(&name) {
                configuration.groups_to_override.push(name);
            }
        }
    }
    configuration.iam_roles_to_override = event.roles().map(str::to_owned).collect();
    configuration.preferred_role = event.preferred_role().map(str::to_owned);
    configuration
}

/// Appends what the groups imply, and what those imply in turn. A circle ends where it began: no group is added twice.
fn add_implied<'a>(groups: &mut Vec<&'a str>, policy: &'a Groups) {
    let mut next = 0;
    while let Some(implied) = groups.get(next).map(|group| policy.implies.get(*group)) {
        for group in implied.into_iter().flatten() {
            if !groups.contains(&group.as_str()) {
                groups.push(group);
            }
        }
        next += 1;
    }
}
