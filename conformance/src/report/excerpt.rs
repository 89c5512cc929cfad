use serde_json::Value;

use super::page::{look, painted};
use super::words::{clean, counted};

/// A JSON document for people: one place marked, and what lies far from it shortened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excerpt<'a> {
    /// The document.
    pub(crate) value: &'a Value,
    /// The JSON pointer of the place to mark, if there is one. Where it leads nowhere, the last place on the way is
    /// marked.
    pub(crate) pointer: Option<&'a str>,
    /// Columns.
    pub(crate) width: usize,
    /// A document of more lines than this is shortened.
    pub(crate) limit: usize,
}

/// How many members beside the marked one an object or a list keeps when it is shortened.
const NEIGHBOURS: usize = 4;

impl Excerpt<'_> {
    /// The lines, each behind `indent`.
    pub(crate) fn lines(&self, indent: &str) -> Vec<String> {
        let tokens: Option<Vec<String>> = self.pointer.map(tokens);
        let way = tokens.as_deref().map_or(Way::Elsewhere, Way::Leads);
        let whole = Writer::write(self, indent, way, false);
        if whole.len() <= self.limit { whole } else { Writer::write(self, indent, way, true) }
    }
}

/// A value on one line, with a blank after each comma and colon.
pub(crate) fn flat(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("[{}]", list.iter().map(flat).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let member = |(name, value): (&String, &Value)| format!("{}: {}", flat(&Value::from(&**name)), flat(value));
            format!("{{{}}}", map.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        scalar => clean(&scalar.to_string()),
    }
}

/// A value on one line of at most about so many columns.
pub(crate) fn brief(value: &Value, width: usize) -> String {
    let text = flat(value);
    if text.chars().count() <= width {
        return text;
    }
    match value {
        Value::String(string) => {
            let count = format!("… ({})", counted(string.chars().count() as u64, "character", "characters"));
            let kept = width.saturating_sub(count.chars().count() + 2).max(8);
            format!("{}\"{count}", text.chars().take(kept).collect::<String>())
        }
        Value::Array(list) => format!("[… {}]", counted(list.len() as u64, "entry", "entries")),
        Value::Object(map) => format!("{{… {}}}", counted(map.len() as u64, "member", "members")),
        Value::Null | Value::Bool(_) | Value::Number(_) => text,
    }
}

/// Whether a place lies on the way to the marked one.
#[derive(Clone, Copy)]
enum Way<'a> {
    /// The names that still lead to the marked place; none are left at the place itself.
    Leads(&'a [String]),
    Elsewhere,
}

struct Writer {
    lines: Vec<String>,
    width: usize,
    short: bool,
}

impl Writer {
    fn write(excerpt: &Excerpt<'_>, indent: &str, way: Way<'_>, short: bool) -> Vec<String> {
        let mut writer = Self { lines: Vec::new(), width: excerpt.width, short };
        writer.value(indent, "", excerpt.value, way, "");
        writer.lines
    }

    /// `name` is what stands before the value, `after` the comma behind it.
    fn value(&mut self, indent: &str, name: &str, value: &Value, way: Way<'_>, after: &str) {
        let mark = mark(value, way);
        let room = self.width.saturating_sub(indent.chars().count() + name.chars().count() + 1);
        let room = if mark.is_some() { room.saturating_sub(HERE.len()) } else { room };
        let (open, members, close) = match value {
            Value::Array(list) => ("[", list.len(), "]"),
            Value::Object(map) => ("{", map.len(), "}"),
            _ => ("", 0, ""),
        };
        let leads = matches!(way, Way::Leads([_, ..])) && mark.is_none();
        let columns = flat(value).chars().count();
        // A container stands on one line if it fits, if it is empty, or if it is far from the mark and to be short.
        let far = self.short && matches!(way, Way::Elsewhere) && !self.lines.is_empty();
        if members == 0 || !leads && (far || columns <= room) {
            self.push(indent, &format!("{name}{}{after}", brief(value, room)), mark.as_deref());
            return;
        }
        self.push(indent, &format!("{name}{open}"), mark.as_deref());
        let inner = format!("{indent}  ");
        match value {
            Value::Object(map) => {
                let all: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value)).collect();
                self.members(&inner, &all, way, |key| format!("{}: ", brief(&Value::from(key), 40)));
            }
            Value::Array(list) => {
                let keys: Vec<String> = (0..list.len()).map(|index| index.to_string()).collect();
                let all: Vec<_> = keys.iter().map(String::as_str).zip(list).collect();
                self.members(&inner, &all, way, |_| String::new());
            }
            _ => {}
        }
        self.push(indent, &format!("{close}{after}"), None);
    }

    fn members(&mut self, indent: &str, all: &[(&str, &Value)], way: Way<'_>, name: impl Fn(&str) -> String) {
        let mut neighbours = 0;
        let mut left_out = 0;
        for (index, (key, value)) in all.iter().enumerate() {
            let way = match way {
                Way::Leads([next, rest @ ..]) if next == key => Way::Leads(rest),
                _ => Way::Elsewhere,
            };
            if matches!(way, Way::Elsewhere) {
                neighbours += 1;
                if self.short && neighbours > NEIGHBOURS {
                    left_out += 1;
                    continue;
                }
            }
            let after = if index + 1 < all.len() { "," } else { "" };
            self.value(indent, &name(key), value, way, after);
        }
        if left_out > 0 {
            self.push(indent, &format!("… {left_out} more"), None);
        }
    }

    fn push(&mut self, indent: &str, text: &str, mark: Option<&str>) {
        let mark = mark.map(|mark| format!("  {}", painted(look::HERE, mark))).unwrap_or_default();
        self.lines.push(format!("{indent}{text}{mark}"));
    }
}

const HERE: &str = "  <-- here";

/// What is written beside a value that is the marked place, or the last one on the way to a place that is missing.
fn mark(value: &Value, way: Way<'_>) -> Option<String> {
    let missing = |name: &str| Some(format!("<-- here: no `{}`", clean(name)));
    match (way, value) {
        (Way::Elsewhere, _) => None,
        (Way::Leads([]), _) => Some(HERE.trim_start().to_owned()),
        (Way::Leads([next, ..]), Value::Object(map)) => {
            if map.contains_key(next) {
                None
            } else {
                missing(next)
            }
        }
        (Way::Leads([next, ..]), Value::Array(list)) => {
            let index: Option<usize> = next.parse().ok();
            if index.is_some_and(|index| index < list.len()) { None } else { missing(next) }
        }
        (Way::Leads([next, ..]), _) => missing(next),
    }
}

/// The names in a JSON pointer (RFC 6901).
fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(value: &Value, pointer: &str, limit: usize) -> Vec<String> {
        let excerpt = Excerpt { value, pointer: Some(pointer), width: 60, limit };
        excerpt.lines("").iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
    }

    #[test]
    fn the_place_is_marked_and_its_neighbours_stay() {
        let value = json!({"set": {"sub": "x", "a/b": [1, 2]}, "suppress": ["email"]});
        assert_eq!(
            lines(&value, "/set/a~1b/1", 20),
            [
                "{",
                "  \"set\": {",
                "    \"a/b\": [",
                "      1,",
                "      2  <-- here",
                "    ],",
                "    \"sub\": \"x\"",
                "  },",
                "  \"suppress\": [\"email\"]",
                "}",
            ]
        );
    }

    #[test]
    fn a_place_that_is_missing_is_marked_where_it_should_be() {
        assert_eq!(lines(&json!({"a": {}}), "/a/b/c", 9), ["{", "  \"a\": {}  <-- here: no `b`", "}"]);
        assert_eq!(lines(&json!(null), "/response", 9), ["null  <-- here: no `response`"]);
    }

    #[test]
    fn a_long_document_is_shortened_away_from_the_mark() {
        let groups: Vec<_> = (0..50).map(|index| format!("group-{index}")).collect();
        let value = json!({"groups": groups, "request": {"deep": {"er": 1, "text": "y".repeat(80)}}});
        assert_eq!(
            lines(&value, "/groups/7", 8),
            [
                "{",
                "  \"groups\": [",
                "    \"group-0\",",
                "    \"group-1\",",
                "    \"group-2\",",
                "    \"group-3\",",
                "    \"group-7\",  <-- here",
                "    … 45 more",
                "  ],",
                "  \"request\": {… 1 member}",
                "}",
            ]
        );
    }

    #[test]
    fn a_document_that_fits_is_shown_as_a_whole() {
        let value = json!({"a": 1, "list": ["x".repeat(30), "y".repeat(30)]});
        let text = lines(&value, "/a", 9).join("\n");
        assert_eq!(
            text,
            format!(
                "{{\n  \"a\": 1,  <-- here\n  \"list\": [\n    \"{}\",\n    \"{}\"\n  ]\n}}",
                "x".repeat(30),
                "y".repeat(30)
            )
        );
    }

    #[test]
    fn a_long_document_without_a_mark_still_shows_its_members() {
        let value = json!({"a": {"b": "x".repeat(60)}, "c": "y".repeat(40)});
        let excerpt = Excerpt { value: &value, pointer: None, width: 60, limit: 4 };
        let text = excerpt.lines("").join("\n");
        assert_eq!(text, format!("{{\n  \"a\": {{… 1 member}},\n  \"c\": \"{}\"\n}}", "y".repeat(40)));
    }

    #[test]
    fn long_texts_say_how_long_they_are() {
        let text = brief(&json!("v".repeat(2_048)), 40);
        assert_eq!(text, format!("\"{}\"… (2,048 characters)", "v".repeat(17)));
    }
}
