use std::collections::HashSet;

use super::words;
use crate::situation::TriggerSource;

/// The words of one trigger, sorted into what they can be in an event: the random phase takes them beside its own.
///
/// General words never meet a condition such as `attributes["custom:tenant"] == "initech"`; the words of the trigger's
/// own source do. Where they come from is not this type's business. Entries keep the order in which they were added,
/// because words that stand near each other in a source belong to the same condition more often than not.
///
/// ```
/// use pretoken::generate::{Dictionary, Kind, Likely, Situations};
/// use pretoken::situation::EventVersion;
///
/// let mut dictionary = Dictionary::default();
/// dictionary.add("wheel", &[(Kind::Group, Likely::Yes)]);
/// let situations = Situations::new(EventVersion::V2).with(&dictionary);
/// let found = (0..=255).any(|byte| {
///     let situation = situations.draw([byte; 32]);
///     situation.user().is_some_and(|user| user.groups.iter().any(|group| group.name.as_str() == "wheel"))
/// });
/// assert!(found);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    entries: Vec<String>,
    /// For each kind the entries that can be it, in order.
    kinds: [Vec<usize>; Kind::ALL.len()],
    /// Those of them that something speaks for.
    likely: [Vec<usize>; Kind::ALL.len()],
    /// A name and a value that were seen together, in order.
    pairs: Vec<(usize, usize)>,
    /// Numbers that the size of something was compared with.
    counts: Vec<usize>,
}

/// What a word can be in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The name of a user attribute, with its prefix.
    Attribute,
    /// The value of an attribute, or of client metadata.
    Value,
    /// The name of a group.
    Group,
    /// A scope.
    Scope,
    /// An app client's id.
    Client,
    /// A key of client metadata.
    MetadataKey,
    /// The name of an identity provider.
    Provider,
    /// What an email address ends with, such as `example.com`.
    Domain,
    /// The name of a user.
    UserName,
    /// A trigger source.
    Source,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Attribute,
        Self::Value,
        Self::Group,
        Self::Scope,
        Self::Client,
        Self::MetadataKey,
        Self::Provider,
        Self::Domain,
        Self::UserName,
        Self::Source,
    ];

    const fn index(self) -> usize {
        self as usize
    }

    /// Whether Cognito could send the word as this: a word that it could not is never taken. Limits: facts E-08, O-07, S-26.
    fn holds(self, word: &str) -> bool {
        let length = word.chars().count();
        match self {
            Self::Attribute => is_attribute(word),
            // Far below the limit of 2,048: longer ones are texts, and no values.
            Self::Value => length <= 256,
            Self::Group | Self::UserName => (1..=100).contains(&length) && !word.contains(is_blank),
            Self::Scope => {
                (1..=200).contains(&length) && word.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\')
            }
            Self::Client => (1..=128).contains(&length) && word.chars().all(is_client_character),
            Self::MetadataKey => length <= 256,
            // 1 to 32 characters, and no `_` or blank at either end.
            Self::Provider => (1..=32).contains(&length) && !word.contains(is_blank) && word.trim_matches('_') == word,
            Self::Domain => (1..=200).contains(&length) && !word.contains(is_blank) && !word.contains('@'),
            Self::Source => TriggerSource::parse(word).is_some(),
        }
    }
}

/// How likely a word is to be of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likely {
    /// Nothing speaks against it.
    Perhaps,
    /// What stands around it speaks for it.
    Yes,
}

/// More entries than this say nothing of any one of them.
const ENTRIES: usize = 4_000;

impl Dictionary {
    /// Adds a word as every kind that it can be, and gives back its place; `None` if it can be none of them.
    pub fn add(&mut self, word: &str, kinds: &[(Kind, Likely)]) -> Option<usize> {
        let place = self.entries.len();
        let mut kinds: Vec<_> = kinds.iter().filter(|(kind, _)| kind.holds(word)).copied().collect();
        kinds.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        kinds.dedup_by_key(|(kind, _)| *kind);
        if kinds.is_empty() || place >= ENTRIES {
            return None;
        }
        self.entries.push(word.to_owned());
        for (kind, likely) in kinds {
            self.kinds.get_mut(kind.index()).into_iter().for_each(|list| list.push(place));
            if likely == Likely::Yes {
                self.likely.get_mut(kind.index()).into_iter().for_each(|list| list.push(place));
            }
        }
        Some(place)
    }

    /// Remembers that the word at one place was compared with the word at another: a name and its value.
    pub fn pair(&mut self, name: usize, value: usize) {
        if name < self.entries.len() && value < self.entries.len() {
            let at = self.pairs.partition_point(|pair| *pair < (name, value));
            self.pairs.insert(at, (name, value));
        }
    }

    /// Remembers a number that the size of something was compared with.
    pub fn count(&mut self, number: usize) {
        if !self.counts.contains(&number) {
            self.counts.push(number);
        }
    }

    /// Takes in another dictionary, behind this one.
    pub fn extend(&mut self, other: &Self) {
        let room = ENTRIES.saturating_sub(self.entries.len());
        let from = self.entries.len();
        self.entries.extend(other.entries.iter().take(room).cloned());
        let mine = self.kinds.iter_mut().chain(&mut self.likely);
        for (mine, theirs) in mine.zip(other.kinds.iter().chain(&other.likely)) {
            mine.extend(theirs.iter().filter(|place| **place < room).map(|place| from + place));
        }
        let pairs = other.pairs.iter().filter(|(name, value)| *name < room && *value < room);
        self.pairs.extend(pairs.map(|(name, value)| (from + name, from + value)));
        other.counts.iter().for_each(|number| self.count(*number));
    }

    /// How many different words there are.
    pub fn words(&self) -> usize {
        self.entries.iter().collect::<HashSet<_>>().len()
    }

    /// Whether there is no word.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.counts.is_empty()
    }

    /// The words of a kind, each once, in order.
    pub fn of(&self, kind: Kind) -> Vec<&str> {
        let mut words: Vec<&str> = Vec::new();
        for word in self.places(kind).iter().filter_map(|place| self.word(*place)) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words
    }

    /// The names and values that were seen together, in order.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.pairs.iter().filter_map(|(name, value)| Some((self.word(*name)?, self.word(*value)?))).collect()
    }

    /// The numbers that sizes were compared with.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    pub(super) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn word(&self, place: usize) -> Option<&str> {
        self.entries.get(place).map(String::as_str)
    }

    /// The places of the words of a kind, in order.
    pub(super) fn places(&self, kind: Kind) -> &[usize] {
        self.kinds.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    /// The places of those that something speaks for.
    pub(super) fn likely(&self, kind: Kind) -> &[usize] {
        self.likely.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    /// Pairs as places, in the order of their names.
    pub(super) fn paired(&self) -> &[(usize, usize)] {
        &self.pairs
    }
}

/// Whether a name is one of the standard attributes, or of those that Cognito adds, that the general words know.
pub(crate) fn is_standard_attribute(name: &str) -> bool {
    words::ATTRIBUTES.contains(&name) && !name.contains(':')
}

/// Only standard attributes have no prefix; of the others the part behind it has up to 20 characters. What every user has
/// anyway, and what is made of the identities, is not taken.
fn is_attribute(name: &str) -> bool {
    if let Some(custom) = name.strip_prefix("custom:").or_else(|| name.strip_prefix("dev:custom:")) {
        return (1..=20).contains(&custom.chars().count()) && !custom.contains(is_blank);
    }
    is_standard_attribute(name)
        || name.strip_prefix("cognito:").is_some_and(|own| !own.is_empty() && own != "user_status")
}

fn is_blank(c: char) -> bool {
    // As the events' schemas have it: blanks, control and format characters.
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_client_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_cognito_could_not_send_is_not_taken() {
        let table = [
            (Kind::Attribute, "custom:tenant", true),
            (Kind::Attribute, "email", true),
            (Kind::Attribute, "custom:", false),
            (Kind::Attribute, "custom:a-name-of-twenty-one-c", false),
            (Kind::Attribute, "tenant", false),
            (Kind::Attribute, "sub", false),
            (Kind::Attribute, "cognito:user_status", false),
            (Kind::Group, "two words", false),
            (Kind::Group, "管理者", true),
            (Kind::Client, "a-b", false),
            (Kind::Client, "1example23456789", true),
            (Kind::Scope, "a b", false),
            (Kind::Scope, "api/read", true),
            (Kind::Provider, "Okta", true),
            (Kind::Provider, "Okta_", false),
            (Kind::Source, "TokenGeneration_HostedAuth", true),
            (Kind::Source, "PostConfirmation_ConfirmSignUp", false),
        ];
        for (kind, word, taken) in table {
            let mut dictionary = Dictionary::default();
            assert_eq!(dictionary.add(word, &[(kind, Likely::Yes)]).is_some(), taken, "{kind:?} {word}");
            assert_eq!(dictionary.of(kind).len(), usize::from(taken), "{kind:?} {word}");
        }
    }

    #[test]
    fn two_dictionaries_become_one_and_pairs_stay_pairs() {
        let mut one = Dictionary::default();
        one.add("admins", &[(Kind::Group, Likely::Yes)]);
        one.count(3);
        let mut other = Dictionary::default();
        let name = other.add("custom:plan", &[(Kind::Attribute, Likely::Yes)]).unwrap();
        let value = other.add("gold", &[(Kind::Value, Likely::Yes)]).unwrap();
        other.pair(name, value);
        other.count(3);
        one.extend(&other);
        assert_eq!(one.words(), 3);
        assert_eq!(one.pairs(), [("custom:plan", "gold")]);
        assert_eq!((one.of(Kind::Value), one.counts()), (vec!["gold"], &[3][..]));
    }

    #[test]
    fn there_is_an_end_to_what_is_taken() {
        let mut dictionary = Dictionary::default();
        for number in 0..2 * ENTRIES {
            dictionary.add(&number.to_string(), &[(Kind::Value, Likely::Yes)]);
        }
        let twice = dictionary.clone();
        dictionary.extend(&twice);
        assert_eq!(dictionary.words(), ENTRIES);
    }
}
