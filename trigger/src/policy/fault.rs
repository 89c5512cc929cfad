//! What can be wrong with a policy.

use std::fmt;

use super::Token;

/// Why a policy is refused: every problem that was found, in the order of the document's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    problems: Vec<Problem>,
}

impl PolicyError {
    /// The problems; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }
}

impl std::error::Error for PolicyError {}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the policy cannot be used:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// A fault and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A JSON pointer into the policy, such as `/idToken/claims/sub`; empty for the policy as a whole.
    pub place: String,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => write!(f, "{}", self.fault),
            place => write!(f, "{place}: {}", self.fault),
        }
    }
}

/// What is wrong with a part of a policy. The text says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the text of each variant is its documentation")]
pub enum Fault {
    // The document.
    #[error("this is not JSON: {0}")]
    NotJson(String),
    #[error("{0}")]
    Shape(String),
    #[error("`{0}` stands here twice; remove one")]
    Twice(String),
    #[error("no event version is named; name one of `1`, `2`, `3`, or leave `eventVersions` out")]
    NoEventVersion,
    #[error("{token} cannot be changed under {}; {next}", versions(.token))]
    WrongEventVersions { token: Token, next: &'static str },
    #[error("{bytes} bytes leave no room beside Cognito's own claims; use {least} or more")]
    BudgetTooSmall { bytes: usize, least: usize },

    // The name of a claim.
    #[error("a claim needs a name")]
    NoClaimName,
    #[error("`{name}` is issued by Cognito and cannot be {action} by a trigger; remove it")]
    IssuedByCognito { name: String, action: Action },
    #[error("`{name}` follows from the user's groups and cannot be set as a claim; use `groups`")]
    GroupClaimSet { name: String },
    #[error("`{name}` is suppressed together with `cognito:groups` and not by itself; name `cognito:groups`")]
    RoleSuppressed { name: String },
    #[error(
        "`{name}`: the namespace `cognito:` is Cognito's, and its claims cannot be {action}; remove it or choose another name"
    )]
    CognitoClaim { name: String, action: Action },
    #[error("`{name}`: a `dev:` claim can be suppressed, but not set; choose another name")]
    DeveloperClaimSet { name: String },
    #[error("`scope` is not changed as a claim; use `scopes` of `accessToken` or `machineToken`")]
    ScopeAsClaim,
    #[error("`aud` of the ID token cannot be {action}; remove it")]
    IdTokenAudience { action: Action },
    #[error("`aud` of an access token cannot be suppressed; remove it")]
    AudienceSuppressed,
    #[error("`aud` of an access token can only be the id of the app client; write `{{\"clientId\": true}}`")]
    ForeignAudience,
    #[error("`{name}` is also suppressed, so what is set here would be lost; remove one of the two")]
    SetAndSuppressed { name: String },

    // The source of a claim's value.
    #[error("a claim needs one source: `value`, `attribute`, `clientId` or `clientMetadata`")]
    NoSource,
    #[error("a claim has one source of `value`, `attribute`, `clientId` and `clientMetadata`; remove the others")]
    SeveralSources,
    #[error("`{member}` has no meaning beside `{source_member}`; remove it")]
    WithoutMeaning { member: &'static str, source_member: &'static str },
    #[error("`clientId` can only be `true`; leave the claim out instead")]
    ClientIdFalse,
    #[error("the name of the {0} is empty")]
    NoKey(&'static str),
    #[error("a machine has no attributes; use `value`, `clientId` or `clientMetadata`")]
    AttributeOfMachine,
    #[error(
        "client metadata reaches a user's sign-in but not the refresh, where the claim would be lost; use it in `machineToken` only"
    )]
    MetadataOfUser,
    #[error("the caller chooses client metadata; list in `values` what may come, and what the claim then says")]
    MetadataWithoutValues,
    #[error("`values` is empty, so the source can never be used; list what may come")]
    NoValues,

    // A value.
    #[error("`null` is not a claim value; leave the claim out, or suppress it")]
    Null,
    #[error(
        "a list can hold texts, numbers and booleans, and this entry is {0}; put the list into an object, or change the entry"
    )]
    ListEntry(&'static str),
    #[error("`{name}` of the ID token cannot hold {found}; use a text, a number or a boolean")]
    NotSimple { name: String, found: &'static str },
    #[error("event version 1 carries texts only, and this is {0}; quote it, or serve event version 2")]
    NotText(&'static str),
    #[error("`{0}` says nothing, and a consumer would take it for a value; leave it out")]
    SaysNothing(String),

    // Scopes.
    #[error("a scope needs a name")]
    NoScopeName,
    #[error("`{0}` holds white space, and Cognito adds no such scope; write two scopes, or remove it")]
    BlankInScope(String),
    #[error("`{0}` holds `{1}`, which a scope cannot hold; use visible ASCII characters without `\"` and `\\`")]
    CharacterInScope(String, char),
    #[error("a scope has 256 characters at most, and this one has {0}")]
    LongScope(usize),
    #[error("`{0}` is also suppressed; remove one of the two")]
    ScopeAddedAndSuppressed(String),
    #[error("`{0}` is for users, and a client credentials grant has custom scopes only; remove it")]
    UserScopeForMachine(String),

    // Groups.
    #[error("`{0}` cannot be a group: a name has 1 to 128 characters, and neither white space nor control characters")]
    GroupName(String),
    #[error("no group would be kept; suppress `cognito:groups` in both tokens instead")]
    KeepsNothing,
    #[error("an empty prefix covers every group; remove it")]
    EmptyPrefix,
    #[error("no user's token ever holds the group `{0}` under this policy; keep it, or remove this")]
    GroupNeverThere(String),
    #[error("the group `{0}` is dropped; remove it here or there")]
    ImpliedGroupDropped(String),
    #[error("`{0}` is its own name; remove it")]
    SameGroup(String),
    #[error("this lists no group; remove it")]
    NoGroup,

    // Sizes.
    #[error("{bytes} bytes would be added, and {limit} is the most: tokens travel in headers; add less")]
    TooLarge { bytes: usize, limit: usize },
}

/// What a policy tries to do with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Add it or override its value.
    Set,
    /// Take it away.
    Suppress,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Set => "set",
            Self::Suppress => "suppressed",
        })
    }
}

/// The event versions that have no say over a token.
fn versions(token: &Token) -> &'static str {
    match token {
        Token::Machine => "event versions 1 and 2",
        Token::Access | Token::Id => "event version 1",
    }
}
