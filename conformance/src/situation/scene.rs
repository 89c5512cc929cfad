use super::{Attribute, Flow, Form, Group, Identity, Principal, RoleArn, Scope, Session, Situation, User, UserStatus};

/// A few telling situations, by name: `preview` shows them, and the rules' examples play in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scene {
    /// A plain user without groups who signs in through the API.
    User,
    /// A user in two groups with roles.
    UserInGroups,
    /// A user of another provider, without an email, who comes through managed login.
    FederatedUser,
    /// The user in groups, an hour later.
    Refresh,
    /// A machine (event version 3 only).
    Machine,
}

impl Scene {
    /// Every scene, the plainest first.
    pub const ALL: [Self; 5] = [Self::User, Self::UserInGroups, Self::FederatedUser, Self::Refresh, Self::Machine];

    /// The scene's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "a plain user",
            Self::UserInGroups => "a user in groups with roles",
            Self::FederatedUser => "a federated user without an email",
            Self::Refresh => "the user in groups, at a refresh",
            Self::Machine => "a machine (client credentials)",
        }
    }

    /// The situation itself.
    ///
    /// ```
    /// use pretoken::situation::{Scene, TriggerSource};
    /// assert_eq!(Scene::Refresh.situation().trigger_source(), TriggerSource::RefreshTokens);
    /// ```
    pub fn situation(self) -> Situation {
        match self {
            Self::User => plain(),
            Self::UserInGroups => Situation { principal: Principal::User(in_groups()), ..plain() },
            Self::FederatedUser => Situation {
                principal: Principal::User(federated()),
                flow: Flow::ManagedLogin,
                scopes: ["openid", "email", "profile"].map(Scope::from).into(),
                ..plain()
            },
            Self::Refresh => Situation {
                principal: Principal::User(in_groups()),
                flow: Flow::Refresh,
                session: Session { id: 2, authenticated_at: AUTHENTICATED_AT, issued_at: AUTHENTICATED_AT + 3_600 },
                ..plain()
            },
            Self::Machine => Situation {
                principal: Principal::Machine,
                flow: Flow::ClientCredentials,
                scopes: ["resourceServerIdentifier1/scope1", "resourceServerIdentifier2/scope2"]
                    .map(Scope::from)
                    .into(),
                ..plain()
            },
        }
    }
}

/// 2025-01-01T00:00:00Z, so that examples read well.
const AUTHENTICATED_AT: u64 = 1_735_689_600;

fn plain() -> Situation {
    Situation {
        pool: "us-east-1_EXAMPLE".into(),
        client: "1example23456789".into(),
        principal: Principal::User(User {
            name: "jane".into(),
            sub: "aaaabbbb-cccc-dddd-eeee-ffff00001111".into(),
            status: UserStatus::Confirmed,
            attributes: vec![attribute("email", "jane@example.com"), attribute("email_verified", "true")],
            groups: vec![],
            identities: vec![],
            device: None,
        }),
        flow: Flow::SignIn,
        scopes: vec!["aws.cognito.signin.user.admin".into()],
        client_metadata: vec![],
        sdk: "aws-sdk-unknown-unknown".into(),
        resource: None,
        session: Session { id: 1, authenticated_at: AUTHENTICATED_AT, issued_at: AUTHENTICATED_AT },
        form: Form::default(),
    }
}

fn in_groups() -> User {
    User {
        name: "jane".into(),
        sub: "aaaabbbb-cccc-dddd-eeee-ffff00001111".into(),
        status: UserStatus::Confirmed,
        attributes: vec![
            attribute("email", "jane@example.com"),
            attribute("email_verified", "true"),
            attribute("family_name", "Doe"),
            attribute("custom:tenant", "acme"),
        ],
        groups: vec![
            group("admins", "arn:aws:iam::123456789012:role/admins", 1),
            group("editors", "arn:aws:iam::123456789012:role/editors", 5),
        ],
        identities: vec![],
        device: None,
    }
}

fn federated() -> User {
    User {
        name: "Corp_jane-42".into(),
        sub: "22223333-4444-5555-6666-777788889999".into(),
        status: UserStatus::ExternalProvider,
        attributes: vec![attribute("given_name", "Jane")],
        groups: vec![Group { name: "us-east-1_EXAMPLE_Corp".into(), role: None, precedence: None }],
        identities: vec![Identity {
            provider: "Corp".into(),
            kind: "OIDC".into(),
            user_id: "jane-42".into(),
            primary: true,
        }],
        device: None,
    }
}

fn attribute(name: &'static str, value: &'static str) -> Attribute {
    Attribute { name: name.into(), value: value.into() }
}

fn group(name: &'static str, role: &'static str, precedence: u32) -> Group {
    Group { name: name.into(), role: Some(RoleArn::from(role)), precedence: Some(precedence) }
}
