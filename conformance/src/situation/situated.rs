use super::{ClientId, EventVersion, Flow, Form, NoGroups, Principal, Scope, Text, TriggerSource, User, UserPoolId};

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

    /// The form that this situation's event takes: choices that do not show in it, such as how "no groups" is written for a user
    /// who is in some, are the plainest.
    ///
    /// ```
    /// use pretoken::generate::documented;
    /// use pretoken::situation::{EventVersion, NoMetadata};
    /// let mut situation = documented().remove(0).situation;
    /// situation.client_metadata = vec![("key".into(), "value".into())];
    /// situation.form.no_metadata = NoMetadata::Null;
    /// assert_eq!(situation.shown_form(EventVersion::V1).no_metadata, NoMetadata::Absent);
    /// ```
    pub fn shown_form(&self, version: EventVersion) -> Form {
        let (form, plain) = (self.form, Form::default());
        let user = self.user();
        let has_no_groups = user.is_some_and(|user| user.groups.is_empty());
        let no_groups = match form.no_groups {
            NoGroups::NullConfiguration if version == EventVersion::V1 => plain.no_groups,
            no_groups if has_no_groups => no_groups,
            _ => plain.no_groups,
        };
        let has_no_role = user.is_some_and(|user| user.preferred_role().is_none());
        let is_object = no_groups != NoGroups::NullConfiguration;
        let has_two_versions = user.is_some() && version == EventVersion::V3;
        Form {
            no_groups,
            no_preferred_role: if has_no_role && is_object { form.no_preferred_role } else { plain.no_preferred_role },
            no_metadata: if self.client_metadata.is_empty() { form.no_metadata } else { plain.no_metadata },
            version_text: if has_two_versions { form.version_text } else { plain.version_text },
            inbound: form.inbound,
            unknown_fields: form.unknown_fields,
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
