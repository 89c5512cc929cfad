use std::fmt;

/// One of the two tokens that a trigger can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// The ID token; only users have one.
    Id,
    /// The access token.
    Access,
}

impl TokenKind {
    /// The token's name in prose.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "ID token",
            Self::Access => "access token",
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a trigger may do with a claim of a given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It may be set and suppressed.
    Free,
    /// It can be neither set nor suppressed.
    Immutable,
    /// `aud`: in the access token it may be set, to the client id only; in the ID token it is immutable.
    Audience,
    /// `cognito:groups`: set by `groupOverrideDetails`, suppressed by its name.
    Groups,
    /// `cognito:roles` and `cognito:preferred_role`: set by `groupOverrideDetails`, suppressed with `cognito:groups`.
    Roles,
    /// Any other name with the prefix `cognito:`: can be neither set nor suppressed.
    CognitoPrefix,
    /// A name with the prefix `dev:`: cannot be set, may be suppressed.
    DevPrefix,
    /// `scope`: changed by the lists of scopes only.
    Scope,
}

/// What a trigger may do with a claim, by AWS's table of claims and scopes
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>).
///
/// The table names a token beside some claims (`client_id`: access). It does not say that such a name would be free in
/// the other token, and the list of 2023 knew no such difference, so a name that is immutable in one token is taken as
/// immutable in both (C-02, C-06).
///
/// ```
/// use pretoken::tokens::{Standing, standing};
/// assert_eq!(standing("sub"), Standing::Immutable);
/// assert_eq!(standing("cognito:mfa"), Standing::CognitoPrefix);
/// assert_eq!(standing("custom:tenant"), Standing::Free);
/// ```
pub fn standing(claim: &str) -> Standing {
    match claim {
        "aud" => Standing::Audience,
        "scope" => Standing::Scope,
        "cognito:groups" => Standing::Groups,
        "cognito:roles" | "cognito:preferred_role" => Standing::Roles,
        _ if IMMUTABLE.contains(&claim) => Standing::Immutable,
        _ if claim.starts_with("cognito:") => Standing::CognitoPrefix,
        _ if claim.starts_with("dev:") => Standing::DevPrefix,
        _ => Standing::Free,
    }
}

/// The names that the table calls neither addable, nor modifiable, nor suppressible.
const IMMUTABLE: [&str; 21] = [
    "acr",
    "amr",
    "at_hash",
    "auth_time",
    "azp",
    "client_id",
    "cognito:username",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
    "username",
    "version",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_list_of_2023_is_still_immutable() {
        let list = "acr amr aud at_hash auth_time azp cognito:username exp iat identities iss jti nbf nonce origin_jti sub token_use";
        for claim in list.split(' ') {
            assert!(matches!(standing(claim), Standing::Immutable | Standing::Audience), "{claim}");
        }
    }

    #[test]
    fn prefixes_count_only_at_the_start() {
        assert_eq!(standing("my:cognito:groups"), Standing::Free);
        assert_eq!(standing("dev"), Standing::Free);
        assert_eq!(standing("dev:custom:x"), Standing::DevPrefix);
    }
}
