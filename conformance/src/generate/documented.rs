use super::Scenario;
use crate::situation::{
    Attribute, EventVersion, Flow, Group, Identity, Principal, RoleArn, Scene, Scope, Session, Situation, Text, User,
    UserStatus,
};

/// The events that AWS prints, and captured ones, as situations.
///
/// They are re-typed in the form that Cognito really sends. The V2 test events of the trigger's page print
/// `preferredRole` and the inbound details as lists, against the page's own syntax; captured events have a string and
/// `null` there, so the lists are taken as slips of the page (fact E-17) and no trigger is judged by them.
///
/// ```
/// let documented = pretoken::generate::documented();
/// assert!(documented.iter().any(|scenario| scenario.name.contains("token endpoint")));
/// ```
pub fn documented() -> Vec<Scenario> {
    let mut scenarios = vec![
        Scenario {
            name: "the V1 event as captured in the field".into(),
            versions: &[EventVersion::V1],
            situation: captured(),
        },
        Scenario {
            name: "the test event of AWS's first V2 example".into(),
            versions: &[EventVersion::V2, EventVersion::V3],
            situation: jane_doe(),
        },
        Scenario {
            name: "the test event of AWS's second V2 example".into(),
            versions: &[EventVersion::V2, EventVersion::V3],
            situation: hosted(),
        },
        Scenario {
            name: "the machine event of the token endpoint page".into(),
            versions: &[EventVersion::V3],
            situation: machine(),
        },
        Scenario {
            name: "the machine event of the token endpoint page, without metadata".into(),
            versions: &[EventVersion::V3],
            situation: Situation { client_metadata: vec![], ..machine() },
        },
        Scenario {
            name: "the user of the ID token page".into(),
            versions: &EventVersion::ALL,
            situation: id_token_page(),
        },
        Scenario {
            name: "the published walk-through for V1".into(),
            versions: &EventVersion::ALL,
            situation: walk_through(),
        },
    ];
    // One for each trigger source, so that a trigger that looks at one alone shows at once.
    for (name, flow) in [
        ("AWS's first V2 example, in answer to a challenge", Flow::Challenge),
        ("AWS's first V2 example, after a new password", Flow::NewPassword),
        ("AWS's first V2 example, with a device", Flow::Device),
        ("AWS's first V2 example, in managed login", Flow::ManagedLogin),
        ("AWS's first V2 example, at a refresh", Flow::Refresh),
    ] {
        scenarios.push(Scenario { name: name.into(), versions: &EventVersion::ALL, situation: through(flow) });
    }
    scenarios
}

fn captured() -> Situation {
    Situation {
        pool: "eu-central-1_EXAMPLE".into(),
        client: "69ov0example0client0id0000".into(),
        sdk: Text::Borrowed("aws-sdk-js-3.241.0"),
        principal: Principal::User(User {
            name: "d1595c5a-7c02-4bd3-9f0c-2b8b5b1f4f10".into(),
            sub: "d1595c5a-7c02-4bd3-9f0c-2b8b5b1f4f10".into(),
            ..user(&[("email", "x@example.com")])
        }),
        ..Scene::User.situation()
    }
}

fn jane_doe() -> Situation {
    let groups = [("group-1", "sns_caller1", 1), ("group-2", "sns_caller2", 2), ("group-3", "sns_caller3", 3)];
    Situation {
        pool: "us-east-1_EXAMPLE".into(),
        principal: Principal::User(User {
            name: "JaneDoe".into(),
            groups: groups
                .into_iter()
                .map(|(name, role, precedence)| Group {
                    name: name.into(),
                    role: Some(RoleArn::from(format!("arn:aws:iam::123456789012:role/{role}"))),
                    precedence: Some(precedence),
                })
                .collect(),
            ..user(&[
                ("email_verified", "true"),
                ("phone_number_verified", "true"),
                ("phone_number", "+12065551212"),
                ("family_name", "Zoe"),
                ("email", "Jane.Doe@example.com"),
            ])
        }),
        flow: Flow::ManagedLoginLocal,
        scopes: scopes(&["aws.cognito.signin.user.admin", "openid", "email", "phone"]),
        ..Scene::User.situation()
    }
}

fn hosted() -> Situation {
    Situation {
        pool: "us-west-2_EXAMPLE".into(),
        flow: Flow::ManagedLogin,
        scopes: scopes(&["aws.cognito.signin.user.admin", "phone", "openid", "profile", "email"]),
        ..jane_doe()
    }
}

fn machine() -> Situation {
    Situation {
        client_metadata: vec![
            (Text::Borrowed("onBehalfOfToken"), Text::Borrowed("eyJra789ghiEXAMPLE")),
            (Text::Borrowed("ClientIpAddress"), Text::Borrowed("192.0.2.252")),
        ],
        ..Scene::Machine.situation()
    }
}

fn id_token_page() -> Situation {
    let groups = ["test-group-a", "test-group-b", "test-group-c"];
    Situation {
        pool: "us-west-2_example".into(),
        client: "xxxxxxxxxxxxexample".into(),
        principal: Principal::User(User {
            name: "my-test-user".into(),
            groups: groups
                .into_iter()
                .enumerate()
                .map(|(index, name)| Group {
                    name: name.into(),
                    role: (index == 0).then(|| "arn:aws:iam::111122223333:role/my-test-role".into()),
                    precedence: (index == 0).then_some(0),
                })
                .collect(),
            identities: vec![Identity {
                provider: "MySSO".into(),
                kind: "OIDC".into(),
                user_id: "amzn1.account.EXAMPLE".into(),
                primary: true,
            }],
            ..user(&[("email_verified", "true"), ("middle_name", "Jane"), ("email", "my-test-user@example.com")])
        }),
        flow: Flow::ManagedLogin,
        scopes: scopes(&["openid", "profile", "email"]),
        ..Scene::User.situation()
    }
}

fn walk_through() -> Situation {
    let sub = "f7a4da98-a041-70e4-7954-8bbc5d3ca764";
    Situation {
        pool: "ap-northeast-1_xxxxxxxxx".into(),
        principal: Principal::User(User {
            name: sub.into(),
            sub: sub.into(),
            ..user(&[("email_verified", "true"), ("custom:x", "@kakakakakku"), ("email", "x@example.com")])
        }),
        session: Session { id: 1_726_876_453, authenticated_at: 1_726_876_453, issued_at: 1_726_876_453 },
        ..Scene::User.situation()
    }
}

fn through(flow: Flow) -> Situation {
    let oauth = flow.has_oauth_scopes();
    let scopes = if oauth { jane_doe().scopes } else { scopes(&["aws.cognito.signin.user.admin"]) };
    Situation { flow, scopes, ..jane_doe() }
}

fn user(attributes: &[(&'static str, &'static str)]) -> User {
    let attribute =
        |(name, value): &(&'static str, &'static str)| Attribute { name: (*name).into(), value: Text::Borrowed(value) };
    User {
        name: "jane".into(),
        sub: "aaaabbbb-cccc-dddd-eeee-ffff00001111".into(),
        status: UserStatus::Confirmed,
        attributes: attributes.iter().map(attribute).collect(),
        groups: vec![],
        identities: vec![],
        device: None,
    }
}

fn scopes(scopes: &[&'static str]) -> Vec<Scope> {
    scopes.iter().copied().map(Scope::from).collect()
}
