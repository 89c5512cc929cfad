//! Claims: their names and where their values come from.

use std::collections::BTreeMap;

use super::problems::{Check, pointer};
use crate::policy::claim_names::ClaimKind;
use crate::policy::document::{ClaimDocument, Object, UniqueMap};
use crate::policy::fault::Action;
use crate::policy::{Claim, Fault, Source, Token};

/// What may stand beside a source.
struct Beside {
    values: Option<BTreeMap<String, String>>,
    default: Option<String>,
}

impl Check {
    pub(super) fn claims(
        &mut self,
        place: &str,
        token: Token,
        documents: UniqueMap<Object<ClaimDocument>>,
    ) -> Vec<Claim> {
        let place = format!("{place}/claims");
        let mut claims = Vec::new();
        for (name, Object(document)) in documents.0 {
            let place = pointer(&place, &name);
            let is_client_id = document.client_id.is_some();
            if let Some(fault) = name_to_set(&name, token, is_client_id) {
                self.fault(&place, fault);
                continue;
            }
            let Some(source) = self.source(&place, token, document) else { continue };
            if let Source::Literal { value, .. } = &source {
                self.literal(&pointer(&place, "value"), &name, token, value);
            }
            claims.push(Claim { name, source });
        }
        claims
    }

    /// One source, and beside it only what belongs to it.
    fn source(&mut self, place: &str, token: Token, document: ClaimDocument) -> Option<Source> {
        self.texts(place, document.values.as_ref(), document.default.as_deref());
        let ClaimDocument { value, attribute, client_id, client_metadata, values, default } = document;
        let beside = Beside { values: values.map(|values| values.0), default };
        match (value, attribute, client_id, client_metadata) {
            (Some(value), None, None, None) => {
                self.nothing_beside(place, "value", &beside);
                let bytes = value.to_string().len();
                Some(Source::Literal { value, bytes })
            }
            (None, Some(name), None, None) => Some(self.attribute(place, token, name, beside)),
            (None, None, Some(is_wanted), None) => {
                self.nothing_beside(place, "clientId", &beside);
                if !is_wanted {
                    self.fault(&pointer(place, "clientId"), Fault::ClientIdFalse);
                }
                Some(Source::ClientId)
            }
            (None, None, None, Some(key)) => Some(self.client_metadata(place, token, key, beside)),
            (None, None, None, None) => {
                self.fault(place, Fault::NoSource);
                None
            }
            _ => {
                self.fault(place, Fault::SeveralSources);
                None
            }
        }
    }

    fn attribute(&mut self, place: &str, token: Token, name: String, beside: Beside) -> Source {
        let place = pointer(place, "attribute");
        if token == Token::Machine {
            self.fault(&place, Fault::AttributeOfMachine);
        }
        if name.is_empty() {
            self.fault(&place, Fault::NoKey("attribute"));
        }
        Source::Attribute { name, values: beside.values, default: beside.default }
    }

    fn client_metadata(&mut self, place: &str, token: Token, key: String, beside: Beside) -> Source {
        let place_of_key = pointer(place, "clientMetadata");
        if token != Token::Machine {
            self.fault(&place_of_key, Fault::MetadataOfUser);
        }
        if key.is_empty() {
            self.fault(&place_of_key, Fault::NoKey("client metadata key"));
        }
        if beside.values.is_none() {
            self.fault(place, Fault::MetadataWithoutValues);
        }
        Source::ClientMetadata { key, values: beside.values.unwrap_or_default(), default: beside.default }
    }

    fn nothing_beside(&mut self, place: &str, source: &'static str, beside: &Beside) {
        if beside.values.is_some() {
            self.fault(&pointer(place, "values"), Fault::WithoutMeaning { member: "values", source_member: source });
        }
        if beside.default.is_some() {
            self.fault(&pointer(place, "default"), Fault::WithoutMeaning { member: "default", source_member: source });
        }
    }

    pub(super) fn suppress(&mut self, place: &str, token: Token, names: Vec<String>, claims: &[Claim]) -> Vec<String> {
        let place = format!("{place}/suppress");
        self.once_each(&place, &names);
        for (index, name) in names.iter().enumerate() {
            let place = format!("{place}/{index}");
            if let Some(fault) = name_to_suppress(name, token) {
                self.fault(&place, fault);
            } else if claims.iter().any(|claim| claim.name == *name) {
                self.fault(&place, Fault::SetAndSuppressed { name: name.clone() });
            }
        }
        names
    }
}

/// Why this claim cannot be set in this token.
fn name_to_set(name: &str, token: Token, is_client_id: bool) -> Option<Fault> {
    let action = Action::Set;
    let owned = || name.to_owned();
    match ClaimKind::of(name) {
        ClaimKind::Free => name.trim().is_empty().then_some(Fault::NoClaimName),
        ClaimKind::Issued => Some(Fault::IssuedByCognito { name: owned(), action }),
        ClaimKind::Audience if token == Token::Id => Some(Fault::IdTokenAudience { action }),
        ClaimKind::Audience => (!is_client_id).then_some(Fault::ForeignAudience),
        ClaimKind::Groups | ClaimKind::Role => Some(Fault::GroupClaimSet { name: owned() }),
        ClaimKind::Cognito => Some(Fault::CognitoClaim { name: owned(), action }),
        ClaimKind::Developer => Some(Fault::DeveloperClaimSet { name: owned() }),
        ClaimKind::Scope => Some(Fault::ScopeAsClaim),
    }
}

/// Why this claim cannot be suppressed in this token.
fn name_to_suppress(name: &str, token: Token) -> Option<Fault> {
    let action = Action::Suppress;
    let owned = || name.to_owned();
    match ClaimKind::of(name) {
        ClaimKind::Free => name.trim().is_empty().then_some(Fault::NoClaimName),
        ClaimKind::Issued => Some(Fault::IssuedByCognito { name: owned(), action }),
        ClaimKind::Audience if token == Token::Id => Some(Fault::IdTokenAudience { action }),
        ClaimKind::Audience => Some(Fault::AudienceSuppressed),
        ClaimKind::Groups | ClaimKind::Developer => None,
        ClaimKind::Role => Some(Fault::RoleSuppressed { name: owned() }),
        ClaimKind::Cognito => Some(Fault::CognitoClaim { name: owned(), action }),
        ClaimKind::Scope => Some(Fault::ScopeAsClaim),
    }
}
