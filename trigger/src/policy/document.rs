//! The JSON of a policy: its shape, and nothing about its sense.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use super::{Fault, PolicyError, Problem};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct Document {
    /// For editors that complete and check as one types.
    #[serde(rename = "$schema", deserialize_with = "given")]
    _schema: Option<String>,
    #[serde(deserialize_with = "given")]
    pub(super) event_versions: Option<Vec<EventVersion>>,
    #[serde(deserialize_with = "given")]
    pub(super) max_token_bytes: Option<usize>,
    pub(super) groups: Object<GroupsDocument>,
    #[serde(deserialize_with = "given")]
    pub(super) id_token: Option<Object<IdTokenDocument>>,
    #[serde(deserialize_with = "given")]
    pub(super) access_token: Option<Object<AccessTokenDocument>>,
    #[serde(deserialize_with = "given")]
    pub(super) machine_token: Option<Object<MachineTokenDocument>>,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let Object(document) = serde_path_to_error::deserialize(&mut reader).map_err(shape_error)?;
        reader.end().map_err(|error| refused(String::new(), Fault::NotJson(error.to_string())))?;
        Ok(document)
    }

    pub(super) fn from_value(value: &Value) -> Result<Self, PolicyError> {
        serde_path_to_error::deserialize(value).map(|Object(document)| document).map_err(shape_error)
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(super) enum EventVersion {
    #[serde(rename = "1")]
    V1,
    #[serde(rename = "2")]
    V2,
    #[serde(rename = "3")]
    V3,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct GroupsDocument {
    #[serde(deserialize_with = "given")]
    pub(super) keep: Option<Vec<String>>,
    #[serde(deserialize_with = "given")]
    pub(super) keep_prefixes: Option<Vec<String>>,
    pub(super) drop: Vec<String>,
    pub(super) drop_prefixes: Vec<String>,
    pub(super) implies: UniqueMap<Vec<String>>,
    pub(super) rename: UniqueMap<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct IdTokenDocument {
    pub(super) claims: UniqueMap<Object<ClaimDocument>>,
    pub(super) suppress: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct AccessTokenDocument {
    pub(super) claims: UniqueMap<Object<ClaimDocument>>,
    pub(super) suppress: Vec<String>,
    pub(super) scopes: Object<UserScopesDocument>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct MachineTokenDocument {
    pub(super) claims: UniqueMap<Object<ClaimDocument>>,
    pub(super) suppress: Vec<String>,
    pub(super) scopes: Object<MachineScopesDocument>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct UserScopesDocument {
    pub(super) add: Vec<String>,
    pub(super) suppress: Vec<String>,
    pub(super) by_group: UniqueMap<Vec<String>>,
}

/// Machines have no groups.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct MachineScopesDocument {
    pub(super) add: Vec<String>,
    pub(super) suppress: Vec<String>,
}

/// One claim. Not an untagged enum: its errors could not say more than "did not match any variant".
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct ClaimDocument {
    /// `null` is kept apart from nothing, so that it can be refused by name.
    #[serde(deserialize_with = "given")]
    pub(super) value: Option<Value>,
    #[serde(deserialize_with = "given")]
    pub(super) attribute: Option<String>,
    #[serde(deserialize_with = "given")]
    pub(super) client_id: Option<bool>,
    #[serde(deserialize_with = "given")]
    pub(super) client_metadata: Option<String>,
    #[serde(deserialize_with = "given")]
    pub(super) values: Option<UniqueMap<String>>,
    #[serde(deserialize_with = "given")]
    pub(super) default: Option<String>,
}

/// A structure that is written as a JSON object. Derived code also reads one from a list, and would take `[]` for a policy.
#[derive(Debug, Default)]
pub(super) struct Object<T>(pub(super) T);

/// What a structure is called where something else stands in its place.
trait Shape {
    const EXPECTED: &'static str = "an object";
}

impl Shape for Document {}
impl Shape for GroupsDocument {}
impl Shape for IdTokenDocument {}
impl Shape for AccessTokenDocument {}
impl Shape for MachineTokenDocument {}
impl Shape for UserScopesDocument {}
impl Shape for MachineScopesDocument {}
impl Shape for ClaimDocument {
    const EXPECTED: &'static str = "an object with `value`, `attribute`, `clientId` or `clientMetadata`";
}

impl<'de, T: Deserialize<'de> + Shape> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Shape> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// A JSON object in which no member stands twice: of two, one would be lost in silence.
#[derive(Debug)]
pub(super) struct UniqueMap<V>(pub(super) BTreeMap<String, V>);

impl<V> Default for UniqueMap<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for UniqueMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Members<V> {
            type Value = UniqueMap<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut map = BTreeMap::new();
                while let Some((name, value)) = members.next_entry::<String, V>()? {
                    if map.contains_key(&name) {
                        return Err(A::Error::custom(Fault::Twice(name)));
                    }
                    map.insert(name, value);
                }
                Ok(UniqueMap(map))
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

/// A member that is either left out or has its type; `null` is neither.
fn given<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn shape_error(error: serde_path_to_error::Error<serde_json::Error>) -> PolicyError {
    let place = error.path().iter().map(pointer_segment).collect();
    let error = error.into_inner();
    let text = error.to_string();
    if error.classify() != Category::Data {
        return refused(String::new(), Fault::NotJson(text));
    }
    // The place says it better.
    let position = format!(" at line {} column {}", error.line(), error.column());
    refused(place, Fault::Shape(text.strip_suffix(&position).unwrap_or(&text).to_owned()))
}

fn pointer_segment(segment: &Segment) -> String {
    match segment {
        Segment::Map { key } | Segment::Enum { variant: key } => super::check::pointer("", key),
        Segment::Seq { index } => format!("/{index}"),
        Segment::Unknown => String::new(),
    }
}

fn refused(place: String, fault: Fault) -> PolicyError {
    PolicyError::new(vec![Problem { place, fault }])
}
