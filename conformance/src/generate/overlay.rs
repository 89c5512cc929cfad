use std::ops::Range;

use super::dice::Dice;
use super::{Dictionary, Kind, words};
use crate::situation::{
    Attribute, EventVersion, Flow, Group, Identity, Principal, Situation, Text, TriggerSource, User, UserStatus,
};

/// What one case takes from the dictionary.
///
/// It is laid over a situation that was drawn as it would be without a dictionary, from a random source of its own:
/// so a case that takes nothing is the same case with and without one, and the edges that the general words reach are
/// still there beneath. Half of the cases take something; each kind of word is then taken in half to three quarters of those.
pub(super) struct Overlay<'d> {
    dictionary: &'d Dictionary,
    dice: Dice,
    /// The part of the dictionary that this case looks at: often a few neighbours, which conditions on several things at
    /// once are made of.
    window: Range<usize>,
}

impl<'d> Overlay<'d> {
    /// The overlay of a case; `None` where the case takes nothing.
    pub(super) fn of_case(dictionary: &'d Dictionary, seed: [u8; 32]) -> Option<Self> {
        // Any other bytes give an unrelated stream; these need no second seed.
        let mut dice = Dice::new(seed.map(|byte| !byte));
        if dice.one_in(2) {
            return None;
        }
        let length = dictionary.len();
        let anchor = dice.below(length);
        let reach = dice.pick(&[2, 4, 8, 16, 32, length, length, length], length);
        let window = anchor.saturating_sub(reach)..length.min(anchor.saturating_add(reach + 1));
        Some(Self { dictionary, dice, window })
    }

    /// The flow, where the words in view hang on it: only some pass client metadata or have scopes.
    pub(super) fn flow(&mut self, version: EventVersion, drawn: Flow) -> Flow {
        if drawn.is_machine() {
            return drawn;
        }
        if self.dice.one_in(2)
            && let Some(source) = self.take(Kind::Source).as_deref().and_then(TriggerSource::parse)
            && source.sent_under(version)
        {
            let flows = Flow::ALL.map(|flow| (flow.trigger_source() == source).then_some(flow));
            let flows: Vec<Flow> = flows.into_iter().flatten().collect();
            return self.dice.pick(&flows, drawn);
        }
        let metadata = !self.in_view(self.dictionary.likely(Kind::MetadataKey)).is_empty() && self.dice.one_in(2);
        let scopes = !self.in_view(self.dictionary.likely(Kind::Scope)).is_empty() && self.dice.one_in(2);
        if metadata {
            self.dice.pick(&[Flow::Challenge, Flow::NewPassword, Flow::Device], drawn)
        } else if scopes {
            self.dice.pick(&[Flow::ManagedLogin, Flow::ManagedLoginLocal, Flow::ManagedRefresh], drawn)
        } else {
            drawn
        }
    }

    /// Lays the words over a situation.
    pub(super) fn lay(mut self, situation: &mut Situation) {
        if self.dice.one_in(2)
            && let Some(client) = self.take(Kind::Client)
        {
            situation.client = client.into();
        }
        if situation.flow.has_oauth_scopes() && self.dice.one_in(2) {
            self.scopes(situation);
        }
        if situation.flow.passes_client_metadata() && !self.dice.one_in(4) {
            self.metadata(situation);
        }
        let pool = situation.pool.as_str().to_owned();
        if let Principal::User(user) = &mut situation.principal {
            if !self.dice.one_in(4) {
                self.attributes(user);
            }
            if !self.dice.one_in(4) {
                self.groups(user);
            }
            if self.dice.one_in(4) {
                self.provider(user, &pool);
            }
            if self.dice.one_in(4)
                && let Some(name) = self.spelled(Kind::UserName)
            {
                user.name = name.into();
            }
        }
    }

    fn attributes(&mut self, user: &mut User) {
        // Sometimes many at once: conditions on several attributes are met together only so.
        for _ in 0..self.dice.pick(&[1, 2, 3, 6], 1) {
            if !self.dice.one_in(3)
                && let Some((name, value)) = self.pair(Kind::Attribute)
            {
                set(user, name, value);
            } else if let Some(name) = self.take(Kind::Attribute) {
                let value = self.value(&name);
                set(user, name, value);
            }
        }
        if self.dice.one_in(2)
            && let Some(domain) = self.spelled(Kind::Domain)
        {
            let at = if domain.starts_with('.') { "jane@mail" } else { "jane@" };
            set(user, "email".to_owned(), Text::Owned(format!("{at}{domain}")));
        }
    }

    /// A value for a name: one of the dictionary's, or one that suits the name in general.
    fn value(&mut self, name: &str) -> Text {
        if self.dice.one_in(2)
            && let Some(value) = self.spelled(Kind::Value)
        {
            return Text::Owned(value);
        }
        Text::Borrowed(self.dice.pick(words::values_of(name), "a"))
    }

    fn groups(&mut self, user: &mut User) {
        if self.dice.one_in(4) {
            user.groups.clear();
        }
        for _ in 0..self.dice.pick(&[1, 1, 2, 4, 12], 1) {
            if user.groups.len() < MOST_GROUPS
                && let Some(name) = self.spelled(Kind::Group)
            {
                join(user, name);
            }
        }
        // One fewer, as many, and one more than a number that a size was compared with.
        if !self.dictionary.counts().is_empty() && self.dice.one_in(4) {
            let count = self.dice.pick(self.dictionary.counts(), 0) + self.dice.below(3);
            let count = count.saturating_sub(1).min(MOST_GROUPS);
            user.groups.truncate(count);
            for index in user.groups.len()..count {
                join(user, format!("team-of-many-{index}"));
            }
        }
    }

    /// The user comes from a provider of the dictionary, as the users of any provider do.
    fn provider(&mut self, user: &mut User, pool: &str) {
        let Some(provider) = self.take(Kind::Provider) else { return };
        let id = self.dice.below(1_000_000).to_string();
        let own = words::PROVIDERS.iter().find(|(name, _)| *name == provider).map(|(_, kind)| *kind);
        let kind = own.unwrap_or_else(|| self.dice.pick(&["OIDC", "SAML"], "OIDC"));
        user.name = format!("{provider}_{id}").into();
        user.status = UserStatus::ExternalProvider;
        if user.groups.len() < MOST_GROUPS && self.dice.one_in(2) {
            join(user, format!("{pool}_{provider}"));
        }
        let identity = Identity {
            provider: Text::Owned(provider),
            kind: Text::Borrowed(kind),
            user_id: Text::Owned(id),
            primary: true,
        };
        user.identities = vec![identity];
    }

    fn scopes(&mut self, situation: &mut Situation) {
        for _ in 0..=self.dice.below(2) {
            // Machines have scopes of resource servers only.
            if let Some(scope) = self.take(Kind::Scope)
                && (!situation.flow.is_machine() || is_of_resource_server(&scope))
                && !situation.scopes.iter().any(|other| other.as_str() == scope)
            {
                situation.scopes.push(scope.into());
            }
        }
    }

    fn metadata(&mut self, situation: &mut Situation) {
        for _ in 0..=self.dice.below(2) {
            let (key, value) = if !self.dice.one_in(3)
                && let Some(pair) = self.pair(Kind::MetadataKey)
            {
                pair
            } else if let Some(key) = self.take(Kind::MetadataKey) {
                let general = Text::Borrowed(self.dice.pick(words::METADATA_VALUES, "a"));
                let own = if self.dice.one_in(2) { self.spelled(Kind::Value) } else { None };
                (key, own.map_or(general, Text::Owned))
            } else {
                return;
            };
            situation.client_metadata.retain(|(other, _)| *other != key);
            situation.client_metadata.push((Text::Owned(key), value));
        }
    }

    /// A name of a kind, and a value that was seen with it.
    fn pair(&mut self, kind: Kind) -> Option<(String, Text)> {
        let of_kind = self.dictionary.places(kind);
        let pairs = self.dictionary.paired();
        let from = pairs.partition_point(|(name, _)| *name < self.window.start);
        let to = pairs.partition_point(|(name, _)| *name < self.window.end);
        let fits = |(name, _): &&(usize, usize)| of_kind.binary_search(name).is_ok();
        let pairs = pairs.get(from..to).unwrap_or_default().iter().filter(fits);
        let chosen = self.dice.below(pairs.clone().count());
        let (name, value) = pairs.clone().nth(chosen)?;
        let (name, value) = (self.dictionary.word(*name)?.to_owned(), self.dictionary.word(*value)?.to_owned());
        Some((name, Text::Owned(self.respelled(value))))
    }

    /// A word of a kind within view, spelled otherwise now and then.
    fn spelled(&mut self, kind: Kind) -> Option<String> {
        let word = self.take(kind)?;
        Some(if kind == Kind::Domain { word } else { self.respelled(word) })
    }

    /// Sources test for beginnings and endings too, and without regard to case.
    fn respelled(&mut self, word: String) -> String {
        match self.dice.below(32) {
            0 => word.to_uppercase(),
            1 => word.to_lowercase(),
            2 => format!("{word}-1"),
            3 => format!("x-{word}"),
            _ => word,
        }
    }

    /// A word of a kind within view, mostly one that something speaks for.
    fn take(&mut self, kind: Kind) -> Option<String> {
        let likely = self.in_view(self.dictionary.likely(kind));
        let view =
            if likely.is_empty() || self.dice.one_in(4) { self.in_view(self.dictionary.places(kind)) } else { likely };
        let place = *view.get(self.dice.below(view.len()))?;
        self.dictionary.word(place).map(ToOwned::to_owned)
    }

    /// The part of a list of places that is within view.
    fn in_view(&self, places: &'d [usize]) -> &'d [usize] {
        let from = places.partition_point(|place| *place < self.window.start);
        let to = places.partition_point(|place| *place < self.window.end);
        places.get(from..to).unwrap_or_default()
    }
}

/// One below the limit of 100 (O-07): a federated user may be in the provider's group too.
const MOST_GROUPS: usize = 99;

/// `server/scope`, with nothing missing.
fn is_of_resource_server(scope: &str) -> bool {
    scope
        .rsplit_once('/')
        .is_some_and(|(server, name)| !server.is_empty() && !server.ends_with('/') && !name.is_empty())
}

/// Sets an attribute, unless Cognito would not have let it have that value.
fn set(user: &mut User, name: String, value: Text) {
    if !words::fits(&name, &value) {
        return;
    }
    match user.attributes.iter_mut().find(|attribute| attribute.name.as_str() == name) {
        Some(attribute) => attribute.value = value,
        None => user.attributes.push(Attribute { name: name.into(), value }),
    }
}

fn join(user: &mut User, name: String) {
    if !user.groups.iter().any(|group| group.name.as_str() == name) {
        user.groups.push(Group { name: name.into(), role: None, precedence: None });
    }
}
