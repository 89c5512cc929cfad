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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::Scene;

    use EventVersion::{V1, V2, V3};

    fn sent(scene: Scene, version: EventVersion, form: Form) -> Value {
        build(&Situation { form, ..scene.situation() }, version)
    }

    #[test]
    fn the_version_is_the_pools_but_for_users_who_may_be_told_of_2() {
        let two = Form { version_text: VersionText::TwoForUsers, ..Form::default() };
        for (scene, version, form, text) in [
            (Scene::User, V1, two, "1"),
            (Scene::User, V2, two, "2"),
            (Scene::User, V3, two, "2"),
            (Scene::Machine, V3, two, "3"),
            (Scene::User, V3, Form::default(), "3"),
        ] {
            assert_eq!(sent(scene, version, form)["version"], text, "{scene:?} {version}");
        }
    }

    #[test]
    fn fields_that_nobody_knows_are_where_the_form_puts_them() {
        let places = ["", "/callerContext", "/request", "/request/groupConfiguration"];
        for (unknown_fields, expected) in [
            (UnknownFields::None, [false; 4]),
            (UnknownFields::Top, [true, false, false, false]),
            (UnknownFields::Everywhere, [true; 4]),
        ] {
            let event = sent(Scene::UserInGroups, V2, Form { unknown_fields, ..Form::default() });
            let found = places.map(|place| event.pointer(place).unwrap().get(UNKNOWN_FIELD).is_some());
            assert_eq!(found, expected, "{unknown_fields:?}");
        }
    }

    #[test]
    fn who_has_no_groups_has_none_in_whichever_form_and_whoever_has_some_has_them() {
        let empty = json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null});
        let nulls = json!({"groupsToOverride": null, "iamRolesToOverride": null, "preferredRole": null});
        for (no_groups, v1, v2) in [
            (NoGroups::EmptyLists, &empty, &empty),
            (NoGroups::NullLists, &nulls, &nulls),
            // Under version 1 every captured event has the lists.
            (NoGroups::NullConfiguration, &empty, &Value::Null),
        ] {
            let form = Form { no_groups, ..Form::default() };
            for (version, expected) in [(V1, v1), (V2, v2), (V3, v2)] {
                let event = sent(Scene::User, version, form);
                assert_eq!(event["request"]["groupConfiguration"], *expected, "{no_groups:?} {version}");
                let groups = &sent(Scene::UserInGroups, version, form)["request"]["groupConfiguration"];
                assert_eq!(groups["groupsToOverride"], json!(["admins", "editors"]));
            }
        }
    }

    #[test]
    fn a_preferred_role_that_is_none_is_null_or_absent() {
        for (no_preferred_role, expected) in
            [(NoPreferredRole::Null, Some(&Value::Null)), (NoPreferredRole::Absent, None)]
        {
            let form = Form { no_preferred_role, ..Form::default() };
            let event = sent(Scene::User, V1, form);
            assert_eq!(event.pointer("/request/groupConfiguration/preferredRole"), expected);
            let role = "arn:aws:iam::123456789012:role/admins";
            assert_eq!(sent(Scene::UserInGroups, V1, form)["request"]["groupConfiguration"]["preferredRole"], role);
        }
    }

    #[test]
    fn metadata_that_are_none_come_in_three_forms_and_an_empty_response_in_two() {
        for (no_metadata, expected) in
            [(NoMetadata::Absent, None), (NoMetadata::Empty, Some(json!({}))), (NoMetadata::Null, Some(Value::Null))]
        {
            let event = sent(Scene::User, V1, Form { no_metadata, ..Form::default() });
            assert_eq!(event["request"].get("clientMetadata"), expected.as_ref());
        }
        let client_metadata = vec![("tenant".into(), "acme".into())];
        let event = build(&Situation { client_metadata, ..Scene::User.situation() }, V1);
        assert_eq!(event["request"]["clientMetadata"], json!({"tenant": "acme"}));
        for (inbound, response) in
            [(Inbound::NullDetails, json!({"claimsOverrideDetails": null})), (Inbound::Empty, json!({}))]
        {
            assert_eq!(sent(Scene::User, V1, Form { inbound, ..Form::default() })["response"], response);
        }
    }

    #[test]
    fn only_users_of_other_providers_have_identities_and_only_versions_2_and_3_have_scopes() {
        let identities =
            |scene| sent(scene, V1, Form::default())["request"]["userAttributes"].get("identities").cloned();
        assert_eq!(identities(Scene::User), None);
        let federated = Scene::FederatedUser.situation();
        let text = identities_text(&federated.user().unwrap().identities, &federated.session);
        assert_eq!(identities(Scene::FederatedUser), Some(Value::String(text)));
        for (version, scopes) in [(V1, None), (V2, Some(json!(["aws.cognito.signin.user.admin"])))] {
            assert_eq!(sent(Scene::User, version, Form::default())["request"].get("scopes"), scopes.as_ref());
        }
    }

    #[test]
    fn a_machine_is_called_client_credentials_and_has_no_attributes_and_no_groups() {
        let event = sent(Scene::Machine, V3, Form::default());
        assert_eq!(event["userName"], "ClientCredentials");
        assert_eq!(event["request"]["userAttributes"], json!({}));
        assert_eq!(event["request"]["groupConfiguration"], Value::Null);
        assert_eq!(event["triggerSource"], "TokenGeneration_ClientCredentials");
    }
}
