use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::meaning::Meanings;
use super::token::Token;
use super::{javascript, python};
use crate::generate::Dictionary;

/// A language whose constants can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Python,
    /// TypeScript and JSON too.
    JavaScript,
}

impl Language {
    /// The language of a file, by its name.
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension().and_then(OsStr::to_str)? {
            "py" => Some(Self::Python),
            "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "json" => Some(Self::JavaScript),
            _ => None,
        }
    }

    pub(super) fn tokens(self, source: &str) -> Vec<Token> {
        match self {
            Self::Python => python::tokens(source),
            Self::JavaScript => javascript::tokens(source),
        }
    }
}

/// Reads a source and what it imports, as far as that lies in the same folder: libraries are not the trigger's own words.
pub(super) struct Reader {
    /// The folder, without symbolic links: what lies outside is not read, whatever way leads there.
    folder: PathBuf,
    /// What was read, what is imported before what imports it.
    sources: Vec<Vec<Token>>,
    seen: HashSet<PathBuf>,
    files: Vec<String>,
    /// How many bytes may still be read.
    room: u64,
}

/// Far more than triggers have; a bundle with its libraries in it is larger, and says little.
const FILES: usize = 64;
const FILE_BYTES: u64 = 1 << 20;
const ALL_BYTES: u64 = 4 << 20;

impl Reader {
    /// Reads a handler's file. What it imports is read as far as it can be.
    pub(super) fn read(file: &Path, language: Language) -> io::Result<(Dictionary, Vec<String>)> {
        let path = fs::canonicalize(file)?;
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let room = ALL_BYTES;
        let mut reader = Self { folder, sources: Vec::new(), seen: HashSet::new(), files: Vec::new(), room };
        reader.file(&path, language)?;
        reader.files.reverse();
        Ok((Meanings::of(&reader.sources), reader.files))
    }

    fn file(&mut self, path: &Path, language: Language) -> io::Result<()> {
        self.seen.insert(path.to_owned());
        let length = fs::metadata(path)?.len();
        if length > FILE_BYTES.min(self.room) {
            return Err(io::Error::other(format!("it is larger than {} KiB", FILE_BYTES.min(self.room) >> 10)));
        }
        self.room -= length;
        // What is no UTF-8 is another character: its word will be wrong, the others right.
        let source = String::from_utf8_lossy(&fs::read(path)?).into_owned();
        let tokens = language.tokens(&source);
        for import in imports(language, &tokens) {
            self.import(path, &import);
        }
        self.sources.push(tokens);
        self.files.push(path.strip_prefix(&self.folder).unwrap_or(path).display().to_string());
        Ok(())
    }

    /// Reads a file that another one imports; one that cannot be read is left out.
    fn import(&mut self, from: &Path, import: &Import) {
        let beside = from.parent().unwrap_or(&self.folder).to_owned();
        for candidate in import.candidates(&beside, &self.folder) {
            let Ok(path) = fs::canonicalize(&candidate) else { continue };
            let Some(language) = Language::of(&path).filter(|_| path.is_file()) else { continue };
            if path.starts_with(&self.folder) && !self.seen.contains(&path) && self.seen.len() < FILES {
                // Nothing is lost but its words, and the person named another file.
                let _ = self.file(&path, language);
            }
            return;
        }
    }
}

/// What a source asks for by name.
#[derive(Clone, Debug, PartialEq)]
enum Import {
    /// A path, such as `./words.mjs` or `policy.json`.
    Path(String),
    /// A Python module, and how many dots stand before it.
    Module(usize, Vec<String>),
}

impl Import {
    /// The files that may be meant, the likeliest first.
    fn candidates(&self, beside: &Path, folder: &Path) -> Vec<PathBuf> {
        match self {
            Self::Path(path) => {
                let whole = beside.join(path);
                let mut all = vec![whole.clone()];
                // TypeScript imports `./words.js` and means `words.ts`; others leave the ending out.
                for ending in ["ts", "mts", "cts", "js", "mjs", "cjs", "json"] {
                    all.push(with_ending(&whole, ending));
                    all.push(whole.with_extension(ending));
                    all.push(whole.join("index").with_extension(ending));
                }
                all
            }
            Self::Module(dots, names) => {
                let mut base = if *dots == 0 { folder.to_owned() } else { beside.to_owned() };
                for _ in 1..*dots {
                    base.pop();
                }
                let path = names.iter().fold(base, |path, name| path.join(name));
                vec![with_ending(&path, "py"), path.join("__init__.py")]
            }
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

fn imports(language: Language, tokens: &[Token]) -> Vec<Import> {
    let mut imports = Vec::new();
    for statement in tokens.split(|token| *token == Token::End) {
        if language == Language::Python {
            python_imports(statement, &mut imports);
        }
        for (index, text) in statement.iter().enumerate().filter_map(|(index, token)| Some((index, token.text()?))) {
            let before = |steps: usize| index.checked_sub(steps).and_then(|index| statement.get(index));
            let is_named = [1, 2]
                .into_iter()
                .any(|steps| matches!(before(steps).and_then(Token::name), Some("from" | "import" | "require")));
            let is_script = language == Language::JavaScript && is_named && text.starts_with('.');
            // Tables of words are kept as data, too.
            if is_script || text.ends_with(".json") {
                imports.push(Import::Path(text.to_owned()));
            }
        }
    }
    imports
}

/// `import a.b, c`, `from a.b import c`, `from . import c`, `from ..a import b`.
fn python_imports(statement: &[Token], imports: &mut Vec<Import>) {
    let (first, rest) = match statement.split_first() {
        Some((Token::Name(first), rest)) if first == "from" || first == "import" => (first.as_str(), rest),
        _ => return,
    };
    if first == "import" {
        imports.extend(rest.split(|token| token.is(",")).map(|module| Import::Module(0, path(module))));
        return;
    }
    let end = rest.iter().position(|token| token.name() == Some("import")).unwrap_or(rest.len());
    let (module, names) = rest.split_at(end);
    let dots = module.iter().map(|token| if token.is("...") { 3 } else { usize::from(token.is(".")) });
    let module_path = path(module);
    let leading = dots.sum::<usize>().saturating_sub(module_path.len().saturating_sub(1));
    for name in names.iter().skip(1).filter_map(Token::name) {
        // Either may be the file: `from words import ADMINS`, `from . import words`.
        imports.push(Import::Module(leading, module_path.iter().cloned().chain([name.to_owned()]).collect()));
    }
    if !module_path.is_empty() {
        imports.push(Import::Module(leading, module_path));
    }
}

/// The names of a dotted path, up to `as`.
fn path(tokens: &[Token]) -> Vec<String> {
    tokens.iter().filter_map(Token::name).take_while(|name| *name != "as").map(ToOwned::to_owned).collect()
}
