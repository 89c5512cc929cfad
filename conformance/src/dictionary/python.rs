use super::token::{Characters, Token};

/// Reads Python as far as its constants go.
///
/// A lexer of our own, as for JavaScript: the parsers at hand (`ruff_python_parser`, which is not published, or
/// `rustpython-parser`) bring a whole language with dozens of crates and refuse a file with one error in it. What is
/// needed here is less, and must never fail: a word too few or too many costs nothing.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { from: Characters::new(source), tokens: Vec::new(), open: 0 };
    reader.read(None);
    reader.tokens.push(Token::End);
    reader.tokens
}

struct Reader<'a> {
    from: Characters<'a>,
    tokens: Vec<Token>,
    /// How many brackets are open: a statement goes on until they are closed.
    open: usize,
}

/// Strings within strings within strings: deeper than anybody nests them, and a bound for the stack.
const DEEPEST: usize = 8;

impl Reader<'_> {
    /// Reads to the end, or to where the braces of an f-string close.
    fn read(&mut self, within: Option<usize>) {
        let open = self.open;
        while let Some(next) = self.from.peek() {
            match next {
                '\n' => {
                    self.from.next();
                    if self.open == 0 && within.is_none() {
                        self.tokens.push(Token::End);
                    }
                }
                '\\' => {
                    self.from.next();
                    self.from.next();
                }
                '#' => self.from.skip_line(),
                '"' | '\'' => self.string("", within),
                _ if next.is_whitespace() => drop(self.from.next()),
                _ => {
                    if let Some(name) = self.from.name() {
                        self.name_or_string(name, within);
                    } else if let Some(number) = self.from.number() {
                        self.tokens.push(number);
                    } else if !self.mark(within.is_some() && self.open == open) {
                        return;
                    }
                }
            }
        }
    }

    /// Adds a mark; false if it closes the braces of an f-string.
    fn mark(&mut self, may_close: bool) -> bool {
        let Some(mark) = self.from.mark() else { return true };
        match mark {
            Token::Mark("(" | "[" | "{") => self.open += 1,
            Token::Mark("}") if may_close => return false,
            Token::Mark(")" | "]" | "}") => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self.tokens.push(mark);
        true
    }

    /// `rb"…"` begins like a name.
    fn name_or_string(&mut self, name: &str, within: Option<usize>) {
        let is_prefix = name.len() <= 2 && name.chars().all(|c| "rbuftRBUFT".contains(c));
        if is_prefix && matches!(self.from.peek(), Some('"' | '\'')) {
            self.string(&name.to_ascii_lowercase(), within);
        } else {
            self.tokens.push(Token::Name(name.to_owned()));
        }
    }

    fn string(&mut self, prefix: &str, within: Option<usize>) {
        let depth = within.unwrap_or(0);
        let (raw, bytes) = (prefix.contains('r'), prefix.contains('b'));
        let formatted = prefix.contains(['f', 't']) && depth < DEEPEST;
        let quote = if self.from.take("\"\"\"") {
            "\"\"\""
        } else if self.from.take("'''") {
            "'''"
        } else if self.from.take("\"") {
            "\""
        } else {
            self.from.next();
            "'"
        };
        let mut text = String::new();
        while let Some(next) = self.from.peek() {
            if self.from.take(quote) {
                break;
            }
            if formatted && (self.from.take("{{") || self.from.take("}}")) {
                text.push(next);
                continue;
            }
            match next {
                // The string was never closed: what follows is read as if it had been.
                '\n' if quote.len() == 1 => break,
                '\\' if raw => {
                    text.extend(self.from.next());
                    text.extend(self.from.next());
                }
                '\\' => {
                    self.from.next();
                    self.from.escaped(&mut text);
                }
                '{' if formatted => {
                    self.from.next();
                    self.push(&mut text, bytes);
                    self.read(Some(depth + 1));
                }
                _ => text.extend(self.from.next()),
            }
        }
        self.push(&mut text, bytes);
    }

    /// Adds a constant; one of bytes is never compared with anything in an event.
    fn push(&mut self, text: &mut String, bytes: bool) {
        let text = std::mem::take(text);
        if !bytes && !text.is_empty() {
            self.tokens.push(Token::Text(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        tokens(source).iter().filter_map(|token| token.text().map(ToOwned::to_owned)).collect()
    }

    #[test]
    fn every_kind_of_string_is_read() {
        let table: &[(&str, &[&str])] = &[
            (r#"a = "x" + 'y'"#, &["x", "y"]),
            (
                r#""""two
lines""""#,
                &["two\nlines"],
            ),
            (r"'it\'s'", &["it's"]),
            (r"r'a\'b' + 'c'", &[r"a\'b", "c"]),
            (r"'\x41\u0042\U00000043\n'", &["ABC\n"]),
            (r#"f"a{b}c{d["e"]}f""#, &["a", "c", "e", "f"]),
            (r#"f"{{a}}{x!r:>{width}}""#, &["{a}"]),
            (r#"f'{f"{x + "deep"}"}' 'z'"#, &["deep", "z"]),
            (r#"b"bytes" + rb'more' + Rb"ytes""#, &[]),
            (
                r#"# "comment"
u"x""#,
                &["x"],
            ),
            ("x = \"# no comment\"", &["# no comment"]),
            ("''", &[]),
        ];
        for (source, expected) in table {
            assert_eq!(texts(source), *expected, "{source}");
        }
    }

    #[test]
    fn a_source_with_errors_is_read_as_far_as_it_goes() {
        let table: &[(&str, &[&str])] = &[
            ("x = 'never closed\ny = 'z'", &["never closed", "z"]),
            ("'''never closed\n 'at all'", &["never closed\n 'at all'"]),
            (")]} = 'a'", &["a"]),
            ("f'{never closed", &[]),
            ("\\", &[]),
            ("'\\", &[]),
            ("'\\x4", &[]),
            ("def ( 'a' ==\n= 'b'", &["a", "b"]),
        ];
        for (source, expected) in table {
            assert_eq!(texts(source), *expected, "{source}");
        }
    }

    #[test]
    fn strings_in_strings_without_end_do_not_exhaust_the_stack() {
        tokens(&"f'{".repeat(100_000));
        tokens(&"f'''{f\"\"\"{".repeat(100_000));
    }

    #[test]
    fn a_statement_ends_with_its_line_unless_a_bracket_is_open() {
        let ends = |source: &str| tokens(source).iter().filter(|token| **token == Token::End).count();
        assert_eq!(ends("a = 1\nb = 2"), 2);
        assert_eq!(ends("a = [\n1,\n2]\nb"), 2);
        assert_eq!(ends("a = 1 + \\\n2"), 1);
    }
}
