//! The document as a whole: event versions, tokens, sizes.

use std::collections::BTreeMap;

use super::problems::Check;
use crate::policy::document::{AccessTokenDocument, Document, EventVersion, IdTokenDocument, MachineTokenDocument};
use crate::policy::{Fault, Groups, Policy, PolicyError, Scopes, Source, Token, TokenChanges};

/// What a policy's own words may add to one token, in bytes. Tokens travel in HTTP headers, and 8,192 bytes for all of them is a common
/// limit; the quota of 5,000 claims and scopes (O-04) cannot be reached below it either.
pub(super) const MOST_BYTES: usize = 2_048;

/// The least `maxTokenBytes`. Cognito's own claims are estimated at some 2,000 bytes of a signed token, so that with less nothing would
/// ever be added for users who have attributes and groups.
const LEAST_MAX_TOKEN_BYTES: usize = 4_096;

/// Turns the document into a policy, or says everything that is wrong with it.
pub(in crate::policy) fn policy(document: Document) -> Result<Policy, PolicyError> {
    let mut check = Check::default();
    let versions = check.versions(&document);
    let max_token_bytes = check.max_token_bytes(document.max_token_bytes);
    let groups = check.groups(document.groups.0);
    let id = check.id_token(document.id_token.unwrap_or_default().0, versions);
    let access = check.access_token(document.access_token.unwrap_or_default().0, &groups);
    let machine = check.machine_token(document.machine_token.unwrap_or_default().0);
    if check.problems.is_empty() {
        Ok(Policy { id, access, machine, groups, max_token_bytes })
    } else {
        Err(PolicyError::new(check.problems))
    }
}

/// Which values the ID token can carry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    /// Event version 1 is the only one: texts.
    Texts,
    /// Every type. Under event version 1 claims of another type than text are left out.
    Any,
}

impl Check {
    /// `eventVersions` is checked against the rest, and has no say later: each event is answered in its own version.
    fn versions(&mut self, document: &Document) -> Values {
        let Some(versions) = &document.event_versions else { return Values::Any };
        if versions.is_empty() {
            self.fault("/eventVersions", Fault::NoEventVersion);
            return Values::Any;
        }
        let only_first = !versions.contains(&EventVersion::V2) && !versions.contains(&EventVersion::V3);
        if only_first && document.access_token.is_some() {
            let next = "remove it, or serve event version 2";
            self.fault("/accessToken", Fault::WrongEventVersions { token: Token::Access, next });
        }
        if !versions.contains(&EventVersion::V3) && document.machine_token.is_some() {
            let next = "remove it, or serve event version 3";
            self.fault("/machineToken", Fault::WrongEventVersions { token: Token::Machine, next });
        }
        if only_first { Values::Texts } else { Values::Any }
    }

    fn max_token_bytes(&mut self, bytes: Option<usize>) -> Option<usize> {
        let least = LEAST_MAX_TOKEN_BYTES;
        if let Some(bytes) = bytes.filter(|bytes| *bytes < least) {
            self.fault("/maxTokenBytes", Fault::BudgetTooSmall { bytes, least });
        }
        bytes
    }

    fn id_token(&mut self, document: IdTokenDocument, values: Values) -> TokenChanges {
        let place = "/idToken";
        let claims = self.claims(place, Token::Id, document.claims);
        if values == Values::Texts {
            self.only_texts(place, &claims);
        }
        let suppress = self.suppress(place, Token::Id, document.suppress, &claims);
        self.token_size(place, TokenChanges { claims, suppress, scopes: Scopes::default() })
    }

    fn access_token(&mut self, document: AccessTokenDocument, groups: &Groups) -> TokenChanges {
        let place = "/accessToken";
        let claims = self.claims(place, Token::Access, document.claims);
        let suppress = self.suppress(place, Token::Access, document.suppress, &claims);
        let mut scopes = self.scopes(place, document.scopes.0.add, document.scopes.0.suppress);
        scopes.by_group = self.scopes_by_group(document.scopes.0.by_group, &scopes.suppress, groups);
        self.token_size(place, TokenChanges { claims, suppress, scopes })
    }

    fn machine_token(&mut self, document: MachineTokenDocument) -> TokenChanges {
        let place = "/machineToken";
        let claims = self.claims(place, Token::Machine, document.claims);
        let suppress = self.suppress(place, Token::Machine, document.suppress, &claims);
        let scopes = self.scopes(place, document.scopes.0.add, document.scopes.0.suppress);
        self.scopes_of_machine(place, &scopes);
        self.token_size(place, TokenChanges { claims, suppress, scopes })
    }

    /// The most that the policy's own words add: attribute values come on top, and Cognito bounds each of them (2,048 bytes).
    fn token_size(&mut self, place: &str, token: TokenChanges) -> TokenChanges {
        let claims = token.claims.iter().map(|claim| claim.name.len() + longest_value(&claim.source));
        let scopes = token.scopes.add.iter().chain(token.scopes.by_group.values().flatten()).map(String::len);
        // Quotes, colon and comma around a claim; the space before a scope.
        let bytes = claims.map(|bytes| bytes + 4).sum::<usize>() + scopes.map(|bytes| bytes + 1).sum::<usize>();
        if bytes > MOST_BYTES {
            self.fault(place, Fault::TooLarge { bytes, limit: MOST_BYTES });
        }
        token
    }
}

/// The length, as JSON, of the longest value that the policy's own words can give.
fn longest_value(source: &Source) -> usize {
    let longest_text = |values: &mut dyn Iterator<Item = &String>, default: &Option<String>| {
        values.map(String::len).chain(default.as_ref().map(String::len)).max().unwrap_or(0) + 2
    };
    match source {
        Source::Literal { bytes, .. } => *bytes,
        Source::Attribute { values, default, .. } => {
            longest_text(&mut values.iter().flat_map(BTreeMap::values), default)
        }
        Source::ClientMetadata { values, default, .. } => longest_text(&mut values.values(), default),
        Source::ClientId => 0,
    }
}
