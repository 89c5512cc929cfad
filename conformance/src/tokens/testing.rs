//! What the tests of this folder share.

use serde_json::{Value, json};

use super::{Applied, Issue, Refusal, SignInFailure, Tokens, apply};
use crate::event;
use crate::situation::{Attribute, EventVersion, Principal, Scene, Session, Situation, User, UserStatus};

/// What Cognito does when the trigger returns the event with this `response`.
pub(super) fn applied(situation: &Situation, version: EventVersion, response: &Value) -> Applied {
    let mut answer = event::build(situation, version);
    answer["response"] = response.clone();
    apply(situation, version, &answer)
}

/// As [`applied`], with the details of the version only.
pub(super) fn detailed(scene: Scene, version: EventVersion, details: &Value) -> Applied {
    applied(&scene.situation(), version, &json!({ version.container(): details }))
}

impl Applied {
    pub(super) fn issue(&self) -> &Tokens {
        match &self.result {
            Issue::Issued(tokens) => tokens,
            Issue::SignInFails(failure) => panic!("the sign-in fails: {failure:?}"),
        }
    }

    pub(super) fn failure(&self) -> &SignInFailure {
        match &self.result {
            Issue::SignInFails(failure) => failure,
            Issue::Issued(tokens) => panic!("tokens are issued: {tokens:?}"),
        }
    }

    /// The ids of the open questions, in order.
    pub(super) fn questions(&self) -> Vec<&'static str> {
        self.open.iter().map(|open| open.question.id).collect()
    }

    pub(super) fn refusals(&self) -> Vec<Refusal> {
        self.refused.iter().map(|refused| refused.reason).collect()
    }
}

/// The sign-in of the Powertools article, at this time.
pub(super) fn article(time: u64) -> Situation {
    let attribute = |name: &'static str, value: &'static str| Attribute { name: name.into(), value: value.into() };
    Situation {
        pool: "ap-northeast-1_xxxxxxxxx".into(),
        client: "xxxxxxxxxxxxxxxxxxxxxxxxxx".into(),
        principal: Principal::User(User {
            name: "f7a4da98-a041-70e4-7954-8bbc5d3ca764".into(),
            sub: "f7a4da98-a041-70e4-7954-8bbc5d3ca764".into(),
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

/// The user of a situation that has one.
pub(super) fn user_of(situation: &mut Situation) -> &mut User {
    match &mut situation.principal {
        Principal::User(user) => user,
        Principal::Machine => panic!("a machine"),
    }
}
