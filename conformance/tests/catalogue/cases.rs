//! Situations in which the rules are tried.

use std::fmt;

use pretoken::engine::{Cases, Plan};
use pretoken::event;
use pretoken::situation::{
    Attribute, EventVersion, Flow, Form, Group, Inbound, NoGroups, NoMetadata, NoPreferredRole, Principal, Scene,
    Scope, Situation, UnknownFields, VersionText,
};
use pretoken::target::Outcome;
use serde_json::Value;

/// An event that Cognito can send, and the situation behind it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) situation: Situation,
    pub(crate) version: EventVersion,
    pub(crate) event: Value,
}

impl Case {
    pub(crate) fn new(name: &str, situation: Situation, version: EventVersion) -> Self {
        let event = event::build(&situation, version);
        Self { name: name.to_owned(), situation, version, event }
    }

    pub(crate) fn is_user(&self) -> bool {
        self.situation.user().is_some()
    }

    /// The event with another `response`.
    pub(crate) fn answer(&self, response: &Value) -> Outcome {
        let mut answer = self.event.clone();
        *answer.get_mut("response").unwrap() = response.clone();
        Outcome::Answered(answer)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} under event version {}", self.name, self.version)
    }
}

/// Every scene, under every version under which it is sent.
pub(crate) fn scenes() -> Vec<Case> {
    under_every_version(Scene::ALL.map(|scene| (scene.name(), scene.situation())).into())
}

/// The scenes and some more.
pub(crate) fn cases() -> Vec<Case> {
    let metadata = || vec![("tenant".into(), "acme".into()), ("role".into(), "administrator".into())];
    let managed = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", "orders/read"];
    let resource = Some("https://api.example.com".into());
    let user = || Scene::User.situation();
    let in_groups = || Scene::UserInGroups.situation();
    let mut on_device = Situation { flow: Flow::Device, ..in_groups() };
    if let Principal::User(user) = &mut on_device.principal {
        user.device = Some("us-east-1_aaaabbbb-cccc-dddd-eeee-ffff00001111".into());
    }
    let mut more = vec![
        ("a user with metadata", Situation { flow: Flow::Challenge, client_metadata: metadata(), ..user() }),
        ("a machine with metadata", Situation { client_metadata: metadata(), ..Scene::Machine.situation() }),
        (
            "groups and many scopes",
            Situation { flow: Flow::ManagedLogin, scopes: managed.map(Scope::from).into(), ..in_groups() },
        ),
        ("a resource", Situation { flow: Flow::ManagedLogin, resource, ..user() }),
        ("a remembered device", on_device),
    ];
    for (name, form) in forms() {
        more.push((name, Situation { form, ..user() }));
        more.push((name, Situation { form, ..in_groups() }));
    }
    let mut cases = scenes();
    cases.extend(under_every_version(more));
    cases
}

/// Where the conditions of miniatures turn over: one more, or another letter, and it holds.
pub(crate) fn edges() -> Vec<Case> {
    let in_groups = |count: usize| {
        let mut situation = Scene::User.situation();
        if let Principal::User(user) = &mut situation.principal {
            let group = |number| Group { name: format!("group-{number}").into(), role: None, precedence: None };
            user.groups = (0..count).map(group).collect();
        }
        situation
    };
    let mut tenant = Scene::User.situation();
    if let Principal::User(user) = &mut tenant.principal {
        user.attributes.push(Attribute { name: "custom:tenant".into(), value: "\u{ff}".into() });
    }
    let machine = Situation { scopes: vec!["orders/read".into()], ..Scene::Machine.situation() };
    under_every_version(vec![
        ("five groups", in_groups(5)),
        ("ten groups", in_groups(10)),
        ("fifty groups", in_groups(50)),
        ("the last letter of Latin-1", tenant),
        ("a machine with one scope", machine),
    ])
}

/// What every run starts with.
pub(crate) fn documented_and_boundary() -> impl Iterator<Item = Case> {
    let fixed = Cases::new(&Plan { cases: 0, ..Plan::default() });
    (0..fixed.len()).map(move |place| {
        let (situation, version) = fixed.situation(place).unwrap();
        Case::new(&fixed.get(place).unwrap().scenario, situation.into_owned(), version)
    })
}

fn under_every_version(situations: Vec<(&str, Situation)>) -> Vec<Case> {
    let versions = |(name, situation): (&str, Situation)| {
        let legal = EventVersion::ALL.into_iter().filter(|version| is_legal(&situation, *version));
        legal.map(|version| Case::new(name, situation.clone(), version)).collect::<Vec<_>>()
    };
    situations.into_iter().flat_map(versions).collect()
}

pub(crate) fn forms() -> [(&'static str, Form); 6] {
    let plain = Form::default();
    [
        ("an absent preferred role", Form { no_preferred_role: NoPreferredRole::Absent, ..plain }),
        ("null lists of groups", Form { no_groups: NoGroups::NullLists, inbound: Inbound::Empty, ..plain }),
        ("a null group configuration", Form { no_groups: NoGroups::NullConfiguration, ..plain }),
        ("empty metadata", Form { no_metadata: NoMetadata::Empty, ..plain }),
        ("null metadata", Form { no_metadata: NoMetadata::Null, ..plain }),
        (
            "unknown fields",
            Form { unknown_fields: UnknownFields::Everywhere, version_text: VersionText::TwoForUsers, ..plain },
        ),
    ]
}

pub(crate) fn is_legal(situation: &Situation, version: EventVersion) -> bool {
    situation.trigger_source().sent_under(version)
}
