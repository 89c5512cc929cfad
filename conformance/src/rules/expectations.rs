use super::Promise;
use crate::target::TriggerError;
use crate::tokens::TokenKind;

/// What people say that their trigger does on purpose. Rules read it through their exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectations {
    /// Errors by which the trigger refuses a sign-in, and means it.
    pub denials: Vec<Pattern>,
    /// How many bytes the signed ID token may have; `None` for the limit of most proxies.
    pub id_token_bytes: Option<usize>,
    /// The same of the access token.
    pub access_token_bytes: Option<usize>,
    /// Claims whose values are meant to differ from one call to the next.
    pub volatile_claims: Vec<String>,
    /// What the tokens always are.
    pub promises: Vec<Promise>,
}

/// No expectations, for exchanges that nobody has told of any.
pub(super) static NONE: Expectations = Expectations {
    denials: Vec::new(),
    id_token_bytes: None,
    access_token_bytes: None,
    volatile_claims: Vec::new(),
    promises: Vec::new(),
};

impl Expectations {
    /// Whether a sign-in is refused in the way that is meant: by the error's text, its type, or `type: text`.
    ///
    /// ```
    /// use pretoken::rules::{Expectations, Pattern};
    /// use pretoken::target::TriggerError;
    ///
    /// let expectations = Expectations { denials: vec![Pattern::new("Tenant * is suspended")], ..Expectations::default() };
    /// let error = |message: &str| TriggerError {
    ///     error_type: "Error".to_owned(),
    ///     message: message.to_owned(),
    ///     stack: Vec::new(),
    /// };
    /// assert!(expectations.mean(&error("Tenant acme is suspended")));
    /// assert!(!expectations.mean(&error("Tenant acme is unknown")));
    /// ```
    pub fn mean(&self, error: &TriggerError) -> bool {
        self.denials.iter().any(|pattern| {
            pattern.matches(&error.message)
                || pattern.matches(&error.error_type)
                || pattern.matches(&format!("{}: {}", error.error_type, error.message))
        })
    }

    /// How many bytes a signed token may have, if somebody said so.
    pub const fn token_bytes(&self, token: TokenKind) -> Option<usize> {
        match token {
            TokenKind::Id => self.id_token_bytes,
            TokenKind::Access => self.access_token_bytes,
        }
    }
}

/// A text in which `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern that is written so.
    pub fn new(written: impl Into<String>) -> Self {
        Self(written.into())
    }

    /// Whether the pattern matches the whole of a text.
    ///
    /// ```
    /// use pretoken::rules::Pattern;
    /// assert!(Pattern::new("* is *").matches("Jane is suspended"));
    /// assert!(!Pattern::new("suspended").matches("Jane is suspended"));
    /// ```
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        // There is always a first part, and without a `*` it is the only one.
        let first = parts.next().unwrap_or_default();
        let Some(last) = parts.next_back() else { return text == first };
        let Some(mut rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
        // Each part as early as it comes: that leaves the most for those after it.
        for part in parts {
            let Some((_, after)) = rest.split_once(part) else { return false };
            rest = after;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_nothing_else_does() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
            ("a**c", "abc", true),
            ("*bc*bc*", "abcbd", false),
            ("a.c", "abc", false),
            ("A", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_denial_is_known_by_its_type_too() {
        let error = TriggerError { error_type: "DenyError".to_owned(), message: "no".to_owned(), stack: Vec::new() };
        let mean = |pattern: &str| Expectations { denials: vec![Pattern::new(pattern)], ..NONE.clone() }.mean(&error);
        assert!(mean("DenyError") && mean("no") && mean("DenyError: n*"));
        assert!(!mean("Deny") && !mean("Error: no"));
    }
}
