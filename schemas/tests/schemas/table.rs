//! Tables of documents that a schema must accept or refuse: an example of the schema with one change.

use pretoken_schemas::Schema;
use serde_json::Value;

/// An example of each of `schemas` with one change.
pub(crate) struct Row {
    /// What the change shows, as a sentence.
    pub(crate) fact: String,
    pub(crate) schemas: Vec<Schema>,
    /// Which of the schema's `examples` is changed.
    pub(crate) example: usize,
    /// A JSON Pointer to the member that is set or taken away.
    pub(crate) at: String,
    /// Its value; `None` takes it away.
    pub(crate) becomes: Option<Value>,
}

/// With `becomes` at `at`.
pub(crate) fn with(fact: &str, schemas: &[Schema], at: &str, becomes: impl Into<Value>) -> Row {
    Row { fact: fact.into(), schemas: schemas.to_vec(), example: 0, at: at.into(), becomes: Some(becomes.into()) }
}

/// With nothing at `at`.
pub(crate) fn without(fact: &str, schemas: &[Schema], at: &str) -> Row {
    Row { fact: fact.into(), schemas: schemas.to_vec(), example: 0, at: at.into(), becomes: None }
}

impl Row {
    /// The same change to another example.
    pub(crate) fn in_example(self, example: usize) -> Self {
        Self { example, ..self }
    }

    fn document(&self, schema: Schema) -> Value {
        let mut document = parsed(schema)["examples"][self.example].clone();
        change(&mut document, &self.at, self.becomes.clone());
        document
    }
}

/// Fails unless every row is accepted by each of its schemas.
pub(crate) fn assert_accepted(rows: &[Row]) {
    for row in rows {
        for schema in &row.schemas {
            let document = row.document(*schema);
            let errors: Vec<_> = validator(&parsed(*schema)).iter_errors(&document).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{schema}, {}: {errors:?}", row.fact);
        }
    }
}

/// Fails unless every row is refused by each of its schemas, and for what stands at the changed place: a row that is
/// refused for something else shows nothing.
pub(crate) fn assert_refused(rows: &[Row]) {
    for row in rows {
        for schema in &row.schemas {
            let document = row.document(*schema);
            let parent = row.at.rsplit_once('/').map_or("", |(parent, _)| parent);
            let places: Vec<_> = validator(&parsed(*schema))
                .iter_errors(&document)
                .map(|e| e.instance_path().as_str().to_owned())
                .collect();
            assert!(!places.is_empty(), "{schema} accepts what it must refuse: {}", row.fact);
            assert!(
                places.iter().all(|place| place.starts_with(&row.at) || place == parent),
                "{schema}, {}: refused at {places:?}, not at {}",
                row.fact,
                row.at
            );
        }
    }
}

/// Fails unless each constraint of each schema is the only one to refuse some row: take the constraint away, and a
/// wrong document passes. A constraint that no row needs is untested, or says what another one says already.
pub(crate) fn assert_each_constraint_is_needed(schemas: &[Schema], rows: &[Row]) {
    let mut idle = Vec::new();
    for schema in schemas {
        let documents: Vec<_> =
            rows.iter().filter(|row| row.schemas.contains(schema)).map(|row| row.document(*schema)).collect();
        let mut whole = parsed(*schema);
        for repeated in REPEATED.iter().filter(|at| parsed(*schema).pointer(at).is_some()) {
            change(&mut whole, repeated, None);
        }
        let mut constraints = Vec::new();
        collect_constraints(&whole, "", &mut constraints);
        assert!(constraints.len() > 10, "{schema}: only {constraints:?} found");
        for constraint in constraints {
            let mut weaker = whole.clone();
            let lifted = if whole.pointer(&constraint) == Some(&Value::Bool(false)) { Some(true.into()) } else { None };
            change(&mut weaker, &constraint, lifted);
            let validator = validator(&weaker);
            if !documents.iter().any(|document| validator.is_valid(document)) {
                idle.push(format!("{schema}#{constraint}"));
            }
        }
    }
    assert!(idle.is_empty(), "no wrong document needs these:\n{}", idle.join("\n"));
}

/// Types in refinements, which repeat what the refined schema says: Ajv complains about `properties` without `type`.
const REPEATED: &[&str] = &[
    "/$defs/user/type",
    "/$defs/user/properties/request/type",
    "/$defs/user/properties/request/properties/userAttributes/type",
    "/$defs/machine/type",
    "/$defs/machine/properties/request/type",
    "/$defs/machine/properties/request/properties/userAttributes/type",
    "/$defs/machine/properties/request/properties/scopes/type",
    "/$defs/machine/properties/request/properties/scopes/items/type",
    "/$defs/finding/properties/source/then/type",
    "/then/type",
    // A text satisfies all branches of its `oneOf`, which is one too many.
    "/$defs/promise/type",
    "/then/anyOf/0/properties/findings/type",
];

/// The schema as JSON.
pub(crate) fn parsed(schema: Schema) -> Value {
    serde_json::from_str(schema.text()).unwrap_or_else(|e| panic!("{schema}: {e}"))
}

/// A validator of the schema.
pub(crate) fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::validator_for(schema).unwrap_or_else(|e| panic!("{e}"))
}

/// Pointers to everything that can refuse a document, in the schema at `place` and below.
fn collect_constraints(schema: &Value, place: &str, found: &mut Vec<String>) {
    if schema == &Value::Bool(false) {
        found.push(place.into());
    }
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        let here = format!("{place}/{keyword}");
        match keyword.as_str() {
            "$schema" | "$id" | "$ref" | "$comment" | "title" | "description" | "default" | "examples"
            | "contentMediaType" => {}
            // Chooses between two refinements, and refuses nothing itself.
            "if" => {}
            "type" | "const" | "enum" | "pattern" | "format" | "not" | "uniqueItems" | "minimum" | "minLength"
            | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => found.push(here),
            "required" => {
                let members = value.as_array().map_or(0, Vec::len);
                found.extend((0..members).map(|i| format!("{here}/{i}")));
            }
            "items" | "additionalProperties" | "propertyNames" | "then" | "else" => {
                collect_constraints(value, &here, found);
            }
            "properties" | "$defs" | "dependentSchemas" => {
                for (name, schema) in value.as_object().into_iter().flatten() {
                    collect_constraints(schema, &format!("{here}/{name}"), found);
                }
            }
            "anyOf" => {
                for (i, schema) in value.as_array().into_iter().flatten().enumerate() {
                    collect_constraints(schema, &format!("{here}/{i}"), found);
                }
            }
            // Its branches tell the kinds of a thing apart, and are taken as one constraint.
            "oneOf" => found.push(here),
            other => panic!("{place}: this walk does not know `{other}` yet"),
        }
    }
}

/// Sets the member at `pointer`, or takes it away.
fn change(document: &mut Value, pointer: &str, becomes: Option<Value>) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        *document = becomes.expect("a whole document can only be replaced");
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match (document.pointer_mut(parent), becomes) {
        (Some(Value::Object(members)), Some(value)) => {
            members.insert(key, value);
        }
        (Some(Value::Object(members)), None) => {
            members.remove(&key).unwrap_or_else(|| panic!("nothing to take away at {pointer}"));
        }
        (Some(Value::Array(entries)), becomes) => {
            let index: usize = key.parse().unwrap_or_else(|e| panic!("{pointer}: {e}"));
            match becomes {
                Some(value) => entries[index] = value,
                None => drop(entries.remove(index)),
            }
        }
        _ => panic!("{pointer} is not in the example"),
    }
}
