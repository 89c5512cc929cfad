use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::answers::of_answers;
use super::binary;
use super::meaning::Meanings;
use super::reader::{Language, Reader};
use crate::generate::Dictionary;
use crate::target::TargetSpec;

/// What was read of a trigger before it was called.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The words.
    pub dictionary: Dictionary,
    /// The files that they are from, the handler's own first, as paths from its folder.
    pub files: Vec<String>,
    /// How many of the words only the answers have.
    pub from_answers: usize,
    /// The file that should have been read, and could not be.
    pub unread: Option<Unread>,
}

/// A file of the trigger that could not be read for its words, and why. This never ends a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
}

impl Gathered {
    /// Adds the words of the trigger's answers (see [`of_answers`]).
    pub fn answered<'a>(&mut self, answers: impl IntoIterator<Item = (&'a Value, &'a Value)>) {
        let before = self.dictionary.words();
        self.dictionary.extend(&of_answers(answers));
        self.from_answers = self.dictionary.words() - before;
    }
}

/// As a sentence of a report's notes.
impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` was not read for words to try, so the random cases are made of general ones: {}",
            self.file.display(),
            self.reason
        )
    }
}

/// The words of a trigger's source, or of its program's read-only data. An address or a command tells none.
pub fn of_target(spec: &TargetSpec) -> Gathered {
    match spec {
        TargetSpec::Python(source) => of_source(&source.file, Language::Python),
        TargetSpec::Node(source) => of_source(&source.file, Language::JavaScript),
        TargetSpec::Executable(path) => of_executable(path),
        TargetSpec::Http(_) | TargetSpec::Command(..) => Gathered::default(),
    }
}

/// The words of one source text; the name's ending tells the language. Its imports are not followed.
///
/// ```
/// use pretoken::dictionary::of_text;
/// use pretoken::generate::Kind;
/// let dictionary = of_text("app.py", "if 'auditors' in groups and attributes['custom:plan'] == 'gold': ...");
/// assert!(dictionary.of(Kind::Group).iter().any(|word| *word == "auditors"));
/// assert!(dictionary.pairs().iter().any(|(name, value)| *name == "custom:plan" && *value == "gold"));
/// ```
pub fn of_text(name: &str, source: &str) -> Dictionary {
    let Some(language) = Language::of(Path::new(name)) else { return Dictionary::default() };
    Meanings::of(&[language.tokens(source)])
}

fn of_source(file: &Path, language: Language) -> Gathered {
    match Reader::read(file, language) {
        Ok((dictionary, files)) => Gathered { dictionary, files, ..Gathered::default() },
        Err(error) => unread(file, &error),
    }
}

/// A program, or a script that names its language in its first line.
fn of_executable(path: &Path) -> Gathered {
    let length = fs::metadata(path).map(|metadata| metadata.len());
    let data = match length {
        Ok(length) if length > binary::MOST_BYTES => {
            return unread(path, &format!("it is larger than {} MiB", binary::MOST_BYTES >> 20));
        }
        Ok(_) => fs::read(path),
        Err(error) => Err(error),
    };
    let data = match data {
        Ok(data) => data,
        Err(error) => return unread(path, &error),
    };
    if data.starts_with(b"#!") {
        let line: Vec<u8> = data.iter().copied().take_while(|byte| *byte != b'\n').collect();
        let line = String::from_utf8_lossy(&line).into_owned();
        return match line {
            _ if line.contains("python") => of_source(path, Language::Python),
            _ if line.contains("node") => of_source(path, Language::JavaScript),
            _ => Gathered::default(),
        };
    }
    match binary::words(&data) {
        Ok(dictionary) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Gathered { dictionary, files: vec![name], ..Gathered::default() }
        }
        Err(reason) => unread(path, &reason),
    }
}

fn unread(file: &Path, reason: &dyn fmt::Display) -> Gathered {
    let unread = Unread { file: file.to_owned(), reason: reason.to_string() };
    Gathered { unread: Some(unread), ..Gathered::default() }
}
