use serde_json::Value;

/// An upper bound of a value's JSON in bytes, cheap to find, so that most answers need not be written to be measured. A comma
/// belongs to the entry before it.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 6,
        // The longest number that serde_json writes is a double with 17 digits, a sign, a point and an exponent.
        Value::Number(_) => 26,
        Value::String(text) => written(text),
        Value::Array(list) => 3 + list.iter().map(|entry| 1 + weight(entry)).sum::<usize>(),
        Value::Object(fields) => weight_of_object(fields.iter().map(|(name, field)| (name.as_str(), weight(field)))),
    }
}

/// The weight of an object whose fields are weighed already.
pub(super) fn weight_of_object<'a>(fields: impl Iterator<Item = (&'a str, usize)>) -> usize {
    3 + fields.map(|(name, weight)| written(name) + 2 + weight).sum::<usize>()
}

/// The bytes of a text as JSON: a control character takes up to six, a quotation mark or a backslash two.
fn written(text: &str) -> usize {
    let bytes = text.as_bytes();
    // Nearly no text has any.
    let escaped = if has_escaped(bytes) { bytes.iter().filter(|byte| is_escaped(**byte)).count() } else { 0 };
    text.len() + 5 * escaped + 2
}

const fn is_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Every text of every event and answer is asked this, so registers are filled: the last bytes are looked at together with some
/// before them.
fn has_escaped(bytes: &[u8]) -> bool {
    fn any<const N: usize>(bytes: &[u8; N]) -> bool {
        bytes.iter().fold(false, |has, byte| has | is_escaped(*byte))
    }
    if let Some(last) = bytes.last_chunk::<16>() {
        return any(last) || bytes.as_chunks::<16>().0.iter().any(any);
    }
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => any(first) || any(last),
        _ => bytes.iter().any(|byte| is_escaped(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_small_is_weighed_as_less_than_it_is() {
        for value in [
            json!(null),
            json!(true),
            json!(-1.797_693_134_862_315_7e308),
            json!(u64::MAX),
            json!("\"\\é\n"),
            json!("a"),
            json!([]),
            json!({}),
            json!({"a": [{}, []]}),
            json!({"a": {"b": {"c": {"d": "as deep as this is"}}}}),
            json!(["a", "b", "c", "d", "e"]),
            json!({"a": "b", "c": "d", "e": "f"}),
            json!("\u{0}".repeat(10)),
            json!(["", "plain", "\u{0}\u{1f}\"\\\n", "ünïcødé \u{1f600}"]),
            json!([0, -1, i64::MIN, u64::MAX, f64::MIN, -f64::MIN_POSITIVE, 1e-7, 0.1 + 0.2]),
        ] {
            assert!(weight(&value) >= value.to_string().len(), "{value}");
        }
        // Of texts alone, a list and a map weigh two bytes more than they take.
        for (value, containers) in [
            (json!("plain"), 0),
            (json!(["a", "b", ["c"]]), 2),
            (json!({"a-long-name": "b", "c": {"d": "e", "f": ["g"]}}), 3),
        ] {
            assert_eq!(weight(&value), value.to_string().len() + 2 * containers, "{value}");
        }
    }

    #[test]
    fn an_escaped_byte_is_found_wherever_it_stands_and_no_other_is_taken_for_one() {
        for length in 0..40 {
            assert!(!has_escaped(&vec![b'x'; length]), "{length}");
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut bytes = vec![b'x'; length];
                    bytes[place] = byte;
                    assert_eq!(has_escaped(&bytes), is_escaped(byte), "{byte} at {place} of {length}");
                }
            }
        }
    }

    #[test]
    fn a_text_weighs_what_it_takes_and_at_most_four_bytes_more_for_each_escaped_one() {
        for (text, more) in
            [("", 0), ("as long as several registers are, and longer", 0), ("\u{0}\u{1f}", 0), ("\"\\", 8)]
        {
            let value = json!(text);
            assert_eq!(weight(&value), value.to_string().len() + more, "{text}");
        }
    }
}
