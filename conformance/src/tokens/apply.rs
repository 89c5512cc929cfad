use serde_json::Value;

use super::notes::Notes;
use super::question::{U_24, U_29};
use super::requests::{self, Requests};
use super::{
    CHANGES_LIMIT, OpenQuestion, Refusal, Refused, SignInFailure, TokenKind, Tokens, change_count, claims, groups,
    issued, scopes,
};
use crate::situation::{EventVersion, Principal, Situation};

/// What Cognito makes of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The tokens, or why there are none.
    pub result: Issue,
    /// What the answer asks for and Cognito will not do, in the answer's order. Empty if the sign-in fails.
    pub refused: Vec<Refused>,
    /// Where the result rests on an assumption, because AWS does not say what happens.
    pub open: Vec<OpenQuestion>,
}

/// Whether tokens are issued.
#[derive(Clone, Debug, PartialEq)]
pub enum Issue {
    /// They are: these.
    Issued(Tokens),
    /// They are not.
    SignInFails(SignInFailure),
}

impl Applied {
    /// The tokens, if they are issued.
    pub const fn tokens(&self) -> Option<&Tokens> {
        match &self.result {
            Issue::Issued(tokens) => Some(tokens),
            Issue::SignInFails(_) => None,
        }
    }
}

/// What Cognito makes of an answer: the tokens that it then issues, or how the sign-in fails.
///
/// Takes any JSON, and follows <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>.
/// `version` is what the user pool is configured for, whatever the event's `version` says (E-03).
///
/// Not looked at: fields of the event that a situation does not hold, such as a `version` of one's own (a rule compares
/// with the event that was sent), and the size of the answer (Lambda refuses more than 6 MB before Cognito sees it, O-05).
///
/// ```
/// use pretoken::event;
/// use pretoken::situation::{EventVersion, Scene};
/// use pretoken::tokens::{Refusal, apply};
/// use serde_json::json;
///
/// let situation = Scene::User.situation();
/// let mut answer = event::build(&situation, EventVersion::V1);
/// answer["response"]["claimsOverrideDetails"] = json!({
///     "claimsToAddOrOverride": { "tenant": "acme", "sub": "someone-else" },
///     "claimsToSuppress": ["email"],
/// });
/// let applied = apply(&situation, EventVersion::V1, &answer);
/// let id = applied.tokens().unwrap().id.as_ref().unwrap();
/// assert_eq!(id["tenant"], "acme");
/// assert!(!id.contains_key("email"));
/// // `sub` stays what it was. AWS does not say so outright, and the result says which question that leaves open.
/// assert_eq!(applied.refused[0].reason, Refusal::Immutable);
/// assert_eq!(applied.open[0].question.id, "U-01");
/// ```
pub fn apply(situation: &Situation, version: EventVersion, answer: &Value) -> Applied {
    let mut notes = Notes::default();
    if !situation.trigger_source().sent_under(version) {
        return Applied {
            result: Issue::Issued(issued(situation)),
            refused: vec![Refused {
                token: None,
                pointer: "".into(),
                what: "everything in the answer".into(),
                reason: Refusal::NotCalled,
            }],
            open: vec![],
        };
    }
    match requests::read(situation, version, answer, &mut notes) {
        Ok(requests) => changed(situation, version, &requests, notes),
        Err(fault) => {
            let pointer = fault.failure.pointer.clone();
            let open = fault.question.map(|question| OpenQuestion { question, pointer });
            Applied { result: Issue::SignInFails(fault.failure), refused: vec![], open: open.into_iter().collect() }
        }
    }
}

fn changed(situation: &Situation, version: EventVersion, requests: &Requests<'_>, mut notes: Notes) -> Applied {
    let mut tokens = issued(situation);
    groups::change(requests, situation, &mut tokens, &mut notes);
    match &mut tokens.id {
        Some(id) => claims::change(TokenKind::Id, &requests.id, situation, id, &mut notes),
        None if requests.id.asks() => note_no_id_token(situation, requests, &mut notes),
        None => {}
    }
    claims::note_v1_groups(version, &requests.id, &tokens, &mut notes);
    claims::change(TokenKind::Access, &requests.access, situation, &mut tokens.access, &mut notes);
    scopes::change(&requests.access, situation, &mut tokens.access, &mut notes);
    let count = change_count(&tokens);
    if count > CHANGES_LIMIT {
        let failure = SignInFailure::too_many_changes(count);
        let open = vec![OpenQuestion { question: &U_24, pointer: failure.pointer.clone() }];
        return Applied { result: Issue::SignInFails(failure), refused: vec![], open };
    }
    Applied { result: Issue::Issued(tokens), refused: notes.refused, open: notes.open }
}

fn note_no_id_token(situation: &Situation, requests: &Requests<'_>, notes: &mut Notes) {
    let pointer = requests.id.pointer;
    let reason = match situation.principal {
        Principal::User(_) => Refusal::NoOpenid,
        Principal::Machine => {
            notes.ask(&U_29, pointer);
            Refusal::MachineIdToken
        }
    };
    notes.refuse(Some(TokenKind::Id), "change the ID token", reason, pointer);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::{Map, json};

    use super::*;
    use crate::event;
    use crate::situation::Scene;
    use crate::tokens::testing::{applied, detailed};
    use crate::tokens::{Question, Standing, standing};

    use EventVersion::{V1, V2, V3};

    #[test]
    fn no_trigger_is_called_for_a_machine_under_versions_1_and_2() {
        for version in [V1, V2] {
            let applied = apply(&Scene::Machine.situation(), version, &Value::Null);
            assert_eq!(*applied.issue(), issued(&Scene::Machine.situation()));
            assert_eq!(applied.refusals(), [Refusal::NotCalled]);
        }
    }

    #[test]
    fn a_machine_has_no_id_token_to_change() {
        let details = json!({"idTokenGeneration": {"claimsToAddOrOverride": {"a": 1}},
            "accessTokenGeneration": {"claimsToAddOrOverride": {"a": 1}}});
        let applied = detailed(Scene::Machine, V3, &details);
        assert_eq!(applied.issue().id, None);
        assert_eq!(applied.issue().access["a"], 1);
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::MachineIdToken], vec!["U-29"]));
        assert_eq!(applied.refused[0].pointer, "/response/claimsAndScopeOverrideDetails/idTokenGeneration");
        for nothing in [Value::Null, json!({}), json!({"claimsToAddOrOverride": {}, "claimsToSuppress": []})] {
            let applied = detailed(Scene::Machine, V3, &json!({"idTokenGeneration": nothing}));
            assert_eq!((applied.refused, applied.open), (vec![], vec![]), "{nothing}");
        }
    }

    #[test]
    fn a_sign_in_without_openid_has_no_id_token_to_change_but_groups() {
        let mut situation = Scene::FederatedUser.situation();
        situation.scopes = vec!["api/read".into()];
        let details = json!({"claimsToAddOrOverride": {"a": "b"},
            "groupOverrideDetails": {"groupsToOverride": ["g"], "iamRolesToOverride": ["r"]}});
        let applied = applied(&situation, V1, &json!({"claimsOverrideDetails": details}));
        assert_eq!(applied.issue().id, None);
        assert_eq!(applied.issue().access["cognito:groups"], json!(["g"]));
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::NoOpenid], vec![]));
    }

    #[test]
    fn more_than_5000_claims_and_scopes_fail_the_sign_in_and_suppressed_ones_do_not_count() {
        let situation = Scene::User.situation();
        let room = CHANGES_LIMIT - change_count(&issued(&situation));
        let with = |count: usize, suppressed: &[&str]| {
            let claims: Map<String, Value> = (0..count).map(|index| (format!("c{index}"), json!(index))).collect();
            let part = json!({"claimsToAddOrOverride": claims, "claimsToSuppress": suppressed});
            detailed(Scene::User, V2, &json!({"accessTokenGeneration": part}))
        };
        assert_eq!(change_count(with(room, &[]).issue()), CHANGES_LIMIT);
        assert_eq!(change_count(with(room + 1, &["c7"]).issue()), CHANGES_LIMIT);
        let over = with(room + 1, &[]);
        assert_eq!((over.failure().evidence.fact, over.questions()), ("O-04", vec!["U-24"]));
        assert!(over.failure().why.contains("5001"), "{}", over.failure().why);
    }

    #[test]
    fn one_answer_can_change_both_tokens_independently() {
        let details = json!({"idTokenGeneration": {"claimsToAddOrOverride": {"a": "id"}},
            "accessTokenGeneration": {"claimsToAddOrOverride": {"a": "access", "b": 1}}});
        let applied = detailed(Scene::Refresh, V3, &details);
        let tokens = applied.issue();
        assert_eq!((&tokens.id.as_ref().unwrap()["a"], &tokens.access["a"]), (&json!("id"), &json!("access")));
        assert!(!tokens.id.as_ref().unwrap().contains_key("b"));
    }

    /// Answers that between them raise every question and every refusal there is.
    fn provocations() -> Vec<Applied> {
        let user = Scene::UserInGroups.situation();
        let claims = json!({"sub": "x", "identities": [], "cognito:groups": [], "cognito:x": 1, "dev:x": 1, "scope": "a",
            "aud": "other", "": 1, "n": null, "l": [[]], "address": {}, "email_verified": "true", "s": 1});
        let part = json!({"claimsToAddOrOverride": claims, "claimsToSuppress": ["s", "cognito:roles"],
            "scopesToAdd": ["a b", "c"], "scopesToSuppress": ["c", "aws.cognito.signin.user.admin"], "unknown": 1});
        let mut bound = Scene::FederatedUser.situation();
        bound.resource = Some("https://api.example.com".into());
        let mut unlisted = Scene::FederatedUser.situation();
        unlisted.scopes = vec!["api/read".into()];
        let access = |part: Value| json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": part}});
        let id = json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToSuppress": ["a"]}}});
        let groups = json!({"groupsToOverride": ["g"]});
        let mut altered = event::build(&user, V1);
        altered["userName"] = json!("other");
        altered["request"]["clientMetadata"] = Value::Null;
        let mut all: Vec<_> = [
            (
                &user,
                V2,
                json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": part,
                "accessTokenGeneration": part}}),
            ),
            (&user, V2, json!({"claimsOverrideDetails": {"a": 1}, "claimsAndScopeOverrideDetails": {}})),
            (&user, V1, json!({"claimsOverrideDetails": {"claimsToSuppress": ["cognito:groups"]}})),
            (
                &user,
                V1,
                json!({"claimsOverrideDetails": {"claimsToSuppress": ["cognito:groups"],
                "groupOverrideDetails": {"groupsToOverride": ["g"], "iamRolesToOverride": [], "preferredRole": ""}}}),
            ),
            (&user, V1, json!({"claimsOverrideDetails": {"groupOverrideDetails": groups}})),
            (&user, V1, json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"a": 1}}})),
            (&bound, V2, access(json!({"claimsToAddOrOverride": {"aud": "1example23456789"}}))),
            (&unlisted, V2, id.clone()),
            (&Scene::Machine.situation(), V3, id),
            (
                &Scene::Machine.situation(),
                V3,
                json!({"claimsAndScopeOverrideDetails": {"groupOverrideDetails": groups}}),
            ),
            (&Scene::Machine.situation(), V3, access(json!({"scopesToAdd": ["openid"]}))),
            (&Scene::Machine.situation(), V2, json!({})),
        ]
        .iter()
        .map(|(situation, version, response)| applied(situation, *version, response))
        .collect();
        let many: Map<String, Value> = (0..CHANGES_LIMIT).map(|index| (index.to_string(), json!(1))).collect();
        all.push(applied(&user, V2, &access(json!({"claimsToAddOrOverride": many}))));
        all.push(apply(&user, V1, &altered));
        altered["userName"] = json!(7);
        all.push(apply(&user, V1, &altered));
        all
    }

    #[test]
    fn every_question_can_be_met() {
        let met: BTreeSet<_> = provocations().iter().flat_map(Applied::questions).collect();
        let all: BTreeSet<_> = Question::ALL.iter().map(|question| question.id).collect();
        assert_eq!(met, all);
    }

    #[test]
    fn every_refusal_can_be_met() {
        let met: BTreeSet<_> = provocations().iter().flat_map(Applied::refusals).collect();
        assert_eq!(met, BTreeSet::from(Refusal::ALL));
    }

    #[test]
    fn a_refusal_that_nothing_documents_comes_with_an_open_question() {
        use crate::situation::Certainty::{DocumentedAmbiguous, Unknown};
        for applied in provocations() {
            for refused in &applied.refused {
                if matches!(refused.reason.evidence().certainty, DocumentedAmbiguous | Unknown) {
                    assert!(applied.open.iter().any(|open| open.pointer == refused.pointer), "{refused:?}");
                }
            }
        }
    }

    const NAMES: &str =
        "sub aud a email email_verified address scope openid cognito:groups cognito:roles cognito:x dev:x jti username";
    const KEYS: &str = "claimsOverrideDetails claimsAndScopeOverrideDetails idTokenGeneration accessTokenGeneration \
                        groupOverrideDetails claimsToAddOrOverride claimsToSuppress scopesToAdd scopesToSuppress \
                        groupsToOverride iamRolesToOverride preferredRole sub a";

    /// One of these words; now and then none, or two at once.
    fn word(words: &'static str) -> impl Strategy<Value = String> {
        let mut words: Vec<String> = words.split(' ').map(ToOwned::to_owned).collect();
        words.extend([String::new(), "a b".to_owned()]);
        prop::sample::select(words)
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word(NAMES).prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(word(KEYS), inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// A container whose members are mostly of the right type.
    fn details() -> impl Strategy<Value = Value> {
        let names = || prop::collection::vec(word(NAMES), 0..4);
        let claims = || prop::collection::btree_map(word(NAMES), json_value(), 0..4);
        let part = || {
            (claims(), names(), names(), names()).prop_map(|(claims, suppress, add, remove)| {
                json!({"claimsToAddOrOverride": claims, "claimsToSuppress": suppress,
                    "scopesToAdd": add, "scopesToSuppress": remove})
            })
        };
        let groups = (names(), names(), any::<Option<bool>>()).prop_map(|(groups, roles, preferred)| {
            json!({"groupsToOverride": groups, "iamRolesToOverride": roles,
                "preferredRole": preferred.map(|full| if full { "r" } else { "" })})
        });
        (part(), part(), prop::option::of(groups)).prop_map(|(id, access, groups)| {
            let mut details = json!({"idTokenGeneration": id, "accessTokenGeneration": access});
            if let Some(groups) = groups {
                details["groupOverrideDetails"] = groups;
            }
            details
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_json_at_all_gets_a_result(answer in json_value(), response in json_value(), place in 0..3_usize) {
            for scene in Scene::ALL {
                let situation = scene.situation();
                for version in EventVersion::ALL {
                    let mut event = event::build(&situation, version);
                    match place {
                        0 => event = answer.clone(),
                        1 => event["response"] = response.clone(),
                        _ => event["response"] = json!({version.container(): response}),
                    }
                    let applied = apply(&situation, version, &event);
                    prop_assert!(applied.tokens().is_some() || applied.refused.is_empty());
                }
            }
        }

        #[test]
        fn whatever_the_answer_cognito_keeps_its_own_claims(details in details(), scene in prop::sample::select(&Scene::ALL[..])) {
            let before = issued(&scene.situation());
            let applied = detailed(scene, V3, &details);
            let after = applied.issue();
            for token in [TokenKind::Id, TokenKind::Access] {
                let (Some(before), Some(after)) = (before.get(token), after.get(token)) else { continue };
                for claim in before.keys().chain(after.keys()) {
                    if matches!(standing(claim), Standing::Immutable | Standing::CognitoPrefix) {
                        prop_assert_eq!(before.get(claim), after.get(claim), "{}", claim);
                    }
                }
            }
        }

        #[test]
        fn a_suppressed_claim_is_never_issued(details in details()) {
            let applied = detailed(Scene::UserInGroups, V3, &details);
            let after = applied.issue();
            for (part, token) in [("idTokenGeneration", TokenKind::Id), ("accessTokenGeneration", TokenKind::Access)] {
                for name in details[part]["claimsToSuppress"].as_array().unwrap() {
                    let name = name.as_str().unwrap();
                    let scope_of_access = name == "scope" && token == TokenKind::Access;
                    if matches!(standing(name), Standing::Free | Standing::Groups | Standing::DevPrefix | Standing::Scope)
                        && !scope_of_access
                    {
                        prop_assert!(!after.get(token).unwrap().contains_key(name), "{}", name);
                    }
                }
            }
        }
    }
}
