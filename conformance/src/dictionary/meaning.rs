use std::collections::HashMap;

use super::shape;
use super::token::Token;
use super::topic::Topic;
use crate::generate::{Dictionary, Kind, Likely};

/// Sorts the constants of sources by what stands around them.
///
/// This is no data flow analysis. A statement speaks of what its names say (`groups`, `clientId`, `userAttributes`), a
/// variable speaks of what was assigned to it, and a constant in a statement is taken for what the statement speaks of.
/// What is sorted wrongly costs a few draws, never a verdict.
#[derive(Default)]
pub(super) struct Meanings {
    dictionary: Dictionary,
    /// What variables stand for. Without scopes: handlers are small, and a wrong one is harmless.
    variables: HashMap<String, Vec<Meaning>>,
    /// What the `switch` or `match` that was last met is about.
    subject: Vec<Meaning>,
}

/// What a part of a statement stands for.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    /// One of these: of the groups, of the scopes ….
    Topic(Topic),
    /// The attribute, or the client metadata, of this name.
    Key(Kind, String),
    /// A constant.
    Text(String),
    /// A constant that is a key of a table: what stands around it is not about it.
    Field(String),
    /// A constant that a variable stands for.
    Known(String),
    /// How many there are.
    Size,
}

/// More constants than this in one variable are data.
const CONSTANTS: usize = 200;

impl Meanings {
    /// Sorts the constants of some sources. They are gone through twice, because what a variable stands for may be told
    /// further down, or in another file.
    pub(super) fn of(sources: &[Vec<Token>]) -> Dictionary {
        let mut meanings = Self::default();
        for last in [false, true] {
            meanings.dictionary = Dictionary::default();
            let statements = sources.iter().flat_map(|tokens| tokens.split(|token| *token == Token::End));
            statements
                .filter(|statement| !statement.is_empty())
                .for_each(|statement| meanings.statement(statement, last));
        }
        meanings.dictionary
    }

    fn statement(&mut self, tokens: &[Token], sorts: bool) {
        // A constant alone is documentation, or `"use strict"`.
        if tokens.iter().all(|token| token.text().is_some()) {
            return;
        }
        let at = |index: usize| tokens.get(index);
        let first = at(0).and_then(Token::name).unwrap_or_default();
        let mut meanings: Vec<(usize, Meaning)> = Vec::new();
        if first == "case" {
            meanings.extend(self.subject.iter().map(|meaning| (0, meaning.clone())));
        }
        for index in 0..tokens.len() {
            self.meaning_of(tokens, index, &mut meanings);
        }
        if matches!(first, "switch" | "match") {
            self.subject = meanings.iter().map(|(_, meaning)| meaning.clone()).collect();
        }
        self.assign(tokens, &meanings);
        if sorts && !matches!(first, "import" | "from") {
            self.sort(tokens, &meanings);
        }
    }

    /// What the token at a place stands for.
    fn meaning_of(&self, tokens: &[Token], index: usize, meanings: &mut Vec<(usize, Meaning)>) {
        let before = |steps: usize| index.checked_sub(steps).and_then(|index| tokens.get(index));
        let marked = |steps: usize, mark: &str| before(steps).is_some_and(|token| token.is(mark));
        let after = tokens.get(index + 1);
        match tokens.get(index) {
            Some(Token::Text(text)) => {
                let is_held = before(2)
                    .is_some_and(|token| token.name().is_some() || [")", "]", "?."].iter().any(|mark| token.is(mark)));
                let is_index = is_held && marked(1, "[") && after.is_some_and(|token| token.is("]"));
                let is_field =
                    (index == 0 || marked(1, "{") || marked(1, ",")) && after.is_some_and(|token| token.is(":"));
                let is_argument = marked(1, "(") && before(2).and_then(Token::name).is_some_and(is_lookup);
                let is_tested = after.and_then(Token::name) == Some("in");
                let holder = if is_tested { topic_behind(self, tokens, index) } else { topic_before(meanings) };
                let is_key = (is_index || is_argument || is_tested) && !shape::is_of_protocol(text);
                meanings.push((
                    index,
                    match (holder.and_then(Topic::holds), holder) {
                        (Some(kind), _) if is_key => Meaning::Key(kind, text.clone()),
                        (_, None) if is_key && !is_tested => key_of_anything(text),
                        _ => {
                            let topic = if is_field { Topic::of(text) } else { Topic::of_field(text) };
                            let constant = if is_field { Meaning::Field } else { Meaning::Text };
                            topic.map_or_else(|| constant(text.clone()), Meaning::Topic)
                        }
                    },
                ));
            }
            Some(Token::Name(name)) => {
                let is_member = marked(1, ".") || marked(1, "?.");
                let is_call = after.is_some_and(|token| token.is("("));
                if matches!(name.as_str(), "len" | "length" | "size") {
                    meanings.push((index, Meaning::Size));
                } else if is_member
                    && !is_call
                    && let Some(kind) = direct_holder(self, tokens, index)
                {
                    meanings.push((index, Meaning::Key(kind, name.clone())));
                } else {
                    meanings.extend(Topic::of(name).map(|topic| (index, Meaning::Topic(topic))));
                    if !is_member && let Some(known) = self.variables.get(name) {
                        meanings.extend(known.iter().map(|meaning| (index, meaning.clone())));
                    }
                }
            }
            _ => {}
        }
    }

    /// Remembers what a variable stands for from here on.
    fn assign(&mut self, tokens: &[Token], meanings: &[(usize, Meaning)]) {
        let Some(sign) = tokens.iter().position(|token| token.is("=") || token.is(":=") || token.name() == Some("of"))
        else {
            return self.assign_in_loop(tokens, meanings);
        };
        let of = meanings.iter().filter(|(index, _)| *index > sign).map(|(_, meaning)| meaning.clone());
        let mut of: Vec<Meaning> = of.collect();
        // `tenant = attributes.get("custom:tenant", "none")` is that attribute, and neither all of them nor `none`.
        if of.iter().any(|meaning| matches!(meaning, Meaning::Key(..))) {
            of.retain(|meaning| matches!(meaning, Meaning::Key(..)));
            of.truncate(1);
        } else if of.iter().any(|meaning| matches!(meaning, Meaning::Topic(_))) {
            of.retain(|meaning| matches!(meaning, Meaning::Topic(_) | Meaning::Size));
        }
        // What is looked up in a table are its keys.
        if let Some(keys) = keys_of_table(tokens.get(sign + 1..).unwrap_or_default()) {
            of = keys;
        }
        for meaning in &mut of {
            if let Meaning::Text(text) = meaning {
                *meaning = Meaning::Known(std::mem::take(text));
            }
        }
        of.truncate(CONSTANTS);
        let left = tokens.get(..sign).unwrap_or_default();
        if let Some(from) = left.iter().position(|token| token.is("{")) {
            return self.destructure(left.get(from..).unwrap_or_default(), &of);
        }
        // The name is the last one before the sign, or the one before a type: `const tenant: string = …`.
        let end = left.iter().position(|token| token.is(":")).unwrap_or(left.len());
        let is_part = left.iter().any(|token| token.is("[") || token.is("."));
        let name = left.get(..end).and_then(|left| left.iter().rev().find_map(Token::name));
        if let Some(name) = name.filter(|_| !is_part) {
            self.variables.insert(name.to_owned(), of);
        }
    }

    /// `for group in groups:` and comprehensions: one of what is gone through.
    fn assign_in_loop(&mut self, tokens: &[Token], meanings: &[(usize, Meaning)]) {
        let start = tokens.iter().position(|token| token.name() == Some("for"));
        let Some((start, name)) = start.and_then(|start| Some((start, tokens.get(start + 1)?.name()?))) else { return };
        let of = meanings
            .iter()
            .filter(|(index, meaning)| *index > start + 1 && matches!(meaning, Meaning::Topic(_) | Meaning::Known(_)));
        self.variables.insert(name.to_owned(), of.map(|(_, meaning)| meaning.clone()).take(CONSTANTS).collect());
    }

    /// `const { email, "custom:tenant": tenant } = event.request.userAttributes`.
    fn destructure(&mut self, names: &[Token], of: &[Meaning]) {
        let kind = of.iter().rev().find_map(|meaning| match meaning {
            Meaning::Topic(topic) => topic.holds(),
            _ => None,
        });
        let Some(kind) = kind else { return };
        for member in names.split(|token| token.is(",")) {
            let mut words = member.iter().filter_map(|token| token.name().or_else(|| token.text()));
            if let Some(key) = words.next() {
                let name = words.next().unwrap_or(key);
                self.variables.insert(name.to_owned(), vec![Meaning::Key(kind, key.to_owned())]);
                self.add_key(kind, key);
            }
        }
    }

    /// Adds the constants of a statement.
    fn sort(&mut self, tokens: &[Token], meanings: &[(usize, Meaning)]) {
        let topics: Vec<Topic> = meanings
            .iter()
            .filter_map(|(_, meaning)| match meaning {
                Meaning::Topic(topic) => Some(*topic),
                _ => None,
            })
            .collect();
        // Names on the left of an answer's assignment are claims: `claims["tenant"] = …`.
        let claims_end = if is_answer(tokens) { tokens.iter().position(|token| token.is("=")) } else { None };
        let mut keys: Vec<(usize, usize)> = Vec::new();
        for (place, (index, meaning)) in meanings.iter().enumerate() {
            let is_repeated = place > 0 && meanings.get(place - 1).is_some_and(|(_, before)| before == meaning);
            if let Meaning::Key(kind, key) = meaning
                && !is_repeated
                && claims_end.is_none_or(|end| *index > end)
                && let Some(place) = self.add_key(*kind, key)
            {
                keys.push((*index, place));
            }
        }
        let nearest = |index: usize| {
            keys.iter().rev().find(|(key, _)| *key <= index).or_else(|| keys.first()).map(|(_, place)| *place)
        };
        for (place, (index, meaning)) in meanings.iter().enumerate() {
            let is_repeated = meanings.iter().take(place).any(|(_, before)| before == meaning);
            if is_repeated {
                continue;
            }
            let key = nearest(*index);
            let text = match meaning {
                Meaning::Field(text) => {
                    self.dictionary.add(text, &shape::kinds(text));
                    continue;
                }
                Meaning::Text(text) => text,
                // Where nothing is told of it, it was added already, where it stands.
                Meaning::Known(text)
                    if (key.is_some() || !topics.is_empty()) && claims_end.is_none_or(|end| *index > end) =>
                {
                    text
                }
                _ => continue,
            };
            if let (Some(value), Some(name)) = (self.add_text(text, &topics, key.is_some()), key) {
                self.dictionary.pair(name, value);
            }
        }
        let compares = tokens
            .iter()
            .any(|token| matches!(token, Token::Mark("<" | ">" | "<=" | ">=" | "==" | "===" | "!=" | "!==")));
        if !compares {
            return;
        }
        let of_size = meanings.iter().any(|(_, meaning)| *meaning == Meaning::Size);
        for (index, number) in tokens.iter().enumerate().filter_map(|(index, token)| match token {
            Token::Number(number) => Some((index, *number)),
            _ => None,
        }) {
            if of_size && let Ok(size @ 2..=100) = usize::try_from(number) {
                self.dictionary.count(size);
            } else if !of_size {
                let name = nearest(index);
                let likely = if name.is_some() { Likely::Yes } else { Likely::Perhaps };
                for number in [number.saturating_sub(1), number, number.saturating_add(1)] {
                    let value = self.dictionary.add(&number.to_string(), &[(Kind::Value, likely)]);
                    if let (Some(name), Some(value)) = (name, value) {
                        self.dictionary.pair(name, value);
                    }
                }
            }
        }
    }

    fn add_key(&mut self, kind: Kind, key: &str) -> Option<usize> {
        if !shape::is_word(key) {
            return None;
        }
        self.dictionary.add(key, &[(kind, Likely::Yes)])
    }

    fn add_text(&mut self, text: &str, topics: &[Topic], beside_key: bool) -> Option<usize> {
        let mut kinds = shape::certain(text);
        let is_word = shape::is_word(text);
        if is_word {
            for topic in topics {
                kinds.extend(topic.kinds().iter().map(|kind| (*kind, Likely::Yes)));
            }
            if beside_key {
                kinds.push((Kind::Value, Likely::Yes));
            }
            if kinds.is_empty() {
                kinds = shape::kinds(text);
            }
        }
        // What names an issuer's user begins with the provider's name: `Okta_`.
        if topics.iter().any(|topic| matches!(topic, Topic::UserName | Topic::Provider)) {
            let provider = text.trim_end_matches('_');
            self.dictionary.add(provider, &[(Kind::Provider, Likely::Yes)]);
        }
        if let Some(domain) = shape::domain(text) {
            kinds.retain(|(kind, _)| *kind != Kind::Domain);
            self.dictionary.add(domain, &[(Kind::Domain, Likely::Yes)]);
        }
        self.dictionary.add(text, &kinds)
    }
}

/// Methods that look something up by the name that is their first argument.
fn is_lookup(method: &str) -> bool {
    matches!(method, "get" | "pop" | "setdefault" | "has" | "hasOwnProperty" | "hasOwn" | "getOrDefault")
}

/// A name that is looked up in what tells nothing by its own name: client metadata as a parameter, or an own table.
fn key_of_anything(name: &str) -> Meaning {
    let is_attribute = shape::certain(name).iter().any(|(kind, _)| *kind == Kind::Attribute);
    let kind = if is_attribute { Kind::Attribute } else { Kind::MetadataKey };
    Topic::of(name).map_or_else(|| Meaning::Key(kind, name.to_owned()), Meaning::Topic)
}

/// What was last spoken of.
fn topic_before(meanings: &[(usize, Meaning)]) -> Option<Topic> {
    meanings.iter().rev().find_map(|(_, meaning)| match meaning {
        Meaning::Topic(topic) => Some(*topic),
        _ => None,
    })
}

/// What `"name" in …` looks into.
fn topic_behind(meanings: &Meanings, tokens: &[Token], index: usize) -> Option<Topic> {
    let behind = tokens.get(index + 2..)?;
    let mut found = behind.iter().take(12).filter_map(|token| token.name().or_else(|| token.text()));
    found.find_map(|name| known_topic(meanings, name))
}

/// What a member is looked up in: the name right before its dot.
fn direct_holder(meanings: &Meanings, tokens: &[Token], index: usize) -> Option<Kind> {
    let holder = index.checked_sub(2).and_then(|index| tokens.get(index))?.name()?;
    known_topic(meanings, holder)?.holds()
}

fn known_topic(meanings: &Meanings, name: &str) -> Option<Topic> {
    Topic::of(name).or_else(|| {
        meanings.variables.get(name)?.iter().find_map(|meaning| match meaning {
            Meaning::Topic(topic) => Some(*topic),
            _ => None,
        })
    })
}

/// The keys of a table that is written out, such as `{"initech": 1, hooli: {…}}`, also within a call: `Object.freeze({…})`.
fn keys_of_table(tokens: &[Token]) -> Option<Vec<Meaning>> {
    let start = tokens.iter().take(6).position(|token| token.is("{"))?;
    let mut depth = 0_usize;
    let mut keys = Vec::new();
    for (index, token) in tokens.iter().enumerate().skip(start) {
        match token {
            Token::Mark("{" | "[" | "(") => depth += 1,
            Token::Mark("}" | "]" | ")") => depth = depth.saturating_sub(1),
            Token::Text(key) | Token::Name(key)
                if depth == 1
                    && tokens.get(index + 1).is_some_and(|token| token.is(":"))
                    && index
                        .checked_sub(1)
                        .and_then(|index| tokens.get(index))
                        .is_some_and(|token| token.is("{") || token.is(",")) =>
            {
                keys.push(Meaning::Text(key.clone()));
            }
            _ => {}
        }
    }
    (!keys.is_empty()).then_some(keys)
}

/// Whether a statement writes the answer.
fn is_answer(tokens: &[Token]) -> bool {
    let Some(sign) = tokens.iter().position(|token| token.is("=")) else { return false };
    let left = tokens.get(..sign).unwrap_or_default();
    left.iter().any(|token| token.is("["))
        && !matches!(left.first().and_then(Token::name), Some("const" | "let" | "var"))
}

#[cfg(test)]
mod tests {
    use super::super::{javascript, python};
    use super::*;

    fn python(source: &str) -> Dictionary {
        Meanings::of(&[python::tokens(source)])
    }

    fn javascript(source: &str) -> Dictionary {
        Meanings::of(&[javascript::tokens(source)])
    }

    type Expected<'a> = &'a [(Kind, &'a str)];

    fn assert_has(dictionary: &Dictionary, source: &str, expected: Expected<'_>) {
        for (kind, word) in expected {
            assert!(dictionary.of(*kind).contains(word), "{source}: {kind:?} {word}: {dictionary:?}");
        }
    }

    #[test]
    fn the_words_of_a_python_source_are_sorted_by_what_stands_around_them() {
        let table: &[(&str, Expected<'_>)] = &[
            (
                "if attributes['custom:tenant'] == 'acme': pass",
                &[(Kind::Attribute, "custom:tenant"), (Kind::Value, "acme")],
            ),
            ("if 'auditors' in groups: pass", &[(Kind::Group, "auditors")]),
            (
                "if any(g == 'ops' for g in event['request']['groupConfiguration']['groupsToOverride']): pass",
                &[(Kind::Group, "ops")],
            ),
            ("if event['callerContext']['clientId'] == '7backoffice': pass", &[(Kind::Client, "7backoffice")]),
            (
                "if event['triggerSource'] == 'TokenGeneration_HostedAuth': pass",
                &[(Kind::Source, "TokenGeneration_HostedAuth")],
            ),
            ("if 'orders/refund' in event['request']['scopes']: pass", &[(Kind::Scope, "orders/refund")]),
            ("if 'refund' in event['request']['scopes']: pass", &[(Kind::Scope, "refund")]),
            (
                "m = event['request'].get('clientMetadata') or {}\nif m.get('impersonate') == 'yes': pass",
                &[(Kind::MetadataKey, "impersonate"), (Kind::Value, "yes")],
            ),
            ("if identity['providerName'] == 'Okta': pass", &[(Kind::Provider, "Okta")]),
            ("if event['userName'].startswith('Okta_'): pass", &[(Kind::Provider, "Okta"), (Kind::UserName, "Okta_")]),
            ("if email.endswith('@initech.example'): pass", &[(Kind::Domain, "initech.example")]),
            (
                "ADMINS = {'root', 'wheel'}\nif ADMINS & set(groups): pass",
                &[(Kind::Group, "root"), (Kind::Group, "wheel")],
            ),
            (
                "match attributes.get('custom:plan'):\n  case 'gold': pass",
                &[(Kind::Attribute, "custom:plan"), (Kind::Value, "gold")],
            ),
            ("x = {'initech': 1}", &[(Kind::Value, "initech"), (Kind::Group, "initech"), (Kind::Client, "initech")]),
            ("def f(data):\n  return data.get('actAs')", &[(Kind::MetadataKey, "actAs")]),
        ];
        for (source, expected) in table {
            assert_has(&python(source), source, expected);
        }
    }

    #[test]
    fn the_words_of_a_javascript_source_are_sorted_by_what_stands_around_them() {
        let table: &[(&str, Expected<'_>)] = &[
            (
                "if (userAttributes['custom:tenant'] === 'acme') {}",
                &[(Kind::Attribute, "custom:tenant"), (Kind::Value, "acme")],
            ),
            (
                "if (event.request.userAttributes.locale?.startsWith('de')) {}",
                &[(Kind::Attribute, "locale"), (Kind::Value, "de")],
            ),
            (
                "const { 'custom:plan': plan, email } = event.request.userAttributes;\nif (plan === 'gold') {}",
                &[(Kind::Attribute, "custom:plan"), (Kind::Attribute, "email"), (Kind::Value, "gold")],
            ),
            ("if (groups.includes('auditors')) {}", &[(Kind::Group, "auditors")]),
            (
                "const { clientId } = event.callerContext\nif (clientId === '7backoffice') {}",
                &[(Kind::Client, "7backoffice")],
            ),
            (
                "if (event.request.clientMetadata?.impersonate === 'yes') {}",
                &[(Kind::MetadataKey, "impersonate"), (Kind::Value, "yes")],
            ),
            ("switch (attrs['custom:plan']) {\n case 'gold': break\n}", &[(Kind::Value, "gold")]),
            (
                "const ADMINS = new Set([\n 'root',\n 'wheel'])\nif (groups.some((g) => ADMINS.has(g))) {}",
                &[(Kind::Group, "root"), (Kind::Group, "wheel")],
            ),
            ("if (`${email}`.endsWith('@initech.example')) {}", &[(Kind::Domain, "initech.example")]),
            ("{\"groups\": [\"auditors\"]}", &[(Kind::Group, "auditors")]),
        ];
        for (source, expected) in table {
            assert_has(&javascript(source), source, expected);
        }
    }

    #[test]
    fn a_name_and_the_value_it_is_compared_with_are_a_pair() {
        let table: &[(&str, (&str, &str))] = &[
            ("if attributes['custom:tenant'] == 'acme': pass", ("custom:tenant", "acme")),
            ("if 'acme' == attributes['custom:tenant']: pass", ("custom:tenant", "acme")),
            (
                "tenant = attributes.get('custom:tenant', '')\nif tenant.lower() == 'acme': pass",
                ("custom:tenant", "acme"),
            ),
            ("TENANT = 'acme'\nif attributes['custom:tenant'] == TENANT: pass", ("custom:tenant", "acme")),
            (
                "if attributes['a:b'] == 'c' and attributes['custom:tenant'] in ('x', 'acme'): pass",
                ("custom:tenant", "acme"),
            ),
            ("if int(attributes['custom:seats']) > 250: pass", ("custom:seats", "251")),
            ("if metadata['impersonate'] == 'yes': pass", ("impersonate", "yes")),
        ];
        for (source, pair) in table {
            let dictionary = python(source);
            assert!(dictionary.pairs().contains(pair), "{source}: {:?}", dictionary.pairs());
        }
    }

    #[test]
    fn a_variable_is_known_wherever_it_stands_and_a_table_by_its_keys() {
        let table: &[(&str, (&str, &str))] = &[
            ("def price(seats):\n  return seats > 250\nseats = attributes['custom:seats']", ("custom:seats", "251")),
            ("T = {'initech': {'name': 'Initech'}}\nT.get(attributes['custom:org'])", ("custom:org", "initech")),
        ];
        for (source, pair) in table {
            let dictionary = python(source);
            assert!(dictionary.pairs().contains(pair), "{source}: {:?}", dictionary.pairs());
            assert!(!dictionary.pairs().contains(&("custom:org", "name")), "{source}: {:?}", dictionary.pairs());
        }
        let dictionary =
            javascript("const T = Object.freeze({ initech: 1, 'hooli': { x: 2 } })\nT[attributes['custom:org']]");
        assert_eq!(dictionary.pairs(), [("custom:org", "initech"), ("custom:org", "hooli")]);
    }

    #[test]
    fn several_conditions_of_one_statement_keep_their_own_values() {
        let source = "
attributes = event['request']['userAttributes']
region = attributes.get('custom:region', '')
if region == 'apac' and attributes.get('custom:tier') == 'platinum' and 'resellers' in groups:
    claims['discount'] = attributes['custom:discount']
";
        let dictionary = python(source);
        let pairs = dictionary.pairs();
        assert!(
            pairs.contains(&("custom:region", "apac")) && pairs.contains(&("custom:tier", "platinum")),
            "{pairs:?}"
        );
        assert!(dictionary.of(Kind::Attribute).contains(&"custom:discount"));
        assert!(dictionary.of(Kind::Group).contains(&"resellers"));
    }

    #[test]
    fn a_size_that_is_compared_is_kept_apart_from_values() {
        let dictionary = python("if len(groups) > 24: pass");
        assert_eq!(dictionary.counts(), [24]);
        assert_eq!(javascript("if (groups.length >= 7) {}").counts(), [7]);
        assert_eq!(python("x = 24").counts(), [] as [usize; 0]);
    }

    #[test]
    fn texts_that_people_read_and_words_of_the_protocol_are_left_out() {
        let source =
            "\"\"\"acme\"\"\"\nlog('a text that people read when it goes wrong')\nevent['request']['userAttributes']";
        assert_eq!(python(source).words(), 0, "{:?}", python(source));
        assert_eq!(python("from words import acme\nimport os").words(), 0);
    }
}
