use serde_json::{Map, Value};

use super::words::escaped;

/// One place at which two JSON documents differ.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change<'a> {
    Added { pointer: String, value: &'a Value },
    Removed { pointer: String, value: &'a Value },
    Changed { pointer: String, before: &'a Value, after: &'a Value },
}

/// The places at which `after` differs from `before`, in the order of their pointers.
///
/// Objects are compared member by member. A list is one value: what matters of `groupsToOverride` is which groups it
/// holds, not what stands at its third place.
pub(super) fn difference<'a>(before: &'a Value, after: &'a Value) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    compare(before, after, String::new(), &mut changes);
    changes
}

/// The JSON pointer of the first place at which two documents differ.
pub(crate) fn first_difference(before: &Value, after: &Value) -> Option<String> {
    difference(before, after).into_iter().next().map(|change| match change {
        Change::Added { pointer, .. } | Change::Removed { pointer, .. } | Change::Changed { pointer, .. } => pointer,
    })
}

fn compare<'a>(before: &'a Value, after: &'a Value, pointer: String, changes: &mut Vec<Change<'a>>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(before), Value::Object(after)) => members(before, after, &pointer, changes),
        _ => changes.push(Change::Changed { pointer, before, after }),
    }
}

fn members<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
    pointer: &str,
    changes: &mut Vec<Change<'a>>,
) {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let pointer = format!("{pointer}/{}", escaped(name));
        match (before.get(name), after.get(name)) {
            (Some(before), Some(after)) => compare(before, after, pointer, changes),
            (Some(value), None) => changes.push(Change::Removed { pointer, value }),
            (None, Some(value)) => changes.push(Change::Added { pointer, value }),
            (None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_documents_do_not_differ() {
        assert_eq!(difference(&json!({"a": [1]}), &json!({"a": [1]})), []);
    }

    #[test]
    fn members_are_compared_and_lists_are_one_value() {
        let before = json!({"a": {"b/c": 1, "d": 2}, "list": [1]});
        let after = json!({"a": {"b/c": 1, "e": 3}, "list": [1, 2]});
        assert_eq!(
            difference(&before, &after),
            [
                Change::Removed { pointer: "/a/d".to_owned(), value: &json!(2) },
                Change::Added { pointer: "/a/e".to_owned(), value: &json!(3) },
                Change::Changed { pointer: "/list".to_owned(), before: &json!([1]), after: &json!([1, 2]) },
            ]
        );
    }

    #[test]
    fn a_null_that_becomes_an_object_is_one_change() {
        let (before, after) = (json!({"a": null}), json!({"a": {"b": 1}}));
        assert_eq!(difference(&before, &after).len(), 1);
    }
}
