//! What a trigger may do with a claim, by the claim's name.
//!
//! The table is AWS's: <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>,
//! "ID and access token customization". What Cognito does when a trigger names a claim that it cannot change is stated nowhere (it
//! seems to ignore it in silence), so a policy that names one is refused: it cannot have the effect that its author hopes for.

/// Claims that Cognito issues itself, in either token.
const ISSUED_BY_COGNITO: [&str; 21] = [
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

/// ID token claims that cannot hold an object or a list (AWS's note to the claim types of event versions 2 and 3).
const ALWAYS_SIMPLE: [&str; 4] = ["address", "email_verified", "phone_number_verified", "updated_at"];

/// The kinds of claim that AWS's table tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimKind {
    /// May be set and suppressed: the user's attributes, and every name that Cognito has no use for.
    Free,
    /// Cognito's own: neither.
    Issued,
    /// `aud`: may be added to the access token, with the app client's id and nothing else.
    Audience,
    /// `cognito:groups`: set through the group override, suppressed by name.
    Groups,
    /// `cognito:roles` and `cognito:preferred_role`: set through the group override, suppressed along with `cognito:groups`.
    Role,
    /// Any other name in the `cognito:` namespace: neither.
    Cognito,
    /// `dev:` attributes: may only be suppressed.
    Developer,
    /// `scope`: has lists of its own.
    Scope,
}

impl ClaimKind {
    /// The kind of the claim called `name`.
    pub(crate) fn of(name: &str) -> Self {
        match name {
            _ if ISSUED_BY_COGNITO.contains(&name) => Self::Issued,
            "aud" => Self::Audience,
            "scope" => Self::Scope,
            "cognito:groups" => Self::Groups,
            "cognito:roles" | "cognito:preferred_role" => Self::Role,
            _ if name.starts_with("cognito:") => Self::Cognito,
            _ if name.starts_with("dev:") => Self::Developer,
            _ => Self::Free,
        }
    }
}

/// Whether the claim must stay a text, a number or a boolean in the ID token.
pub(crate) fn is_always_simple(name: &str) -> bool {
    ALWAYS_SIMPLE.contains(&name)
}
