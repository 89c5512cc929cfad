use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::DeTable;

use super::members::MEMBERS;
use super::pool::NamedFile;
use super::reading::{Reading, Table};
use super::run::TargetWords;
use super::source::{ConfigError, Mistake, Source};
use crate::engine::{Allowance, Date, Seed};
use crate::rules::{Expectations, Level};
use crate::situation::EventVersion;
use crate::target::{SpecError, TargetSpec};

/// The name that a configuration file has when nobody names another.
pub const FILE: &str = "pretoken.toml";

/// What a configuration file says; what it leaves out is `None` or empty.
///
/// ```
/// use pretoken::config::Config;
/// let config = Config::parse("cases = 200\nevent-versions = [2]", "pretoken.toml".as_ref()).unwrap();
/// assert_eq!(config.cases, Some(200));
///
/// let error = Config::parse("casse = 200", "pretoken.toml".as_ref()).unwrap_err();
/// assert!(error.to_string().contains("`casse` is no key here; did you mean `cases`?"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The event versions to call the trigger with; `None` for those that its answers tell.
    pub event_versions: Option<Vec<EventVersion>>,
    /// How many random cases there are.
    pub cases: Option<u64>,
    /// What they are drawn from.
    pub seed: Option<Seed>,
    /// How many copies of the trigger work side by side.
    pub jobs: Option<NonZeroUsize>,
    /// How long the trigger may take for an event.
    pub timeout: Option<Duration>,
    /// The level from which on a finding fails the check.
    pub deny: Option<Level>,
    /// The folder of saved counterexamples.
    pub saved: Option<PathBuf>,
    /// Findings that are known and allowed.
    pub allowances: Vec<Allowance>,
    /// What the trigger does on purpose.
    pub expectations: Expectations,
    pub(super) target: Option<TargetWords>,
    pub(super) pool: Vec<NamedFile>,
    /// The file's folder, where relative paths start; empty for the working directory.
    folder: PathBuf,
    pub(super) source: Source,
}

impl Config {
    /// Reads the file that is named, or else `pretoken.toml` in the working directory, if it is there.
    ///
    /// Folders further up are not searched: what a command does should show in the folder it is called in, and a
    /// repository may well hold several triggers, each with a file of its own.
    ///
    /// # Errors
    ///
    /// The file that is named is not there or cannot be read, or says what nobody understands.
    pub fn find(named: Option<&Path>) -> Result<Self, ConfigError> {
        let file = named.unwrap_or_else(|| Path::new(FILE));
        match fs::read_to_string(file) {
            Ok(text) => Self::parse(&text, file),
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Ok(Self::default()),
            Err(error) => Err(ConfigError::Unreadable { file: file.to_owned(), why: error.to_string() }),
        }
    }

    /// Reads the text of a file. Relative paths in it start at the file's folder.
    ///
    /// # Errors
    ///
    /// All mistakes of the file, each with its line and column.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        Self::parse_on(Date::today(), text, file).map(|(config, _)| config)
    }

    /// Reads the text as if it were that day; gives back every key that there is, too.
    pub(super) fn parse_on(today: Date, text: &str, file: &Path) -> Result<(Self, BTreeSet<String>), ConfigError> {
        let source = Source { name: file.display().to_string(), text: text.to_owned() };
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        let document = DeTable::parse(text).map_err(|error| {
            let message = format!("this is no TOML: {}", error.message().replace('\n', ", "));
            source.error(vec![Mistake { message, span: error.span().unwrap_or_default() }])
        })?;
        let mut config = Self { folder: folder.clone(), ..Self::default() };
        let reading = Reading::new(&source, folder, today);
        Table::root(&reading, &document, |table| {
            for member in MEMBERS {
                if let Some(field) = table.field(member.key) {
                    (member.read)(&field, &mut config);
                }
            }
        });
        let (mistakes, known) = reading.finish();
        if mistakes.is_empty() {
            config.source = source;
            return Ok((config, known));
        }
        Err(source.error(mistakes))
    }

    /// The trigger that the file names.
    ///
    /// # Errors
    ///
    /// There is no such trigger.
    pub fn target(&self) -> Result<Option<TargetSpec>, ConfigError> {
        let Some(target) = &self.target else { return Ok(None) };
        let spec = if target.is_command {
            TargetSpec::command(&target.words)
        } else {
            // An address stays as it is; joined to an absolute path, the folder has no say.
            let in_folder = target.words.iter().map(|word| match word.to_str() {
                Some(text) if text.contains("://") => word.clone(),
                _ => self.folder.join(word).into_os_string(),
            });
            TargetSpec::parse(&in_folder.collect::<Vec<_>>())
        };
        let wrong = |error: SpecError| {
            self.source.error(vec![Mistake { message: error.to_string(), span: target.span.clone() }])
        };
        spec.map(Some).map_err(wrong)
    }

    /// The folder that a command starts in, unless that is the working directory.
    pub fn folder(&self) -> Option<&Path> {
        (!self.folder.as_os_str().is_empty()).then_some(&*self.folder)
    }

    /// The file's name, as the person knows it.
    pub fn name(&self) -> &str {
        if self.source.name.is_empty() { FILE } else { &self.source.name }
    }
}
