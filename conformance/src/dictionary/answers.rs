use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shape;
use crate::generate::{Dictionary, Kind, Likely};

/// The words of a trigger's own answers: what it writes into tokens it may also look for.
///
/// A claim `tenant` makes the attribute `custom:tenant` worth a try, a group that it adds may be one that it tests for.
/// What the answer has from its event is known already. A word counts when two answers have it, and when it looks like
/// neither a time nor a random id: the cases of a run must be the same the next time.
///
/// ```
/// use pretoken::dictionary::of_answers;
/// use pretoken::generate::Kind;
/// use serde_json::json;
///
/// let answer = json!({"response": {"claimsOverrideDetails": {"claimsToAddOrOverride": {"tenant": "initech"}}}});
/// let dictionary = of_answers([(&json!({}), &answer), (&json!({}), &answer)]);
/// assert_eq!(dictionary.of(Kind::Attribute), ["custom:tenant"]);
/// assert_eq!(dictionary.pairs(), [("custom:tenant", "initech")]);
/// ```
pub fn of_answers<'a>(answers: impl IntoIterator<Item = (&'a Value, &'a Value)>) -> Dictionary {
    let mut seen: BTreeMap<Said, usize> = BTreeMap::new();
    for (event, answer) in answers {
        let mut sent = BTreeSet::new();
        texts(event, &mut sent);
        let mut said = BTreeSet::new();
        for container in ["claimsOverrideDetails", "claimsAndScopeOverrideDetails"] {
            if let Some(details) = answer.get("response").and_then(|response| response.get(container)) {
                details_of(details, &mut said);
            }
        }
        for said in said.into_iter().filter(|said| !sent.contains(said.word())) {
            *seen.entry(said).or_default() += 1;
        }
    }
    let mut dictionary = Dictionary::default();
    for (said, _) in seen.into_iter().filter(|(_, answers)| *answers >= 2).take(MOST) {
        said.add(&mut dictionary);
    }
    dictionary
}

/// A trigger that writes more is copying a table.
const MOST: usize = 500;

/// Something that an answer says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Claim(String),
    /// A claim, and its value.
    Value(String, String),
    Group(String),
    Scope(String),
}

impl Said {
    fn word(&self) -> &str {
        match self {
            Self::Claim(word) | Self::Value(_, word) | Self::Group(word) | Self::Scope(word) => word,
        }
    }

    fn add(&self, dictionary: &mut Dictionary) {
        if passes_with_time(self.word()) || !shape::is_word(self.word()) {
            return;
        }
        let (word, kinds) = match self {
            Self::Claim(claim) => {
                attribute(claim, dictionary);
                return;
            }
            Self::Value(claim, value) => {
                let kinds = [(Kind::Value, Likely::Yes), (Kind::Group, Likely::Perhaps)];
                if let (Some(name), Some(value)) = (attribute(claim, dictionary), dictionary.add(value, &kinds)) {
                    dictionary.pair(name, value);
                }
                return;
            }
            Self::Group(group) => (group, vec![(Kind::Group, Likely::Yes), (Kind::Value, Likely::Perhaps)]),
            Self::Scope(scope) => (scope, vec![(Kind::Scope, Likely::Yes)]),
        };
        dictionary.add(word, &kinds);
    }
}

/// The attribute that a claim may be made of.
fn attribute(claim: &str, dictionary: &mut Dictionary) -> Option<usize> {
    let likely = [(Kind::Attribute, Likely::Yes)];
    if shape::certain(claim).iter().any(|(kind, _)| *kind == Kind::Attribute) {
        return dictionary.add(claim, &likely);
    }
    let name = claim.rsplit(['/', ':']).next().unwrap_or(claim);
    dictionary.add(&format!("custom:{name}"), &likely)
}

fn details_of(details: &Value, said: &mut BTreeSet<Said>) {
    let parts = [Some(details), details.get("idTokenGeneration"), details.get("accessTokenGeneration")];
    for part in parts.into_iter().flatten() {
        for (claim, value) in part.get("claimsToAddOrOverride").and_then(Value::as_object).into_iter().flatten() {
            said.insert(Said::Claim(claim.clone()));
            let mut values = BTreeSet::new();
            texts(value, &mut values);
            said.extend(values.into_iter().map(|value| Said::Value(claim.clone(), value.to_owned())));
        }
        said.extend(listed(part, "claimsToSuppress").map(Said::Claim));
        said.extend(
            ["scopesToAdd", "scopesToSuppress"].into_iter().flat_map(|list| listed(part, list)).map(Said::Scope),
        );
    }
    if let Some(groups) = details.get("groupOverrideDetails") {
        said.extend(listed(groups, "groupsToOverride").map(Said::Group));
    }
}

fn listed<'a>(part: &'a Value, list: &str) -> impl Iterator<Item = String> + use<'a> {
    part.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned)
}

fn texts<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => drop(found.insert(text)),
        Value::Array(list) => list.iter().for_each(|value| texts(value, found)),
        Value::Object(map) => map.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// Whether a word is likely to be another one in the next run: a time, or a random id.
fn passes_with_time(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_id = word.len() >= 16 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    digits >= 8 || is_id
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn twice(event: &Value, details: &Value) -> Dictionary {
        let answer = json!({"response": {"claimsAndScopeOverrideDetails": details}});
        of_answers([(event, &answer), (event, &answer)])
    }

    #[test]
    fn claims_groups_and_scopes_of_answers_are_words_to_try() {
        let details = json!({
            "idTokenGeneration": {"claimsToAddOrOverride": {"plan": ["gold", 1, null]}, "claimsToSuppress": ["locale"]},
            "accessTokenGeneration": {"scopesToAdd": ["orders/read"], "scopesToSuppress": ["phone"]},
            "groupOverrideDetails": {"groupsToOverride": ["auditors"]},
        });
        let dictionary = twice(&json!({}), &details);
        assert_eq!(dictionary.of(Kind::Attribute), ["locale", "custom:plan"]);
        assert_eq!(dictionary.pairs(), [("custom:plan", "gold")]);
        assert!(dictionary.of(Kind::Group).contains(&"auditors"));
        assert_eq!(dictionary.of(Kind::Scope), ["orders/read", "phone"]);
    }

    #[test]
    fn what_the_event_had_and_what_changes_from_run_to_run_is_left_out() {
        let event = json!({"request": {"userAttributes": {"email": "jane@example.com"}}});
        let details = json!({"idTokenGeneration": {"claimsToAddOrOverride": {
            "mail": "jane@example.com",
            "at": "1735689600",
            "when": "2025-01-01T00:00:00Z",
            "id": "6f1c2b3a-9d8e-4f70-8a1b-2c3d4e5f6a7b",
            "plan": "gold",
        }}});
        assert_eq!(twice(&event, &details).pairs(), [("custom:plan", "gold")]);
    }

    #[test]
    fn a_word_of_one_answer_alone_is_left_out() {
        let answer =
            |value: &str| json!({"response": {"claimsOverrideDetails": {"claimsToAddOrOverride": {"plan": value}}}});
        let (one, other, event) = (answer("gold"), answer("iron"), json!({}));
        assert_eq!(of_answers([(&event, &one), (&event, &other), (&event, &one)]).of(Kind::Value), ["gold"]);
    }

    #[test]
    fn answers_of_any_form_are_read_without_harm() {
        for answer in [
            json!(null),
            json!([]),
            json!({"response": 1}),
            json!({"response": {"claimsOverrideDetails": {
            "claimsToAddOrOverride": [], "claimsToSuppress": {"a": 1}, "groupOverrideDetails": "x"}}}),
        ] {
            assert!(of_answers([(&json!({}), &answer), (&json!({}), &answer)]).is_empty(), "{answer}");
        }
    }
}
