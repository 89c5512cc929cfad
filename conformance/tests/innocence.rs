//! No trigger that does right is ever convicted: not the echo, not the reference trigger under its bundled policy, not
//! the reference trigger under any other policy that it accepts.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy knows only the bodies of test functions as tests"
)]

#[expect(dead_code, reason = "shared with the catalogue's tests, which need more of it")]
#[path = "catalogue/answers.rs"]
mod answers;
#[expect(dead_code, reason = "shared with the catalogue's tests, which need more of it")]
#[path = "catalogue/cases.rs"]
mod cases;
#[path = "../benches/innocence/policies.rs"]
mod policies;
#[path = "../benches/innocence/right.rs"]
mod right;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use policies::{Dice, accepted};
use pretoken::engine::{Cases, Judge, Plan, Run, Selection, run};
use pretoken::event;
use pretoken::rules::{self, Exchange, Level, Rule};
use pretoken::target::{Handler, InProcess, Outcome};
use pretoken_schemas::Schema;
use pretoken_trigger::{Policy, handle};
use rand_xoshiro::rand_core::Rng;
use serde_json::{Map, Value, json};

/// Rules that a function in this process which never fails has nothing to show for: it has no start, no error text, and
/// nobody promised anything of it.
const OUT_OF_REACH: [&str; 5] = [
    "cold-start-over-limit",
    "error-text-exposed",
    "promise-broken",
    "promise-broken-at-refresh",
    "promise-broken-by-caller",
];

#[test]
fn the_reference_trigger_has_no_finding_and_exercises_every_rule() {
    let policy = Policy::bundled();
    let run = judged(20_000, move |event: Value| handle(event, &policy));
    assert_innocent(&run);
    for (rule, count) in rules::ALL.iter().zip(&run.rules).filter(|(rule, _)| !OUT_OF_REACH.contains(&rule.id)) {
        assert!(count.exercised > 0, "{} was not exercised, which is not passed", rule.id);
    }
}

#[test]
fn the_echo_is_never_convicted() {
    assert_innocent(&judged(20_000, |event: Value| event));
}

/// `just innocence` does the same with a million cases each.
#[test]
fn no_right_trigger_leads_to_an_error_or_a_warning() {
    for right in right::all() {
        let run = judged(1_000, right.trigger);
        assert!(run.cases.iter().map(|(.., count)| count).sum::<u64>() > 0, "{}", right.about);
        let found = run.findings.iter().filter(|finding| finding.rule.level >= Level::Warning);
        let found: Vec<_> = found.map(|finding| (finding.rule.id, &finding.violation)).collect();
        assert_eq!(found, [], "{}", right.about);
        assert_eq!(run.suite_faults.len(), 0, "{}", right.about);
    }
}

#[test]
fn no_policy_that_the_reference_trigger_accepts_leads_to_an_error_or_a_warning() {
    let policies = accepted(200);
    let cases = Cases::new(&Plan { cases: 5_000, ..Plan::default() });
    let mut judge = Judge::new(&Selection::default());
    let mut exercised = BTreeSet::new();
    for (number, (document, policy)) in policies.iter().enumerate() {
        let mut dice = Dice::new(number as u64);
        for _ in 0..300 {
            let place = dice.0.next_u64() % cases.len();
            let (situation, version) = cases.situation(place).unwrap();
            let event = event::build(&situation, version);
            let outcome = Outcome::Answered(handle(event.clone(), policy).unwrap());
            judge.judge(&Exchange::new(&situation, version, &event, &outcome), |_, rule, violations| {
                exercised.insert(rule.id);
                if let Some(violation) = violations.first().filter(|_| rule.level >= Level::Warning) {
                    let case = cases.get(place).unwrap().scenario;
                    panic!("{}: {violation:?}\nin `{case}`: {event:#}\nunder the policy {document:#}", rule.id);
                }
            });
        }
    }
    let alone = rules::ALL.iter().filter(|rule| rule.comparison().is_none());
    let idle: Vec<_> = alone.map(|rule| rule.id).filter(|id| !exercised.contains(id)).collect();
    assert!(
        idle.iter().all(|id| OUT_OF_REACH.contains(id)),
        "{idle:?}: these policies never touch what the rules look at"
    );
}

#[test]
fn no_policy_makes_two_answers_differ_that_are_compared() {
    let compare: Vec<String> = comparing().map(|rule| rule.id.to_owned()).collect();
    for (document, policy) in accepted(12) {
        let rules = Selection::new(&compare, &[]).unwrap();
        let plan = Plan { cases: 60, rules, ..Plan::default() };
        let handler = move |event: Value| handle(event, &policy);
        let run = run(&plan, &InProcess::new("a policy", handler), &|_| (), &AtomicBool::new(false)).unwrap();
        let found: Vec<_> = run.findings.iter().map(|finding| (finding.rule.id, &finding.violation)).collect();
        assert_eq!(found, [], "{document:#}");
    }
}

#[test]
fn what_a_trigger_may_remember_and_tell_apart_is_met_with_silence() {
    let known: Mutex<BTreeMap<String, Value>> = Mutex::default();
    let remembers_each = move |event: Value| {
        let key = format!("{} {}", event["userPoolId"], event["request"]["userAttributes"]["sub"]);
        let claims = json!({"tenant": text(&event["request"]["userAttributes"], "custom:tenant")});
        let mut known = known.lock().unwrap();
        let claims = known.entry(key).or_insert(claims).clone();
        with_claims(event, &claims)
    };
    let tells_its_source = |event: Value| {
        let source = event["triggerSource"].clone();
        with_claims(event, &json!({"came_by": source}))
    };
    let checks_the_callers_word = |event: Value| {
        let tenant = text(&event["request"]["clientMetadata"], "tenant");
        let job = if event["request"]["userAttributes"]["sub"].is_null() && tenant == "acme" { "acme" } else { "none" };
        with_claims(event, &json!({"job": job}))
    };
    let looks_at_the_user = |event: Value| {
        let groups = &event["request"]["groupConfiguration"]["groupsToOverride"];
        let claims = json!({"count": groups.as_array().map_or(0, Vec::len).to_string(), "name": event["userName"]});
        with_claims(event, &claims)
    };
    silent("remembers each user by pool and id", remembers_each);
    silent("tells by which way the token came", tells_its_source);
    silent("looks a machine's tenant up among those that are allowed", checks_the_callers_word);
    silent("works its claims out from the user", looks_at_the_user);
}

#[test]
fn a_clock_is_told_of_as_a_clock_if_at_all() {
    let calls = AtomicU64::new(0);
    let clock = move |event: Value| {
        let now = calls.fetch_add(1, Ordering::Relaxed) / 7;
        with_claims(event, &json!({"now": now.to_string(), "tenant": "acme"}))
    };
    let findings = judged(500, clock).findings;
    for finding in findings.iter().filter(|finding| finding.rule.comparison().is_some()) {
        assert_eq!(finding.rule.id, "nondeterministic-answer", "{:?}", finding.violation);
    }
}

fn comparing() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().copied().filter(|rule| rule.comparison().is_some())
}

/// Whether no rule that compares has a word to say, and each had something to look at.
fn silent<H: Handler<M>, M>(about: &str, handler: H) {
    let run = judged(500, handler);
    let found: Vec<_> = run.findings.iter().filter(|finding| finding.rule.comparison().is_some()).collect();
    assert!(found.is_empty(), "{about}: {found:#?}");
    for rule in comparing().filter(|rule| !OUT_OF_REACH.contains(&rule.id)) {
        let count = run.rules[rules::ALL.iter().position(|other| other.id == rule.id).unwrap()];
        assert!(count.exercised > 0, "{about}: {} was not exercised", rule.id);
    }
}

fn text<'e>(map: &'e Value, member: &str) -> &'e str {
    map[member].as_str().unwrap_or("none")
}

fn with_claims(mut event: Value, claims: &Value) -> Value {
    let part = json!({"claimsToAddOrOverride": claims});
    event["response"] = match event["version"].as_str() {
        Some("1") => json!({"claimsOverrideDetails": part}),
        _ => json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": part, "accessTokenGeneration": part}}),
    };
    event
}

#[test]
fn the_policies_that_are_accepted_have_every_member_that_the_schema_knows() {
    let policies = accepted(200);
    for feature in FEATURES {
        let count = policies.iter().filter(|(document, _)| has(document, feature)).count();
        assert!(count >= 3, "`{feature}` in {count} of 200");
    }
    let named: BTreeSet<&str> = FEATURES.iter().flat_map(|feature| feature.split(['/', ':'])).collect();
    let schema: Value = serde_json::from_str(Schema::Policy.text()).unwrap();
    let mut members = BTreeSet::new();
    properties(&schema, &mut members);
    let missing: Vec<_> = members.iter().filter(|name| !named.contains(name.as_str())).collect();
    assert_eq!(missing, [""; 0], "members of a policy that no feature names");
}

fn judged<H: Handler<M>, M>(cases: u64, handler: H) -> Run {
    let plan = Plan { cases, jobs: 2, ..Plan::default() };
    run(&plan, &InProcess::new("the trigger", handler), &|_| (), &AtomicBool::new(false)).unwrap()
}

fn assert_innocent(run: &Run) {
    let findings: Vec<_> = run.findings.iter().map(|finding| (finding.rule.id, &finding.violation)).collect();
    assert_eq!(findings, []);
    assert_eq!(run.suite_faults.len(), 0);
}

/// What must occur in the policies that are tried; `*` is any member, and a word behind a colon a JSON type.
const FEATURES: [&str; 41] = [
    "/$schema",
    "/eventVersions",
    "/maxTokenBytes",
    "/groups/keep",
    "/groups/keepPrefixes",
    "/groups/drop",
    "/groups/dropPrefixes",
    "/groups/implies/*",
    "/groups/rename/*",
    "/idToken/claims/*/value:string",
    "/idToken/claims/*/value:number",
    "/idToken/claims/*/value:boolean",
    "/idToken/claims/*/value:array",
    "/idToken/claims/*/value:object",
    "/idToken/claims/*/attribute",
    "/idToken/claims/*/values",
    "/idToken/claims/*/default",
    "/idToken/claims/*/clientId",
    "/idToken/claims/address",
    "/idToken/claims/updated_at",
    "/idToken/claims/email_verified",
    "/idToken/claims/phone_number_verified",
    "/idToken/suppress",
    "/accessToken/claims/*/value:string",
    "/accessToken/claims/*/value:array",
    "/accessToken/claims/*/value:object",
    "/accessToken/claims/*/attribute",
    "/accessToken/claims/*/values",
    "/accessToken/claims/*/default",
    "/accessToken/claims/aud/clientId",
    "/accessToken/suppress",
    "/accessToken/scopes/add",
    "/accessToken/scopes/suppress",
    "/accessToken/scopes/byGroup/*",
    "/machineToken/claims/*/value:object",
    "/machineToken/claims/*/clientMetadata",
    "/machineToken/claims/*/default",
    "/machineToken/claims/aud/clientId",
    "/machineToken/suppress",
    "/machineToken/scopes/add",
    "/machineToken/scopes/suppress",
];

fn has(document: &Value, feature: &str) -> bool {
    let (path, kind) = feature.split_once(':').unwrap_or((feature, ""));
    let mut places = vec![document];
    for name in path.split('/').skip(1) {
        places = match name {
            "*" => places.iter().filter_map(|place| place.as_object()).flat_map(Map::values).collect(),
            _ => places.iter().filter_map(|place| place.get(name)).collect(),
        };
    }
    places.into_iter().any(|place| match kind {
        "string" => place.is_string(),
        "number" => place.is_number(),
        "boolean" => place.is_boolean(),
        "array" => place.is_array(),
        "object" => place.is_object(),
        _ => true,
    })
}

/// The names of all members that a schema lists.
fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (keyword, value) in members.iter().filter(|(keyword, _)| *keyword != "examples") {
                if let (true, Some(properties)) = (keyword == "properties", value.as_object()) {
                    names.extend(properties.keys().cloned());
                }
                properties(value, names);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| properties(value, names)),
        _ => {}
    }
}
