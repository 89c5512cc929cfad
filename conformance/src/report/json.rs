use super::Report;

/// The report as one JSON document that satisfies `schemas/report.json`, with a line break at its end.
pub fn json(report: &Report, _width: usize) -> String {
    // Every key is a text and no map is read in parallel, so this cannot fail; if it did, the text would say why.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use pretoken_schemas::Schema;
    use serde_json::Value;

    use super::*;
    use crate::report::testing;
    use crate::rules::Level;
    use crate::target::{Outcome, TriggerError};

    fn assert_valid(report: &Report) -> Value {
        let schema: Value = serde_json::from_str(Schema::Report.text()).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let document: Value = serde_json::from_str(&json(report, 80)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{document:#}");
        document
    }

    #[test]
    fn reports_on_every_rule_satisfy_the_schema() {
        for (rule, report) in testing::reports() {
            let document = assert_valid(&report);
            let found = document["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == rule.id);
            assert!(found, "{}", rule.id);
        }
    }

    #[test]
    fn reports_on_real_faults_satisfy_the_schema() {
        let document = assert_valid(&testing::report(|mut event| {
            event["response"] = serde_json::json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"sub": 1}}});
            Outcome::Answered(event)
        }));
        assert_eq!(document["verdict"], "violates");
        assert!(document["findings"].as_array().unwrap().iter().any(|finding| finding["event_version"] == "2"));
    }

    #[test]
    fn reports_on_every_outcome_satisfy_the_schema() {
        type Trigger = fn(Value) -> Outcome;
        let failing: [(&str, Trigger); 6] = [
            ("answered", |_| Outcome::Answered(Value::Null)),
            ("errored", |_| {
                Outcome::Errored(TriggerError {
                    error_type: "KeyError".to_owned(),
                    message: "'email'".to_owned(),
                    stack: vec!["  File \"app.py\", line 3".to_owned()],
                })
            }),
            ("crashed", |_| Outcome::Crashed("exit status 1".to_owned())),
            ("timed_out", |_| Outcome::TimedOut { after: std::time::Duration::from_secs(5) }),
            ("not_json", |_| Outcome::NotJson(vec![0xff, b'x'])),
            ("protocol", |_| Outcome::Protocol("answered twice".to_owned())),
        ];
        for (word, trigger) in failing {
            let document = assert_valid(&testing::report(trigger));
            assert_eq!(document["outcomes"][word], document["cases"]["total"], "{word}");
            for finding in document["findings"].as_array().unwrap() {
                assert_eq!(finding["outcome"], word);
                assert_eq!(finding["error"].is_null(), word == "answered", "{word}");
            }
        }
    }

    #[test]
    fn a_report_without_findings_satisfies_the_schema() {
        let document = assert_valid(&Report::new(&testing::echo(), Level::Advice));
        assert_eq!(document["findings"], Value::Array(vec![]));
    }
}
