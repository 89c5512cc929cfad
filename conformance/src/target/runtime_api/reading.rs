use serde_json::Value;

use crate::target::{Outcome, TriggerError};

/// An answer's bytes as an outcome.
pub(in crate::target) fn answer(body: &[u8]) -> Outcome {
    match serde_json::from_slice(body) {
        Ok(answer) => Outcome::Answered(answer),
        Err(error) if too_deep(&error) => Outcome::Protocol(format!(
            "the answer is JSON nested more than 127 levels deep ({} bytes); answers are not read that far",
            body.len()
        )),
        Err(_) => Outcome::NotJson(body.to_vec()),
    }
}

/// An error report's bytes as the error, with the type from the header where the report names none.
///
/// Runtimes agree on `errorType` and `errorMessage`. The stack is `stackTrace` (Python, Java, Go, .NET, Ruby) or `trace` (Node), and its
/// lines are texts, or objects in Go.
pub(in crate::target) fn error(header: Option<&str>, body: &[u8]) -> TriggerError {
    let header = header.unwrap_or_default();
    let Ok(Value::Object(report)) = serde_json::from_slice(body) else {
        let message = String::from_utf8_lossy(body).into_owned();
        return TriggerError { error_type: header.to_owned(), message, stack: Vec::new() };
    };
    let text = |key: &str| report.get(key).map(words).unwrap_or_default();
    let named = text("errorType");
    let stack = ["stackTrace", "trace"].into_iter().find_map(|key| report.get(key));
    let stack = match stack {
        Some(Value::Array(lines)) => lines.iter().map(words).collect(),
        Some(Value::String(lines)) => lines.lines().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    TriggerError {
        error_type: if named.is_empty() { header.to_owned() } else { named },
        message: text("errorMessage"),
        stack,
    }
}

/// `serde_json` has no kind for this; its words are part of what its own tests hold.
fn too_deep(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("recursion limit exceeded")
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim_end().to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_json_or_kept_as_it_came() {
        assert_eq!(answer(b"{\"a\": 1}"), Outcome::Answered(json!({"a": 1})));
        assert_eq!(answer(b"null"), Outcome::Answered(Value::Null));
        for bytes in [b"".as_slice(), b"NaN", b"{", b"\"\xff\"", b"{} {}"] {
            assert_eq!(answer(bytes), Outcome::NotJson(bytes.to_vec()));
        }
    }

    #[test]
    fn json_that_is_nested_too_deep_is_not_called_broken_json() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        let Outcome::Protocol(words) = answer(deep.as_bytes()) else { panic!("{:?}", answer(deep.as_bytes())) };
        assert!(words.contains("nested"), "{words}");
        let legal = format!("{}{}", "[".repeat(127), "]".repeat(127));
        assert!(matches!(answer(legal.as_bytes()), Outcome::Answered(_)));
    }

    #[test]
    fn errors_of_several_runtimes_are_read() {
        let python = json!({"errorType": "KeyError", "errorMessage": "'email'", "requestId": "", "stackTrace": ["  File \"app.py\"\n"]});
        let node =
            json!({"errorType": "TypeError", "errorMessage": "no", "trace": ["TypeError: no", "    at handler"]});
        let go =
            json!({"errorType": "errorString", "errorMessage": "no", "stackTrace": [{"path": "main.go", "line": 3}]});
        let stack = |report: &Value| error(None, report.to_string().as_bytes()).stack;
        assert_eq!(stack(&python), ["  File \"app.py\""]);
        assert_eq!(stack(&node), ["TypeError: no", "    at handler"]);
        assert_eq!(stack(&go), ["{\"line\":3,\"path\":\"main.go\"}"]);
        let python = error(Some("Other"), python.to_string().as_bytes());
        assert_eq!((python.error_type.as_str(), python.message.as_str()), ("KeyError", "'email'"));
    }

    #[test]
    fn an_error_without_a_readable_report_keeps_the_header_and_the_words() {
        let error = error(Some("Runtime.Unknown"), b"gone \xff");
        assert_eq!((error.error_type.as_str(), error.message.as_str()), ("Runtime.Unknown", "gone \u{fffd}"));
    }
}
