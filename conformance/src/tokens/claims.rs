use serde_json::Value;

use super::issued::{boolean, bound_resource, is_verification};
use super::notes::Notes;
use super::question::{C_10, U_01, U_02, U_03, U_04, U_05, U_12, U_13, U_14, U_21, U_22, U_23, U_31};
use super::requests::Part;
use super::reserved::{Standing, standing};
use super::{Payload, Question, Refusal, TokenKind, Tokens};
use crate::situation::{EventVersion, Situation};

/// Sets and then suppresses the claims of one token, so that suppressing wins (S-01).
///
/// Each token has its own lists: a claim suppressed in the ID token may be set in the access token (S-02, R-24).
pub(super) fn change(
    token: TokenKind,
    part: &Part<'_>,
    situation: &Situation,
    payload: &mut Payload,
    notes: &mut Notes,
) {
    for (claim, value) in part.claims.into_iter().flatten() {
        let Decision { outcome, question } = decide(token, claim, value, situation);
        match outcome {
            Outcome::Keep => {}
            Outcome::Set => set(payload, claim, value.clone()),
            Outcome::SetAs(value) => set(payload, claim, value),
            Outcome::Refuse(reason) => {
                notes.refuse(Some(token), format!("set `{claim}`"), reason, part.claim_pointer(claim));
            }
        }
        if let Some(question) = question {
            notes.ask(question, part.claim_pointer(claim));
        }
    }
    for (index, claim) in part.suppress.iter() {
        match suppressing(token, claim) {
            None => suppress(token, claim, part, situation, payload, notes),
            // With `cognito:groups` in the list, naming the roles too is what AWS says happens anyway.
            Some((Refusal::RoleClaim, _)) if part.suppress.iter().any(|(_, name)| name == GROUPS) => {}
            // Whatever naming them does, nothing is there to be suppressed (S-03).
            Some((Refusal::RoleClaim, _)) if !payload.contains_key(claim) => {}
            Some((reason, question)) => {
                let place = part.suppress.entry_pointer(index);
                notes.refuse(Some(token), format!("suppress `{claim}`"), reason, place.clone());
                notes.ask(question, place);
            }
        }
    }
}

/// Says so where the group claims of the access token outlive their suppression in a V1 answer.
///
/// "The only changes to the access token that version 1 events can make" are group overrides (S-05).
pub(super) fn note_v1_groups(version: EventVersion, part: &Part<'_>, tokens: &Tokens, notes: &mut Notes) {
    if version == EventVersion::V1
        && tokens.access.contains_key(GROUPS)
        && let Some((index, _)) = part.suppress.iter().find(|(_, name)| *name == GROUPS)
    {
        notes.ask(&U_22, part.suppress.entry_pointer(index));
    }
}

const GROUPS: &str = "cognito:groups";
const ROLES: [&str; 2] = ["cognito:roles", "cognito:preferred_role"];

/// What becomes of a claim to set, and the open question that this rests on.
struct Decision {
    outcome: Outcome,
    question: Option<&'static Question>,
}

enum Outcome {
    /// The token has that value already.
    Keep,
    Set,
    SetAs(Value),
    Refuse(Refusal),
}

impl Decision {
    const fn sure(outcome: Outcome) -> Self {
        Self { outcome, question: None }
    }

    const fn open(outcome: Outcome, question: &'static Question) -> Self {
        Self { outcome, question: Some(question) }
    }
}

fn decide(token: TokenKind, claim: &str, value: &Value, situation: &Situation) -> Decision {
    let is_client = || value.as_str() == Some(situation.client.as_str());
    match (standing(claim), token) {
        (Standing::Free, _) => by_value(token, claim, value),
        (Standing::Immutable, _) if claim == "identities" => Decision::open(Outcome::Refuse(Refusal::Immutable), &U_31),
        (Standing::Immutable, _) => Decision::open(Outcome::Refuse(Refusal::Immutable), &U_01),
        // AWS's second V2 example sets it to what it is (C-02).
        (Standing::Audience, TokenKind::Id) if is_client() => Decision::sure(Outcome::Keep),
        (Standing::Audience, TokenKind::Id) => Decision::open(Outcome::Refuse(Refusal::Immutable), &U_01),
        (Standing::Audience, TokenKind::Access) if !is_client() => {
            Decision::open(Outcome::Refuse(Refusal::OtherAudience), &U_02)
        }
        (Standing::Audience, TokenKind::Access) => {
            Decision { outcome: Outcome::Set, question: bound_resource(situation).map(|_| &U_03) }
        }
        (Standing::Groups | Standing::Roles, _) => Decision::open(Outcome::Refuse(Refusal::GroupClaim), &U_04),
        (Standing::CognitoPrefix, _) => Decision::open(Outcome::Refuse(Refusal::CognitoPrefix), &U_05),
        (Standing::DevPrefix, _) => Decision::open(Outcome::Refuse(Refusal::DevPrefix), &U_31),
        (Standing::Scope, TokenKind::Access) => Decision::open(Outcome::Refuse(Refusal::ScopeClaim), &U_23),
        (Standing::Scope, TokenKind::Id) => {
            let Decision { outcome, question } = by_value(token, claim, value);
            Decision { outcome, question: question.or(Some(&U_23)) }
        }
    }
}

/// For a claim whose name is free.
fn by_value(token: TokenKind, claim: &str, value: &Value) -> Decision {
    let in_id = token == TokenKind::Id;
    match value {
        Value::Null => Decision::open(Outcome::Refuse(Refusal::NullValue), &U_12),
        Value::Array(_) | Value::Object(_) if in_id && SIMPLE.contains(&claim) => {
            Decision::open(Outcome::Refuse(Refusal::ComplexValue), &U_13)
        }
        Value::Array(_) | Value::Object(_) if is_unusual(value) => Decision::open(Outcome::Set, &U_12),
        Value::String(text) if in_id && is_verification(claim) => {
            let outcome = boolean(text).map_or(Outcome::Set, |is_true| Outcome::SetAs(Value::Bool(is_true)));
            Decision::open(outcome, &U_14)
        }
        _ if claim.is_empty() => Decision::open(Outcome::Set, &C_10),
        _ => Decision::sure(Outcome::Set),
    }
}

/// Whether there is a null in it, or a list of more than strings, numbers and booleans: neither is among AWS's types, nor
/// inside an object of its examples.
fn is_unusual(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(|entry| entry.is_null() || entry.is_array() || entry.is_object()),
        Value::Object(members) => members.values().any(is_unusual),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The claims that the ID token keeps simple.
const SIMPLE: [&str; 4] = ["address", "email_verified", "phone_number_verified", "updated_at"];

fn set(payload: &mut Payload, claim: &str, value: Value) {
    if let Some(place) = payload.get_mut(claim) {
        *place = value;
    } else {
        payload.insert(claim.to_owned(), value);
    }
}

/// Why a claim cannot be suppressed by its name; `None` if it can.
fn suppressing(token: TokenKind, claim: &str) -> Option<(Refusal, &'static Question)> {
    match (standing(claim), token) {
        (Standing::Free | Standing::Groups | Standing::DevPrefix, _) | (Standing::Scope, TokenKind::Id) => None,
        (Standing::Immutable | Standing::Audience, _) => Some((Refusal::Immutable, &U_01)),
        (Standing::CognitoPrefix, _) => Some((Refusal::CognitoPrefix, &U_05)),
        (Standing::Roles, _) => Some((Refusal::RoleClaim, &U_21)),
        (Standing::Scope, TokenKind::Access) => Some((Refusal::ScopeClaim, &U_23)),
    }
}

/// Takes a claim out; harmless if it is absent (S-03). `cognito:groups` takes the roles with it (S-15).
fn suppress(
    token: TokenKind,
    claim: &str,
    part: &Part<'_>,
    situation: &Situation,
    payload: &mut Payload,
    notes: &mut Notes,
) {
    let was_there = payload.remove(claim).is_some();
    if claim == GROUPS {
        for role in ROLES {
            payload.remove(role);
        }
    } else if was_there && let Some(value) = part.claims.and_then(|claims| claims.get(claim)) {
        let set = decide(token, claim, value, situation).outcome;
        if matches!(set, Outcome::Set | Outcome::SetAs(_)) {
            let what = format!("set `{claim}`");
            notes.refuse(Some(token), what, Refusal::SuppressedToo, part.claim_pointer(claim));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::situation::{Attribute, Flow, Scene};
    use crate::tokens::testing::{applied, article, detailed, user_of};
    use crate::tokens::{Applied, issued};

    use EventVersion::{V1, V2, V3};

    /// The same lists for both tokens of the user in groups.
    fn both(claims: &Value, suppress: &Value) -> Applied {
        let part = json!({"claimsToAddOrOverride": claims, "claimsToSuppress": suppress});
        detailed(Scene::UserInGroups, V2, &json!({"idTokenGeneration": part, "accessTokenGeneration": part}))
    }

    #[test]
    fn the_tokens_of_the_powertools_article_come_out_exactly() {
        let situation = article(1_726_876_789);
        let details = json!({"claimsToAddOrOverride": {"my_key": "my_value"}, "claimsToSuppress": ["custom:x"]});
        let applied = applied(&situation, V1, &json!({"claimsOverrideDetails": details}));
        let mut expected = issued(&situation);
        let id = expected.id.as_mut().unwrap();
        id.remove("custom:x").unwrap();
        id.insert("my_key".to_owned(), json!("my_value"));
        assert_eq!(id["exp"], 1_726_880_389);
        assert_eq!(id.len(), 14);
        assert_eq!(*applied.issue(), expected);
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
        let before = issued(&article(1_726_876_453)).id.unwrap();
        for fresh in ["origin_jti", "jti", "event_id", "auth_time", "exp", "iat"] {
            assert_ne!(before[fresh], expected.id.as_ref().unwrap()[fresh], "{fresh}");
        }
    }

    #[test]
    fn the_first_v1_example_of_aws_adds_two_claims_and_loses_the_email() {
        let details = json!({"claimsToAddOrOverride": {"my_first_attribute": "first_value",
            "my_second_attribute": "second_value"}, "claimsToSuppress": ["email"]});
        let applied = detailed(Scene::User, V1, &details);
        let mut expected = issued(&Scene::User.situation());
        let id = expected.id.as_mut().unwrap();
        id.remove("email").unwrap();
        id.insert("my_first_attribute".to_owned(), json!("first_value"));
        id.insert("my_second_attribute".to_owned(), json!("second_value"));
        assert_eq!(*applied.issue(), expected);
    }

    #[test]
    fn the_second_v2_example_of_aws_sets_every_kind_of_value_in_both_tokens() {
        let claims = json!({
            "aud": "1example23456789",
            "booleanTest": false,
            "longTest": 9_223_372_036_854_775_807_u64,
            "exponentTest": 1.797_693_134_862_315_7E308,
            "ArrayTest": ["test", 9_223_372_036_854_775_807_u64, 1.797_693_134_862_315_7E308, true],
            "longStringTest": "{\"a\":[1,2,3]}",
            "jsonTest": {"first": {"second": {"third": ["x", "y"]}}},
        });
        let access = json!({"claimsToAddOrOverride": claims, "claimsToSuppress": ["email"],
            "scopesToAdd": ["MyAPI.read", "MyAPI.write", "MyAPI.admin"],
            "scopesToSuppress": ["aws.cognito.signin.user.admin"]});
        let details = json!({"idTokenGeneration": {"claimsToAddOrOverride": claims, "claimsToSuppress": ["email"]},
            "accessTokenGeneration": access});
        let applied = detailed(Scene::UserInGroups, V2, &details);
        let tokens = applied.issue();
        let id = tokens.id.as_ref().unwrap();
        for (claim, value) in claims.as_object().unwrap() {
            assert_eq!((&id[claim], &tokens.access[claim]), (value, value), "{claim}");
        }
        assert!(!id.contains_key("email"));
        assert!(id.contains_key("cognito:groups") && tokens.access.contains_key("cognito:groups"));
        assert_eq!(tokens.access["scope"], "MyAPI.read MyAPI.write MyAPI.admin");
        assert_eq!((&*applied.refused, &*applied.open), (&[][..], &[][..]));
    }

    #[test]
    fn version_1_changes_no_claim_of_the_access_token() {
        let details = json!({"claimsToAddOrOverride": {"a": "b"}, "claimsToSuppress": ["email"]});
        let applied = detailed(Scene::UserInGroups, V1, &details);
        assert_eq!(applied.issue().access, issued(&Scene::UserInGroups.situation()).access);
        assert_eq!(applied.issue().id.as_ref().unwrap()["a"], "b");
    }

    #[test]
    fn a_claim_both_set_and_suppressed_is_suppressed() {
        let applied = both(&json!({"a": 1, "family_name": "Roe"}), &json!(["a", "family_name", "a"]));
        let tokens = applied.issue();
        let id = tokens.id.as_ref().unwrap();
        for claim in ["a", "family_name"] {
            assert!(!id.contains_key(claim) && !tokens.access.contains_key(claim), "{claim}");
        }
        assert_eq!(applied.refusals(), [Refusal::SuppressedToo; 4]);
        assert!(applied.refused[0].pointer.ends_with("/idTokenGeneration/claimsToAddOrOverride/a"));
        assert_eq!(applied.open, []);
    }

    #[test]
    fn suppressing_in_one_token_leaves_what_is_set_in_the_other() {
        let details = json!({"idTokenGeneration": {"claimsToSuppress": ["family_name"]},
            "accessTokenGeneration": {"claimsToAddOrOverride": {"family_name": "Doe"}}});
        let applied = detailed(Scene::UserInGroups, V2, &details);
        assert!(!applied.issue().id.as_ref().unwrap().contains_key("family_name"));
        assert_eq!(applied.issue().access["family_name"], "Doe");
        assert_eq!(applied.refused, []);
    }

    #[test]
    fn suppressing_an_absent_claim_is_harmless() {
        let applied = both(&json!({}), &json!(["nickname", "custom:none", ""]));
        assert_eq!(*applied.issue(), issued(&Scene::UserInGroups.situation()));
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }

    #[test]
    fn no_claim_of_the_table_that_says_no_can_be_set_or_suppressed() {
        let names = "acr amr at_hash auth_time azp client_id cognito:username device_key event_id exp iat identities iss \
                     jti nbf nonce origin_jti sub token_use username version cognito:mfa dev:x cognito:groups \
                     cognito:roles cognito:preferred_role";
        let before = issued(&Scene::UserInGroups.situation());
        for name in names.split_whitespace() {
            let set = both(&json!({name: "x"}), &json!([]));
            assert_eq!(*set.issue(), before, "set {name}");
            assert_eq!((set.refused.len(), set.open.len()), (2, 2), "set {name}");
            if !matches!(name, "cognito:groups" | "dev:x") {
                let suppressed = both(&json!({}), &json!([name]));
                assert_eq!(*suppressed.issue(), before, "suppress {name}");
                // The access token has no roles that could be suppressed.
                let places = if matches!(name, "cognito:roles" | "cognito:preferred_role") { 1 } else { 2 };
                assert_eq!((suppressed.refused.len(), suppressed.open.len()), (places, places), "suppress {name}");
            }
        }
    }

    #[test]
    fn each_kind_of_name_has_its_own_reason_and_question() {
        for (claim, reason, question) in [
            ("sub", Refusal::Immutable, "U-01"),
            ("identities", Refusal::Immutable, "U-31"),
            ("cognito:mfa", Refusal::CognitoPrefix, "U-05"),
            ("cognito:groups", Refusal::GroupClaim, "U-04"),
            ("cognito:roles", Refusal::GroupClaim, "U-04"),
            ("cognito:preferred_role", Refusal::GroupClaim, "U-04"),
            ("dev:x", Refusal::DevPrefix, "U-31"),
        ] {
            let applied = both(&json!({claim: "x"}), &json!([]));
            assert_eq!(applied.refusals(), [reason; 2], "{claim}");
            assert_eq!(applied.questions(), [question; 2], "{claim}");
        }
        for (claim, reason, question) in [
            ("iss", Refusal::Immutable, "U-01"),
            ("aud", Refusal::Immutable, "U-01"),
            ("identities", Refusal::Immutable, "U-01"),
            ("cognito:mfa", Refusal::CognitoPrefix, "U-05"),
        ] {
            let applied = both(&json!({}), &json!([claim]));
            assert_eq!(applied.refusals(), [reason; 2], "{claim}");
            assert_eq!(applied.questions(), [question; 2], "{claim}");
            assert!(applied.refused[1].pointer.ends_with("/accessTokenGeneration/claimsToSuppress/0"));
        }
    }

    #[test]
    fn suppressing_roles_alone_is_open_where_there_are_roles_and_harmless_elsewhere() {
        let suppressed = json!(["cognito:roles", "cognito:preferred_role"]);
        let applied = both(&json!({}), &suppressed);
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::RoleClaim; 2], vec!["U-21"; 2]));
        assert!(applied.refused.iter().all(|refused| refused.pointer.contains("/idTokenGeneration/")));
        let details = json!({"idTokenGeneration": {"claimsToSuppress": suppressed}});
        let applied = detailed(Scene::User, V2, &details);
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }

    #[test]
    fn a_dev_attribute_can_be_suppressed() {
        let mut situation = Scene::User.situation();
        let user = user_of(&mut situation);
        user.attributes.push(Attribute { name: "dev:x".into(), value: "1".into() });
        assert!(issued(&situation).id.unwrap().contains_key("dev:x"));
        let applied = applied(&situation, V1, &json!({"claimsOverrideDetails": {"claimsToSuppress": ["dev:x"]}}));
        assert!(!applied.issue().id.as_ref().unwrap().contains_key("dev:x"));
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }

    #[test]
    fn a_null_or_a_list_of_more_than_scalars_within_an_object_is_set_and_an_open_question() {
        for value in [json!({"a": null}), json!({"a": {"b": [{}]}}), json!({"a": [[1]]})] {
            let applied = both(&json!({"x": value}), &json!([]));
            assert_eq!(applied.issue().access["x"], value);
            assert_eq!((applied.refusals(), applied.questions()), (vec![], vec!["U-12"; 2]), "{value}");
        }
        let applied = both(&json!({"x": {"a": {"b": ["c", 1, true]}}}), &json!([]));
        assert_eq!(applied.open, []);
    }

    #[test]
    fn custom_and_standard_claims_can_be_set_in_both_tokens() {
        let applied =
            both(&json!({"custom:tenant": "b", "given_name": "J", "https://hasura.io/jwt": {"a": 1}}), &json!([]));
        let tokens = applied.issue();
        for payload in [tokens.id.as_ref().unwrap(), &tokens.access] {
            assert_eq!((&payload["custom:tenant"], &payload["given_name"]), (&json!("b"), &json!("J")));
            assert_eq!(payload["https://hasura.io/jwt"], json!({"a": 1}));
        }
        assert_eq!((&*applied.refused, &*applied.open), (&[][..], &[][..]));
    }

    #[test]
    fn the_access_token_takes_the_client_id_as_audience_and_nothing_else() {
        let access = |value: Value| {
            detailed(Scene::User, V2, &json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"aud": value}}}))
        };
        let applied = access(json!("1example23456789"));
        assert_eq!(applied.issue().access["aud"], "1example23456789");
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
        for other in [json!("https://api.example.com"), json!(["1example23456789"]), Value::Null] {
            let applied = access(other);
            assert!(!applied.issue().access.contains_key("aud"));
            assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::OtherAudience], vec!["U-02"]));
        }
    }

    #[test]
    fn the_id_token_keeps_its_audience() {
        let id = |value: &str| {
            detailed(Scene::User, V2, &json!({"idTokenGeneration": {"claimsToAddOrOverride": {"aud": value}}}))
        };
        let other = id("other");
        assert_eq!(other.issue().id.as_ref().unwrap()["aud"], "1example23456789");
        assert_eq!((other.refusals(), other.questions()), (vec![Refusal::Immutable], vec!["U-01"]));
        assert_eq!(id("1example23456789").refused, []);
    }

    #[test]
    fn the_client_id_as_audience_of_a_bound_session_is_an_open_question() {
        let mut situation = Scene::FederatedUser.situation();
        situation.resource = Some("https://api.example.com".into());
        let response = json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
            "claimsToAddOrOverride": {"aud": "1example23456789"}}}});
        let bound = applied(&situation, V2, &response);
        assert_eq!(bound.issue().access["aud"], "1example23456789");
        assert_eq!(bound.questions(), ["U-03"]);
    }

    #[test]
    fn null_sets_nothing() {
        let applied = both(&json!({"a": null, "family_name": null}), &json!([]));
        assert_eq!(*applied.issue(), issued(&Scene::UserInGroups.situation()));
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::NullValue; 4], vec!["U-12"; 4]));
    }

    #[test]
    fn lists_with_more_than_simple_values_are_set_and_an_open_question() {
        for value in [json!([{"id": 1}]), json!([["a"]]), json!(["a", null])] {
            let applied = both(&json!({"a": value}), &json!([]));
            assert_eq!(applied.issue().access["a"], value);
            assert_eq!(applied.questions(), ["U-12"; 2]);
        }
    }

    #[test]
    fn four_claims_of_the_id_token_stay_simple() {
        for claim in ["address", "email_verified", "phone_number_verified", "updated_at"] {
            for value in [json!({"a": 1}), json!(["a"])] {
                let applied = both(&json!({claim: value}), &json!([]));
                let tokens = applied.issue();
                assert_eq!(tokens.id, issued(&Scene::UserInGroups.situation()).id, "{claim}");
                assert_eq!(tokens.access[claim], value);
                assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::ComplexValue], vec!["U-13"]));
            }
            let simple = both(&json!({claim: 7}), &json!([]));
            assert_eq!(simple.issue().id.as_ref().unwrap()[claim], 7);
            assert_eq!(simple.refused, []);
        }
    }

    #[test]
    fn a_text_for_a_verification_claim_becomes_a_boolean_in_the_id_token_only() {
        for (word, expected) in [("False", json!(false)), ("true", json!(true)), ("no", json!("no"))] {
            let applied = both(&json!({"email_verified": word}), &json!([]));
            let tokens = applied.issue();
            assert_eq!(
                (&tokens.id.as_ref().unwrap()["email_verified"], &tokens.access["email_verified"]),
                (&expected, &json!(word))
            );
            assert_eq!(applied.questions(), ["U-14"]);
        }
    }

    #[test]
    fn scope_as_a_claim_is_ignored_in_the_access_token_and_set_in_the_id_token() {
        let applied = both(&json!({"scope": "a"}), &json!([]));
        assert_eq!(applied.issue().id.as_ref().unwrap()["scope"], "a");
        assert_eq!(applied.issue().access["scope"], "aws.cognito.signin.user.admin");
        assert_eq!((applied.refusals(), applied.questions()), (vec![Refusal::ScopeClaim], vec!["U-23", "U-23"]));
        let suppressed = both(&json!({}), &json!(["scope"]));
        assert_eq!(*suppressed.issue(), issued(&Scene::UserInGroups.situation()));
        assert_eq!((suppressed.refusals(), suppressed.questions()), (vec![Refusal::ScopeClaim], vec!["U-23"]));
    }

    #[test]
    fn an_empty_name_is_set_and_an_open_question() {
        let applied = both(&json!({"": "x"}), &json!([]));
        assert_eq!(applied.issue().access[""], "x");
        assert_eq!(applied.questions(), ["C-10"; 2]);
    }

    #[test]
    fn suppressing_the_groups_takes_the_roles_out_of_the_id_token_too() {
        for suppress in
            [json!(["cognito:groups"]), json!(["cognito:roles", "cognito:groups", "cognito:preferred_role"])]
        {
            let applied = both(&json!({}), &suppress);
            let tokens = applied.issue();
            for payload in [tokens.id.as_ref().unwrap(), &tokens.access] {
                for claim in ["cognito:groups", "cognito:roles", "cognito:preferred_role"] {
                    assert!(!payload.contains_key(claim), "{claim}");
                }
            }
            assert_eq!((&*applied.refused, &*applied.open), (&[][..], &[][..]), "{suppress}");
        }
    }

    #[test]
    fn suppressing_the_groups_under_version_1_leaves_those_of_the_access_token() {
        let suppress = |scene| detailed(scene, V1, &json!({"claimsToSuppress": ["email", "cognito:groups"]}));
        let applied = suppress(Scene::UserInGroups);
        assert!(!applied.issue().id.as_ref().unwrap().contains_key("cognito:groups"));
        assert!(applied.issue().access.contains_key("cognito:groups"));
        assert_eq!(applied.questions(), ["U-22"]);
        assert_eq!(applied.open[0].pointer, "/response/claimsOverrideDetails/claimsToSuppress/1");
        assert_eq!(suppress(Scene::User).open, []);
    }

    #[test]
    fn a_machine_gets_its_claims_under_version_3() {
        let details =
            json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"tier": 1, "aud": "1example23456789"}}});
        let applied = detailed(Scene::Machine, V3, &details);
        assert_eq!(applied.issue().access["tier"], 1);
        assert_eq!(applied.issue().access["aud"], "1example23456789");
        assert_eq!(Scene::Machine.situation().flow, Flow::ClientCredentials);
        assert_eq!((applied.refused, applied.open), (vec![], vec![]));
    }
}
