use pretoken::report::{Report, sarif};
use pretoken::rules::{self, Level};
use serde_json::{Value, json};

use crate::samples;

const SCHEMA: &str = include_str!("schemas/sarif-2.1.0.json");

fn run(report: &Report) -> Value {
    serde_json::from_str::<Value>(&sarif(report, 80)).unwrap()["runs"][0].take()
}

#[test]
fn every_kind_of_report_satisfies_the_published_schema() {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
    // The published pattern has a bracket too many, which only JavaScript overlooks; we name no language.
    for place in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{place}/properties/language")).unwrap();
        let pattern = language.as_object_mut().unwrap().remove("pattern");
        assert_eq!(pattern, Some(json!("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$")));
    }
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap();
    for (name, report) in samples::all() {
        let document: Value = serde_json::from_str(&sarif(report, 80)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
    }
    // The validator does refuse.
    assert!(!validator.is_valid(&json!({"version": "2.1.0", "runs": [{"tool": {}}]})));
}

/// <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
#[test]
fn code_scanning_finds_what_it_asks_for() {
    for (name, report) in samples::all() {
        let run = run(report);
        for rule in run["tool"]["driver"]["rules"].as_array().unwrap() {
            for text in [&rule["shortDescription"]["text"], &rule["fullDescription"]["text"]] {
                let length = text.as_str().unwrap().chars().count();
                assert!((1..=1_024).contains(&length), "{name}: {rule}");
            }
            assert!(rule["help"]["markdown"].as_str().unwrap().contains("**Change**: "), "{rule}");
            assert!(rule["helpUri"].as_str().unwrap().starts_with("https://"), "{rule}");
        }
        for result in run["results"].as_array().unwrap() {
            let place = &result["locations"][0]["physicalLocation"];
            assert!(!place["artifactLocation"]["uri"].as_str().unwrap().is_empty(), "{result}");
            assert_eq!(place["region"]["startLine"], 1);
            assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string(), "{result}");
        }
        let id = run["automationDetails"]["id"].as_str().unwrap();
        assert!(id.starts_with("pretoken/") && id.ends_with('/'), "{id}");
    }
}

#[test]
fn there_is_a_result_for_each_finding_with_the_level_of_its_rule() {
    let report = samples::named("every rule broken");
    let run = run(report);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), rules::ALL.len() + 2);
    for (finding, result) in report.findings.iter().zip(results) {
        assert_eq!(result["ruleId"], finding.rule.id);
        let level = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Advice => "note",
        };
        assert_eq!((&result["level"], &result["kind"]), (&json!(level), &json!("fail")));
        assert_eq!(result["properties"]["event"], finding.event);
        assert_eq!(result["properties"]["answer"], finding.answer.clone().unwrap_or_default());
        assert_eq!(result["properties"]["event_version"], finding.event_version.as_str());
    }
}

#[test]
fn what_is_allowed_is_suppressed_with_its_reason() {
    let report = samples::named("allowed findings");
    let run = run(report);
    for (finding, result) in report.findings.iter().zip(run["results"].as_array().unwrap()) {
        let suppressions = result["suppressions"].as_array().unwrap();
        assert_eq!(suppressions.len(), usize::from(finding.allowed.is_some()), "{result}");
        for suppression in suppressions {
            assert_eq!((&suppression["kind"], &suppression["status"]), (&json!("external"), &json!("accepted")));
            assert_eq!(suppression["justification"], "meant: \\u{1b}[31m]]> (pretoken.toml:12, until 2030-01-01)");
        }
    }
}

#[test]
fn an_execution_is_successful_when_there_is_a_verdict_on_the_whole_run() {
    for (name, successful, code) in [
        ("no findings", true, 0),
        ("every rule broken", true, 1),
        ("no verdict", false, 3),
        ("interrupted", false, 130),
        ("interrupted with findings", false, 130),
        ("a suite at fault", false, 3),
        ("allowed findings", true, 0),
        ("an allowance of no use", true, 1),
    ] {
        let report = samples::named(name);
        let invocation = &run(report)["invocations"][0];
        assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(successful), &json!(code)));
        let told = invocation["toolExecutionNotifications"].as_array();
        let errors = told.into_iter().flatten().any(|told| told["level"] == "error");
        assert_eq!(errors, !successful || name == "an allowance of no use", "{name}");
    }
}
