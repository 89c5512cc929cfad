use pretoken_schemas::Schema;
use serde_json::Value;
use thiserror::Error;

use crate::situation::EventVersion;

/// Checks the suite's own events against their schemas.
#[derive(Debug)]
pub struct Audit {
    validators: [jsonschema::Validator; 3],
}

/// An event of the suite's own making that its schema refuses. Never the target's fault.
#[derive(Clone, Debug)]
pub struct SuiteFault {
    /// The event version.
    pub version: EventVersion,
    /// The scenario that made the event.
    pub scenario: String,
    /// What the schema says.
    pub message: String,
    /// The event.
    pub event: Value,
}

/// An embedded schema cannot be read: the build is broken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("pretoken's own schema `{name}` cannot be read: {reason}; please report this")]
pub struct BrokenSchema {
    /// The schema.
    pub name: &'static str,
    /// Why.
    pub reason: String,
}

impl Audit {
    /// Reads the event schemas.
    ///
    /// # Errors
    ///
    /// An embedded schema cannot be read.
    pub fn new() -> Result<Self, BrokenSchema> {
        Ok(Self { validators: [validator(Schema::EventV1)?, validator(Schema::EventV2)?, validator(Schema::EventV3)?] })
    }

    /// Why the schema of its version refuses an event; `None` if it does not.
    pub fn fault(&self, version: EventVersion, event: &Value) -> Option<String> {
        let validator = self.validators.get(version.index())?;
        if validator.is_valid(event) {
            return None;
        }
        let words = |error: jsonschema::ValidationError<'_>| format!("{} (at `{}`)", error, error.instance_path());
        Some(validator.iter_errors(event).map(words).collect::<Vec<_>>().join("; "))
    }
}

fn validator(schema: Schema) -> Result<jsonschema::Validator, BrokenSchema> {
    let broken = |reason: String| BrokenSchema { name: schema.name(), reason };
    let document: Value = serde_json::from_str(schema.text()).map_err(|error| broken(error.to_string()))?;
    jsonschema::draft202012::new(&document).map_err(|error| broken(error.to_string()))
}
