use object::{Object, ObjectSection, SectionKind};

use super::shape;
use crate::generate::{Dictionary, Kind, Likely};

/// The largest program that is read; with its symbols, a trigger in Rust or Go has some 20 MB.
pub(super) const MOST_BYTES: u64 = 128 << 20;

/// The words of a program's read-only data (ELF, Mach-O or PE).
///
/// Compilers lay constants of Rust and Go side by side without anything between them, and bring megabytes of their
/// libraries' own. So only what lies near a word of the event is looked at, and of a run of letters every part that could
/// be a word: `custom:tenantinitechwheel` gives `custom:tenant` among others. Short constants that the compiler turned
/// into numbers in the code are not found at all. The words are many and weak, and still beat none.
///
/// # Errors
///
/// The file is no program of a known kind.
pub(super) fn words(data: &[u8]) -> Result<Dictionary, String> {
    let file = object::File::parse(data).map_err(|error| format!("it is no program that can be read: {error}"))?;
    let mut dictionary = Dictionary::default();
    for section in file.sections() {
        if matches!(section.kind(), SectionKind::ReadOnlyData | SectionKind::ReadOnlyString)
            && let Ok(data) = section.data()
        {
            for run in near(data) {
                of_run(run, &mut dictionary);
            }
        }
    }
    Ok(dictionary)
}

/// What of the event a trigger's own code names; libraries' own words lie elsewhere.
const SIGNS: &[&[u8]] =
    &[b"custom:", b"TokenGeneration_", b"userAttributes", b"claimsToAddOrOverride", b"clientMetadata"];

/// How far from a sign a word may lie, in bytes.
const NEAR: usize = 1_024;

/// The printable runs near a sign.
fn near(data: &[u8]) -> Vec<&str> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for sign in SIGNS {
        for place in memchr::memmem::find_iter(data, sign).take(64) {
            spans.push((place.saturating_sub(NEAR), data.len().min(place + NEAR)));
        }
    }
    spans.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in spans {
        match merged.last_mut() {
            Some((_, end)) if *end >= from => *end = to.max(*end),
            _ => merged.push((from, to)),
        }
    }
    let parts = merged.into_iter().filter_map(|(from, to)| data.get(from..to));
    let runs = parts.flat_map(|part| part.split(|byte| !(b' '..=b'~').contains(byte)));
    runs.filter_map(|run| std::str::from_utf8(run).ok()).filter(|run| run.len() >= 3).collect()
}

/// The words that may lie in one run of letters.
fn of_run(run: &str, dictionary: &mut Dictionary) {
    for piece in run.split(|c: char| c.is_whitespace() || "\"'`{}()[]<>=;,|\\".contains(c)) {
        let mut rest = piece;
        while let Some(at) = rest.find("custom:") {
            let (before, from) = rest.split_at(at);
            of_piece(before, dictionary);
            rest = attribute(from, dictionary);
        }
        of_piece(rest, dictionary);
    }
}

/// Adds the attributes that a piece may begin with, and gives back what is behind the longest name.
fn attribute<'a>(piece: &'a str, dictionary: &mut Dictionary) -> &'a str {
    let prefix = "custom:".len();
    let name = piece.get(prefix..).unwrap_or_default();
    let length =
        name.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(name.len());
    for end in (2..=length.min(20)).rev() {
        dictionary.add(piece.get(..prefix + end).unwrap_or_default(), &[(Kind::Attribute, Likely::Perhaps)]);
    }
    piece.get(prefix + length.min(20)..).unwrap_or_default()
}

/// A piece as a whole, and the parts that a change of case or a colon sets apart.
fn of_piece(piece: &str, dictionary: &mut Dictionary) {
    if piece.len() <= LONGEST_WORD {
        add(piece, dictionary);
    }
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in piece.char_indices() {
        if before.is_ascii_lowercase() && c.is_ascii_uppercase() {
            add(piece.get(start..at).unwrap_or_default(), dictionary);
            start = at;
        }
        before = c;
    }
    if start > 0 {
        add(piece.get(start..).unwrap_or_default(), dictionary);
    }
}

const LONGEST_WORD: usize = 40;

fn add(word: &str, dictionary: &mut Dictionary) {
    if word.len() >= 3 && word.len() <= LONGEST_WORD {
        dictionary.add(word, &shape::kinds(word));
    }
}
