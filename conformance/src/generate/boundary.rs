use super::{Scenario, words};
use crate::situation::{
    Attribute, EventVersion, Flow, Form, Group, Identity, Inbound, NoGroups, NoMetadata, NoPreferredRole, Principal,
    RoleArn, Scene, Scope, Situation, Text, UnknownFields, User, UserStatus, VersionText,
};

/// The named edges: every flow, every form, every optional thing absent, null, empty, one, many and at its limit, and
/// every name that has broken a real trigger.
///
/// ```
/// let boundaries = pretoken::generate::boundaries();
/// assert!(boundaries.iter().any(|scenario| scenario.name == "groupConfiguration is null"));
/// ```
pub fn boundaries() -> Vec<Scenario> {
    let mut all = Boundaries(Vec::new());
    flows(&mut all);
    forms(&mut all);
    attributes(&mut all);
    identities(&mut all);
    groups(&mut all);
    names(&mut all);
    scopes_and_metadata(&mut all);
    machines(&mut all);
    all.0
}

struct Boundaries(Vec<Scenario>);

const USERS: &[EventVersion] = &EventVersion::ALL;
const SCOPED: &[EventVersion] = &[EventVersion::V2, EventVersion::V3];
const MACHINES: &[EventVersion] = &[EventVersion::V3];

impl Boundaries {
    fn add(&mut self, name: impl Into<Text>, versions: &'static [EventVersion], situation: Situation) {
        self.0.push(Scenario { name: name.into(), versions, situation });
    }

    /// The plain user, changed.
    fn user(&mut self, name: impl Into<Text>, change: impl FnOnce(&mut User)) {
        let mut situation = Scene::User.situation();
        if let Principal::User(user) = &mut situation.principal {
            change(user);
        }
        self.add(name, USERS, situation);
    }

    /// The plain situation, changed.
    fn plain(&mut self, name: impl Into<Text>, versions: &'static [EventVersion], change: impl FnOnce(&mut Situation)) {
        let mut situation = Scene::User.situation();
        change(&mut situation);
        self.add(name, versions, situation);
    }
}

/// Every way to tokens, with nothing and with everything.
fn flows(all: &mut Boundaries) {
    for flow in Flow::ALL.into_iter().filter(|flow| !flow.is_machine()) {
        let scopes = if flow.has_oauth_scopes() {
            ["openid", "email", "profile"].map(Scope::from).into()
        } else {
            Scene::User.situation().scopes
        };
        let bare = Situation { flow, scopes, ..Scene::User.situation().without_attributes() };
        let rich = Situation { principal: Scene::UserInGroups.situation().principal, ..bare.clone() };
        all.add(format!("{flow:?}: a user with nothing but a name"), USERS, bare);
        all.add(format!("{flow:?}: a user with groups, roles and attributes"), USERS, rich);
    }
    for status in UserStatus::ALL {
        all.user(format!("user status {}", status.as_str()), |user| user.status = status);
    }
    all.user("a remembered device", |user| user.device = Some(Text::Borrowed("us-east-1_a1b2-EXAMPLE")));
    all.plain("an access token bound to a resource", USERS, |situation| {
        situation.flow = Flow::ManagedLogin;
        situation.scopes = ["openid", "email"].map(Scope::from).into();
        situation.resource = Some(Text::Borrowed("https://api.example.com"));
    });
}

fn forms(all: &mut Boundaries) {
    let plain = Form::default();
    let forms = [
        ("preferredRole is absent", Form { no_preferred_role: NoPreferredRole::Absent, ..plain }),
        ("the lists of groups are null", Form { no_groups: NoGroups::NullLists, ..plain }),
        ("groupConfiguration is null", Form { no_groups: NoGroups::NullConfiguration, ..plain }),
        ("clientMetadata is empty", Form { no_metadata: NoMetadata::Empty, ..plain }),
        ("clientMetadata is null", Form { no_metadata: NoMetadata::Null, ..plain }),
        ("response is empty", Form { inbound: Inbound::Empty, ..plain }),
        ("an unknown field at the top", Form { unknown_fields: UnknownFields::Top, ..plain }),
        ("unknown fields everywhere", Form { unknown_fields: UnknownFields::Everywhere, ..plain }),
    ];
    for (name, form) in forms {
        all.plain(name, USERS, |situation| situation.form = form);
    }
    all.plain("version says 2 to a pool that is configured for 3", MACHINES, |situation| {
        situation.form.version_text = VersionText::TwoForUsers;
    });
    let everything = Form {
        no_preferred_role: NoPreferredRole::Absent,
        no_groups: NoGroups::NullConfiguration,
        no_metadata: NoMetadata::Null,
        inbound: Inbound::Empty,
        unknown_fields: UnknownFields::Everywhere,
        version_text: VersionText::Own,
    };
    all.plain("every odd form at once", USERS, |situation| situation.form = everything);
}

fn attributes(all: &mut Boundaries) {
    all.user("no attributes", |user| user.attributes.clear());
    all.user("no email", |user| user.attributes.retain(|attribute| !attribute.name.as_str().starts_with("email")));
    let every =
        || words::ATTRIBUTES.iter().map(|name| attribute(name, words::values_of(name).first().copied().unwrap_or("a")));
    all.user("every attribute there is", |user| user.attributes = every().collect());
    for missing in ["email", "given_name", "family_name", "name", "phone_number", "custom:tenant"] {
        all.user(format!("every attribute but {missing}"), |user| {
            user.attributes = every().filter(|attribute| attribute.name.as_str() != missing).collect();
        });
    }
    for name in words::ATTRIBUTES {
        let value = words::values_of(name).first().copied().unwrap_or("a");
        all.user(format!("only the attribute {name}"), |user| user.attributes = vec![attribute(name, value)]);
        all.user(format!("the attribute {name} is empty"), |user| user.attributes = vec![attribute(name, "")]);
    }
    for value in words::VALUES {
        all.user(format!("custom attributes are {value:?}"), |user| {
            user.attributes
                .extend(["custom:tenant", "custom:role", "custom:isAdmin"].map(|name| attribute(name, value)));
        });
    }
    for value in ["true", "false", "True", "False"] {
        all.user(format!("email_verified is {value:?}"), |user| {
            user.attributes = vec![attribute("email", "jane@example.com"), attribute("email_verified", value)];
        });
    }
    all.user("an attribute at its limit", |user| {
        user.attributes.push(Attribute { name: "custom:tenant".into(), value: Text::Owned("v".repeat(2_048)) });
    });
    all.user("fifty custom attributes", |user| {
        let custom = |index: u32| Attribute { name: format!("custom:c{index}").into(), value: Text::Borrowed("v") };
        user.attributes.extend((0..50).map(custom));
    });
}

fn identities(all: &mut Boundaries) {
    all.add("a federated user without an email", USERS, Scene::FederatedUser.situation());
    for (provider, kind) in words::PROVIDERS {
        let identity = Identity {
            provider: Text::Borrowed(provider),
            kind: Text::Borrowed(kind),
            user_id: Text::Borrowed("1234"),
            primary: true,
        };
        let name = format!("{provider}_1234");
        all.user(format!("a user of {provider} with the least of attributes"), |user| {
            user.name = name.into();
            user.status = UserStatus::ExternalProvider;
            user.attributes.clear();
            user.groups = vec![group(&format!("us-east-1_EXAMPLE_{provider}"), None, None)];
            user.identities = vec![identity];
        });
    }
    all.user("a native user with two linked identities", |user| {
        user.identities = ["Google", "Corp"]
            .map(|provider| Identity {
                provider: Text::Borrowed(provider),
                kind: Text::Borrowed("OIDC"),
                user_id: Text::Borrowed("1"),
                primary: false,
            })
            .into();
    });
}

fn groups(all: &mut Boundaries) {
    for name in words::GROUPS {
        all.user(format!("the group {name:?}"), |user| user.groups = vec![group(name, None, None)]);
    }
    all.user("a group's name at its limit", |user| user.groups = vec![group(&"g".repeat(128), None, None)]);
    all.user("two groups, one a prefix of the other", |user| {
        user.groups = vec![group("admin", None, None), group("admins", None, None)];
    });
    all.user("one group with a role", |user| user.groups = vec![group("admins", Some("admins"), Some(0))]);
    all.user("a group with a role and no precedence", |user| user.groups = vec![group("admins", Some("admins"), None)]);
    all.user("groups with roles that tie", |user| {
        user.groups = vec![group("a", Some("a"), Some(1)), group("b", Some("b"), Some(1))];
    });
    all.user("two groups with one role", |user| {
        user.groups = vec![group("a", Some("same"), Some(1)), group("b", Some("same"), Some(2))];
    });
    all.user("some groups with roles", |user| {
        user.groups = vec![group("a", None, Some(0)), group("b", Some("b"), Some(1)), group("c", None, None)];
    });
    all.user("a hundred groups", |user| {
        user.groups = (0..100).map(|index| group(&format!("team-{index}"), None, None)).collect();
    });
    all.user("a hundred groups with roles and long names", |user| {
        user.groups = (0..100)
            .map(|index| group(&format!("{index:0>128}"), Some(&format!("{index:0>64}")), Some(index)))
            .collect();
    });
    all.user("every awkward group at once", |user| {
        user.groups = words::GROUPS.iter().map(|name| group(name, None, None)).collect();
    });
}

fn names(all: &mut Boundaries) {
    for name in words::USER_NAMES {
        all.user(format!("the user name {name:?}"), |user| user.name = (*name).into());
    }
    all.user("a user name at its limit", |user| user.name = "n".repeat(128).into());
    for pool in words::POOLS {
        all.plain(format!("the user pool {pool}"), USERS, |situation| situation.pool = (*pool).into());
    }
    for client in words::CLIENTS {
        all.plain(format!("the app client {client}"), USERS, |situation| situation.client = (*client).into());
    }
    all.plain("an app client's id at its limit", USERS, |situation| situation.client = "c".repeat(128).into());
    for sdk in words::SDKS {
        all.plain(format!("the SDK {sdk}"), USERS, |situation| situation.sdk = Text::Borrowed(sdk));
    }
}

fn scopes_and_metadata(all: &mut Boundaries) {
    let oauth = |situation: &mut Situation, scopes: Vec<Scope>| {
        situation.flow = Flow::ManagedLogin;
        situation.scopes = scopes;
    };
    all.plain("no scopes", SCOPED, |situation| oauth(situation, vec![]));
    all.plain("openid alone", SCOPED, |situation| oauth(situation, vec!["openid".into()]));
    let every = words::OIDC_SCOPES.iter().chain(words::CUSTOM_SCOPES);
    let every: Vec<Scope> = std::iter::once(&"openid").chain(every).map(|scope| Scope::from(*scope)).collect();
    all.plain("every kind of scope", SCOPED, |situation| oauth(situation, every));
    all.plain("fifty scopes", SCOPED, |situation| {
        let custom = (0..49).map(|index| Scope::from(format!("api/scope-{index}")));
        oauth(situation, std::iter::once("openid".into()).chain(custom).collect());
    });
    all.plain("a scope at its limit", SCOPED, |situation| {
        oauth(situation, vec!["openid".into(), format!("api/{}", "s".repeat(252)).into()]);
    });
    for key in words::METADATA_KEYS {
        all.plain(format!("client metadata with the key {key:?}"), USERS, |situation| {
            situation.flow = Flow::Challenge;
            situation.client_metadata = vec![(Text::Borrowed(key), Text::Borrowed("acme"))];
        });
    }
    all.plain("client metadata with awkward values", USERS, |situation| {
        situation.flow = Flow::Challenge;
        situation.client_metadata = words::METADATA_VALUES
            .iter()
            .enumerate()
            .map(|(index, value)| (Text::Owned(format!("key{index}")), Text::Borrowed(*value)))
            .collect();
    });
}

fn machines(all: &mut Boundaries) {
    let machine = || Scene::Machine.situation();
    all.add("a machine", MACHINES, machine());
    all.add("a machine without scopes", MACHINES, Situation { scopes: vec![], ..machine() });
    let many = (0..50).map(|index| Scope::from(format!("api/scope-{index}"))).collect();
    all.add("a machine with fifty scopes", MACHINES, Situation { scopes: many, ..machine() });
    let metadata = vec![(Text::Borrowed("tenant"), Text::Borrowed("acme"))];
    all.add("a machine with client metadata", MACHINES, Situation { client_metadata: metadata, ..machine() });
    for (name, form) in [
        ("a machine with empty client metadata", Form { no_metadata: NoMetadata::Empty, ..Form::default() }),
        ("a machine with null client metadata", Form { no_metadata: NoMetadata::Null, ..Form::default() }),
        ("a machine and an empty response", Form { inbound: Inbound::Empty, ..Form::default() }),
        ("a machine and unknown fields", Form { unknown_fields: UnknownFields::Everywhere, ..Form::default() }),
    ] {
        all.add(name, MACHINES, Situation { form, ..machine() });
    }
}

fn attribute(name: &'static str, value: &'static str) -> Attribute {
    Attribute { name: name.into(), value: Text::Borrowed(value) }
}

fn group(name: &str, role: Option<&str>, precedence: Option<u32>) -> Group {
    let arn = |role: &str| RoleArn::from(format!("arn:aws:iam::123456789012:role/{role}"));
    Group { name: name.to_owned().into(), role: role.map(arn), precedence }
}
