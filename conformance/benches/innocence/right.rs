//! Triggers that are right by the documentation: nobody has anything to mend in them.

use pretoken::situation::EventVersion;
use serde_json::{Map, Value, json};

use crate::answers::{allowed_details, aws_answers};

/// A trigger that is right.
pub(crate) struct Right {
    pub(crate) about: String,
    pub(crate) trigger: Box<dyn Fn(Value) -> Value + Send + Sync>,
}

/// All of them: the echo, AWS's own answers, what is no rule on purpose, and the good twins of the miniatures.
pub(crate) fn all() -> Vec<Right> {
    let mut all = vec![right("returns the event as it came", |event| event)];
    for (name, response, versions) in aws_answers() {
        all.push(right(format!("answers as in AWS's documentation: {name}"), move |event| {
            if versions.contains(&version(&event)) { with_response(event, &response) } else { event }
        }));
    }
    for (name, response) in allowed_details() {
        all.push(right(format!("does what is no rule on purpose: {name}"), move |event| {
            match response(version(&event)) {
                Some(response) => with_response(event, &response),
                None => event,
            }
        }));
    }
    for (about, trigger) in TWINS {
        all.push(right(about, trigger));
    }
    all
}

fn right(about: impl Into<String>, trigger: impl Fn(Value) -> Value + Send + Sync + 'static) -> Right {
    Right { about: about.into(), trigger: Box::new(trigger) }
}

type Twin = (&'static str, fn(Value) -> Value);

const TWINS: [Twin; 28] = [
    ("takes the email's domain, or a default", |event| {
        let email = attribute(&event, "email").unwrap_or_default();
        let domain = email.rsplit_once('@').map_or("unknown", |(_, domain)| domain).to_owned();
        with_claims(event, &json!({"domain": domain}))
    }),
    ("copies every attribute that may be a claim", |event| {
        let attributes = event["request"]["userAttributes"].as_object().cloned().unwrap_or_default();
        let may = |name: &str| {
            !(name == "sub" || name == "identities" || name.starts_with("cognito:") || name.starts_with("dev:"))
        };
        let claims: Map<String, Value> = attributes.into_iter().filter(|(name, _)| may(name)).collect();
        with_claims(event, &Value::Object(claims))
    }),
    ("joins the names that are there", |event| {
        let names: Vec<String> =
            ["given_name", "family_name"].iter().filter_map(|name| attribute(&event, name)).collect();
        if names.is_empty() { event } else { with_claims(event, &json!({"display_name": names.join(" ")})) }
    }),
    ("adds a group and keeps roles and preferred role", |mut event| {
        let Some(mut configuration) = configuration(&event) else { return event };
        let mut all = groups(&event);
        all.push("signed-in".to_owned());
        configuration.insert("groupsToOverride".to_owned(), json!(all));
        details(&mut event)["groupOverrideDetails"] = Value::Object(configuration);
        event
    }),
    ("copies the whole group configuration, where there are groups", |mut event| {
        if let Some(configuration) = configuration(&event).filter(|_| !groups(&event).is_empty()) {
            details(&mut event)["groupOverrideDetails"] = Value::Object(configuration);
        }
        event
    }),
    ("copies whatever stands in the group configuration, null too", |mut event| {
        let configuration = event["request"]["groupConfiguration"].clone();
        details(&mut event)["groupOverrideDetails"] = configuration;
        event
    }),
    ("hides groups and roles from every token by name, and the scopes' claim from the ID token", |mut event| {
        let claims = ["cognito:roles", "cognito:preferred_role", "cognito:groups"];
        event = with_part(event, &json!({"claimsToSuppress": claims}));
        if version(&event) != EventVersion::V1 && !is_machine(&event) {
            details(&mut event)["idTokenGeneration"] =
                json!({"claimsToSuppress": [claims[0], claims[1], claims[2], "scope"]});
        }
        event
    }),
    ("writes the container of the other event versions as null", |event| {
        let other = version(&event).other_container();
        let mut event = with_claims(event, &json!({"tenant": "acme"}));
        event["response"][other] = Value::Null;
        event
    }),
    ("reads the event into a type, and writes what that type knows", |event| {
        let known = |value: &Value, names: &[&str]| -> Map<String, Value> {
            let fields = value.as_object().into_iter().flatten();
            fields
                .filter(|(name, _)| names.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        let mut answer = known(
            &event,
            &["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "response"],
        );
        let request = known(&event["request"], &["userAttributes", "groupConfiguration", "clientMetadata", "scopes"]);
        answer
            .insert("callerContext".to_owned(), known(&event["callerContext"], &["awsSdkVersion", "clientId"]).into());
        answer.insert("request".to_owned(), request.into());
        with_claims(answer.into(), &json!({"tenant": "acme"}))
    }),
    ("hides groups from every token by name", |event| {
        with_part(event, &json!({"claimsToSuppress": ["cognito:groups"]}))
    }),
    ("keeps one prefix of groups, and hides the claim where none is left", |mut event| {
        let Some(mut configuration) = configuration(&event) else { return event };
        let kept: Vec<String> = groups(&event).into_iter().filter(|group| group.starts_with('a')).collect();
        if kept.is_empty() {
            return with_part(event, &json!({"claimsToSuppress": ["cognito:groups"]}));
        }
        configuration.insert("groupsToOverride".to_owned(), json!(kept));
        details(&mut event)["groupOverrideDetails"] = Value::Object(configuration);
        event
    }),
    ("hides personal data from every token", |event| {
        with_part(event, &json!({"claimsToSuppress": ["email", "phone_number", "name", "address", "birthdate"]}))
    }),
    ("lists groups as one text", |event| {
        let all = groups(&event).join(" ");
        with_claims(event, &json!({"teams": all}))
    }),
    ("lists groups and flags as version 2 takes them", |event| {
        let claims = json!({"teams": groups(&event), "count": groups(&event).len(), "any": !groups(&event).is_empty()});
        if version(&event) == EventVersion::V1 { event } else { with_claims(event, &claims) }
    }),
    ("writes Hasura's claims: as text under version 1, and else as an object", |event| {
        let hasura = json!({"x-hasura-default-role": "user", "x-hasura-allowed-roles": ["user", "editor"]});
        let hasura = if version(&event) == EventVersion::V1 { json!(hasura.to_string()) } else { hasura };
        with_claims(event, &json!({"https://hasura.io/jwt/claims": hasura}))
    }),
    ("names the client as the access token's audience", |mut event| {
        let client = event["callerContext"]["clientId"].clone();
        if version(&event) != EventVersion::V1 {
            details(&mut event)["accessTokenGeneration"] = json!({"claimsToAddOrOverride": {"aud": client}});
        }
        event
    }),
    ("adds a scope for each group whose name makes one", |mut event| {
        let sound = |group: &String| group.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let scopes: Vec<_> =
            groups(&event).iter().filter(|group| sound(group)).map(|group| format!("group/{group}")).collect();
        if version(&event) != EventVersion::V1 {
            details(&mut event)["accessTokenGeneration"] = json!({"scopesToAdd": scopes});
        }
        event
    }),
    ("takes `phone` and the scope for self-service from everyone", |mut event| {
        let scopes = ["phone", "aws.cognito.signin.user.admin", "no such scope"];
        if version(&event) != EventVersion::V1 {
            details(&mut event)["accessTokenGeneration"] = json!({"scopesToSuppress": scopes});
        }
        event
    }),
    ("adds back each scope that the event has", |mut event| {
        let scopes = event["request"]["scopes"].clone();
        if version(&event) != EventVersion::V1 {
            details(&mut event)["accessTokenGeneration"] = json!({"scopesToAdd": scopes});
        }
        event
    }),
    ("writes every member that it does not need as null or empty", |event| {
        with_part(event, &json!({"claimsToAddOrOverride": {}, "claimsToSuppress": null}))
    }),
    ("writes every part that it does not need as an empty object", |mut event| {
        if version(&event) != EventVersion::V1 {
            let all = details(&mut event);
            all["accessTokenGeneration"] = json!({});
            all["idTokenGeneration"] = json!({});
        }
        event
    }),
    ("writes an address as text, the flags as booleans and the time as a number", |event| {
        let claims = json!({"address": "{\"country\":\"NZ\"}", "email_verified": false, "updated_at": 1_735_689_600});
        if version(&event) == EventVersion::V1 { event } else { with_claims(event, &claims) }
    }),
    ("knows machines by their trigger source and gives them a tenant", |mut event| {
        if is_machine(&event) {
            details(&mut event)["accessTokenGeneration"] = json!({"claimsToAddOrOverride": {"tenant": "acme"}});
            return event;
        }
        with_claims(event, &json!({"tenant": "none"}))
    }),
    ("looks the caller's word up in a list of its own", |event| {
        let asked = event["request"]["clientMetadata"]["tenant"] == "acme" && is_machine(&event);
        with_claims(event, &json!({"tenant": if asked { "acme" } else { "none" }}))
    }),
    ("works an id out from the user's", |event| {
        let sub = attribute(&event, "sub").unwrap_or_default();
        let sum = sub.bytes().fold(17_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        with_claims(event, &json!({"shard": format!("{sum:08x}")}))
    }),
    ("reads the provider from the identities, where there are some", |event| {
        let identities: Value =
            attribute(&event, "identities").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let provider = identities[0]["providerName"].as_str().unwrap_or("Cognito").to_owned();
        with_claims(event, &json!({"provider": provider}))
    }),
    ("masks the email where it is not hidden", |event| {
        let masked =
            attribute(&event, "email").map(|email| email.chars().take(1).chain("***".chars()).collect::<String>());
        match masked {
            Some(masked) => with_claims(event, &json!({"email": masked})),
            None => event,
        }
    }),
    ("sets one list of claims in one token and hides it in the other", |mut event| {
        if version(&event) != EventVersion::V1 && !is_machine(&event) {
            let all = details(&mut event);
            all["idTokenGeneration"] = json!({"claimsToSuppress": ["email", "nickname"]});
            all["accessTokenGeneration"] =
                json!({"claimsToAddOrOverride": {"email": "x@example.com", "nickname": "x"}});
        }
        event
    }),
];

/// A response as documented. Machines have neither an ID token nor groups, and none of these answers is for them; where
/// one repeats the client's id, it is the event's.
fn with_response(mut event: Value, response: &Value) -> Value {
    if is_machine(&event) {
        return event;
    }
    event["response"] = response.clone();
    let client = event["callerContext"]["clientId"].clone();
    for part in ["idTokenGeneration", "accessTokenGeneration"] {
        let pointer = format!("/response/claimsAndScopeOverrideDetails/{part}/claimsToAddOrOverride/aud");
        if let Some(audience) = event.pointer_mut(&pointer) {
            *audience = client.clone();
        }
    }
    event
}

fn with_claims(event: Value, claims: &Value) -> Value {
    with_part(event, &json!({"claimsToAddOrOverride": claims}))
}

fn with_part(mut event: Value, part: &Value) -> Value {
    let machine = is_machine(&event);
    if version(&event) == EventVersion::V1 {
        *details(&mut event) = part.clone();
    } else {
        let all = details(&mut event);
        all["accessTokenGeneration"] = part.clone();
        if !machine {
            all["idTokenGeneration"] = part.clone();
        }
    }
    event
}

fn details(event: &mut Value) -> &mut Value {
    let container = version(event).container();
    let details = &mut event["response"][container];
    if !details.is_object() {
        *details = json!({});
    }
    details
}

/// A pool that is configured for V3 may send users events that say `2`; the two are answered alike.
fn version(event: &Value) -> EventVersion {
    match event["version"].as_str() {
        Some("1") => EventVersion::V1,
        Some("3") => EventVersion::V3,
        _ => EventVersion::V2,
    }
}

fn is_machine(event: &Value) -> bool {
    event["triggerSource"] == "TokenGeneration_ClientCredentials"
}

fn attribute(event: &Value, name: &str) -> Option<String> {
    Some(event["request"]["userAttributes"][name].as_str()?.to_owned())
}

fn configuration(event: &Value) -> Option<Map<String, Value>> {
    event["request"]["groupConfiguration"].as_object().cloned()
}

fn groups(event: &Value) -> Vec<String> {
    let list = event["request"]["groupConfiguration"]["groupsToOverride"].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}
