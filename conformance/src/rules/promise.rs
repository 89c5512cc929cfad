use std::fmt;
use std::sync::Arc;

use jsonschema::ReferencingError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::situation::{EventVersion, Situation, TriggerSource};
use crate::tokens::{Payload, TokenKind};

/// What a team says that its tokens always are. Where they are not, a rule of the family `promises` tells of it, by the
/// promise's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its name, in the team's own words. Findings are told apart by it.
    pub name: Arc<str>,
    /// The token that it is about; `None` for every token that a trigger can shape in this way.
    pub token: Option<TokenKind>,
    /// For whom the token is; empty for everybody.
    pub bearers: Vec<Bearer>,
    /// What has to hold.
    pub demand: Demand,
    /// Where it is written, such as `pretoken.toml:12`.
    pub written: String,
}

/// For whom, or why, a token is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// Any user.
    Users,
    /// Any machine.
    Machines,
    /// Whoever comes by this way.
    Source(TriggerSource),
}

/// What a promise demands of a token's payload, as it is after the trigger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// It satisfies a JSON Schema.
    Schema(TokenSchema),
    /// Where the claim is there, it is the user's attribute.
    EqualsAttribute {
        /// The claim.
        claim: String,
        /// The attribute, as events name it.
        attribute: String,
    },
    /// The claim is there whenever the user has the attribute.
    PresentWith {
        /// The claim.
        claim: String,
        /// The attribute, as events name it.
        attribute: String,
    },
    /// Where the claim is there, it is one of these values. Of a list, each entry is, and of `scope`, each scope.
    OneOf {
        /// The claim.
        claim: String,
        /// The values.
        values: Vec<Value>,
    },
    /// There is no such claim.
    Absent {
        /// The claim.
        claim: String,
    },
    /// Every group of the user stays in `cognito:groups`.
    KeepsGroups,
    /// The claim is at a refresh what it was at the sign-in; all claims, where none is named.
    SameOnRefresh {
        /// The claim.
        claim: Option<String>,
    },
    /// No value that the caller sent as client metadata arrives in the claim unchanged; in any, where none is named.
    NeverFromClientMetadata {
        /// The claim.
        claim: Option<String>,
    },
}

impl Promise {
    /// Whether it is about the tokens of this situation.
    pub fn concerns(&self, situation: &Situation) -> bool {
        self.bearers.is_empty()
            || self.bearers.iter().any(|bearer| match bearer {
                Bearer::Users => situation.user().is_some(),
                Bearer::Machines => situation.user().is_none(),
                Bearer::Source(source) => situation.trigger_source() == *source,
            })
    }

    /// Whether it is about this token. Under V1 a trigger shapes the claims of the ID token alone, and the groups of both:
    /// whoever names no token is not told that an access token lacks what V1 cannot give it.
    pub fn is_about(&self, token: TokenKind, version: EventVersion) -> bool {
        match self.token {
            Some(named) => named == token,
            None => version != EventVersion::V1 || token == TokenKind::Id || matches!(self.demand, Demand::KeepsGroups),
        }
    }
}

impl Demand {
    /// Its key in `pretoken.toml`, which is also the reason of a finding.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Schema(_) => "schema",
            Self::EqualsAttribute { .. } => "equals-attribute",
            Self::PresentWith { .. } => "present-with",
            Self::OneOf { .. } => "one-of",
            Self::Absent { .. } => "absent",
            Self::KeepsGroups => "keeps-groups",
            Self::SameOnRefresh { .. } => "same-on-refresh",
            Self::NeverFromClientMetadata { .. } => "never-from-client-metadata",
        }
    }

    /// The attribute that it names, if it does: users who have it are needed to see whether the promise is kept.
    pub fn attribute(&self) -> Option<&str> {
        match self {
            Self::EqualsAttribute { attribute, .. } | Self::PresentWith { attribute, .. } => Some(attribute),
            _ => None,
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claim = |claim: &Option<String>| {
            claim.as_ref().map_or_else(|| "every claim".to_owned(), |claim| format!("`{claim}`"))
        };
        match self {
            Self::Schema(schema) => write!(f, "the payload satisfies the JSON Schema `{}`", schema.document),
            Self::EqualsAttribute { claim, attribute } => write!(f, "`{claim}` equals the attribute `{attribute}`"),
            Self::PresentWith { claim, attribute } => write!(f, "`{claim}` is there for whoever has `{attribute}`"),
            Self::OneOf { claim, values } => {
                let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
                write!(f, "`{claim}` is one of {}", values.join(", "))
            }
            Self::Absent { claim } => write!(f, "`{claim}` is absent"),
            Self::KeepsGroups => write!(f, "the user's groups stay"),
            Self::SameOnRefresh { claim: of } => write!(f, "{} is the same at a refresh", claim(of)),
            Self::NeverFromClientMetadata { claim: of } => write!(f, "{} is never from client metadata", claim(of)),
        }
    }
}

/// A JSON Schema for a token's payload.
#[derive(Clone)]
pub struct TokenSchema {
    document: Arc<Value>,
    validator: Arc<jsonschema::Validator>,
}

impl TokenSchema {
    /// Reads a schema, in the draft that its `$schema` names. What lies elsewhere is not fetched.
    ///
    /// # Errors
    ///
    /// It is no schema, or refers to another document: why, in a few words.
    ///
    /// ```
    /// use pretoken::rules::TokenSchema;
    /// use serde_json::json;
    /// assert!(TokenSchema::new(json!({"required": ["tenant"]})).is_ok());
    /// assert!(TokenSchema::new(json!({"type": "txt"})).is_err());
    /// assert!(TokenSchema::new(json!({"$ref": "https://example.com/claims.json"})).is_err());
    /// ```
    pub fn new(document: Value) -> Result<Self, String> {
        let validator = jsonschema::validator_for(&document).map_err(|error| match error.kind() {
            ValidationErrorKind::Referencing(ReferencingError::Unretrievable { uri, .. }) => {
                format!("it refers to `{uri}`, and nothing is fetched; copy what it needs into its `$defs`")
            }
            _ => error.to_string(),
        })?;
        Ok(Self { document: Arc::new(document), validator: Arc::new(validator) })
    }

    /// What the schema has against a payload: the claim that it is about, if it is about one, and why.
    pub(super) fn faults(&self, payload: &Payload) -> Vec<(Option<String>, String)> {
        let payload = Value::Object(payload.clone());
        if self.validator.is_valid(&payload) {
            return Vec::new();
        }
        let fault = |error: jsonschema::ValidationError<'_>| {
            let path = error.instance_path().as_str().to_owned();
            let claim = path.split('/').nth(1).map(|claim| claim.replace("~1", "/").replace("~0", "~"));
            // The whole payload says nothing that the event does not say.
            let why = if claim.is_none() { error.masked_with("the payload").to_string() } else { error.to_string() };
            (claim, why)
        };
        self.validator.iter_errors(&payload).map(fault).collect()
    }
}

impl PartialEq for TokenSchema {
    fn eq(&self, other: &Self) -> bool {
        self.document == other.document
    }
}

impl Eq for TokenSchema {}

impl fmt::Debug for TokenSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenSchema").field(&self.document).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::Scene;

    fn promise(demand: Demand) -> Promise {
        Promise { name: "x".into(), token: None, bearers: Vec::new(), demand, written: String::new() }
    }

    fn claim() -> String {
        "tenant".to_owned()
    }

    #[test]
    fn whoever_names_no_token_is_not_told_what_version_1_cannot_give() {
        use EventVersion::{V1, V2, V3};
        use TokenKind::{Access, Id};
        let absent = promise(Demand::Absent { claim: claim() });
        let named = Promise { token: Some(Access), ..absent.clone() };
        let groups = promise(Demand::KeepsGroups);
        for (version, access) in [(V1, false), (V2, true), (V3, true)] {
            assert_eq!([absent.is_about(Id, version), absent.is_about(Access, version)], [true, access]);
            assert_eq!([named.is_about(Id, version), named.is_about(Access, version)], [false, true]);
            assert_eq!([groups.is_about(Id, version), groups.is_about(Access, version)], [true, true]);
        }
    }

    #[test]
    fn a_promise_concerns_its_bearers_or_everybody() {
        let refresh = Bearer::Source(TriggerSource::RefreshTokens);
        for (bearers, concerned) in [
            (vec![], [true, true, true]),
            (vec![Bearer::Users], [true, true, false]),
            (vec![Bearer::Machines], [false, false, true]),
            (vec![refresh], [false, true, false]),
            (vec![refresh, Bearer::Machines], [false, true, true]),
        ] {
            let promise = Promise { bearers, ..promise(Demand::KeepsGroups) };
            let scenes = [Scene::User, Scene::Refresh, Scene::Machine];
            assert_eq!(scenes.map(|scene| promise.concerns(&scene.situation())), concerned, "{:?}", promise.bearers);
        }
    }

    #[test]
    fn each_demand_has_its_key_its_attribute_and_its_words() {
        let attribute = || "custom:tenant".to_owned();
        let schema = TokenSchema::new(json!({"required": ["tenant"]})).unwrap();
        let one_of = Demand::OneOf { claim: claim(), values: vec!["a".into(), 1.into()] };
        let every = Demand::NeverFromClientMetadata { claim: None };
        for (demand, key, named, words) in [
            (
                Demand::Schema(schema),
                "schema",
                None,
                r#"the payload satisfies the JSON Schema `{"required":["tenant"]}`"#,
            ),
            (
                Demand::EqualsAttribute { claim: claim(), attribute: attribute() },
                "equals-attribute",
                Some("custom:tenant"),
                "`tenant` equals the attribute `custom:tenant`",
            ),
            (
                Demand::PresentWith { claim: claim(), attribute: attribute() },
                "present-with",
                Some("custom:tenant"),
                "`tenant` is there for whoever has `custom:tenant`",
            ),
            (one_of, "one-of", None, "`tenant` is one of `\"a\"`, `1`"),
            (Demand::Absent { claim: claim() }, "absent", None, "`tenant` is absent"),
            (Demand::KeepsGroups, "keeps-groups", None, "the user's groups stay"),
            (
                Demand::SameOnRefresh { claim: Some(claim()) },
                "same-on-refresh",
                None,
                "`tenant` is the same at a refresh",
            ),
            (every, "never-from-client-metadata", None, "every claim is never from client metadata"),
        ] {
            assert_eq!((demand.key(), demand.attribute(), &*demand.to_string()), (key, named, words));
        }
    }

    #[test]
    fn schemas_are_the_same_if_their_documents_are() {
        let schema = |claim: &str| TokenSchema::new(json!({"required": [claim]})).unwrap();
        assert_eq!(schema("a"), schema("a"));
        assert_ne!(schema("a"), schema("b"));
        assert_eq!(format!("{:?}", schema("a")), r#"TokenSchema(Object {"required": Array [String("a")]})"#);
    }

    #[test]
    fn a_schema_that_lies_elsewhere_is_refused_with_what_to_do() {
        let refused = TokenSchema::new(json!({"$ref": "https://example.com/claims.json"})).unwrap_err();
        assert!(refused.contains("`https://example.com/claims.json`, and nothing is fetched"), "{refused}");
        let no_schema = TokenSchema::new(json!({"type": "txt"})).unwrap_err();
        assert!(no_schema.contains("txt"), "{no_schema}");
    }
}
