//! What the reference trigger makes of the tokens under its bundled policy, which touches every part of an answer.

use pretoken::event;
use pretoken::situation::{
    Attribute, EventVersion, Flow, Group, Identity, Principal, Scene, Scope, Situation, User, UserStatus,
};
use pretoken::tokens::{TokenKind, Tokens, apply, issued};
use pretoken_trigger::{Policy, handle};
use serde_json::Value;

use crate::{assert_shown, file_name};

#[test]
fn of_every_scene() {
    for scene in Scene::ALL {
        show(scene.name(), &scene.situation());
    }
}

#[test]
fn of_every_flow() {
    for flow in Flow::ALL {
        show(title(flow), &telling(flow));
    }
}

/// Shows the tokens before and after under each event version under which Cognito calls the trigger.
fn show(title: &str, situation: &Situation) {
    let source = situation.trigger_source();
    for version in EventVersion::ALL.into_iter().filter(|version| source.sent_under(*version)) {
        let answer = handle(event::build(situation, version), &Policy::bundled()).unwrap();
        let applied = apply(situation, version, &answer);
        assert_eq!((&*applied.refused, &*applied.open), (&[][..], &[][..]), "{title}: nothing is left to chance");
        let (before, after) = (issued(situation), applied.tokens().unwrap());
        let name = format!("v{version} {}", file_name(title));
        let text = [
            format!("{title}; event version {version}, {}\n", source.as_str()),
            shown(TokenKind::Id, &before, after),
            shown(TokenKind::Access, &before, after),
        ];
        assert_shown("tokens", &file_name(&name), &text.concat());
    }
}

fn shown(token: TokenKind, before: &Tokens, after: &Tokens) -> String {
    let json = |tokens: &Tokens| tokens.get(token).map(|payload| format!("{:#}", Value::from(payload.clone())));
    let name = token.name();
    match (json(before), json(after)) {
        (None, None) => format!("\n{name}: none\n"),
        (before, after) if before == after => format!("\n{name} before and after\n{}\n", before.unwrap()),
        (before, after) => format!("\n{name} before\n{}\n\n{name} after\n{}\n", before.unwrap(), after.unwrap()),
    }
}

const fn title(flow: Flow) -> &'static str {
    match flow {
        Flow::SignIn => "a sign-in",
        Flow::Challenge => "a sign-in with a challenge",
        Flow::NewPassword => "a new password",
        Flow::Device => "a remembered device",
        Flow::ManagedLogin => "managed login",
        Flow::ManagedLoginLocal => "managed login of a local user",
        Flow::Refresh => "a refresh",
        Flow::ManagedRefresh => "a refresh after managed login",
        Flow::ClientCredentials => "client credentials",
    }
}

/// A situation in which every part of the bundled policy has something to do.
fn telling(flow: Flow) -> Situation {
    let scopes: &[&'static str] = match flow {
        _ if flow.is_machine() => &["projects/delete", "projects/list"],
        _ if flow.has_oauth_scopes() => &["openid", "phone", "profile", "projects/list"],
        _ => &["aws.cognito.signin.user.admin"],
    };
    let metadata = if flow.passes_client_metadata() { vec![("job".into(), "nightly".into())] } else { vec![] };
    Situation {
        principal: if flow.is_machine() { Principal::Machine } else { Principal::User(user(flow)) },
        flow,
        scopes: scopes.iter().copied().map(Scope::from).collect(),
        client_metadata: metadata,
        ..Scene::User.situation()
    }
}

fn user(flow: Flow) -> User {
    let attribute = |(name, value): (&'static str, &'static str)| Attribute { name: name.into(), value: value.into() };
    let group = |(name, precedence): (&'static str, u32)| Group {
        name: name.into(),
        role: Some(format!("arn:aws:iam::123456789012:role/{name}").into()),
        precedence: Some(precedence),
    };
    User {
        name: "jane".into(),
        sub: "aaaabbbb-cccc-dddd-eeee-ffff00001111".into(),
        status: UserStatus::Confirmed,
        attributes: [
            ("email", "jane@example.com"),
            ("email_verified", "true"),
            ("phone_number", "+12065551212"),
            ("phone_number_verified", "false"),
            ("custom:tenant", "acme"),
            ("custom:plan", "team-yearly"),
            ("custom:internal_id", "42"),
        ]
        .map(attribute)
        .into(),
        groups: [("owners", 1), ("internal-audit", 2)].map(group).into(),
        identities: if flow.has_oauth_scopes() {
            vec![Identity { provider: "Corp".into(), kind: "OIDC".into(), user_id: "jane-42".into(), primary: true }]
        } else {
            vec![]
        },
        device: (flow == Flow::Device).then(|| "us-east-1_aaaabbbb-cccc-dddd-eeee-ffff00001111".into()),
    }
}
