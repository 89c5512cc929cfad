use serde_json::{Map, Value};

use super::identities_text;
use crate::situation::{
    EventVersion, Form, Inbound, NoGroups, NoMetadata, NoPreferredRole, Principal, Situation, UnknownFields, User,
    VersionText,
};

/// The event that Cognito sends for a situation under an event version.
///
/// A machine's situation makes sense under event version 3 only (T-01); the generator makes no other.
///
/// ```
/// use pretoken::event;
/// use pretoken::situation::{EventVersion, Scene};
/// let event = event::build(&Scene::User.situation(), EventVersion::V2);
/// assert_eq!(event["triggerSource"], "TokenGeneration_Authentication");
/// assert_eq!(event["response"]["claimsAndScopeOverrideDetails"], serde_json::Value::Null);
/// ```
pub fn build(situation: &Situation, version: EventVersion) -> Value {
    let form = &situation.form;
    let everywhere = form.unknown_fields == UnknownFields::Everywhere;

    let mut caller = Map::new();
    put(&mut caller, "awsSdkVersion", text(&situation.sdk));
    put(&mut caller, "clientId", text(situation.client.as_str()));

    let mut event = Map::new();
    put(&mut event, "version", text(version_text(situation, version)));
    put(&mut event, "triggerSource", text(situation.trigger_source().as_str()));
    put(&mut event, "region", text(situation.pool.region()));
    put(&mut event, "userPoolId", text(situation.pool.as_str()));
    put(&mut event, "userName", text(user_name(&situation.principal)));
    let mut request = request(situation, version);
    let mut response = Map::new();
    if form.inbound == Inbound::NullDetails {
        put(&mut response, version.container(), Value::Null);
    }
    if form.unknown_fields != UnknownFields::None {
        put(&mut event, UNKNOWN_FIELD, text("new"));
    }
    if everywhere {
        put(&mut caller, UNKNOWN_FIELD, Value::Null);
        put(&mut request, UNKNOWN_FIELD, Value::Array(vec![]));
    }
    put(&mut event, "callerContext", Value::Object(caller));
    put(&mut event, "request", Value::Object(request));
    put(&mut event, "response", Value::Object(response));
    Value::Object(event)
}

/// A field that no page documents and that reads as what it is.
pub(super) const UNKNOWN_FIELD: &str = "fieldOfTheFuture";

fn version_text(situation: &Situation, version: EventVersion) -> &'static str {
    let two = situation.form.version_text == VersionText::TwoForUsers && situation.user().is_some();
    if two && version == EventVersion::V3 { EventVersion::V2.as_str() } else { version.as_str() }
}

/// Machines have the literal name `ClientCredentials`, not the client id (E-07).
fn user_name(principal: &Principal) -> &str {
    match principal {
        Principal::User(user) => user.name.as_str(),
        Principal::Machine => "ClientCredentials",
    }
}

fn request(situation: &Situation, version: EventVersion) -> Map<String, Value> {
    let mut request = Map::new();
    match &situation.principal {
        Principal::User(user) => {
            put(&mut request, "userAttributes", Value::Object(attributes(user, situation)));
            put(&mut request, "groupConfiguration", groups(user, &situation.form, version));
        }
        // E-12 and E-15: an empty map and a null.
        Principal::Machine => {
            put(&mut request, "userAttributes", Value::Object(Map::new()));
            put(&mut request, "groupConfiguration", Value::Null);
        }
    }
    if version != EventVersion::V1 {
        let scopes = situation.scopes.iter().map(|scope| text(scope.as_str())).collect();
        put(&mut request, "scopes", Value::Array(scopes));
    }
    if situation.client_metadata.is_empty() {
        match situation.form.no_metadata {
            NoMetadata::Absent => {}
            NoMetadata::Empty => put(&mut request, "clientMetadata", Value::Object(Map::new())),
            NoMetadata::Null => put(&mut request, "clientMetadata", Value::Null),
        }
    } else {
        let metadata = situation.client_metadata.iter().map(|(key, value)| (key.to_string(), text(value))).collect();
        put(&mut request, "clientMetadata", Value::Object(metadata));
    }
    request
}

fn attributes(user: &User, situation: &Situation) -> Map<String, Value> {
    let mut attributes = Map::new();
    put(&mut attributes, "sub", text(&user.sub));
    put(&mut attributes, "cognito:user_status", text(user.status.as_str()));
    for attribute in &user.attributes {
        put(&mut attributes, attribute.name.as_str(), text(&attribute.value));
    }
    if !user.identities.is_empty() {
        put(&mut attributes, "identities", Value::String(identities_text(&user.identities, &situation.session)));
    }
    attributes
}

fn groups(user: &User, form: &Form, version: EventVersion) -> Value {
    let nothing = user.groups.is_empty();
    // Seen for users under V2, and V3 sends "the same event"; under V1 every captured event has the lists.
    if nothing && form.no_groups == NoGroups::NullConfiguration && version != EventVersion::V1 {
        return Value::Null;
    }
    let mut configuration = Map::new();
    if nothing && form.no_groups == NoGroups::NullLists {
        put(&mut configuration, "groupsToOverride", Value::Null);
        put(&mut configuration, "iamRolesToOverride", Value::Null);
    } else {
        let names = user.groups.iter().map(|group| text(group.name.as_str())).collect();
        let roles = user.roles().into_iter().map(|role| text(role.as_str())).collect();
        put(&mut configuration, "groupsToOverride", Value::Array(names));
        put(&mut configuration, "iamRolesToOverride", Value::Array(roles));
    }
    match (user.preferred_role(), form.no_preferred_role) {
        (Some(role), _) => put(&mut configuration, "preferredRole", text(role.as_str())),
        (None, NoPreferredRole::Null) => put(&mut configuration, "preferredRole", Value::Null),
        (None, NoPreferredRole::Absent) => {}
    }
    if form.unknown_fields == UnknownFields::Everywhere {
        put(&mut configuration, UNKNOWN_FIELD, Value::Bool(true));
    }
    Value::Object(configuration)
}

fn put(map: &mut Map<String, Value>, key: &str, value: Value) {
    map.insert(key.to_owned(), value);
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}
