use serde_json::{Map, Value};

use super::TokenKind;

/// A token's payload: its claims by name, times in seconds since 1970.
pub type Payload = Map<String, Value>;

/// The tokens that a trigger can change. The refresh token is none of them.
///
/// ```
/// use pretoken::situation::Scene;
/// use pretoken::tokens::{TokenKind, issued};
/// let tokens = issued(&Scene::Machine.situation());
/// assert_eq!(tokens.get(TokenKind::Id), None);
/// assert_eq!(tokens.get(TokenKind::Access), Some(&tokens.access));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Tokens {
    /// The ID token. Machines have none, and neither has an OAuth sign-in without the scope `openid`.
    pub id: Option<Payload>,
    /// The access token.
    pub access: Payload,
}

impl Tokens {
    /// The payload of a token, if it is issued.
    pub const fn get(&self, token: TokenKind) -> Option<&Payload> {
        match token {
            TokenKind::Id => self.id.as_ref(),
            TokenKind::Access => Some(&self.access),
        }
    }
}
