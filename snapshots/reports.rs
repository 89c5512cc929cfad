//! Reports as people read them, at 80 columns and without colours.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use aws_lambda_events::cognito::{
    ClaimsAndScopeOverrideDetailsV2, CognitoEventUserPoolsPreTokenGenV2, CognitoIdTokenGenerationV2,
};
use pretoken::config::Config;
use pretoken::engine::{self, Latency, Plan, Selection};
use pretoken::report::{self, Report};
use pretoken::rules::Level;
use pretoken::situation::EventVersion;
use pretoken::target::{Handler, InProcess};
use pretoken_trigger::{Policy, handle};
use serde_json::{Value, json};

use crate::assert_shown;

#[test]
fn a_trigger_that_conforms() {
    let policy = Policy::bundled();
    let report = check("the bundled reference trigger", &EventVersion::ALL, move |event| handle(event, &policy));
    assert_shown("report", "conforms", &human(&report));
}

#[test]
fn a_trigger_with_warnings_alone() {
    let report = check("a trigger that says nothing of groups", &[EventVersion::V2], |mut event: Value| {
        event["response"] = json!({"claimsAndScopeOverrideDetails": {"groupOverrideDetails": {}}});
        event
    });
    assert_shown("report", "conforms-with-warnings", &human(&report));
}

#[test]
fn a_trigger_with_several_faults() {
    let report = check("a hurried trigger", &[EventVersion::V1, EventVersion::V2], hurried);
    assert_shown("report", "violates", &human(&report));
}

#[test]
fn a_trigger_that_adds_one_claim_through_typed_answers() {
    let report = check("a typed trigger", &[EventVersion::V2], typed);
    assert_shown("report", "typed-answers", &human(&report));
    let lost_groups = Selection::new(&["groups-suppressed".to_owned()], &[]).unwrap();
    let plan = Plan { versions: vec![EventVersion::V2], cases: 200, rules: lost_groups, ..Plan::default() };
    let finding = human(&run(&plan, "a typed trigger", typed));
    let (finding, _) = finding.split_once("\n--- summary ---").unwrap();
    assert_shown("report", "typed-answers-lose-groups", finding);
    assert!(README.contains(&format!("```text\n{finding}```\n")), "the README shows this finding as it is printed");
}

#[test]
fn a_trigger_that_breaks_a_promise() {
    let file = "[[promise]]\nname = \"the tenant is the user's own\"\nclaim = \"tenant\"\nequals-attribute = \"custom:tenant\"\n\
                [[promise]]\nname = \"seats are numbers\"\nclaim = \"seat\"\none-of = [1, 2]\n";
    let config = Config::parse(file, "pretoken.toml".as_ref()).unwrap();
    let plan =
        Plan { versions: vec![EventVersion::V2], cases: 200, expectations: config.expectations, ..Plan::default() };
    let report = run(&plan, "a trigger with a tenant for everybody", |mut event: Value| {
        let tenant = event.pointer("/request/userAttributes/custom:tenant").cloned();
        let claims = json!({"claimsToAddOrOverride": {"tenant": tenant.unwrap_or_else(|| "public".into())}});
        event["response"] = json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": claims}});
        event
    });
    assert_shown("report", "promise-broken", &human(&report));
}

#[test]
fn a_run_that_exercises_no_rule() {
    let only = Selection::new(&["no-effect-for-machine".to_owned()], &[]).unwrap();
    let plan = Plan { versions: vec![EventVersion::V1], cases: 200, rules: only, ..Plan::default() };
    let report = run(&plan, "a trigger that returns the event", |event: Value| event);
    assert_shown("report", "no-verdict", &human(&report));
}

#[test]
fn a_report_in_every_format_for_programs() {
    let mut report = check("a hurried trigger", &[EventVersion::V1], hurried);
    report.findings.truncate(2);
    assert_shown("report", "json", &report::json(&report, 80));
    report.target.file = Some("src/app.py".to_owned());
    // One rule that is broken, one that is kept, one without anything to look at, and one for other event versions.
    let some = ["non-string-claim-in-v1", "over-time-limit", "roles-dropped", "blank-in-scope"];
    report.rules.retain(|line| some.contains(&line.rule.id));
    assert_shown("report", "junit", &report::junit(&report, 80));
    assert_shown("report", "github", &report::github(&report, 80));
    report.rules.truncate(2);
    report.findings.truncate(1);
    assert_shown("report", "sarif", &report::sarif(&report, 80));
}

const README: &str = include_str!("../README.md");

/// Adds one claim to the ID token, and says nothing about groups. It reads and writes the types of `aws_lambda_events`.
fn typed(mut event: CognitoEventUserPoolsPreTokenGenV2) -> Result<CognitoEventUserPoolsPreTokenGenV2, String> {
    let mut id = CognitoIdTokenGenerationV2::default();
    id.claims_to_add_or_override.insert("tenant".to_owned(), json!("acme"));
    let mut details = ClaimsAndScopeOverrideDetailsV2::default();
    details.id_token_generation = Some(id);
    event.response.claims_and_scope_override_details = Some(details);
    Ok(event)
}

/// The usual mistakes in a few lines.
fn hurried(mut event: Value) -> Result<Value, String> {
    let groups = &event["request"]["groupConfiguration"]["groupsToOverride"];
    let first = groups.get(0).ok_or("no groups, no entry")?.clone();
    let attributes = &event["request"]["userAttributes"];
    let (name, tenant) = (attributes["name"].clone(), attributes["custom:tenant"].clone());
    let claims = json!({
        "sub": format!("acme:{}", event["userName"].as_str().unwrap_or_default()),
        "cognito:groups": [first],
        "name": name,
        "tenant": tenant.to_string(),
    });
    event["response"] = match event["version"].as_str() {
        Some("1") => json!({"claimsOverrideDetails": {"claimsToAddOrOverride": claims}}),
        _ => json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": claims},
            "accessTokenGeneration": {"scopesToAdd": ["orders/read orders/write"]},
        }}),
    };
    Ok(event)
}

fn check<H: Handler<M>, M>(name: &str, versions: &[EventVersion], handler: H) -> Report {
    run(&Plan { versions: versions.into(), cases: 200, ..Plan::default() }, name, handler)
}

/// The report of a short run, with times that are the same in every run.
fn run<H: Handler<M>, M>(plan: &Plan, name: &str, handler: H) -> Report {
    let mut run = engine::run(plan, &InProcess::new(name, handler), &|_| (), &AtomicBool::new(false)).unwrap();
    let milliseconds = Duration::from_millis;
    run.latency = Latency { cold: None, p50: milliseconds(2), p99: milliseconds(9), max: milliseconds(31) };
    run.duration = milliseconds(1_200);
    Report::new(&run, Level::Error)
}

fn human(report: &Report) -> String {
    anstream::adapter::strip_str(&report::human(report, 80)).to_string()
}
