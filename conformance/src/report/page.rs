use anstyle::Style;
use textwrap::{Options, WordSeparator, WordSplitter};

/// The looks of words. None of them carries meaning alone: every report reads the same without.
pub(crate) mod look {
    use anstyle::{AnsiColor, Color, Style};

    use crate::rules::Level;

    pub(crate) const STRONG: Style = Style::new().bold();
    pub(crate) const QUIET: Style = Style::new().dimmed();
    pub(crate) const ADDED: Style = coloured(AnsiColor::Green);
    pub(crate) const REMOVED: Style = coloured(AnsiColor::Red);
    pub(crate) const CHANGED: Style = coloured(AnsiColor::Yellow);
    pub(crate) const HERE: Style = coloured(AnsiColor::Red).bold();
    pub(crate) const GOOD: Style = coloured(AnsiColor::Green).bold();
    pub(crate) const BAD: Style = coloured(AnsiColor::Red).bold();
    pub(crate) const UNSURE: Style = coloured(AnsiColor::Yellow).bold();

    pub(crate) const fn of(level: Level) -> Style {
        match level {
            Level::Error => BAD,
            Level::Warning => UNSURE,
            Level::Advice => coloured(AnsiColor::Cyan).bold(),
        }
    }

    const fn coloured(color: AnsiColor) -> Style {
        Style::new().fg_color(Some(Color::Ansi(color)))
    }
}

/// Text of a certain width, written from top to bottom.
#[derive(Debug)]
pub(crate) struct Page {
    width: usize,
    text: String,
}

/// Where the text of a [`Page::field`] begins.
const FIELD: usize = 13;

impl Page {
    /// An empty page. Narrower than 40 columns nothing can be read, wider than 100 nobody wants to.
    pub(crate) const fn new(width: usize) -> Self {
        let width = match width {
            0..40 => 40,
            40..=100 => width,
            _ => 100,
        };
        Self { width, text: String::new() }
    }

    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    /// A line as it is, even if it is too long: JSON, an address.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Prose, wrapped, every line behind `indent`.
    pub(crate) fn prose(&mut self, indent: &str, prose: &str) {
        self.wrapped(prose, indent, indent);
    }

    /// A name, and prose beside it.
    pub(crate) fn field(&mut self, name: &str, prose: &str) {
        let first = format!("  {}{}", painted(look::QUIET, name), " ".repeat(FIELD.saturating_sub(2 + name.len())));
        self.wrapped(prose, &first, &" ".repeat(FIELD));
    }

    /// Prose behind `first`, which is so many columns wide.
    pub(crate) fn hanging(&mut self, first: &str, columns: usize, prose: &str) {
        self.wrapped(prose, first, &" ".repeat(columns));
    }

    /// A name, and a line beside it that is copied whole, even if it is too long: a command.
    pub(crate) fn field_whole(&mut self, name: &str, line: &str) {
        let blank = " ".repeat(FIELD.saturating_sub(2 + name.len()));
        self.line(format!("  {}{blank}{line}", painted(look::QUIET, name)));
    }

    /// A line below a field's text, as it is.
    pub(crate) fn field_line(&mut self, line: &str) {
        self.line(format!("{}{line}", " ".repeat(FIELD)));
    }

    /// A name, and lines of code or of a log beside it, each cut where the page ends.
    pub(crate) fn field_lines<'l>(&mut self, name: &str, lines: impl IntoIterator<Item = &'l str>) {
        let room = self.width.saturating_sub(FIELD);
        for (index, line) in lines.into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let cut: String = if line.chars().count() > room {
                line.chars().take(room.saturating_sub(1)).chain(['…']).collect()
            } else {
                line.to_owned()
            };
            let blank = " ".repeat(FIELD.saturating_sub(2 + name.len()));
            self.line(format!("  {}{blank}{cut}", painted(look::QUIET, name)).trim_end());
        }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn wrapped(&mut self, prose: &str, first: &str, other: &str) {
        // Ids and pointers hold hyphens, and are copied whole: lines break at blanks only.
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(other)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        for line in textwrap::wrap(prose, options) {
            self.line(line.trim_end());
        }
    }
}

/// A word in a look.
pub(crate) fn painted(style: Style, word: &str) -> String {
    format!("{style}{word}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_prose_goes_on_below_where_it_began() {
        let mut page = Page::new(40);
        page.field("change", "choose another name for the claim, such as one-of-your-own");
        let text = anstream::adapter::strip_str(&page.finish()).to_string();
        assert_eq!(
            text,
            "  change     choose another name for the\n             claim, such as\n             one-of-your-own\n"
        );
    }

    #[test]
    fn what_people_copy_is_never_broken() {
        let pointer = "/response/claimsOverrideDetails/claimsToAddOrOverride/sub";
        let mut page = Page::new(40);
        page.prose("  ", &format!("at {pointer}"));
        assert_eq!(page.finish(), format!("  at\n  {pointer}\n"));
    }

    #[test]
    fn lines_of_code_are_cut_and_never_wrapped() {
        let mut page = Page::new(40);
        page.field_lines("printed", ["  raise KeyError", "x", "0123456789012345678901234567890"]);
        let text = anstream::adapter::strip_str(&page.finish()).to_string();
        assert_eq!(text, "  printed      raise KeyError\n             x\n             01234567890123456789012345…\n");
    }

    #[test]
    fn no_page_is_too_narrow_to_read_or_too_wide() {
        assert_eq!([0, 80, 1_000].map(|width| Page::new(width).width()), [40, 80, 100]);
    }
}
