use super::token::{Characters, Token};

/// Reads JavaScript, TypeScript or JSON as far as its constants go.
///
/// See [`super::python::tokens`] for why this is no parser: `oxc_parser` and `swc` bring a compiler, and tree-sitter
/// brings C.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { from: Characters::new(source), tokens: Vec::new(), open: Vec::new() };
    reader.read(0);
    reader.tokens.push(Token::End);
    reader.tokens
}

struct Reader<'a> {
    from: Characters<'a>,
    tokens: Vec<Token>,
    /// The brackets that are open; true for those of a block, in which statements end with their lines.
    open: Vec<bool>,
}

/// Templates within templates: deeper than anybody nests them, and a bound for the stack.
const DEEPEST: usize = 8;

impl Reader<'_> {
    /// Reads to the end, or to where the braces of a template close.
    fn read(&mut self, depth: usize) {
        let open = self.open.len();
        while let Some(next) = self.from.peek() {
            match next {
                '\n' => self.line_end(),
                '"' | '\'' => self.string(next),
                '`' => self.template(depth),
                '/' if self.from.take("//") => self.from.skip_line(),
                '/' if self.from.take("/*") => while !self.from.take("*/") && self.from.next().is_some() {},
                '/' if self.may_begin_regex() => self.regex(),
                '}' if depth > 0 && self.open.len() == open => {
                    self.from.next();
                    return;
                }
                _ if next.is_whitespace() => drop(self.from.next()),
                _ => {
                    if let Some(name) = self.from.name() {
                        self.tokens.push(Token::Name(name.to_owned()));
                    } else if let Some(number) = self.from.number() {
                        self.tokens.push(number);
                    } else {
                        self.mark();
                    }
                }
            }
        }
    }

    fn in_block(&self) -> bool {
        self.open.last().copied().unwrap_or(true)
    }

    /// A line's end ends the statement, unless something is open or the next line goes on with it.
    fn line_end(&mut self) {
        self.from.next();
        let goes_on = self.from.ahead().is_some_and(|c| ".?:&|+*%,=<>)]".contains(c))
            || matches!(self.tokens.last(), Some(Token::Mark(mark)) if !matches!(*mark, ")" | "]" | "}" | ">"));
        if self.in_block() && !goes_on {
            self.end();
        }
    }

    fn end(&mut self) {
        if !matches!(self.tokens.last(), None | Some(Token::End)) {
            self.tokens.push(Token::End);
        }
    }

    fn mark(&mut self) {
        let begins_block = self.begins_block();
        let Some(mark) = self.from.mark() else { return };
        match mark {
            Token::Mark("{") if begins_block => {
                self.open.push(true);
                return self.end();
            }
            Token::Mark("{" | "(" | "[") => self.open.push(false),
            Token::Mark("}") if self.in_block() => {
                self.open.pop();
                return self.end();
            }
            Token::Mark("}" | ")" | "]") => drop(self.open.pop()),
            Token::Mark(";") => return self.end(),
            _ => {}
        }
        self.tokens.push(mark);
    }

    /// Whether a brace that comes now would open a block, and not an object.
    fn begins_block(&self) -> bool {
        match self.tokens.last() {
            None | Some(Token::End) => true,
            Some(Token::Name(name)) => !matches!(
                name.as_str(),
                "return" | "const" | "let" | "var" | "import" | "export" | "of" | "in" | "default" | "with"
            ),
            Some(Token::Mark(mark)) => matches!(*mark, ")" | "=>" | "{" | "}" | ";" | ">"),
            Some(_) => false,
        }
    }

    /// A slash divides after a value, and begins a regular expression anywhere else.
    fn may_begin_regex(&self) -> bool {
        match self.tokens.last() {
            None | Some(Token::End) => true,
            Some(Token::Name(name)) => {
                matches!(name.as_str(), "return" | "typeof" | "case" | "in" | "of" | "do" | "else")
            }
            Some(Token::Mark(mark)) => !matches!(*mark, ")" | "]" | "}"),
            Some(_) => false,
        }
    }

    /// Skipped: what a pattern matches is not told by its characters.
    fn regex(&mut self) {
        self.from.next();
        let mut in_class = false;
        while let Some(next) = self.from.peek().filter(|next| *next != '\n') {
            self.from.next();
            match next {
                '\\' => drop(self.from.next()),
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => break,
                _ => {}
            }
        }
        self.from.take_while(char::is_alphabetic);
        self.tokens.push(Token::Mark(")"));
    }

    fn string(&mut self, quote: char) {
        self.from.next();
        let mut text = String::new();
        // One that was never closed ends with its line.
        while let Some(next) = self.from.peek().filter(|next| *next != '\n') {
            self.from.next();
            match next {
                '\\' => self.from.escaped(&mut text),
                _ if next == quote => break,
                _ => text.push(next),
            }
        }
        self.push(&mut text);
    }

    fn template(&mut self, depth: usize) {
        self.from.next();
        let mut text = String::new();
        while let Some(next) = self.from.peek() {
            if depth < DEEPEST && self.from.take("${") {
                self.push(&mut text);
                let open = self.open.len();
                self.open.push(false);
                self.read(depth + 1);
                self.open.truncate(open);
                continue;
            }
            self.from.next();
            match next {
                '\\' => self.from.escaped(&mut text),
                '`' => break,
                _ => text.push(next),
            }
        }
        self.push(&mut text);
    }

    fn push(&mut self, text: &mut String) {
        if !text.is_empty() {
            self.tokens.push(Token::Text(std::mem::take(text)));
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
            (r#"const a = "x" + 'y';"#, &["x", "y"]),
            (r"'it\'s \x41\u0042\u{43}'", &["it's ABC"]),
            ("`a${b}c${d['e']}f`", &["a", "c", "e", "f"]),
            ("`${`${'deep'}`}` + 'z'", &["deep", "z"]),
            ("`${{a: 'b'}.a}c`", &["b", "c"]),
            ("`two\nlines`", &["two\nlines"]),
            ("// 'comment'\n/* 'and\n another' */ 'x'", &["x"]),
            ("a = b / c; d = 'e' / f", &["e"]),
            (r"x.replace(/['\/[/'\]]/g, 'y')", &["y"]),
            (r#"{"groups": ["a", "b"]}"#, &["groups", "a", "b"]),
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
            ("`never closed\n 'at all'", &["never closed\n 'at all'"]),
            (")]} = 'a'", &["a"]),
            ("`${never closed", &[]),
            ("/* never closed 'a'", &[]),
            ("'\\", &[]),
            ("x = /never closed\n'a'", &["a"]),
        ];
        for (source, expected) in table {
            assert_eq!(texts(source), *expected, "{source}");
        }
    }

    #[test]
    fn templates_in_templates_without_end_do_not_exhaust_the_stack() {
        tokens(&"`${".repeat(100_000));
    }

    #[test]
    fn a_statement_ends_with_its_line_unless_the_next_one_goes_on_with_it() {
        let ends = |source: &str| tokens(source).iter().filter(|token| **token == Token::End).count();
        assert_eq!(ends("a = 1\nb = 2"), 2);
        assert_eq!(ends("a = b\n  .c('d')\n  .e()\nf"), 2);
        assert_eq!(ends("const a = {\n b: 1,\n c: 2 }\nd"), 2);
        assert_eq!(ends("if (a) {\n b()\n c()\n}"), 4);
        assert_eq!(ends("f(async (event) => {\n a\n b\n})"), 4);
    }
}
