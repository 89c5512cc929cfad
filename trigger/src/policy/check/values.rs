//! The values of claims.

use serde_json::Value;

use super::problems::{Check, pointer};
use crate::policy::claim_names::is_always_simple;
use crate::policy::document::UniqueMap;
use crate::policy::{Claim, Fault, Source, Token, says_nothing};

impl Check {
    /// The texts that a table and a default may put into a claim.
    pub(super) fn texts(&mut self, place: &str, values: Option<&UniqueMap<String>>, default: Option<&str>) {
        if let Some(UniqueMap(values)) = values {
            let place = pointer(place, "values");
            if values.is_empty() {
                self.fault(&place, Fault::NoValues);
            }
            for (came, becomes) in values {
                self.text(&pointer(&place, came), becomes);
            }
        }
        if let Some(default) = default {
            self.text(&pointer(place, "default"), default);
        }
    }

    fn text(&mut self, place: &str, text: &str) {
        // A user may be called Null, but as the policy's own word it is another `null`.
        if says_nothing(text) || text.split_whitespace().all(|word| word == "Null") {
            self.fault(place, Fault::SaysNothing(text.to_owned()));
        }
    }

    /// A literal has one of the types that AWS lists for event versions 2 and 3: text, number, boolean, a list of those, or an object
    /// . Inside an object AWS's example shows objects and lists of texts. `null`, and lists of lists or of objects, are shown
    /// nowhere, so they are refused at every depth.
    pub(super) fn literal(&mut self, place: &str, name: &str, token: Token, value: &Value) {
        if token == Token::Id && is_always_simple(name) && (value.is_object() || value.is_array()) {
            self.fault(place, Fault::NotSimple { name: name.to_owned(), found: type_name(value) });
        }
        self.value(place, value);
    }

    fn value(&mut self, place: &str, value: &Value) {
        match value {
            Value::Null => self.fault(place, Fault::Null),
            Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => self.text(place, text),
            Value::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    let place = format!("{place}/{index}");
                    match entry {
                        Value::Bool(_) | Value::Number(_) => {}
                        Value::String(text) => self.text(&place, text),
                        Value::Null | Value::Array(_) | Value::Object(_) => {
                            self.fault(&place, Fault::ListEntry(type_name(entry)));
                        }
                    }
                }
            }
            Value::Object(members) => {
                for (member, value) in members {
                    self.value(&pointer(place, member), value);
                }
            }
        }
    }

    pub(super) fn only_texts(&mut self, place: &str, claims: &[Claim]) {
        for claim in claims {
            if let Source::Literal { value, .. } = &claim.source
                && !value.is_string()
            {
                let place = pointer(&pointer(&pointer(place, "claims"), &claim.name), "value");
                self.fault(&place, Fault::NotText(type_name(value)));
            }
        }
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "`null`",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
