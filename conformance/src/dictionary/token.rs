/// What a source is read as: enough of a language to find its constants, and to tell what stands around them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword.
    Name(String),
    /// A string constant, or a constant part of one.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Anything else, such as `==` or `[`.
    Mark(&'static str),
    /// The end of a statement, or of what is taken for one.
    End,
}

impl Token {
    pub(super) fn is(&self, mark: &str) -> bool {
        matches!(self, Self::Mark(own) if *own == mark)
    }

    pub(super) const fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name.as_str()),
            _ => None,
        }
    }

    pub(super) const fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

/// The marks that tell something, the longest first; every other character is a mark `.`-less and without meaning.
const MARKS: &[&str] = &[
    "===", "!==", "**=", "...", "==", "!=", "<=", ">=", "=>", ":=", "&&", "||", "??", "?.", "+=", "->", "=", "<", ">",
    "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "?", "+", "-", "*", "/", "%", "&", "|", "!", "@", "~", "^", "#",
];

/// Reads characters one by one; never fails and never goes back.
#[derive(Clone, Debug)]
pub(super) struct Characters<'a> {
    rest: &'a str,
}

impl<'a> Characters<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    /// Takes a word if it is next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// The rest of the line, without its end.
    pub(super) fn skip_line(&mut self) {
        self.take_while(|c| c != '\n');
    }

    /// The first character behind blanks and line ends.
    pub(super) fn ahead(&self) -> Option<char> {
        self.rest.chars().find(|c| !c.is_whitespace())
    }

    /// A mark, or any one character without a meaning.
    pub(super) fn mark(&mut self) -> Option<Token> {
        if let Some(mark) = MARKS.iter().find(|mark| self.rest.starts_with(**mark)) {
            self.take(mark);
            return Some(Token::Mark(mark));
        }
        self.next().map(|_| Token::Mark(""))
    }

    /// A name, if one is next.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        let starts = self.peek().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$'));
        starts.then(|| self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')))
    }

    /// A number, if one is next; of fractions and of other bases nothing is left but a mark.
    pub(super) fn number(&mut self) -> Option<Token> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        let digits = self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        let digits: String = digits.chars().filter(|c| *c != '_').collect();
        Some(digits.trim_end_matches('n').parse().map_or(Token::Mark(""), Token::Number))
    }

    /// What an escape of a string constant stands for, after its backslash, as Python and JavaScript have it.
    pub(super) fn escaped(&mut self, text: &mut String) {
        let digits = match self.next() {
            None | Some('\n') => return,
            Some('n') => return text.push('\n'),
            Some('t') => return text.push('\t'),
            Some('r') => return text.push('\r'),
            Some('0') => return text.push('\0'),
            Some('x') => 2,
            Some('u') if self.take("{") => {
                let code = self.take_while(|c| c.is_ascii_hexdigit());
                self.take("}");
                return text.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
            }
            Some('u') => 4,
            Some('U') => 8,
            Some(other) => return text.push(other),
        };
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) else { return };
            self.next();
            code = code * 16 + digit;
        }
        // Half of a surrogate pair is no character; such words are left out of the word.
        text.extend(char::from_u32(code));
    }
}
