use serde_json::Value;

/// JSON is read 127 levels deep, and an answer stands some levels deep in what it is written into.
const DEEPEST: u32 = 120;

/// An answer as it can be written into a file and read again: what lies too deep is left out, and this is said in its place.
pub(crate) fn readable(answer: &Value) -> Value {
    within(answer, DEEPEST)
}

fn within(answer: &Value, levels: u32) -> Value {
    match answer {
        Value::Array(_) | Value::Object(_) if levels == 0 => Value::from("(nested too deep to be kept)"),
        Value::Array(entries) => entries.iter().map(|entry| within(entry, levels - 1)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, member)| (key.clone(), within(member, levels - 1))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: u32) -> Value {
        (0..levels).fold(json!(1), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({"a": inner}) })
    }

    #[test]
    fn an_answer_of_usual_depth_is_kept_as_it_is() {
        assert_eq!(readable(&nested(DEEPEST)), nested(DEEPEST));
    }

    #[test]
    fn a_deeper_one_can_be_read_some_levels_deep_in_a_file() {
        let written = (0..6).fold(readable(&nested(127)), |inner, _| json!([inner])).to_string();
        assert!(serde_json::from_str::<Value>(&written).is_ok());
        assert!(written.contains("nested too deep to be kept"));
    }
}
