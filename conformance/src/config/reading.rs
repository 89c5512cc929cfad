use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::source::{Mistake, Source};
use crate::engine::Date;

/// The reading of one file. It goes on after a mistake, so that people see all of them at once.
pub(super) struct Reading<'s> {
    pub(super) source: &'s Source,
    /// The file's folder: relative paths start there.
    pub(super) folder: PathBuf,
    /// Today: entries that have expired are told from those that have not.
    pub(super) today: Date,
    mistakes: RefCell<Vec<Mistake>>,
    known: RefCell<BTreeSet<String>>,
}

impl<'s> Reading<'s> {
    pub(super) fn new(source: &'s Source, folder: PathBuf, today: Date) -> Self {
        Self { source, folder, today, mistakes: RefCell::default(), known: RefCell::default() }
    }

    /// What was wrong, and every key that was asked for.
    pub(super) fn finish(self) -> (Vec<Mistake>, BTreeSet<String>) {
        (self.mistakes.into_inner(), self.known.into_inner())
    }

    pub(super) fn mistake(&self, span: Range<usize>, message: impl Into<String>) {
        self.mistakes.borrow_mut().push(Mistake { message: message.into(), span });
    }
}

/// A table whose members are asked for one by one. What nobody asked for is a mistake.
pub(super) struct Table<'r> {
    reading: &'r Reading<'r>,
    members: &'r DeTable<'r>,
    /// `allow[].` for a member of an entry of `allow`.
    path: String,
    /// Where the table begins.
    span: Range<usize>,
    asked: Vec<&'static str>,
    missing: Vec<(&'static str, String)>,
}

impl<'r> Table<'r> {
    /// Reads the whole file.
    pub(super) fn root(reading: &'r Reading<'r>, document: &'r Spanned<DeTable<'r>>, read: impl FnOnce(&mut Self)) {
        Self::read(reading, document.get_ref(), String::new(), 0..0, read);
    }

    fn read<T>(
        reading: &'r Reading<'r>,
        members: &'r DeTable<'r>,
        path: String,
        span: Range<usize>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let mut table = Self { reading, members, path, span, asked: Vec::new(), missing: Vec::new() };
        let value = read(&mut table);
        table.finish();
        value
    }

    /// A member that may be absent.
    pub(super) fn field(&mut self, key: &'static str) -> Option<Field<'r>> {
        let path = format!("{}{key}", self.path);
        self.reading.known.borrow_mut().insert(path.clone());
        self.asked.push(key);
        let (_, value) = self.members.get_key_value(key)?;
        Some(Field { reading: self.reading, name: format!("`{key}`"), path, value })
    }

    /// A member that has to be there; `why` tells what it is for.
    pub(super) fn required(&mut self, key: &'static str, why: &str) -> Option<Field<'r>> {
        let field = self.field(key);
        if field.is_none() {
            self.missing.push((key, format!("`{key}` is missing: {why}")));
        }
        field
    }

    /// Says what is wrong with the table as a whole.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.reading.mistake(self.span.clone(), message);
    }

    /// Where the table begins, as `pretoken.toml:12`.
    pub(super) fn line(&self) -> String {
        self.reading.source.line(self.span.start)
    }

    /// Today.
    pub(super) const fn today(&self) -> Date {
        self.reading.today
    }

    /// Tells of unknown keys and of missing ones, where that is not the same mistake.
    fn finish(self) {
        let mut misspelled = Vec::new();
        for key in self.members.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            let word = key.get_ref();
            let right = nearest(word, self.asked.iter().copied());
            misspelled.extend(right);
            self.reading.mistake(key.span(), format!("`{word}` is no key here; {}", next(right, &self.asked)));
        }
        for (key, message) in self.missing {
            if !misspelled.contains(&key) {
                self.reading.mistake(self.span.clone(), message);
            }
        }
    }
}

/// A value, and what it is called.
#[derive(Clone)]
pub(super) struct Field<'r> {
    pub(super) reading: &'r Reading<'r>,
    name: String,
    path: String,
    value: &'r Spanned<DeValue<'r>>,
}

impl<'r> Field<'r> {
    /// Says what is wrong with the value.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.reading.mistake(self.value.span(), message);
    }

    /// Says that the value is of a wrong type; `wanted` is the right one, with an example.
    pub(super) fn takes<T>(&self, wanted: &str) -> Option<T> {
        self.wrong(format!("{} takes {wanted}, not {}", self.name, in_words(self.value.get_ref())));
        None
    }

    /// A text that is not blank; `wanted` is what it holds, with an example.
    pub(super) fn text(&self, wanted: &str) -> Option<&'r str> {
        match self.value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => self.takes(wanted),
            DeValue::String(text) => Some(text),
            _ => self.takes(wanted),
        }
    }

    /// A text that is read further.
    pub(super) fn parsed<T>(&self, wanted: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.text(wanted)?;
        text.parse().map_err(|error: T::Err| self.wrong(error.to_string())).ok()
    }

    /// A whole number, from `least` on.
    pub(super) fn count(&self, least: u64, wanted: &str) -> Option<u64> {
        let number = match self.value.get_ref() {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => return self.takes(wanted),
        };
        let number = number.filter(|number| *number >= least);
        if number.is_none() {
            let wanted = format!("{} takes {wanted}, from {least} on", self.name);
            self.wrong(wanted);
        }
        number
    }

    /// A day, bare or as a text.
    pub(super) fn date(&self, wanted: &str) -> Option<Date> {
        let day = match self.value.get_ref() {
            DeValue::Datetime(day) => Some(*day),
            DeValue::String(text) => text.parse().ok(),
            _ => return self.takes(wanted),
        };
        let day = day.filter(|day| day.time.is_none() && day.offset.is_none());
        let Some(date) = day.and_then(|day| day.date) else {
            self.wrong(format!("{} takes {wanted}", self.name));
            return None;
        };
        Some(Date { year: date.year, month: date.month, day: date.day })
    }

    /// One of these words.
    pub(super) fn word<'w>(&self, words: &[&'w str], wanted: &str) -> Option<&'w str> {
        let text = self.text(wanted)?;
        let found = words.iter().copied().find(|word| *word == text);
        if found.is_none() {
            let next = next(nearest(text, words.iter().copied()), words);
            self.wrong(format!("`{text}` is not {wanted}; {next}"));
        }
        found
    }

    /// The entries of a list; `wanted` is what the list holds, with an example.
    pub(super) fn list(&self, wanted: &str) -> Option<Vec<Self>> {
        let DeValue::Array(entries) = self.value.get_ref() else { return self.takes(wanted) };
        let entry = |value| Field {
            reading: self.reading,
            name: format!("an entry of {}", self.name),
            path: format!("{}[]", self.path),
            value,
        };
        Some(entries.iter().map(entry).collect())
    }

    /// The members of a table.
    pub(super) fn table<T>(&self, wanted: &str, read: impl FnOnce(&mut Table<'r>) -> T) -> Option<T> {
        let DeValue::Table(members) = self.value.get_ref() else { return self.takes(wanted) };
        Some(Table::read(self.reading, members, format!("{}.", self.path), self.value.span(), read))
    }

    /// Whether the value is a table, a list or a text: for members that may be written in two ways.
    pub(super) fn value(&self) -> &'r DeValue<'r> {
        self.value.get_ref()
    }

    /// Where the value stands in the text.
    pub(super) fn span(&self) -> Range<usize> {
        self.value.span()
    }
}

/// A member that may be absent: `None` if it is there and wrong.
pub(super) fn optional<'r, T>(
    field: Option<Field<'r>>,
    read: impl FnOnce(&Field<'r>) -> Option<T>,
) -> Option<Option<T>> {
    match field {
        Some(field) => read(&field).map(Some),
        None => Some(None),
    }
}

/// The word that looks most like another, if any does.
pub(super) fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let alike = |right: &str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), right);
    let best = words.max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(best) > 0.6).then_some(best)
}

/// The right word, or else all that there are.
fn next(right: Option<&str>, words: &[&str]) -> String {
    right.map_or_else(|| format!("use {}", alternatives(words)), |right| format!("did you mean `{right}`?"))
}

/// `a`, `b` or `c`.
pub(super) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} or {last}", before.join(", ")),
    }
}

fn in_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(text) if text.trim().is_empty() => "an empty text",
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
