use serde_json::{Map, Value};

use super::notes::{Fault, Notes, escaped};
use super::question::{U_11, U_15, U_16, U_20};
use super::source::{JAVA_516, PRE_TOKEN, UNRECOGNIZABLE, V1_LISTS};
use super::{Question, Refusal, SignInFailure, TokenKind, envelope};
use crate::situation::{Certainty, EventVersion, Evidence, Inbound, Situation};

/// What an answer asks for, with every type checked: the one place where raw details are read.
#[derive(Debug)]
pub(super) struct Requests<'a> {
    /// The JSON pointer of the details.
    pub(super) pointer: &'static str,
    pub(super) id: Part<'a>,
    pub(super) access: Part<'a>,
    pub(super) groups: GroupRequest<'a>,
}

/// What an answer asks for one token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) pointer: &'static str,
    pub(super) claims: Option<&'a Map<String, Value>>,
    pub(super) suppress: Names<'a>,
    pub(super) scopes_to_add: Names<'a>,
    pub(super) scopes_to_suppress: Names<'a>,
}

/// A list of names, all of them strings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    list: &'a [Value],
    place: Place,
}

/// What an answer asks for the groups.
#[derive(Debug)]
pub(super) enum GroupRequest<'a> {
    /// There is no `groupOverrideDetails`: groups stay as they are (U-06, and every claims-only example of AWS).
    Keep,
    /// It is `null` or `{}`: "suppresses the groups" (S-07).
    Suppress,
    /// It replaces groups, roles and preferred role as a whole (S-06); a member is `None` where it is missing or null.
    Replace { groups: Option<Names<'a>>, roles: Option<Names<'a>>, preferred: Option<&'a str> },
}

/// Reads an answer.
///
/// # Errors
///
/// Says why the sign-in fails, when Cognito cannot read the answer.
pub(super) fn read<'a>(
    situation: &Situation,
    version: EventVersion,
    answer: &'a Value,
    notes: &mut Notes,
) -> Result<Requests<'a>, Box<Fault>> {
    let response = envelope::response(situation, version, answer, notes)?;
    let pointer = if version == EventVersion::V1 { V1 } else { V2 };
    for (key, value) in response {
        if key == version.other_container() {
            note_other_version(Place { parent: RESPONSE, member: version.other_container() }, value, notes);
        } else if key != version.container() {
            note_unknown(RESPONSE, key, notes);
        }
    }
    // `response` may have been empty when it was sent: then it is simply unchanged (R-04).
    if response.is_empty() && situation.form.inbound != Inbound::Empty {
        notes.ask(&U_20, RESPONSE);
    }
    let mut requests = Requests::nothing(version, pointer);
    let details = object(response.get(version.container()), Place { parent: RESPONSE, member: version.container() })?;
    let Some(details) = details else { return Ok(requests) };
    if details.is_empty() {
        notes.ask(&U_20, pointer);
    }
    if version == EventVersion::V1 {
        requests.id = part(TokenKind::Id, Some(details), V1, notes)?;
        only_strings(requests.id.claims)?;
    } else {
        for (key, value) in details {
            match &**key {
                ID => requests.id = part(TokenKind::Id, object(Some(value), ID_PLACE)?, V2_ID, notes)?,
                ACCESS => {
                    requests.access = part(TokenKind::Access, object(Some(value), ACCESS_PLACE)?, V2_ACCESS, notes)?;
                }
                CLAIMS => note_other_version(Place { parent: V2, member: CLAIMS }, value, notes),
                SUPPRESS => note_other_version(Place { parent: V2, member: SUPPRESS }, value, notes),
                GROUPS => {}
                _ => note_unknown(V2, key, notes),
            }
        }
    }
    requests.groups = group_request(details, pointer, notes)?;
    Ok(requests)
}

impl<'a> Requests<'a> {
    const fn nothing(version: EventVersion, pointer: &'static str) -> Self {
        let (id, access) = match version {
            EventVersion::V1 => (V1, V1),
            EventVersion::V2 | EventVersion::V3 => (V2_ID, V2_ACCESS),
        };
        Self { pointer, id: Part::nothing(id), access: Part::nothing(access), groups: GroupRequest::Keep }
    }
}

impl<'a> Part<'a> {
    const fn nothing(pointer: &'static str) -> Self {
        Self {
            pointer,
            claims: None,
            suppress: Names::none(pointer, SUPPRESS),
            scopes_to_add: Names::none(pointer, ADD_SCOPES),
            scopes_to_suppress: Names::none(pointer, SUPPRESS_SCOPES),
        }
    }

    /// Whether it asks for anything.
    pub(super) fn asks(&self) -> bool {
        self.claims.is_some_and(|claims| !claims.is_empty())
            || [self.suppress, self.scopes_to_add, self.scopes_to_suppress].iter().any(|names| !names.is_empty())
    }

    /// The JSON pointer of a claim to set.
    pub(super) fn claim_pointer(&self, claim: &str) -> String {
        format!("{}/{CLAIMS}/{}", self.pointer, escaped(claim))
    }
}

impl<'a> Names<'a> {
    const fn none(parent: &'static str, member: &'static str) -> Self {
        Self { list: &[], place: Place { parent, member } }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The names with their places in the list.
    pub(super) fn iter(self) -> impl Iterator<Item = (usize, &'a str)> {
        self.list.iter().enumerate().filter_map(|(index, name)| Some((index, name.as_str()?)))
    }

    /// The names as a claim.
    pub(super) fn to_claim(self) -> Value {
        Value::Array(self.list.to_vec())
    }

    /// The JSON pointer of the list.
    pub(super) fn pointer(&self) -> String {
        self.place.to_string()
    }

    /// The JSON pointer of an entry.
    pub(super) fn entry_pointer(&self, index: usize) -> String {
        format!("{}/{index}", self.place)
    }
}

impl GroupRequest<'_> {
    /// Whether there is anything in it that could change a token which has no groups.
    pub(super) fn asks(&self) -> bool {
        match self {
            Self::Keep | Self::Suppress => false,
            Self::Replace { groups, roles, preferred } => {
                [groups, roles].into_iter().flatten().any(|names| !names.is_empty()) || preferred.is_some()
            }
        }
    }
}

fn part<'a>(
    token: TokenKind,
    fields: Option<&'a Map<String, Value>>,
    pointer: &'static str,
    notes: &mut Notes,
) -> Result<Part<'a>, Box<Fault>> {
    let mut part = Part::nothing(pointer);
    let is_v1 = pointer == V1;
    for (key, value) in fields.into_iter().flatten() {
        match (&**key, token) {
            (CLAIMS, _) => part.claims = object(Some(value), Place { parent: pointer, member: CLAIMS })?,
            (SUPPRESS, _) => part.suppress = names(value, part.suppress.place, NAMES)?.unwrap_or(part.suppress),
            (ADD_SCOPES, TokenKind::Access) => {
                part.scopes_to_add = names(value, part.scopes_to_add.place, NAMES)?.unwrap_or(part.scopes_to_add);
            }
            (SUPPRESS_SCOPES, TokenKind::Access) => {
                part.scopes_to_suppress =
                    names(value, part.scopes_to_suppress.place, NAMES)?.unwrap_or(part.scopes_to_suppress);
            }
            (ADD_SCOPES | SUPPRESS_SCOPES, TokenKind::Id) => {
                if asks(value) {
                    let place = format!("{pointer}/{key}");
                    notes.refuse(None, "change the scopes", Refusal::NoScopesHere, place);
                }
                note_unknown(pointer, key, notes);
            }
            (GROUPS, _) if is_v1 => {}
            (ID, _) if is_v1 => note_other_version(Place { parent: V1, member: ID }, value, notes),
            (ACCESS, _) if is_v1 => note_other_version(Place { parent: V1, member: ACCESS }, value, notes),
            _ => note_unknown(pointer, key, notes),
        }
    }
    Ok(part)
}

/// "Response objects to version one events can return strings" (R-06).
fn only_strings(claims: Option<&Map<String, Value>>) -> Result<(), Box<Fault>> {
    for (claim, value) in claims.into_iter().flatten() {
        let (evidence, question) = match value {
            Value::String(_) => continue,
            Value::Array(_) => (
                Evidence {
                    fact: "R-07",
                    certainty: Certainty::ObservedByOthers,
                    words: "sign-in and refresh fail for a list",
                    url: V1_LISTS,
                },
                None,
            ),
            _ => (
                Evidence {
                    fact: "R-06",
                    certainty: Certainty::Inference,
                    words: "claims of version one events are strings; a list is seen to fail",
                    url: PRE_TOKEN,
                },
                Some(&U_11),
            ),
        };
        let why = format!("the value of `{claim}` is {}, and event version 1 takes strings only", kind(value));
        let pointer = format!("{V1}/{CLAIMS}/{}", escaped(claim));
        return Err(unreadable(why, pointer, evidence, question));
    }
    Ok(())
}

fn group_request<'a>(
    details: &'a Map<String, Value>,
    parent: &'static str,
    notes: &mut Notes,
) -> Result<GroupRequest<'a>, Box<Fault>> {
    let place = Place { parent, member: GROUPS };
    let Some(value) = details.get(GROUPS) else { return Ok(GroupRequest::Keep) };
    let Some(fields) = object(Some(value), place)?.filter(|fields| !fields.is_empty()) else {
        return Ok(GroupRequest::Suppress);
    };
    let parent = if parent == V1 { V1_GROUPS } else { V2_GROUPS };
    let (mut groups, mut roles, mut preferred) = (None, None, None);
    for (key, value) in fields {
        match (&**key, value) {
            (GROUP_NAMES, _) => groups = names(value, Place { parent, member: GROUP_NAMES }, GROUP_LISTS)?,
            (ROLES, _) => roles = names(value, Place { parent, member: ROLES }, GROUP_LISTS)?,
            (PREFERRED, Value::Null) => {}
            (PREFERRED, Value::String(role)) => preferred = Some(&**role),
            (PREFERRED, _) => return Err(not("a string", value, Place { parent, member: PREFERRED }, DETAILS)),
            _ => note_unknown(parent, key, notes),
        }
    }
    Ok(GroupRequest::Replace { groups, roles, preferred })
}

/// An object; `None` if it is missing or `null`, which is what AWS's own Go types write for an unset part (R-17).
fn object(value: Option<&Value>, place: Place) -> Result<Option<&Map<String, Value>>, Box<Fault>> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(value) => Err(not("an object", value, place, DETAILS)),
    }
}

/// A list of strings; `None` if it is `null`.
fn names(value: &Value, place: Place, evidence: Evidence) -> Result<Option<Names<'_>>, Box<Fault>> {
    let list = match value {
        Value::Null => return Ok(None),
        Value::Array(list) => list,
        _ => return Err(not("a list", value, place, evidence)),
    };
    if let Some((index, entry)) = list.iter().enumerate().find(|(_, entry)| !entry.is_string()) {
        let why = format!("an entry of `{}` is {}, not a string", place.member, kind(entry));
        return Err(unreadable(why, format!("{place}/{index}"), NAMES, None));
    }
    Ok(Some(Names { list, place }))
}

fn not(expected: &str, value: &Value, place: Place, evidence: Evidence) -> Box<Fault> {
    unreadable(format!("`{}` is {}, not {expected}", place.member, kind(value)), place.to_string(), evidence, None)
}

fn unreadable(why: String, pointer: String, evidence: Evidence, question: Option<&'static Question>) -> Box<Fault> {
    Fault::new(SignInFailure::unreadable(why, pointer, evidence), question)
}

fn note_other_version(place: Place, value: &Value, notes: &mut Notes) {
    if asks(value) {
        let what = format!("everything in `{}`", place.member);
        notes.refuse(None, what, Refusal::OtherVersion, place.to_string());
        notes.ask(&U_15, place.to_string());
    }
}

fn note_unknown(parent: &str, key: &str, notes: &mut Notes) {
    notes.ask(&U_16, format!("{parent}/{}", escaped(key)));
}

/// Whether a value holds anything at all.
fn asks(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(object) => !object.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A documented member, whose JSON pointer is written only when something is to be said about it.
#[derive(Clone, Copy, Debug)]
struct Place {
    parent: &'static str,
    member: &'static str,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.parent, self.member)
    }
}

const DETAILS: Evidence = Evidence {
    fact: "X-04",
    certainty: Certainty::Inference,
    words: "answers of another shape are seen to fail",
    url: UNRECOGNIZABLE,
};
const NAMES: Evidence = Evidence {
    fact: "R-14",
    certainty: Certainty::Inference,
    words: "documented as a list of strings, and wrong types are seen to fail",
    url: PRE_TOKEN,
};
const GROUP_LISTS: Evidence = Evidence {
    fact: "R-15",
    certainty: Certainty::ObservedByOthers,
    words: "cognito fails when returning an object here instead of a list",
    url: JAVA_516,
};

const RESPONSE: &str = "/response";
const V1: &str = "/response/claimsOverrideDetails";
const V1_GROUPS: &str = "/response/claimsOverrideDetails/groupOverrideDetails";
const V2: &str = "/response/claimsAndScopeOverrideDetails";
const V2_ID: &str = "/response/claimsAndScopeOverrideDetails/idTokenGeneration";
const V2_ACCESS: &str = "/response/claimsAndScopeOverrideDetails/accessTokenGeneration";
const V2_GROUPS: &str = "/response/claimsAndScopeOverrideDetails/groupOverrideDetails";
const ID: &str = "idTokenGeneration";
const ACCESS: &str = "accessTokenGeneration";
const ID_PLACE: Place = Place { parent: V2, member: ID };
const ACCESS_PLACE: Place = Place { parent: V2, member: ACCESS };
const GROUPS: &str = "groupOverrideDetails";
const CLAIMS: &str = "claimsToAddOrOverride";
const SUPPRESS: &str = "claimsToSuppress";
const ADD_SCOPES: &str = "scopesToAdd";
const SUPPRESS_SCOPES: &str = "scopesToSuppress";
const GROUP_NAMES: &str = "groupsToOverride";
const ROLES: &str = "iamRolesToOverride";
const PREFERRED: &str = "preferredRole";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::Scene;
    use crate::tokens::issued;
    use crate::tokens::testing::{applied, detailed};

    use EventVersion::{V1 as One, V2 as Two, V3 as Three};

    #[test]
    fn an_event_returned_unchanged_changes_nothing_and_raises_nothing() {
        for scene in Scene::ALL {
            let situation = scene.situation();
            for version in
                EventVersion::ALL.into_iter().filter(|version| situation.trigger_source().sent_under(*version))
            {
                let applied = applied(&situation, version, &json!({ version.container(): null }));
                assert_eq!(*applied.issue(), issued(&situation), "{scene:?}");
                assert_eq!((applied.refused, applied.open), (vec![], vec![]), "{scene:?}");
            }
        }
    }

    #[test]
    fn an_empty_response_or_empty_details_change_nothing() {
        let situation = Scene::UserInGroups.situation();
        for (response, pointer) in [
            (json!({}), "/response"),
            (json!({"claimsAndScopeOverrideDetails": {}}), "/response/claimsAndScopeOverrideDetails"),
        ] {
            let applied = applied(&situation, Two, &response);
            assert_eq!(*applied.issue(), issued(&situation));
            assert_eq!((applied.questions(), &*applied.open[0].pointer), (vec!["U-20"], pointer));
        }
    }

    #[test]
    fn an_empty_response_that_came_in_empty_is_simply_unchanged() {
        let mut situation = Scene::User.situation();
        situation.form.inbound = Inbound::Empty;
        assert_eq!(applied(&situation, One, &json!({})).open, []);
    }

    #[test]
    fn explicit_nulls_in_the_details_ask_for_nothing() {
        let claims = json!({"claimsToAddOrOverride": null, "claimsToSuppress": null});
        let mut access = claims.clone();
        access["scopesToAdd"] = Value::Null;
        access["scopesToSuppress"] = Value::Null;
        let before = issued(&Scene::UserInGroups.situation());
        let v1 = detailed(Scene::UserInGroups, One, &claims);
        let v2 = json!({"idTokenGeneration": claims, "accessTokenGeneration": access});
        let none = json!({"idTokenGeneration": null, "accessTokenGeneration": null});
        for applied in [v1, detailed(Scene::UserInGroups, Two, &v2), detailed(Scene::UserInGroups, Three, &none)] {
            assert_eq!((applied.issue(), &*applied.refused, &*applied.open), (&before, &[][..], &[][..]));
        }
    }

    #[test]
    fn a_wrong_type_anywhere_in_the_details_fails_the_sign_in() {
        for (version, details, member, fact) in [
            (One, json!([]), "claimsOverrideDetails", "X-04"),
            (Two, json!("details"), "claimsAndScopeOverrideDetails", "X-04"),
            (One, json!({"claimsToAddOrOverride": []}), "claimsToAddOrOverride", "X-04"),
            (One, json!({"claimsToSuppress": "email"}), "claimsToSuppress", "R-14"),
            (One, json!({"claimsToSuppress": {}}), "claimsToSuppress", "R-14"),
            (One, json!({"claimsToSuppress": ["email", 7]}), "claimsToSuppress/1", "R-14"),
            (One, json!({"groupOverrideDetails": []}), "groupOverrideDetails", "X-04"),
            (One, json!({"groupOverrideDetails": {"groupsToOverride": {}}}), "groupsToOverride", "R-15"),
            (Two, json!({"groupOverrideDetails": {"iamRolesToOverride": "r"}}), "iamRolesToOverride", "R-15"),
            (Two, json!({"groupOverrideDetails": {"groupsToOverride": [null]}}), "groupsToOverride/0", "R-14"),
            (Two, json!({"groupOverrideDetails": {"preferredRole": ["r"]}}), "preferredRole", "X-04"),
            (Two, json!({"idTokenGeneration": []}), "idTokenGeneration", "X-04"),
            (Three, json!({"accessTokenGeneration": false}), "accessTokenGeneration", "X-04"),
            (Two, json!({"accessTokenGeneration": {"scopesToAdd": "a b"}}), "scopesToAdd", "R-14"),
            (Two, json!({"accessTokenGeneration": {"scopesToAdd": [null]}}), "scopesToAdd/0", "R-14"),
            (Two, json!({"accessTokenGeneration": {"scopesToSuppress": {}}}), "scopesToSuppress", "R-14"),
        ] {
            let applied = detailed(Scene::UserInGroups, version, &details);
            let failure = applied.failure();
            assert_eq!(failure.message.as_deref(), Some("Unrecognizable lambda output"), "{details}");
            assert!(failure.pointer.ends_with(&format!("/{member}")), "{} for {details}", failure.pointer);
            assert_eq!(failure.evidence.fact, fact, "{details}");
            assert_eq!((applied.refused, applied.open), (vec![], vec![]), "{details}");
        }
    }

    #[test]
    fn a_v1_claim_that_is_no_string_fails_the_sign_in() {
        for (value, fact, questions) in [
            (json!(["a"]), "R-07", &[][..]),
            (json!(7), "R-06", &["U-11"]),
            (json!(true), "R-06", &["U-11"]),
            (json!({"a": 1}), "R-06", &["U-11"]),
            (Value::Null, "R-06", &["U-11"]),
        ] {
            let applied = detailed(Scene::User, One, &json!({"claimsToAddOrOverride": {"a/b": value}}));
            let failure = applied.failure();
            assert_eq!(failure.evidence.fact, fact, "{value}");
            assert_eq!(failure.pointer, "/response/claimsOverrideDetails/claimsToAddOrOverride/a~1b");
            assert_eq!(applied.questions(), questions, "{value}");
        }
    }

    #[test]
    fn details_of_another_version_are_ignored_and_an_open_question() {
        let claims = json!({"claimsToAddOrOverride": {"a": "b"}});
        for (version, response, pointer) in [
            (
                One,
                json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": claims}}),
                "/response/claimsAndScopeOverrideDetails",
            ),
            (Two, json!({"claimsOverrideDetails": claims}), "/response/claimsOverrideDetails"),
            (
                One,
                json!({"claimsOverrideDetails": {"accessTokenGeneration": claims}}),
                "/response/claimsOverrideDetails/accessTokenGeneration",
            ),
            (
                One,
                json!({"claimsOverrideDetails": {"idTokenGeneration": claims}}),
                "/response/claimsOverrideDetails/idTokenGeneration",
            ),
            (
                Three,
                json!({"claimsAndScopeOverrideDetails": {"claimsToSuppress": ["email"]}}),
                "/response/claimsAndScopeOverrideDetails/claimsToSuppress",
            ),
        ] {
            let situation = Scene::User.situation();
            let applied = applied(&situation, version, &response);
            assert_eq!(*applied.issue(), issued(&situation), "{response}");
            assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::OtherVersion], vec!["U-15"]));
            assert_eq!((&*applied.refused[0].pointer, &*applied.open[0].pointer), (pointer, pointer));
        }
    }

    #[test]
    fn of_two_containers_the_one_of_the_configured_version_is_read() {
        let one = json!({"claimsToAddOrOverride": {"from": "one"}});
        let response = json!({"claimsOverrideDetails": one, "claimsAndScopeOverrideDetails": {"idTokenGeneration": {
            "claimsToAddOrOverride": {"from": "two"}}}});
        for (version, from) in [(One, "one"), (Two, "two"), (Three, "two")] {
            let applied = applied(&Scene::User.situation(), version, &response);
            assert_eq!(applied.issue().id.as_ref().unwrap()["from"], from);
            assert_eq!(applied.questions(), ["U-15"]);
        }
    }

    #[test]
    fn an_empty_container_of_another_version_raises_nothing() {
        for other in [Value::Null, json!({})] {
            let response = json!({"claimsOverrideDetails": other, "claimsAndScopeOverrideDetails": null});
            let applied = applied(&Scene::User.situation(), Two, &response);
            assert_eq!((applied.refused, applied.open), (vec![], vec![]));
        }
    }

    #[test]
    fn an_unknown_key_is_ignored_and_an_open_question() {
        let misspelled = json!({"claimsToAdd": {"a": "b"}});
        for (details, pointer) in [
            (json!({"idTokenGeneration": misspelled}), "/idTokenGeneration/claimsToAdd"),
            (json!({"IdTokenGeneration": misspelled}), "/IdTokenGeneration"),
            (json!({"groupOverrideDetails": {"groups/names": []}}), "/groupOverrideDetails/groups~1names"),
        ] {
            let situation = Scene::User.situation();
            let applied = detailed(Scene::User, Two, &details);
            assert_eq!(*applied.issue(), issued(&situation), "{details}");
            assert_eq!(applied.questions(), ["U-16"], "{details}");
            assert!(applied.open[0].pointer.ends_with(pointer), "{:?}", applied.open);
        }
        // A part inside a part is of no version.
        for part in ["idTokenGeneration", "accessTokenGeneration"] {
            let nested = json!({"idTokenGeneration": {part: {"claimsToSuppress": ["email"]}}});
            let applied = detailed(Scene::User, Two, &nested);
            assert_eq!((applied.refusals(), applied.questions()), (vec![], vec!["U-16"]), "{part}");
        }
        // The key of an unknown member of the groups stands where the version has its groups.
        let groups = json!({"groupOverrideDetails": {"groups": [], "groupsToOverride": {}}});
        for (version, container) in [(One, "claimsOverrideDetails"), (Two, "claimsAndScopeOverrideDetails")] {
            let pointer = format!("/response/{container}/groupOverrideDetails/groupsToOverride");
            assert_eq!(detailed(Scene::User, version, &groups).failure().pointer, pointer);
        }
        let response = json!({"claimsOverrideDetails": null, "claimsOverride": {}});
        let applied = applied(&Scene::User.situation(), One, &response);
        assert_eq!(applied.open[0].pointer, "/response/claimsOverride");
    }

    #[test]
    fn scopes_change_in_the_access_part_of_versions_2_and_3_only() {
        let scopes = json!({"scopesToAdd": ["a"], "scopesToSuppress": ["aws.cognito.signin.user.admin"]});
        for (version, details) in [(One, scopes.clone()), (Two, json!({"idTokenGeneration": scopes}))] {
            let applied = detailed(Scene::User, version, &details);
            assert_eq!(*applied.issue(), issued(&Scene::User.situation()));
            assert_eq!(applied.refusals(), [Refusal::NoScopesHere, Refusal::NoScopesHere]);
            assert_eq!(applied.questions(), ["U-16", "U-16"]);
        }
    }

    #[test]
    fn the_failure_names_what_is_there_and_what_belongs_there() {
        for (value, words) in
            [(json!(true), "a boolean"), (json!(1), "a number"), (json!("a"), "a string"), (json!({}), "an object")]
        {
            let applied = detailed(Scene::User, One, &json!({"claimsToSuppress": value}));
            assert_eq!(applied.failure().why, format!("`claimsToSuppress` is {words}, not a list"));
        }
        let applied = detailed(Scene::User, One, &json!({"claimsToAddOrOverride": []}));
        assert_eq!(applied.failure().why, "`claimsToAddOrOverride` is a list, not an object");
        let applied = detailed(Scene::User, One, &json!({"claimsToSuppress": [null]}));
        assert_eq!(applied.failure().why, "an entry of `claimsToSuppress` is null, not a string");
    }
}
