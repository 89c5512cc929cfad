use std::iter::once;

use serde_json::Value;

use super::ids::{Label, uuid};
use super::reserved::{Standing, standing};
use super::{Payload, Tokens};
use crate::event::identities_claim;
use crate::situation::{Principal, Scope, Situation, User};

/// How long an ID or an access token is good for by default, in seconds.
///
/// App clients can set 5 minutes to a day; a situation does not say so, because the event does not.
pub const LIFETIME: u64 = 3_600;

/// The tokens that Cognito issues when there is no trigger, or when it returns the event unchanged (R-04).
///
/// Follows the samples of <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>
/// and <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>.
/// Cognito adds claims over time (C-07), so a real token may hold more: `nonce`, `at_hash`, `acr` and `amr` are not
/// modelled, because nothing in a situation decides them.
///
/// - Attributes are claims of the ID token as the texts that they are (C-08); only `email_verified` and
///   `phone_number_verified` are booleans, as in the sample. `updated_at` and `address` stay texts: AWS shows neither.
/// - Every attribute counts as readable by the app client: whether the event leaves out others is unknown (E-20).
/// - OAuth scopes limit the attributes (C-11), and without `openid` there is no ID token
///   (<https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html>).
///   No scopes at all, as in a V1 event of one's own, means that they are not known, and limits nothing.
/// - A machine's `sub` is its client id, and it has no claims of a user. That is an assumption: AWS prints no sample (C-06).
///
/// ```
/// use pretoken::situation::Scene;
/// use pretoken::tokens::issued;
/// let tokens = issued(&Scene::User.situation());
/// let id = tokens.id.unwrap();
/// assert_eq!(id["email_verified"], true);
/// assert_eq!(id["aud"], "1example23456789");
/// assert_eq!(tokens.access["scope"], "aws.cognito.signin.user.admin");
/// ```
pub fn issued(situation: &Situation) -> Tokens {
    match &situation.principal {
        Principal::User(user) => Tokens {
            id: Attributes::of(situation).map(|shown| id_token(situation, user, shown)),
            access: access_token(situation, user),
        },
        Principal::Machine => Tokens { id: None, access: machine_token(situation) },
    }
}

/// The scopes of the access token before any trigger, in order.
pub(super) fn scope_names(situation: &Situation) -> impl Iterator<Item = &str> {
    // A sign-in through the API has this one scope (E-18), also when the event (V1) does not say so.
    let implied = (situation.scopes.is_empty() && !situation.flow.has_oauth_scopes()).then_some(USER_ADMIN);
    situation.scopes.iter().map(Scope::as_str).chain(implied)
}

/// The API that the access token is bound to; only users in managed login can ask for one (C-05).
pub(super) fn bound_resource(situation: &Situation) -> Option<&str> {
    let can_be = situation.flow.has_oauth_scopes() && situation.user().is_some();
    situation.resource.as_deref().filter(|_| can_be)
}

/// The reserved scope of sign-ins through the API.
pub(super) const USER_ADMIN: &str = "aws.cognito.signin.user.admin";

/// Which attributes the scopes let into the ID token.
#[derive(Clone, Copy)]
enum Attributes {
    All,
    Only { email: bool, phone: bool },
}

impl Attributes {
    /// `None` if there is no ID token.
    fn of(situation: &Situation) -> Option<Self> {
        if !situation.flow.has_oauth_scopes() || situation.scopes.is_empty() {
            return Some(Self::All);
        }
        let has = |name: &str| situation.scopes.iter().any(|scope| scope.as_str() == name);
        let (email, phone) = (has("email"), has("phone"));
        has("openid").then(|| if has("profile") || !(email || phone) { Self::All } else { Self::Only { email, phone } })
    }

    fn show(self, name: &str) -> bool {
        // `cognito:user_status`, `cognito:email_alias` and their like never leave the pool.
        matches!(standing(name), Standing::Free | Standing::DevPrefix)
            && match self {
                Self::All => true,
                Self::Only { email, phone } => match name {
                    "email" | "email_verified" => email,
                    "phone_number" | "phone_number_verified" => phone,
                    _ => false,
                },
            }
    }
}

fn id_token(situation: &Situation, user: &User, shown: Attributes) -> Payload {
    let mut id = Payload::new();
    for attribute in user.attributes.iter().filter(|attribute| shown.show(attribute.name.as_str())) {
        let name = attribute.name.as_str();
        let value = if is_verification(name) { boolean(&attribute.value) } else { None };
        put(&mut id, name, value.map_or_else(|| text(&attribute.value), Value::Bool));
    }
    if !user.identities.is_empty() {
        put(&mut id, "identities", Value::Array(identities_claim(&user.identities, &situation.session)));
    }
    if !user.groups.is_empty() {
        put(&mut id, "cognito:groups", groups(user));
        let roles: Vec<_> = user.roles().into_iter().map(|role| text(role.as_str())).collect();
        if !roles.is_empty() {
            put(&mut id, "cognito:roles", Value::Array(roles));
        }
        if let Some(role) = user.preferred_role() {
            put(&mut id, "cognito:preferred_role", text(role.as_str()));
        }
    }
    common(&mut id, situation, "id", Label::Id);
    of_the_user(&mut id, situation, user);
    put(&mut id, "cognito:username", text(user.name.as_str()));
    put(&mut id, "aud", text(situation.client.as_str()));
    id
}

fn access_token(situation: &Situation, user: &User) -> Payload {
    let mut access = Payload::new();
    if !user.groups.is_empty() {
        put(&mut access, "cognito:groups", groups(user));
    }
    common(&mut access, situation, "access", Label::Access);
    of_the_user(&mut access, situation, user);
    of_the_client(&mut access, situation);
    put(&mut access, "username", text(user.name.as_str()));
    if let Some(device) = &user.device {
        put(&mut access, "device_key", text(device));
    }
    if let Some(resource) = bound_resource(situation) {
        put(&mut access, "aud", text(resource));
    }
    access
}

fn machine_token(situation: &Situation) -> Payload {
    let mut access = Payload::new();
    common(&mut access, situation, "access", Label::Access);
    of_the_client(&mut access, situation);
    put(&mut access, "sub", text(situation.client.as_str()));
    access
}

/// What every token has.
fn common(payload: &mut Payload, situation: &Situation, token_use: &str, jti: Label) {
    let session = situation.session;
    let (region, pool) = (situation.pool.region(), situation.pool.as_str());
    let mut issuer = String::with_capacity(34 + region.len() + pool.len());
    issuer.extend(["https://cognito-idp.", region, ".amazonaws.com/", pool]);
    put(payload, "iss", Value::String(issuer));
    put(payload, "token_use", text(token_use));
    put(payload, "auth_time", session.authenticated_at.into());
    put(payload, "iat", session.issued_at.into());
    put(payload, "exp", session.issued_at.saturating_add(LIFETIME).into());
    put(payload, "jti", Value::String(uuid(session.id, jti)));
}

/// What both tokens of a user have.
fn of_the_user(payload: &mut Payload, situation: &Situation, user: &User) {
    put(payload, "sub", text(&user.sub));
    put(payload, "origin_jti", Value::String(uuid(situation.session.id, Label::Origin)));
    put(payload, "event_id", Value::String(uuid(situation.session.id, Label::Event)));
}

/// What every access token has.
fn of_the_client(access: &mut Payload, situation: &Situation) {
    put(access, "client_id", text(situation.client.as_str()));
    put(access, "version", 2.into());
    // No scopes, no claim: whether the claim would be empty instead is unknown (S-25).
    if let Some(scope) = joined(scope_names(situation)) {
        put(access, "scope", Value::String(scope));
    }
}

/// Scopes as the claim `scope` has them; `None` if there are none.
pub(super) fn joined<'a>(mut scopes: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut scope = scopes.next()?.to_owned();
    for name in scopes {
        scope.extend(once(" ").chain(once(name)));
    }
    Some(scope)
}

/// Whether the ID token has this claim as a boolean.
pub(super) fn is_verification(claim: &str) -> bool {
    matches!(claim, "email_verified" | "phone_number_verified")
}

/// The boolean that a text means; both `"true"` and `"True"` are seen in events (E-10).
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn groups(user: &User) -> Value {
    Value::Array(user.groups.iter().map(|group| text(group.name.as_str())).collect())
}

fn put(payload: &mut Payload, claim: &str, value: Value) {
    payload.insert(claim.to_owned(), value);
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::{Attribute, Flow, Scene};
    use crate::tokens::testing::{article, user_of};

    fn claims(payload: &Payload) -> String {
        payload.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    fn oauth(scopes: &[&'static str]) -> Situation {
        let mut situation = Scene::UserInGroups.situation();
        situation.flow = Flow::ManagedLogin;
        situation.scopes = scopes.iter().copied().map(Scope::from).collect();
        let user = user_of(&mut situation);
        for (name, value) in [("phone_number", "+1206"), ("phone_number_verified", "False"), ("dev:custom:x", "d")] {
            user.attributes.push(Attribute { name: name.into(), value: value.into() });
        }
        situation
    }

    #[test]
    fn the_id_token_of_the_powertools_article_comes_out_exactly() {
        let id = issued(&article(1_726_876_453)).id.unwrap();
        for id_claim in ["origin_jti", "event_id", "jti"] {
            assert_eq!(id[id_claim].as_str().map(str::len), Some(36), "{id_claim}");
        }
        let expected = json!({
            "sub": "f7a4da98-a041-70e4-7954-8bbc5d3ca764",
            "email_verified": true,
            "iss": "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_xxxxxxxxx",
            "cognito:username": "f7a4da98-a041-70e4-7954-8bbc5d3ca764",
            "custom:x": "@kakakakakku",
            "origin_jti": id["origin_jti"],
            "aud": "xxxxxxxxxxxxxxxxxxxxxxxxxx",
            "event_id": id["event_id"],
            "token_use": "id",
            "auth_time": 1_726_876_453,
            "exp": 1_726_880_053,
            "iat": 1_726_876_453,
            "jti": id["jti"],
            "email": "x@example.com",
        });
        assert_eq!(Value::Object(id), expected);
    }

    #[test]
    fn the_access_token_of_an_api_sign_in_has_the_claims_of_the_sample() {
        let tokens = issued(&Scene::UserInGroups.situation());
        assert_eq!(
            claims(&tokens.access),
            "auth_time client_id cognito:groups event_id exp iat iss jti origin_jti scope sub token_use username version"
        );
        assert_eq!(tokens.access["version"], json!(2));
        assert_eq!(tokens.access["token_use"], "access");
        assert_eq!(tokens.access["scope"], "aws.cognito.signin.user.admin");
        assert_eq!(tokens.access["cognito:groups"], json!(["admins", "editors"]));
        let id = tokens.id.unwrap();
        assert_eq!(id["origin_jti"], tokens.access["origin_jti"]);
        assert_eq!(id["event_id"], tokens.access["event_id"]);
        assert_ne!(id["jti"], tokens.access["jti"]);
    }

    #[test]
    fn groups_and_roles_are_lists_and_the_preferred_role_is_a_text() {
        let id = issued(&Scene::UserInGroups.situation()).id.unwrap();
        assert_eq!(id["cognito:groups"], json!(["admins", "editors"]));
        let role = |name: &str| format!("arn:aws:iam::123456789012:role/{name}");
        assert_eq!(id["cognito:roles"], json!([role("admins"), role("editors")]));
        assert_eq!(id["cognito:preferred_role"], json!(role("admins")));
    }

    #[test]
    fn a_user_without_groups_has_no_group_claims() {
        let tokens = issued(&Scene::User.situation());
        assert!(!claims(&tokens.id.unwrap()).contains("cognito:groups"));
        assert!(!claims(&tokens.access).contains("cognito:"));
    }

    #[test]
    fn a_group_without_a_role_brings_no_role_claims() {
        let id = issued(&Scene::FederatedUser.situation()).id.unwrap();
        assert!(id.contains_key("cognito:groups"));
        assert!(!id.contains_key("cognito:roles") && !id.contains_key("cognito:preferred_role"));
    }

    #[test]
    fn identities_are_a_list_of_objects_with_text_members() {
        let id = issued(&Scene::FederatedUser.situation()).id.unwrap();
        let identity = &id["identities"][0];
        assert_eq!(identity["primary"], "true");
        assert_eq!(identity["issuer"], Value::Null);
        assert_eq!(identity["dateCreated"], "1735689600000");
    }

    #[test]
    fn scopes_limit_the_attributes_of_the_id_token() {
        let attributes = |scopes: &[&'static str]| {
            let id = issued(&oauth(scopes)).id.unwrap();
            let system = issued(&oauth(&["openid", "email"])).id.unwrap();
            let own = |name: &&String| !system.contains_key(name.as_str()) || name.starts_with("email");
            id.keys().filter(own).cloned().collect::<Vec<_>>().join(" ")
        };
        let all = "custom:tenant dev:custom:x email email_verified family_name phone_number phone_number_verified";
        assert_eq!(attributes(&["openid"]), all);
        assert_eq!(attributes(&["openid", "profile"]), all);
        assert_eq!(attributes(&["openid", "email", "profile"]), all);
        assert_eq!(attributes(&["openid", "aws.cognito.signin.user.admin", "api/read"]), all);
        assert_eq!(attributes(&["openid", "email"]), "email email_verified");
        assert_eq!(attributes(&["phone", "openid"]), "phone_number phone_number_verified");
        assert_eq!(
            attributes(&["openid", "email", "phone"]),
            "email email_verified phone_number phone_number_verified"
        );
        assert_eq!(attributes(&[]), all);
    }

    #[test]
    fn limiting_scopes_leave_groups_and_names_in_the_id_token() {
        let id = issued(&oauth(&["openid", "email"])).id.unwrap();
        for claim in ["sub", "cognito:username", "cognito:groups", "cognito:roles", "aud"] {
            assert!(id.contains_key(claim), "{claim}");
        }
    }

    #[test]
    fn an_oauth_sign_in_without_openid_has_no_id_token() {
        let tokens = issued(&oauth(&["api/read"]));
        assert_eq!(tokens.id, None);
        assert_eq!(tokens.access["scope"], "api/read");
    }

    #[test]
    fn the_scope_claim_keeps_the_order_of_the_scopes() {
        let tokens = issued(&oauth(&["phone", "openid", "profile", "resourceserver.1/appclient2", "email"]));
        assert_eq!(tokens.access["scope"], "phone openid profile resourceserver.1/appclient2 email");
    }

    #[test]
    fn an_api_sign_in_whose_event_names_no_scopes_still_has_the_reserved_one() {
        let situation = Situation { scopes: vec![], ..Scene::User.situation() };
        assert_eq!(issued(&situation).access["scope"], "aws.cognito.signin.user.admin");
    }

    #[test]
    fn verification_claims_are_booleans_in_any_casing_and_other_texts_stay() {
        for (word, expected) in
            [("true", json!(true)), ("True", json!(true)), ("false", json!(false)), ("yes", json!("yes"))]
        {
            let mut situation = Scene::User.situation();
            let user = user_of(&mut situation);
            user.attributes = vec![
                Attribute { name: "phone_number_verified".into(), value: word.into() },
                Attribute { name: "custom:verified".into(), value: word.into() },
                Attribute { name: "updated_at".into(), value: "1700000000".into() },
            ];
            let id = issued(&situation).id.unwrap();
            assert_eq!(id["phone_number_verified"], expected);
            assert_eq!(id["custom:verified"], word);
            assert_eq!(id["updated_at"], "1700000000");
        }
    }

    #[test]
    fn internal_attributes_are_no_claims_and_no_attribute_overwrites_a_claim_of_cognito() {
        let mut situation = Scene::User.situation();
        let before = issued(&situation);
        let user = user_of(&mut situation);
        for name in ["cognito:email_alias", "cognito:token_nbf", "cognito:groups", "iss", "sub", "identities", "nonce"]
        {
            user.attributes.push(Attribute { name: name.into(), value: "x".into() });
        }
        assert_eq!(issued(&situation), before);
    }

    #[test]
    fn a_device_brings_its_key_into_the_access_token_only() {
        let mut situation = Scene::User.situation();
        let user = user_of(&mut situation);
        user.device = Some("us-east-1_device".into());
        let tokens = issued(&situation);
        assert_eq!(tokens.access["device_key"], "us-east-1_device");
        assert!(!tokens.id.unwrap().contains_key("device_key"));
    }

    #[test]
    fn only_resource_binding_in_managed_login_sets_the_audience_of_an_access_token() {
        let bound = |flow| Situation { flow, resource: Some("https://api.example.com".into()), ..oauth(&["openid"]) };
        assert_eq!(issued(&bound(Flow::ManagedLogin)).access["aud"], "https://api.example.com");
        assert_eq!(issued(&bound(Flow::ManagedRefresh)).access["aud"], "https://api.example.com");
        assert!(!issued(&bound(Flow::SignIn)).access.contains_key("aud"));
        assert!(!issued(&oauth(&["openid"])).access.contains_key("aud"));
    }

    #[test]
    fn a_machine_has_an_access_token_only_with_its_client_id_as_subject() {
        let tokens = issued(&Scene::Machine.situation());
        assert_eq!(tokens.id, None);
        assert_eq!(claims(&tokens.access), "auth_time client_id exp iat iss jti scope sub token_use version");
        assert_eq!(tokens.access["sub"], tokens.access["client_id"]);
        assert_eq!(tokens.access["scope"], "resourceServerIdentifier1/scope1 resourceServerIdentifier2/scope2");
    }

    #[test]
    fn a_refresh_keeps_the_time_of_sign_in_and_moves_the_others() {
        let situation = Scene::Refresh.situation();
        let access = issued(&situation).access;
        assert_eq!(access["auth_time"], situation.session.authenticated_at);
        assert_eq!(access["iat"], situation.session.issued_at);
        assert_eq!(access["exp"], situation.session.issued_at + LIFETIME);
    }
}
