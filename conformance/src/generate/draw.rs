use std::sync::Arc;

use proptest::strategy::{NewTree, Strategy};
use proptest::test_runner::TestRunner;

use super::dice::Dice;
use super::overlay::Overlay;
use super::{Dictionary, SituationTree, local, words};
use crate::pool::Pool;
use crate::situation::{
    Attribute, EventVersion, Flow, Form, Group, Identity, Inbound, NoGroups, NoMetadata, NoPreferredRole, Principal,
    RoleArn, Scope, Session, Situation, Text, UnknownFields, User, UserStatus, VersionText,
};

/// Draws situations that make sense under an event version.
///
/// Written by hand over one small random source, and not from proptest's own combinators: a realistic event costs
/// those 130 µs and more, most of it in string strategies, and this about 2 µs. It still is a [`Strategy`], for
/// properties of one's own:
///
/// ```
/// use pretoken::generate::Situations;
/// use pretoken::situation::EventVersion;
/// use proptest::prelude::*;
/// use proptest::test_runner::TestRunner;
///
/// let mut runner = TestRunner::deterministic();
/// runner
///     .run(&Situations::new(EventVersion::V2), |situation| {
///         prop_assert!(situation.user().is_some());
///         Ok(())
///     })
///     .unwrap();
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Situations<'d> {
    version: EventVersion,
    dictionary: Option<&'d Dictionary>,
    pool: Option<&'d Arc<Pool>>,
}

impl<'d> Situations<'d> {
    /// Situations for events of a version, from general words alone.
    pub const fn new(version: EventVersion) -> Self {
        Self { version, dictionary: None, pool: None }
    }

    /// The same, with a trigger's own words beside the general ones. An empty dictionary changes nothing.
    #[must_use]
    pub const fn with<'e>(self, dictionary: &'e Dictionary) -> Situations<'e>
    where
        'd: 'e,
    {
        let dictionary = if dictionary.is_empty() { None } else { Some(dictionary) };
        Situations { dictionary, ..self }
    }

    /// The same, as far as they can occur in a user pool, which has to let somebody in under this version
    /// ([`Pool::flows`]).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use pretoken::generate::Situations;
    /// use pretoken::pool::Pool;
    /// use pretoken::situation::EventVersion;
    ///
    /// let text = r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi", "SchemaAttributes": []}}"#;
    /// let pool = Arc::new(Pool::read(text).unwrap());
    /// let situation = Situations::new(EventVersion::V2).in_pool(&pool).draw([7; 32]);
    /// assert_eq!(situation.pool.as_str(), "eu-west-1_Ab3dE6gHi");
    /// ```
    #[must_use]
    pub const fn in_pool<'e>(self, pool: &'e Arc<Pool>) -> Situations<'e>
    where
        'd: 'e,
    {
        Situations { pool: Some(pool), ..self }
    }

    /// The situation that a seed stands for.
    ///
    /// ```
    /// use pretoken::generate::Situations;
    /// use pretoken::situation::EventVersion;
    /// let situations = Situations::new(EventVersion::V3);
    /// assert_eq!(situations.draw([7; 32]), situations.draw([7; 32]));
    /// ```
    pub fn draw(&self, seed: [u8; 32]) -> Situation {
        let dice = &mut Dice::new(seed);
        let mut overlay = self.dictionary.and_then(|dictionary| Overlay::of_case(dictionary, seed));
        let mut flow = flow(dice, self.version);
        if let Some(overlay) = &mut overlay {
            flow = overlay.flow(self.version, flow);
        }
        let pool = dice.pick(words::POOLS, "us-east-1_EXAMPLE");
        let issued_at = 1_600_000_000 + (dice.word() % 400_000_000);
        let age = if matches!(flow, Flow::Refresh | Flow::ManagedRefresh) { 1 + dice.word() % 2_592_000 } else { 0 };
        let mut situation = Situation {
            pool: pool.into(),
            client: dice.pick(words::CLIENTS, "abc").into(),
            principal: if flow.is_machine() { Principal::Machine } else { Principal::User(user(dice, flow, pool)) },
            flow,
            scopes: scopes(dice, flow),
            client_metadata: metadata(dice, flow),
            sdk: Text::Borrowed(dice.pick(words::SDKS, "aws-sdk-unknown-unknown")),
            resource: resource(dice, flow),
            session: Session { id: dice.word(), authenticated_at: issued_at - age, issued_at },
            form: form(dice, self.version),
        };
        if let Some(overlay) = overlay {
            overlay.lay(&mut situation);
        }
        match self.pool {
            Some(pool) => local::lay(situation, pool, self.version, seed),
            None => situation,
        }
    }
}

impl Strategy for Situations<'_> {
    type Tree = SituationTree;
    type Value = Situation;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        use proptest::prelude::Rng as _;
        let mut seed = [0; 32];
        runner.rng().fill_bytes(&mut seed);
        Ok(SituationTree::in_pool(self.draw(seed), self.version, self.pool))
    }
}

fn flow(dice: &mut Dice, version: EventVersion) -> Flow {
    if version == EventVersion::V3 && dice.one_in(5) {
        return Flow::ClientCredentials;
    }
    let users = [
        Flow::SignIn,
        Flow::SignIn,
        Flow::Challenge,
        Flow::NewPassword,
        Flow::Device,
        Flow::ManagedLogin,
        Flow::ManagedLogin,
        Flow::ManagedLoginLocal,
        Flow::Refresh,
        Flow::ManagedRefresh,
    ];
    dice.pick(&users, Flow::SignIn)
}

pub(super) fn user(dice: &mut Dice, flow: Flow, pool: &'static str) -> User {
    let federated = flow.has_oauth_scopes() && dice.one_in(2);
    let provider = dice.pick(words::PROVIDERS, ("Corp", "OIDC"));
    let mut groups = groups(dice);
    if federated && dice.one_in(2) {
        // Cognito puts the users of a provider into a group of that name by itself.
        let name = format!("{pool}_{}", provider.0);
        if !groups.iter().any(|group| group.name.as_str() == name) {
            groups.push(Group { name: name.into(), role: None, precedence: None });
        }
    }
    let identities = match (federated, dice.one_in(12)) {
        (true, _) => vec![identity(dice, provider, true)],
        (false, true) => vec![identity(dice, provider, false), identity(dice, ("Facebook", "Facebook"), false)],
        (false, false) => vec![],
    };
    let name = if federated && !dice.one_in(3) {
        format!("{}_{}", provider.0, dice.below(1_000_000)).into()
    } else {
        user_name(dice)
    };
    User {
        name,
        sub: uuid(dice).into(),
        status: status(dice, flow, federated),
        attributes: attributes(dice),
        groups,
        identities,
        device: (flow == Flow::Device || dice.one_in(10))
            .then(|| Text::Borrowed(dice.pick(words::DEVICES, "us-east-1_device"))),
    }
}

/// As long as a user name and an attribute's value can be (O-07); constants, since these are drawn often.
const LONGEST_NAME: &str = filled(&[b'n'; 128]);
const LONGEST_VALUE: &str = filled(&[b'v'; 2_048]);

const fn filled(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

fn user_name(dice: &mut Dice) -> crate::situation::UserName {
    match dice.below(8) {
        0 => uuid(dice).into(),
        1 => format!("user-{}", dice.below(1_000_000)).into(),
        2 if dice.one_in(8) => LONGEST_NAME.into(),
        _ => dice.pick(words::USER_NAMES, "jane").into(),
    }
}

fn status(dice: &mut Dice, flow: Flow, federated: bool) -> UserStatus {
    if dice.one_in(16) {
        return dice.pick(&UserStatus::ALL, UserStatus::Confirmed);
    }
    match (flow, federated) {
        (Flow::NewPassword, _) => UserStatus::ForceChangePassword,
        (_, true) => UserStatus::ExternalProvider,
        (_, false) => UserStatus::Confirmed,
    }
}

/// Most profiles hold a few attributes, some hold none and some hold every one. Each name is taken at most once, in the
/// list's order, by giving each its own chance.
fn attributes(dice: &mut Dice) -> Vec<Attribute> {
    // With room for all that are likely to come, so that they need not be moved.
    let (chance, room) = match dice.below(8) {
        0 => return vec![],
        1 => (u32::MAX, words::ATTRIBUTES.len()),
        2 | 3 => (u32::MAX / 2, words::ATTRIBUTES.len() * 2 / 3),
        _ => (u32::MAX / 8, 8),
    };
    let mut attributes = Vec::with_capacity(room);
    let mut bits = dice.word();
    for name in words::ATTRIBUTES {
        // Two names share one draw: 32 bits are plenty for a chance of 1 in 8.
        let roll = u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(0);
        bits = if bits >> 32 == 0 { dice.word() } else { bits >> 32 };
        if roll <= chance {
            attributes.push(Attribute { name: (*name).into(), value: value(dice, name) });
        }
    }
    attributes
}

fn value(dice: &mut Dice, name: &str) -> Text {
    match dice.below(32) {
        0 if name.starts_with("custom:") => Text::Borrowed(LONGEST_VALUE),
        1 | 2 if name.starts_with("custom:") => Text::Owned(format!("value-{}", dice.below(100_000))),
        3 if words::fits(name, "a") => Text::Borrowed(dice.pick(words::VALUES, "a")),
        _ => Text::Borrowed(dice.pick(words::values_of(name), "a")),
    }
}

fn groups(dice: &mut Dice) -> Vec<Group> {
    let count = match dice.below(16) {
        0..=5 => 0,
        6..=9 => 1,
        10..=12 => 2,
        13 | 14 => 3 + dice.below(5),
        // One below the limit: a federated user may be in the provider's group too.
        _ if dice.one_in(8) => 99,
        _ => 12,
    };
    let first = dice.below(words::GROUPS.len());
    (0..count)
        .map(|index| {
            // Neighbours in the list, so that names are unique without a search; past its end, numbered ones.
            let listed = words::GROUPS.get(first + index);
            Group {
                name: listed.map_or_else(|| format!("team-{index}").into(), |name| (*name).into()),
                role: dice.one_in(2).then(|| role(dice)),
                precedence: dice.one_in(2).then(|| u32::try_from(dice.below(4)).unwrap_or(0)),
            }
        })
        .collect()
}

fn role(dice: &mut Dice) -> RoleArn {
    const ROLES: &[&str] = &[
        "arn:aws:iam::123456789012:role/admins",
        "arn:aws:iam::123456789012:role/editors",
        "arn:aws:iam::123456789012:role/service-role/readers",
        "arn:aws-us-gov:iam::123456789012:role/x",
    ];
    dice.pick(ROLES, "arn:aws:iam::123456789012:role/admins").into()
}

fn identity(dice: &mut Dice, (provider, kind): (&'static str, &'static str), primary: bool) -> Identity {
    Identity {
        provider: Text::Borrowed(provider),
        kind: Text::Borrowed(kind),
        user_id: Text::Owned(dice.below(1_000_000_000).to_string()),
        primary,
    }
}

fn scopes(dice: &mut Dice, flow: Flow) -> Vec<Scope> {
    if !flow.has_oauth_scopes() {
        return vec!["aws.cognito.signin.user.admin".into()];
    }
    let mut scopes: Vec<Scope> = Vec::with_capacity(6);
    let mut custom_one_in = 8;
    if flow.is_machine() {
        custom_one_in = 3;
        scopes.push(dice.pick(words::CUSTOM_SCOPES, "a/b").into());
    } else {
        scopes.push("openid".into());
        for scope in words::OIDC_SCOPES {
            if dice.one_in(2) {
                scopes.push((*scope).into());
            }
        }
    }
    for scope in words::CUSTOM_SCOPES {
        if dice.one_in(custom_one_in) && !scopes.iter().any(|other| other.as_str() == *scope) {
            scopes.push((*scope).into());
        }
    }
    scopes
}

fn metadata(dice: &mut Dice, flow: Flow) -> Vec<(Text, Text)> {
    if !flow.passes_client_metadata() || dice.one_in(2) {
        return vec![];
    }
    let first = dice.below(words::METADATA_KEYS.len());
    let count = 1 + dice.below(3);
    let keys = words::METADATA_KEYS.iter().skip(first).take(count);
    keys.map(|key| (Text::Borrowed(*key), Text::Borrowed(dice.pick(words::METADATA_VALUES, "a")))).collect()
}

/// Only managed login and its refreshes bind tokens to a resource (C-05).
fn resource(dice: &mut Dice, flow: Flow) -> Option<Text> {
    let possible = matches!(flow, Flow::ManagedLogin | Flow::ManagedLoginLocal | Flow::ManagedRefresh);
    (possible && dice.one_in(6)).then_some(Text::Borrowed("https://api.example.com"))
}

fn form(dice: &mut Dice, version: EventVersion) -> Form {
    Form {
        no_preferred_role: dice.pick(&[NoPreferredRole::Null, NoPreferredRole::Absent], NoPreferredRole::Null),
        no_groups: match dice.below(8) {
            0 => NoGroups::NullLists,
            1 => NoGroups::NullConfiguration,
            _ => NoGroups::EmptyLists,
        },
        no_metadata: match dice.below(8) {
            0 => NoMetadata::Empty,
            1 => NoMetadata::Null,
            _ => NoMetadata::Absent,
        },
        inbound: if dice.one_in(8) { Inbound::Empty } else { Inbound::NullDetails },
        unknown_fields: match dice.below(16) {
            0 => UnknownFields::Top,
            1 => UnknownFields::Everywhere,
            _ => UnknownFields::None,
        },
        version_text: if version == EventVersion::V3 && dice.one_in(4) {
            VersionText::TwoForUsers
        } else {
            VersionText::Own
        },
    }
}

fn uuid(dice: &mut Dice) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let (mut high, mut low) = (dice.word(), dice.word());
    let mut text = String::with_capacity(36);
    for index in 0..32 {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let word = if index < 16 { &mut high } else { &mut low };
        let digit = usize::try_from(*word & 15).unwrap_or(0);
        *word >>= 4;
        text.push(char::from(HEX.get(digit).copied().unwrap_or(b'0')));
    }
    text
}
