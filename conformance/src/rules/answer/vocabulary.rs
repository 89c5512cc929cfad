//! The keys that an answer may have, by place, and what a key that is none of them may be.

use serde_json::{Map, Value};

use super::echo::{MEMBERS, below, has};
use crate::rules::Exchange;
use crate::situation::EventVersion;
use crate::tokens::TokenKind;

/// A key of an answer: a member at its top, or one of the keys below `response`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    /// The key.
    pub(super) name: &'a str,
    /// What stands under it.
    pub(super) value: &'a Value,
    place: Place,
    object: &'static str,
    version: EventVersion,
}

/// What belongs under a documented key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Map,
    /// A list of names.
    List,
    Text,
}

/// What a key that is not documented where it stands may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// A documented key in another case, or with other word breaks.
    OtherCase(&'static str),
    /// A documented key with a slip in it, or the name that people give it.
    Slip(&'static str),
    /// A documented key of the other event versions' answers.
    OtherVersion,
    /// A documented key that belongs elsewhere; in words where.
    Misplaced(&'static str),
    /// None of these.
    Unknown,
}

/// Shows every key of an answer.
///
/// The other version's container is left out below its own key: `wrong-version-answer` and `both-version-answers` look
/// at it as a whole.
pub(super) fn keys<'a>(exchange: &Exchange<'a>, mut found: impl FnMut(Key<'a>)) {
    let Some(answer) = exchange.answer().and_then(Value::as_object) else { return };
    let version = exchange.version;
    let mut show = |place: Place, object: &'static str, fields: &'a Map<String, Value>| {
        for (name, value) in fields {
            found(Key { name, value, place, object, version });
        }
    };
    // Without a `response`, the answer as a whole is not the event, and `event-not-returned` says all there is to say.
    if !has(answer, "response") {
        return;
    }
    show(Place::Top, "", answer);
    let Some(response) = exchange.response() else { return };
    show(Place::Response, "/response", response);
    let Some(details) = exchange.details() else { return };
    if version == EventVersion::V1 {
        show(Place::DetailsV1, exchange.details_pointer(), details);
    } else {
        show(Place::DetailsV2, exchange.details_pointer(), details);
        for part in exchange.parts() {
            let place = if part.token == TokenKind::Id { Place::IdPart } else { Place::AccessPart };
            show(place, part.pointer, part.fields);
        }
    }
    if let Some(groups) = exchange.group_override().and_then(Value::as_object) {
        show(Place::Groups, groups_pointer(version), groups);
    }
}

/// What the keys of an answer come to.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::rules) struct Vocabulary {
    /// All of them are documented, with null or what belongs there under each, and every list of names holds texts alone.
    pub(in crate::rules) is_plain: bool,
    /// A list of names holds something.
    pub(in crate::rules) has_names: bool,
}

impl Vocabulary {
    pub(in crate::rules) fn of(exchange: &Exchange<'_>) -> Self {
        let mut all = Self { is_plain: true, has_names: false };
        keys(exchange, |key| {
            let is_documented = key.is_documented();
            let shape = is_documented.then(|| key.documented_shape()).flatten();
            all.is_plain &= is_documented && fits(key.value, shape);
            if shape == Some(Shape::List)
                && let Value::Array(names) = key.value
            {
                all.has_names |= !names.is_empty();
                all.is_plain &= names.iter().all(Value::is_string);
            }
        });
        all
    }
}

/// Whether a member at the answer's top is one that belongs into `response`, or is meant to be `response`.
pub(super) fn belongs_to_response(member: &str) -> bool {
    DOCUMENTED.contains(&member) || plain(member).is_some_and(|plain| meant(&plain, Place::Top).is_some())
}

/// Whether two names are the same but for their case and their word breaks.
pub(super) fn same_but_for_case(name: &str, other: &str) -> bool {
    plain(name).is_some_and(|plain| plain == other.to_ascii_lowercase())
}

impl Key<'_> {
    /// The key's JSON pointer.
    pub(super) fn pointer(self) -> String {
        below(self.object, self.name)
    }

    /// Whether it stands in `response` or below.
    pub(super) fn is_in_response(self) -> bool {
        self.place != Place::Top
    }

    /// Whether it is documented where it stands.
    pub(super) fn is_documented(self) -> bool {
        self.place.names().contains(&self.name)
    }

    /// What belongs under it. `None` for what is not documented, or not read: another member than `response` at the answer's
    /// top, and the other version's container.
    pub(super) fn shape(self) -> Option<Shape> {
        self.is_documented().then(|| self.documented_shape()).flatten()
    }

    fn documented_shape(self) -> Option<Shape> {
        match self.name {
            // It is documented at the top alone.
            "response" => Some(Shape::Map),
            _ if self.place == Place::Top => None,
            name if LISTS.contains(&name) => Some(Shape::List),
            "preferredRole" => Some(Shape::Text),
            name if name == self.version.other_container() => None,
            _ => Some(Shape::Map),
        }
    }

    /// Whether what stands under it is null or what belongs there, as far as anything does.
    pub(super) fn fits(self) -> bool {
        fits(self.value, self.shape())
    }

    /// Whether it came with the event as it is: then it is Cognito's own (E-04). AWS advises to copy the event's
    /// `groupConfiguration` into `groupOverrideDetails`, so what stands there counts as well (S-08).
    pub(super) fn is_as_sent(self, event: &Value) -> bool {
        let had = |object: &str| event.pointer(object).and_then(|object| object.get(self.name)) == Some(self.value);
        had(self.object) || (self.place == Place::Groups && had("/request/groupConfiguration"))
    }

    /// Whether the other version has a key of this name here.
    pub(super) fn is_of_the_other_version(self) -> bool {
        self.place.other_versions_names().contains(&self.name)
    }

    /// What a key that is not documented may be. `None` for a member at the answer's top that has nothing to do with
    /// `response`: `event-fields-changed` speaks of that one.
    pub(super) fn nature(self) -> Option<Nature> {
        if self.is_of_the_other_version() {
            return Some(Nature::OtherVersion);
        }
        if DOCUMENTED.contains(&self.name) {
            return Some(Nature::Misplaced(home(self.name, self.version)));
        }
        let plain = plain(self.name);
        match plain.as_deref().and_then(|plain| Some((plain, meant(plain, self.place)?))) {
            Some((plain, name)) if plain == name.to_ascii_lowercase() => Some(Nature::OtherCase(name)),
            Some((_, name)) => Some(Nature::Slip(name)),
            None => self.is_in_response().then_some(Nature::Unknown),
        }
    }
}

/// The objects of an answer that have keys of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Top,
    Response,
    DetailsV1,
    DetailsV2,
    IdPart,
    AccessPart,
    Groups,
}

impl Place {
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Top => &MEMBERS,
            // Both: which of them the event version reads is for `wrong-version-answer`.
            Self::Response => &["claimsAndScopeOverrideDetails", "claimsOverrideDetails"],
            Self::DetailsV1 => &["claimsToAddOrOverride", "claimsToSuppress", "groupOverrideDetails"],
            Self::DetailsV2 => &["idTokenGeneration", "accessTokenGeneration", "groupOverrideDetails"],
            Self::IdPart => &["claimsToAddOrOverride", "claimsToSuppress"],
            Self::AccessPart => &["claimsToAddOrOverride", "claimsToSuppress", "scopesToAdd", "scopesToSuppress"],
            Self::Groups => &["groupsToOverride", "iamRolesToOverride", "preferredRole"],
        }
    }

    /// The names that stand in this place under other event versions.
    const fn other_versions_names(self) -> &'static [&'static str] {
        match self {
            Self::DetailsV1 => &["idTokenGeneration", "accessTokenGeneration", "scopesToAdd", "scopesToSuppress"],
            Self::DetailsV2 => &["claimsToAddOrOverride", "claimsToSuppress"],
            _ => &[],
        }
    }
}

/// Every documented key below `response`.
const DOCUMENTED: [&str; 12] = [
    "claimsOverrideDetails",
    "claimsAndScopeOverrideDetails",
    "idTokenGeneration",
    "accessTokenGeneration",
    "claimsToAddOrOverride",
    "claimsToSuppress",
    "scopesToAdd",
    "scopesToSuppress",
    "groupOverrideDetails",
    "groupsToOverride",
    "iamRolesToOverride",
    "preferredRole",
];

/// The documented keys under which a list of names belongs.
const LISTS: [&str; 5] =
    ["claimsToSuppress", "scopesToAdd", "scopesToSuppress", "groupsToOverride", "iamRolesToOverride"];

/// Names that people write for a documented one and that are further from it than a slip. The first is AWS's own.
const MISNOMERS: [(&str, &str); 5] = [
    ("claimstooverride", "claimsToAddOrOverride"),
    ("claimstoadd", "claimsToAddOrOverride"),
    ("claimstoaddandoverride", "claimsToAddOrOverride"),
    ("scopestooverride", "scopesToAdd"),
    ("scopestoaddoroverride", "scopesToAdd"),
];

fn fits(value: &Value, shape: Option<Shape>) -> bool {
    match (value, shape) {
        (Value::Null, _) | (_, None) => true,
        (value, Some(Shape::Map)) => value.is_object(),
        (value, Some(Shape::List)) => value.is_array(),
        (value, Some(Shape::Text)) => value.is_string(),
    }
}

fn groups_pointer(version: EventVersion) -> &'static str {
    match version {
        EventVersion::V1 => "/response/claimsOverrideDetails/groupOverrideDetails",
        EventVersion::V2 | EventVersion::V3 => "/response/claimsAndScopeOverrideDetails/groupOverrideDetails",
    }
}

/// Where a documented key belongs.
fn home(key: &str, version: EventVersion) -> &'static str {
    match (key, version) {
        ("claimsOverrideDetails" | "claimsAndScopeOverrideDetails", _) => "`response`",
        ("claimsToAddOrOverride" | "claimsToSuppress" | "groupOverrideDetails", EventVersion::V1) => {
            "`claimsOverrideDetails`"
        }
        ("claimsToAddOrOverride" | "claimsToSuppress", _) => "`idTokenGeneration` or `accessTokenGeneration`",
        ("scopesToAdd" | "scopesToSuppress", _) => "`accessTokenGeneration` (event versions 2 and 3)",
        ("groupsToOverride" | "iamRolesToOverride" | "preferredRole", _) => "`groupOverrideDetails`",
        _ => "`claimsAndScopeOverrideDetails`",
    }
}

/// A key without case and word breaks. `None` for a key so long that it cannot be meant as a documented one.
fn plain(key: &str) -> Option<String> {
    let short = key.len() <= 64;
    short.then(|| key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

/// The documented name that a plain key is meant as: one of its place's own before any other, the nearest first.
fn meant(plain: &str, place: Place) -> Option<&'static str> {
    let near = |names: &'static [&'static str]| {
        let distances = names.iter().map(|name| (strsim::osa_distance(plain, &name.to_ascii_lowercase()), *name));
        // Two slips in a long name, one in a short one. No two documented names are that close to each other.
        let slips = distances.filter(|(distance, name)| *distance <= (name.len() / 5).min(2));
        slips.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
    };
    let own: &'static [&'static str] = if place == Place::Top { &["response"] } else { place.names() };
    let misnomer = || MISNOMERS.iter().find(|(misnomer, _)| *misnomer == plain).map(|(_, name)| *name);
    near(own).or_else(|| near(&DOCUMENTED)).or_else(misnomer)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nature(key: &str, place: Place, version: EventVersion) -> Option<Nature> {
        Key { name: key, value: &Value::Null, place, object: "", version }.nature()
    }

    #[test]
    fn a_plain_vocabulary_is_documented_and_typed_and_its_lists_hold_texts() {
        use crate::event;
        use crate::situation::Scene;
        use crate::target::Outcome;
        let situation = Scene::UserInGroups.situation();
        let event = event::build(&situation, EventVersion::V2);
        for (details, is_plain, has_names) in [
            (json!(null), true, false),
            (json!({}), true, false),
            (json!({"idTokenGeneration": {"claimsToSuppress": []}}), true, false),
            (json!({"idTokenGeneration": {"claimsToSuppress": null}}), true, false),
            (json!({"idTokenGeneration": {"claimsToSuppress": ["a", "b"]}}), true, true),
            (json!({"groupOverrideDetails": {"groupsToOverride": ["a"], "preferredRole": "b"}}), true, true),
            (json!({"idTokenGeneration": {"claimsToSuppress": ["a", 1]}}), false, true),
            (json!({"idTokenGeneration": {"claimsToSuppress": "a"}}), false, false),
            (json!({"idTokenGeneration": {"claimsToAddOrOverride": []}}), false, false),
            (json!({"groupOverrideDetails": {"preferredRole": 1}}), false, false),
            (json!({"idTokenGeneration": {"other": {}}}), false, false),
            (json!({"idTokenGeneration": {"other": ["a"]}}), false, false),
        ] {
            let mut answer = event.clone();
            answer["response"] = json!({"claimsAndScopeOverrideDetails": details});
            let outcome = Outcome::Answered(answer);
            let of = Vocabulary::of(&Exchange::new(&situation, EventVersion::V2, &event, &outcome));
            assert_eq!((of.is_plain, of.has_names), (is_plain, has_names), "{details}");
        }
    }

    #[test]
    fn case_and_word_breaks_tell_a_serializer_from_a_typing_slip() {
        let claims = Some(Nature::OtherCase("claimsToAddOrOverride"));
        for key in ["ClaimsToAddOrOverride", "claims_to_add_or_override", "claimstoaddoroverride"] {
            assert_eq!(nature(key, Place::IdPart, EventVersion::V2), claims, "{key}");
        }
        let suppress = Some(Nature::Slip("claimsToSuppress"));
        for key in ["claimsToSupress", "claimsToSurppess", "claimToSuppress", "ClaimsToSupress"] {
            assert_eq!(nature(key, Place::IdPart, EventVersion::V2), suppress, "{key}");
        }
    }

    #[test]
    fn a_name_in_another_case_is_the_same_and_a_name_with_a_slip_is_not() {
        for (name, same) in
            [("CallerContext", true), ("caller_context", true), ("callerContext", true), ("callercontex", false)]
        {
            assert_eq!(same_but_for_case(name, "callerContext"), same, "{name}");
        }
    }

    #[test]
    fn names_that_aws_and_people_write_are_known() {
        let own = Some(Nature::Slip("claimsToAddOrOverride"));
        assert_eq!(nature("claimsToOverride", Place::DetailsV1, EventVersion::V1), own);
        // aws-lambda-go's README once had this one.
        let details = Some(Nature::Slip("claimsOverrideDetails"));
        assert_eq!(nature("ClaimOverrideDetails", Place::Response, EventVersion::V1), details);
        assert_eq!(nature("scopesToOverride", Place::AccessPart, EventVersion::V2), Some(Nature::Slip("scopesToAdd")));
    }

    #[test]
    fn names_of_ones_own_are_no_slips() {
        for key in ["claims", "scopes", "groups", "roles", "note", "accessToken", "requestId", "responseTime", ""] {
            assert_eq!(nature(key, Place::DetailsV2, EventVersion::V2), Some(Nature::Unknown), "{key}");
            assert!(!belongs_to_response(key), "{key}");
        }
        assert_eq!(nature(&"claims".repeat(1_000), Place::IdPart, EventVersion::V2), Some(Nature::Unknown));
    }

    #[test]
    fn a_documented_name_is_no_slip_of_another() {
        for name in DOCUMENTED {
            assert_eq!(meant(&name.to_ascii_lowercase(), Place::Top), Some(name));
        }
    }

    #[test]
    fn a_documented_key_in_another_place_is_misplaced_or_of_another_version() {
        let misplaced = |home| Some(Nature::Misplaced(home));
        assert_eq!(nature("claimsOverrideDetails", Place::Top, EventVersion::V1), misplaced("`response`"));
        assert_eq!(
            nature("scopesToAdd", Place::IdPart, EventVersion::V2),
            misplaced("`accessTokenGeneration` (event versions 2 and 3)")
        );
        assert_eq!(nature("scopesToAdd", Place::DetailsV1, EventVersion::V1), Some(Nature::OtherVersion));
        assert_eq!(nature("claimsToSuppress", Place::DetailsV2, EventVersion::V3), Some(Nature::OtherVersion));
    }

    #[test]
    fn members_at_the_top_count_only_if_they_belong_to_the_response() {
        assert_eq!(nature("Response", Place::Top, EventVersion::V2), Some(Nature::OtherCase("response")));
        assert_eq!(nature("reponse", Place::Top, EventVersion::V2), Some(Nature::Slip("response")));
        assert_eq!(nature("debug", Place::Top, EventVersion::V2), None);
    }

    #[test]
    fn each_documented_key_has_one_home_under_a_version() {
        use EventVersion::{V1, V2, V3};
        let (v1, v2, groups) = ("`claimsOverrideDetails`", "`claimsAndScopeOverrideDetails`", "`groupOverrideDetails`");
        let access = "`accessTokenGeneration` (event versions 2 and 3)";
        for (keys, one, two) in [
            (&["claimsOverrideDetails", "claimsAndScopeOverrideDetails"][..], "`response`", "`response`"),
            (&["claimsToAddOrOverride", "claimsToSuppress"], v1, "`idTokenGeneration` or `accessTokenGeneration`"),
            (&["groupOverrideDetails"], v1, v2),
            (&["scopesToAdd", "scopesToSuppress"], access, access),
            (&["groupsToOverride", "iamRolesToOverride", "preferredRole"], groups, groups),
            (&["idTokenGeneration", "accessTokenGeneration"], v2, v2),
        ] {
            for key in keys {
                assert_eq!([V1, V2, V3].map(|version| home(key, version)), [one, two, two], "{key}");
            }
        }
    }

    #[test]
    fn one_slip_in_a_short_name_two_in_a_long_one_and_no_more() {
        let (slip, unknown) = (Some(Nature::Slip("preferredRole")), Some(Nature::Unknown));
        for (key, expected) in
            [("preferredRol", slip), ("preferedRol", slip), ("preferdRol", unknown), ("preferences", unknown)]
        {
            assert_eq!(nature(key, Place::Groups, EventVersion::V1), expected, "{key}");
        }
        let top = |key| nature(key, Place::Top, EventVersion::V1);
        assert_eq!((top("respons"), top("respon")), (Some(Nature::Slip("response")), None));
        // Its own names come before those of other places.
        assert_eq!(nature("scopesToAd", Place::AccessPart, EventVersion::V2), Some(Nature::Slip("scopesToAdd")));
        assert_eq!(nature("response", Place::Response, EventVersion::V2), Some(Nature::Unknown));
    }
}
