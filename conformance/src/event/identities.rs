use serde_json::{Map, Value, json};

use crate::situation::{Identity, Session};

/// The attribute `identities`: a JSON list as text (E-10).
///
/// ```
/// use pretoken::event::identities_text;
/// use pretoken::situation::Scene;
/// let situation = Scene::FederatedUser.situation();
/// let text = identities_text(&situation.user().unwrap().identities, &situation.session);
/// assert!(text.starts_with(r#"[{"dateCreated":""#));
/// ```
pub fn identities_text(identities: &[Identity], session: &Session) -> String {
    Value::Array(identities_claim(identities, session)).to_string()
}

/// The claim `identities` of the ID token: the same entries, as a list (sample of the ID token page).
pub(crate) fn identities_claim(identities: &[Identity], session: &Session) -> Vec<Value> {
    identities
        .iter()
        .map(|identity| {
            let mut entry = Map::new();
            entry.insert("userId".to_owned(), json!(identity.user_id));
            entry.insert("providerName".to_owned(), json!(identity.provider));
            entry.insert("providerType".to_owned(), json!(identity.kind));
            entry.insert("issuer".to_owned(), Value::Null);
            // Booleans and times are strings here: `primary:"true"`, `dateCreated:"1642699117273"` (milliseconds).
            entry.insert("primary".to_owned(), json!(if identity.primary { "true" } else { "false" }));
            entry.insert("dateCreated".to_owned(), json!(format!("{}000", session.authenticated_at)));
            Value::Object(entry)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::situation::Scene;

    #[test]
    fn booleans_and_times_are_texts_and_times_have_milliseconds() {
        let session = Scene::User.situation().session;
        let identity = |primary| Identity {
            provider: "Corp".into(),
            kind: "SAML".into(),
            user_id: "jane@corp.example".into(),
            primary,
        };
        let text = identities_text(&[identity(true), identity(false)], &session);
        let entries: Value = serde_json::from_str(&text).unwrap();
        let entry = |primary: &str| {
            json!({"userId": "jane@corp.example", "providerName": "Corp", "providerType": "SAML", "issuer": null,
                "primary": primary, "dateCreated": format!("{}000", session.authenticated_at)})
        };
        assert_eq!(entries, json!([entry("true"), entry("false")]));
    }
}
