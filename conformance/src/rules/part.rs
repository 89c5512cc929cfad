use std::array;

use serde_json::{Map, Value, map};

use crate::situation::EventVersion;
use crate::tokens::TokenKind;

/// What an answer says about one token: its claims to set and to suppress, and its scopes.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The token.
    pub token: TokenKind,
    /// The JSON pointer of this part.
    pub pointer: &'static str,
    /// Its members, raw.
    pub fields: &'a Map<String, Value>,
}

impl<'a> Part<'a> {
    /// `claimsToAddOrOverride`, if it is an object.
    pub fn claims(&self) -> Option<&'a Map<String, Value>> {
        self.fields.get("claimsToAddOrOverride")?.as_object()
    }

    /// The JSON pointer of a claim that is set.
    pub fn claim_pointer(&self, claim: &str) -> String {
        format!("{}/claimsToAddOrOverride/{}", self.pointer, escaped(claim))
    }

    /// A list of names such as `claimsToSuppress` or `scopesToAdd`; `None` if there is no such list.
    pub fn list(&self, member: &str) -> Option<&'a [Value]> {
        Some(self.fields.get(member)?.as_array()?.as_slice())
    }

    /// The entries of such a list that are strings, with their places. Empty if there is no such list.
    pub fn names(&self, member: &str) -> impl Iterator<Item = (usize, &'a str)> + use<'a> {
        let list = self.list(member).unwrap_or_default();
        list.iter().enumerate().filter_map(|(index, name)| Some((index, name.as_str()?)))
    }

    /// The JSON pointer of an entry of such a list.
    pub fn entry_pointer(&self, member: &str, index: usize) -> String {
        format!("{}/{member}/{index}", self.pointer)
    }
}

/// The parts of an answer's details; those that are not objects are left out.
pub(super) fn parts(details: &Map<String, Value>, version: EventVersion) -> [Option<Part<'_>>; 2] {
    if version == EventVersion::V1 {
        return [Some(Part { token: TokenKind::Id, pointer: V1, fields: details }), None];
    }
    let part = |token, pointer, member| Some(Part { token, pointer, fields: details.get(member)?.as_object()? });
    [part(TokenKind::Id, V2_ID, "idTokenGeneration"), part(TokenKind::Access, V2_ACCESS, "accessTokenGeneration")]
}

/// The claims that some parts set, one part after the other. Written out, since rules go
/// through them for every answer.
pub(super) struct SetClaims<'a> {
    parts: array::IntoIter<Option<Part<'a>>, 2>,
    within: Option<(Part<'a>, map::Iter<'a>)>,
}

impl<'a> SetClaims<'a> {
    pub(super) fn of(parts: [Option<Part<'a>>; 2]) -> Self {
        Self { parts: parts.into_iter(), within: None }
    }
}

impl<'a> Iterator for SetClaims<'a> {
    type Item = (Part<'a>, &'a str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((part, claims)) = &mut self.within
                && let Some((claim, value)) = claims.next()
            {
                return Some((*part, claim, value));
            }
            self.within = self.parts.next()?.and_then(|part| Some((part, part.claims()?.iter())));
        }
    }
}

/// A member's name as a JSON pointer writes it (RFC 6901).
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

pub(super) const V1: &str = "/response/claimsOverrideDetails";
pub(super) const V2: &str = "/response/claimsAndScopeOverrideDetails";
const V2_ID: &str = "/response/claimsAndScopeOverrideDetails/idTokenGeneration";
const V2_ACCESS: &str = "/response/claimsAndScopeOverrideDetails/accessTokenGeneration";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_part_says_is_found_again_by_its_pointers() {
        let part = json!({"claimsToAddOrOverride": {"a/b": 1}, "claimsToSuppress": [null, "c"]});
        let details = json!({"accessTokenGeneration": part});
        let answer = json!({"response": {"claimsAndScopeOverrideDetails": details}});
        let [_, part] = parts(details.as_object().unwrap(), EventVersion::V2);
        let part = part.unwrap();
        assert_eq!(answer.pointer(&part.claim_pointer("a/b")), Some(&json!(1)));
        assert_eq!(part.names("claimsToSuppress").collect::<Vec<_>>(), [(1, "c")]);
        assert_eq!(answer.pointer(&part.entry_pointer("claimsToSuppress", 1)), Some(&json!("c")));
        assert_eq!(part.names("scopesToAdd").count(), 0);
    }

    #[test]
    fn the_claims_that_parts_set_come_one_part_after_the_other() {
        let set = |claims: &Value| json!({"claimsToAddOrOverride": claims});
        for (id, access, names) in [
            (json!({"a": 1, "b": 2}), json!({"c": 3}), &["a", "b", "c"][..]),
            (json!({}), json!({"c": 3}), &["c"]),
            (json!(null), json!({"c": 3}), &["c"]),
            (json!({"a": 1}), json!([]), &["a"]),
        ] {
            let details = json!({"idTokenGeneration": set(&id), "accessTokenGeneration": set(&access)});
            let claims = SetClaims::of(parts(details.as_object().unwrap(), EventVersion::V3));
            assert_eq!(claims.map(|(_, claim, _)| claim).collect::<Vec<_>>(), names, "{details}");
        }
    }
}
