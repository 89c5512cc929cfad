use pretoken::report::json;
use pretoken_schemas::Schema;
use serde_json::Value;

use crate::samples;

#[test]
fn every_kind_of_report_satisfies_the_schema_that_we_publish() {
    let schema: Value = serde_json::from_str(Schema::Report.text()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, report) in samples::all() {
        let document: Value = serde_json::from_str(&json(report, 80)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0], "{name}");
        assert_eq!(document["target"].get("file").and_then(Value::as_str), report.target.file.as_deref(), "{name}");
    }
}
