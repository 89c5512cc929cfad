use std::ops::Range;
use std::path::PathBuf;

use thiserror::Error;

use crate::report::clean;

/// Why a configuration file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("`{}` cannot be read: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The reason that the system gives.
        why: String,
    },
    /// It says what nobody understands.
    #[error("`{name}` cannot be used\n{}", mistakes.join("\n"))]
    Wrong {
        /// The file, as the person knows it.
        name: String,
        /// Each mistake with its place, its line and a mark below.
        mistakes: Vec<String>,
    },
}

/// The text of a configuration file, and its name as the person knows it.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) text: String,
}

/// What is wrong at one place of the text, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

impl Source {
    /// The error of these mistakes, in the order of the file.
    pub(super) fn error(&self, mut mistakes: Vec<Mistake>) -> ConfigError {
        mistakes.sort_by_key(|mistake| mistake.span.start);
        let mistakes = mistakes.iter().map(|mistake| self.shown(mistake)).collect();
        ConfigError::Wrong { name: self.name.clone(), mistakes }
    }

    /// Where an offset lies, as editors and terminals know how to open: `pretoken.toml:12`.
    pub(super) fn line(&self, offset: usize) -> String {
        format!("{}:{}", self.name, self.before(offset).matches('\n').count() + 1)
    }

    /// `pretoken.toml:3:9: what is wrong`, the line, and a mark below.
    fn shown(&self, mistake: &Mistake) -> String {
        let before = self.before(mistake.span.start);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let indent = before.get(start..).unwrap_or_default().chars().count();
        let marked = self.text.get(mistake.span.clone()).and_then(|text| text.lines().next()).unwrap_or_default();
        let room = line.chars().count().saturating_sub(indent);
        let mark = "^".repeat(marked.chars().count().clamp(1, room.max(1)));
        // A tab is one column here, so that the mark stands below what it marks.
        let line = clean(&line.replace('\t', " "));
        let place = format!("{}:{}", self.line(mistake.span.start), indent + 1);
        format!("  {place}: {}\n    {line}\n    {:indent$}{mark}", clean(&mistake.message), "")
    }

    fn before(&self, offset: usize) -> &str {
        self.text.get(..offset).unwrap_or(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        let source = Source { name: "p.toml".to_owned(), text: text.to_owned() };
        source.error(vec![Mistake { message: "no".to_owned(), span }]).to_string()
    }

    #[test]
    fn a_mistake_is_marked_below_its_line() {
        assert_eq!(
            shown("a = 1\nbé = 22\n", 12..14),
            "`p.toml` cannot be used\n  p.toml:2:6: no\n    bé = 22\n         ^^"
        );
    }

    #[test]
    fn a_mark_ends_with_its_line() {
        assert_eq!(shown("a = [\n1]\n", 4..8), "`p.toml` cannot be used\n  p.toml:1:5: no\n    a = [\n        ^");
    }

    #[test]
    fn the_end_of_a_file_has_a_place() {
        assert_eq!(shown("a =", 3..3), "`p.toml` cannot be used\n  p.toml:1:4: no\n    a =\n       ^");
        assert_eq!(shown("", 0..0), "`p.toml` cannot be used\n  p.toml:1:1: no\n    \n    ^");
    }
}
