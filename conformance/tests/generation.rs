//! What the suite makes up: every event is legal, and what has broken real triggers occurs.

#![expect(clippy::indexing_slicing, reason = "helpers of tests; clippy knows only test functions as tests")]

use pretoken::engine::{Audit, Cases, Phase, Plan};
use pretoken::event;
use pretoken::situation::Situation;
use serde_json::Value;

fn cases(random: u64) -> Cases {
    Cases::new(&Plan { cases: random, ..Plan::default() })
}

#[test]
fn every_event_satisfies_its_schema() {
    let audit = Audit::new().unwrap();
    let cases = cases(30_000);
    for place in 0..cases.len() {
        let case = cases.get(place).unwrap();
        let event = event::build(&case.situation, case.version);
        assert_eq!(audit.fault(case.version, &event), None, "{}: {event:#}", case.scenario);
    }
}

#[test]
fn an_event_can_be_read_back_into_a_situation_that_makes_it_again() {
    let cases = cases(0);
    for place in 0..cases.len() {
        let case = cases.get(place).unwrap();
        let sent = event::build(&case.situation, case.version);
        if sent["request"]["userAttributes"].get("identities").is_some() {
            // The identities' dates hang on the session.
            continue;
        }
        let (situation, version) = event::read(&sent).unwrap_or_else(|error| panic!("{}: {error}", case.scenario));
        let again = event::build(&situation, version);
        if version == case.version {
            assert_eq!(without_roles(again), without_roles(sent), "{}", case.scenario);
        } else {
            assert_eq!(case.scenario, "version says 2 to a pool that is configured for 3");
        }
    }
}

/// The event does not tell which group carries which role.
fn without_roles(mut event: Value) -> Value {
    if let Some(groups) = event["request"]["groupConfiguration"].as_object_mut() {
        groups.remove("iamRolesToOverride");
        groups.remove("preferredRole");
    }
    event
}

#[test]
fn scenarios_have_names_of_their_own() {
    let cases = cases(0);
    let mut names: Vec<_> = (0..cases.len())
        .map(|place| cases.get(place).unwrap())
        .map(|case| (case.version, case.phase, case.scenario.into_owned()))
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

/// Whether an event has something.
type Occurs<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

/// The list at the top of what people get wrong.
#[test]
fn every_nasty_thing_occurs_before_the_random_phase() {
    let cases = cases(0);
    let events: Vec<Value> = (0..cases.len())
        .map(|place| cases.get(place).unwrap())
        .inspect(|case| assert_ne!(case.phase, Phase::Random))
        .map(|case| event::build(&case.situation, case.version))
        .collect();
    let attributes = |event: &Value| event["request"]["userAttributes"].as_object().unwrap().clone();
    let name = |event: &Value| event["userName"].as_str().unwrap().to_owned();
    let groups = |event: &Value| event["request"]["groupConfiguration"]["groupsToOverride"].clone();
    let any_value = |event: &Value, value: &str| attributes(event).values().any(|v| v == value);
    let nasty: Vec<(&str, Occurs<'_>)> = vec![
        (
            "groupConfiguration null for a user",
            Box::new(|e| {
                e["request"]["groupConfiguration"].is_null()
                    && e["triggerSource"] != "TokenGeneration_ClientCredentials"
            }),
        ),
        (
            "groupsToOverride null",
            Box::new(|e| {
                e["request"]["groupConfiguration"].is_object()
                    && e["request"]["groupConfiguration"]["groupsToOverride"].is_null()
            }),
        ),
        ("no email", Box::new(move |e| !attributes(e).contains_key("email"))),
        ("clientMetadata absent", Box::new(|e| e["request"].get("clientMetadata").is_none())),
        ("clientMetadata null", Box::new(|e| e["request"].get("clientMetadata") == Some(&Value::Null))),
        ("V1 details null", Box::new(|e| e["response"].get("claimsOverrideDetails") == Some(&Value::Null))),
        ("V2 details null", Box::new(|e| e["response"].get("claimsAndScopeOverrideDetails") == Some(&Value::Null))),
        ("a refresh", Box::new(|e| e["triggerSource"] == "TokenGeneration_RefreshTokens")),
        (
            "a machine with no attributes",
            Box::new(move |e| attributes(e).is_empty() && e["request"]["groupConfiguration"].is_null()),
        ),
        (
            "a native user without identities",
            Box::new(move |e| attributes(e).contains_key("email") && !attributes(e).contains_key("identities")),
        ),
        (
            "identities as a JSON string",
            Box::new(move |e| {
                attributes(e).get("identities").is_some_and(|text| {
                    serde_json::from_str::<Value>(text.as_str().unwrap()).unwrap()[0]["providerName"].is_string()
                })
            }),
        ),
        ("a user name without `_`", Box::new(move |e| !name(e).contains('_'))),
        ("a user name with several `_`", Box::new(move |e| name(e).matches('_').count() > 1)),
        ("the group `constructor`", Box::new(move |e| groups(e) == serde_json::json!(["constructor"]))),
        ("the group `__proto__`", Box::new(move |e| groups(e) == serde_json::json!(["__proto__"]))),
        ("a group with a comma", Box::new(move |e| groups(e) == serde_json::json!(["a,b"]))),
        ("the value `false`", Box::new(move |e| any_value(e, "false"))),
        ("the value `True`", Box::new(move |e| any_value(e, "True"))),
        ("an empty value", Box::new(move |e| any_value(e, ""))),
        ("a stray `%`", Box::new(move |e| any_value(e, "50%off"))),
        (
            "a group named after the pool and the provider",
            Box::new(move |e| {
                let wanted = format!("{}_Google", e["userPoolId"].as_str().unwrap());
                groups(e).as_array().is_some_and(|groups| groups.iter().any(|group| *group == *wanted))
            }),
        ),
        ("`cognito:token_nbf`", Box::new(move |e| attributes(e).contains_key("cognito:token_nbf"))),
        ("`cognito:email_alias`", Box::new(move |e| attributes(e).contains_key("cognito:email_alias"))),
    ];
    for (what, occurs) in &nasty {
        assert!(events.iter().any(occurs), "{what}");
    }
}

#[test]
fn a_case_hangs_on_the_seed_and_its_place_alone() {
    let few = cases(10);
    let many = cases(1_000);
    let fixed = few.len() - 10;
    for place in fixed..few.len() {
        assert_eq!(few.get(place).unwrap().situation, many.get(place).unwrap().situation);
    }
    let other = Cases::new(&Plan { cases: 10, seed: pretoken::engine::Seed(1), ..Plan::default() });
    assert_ne!(few.get(fixed).unwrap().situation, other.get(fixed).unwrap().situation);
}

#[test]
fn the_form_that_shows_is_the_one_that_is_read_from_the_event() {
    let cases = Cases::new(&Plan { cases: 3_000, ..Plan::default() });
    let mut hidden = 0;
    for place in 0..cases.len() {
        let case = cases.get(place).unwrap();
        let shown = case.situation.shown_form(case.version);
        let read = event::read_under(&case.event(), case.version).unwrap();
        assert_eq!(shown, read.shown_form(case.version), "{}", case.event());
        hidden += u32::from(shown != case.situation.form);
        // And it makes the same event.
        let plain = Situation { form: shown, ..case.situation.clone() };
        assert_eq!(event::build(&plain, case.version), case.event());
    }
    assert!(hidden > 100, "{hidden}");
}
