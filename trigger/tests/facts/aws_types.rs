//! How far the types of `aws_lambda_events` are right, and so why the trigger uses `GroupConfiguration` and nothing else of them.
//!
//! A test here that fails after an update is good news: a type has become usable.

use aws_lambda_events::cognito::{
    ClaimsAndScopeOverrideDetailsV2, ClaimsOverrideDetails, CognitoEventUserPoolsPreTokenGen,
    CognitoEventUserPoolsPreTokenGenResponseV2, CognitoEventUserPoolsPreTokenGenV2, CognitoIdTokenGenerationV2,
    GroupConfiguration,
};
use serde_json::{Value, json};

use crate::events::{machine, user_v1, user_v2};

#[test]
fn adding_one_claim_with_the_version_2_type_also_sends_an_empty_group_override() {
    let mut id = CognitoIdTokenGenerationV2::default();
    id.claims_to_add_or_override.insert("tenant".to_owned(), json!("acme"));
    let mut details = ClaimsAndScopeOverrideDetailsV2::default();
    details.id_token_generation = Some(id);
    let mut response = CognitoEventUserPoolsPreTokenGenResponseV2::default();
    response.claims_and_scope_override_details = Some(details);
    assert_eq!(
        serde_json::to_value(response).unwrap(),
        json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": {"tenant": "acme"}, "claimsToSuppress": []},
            "accessTokenGeneration": null,
            "groupOverrideDetails": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null},
        }})
    );
}

#[test]
fn the_version_1_type_sends_an_empty_group_override_too() {
    let details = serde_json::to_value(ClaimsOverrideDetails::default()).unwrap();
    assert_eq!(
        details["groupOverrideDetails"],
        json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null})
    );
}

#[test]
fn a_client_credentials_event_is_not_understood() {
    let error = serde_json::from_value::<CognitoEventUserPoolsPreTokenGenV2>(machine()).unwrap_err();
    assert!(error.to_string().contains("unknown variant `TokenGeneration_ClientCredentials`"), "{error}");
}

#[test]
fn an_unknown_trigger_source_is_not_understood() {
    let mut event = user_v1();
    event["triggerSource"] = json!("TokenGeneration_Unheard");
    assert!(serde_json::from_value::<CognitoEventUserPoolsPreTokenGen>(event).is_err());
}

#[test]
fn groups_that_are_null_or_left_out_are_not_understood() {
    for configuration in [json!({}), json!({"groupsToOverride": null, "iamRolesToOverride": []})] {
        assert!(serde_json::from_value::<GroupConfiguration>(configuration).is_err());
    }
}

#[test]
fn a_version_2_event_without_scopes_is_not_understood() {
    let mut event = user_v2();
    event["request"].as_object_mut().unwrap().remove("scopes");
    let error = serde_json::from_value::<CognitoEventUserPoolsPreTokenGenV2>(event).unwrap_err();
    assert!(error.to_string().contains("missing field `scopes`"), "{error}");
}

#[test]
fn what_the_types_do_not_know_is_lost_and_what_was_absent_comes_back() {
    let mut event = user_v1();
    event["future"] = json!(true);
    event["request"]["groupConfiguration"] = Value::Null;
    let parsed: CognitoEventUserPoolsPreTokenGen = serde_json::from_value(event).unwrap();
    let echo = serde_json::to_value(parsed).unwrap();
    assert_eq!(echo.get("future"), None);
    assert_eq!(echo["request"]["clientMetadata"], json!({}));
    assert_eq!(
        echo["request"]["groupConfiguration"],
        json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null})
    );
}
