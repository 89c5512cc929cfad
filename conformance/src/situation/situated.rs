use super::{ClientId, Flow, Form, Principal, Scope, Text, TriggerSource, User, UserPoolId};

/// What Cognito knows when it is about to issue tokens. Everything else is derived from it.
///
/// ```
/// use pretoken::situation::{EventVersion, Scene};
/// let situation = Scene::User.situation();
/// assert_eq!(situation.pool.region(), "us-east-1");
/// assert!(situation.user().is_some());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    /// The user pool.
    pub pool: UserPoolId,
    /// The app client of the session.
    pub client: ClientId,
    /// Who gets the tokens.
    pub principal: Principal,
    /// How they came here.
    pub flow: Flow,
    /// The scopes that were authorised.
    pub scopes: Vec<Scope>,
    /// What the caller passed, where the flow passes it on; empty when nothing was passed. Keys are unique.
    pub client_metadata: Vec<(Text, Text)>,
    /// The caller's SDK (`awsSdkVersion`), free text (E-06).
    pub sdk: Text,
    /// The API that the access token is bound to by the `resource` parameter, which sets `aud` (C-05).
    pub resource: Option<Text>,
    /// Times and ids of the session.
    pub session: Session,
    /// Which legal form the event takes.
    pub form: Form,
}

/// Times and ids of a session; the ids in the tokens are derived from `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Two sessions with the same id have the same `jti`, `origin_jti` and `event_id`.
    pub id: u64,
    /// When the principal signed in, in seconds since 1970.
    pub authenticated_at: u64,
    /// When the tokens are issued, in seconds since 1970.
    pub issued_at: u64,
}

impl Situation {
    /// The user, unless a machine gets the token.
    pub fn user(&self) -> Option<&User> {
        match &self.principal {
            Principal::User(user) => Some(user),
            Principal::Machine => None,
        }
    }

    /// The event's `triggerSource`.
    pub const fn trigger_source(&self) -> TriggerSource {
        self.flow.trigger_source()
    }

    /// The same situation with a user whose profile holds nothing beside the name and the id.
    #[must_use]
    pub fn without_attributes(mut self) -> Self {
        if let Principal::User(user) = &mut self.principal {
            user.attributes.clear();
        }
        self
    }
}
