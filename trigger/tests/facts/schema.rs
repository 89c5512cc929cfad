use pretoken_schemas::Schema;
use pretoken_trigger::Policy;
use serde_json::Value;

/// Every block of JSON in the README that is a policy.
fn policies_of_the_readme() -> Vec<Value> {
    include_str!("../../README.md")
        .split("```json\n")
        .skip(1)
        .filter_map(|rest| serde_json::from_str(rest.split("```").next()?).ok())
        .collect()
}

#[test]
fn the_policies_that_people_read_satisfy_the_published_schema() {
    let schema: Value = serde_json::from_str(Schema::Policy.text()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut policies = policies_of_the_readme();
    assert!(!policies.is_empty());
    policies.push(serde_json::from_str(Policy::BUNDLED).unwrap());
    for policy in &policies {
        assert_eq!(validator.validate(policy).map_err(|error| error.to_string()), Ok(()), "{policy:#}");
        Policy::from_value(policy).unwrap();
    }
}
