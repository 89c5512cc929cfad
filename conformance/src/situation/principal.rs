use super::{AttributeName, GroupName, RoleArn, Text, UserName};

/// Who gets the tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum Principal {
    /// A user of the pool.
    User(User),
    /// An app client on its own behalf; it gets an access token only.
    Machine,
}

/// A user of the pool.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The name in the pool.
    pub name: UserName,
    /// The immutable id.
    pub sub: Text,
    /// The account's state.
    pub status: UserStatus,
    /// What the profile holds beside `sub`, `cognito:user_status` and `identities`. Names are unique.
    pub attributes: Vec<Attribute>,
    /// The groups that the user is in. Names are unique.
    pub groups: Vec<Group>,
    /// The identities at other providers; the attribute `identities` is made from them.
    pub identities: Vec<Identity>,
    /// The key of a remembered device.
    pub device: Option<Text>,
}

/// One attribute of a profile. Values are strings, whatever the attribute's type (E-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, with its prefix.
    pub name: AttributeName,
    /// Its value.
    pub value: Text,
}

/// A group that the user is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: GroupName,
    /// The IAM role that it carries.
    pub role: Option<RoleArn>,
    /// Its precedence: the lowest number wins, none loses (E-16).
    pub precedence: Option<u32>,
}

/// An identity at another provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name in the pool.
    pub provider: Text,
    /// The provider's type (`SAML`, `OIDC`, `Google`, …).
    pub kind: Text,
    /// The user's id there.
    pub user_id: Text,
    /// Whether this is the identity that the profile was made for.
    pub primary: bool,
}

/// The event's `cognito:user_status` (E-11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// The usual state.
    #[default]
    Confirmed,
    /// Signed in through another provider.
    ExternalProvider,
    /// Has still to replace a temporary password.
    ForceChangePassword,
    /// Has still to reset the password.
    ResetRequired,
    /// Not confirmed.
    Unconfirmed,
    /// In the API's list of states.
    Archived,
    /// In the API's list of states.
    Compromised,
    /// In the API's list of states.
    Unknown,
}

impl UserStatus {
    /// Every state, the plainest first.
    pub const ALL: [Self; 8] = [
        Self::Confirmed,
        Self::ExternalProvider,
        Self::ForceChangePassword,
        Self::ResetRequired,
        Self::Unconfirmed,
        Self::Archived,
        Self::Compromised,
        Self::Unknown,
    ];

    /// The word in the event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Archived => "ARCHIVED",
            Self::Compromised => "COMPROMISED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The state that an event's word names.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl User {
    /// The value of an attribute that the profile holds.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.name.as_str() == name).map(|attribute| &*attribute.value)
    }

    /// The roles of the user's groups, each once, in the groups' order (E-16).
    pub fn roles(&self) -> Vec<&RoleArn> {
        let mut roles: Vec<&RoleArn> = Vec::new();
        for role in self.groups.iter().filter_map(|group| group.role.as_ref()) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }

    /// The role of the group with the lowest precedence number.
    ///
    /// No number loses against any number. Where groups tie and carry different roles, "the `cognito:preferred_role`
    /// claim isn't set"
    /// (<https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html>, fact E-16).
    ///
    /// ```
    /// use pretoken::situation::{Scene, Principal};
    /// let situation = Scene::UserInGroups.situation();
    /// let Principal::User(user) = &situation.principal else { unreachable!() };
    /// assert_eq!(user.preferred_role().unwrap().as_str(), "arn:aws:iam::123456789012:role/admins");
    /// ```
    pub fn preferred_role(&self) -> Option<&RoleArn> {
        let rank = |group: &Group| group.precedence.map_or(u64::MAX, u64::from);
        let best = self.groups.iter().map(rank).min()?;
        let mut roles = self.groups.iter().filter(|group| rank(group) == best).filter_map(|group| group.role.as_ref());
        let first = roles.next()?;
        roles.all(|role| role == first).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(groups: Vec<Group>) -> User {
        User {
            name: "u".into(),
            sub: "s".into(),
            status: UserStatus::Confirmed,
            attributes: vec![],
            groups,
            identities: vec![],
            device: None,
        }
    }

    fn group(name: &'static str, role: Option<&'static str>, precedence: Option<u32>) -> Group {
        Group { name: name.into(), role: role.map(RoleArn::from), precedence }
    }

    #[test]
    fn the_lowest_precedence_number_gives_the_preferred_role() {
        let user = user(vec![group("a", Some("ra"), Some(5)), group("b", Some("rb"), Some(0)), group("c", None, None)]);
        assert_eq!(user.preferred_role().map(RoleArn::as_str), Some("rb"));
    }

    #[test]
    fn a_group_without_precedence_loses_against_any_number() {
        let user = user(vec![group("a", Some("ra"), None), group("b", Some("rb"), Some(900))]);
        assert_eq!(user.preferred_role().map(RoleArn::as_str), Some("rb"));
    }

    #[test]
    fn a_tie_between_different_roles_sets_no_preferred_role() {
        let user = user(vec![group("a", Some("ra"), Some(1)), group("b", Some("rb"), Some(1))]);
        assert_eq!(user.preferred_role(), None);
        assert_eq!(user.roles().len(), 2);
    }

    #[test]
    fn a_tie_between_equal_roles_sets_that_role_and_lists_it_once() {
        let user = user(vec![group("a", Some("ra"), Some(1)), group("b", Some("ra"), Some(1))]);
        assert_eq!(user.preferred_role().map(RoleArn::as_str), Some("ra"));
        assert_eq!(user.roles().len(), 1);
    }
}
