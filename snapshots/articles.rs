//! A published walk-through, done again without AWS: a user signs in, a trigger of event version 1 (written with
//! Powertools for AWS Lambda) is deployed, the user signs in once more, and the tokens are compared.

use pretoken::event;
use pretoken::situation::{Attribute, EventVersion, Principal, Scene, Session, Situation, User, UserStatus};
use pretoken::tokens::{Payload, Tokens, apply, issued};
use serde_json::{Value, json};

use crate::assert_shown;

const SUB: &str = "f7a4da98-a041-70e4-7954-8bbc5d3ca764";

#[test]
fn the_id_token_before_the_trigger_has_the_claims_of_the_article() {
    let tokens = issued(&sign_in(1_726_876_453));
    let id = tokens.id.clone().unwrap();
    let expected = json!({
        "sub": SUB,
        "email_verified": true,
        "iss": "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_xxxxxxxxx",
        "cognito:username": SUB,
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
    assert_eq!(Value::from(id), expected);
    assert_shown("articles", "1c-before-the-trigger", &shown(&tokens));
}

#[test]
fn the_id_token_after_the_trigger_has_the_claims_of_the_article() {
    let situation = sign_in(1_726_876_789);
    let answer = trigger(event::build(&situation, EventVersion::V1));
    let applied = apply(&situation, EventVersion::V1, &answer);
    assert_eq!((&*applied.refused, &*applied.open), (&[][..], &[][..]));
    let tokens = applied.tokens().unwrap();

    let before = issued(&sign_in(1_726_876_453)).id.unwrap();
    let after = tokens.id.clone().unwrap();
    assert_eq!(after["my_key"], "my_value");
    assert_eq!((&after["auth_time"], &after["iat"]), (&json!(1_726_876_789), &json!(1_726_876_789)));
    assert_eq!(after["exp"], 1_726_880_389);
    let of_the_session = ["origin_jti", "jti", "event_id", "auth_time", "iat", "exp"];
    for claim in of_the_session {
        assert_ne!(before[claim], after[claim], "{claim} is new with every sign-in");
    }
    let same = |token: &Payload, touched: &str| {
        let kept = |claim: &str| !of_the_session.contains(&claim) && claim != touched;
        token.iter().filter(|(claim, _)| kept(claim)).map(|(claim, value)| (claim.clone(), value.clone())).collect()
    };
    let (kept, left): (Payload, Payload) = (same(&after, "my_key"), same(&before, "custom:x"));
    assert_eq!(kept, left);
    assert_eq!(tokens.access, issued(&situation).access, "version 1 does not reach the access token");
    assert_shown("articles", "1d-after-the-trigger", &shown(tokens));
}

/// The article's trigger.
fn trigger(mut event: Value) -> Value {
    event["response"]["claimsOverrideDetails"] = json!({
        "claimsToAddOrOverride": {"my_key": "my_value"},
        "claimsToSuppress": ["custom:x"],
    });
    event
}

/// The article's user signs in at this time, with a password through the API.
fn sign_in(time: u64) -> Situation {
    let attribute = |name: &'static str, value: &'static str| Attribute { name: name.into(), value: value.into() };
    Situation {
        pool: "ap-northeast-1_xxxxxxxxx".into(),
        client: "xxxxxxxxxxxxxxxxxxxxxxxxxx".into(),
        principal: Principal::User(User {
            name: SUB.into(),
            sub: SUB.into(),
            status: UserStatus::Confirmed,
            attributes: vec![
                attribute("email", "x@example.com"),
                attribute("email_verified", "true"),
                attribute("custom:x", "@kakakakakku"),
            ],
            groups: vec![],
            identities: vec![],
            device: None,
        }),
        session: Session { id: time, authenticated_at: time, issued_at: time },
        ..Scene::User.situation()
    }
}

fn shown(tokens: &Tokens) -> String {
    let id = tokens.id.clone().map_or(Value::Null, Value::from);
    format!("ID token\n{id:#}\n\naccess token\n{:#}\n", Value::from(tokens.access.clone()))
}
