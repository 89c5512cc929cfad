use serde_json::{Map, Value};
use thiserror::Error;

use super::build::UNKNOWN_FIELD;
use crate::situation::{
    Attribute, EventVersion, Flow, Form, Group, Identity, Inbound, NoGroups, NoMetadata, NoPreferredRole, Principal,
    RoleArn, Scope, Session, Situation, TriggerSource, UnknownFields, User, UserStatus, VersionText,
};

/// Works out the situation and the event version behind an event of one's own.
///
/// The event holds no times, no ids and no precedence (E-21): the session is a fixed one, and the group that comes first
/// carries the preferred role.
///
/// # Errors
///
/// Says which part of the event is missing or of the wrong type.
///
/// ```
/// use pretoken::event;
/// use pretoken::situation::{EventVersion, Scene};
/// let sent = event::build(&Scene::UserInGroups.situation(), EventVersion::V2);
/// let (situation, version) = event::read(&sent).unwrap();
/// assert_eq!(version, EventVersion::V2);
/// assert_eq!(event::build(&situation, version), sent);
/// ```
pub fn read(event: &Value) -> Result<(Situation, EventVersion), Unreadable> {
    let top = object(Some(event), "")?;
    let version = version(top, object(top.get("response"), "response")?, source(top)?)?;
    Ok((read_under(event, version)?, version))
}

/// Works out the situation behind an event whose version is known: what the event says of it itself may be `"2"` to a
/// pool that is configured for V3 (U-25).
///
/// # Errors
///
/// Says which part of the event is missing or of the wrong type.
///
/// ```
/// use pretoken::event;
/// use pretoken::situation::{EventVersion, Scene, Situation};
/// let sent = event::build(&Scene::Machine.situation(), EventVersion::V3);
/// assert!(event::read_under(&sent, EventVersion::V3).unwrap().user().is_none());
/// ```
pub fn read_under(event: &Value, version: EventVersion) -> Result<Situation, Unreadable> {
    let event = object(Some(event), "")?;
    let request = object(event.get("request"), "request")?;
    let response = object(event.get("response"), "response")?;
    let source = source(event)?;
    let caller = object(event.get("callerContext"), "callerContext")?;
    let metadata = texts(request.get("clientMetadata"), "request.clientMetadata")?;
    let scopes: Vec<Scope> = names(request.get("scopes"), "request.scopes")?.into_iter().map(Scope::from).collect();
    let principal = if source == TriggerSource::ClientCredentials {
        Principal::Machine
    } else {
        Principal::User(user(event, request)?)
    };
    Ok(Situation {
        pool: string(event, "userPoolId", "userPoolId")?.to_owned().into(),
        client: string(caller, "clientId", "callerContext.clientId")?.to_owned().into(),
        flow: flow(source, &scopes, !metadata.is_empty()),
        scopes,
        client_metadata: metadata.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
        sdk: caller.get("awsSdkVersion").and_then(Value::as_str).unwrap_or("aws-sdk-unknown-unknown").to_owned().into(),
        resource: None,
        session: Session { id: 1, authenticated_at: 1_735_689_600, issued_at: 1_735_689_600 },
        form: form(event, request, response, &principal, version),
        principal,
    })
}

/// What is wrong with an event of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// A part is missing.
    #[error("`{0}` is missing; `pretoken events` prints events that are complete")]
    Missing(String),
    /// A part has the wrong JSON type.
    #[error("`{place}` should be {expected}; `pretoken events` prints events that are right")]
    WrongType {
        /// Where.
        place: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The version is none that there is.
    #[error("`version` is `{0}`; Cognito sends \"1\", \"2\" or \"3\"")]
    UnknownVersion(String),
    /// The trigger source is none that is documented.
    #[error(
        "`triggerSource` is `{0}`, which is no documented trigger source; an example is `TokenGeneration_Authentication`"
    )]
    UnknownSource(String),
}

fn source(event: &Map<String, Value>) -> Result<TriggerSource, Unreadable> {
    let word = string(event, "triggerSource", "triggerSource")?;
    TriggerSource::parse(word).ok_or_else(|| Unreadable::UnknownSource(word.to_owned()))
}

fn version(
    event: &Map<String, Value>,
    response: &Map<String, Value>,
    source: TriggerSource,
) -> Result<EventVersion, Unreadable> {
    let word = string(event, "version", "version")?;
    let version = word.parse().map_err(|_| Unreadable::UnknownVersion(word.to_owned()))?;
    // The docs' own fixtures have `"version": "1"` on V2 events; the response's container tells the truth.
    if version == EventVersion::V1 && response.contains_key(EventVersion::V2.container()) {
        return Ok(EventVersion::V2);
    }
    Ok(if source == TriggerSource::ClientCredentials { EventVersion::V3 } else { version })
}

fn user(event: &Map<String, Value>, request: &Map<String, Value>) -> Result<User, Unreadable> {
    let attributes = texts(request.get("userAttributes"), "request.userAttributes")?;
    let find = |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let kept = |name: &str| !matches!(name, "sub" | "cognito:user_status" | "identities");
    Ok(User {
        name: string(event, "userName", "userName")?.to_owned().into(),
        sub: find("sub").ok_or_else(|| Unreadable::Missing("request.userAttributes.sub".to_owned()))?.into(),
        status: find("cognito:user_status").and_then(|word| UserStatus::parse(&word)).unwrap_or_default(),
        attributes: attributes
            .iter()
            .filter(|(name, _)| kept(name))
            .map(|(name, value)| Attribute { name: name.clone().into(), value: value.clone().into() })
            .collect(),
        groups: groups(request)?,
        identities: find("identities").map(|text| identities(&text)).transpose()?.unwrap_or_default(),
        device: None,
    })
}

fn groups(request: &Map<String, Value>) -> Result<Vec<Group>, Unreadable> {
    let Some(Value::Object(configuration)) = request.get("groupConfiguration") else { return Ok(vec![]) };
    let mut roles = names(configuration.get("iamRolesToOverride"), "request.groupConfiguration.iamRolesToOverride")?;
    let preferred = configuration.get("preferredRole").and_then(Value::as_str);
    let listed = names(configuration.get("groupsToOverride"), "request.groupConfiguration.groupsToOverride")?;
    roles.reverse();
    let mut groups: Vec<Group> = listed
        .into_iter()
        .map(|name| {
            let role = roles.pop();
            let precedence = (role.is_some() && role.as_deref() == preferred).then_some(0);
            Group { name: name.into(), role: role.map(RoleArn::from), precedence }
        })
        .collect();
    // A role that is not the preferred one loses against a group without any.
    if preferred.is_none()
        && let Some(without) = groups.iter_mut().find(|group| group.role.is_none())
    {
        without.precedence = Some(0);
    }
    Ok(groups)
}

fn identities(text: &str) -> Result<Vec<Identity>, Unreadable> {
    let wrong = || Unreadable::WrongType {
        place: "request.userAttributes.identities".to_owned(),
        expected: "a JSON list as text",
    };
    let Ok(Value::Array(entries)) = serde_json::from_str(text) else { return Err(wrong()) };
    entries
        .iter()
        .map(|entry| {
            let field = |name: &str| entry.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
            Ok(Identity {
                provider: field("providerName").ok_or_else(wrong)?.into(),
                kind: field("providerType").unwrap_or_default().into(),
                user_id: field("userId").ok_or_else(wrong)?.into(),
                primary: field("primary").as_deref() == Some("true")
                    || entry.get("primary") == Some(&Value::Bool(true)),
            })
        })
        .collect()
}

fn flow(source: TriggerSource, scopes: &[Scope], has_metadata: bool) -> Flow {
    let api = scopes.is_empty() || scopes.iter().all(|scope| scope.as_str() == "aws.cognito.signin.user.admin");
    match source {
        TriggerSource::Authentication if has_metadata => Flow::Challenge,
        TriggerSource::Authentication if api => Flow::SignIn,
        TriggerSource::Authentication => Flow::ManagedLoginLocal,
        TriggerSource::HostedAuth => Flow::ManagedLogin,
        TriggerSource::NewPasswordChallenge => Flow::NewPassword,
        TriggerSource::AuthenticateDevice => Flow::Device,
        TriggerSource::RefreshTokens if api => Flow::Refresh,
        TriggerSource::RefreshTokens => Flow::ManagedRefresh,
        TriggerSource::ClientCredentials => Flow::ClientCredentials,
    }
}

fn form(
    event: &Map<String, Value>,
    request: &Map<String, Value>,
    response: &Map<String, Value>,
    principal: &Principal,
    version: EventVersion,
) -> Form {
    let configuration = request.get("groupConfiguration");
    let lists = configuration.and_then(|groups| groups.get("groupsToOverride"));
    let role_key = configuration.and_then(Value::as_object).is_some_and(|groups| groups.contains_key("preferredRole"));
    let is_user = matches!(principal, Principal::User(_));
    let says_two = version == EventVersion::V3 && event.get("version").and_then(Value::as_str) == Some("2");
    Form {
        no_preferred_role: if role_key || !is_user { NoPreferredRole::Null } else { NoPreferredRole::Absent },
        no_groups: match (configuration, lists) {
            (None | Some(Value::Null), _) if is_user => NoGroups::NullConfiguration,
            (_, Some(Value::Null)) => NoGroups::NullLists,
            _ => NoGroups::EmptyLists,
        },
        no_metadata: match request.get("clientMetadata") {
            None => NoMetadata::Absent,
            Some(Value::Null) => NoMetadata::Null,
            Some(_) => NoMetadata::Empty,
        },
        inbound: if response.contains_key(version.container()) { Inbound::NullDetails } else { Inbound::Empty },
        unknown_fields: unknown_fields(event, request),
        version_text: if says_two { VersionText::TwoForUsers } else { VersionText::Own },
    }
}

fn unknown_fields(event: &Map<String, Value>, request: &Map<String, Value>) -> UnknownFields {
    if request.contains_key(UNKNOWN_FIELD) {
        UnknownFields::Everywhere
    } else if event.contains_key(UNKNOWN_FIELD) {
        UnknownFields::Top
    } else {
        UnknownFields::None
    }
}

fn object<'a>(value: Option<&'a Value>, place: &str) -> Result<&'a Map<String, Value>, Unreadable> {
    match value {
        Some(Value::Object(map)) => Ok(map),
        Some(_) if place.is_empty() => {
            Err(Unreadable::WrongType { place: "the event".to_owned(), expected: "an object" })
        }
        Some(_) => Err(Unreadable::WrongType { place: place.to_owned(), expected: "an object" }),
        None => Err(Unreadable::Missing(place.to_owned())),
    }
}

fn string<'a>(map: &'a Map<String, Value>, key: &str, place: &str) -> Result<&'a str, Unreadable> {
    match map.get(key) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Unreadable::WrongType { place: place.to_owned(), expected: "a string" }),
        None => Err(Unreadable::Missing(place.to_owned())),
    }
}

fn texts(value: Option<&Value>, place: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let wrong = || Unreadable::WrongType { place: place.to_owned(), expected: "a map of strings" };
    match value {
        None | Some(Value::Null) => Ok(vec![]),
        Some(Value::Object(map)) => {
            map.iter().map(|(key, value)| Ok((key.clone(), value.as_str().ok_or_else(wrong)?.to_owned()))).collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn names(value: Option<&Value>, place: &str) -> Result<Vec<String>, Unreadable> {
    let wrong = || Unreadable::WrongType { place: place.to_owned(), expected: "a list of strings" };
    match value {
        None | Some(Value::Null) => Ok(vec![]),
        Some(Value::Array(list)) => {
            list.iter().map(|name| name.as_str().map(ToOwned::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::build;
    use crate::generate::{Scenario, boundaries};
    use crate::situation::Scene;

    #[test]
    fn an_event_reads_back_into_a_situation_that_makes_it_again_whatever_its_form() {
        for Scenario { situation, .. } in boundaries() {
            for version in EventVersion::ALL.into_iter().filter(|it| situation.trigger_source().sent_under(*it)) {
                let sent = build(&situation, version);
                let read = read_under(&sent, version).unwrap();
                let (again, mut sent) = (build(&read, version), sent);
                // The event does not tell which role is which group's, nor the times of the identities.
                for key in ["iamRolesToOverride", "preferredRole"] {
                    if let Some(role) = again.pointer(&format!("/request/groupConfiguration/{key}")) {
                        sent["request"]["groupConfiguration"][key] = role.clone();
                    }
                }
                if let Some(identities) = again["request"]["userAttributes"].get("identities") {
                    sent["request"]["userAttributes"]["identities"] = identities.clone();
                }
                assert_eq!(again, sent);
            }
        }
    }

    #[test]
    fn the_flow_is_told_by_the_source_the_scopes_and_the_metadata() {
        let (api, managed) = ("aws.cognito.signin.user.admin", "openid");
        for (source, scopes, metadata, flow) in [
            ("Authentication", &[api][..], false, Flow::SignIn),
            ("Authentication", &[], false, Flow::SignIn),
            ("Authentication", &[api, managed], false, Flow::ManagedLoginLocal),
            ("Authentication", &[api], true, Flow::Challenge),
            ("HostedAuth", &[managed], false, Flow::ManagedLogin),
            ("NewPasswordChallenge", &[api], false, Flow::NewPassword),
            ("AuthenticateDevice", &[api], false, Flow::Device),
            ("RefreshTokens", &[api], false, Flow::Refresh),
            ("RefreshTokens", &[managed], false, Flow::ManagedRefresh),
        ] {
            let mut event = build(&Scene::User.situation(), EventVersion::V2);
            event["triggerSource"] = json!(format!("TokenGeneration_{source}"));
            event["request"]["scopes"] = json!(scopes);
            if metadata {
                event["request"]["clientMetadata"] = json!({"a": "b"});
            }
            assert_eq!(read(&event).unwrap().0.flow, flow, "{source} {scopes:?} {metadata}");
        }
    }

    #[test]
    fn the_version_is_told_by_the_container_too_and_a_machines_is_3() {
        for (scene, sent, text, version) in [
            (Scene::User, EventVersion::V1, "1", EventVersion::V1),
            // As in fixtures of the documentation.
            (Scene::User, EventVersion::V2, "1", EventVersion::V2),
            (Scene::User, EventVersion::V2, "2", EventVersion::V2),
            (Scene::Machine, EventVersion::V3, "2", EventVersion::V3),
        ] {
            let mut event = build(&scene.situation(), sent);
            event["version"] = json!(text);
            assert_eq!(read(&event).unwrap().1, version, "{scene:?} {text}");
        }
    }

    #[test]
    fn a_machines_event_is_in_the_plainest_form_since_it_has_no_groups_to_write() {
        let event = build(&Scene::Machine.situation(), EventVersion::V3);
        assert_eq!(read(&event).unwrap().0.form, Form::default());
    }

    #[test]
    fn identities_are_read_with_or_without_what_may_be_missing() {
        let read = |text: &str| {
            let mut event = build(&Scene::FederatedUser.situation(), EventVersion::V2);
            event["request"]["userAttributes"]["identities"] = json!(text);
            read(&event).map(|(situation, _)| situation.user().unwrap().identities.clone())
        };
        let identity = |kind: &'static str, primary| Identity {
            provider: "Corp".into(),
            kind: kind.into(),
            user_id: "j".into(),
            primary,
        };
        for (primary, expected) in [
            (json!("true"), true),
            (json!(true), true),
            (json!("false"), false),
            (json!(false), false),
            (json!(null), false),
        ] {
            let entry = json!([{"providerName": "Corp", "userId": "j", "primary": primary, "providerType": "SAML"}]);
            assert_eq!(read(&entry.to_string()), Ok(vec![identity("SAML", expected)]), "{primary}");
        }
        assert_eq!(read(r#"[{"providerName":"Corp","userId":"j"}]"#), Ok(vec![identity("", false)]));
        for wrong in ["", "{}", "[{}]", r#"[{"providerName":"Corp"}]"#] {
            assert!(read(wrong).unwrap_err().to_string().starts_with("`request.userAttributes.identities`"), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let read_with = |pointer: &str, value: Option<Value>| {
            let mut event = build(&Scene::User.situation(), EventVersion::V2);
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            let fields = event.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match value {
                Some(value) => drop(fields.insert(key.to_owned(), value)),
                None => drop(fields.remove(key)),
            }
            read(&event).unwrap_err().to_string()
        };
        for (pointer, value, words) in [
            ("/request", None, "`request` is missing"),
            ("/request", Some(json!([])), "`request` should be an object"),
            ("/userName", None, "`userName` is missing"),
            ("/userName", Some(json!(1)), "`userName` should be a string"),
            ("/request/userAttributes/sub", None, "`request.userAttributes.sub` is missing"),
            ("/request/userAttributes", Some(json!({"sub": 1})), "`request.userAttributes` should be a map of strings"),
            ("/request/clientMetadata", Some(json!([])), "`request.clientMetadata` should be a map of strings"),
            ("/request/scopes", Some(json!([1])), "`request.scopes` should be a list of strings"),
            ("/request/scopes", Some(json!("a")), "`request.scopes` should be a list of strings"),
            ("/version", Some(json!("9")), "`version` is `9`"),
            ("/triggerSource", Some(json!("PreSignUp")), "`triggerSource` is `PreSignUp`"),
        ] {
            let told = read_with(pointer, value);
            assert!(told.starts_with(words), "{told}");
        }
        assert!(read(&json!([])).unwrap_err().to_string().starts_with("`the event` should be an object"));
    }
}
