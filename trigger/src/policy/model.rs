//! A policy that has passed all checks.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::document::Document;
use super::{PolicyError, check};

/// What the trigger changes in the tokens, for whom. See the [crate's page](crate) for its JSON.
///
/// The default policy changes nothing.
///
/// # Examples
///
/// ```
/// use pretoken_trigger::Policy;
///
/// let policy = Policy::parse(r#"{"idToken": {"claims": {"sub": {"value": "me"}}}}"#);
/// assert_eq!(
///     policy.unwrap_err().to_string(),
///     "the policy cannot be used:\n  /idToken/claims/sub: `sub` is issued by Cognito and cannot be set by a trigger; remove it",
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The ID token of a user.
    pub(crate) id: TokenChanges,
    /// The access token of a user.
    pub(crate) access: TokenChanges,
    /// The access token of a machine (client credentials).
    pub(crate) machine: TokenChanges,
    /// The user's groups, in both tokens.
    pub(crate) groups: Groups,
    /// Past this length, in bytes of the signed token, nothing is added.
    pub(crate) max_token_bytes: Option<usize>,
}

impl Policy {
    /// The JSON text of the bundled policy.
    pub const BUNDLED: &str = include_str!("../../policy.json");

    /// Reads a policy from its JSON text.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, does not have a policy's shape, or asks for something that Cognito cannot do. The error lists every
    /// problem with its place as a JSON pointer.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        check::policy(Document::parse(text)?)
    }

    /// Reads a policy from JSON that is already parsed. A member that was written twice cannot be seen any more.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`].
    pub fn from_value(value: &Value) -> Result<Self, PolicyError> {
        check::policy(Document::from_value(value)?)
    }

    /// The policy that comes with the crate: an example that touches every part of an answer. Its text is [`Policy::BUNDLED`].
    #[must_use]
    #[expect(clippy::expect_used, reason = "the text is part of the binary, and a test parses it")]
    pub fn bundled() -> Self {
        Self::parse(Self::BUNDLED).expect("the bundled policy is sound")
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Self::parse(text)
    }
}

/// The tokens that a policy speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `idToken`: the ID token of a user.
    Id,
    /// `accessToken`: the access token of a user.
    Access,
    /// `machineToken`: the access token of a client credentials grant.
    Machine,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "the ID token",
            Self::Access => "the access token",
            Self::Machine => "a machine's access token",
        })
    }
}

/// The changes to one token.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TokenChanges {
    pub(crate) claims: Vec<Claim>,
    pub(crate) suppress: Vec<String>,
    pub(crate) scopes: Scopes,
}

/// A claim to set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) name: String,
    pub(crate) source: Source,
}

/// Where a claim's value comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    /// The policy itself.
    Literal {
        value: Value,
        /// The length of the value as JSON.
        bytes: usize,
    },
    /// A user attribute, as it is or through a table.
    Attribute { name: String, values: Option<BTreeMap<String, String>>, default: Option<String> },
    /// The id of the app client.
    ClientId,
    /// A key of the client metadata, always through a table: the caller is free to send anything (T-08).
    ClientMetadata { key: String, values: BTreeMap<String, String>, default: Option<String> },
}

/// Scopes to add to and to suppress from an access token.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Scopes {
    pub(crate) add: Vec<String>,
    pub(crate) suppress: Vec<String>,
    /// Further scopes to add, by a group's name in the user pool.
    pub(crate) by_group: BTreeMap<String, Vec<String>>,
}

/// What becomes of the user's groups. Names are those of the user pool.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Groups {
    /// Which groups stay; all when not given.
    pub(crate) keep: Option<Selection>,
    /// Which groups go, even when they are kept.
    pub(crate) drop: Selection,
    /// Groups that a group brings with it.
    pub(crate) implies: BTreeMap<String, Vec<String>>,
    /// What a group is called in the tokens.
    pub(crate) rename: BTreeMap<String, String>,
}

impl Groups {
    /// Whether the group of this name stays.
    pub(crate) fn keeps(&self, group: &str) -> bool {
        self.keep.as_ref().is_none_or(|keep| keep.covers(group)) && !self.drop.covers(group)
    }

    /// Whether every user keeps exactly the groups of the user pool.
    pub(crate) fn change_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Groups by name and by prefix.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selection {
    pub(crate) names: Vec<String>,
    pub(crate) prefixes: Vec<String>,
}

impl Selection {
    /// Whether `group` is named here or begins with a prefix.
    pub(crate) fn covers(&self, group: &str) -> bool {
        self.names.iter().any(|name| name == group)
            || self.prefixes.iter().any(|prefix| group.starts_with(prefix.as_str()))
    }
}
