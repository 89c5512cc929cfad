use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use tempfile::NamedTempFile;

use super::streams::{Failure, Streams};
use crate::report::{FORMATS, Format, Report, listed};

/// `--format` and `--output`: how and where the report is written, as often as people like.
///
/// Each `--output` belongs to the `--format` right before it. One that has none before it, or one that has a file already,
/// belongs to the `--format` right after it.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    /// Both options in the order in which they were given.
    given: Vec<Given>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Given {
    /// A format's name.
    Format(&'static str),
    /// A file, or `-` for standard output.
    Output(PathBuf),
}

/// Places that can be written, as far as that is known before the run.
#[derive(Debug)]
pub(super) struct Opened(Vec<(&'static Format, Place)>);

#[derive(Debug)]
enum Place {
    Stdout,
    /// A file that comes into being, or is replaced, once its report is whole.
    File {
        named: PathBuf,
        real: PathBuf,
    },
    /// A pipe, a terminal or `/dev/null`.
    Device {
        named: PathBuf,
        open: File,
    },
}

const FORMAT_HELP: &str =
    "How to write the report; with an `--output` for each but one, it can be repeated [default: human]";
const OUTPUT_HELP: &str = "Write the report to this file, not to standard output; it belongs to the `--format` before it, or else to the one after it";

/// Derived arguments know nothing of the order in which two options alternate.
impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let format = Arg::new("format").long("format").value_name("FORMAT").help(FORMAT_HELP);
        let output = Arg::new("output").long("output").value_name("FILE").help(OUTPUT_HELP);
        command
            .arg(format.action(ArgAction::Append).value_parser(names()))
            .arg(output.action(ArgAction::Append).value_parser(value_parser!(PathBuf)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Reads a format's name, and names all of them in the help.
fn names() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about)))
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let formats = matches.get_many::<String>("format").into_iter().flatten();
        let formats = formats.filter_map(|name| Format::find(name)).map(|format| Given::Format(format.name));
        let files = matches.get_many::<PathBuf>("output").into_iter().flatten().cloned().map(Given::Output);
        let mut given: Vec<_> = places("format").zip(formats).chain(places("output").zip(files)).collect();
        given.sort_by_key(|(place, _)| *place);
        Ok(Self { given: given.into_iter().map(|(_, given)| given).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Outputs {
    /// Finds out before the run what cannot be meant or cannot be written.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let pairs = paired(&self.given).map_err(Failure::Usage)?;
        let mut opened: Vec<(&'static Format, Place)> = Vec::new();
        for (name, file) in pairs {
            let Some(format) = Format::find(name) else { continue };
            let place = match file {
                Some(file) if file.as_os_str() != "-" => {
                    Place::open(file).map_err(|error| Failure::Usage(unwritable(file, &error)))?
                }
                _ => Place::Stdout,
            };
            if let Some((other, _)) = opened.iter().find(|(_, other)| other.is_same(&place)) {
                return Err(Failure::Usage(format!(
                    "`{}` and `{name}` would both go to {}; give each an `--output` of its own",
                    other.name,
                    place.name()
                )));
            }
            opened.push((format, place));
        }
        Ok(Opened(opened))
    }
}

impl Opened {
    /// Writes the report to every place. One that fails keeps none of the others from theirs.
    pub(super) fn write(&self, report: &Report, streams: &mut Streams) -> Result<(), Failure> {
        self.write_those(report, streams, |_, _| true)
    }

    /// Writes the report of a run that never began. People at a terminal are told otherwise; a file is written, so that
    /// nobody takes the last run's for this one's.
    pub(super) fn write_without_run(&self, report: &Report, streams: &mut Streams) -> Result<(), Failure> {
        self.write_those(report, streams, |format, place| format.for_programs || !matches!(place, Place::Stdout))
    }

    fn write_those(
        &self,
        report: &Report,
        streams: &mut Streams,
        wanted: fn(&Format, &Place) -> bool,
    ) -> Result<(), Failure> {
        let mut ended = Ok(());
        let mut written = Vec::new();
        for (format, place) in self.0.iter().filter(|(format, place)| wanted(format, place)) {
            match place.write(report, format, streams) {
                Ok(()) if matches!(place, Place::Stdout) => {}
                Ok(()) => written.push(place.name()),
                // That nobody reads standard output any more matters less than a file that is missing.
                Err(failure) if matches!(ended, Ok(()) | Err(Failure::Closed)) => ended = Err(failure),
                Err(_) => {}
            }
        }
        if !written.is_empty() {
            let files = listed(&written.iter().map(String::as_str).collect::<Vec<_>>());
            let _ = writeln!(streams.err(), "{}: the report is in {files}", report.verdict.label());
        }
        ended
    }
}

/// Which output belongs to which format, in the order of the formats.
fn paired(given: &[Given]) -> Result<Vec<(&'static str, Option<&Path>)>, String> {
    let mut pairs: Vec<(&'static str, Option<&Path>)> = Vec::new();
    let mut waiting: Option<&Path> = None;
    for given in given {
        match given {
            Given::Format(name) => pairs.push((name, waiting.take())),
            Given::Output(file) => match (pairs.last_mut(), waiting) {
                (_, Some(other)) => return Err(homeless(other)),
                (Some((_, free @ None)), None) => *free = Some(file),
                _ => waiting = Some(file),
            },
        }
    }
    match (pairs.as_slice(), waiting) {
        ([], file) => Ok(vec![(FORMATS.first().map_or("human", |format| format.name), file)]),
        (_, Some(file)) => Err(homeless(file)),
        (_, None) => Ok(pairs),
    }
}

fn homeless(file: &Path) -> String {
    format!("`--output {0}` has no `--format` of its own; write `--format FORMAT --output {0}`", file.display())
}

impl Place {
    /// Looks whether the file can be written, without touching what is in it.
    fn open(file: &Path) -> io::Result<Self> {
        let named = file.to_owned();
        match fs::metadata(file) {
            Ok(there) if there.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            Ok(there) if there.is_file() => {
                OpenOptions::new().append(true).open(file)?;
                // A link stays one, and what it leads to is replaced.
                let real = fs::canonicalize(file)?;
                beside(&real)?;
                Ok(Self::File { named, real })
            }
            Ok(_) => Ok(Self::Device { named, open: OpenOptions::new().write(true).open(file)? }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let name = file.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
                let no_folder = |_| io::Error::other(format!("there is no folder `{}`", folder(file).display()));
                let real = fs::canonicalize(folder(file)).map_err(no_folder)?.join(name);
                beside(&real)?;
                Ok(Self::File { named, real })
            }
            Err(error) => Err(error),
        }
    }

    fn write(&self, report: &Report, format: &Format, streams: &mut Streams) -> Result<(), Failure> {
        let text = || anstream::adapter::strip_str(&(format.render)(report, FILE_WIDTH)).to_string();
        match self {
            Self::Stdout => {
                streams.write(&(format.render)(report, streams.width))?;
                streams.finish()
            }
            Self::Device { named, open } => {
                let mut open = open;
                open.write_all(text().as_bytes()).map_err(|error| Failure::NoVerdict(unwritable(named, &error)))
            }
            Self::File { named, real } => {
                replace(real, &text()).map_err(|error| Failure::NoVerdict(unwritable(named, &error)))
            }
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Stdout, Self::Stdout) => true,
            (Self::File { real, .. }, Self::File { real: other, .. }) => real == other,
            _ => false,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".to_owned(),
            Self::File { named, .. } | Self::Device { named, .. } => format!("`{}`", named.display()),
        }
    }
}

/// The columns of a file.
const FILE_WIDTH: usize = 80;

/// Writes a file whole or not at all: a reader never finds half a report.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut new = beside(file)?;
    new.write_all(text.as_bytes())?;
    if let Ok(there) = fs::metadata(file) {
        new.as_file().set_permissions(there.permissions())?;
    }
    new.persist(file)?;
    Ok(())
}

/// A new file in the same folder, which is gone again unless it takes the file's place.
fn beside(file: &Path) -> io::Result<NamedTempFile> {
    let mut new = tempfile::Builder::new();
    new.prefix(".pretoken-");
    #[cfg(unix)]
    // Reports are no secrets: they may be read by whom the umask lets.
    new.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    new.tempfile_in(folder(file))
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritable(file: &Path, error: &io::Error) -> String {
    format!("`{}` cannot be written: {error}", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formats and their files for a command line of formats and, with a dot in them, files.
    fn read(words: &str) -> Result<Vec<(&'static str, Option<String>)>, String> {
        let mut arguments = vec!["check"];
        for word in words.split_whitespace() {
            arguments.extend([if word.contains('.') { "--output" } else { "--format" }, word]);
        }
        let matches = Outputs::augment_args(Command::new("check")).get_matches_from(arguments);
        let outputs = Outputs::from_arg_matches(&matches).unwrap();
        let pairs = paired(&outputs.given)?;
        Ok(pairs.into_iter().map(|(name, file)| (name, file.map(|file| file.display().to_string()))).collect())
    }

    #[test]
    fn an_output_belongs_to_the_format_before_it_or_else_to_the_one_after_it() {
        for (words, expected) in [
            ("", &[("human", None)][..]),
            ("json", &[("json", None)]),
            ("a.txt", &[("human", Some("a.txt"))]),
            ("junit a.xml", &[("junit", Some("a.xml"))]),
            ("a.xml junit", &[("junit", Some("a.xml"))]),
            ("junit a.xml human", &[("junit", Some("a.xml")), ("human", None)]),
            ("human junit a.xml", &[("human", None), ("junit", Some("a.xml"))]),
            ("a.xml junit human", &[("junit", Some("a.xml")), ("human", None)]),
            ("junit a.xml sarif b.sarif", &[("junit", Some("a.xml")), ("sarif", Some("b.sarif"))]),
            ("a.xml junit b.sarif sarif", &[("junit", Some("a.xml")), ("sarif", Some("b.sarif"))]),
            ("json a.json json b.json human", &[("json", Some("a.json")), ("json", Some("b.json")), ("human", None)]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(name, file)| (*name, file.map(str::to_owned))).collect();
            assert_eq!(read(words), Ok(expected), "{words}");
        }
    }

    #[test]
    fn an_output_without_a_format_of_its_own_is_an_error_that_says_what_to_do() {
        for (words, file) in [
            ("a.txt b.txt", "a.txt"),
            ("junit a.xml b.txt", "b.txt"),
            ("a.xml junit b.txt", "b.txt"),
            ("a.xml b.txt junit", "a.xml"),
        ] {
            let error = read(words).unwrap_err();
            assert!(error.ends_with(&format!("write `--format FORMAT --output {file}`")), "{words}: {error}");
        }
    }

    #[test]
    fn what_is_replaced_is_replaced_whole_and_keeps_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.txt");
        fs::write(&file, "a longer text than the next").unwrap();
        let mut rights = fs::metadata(&file).unwrap().permissions();
        #[cfg(unix)]
        std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o640);
        fs::set_permissions(&file, rights).unwrap();
        let rights = fs::metadata(&file).unwrap().permissions();
        assert!(matches!(Place::open(&file), Ok(Place::File { .. })));
        assert_eq!(fs::read_to_string(&file).unwrap(), "a longer text than the next");
        replace(&file, "short").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "short");
        assert_eq!(fs::metadata(&file).unwrap().permissions(), rights);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_two_names_of_one_file_are_the_same_place() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("report.txt"), folder.path().join("link"));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let (one, other) = (Place::open(&file).unwrap(), Place::open(&link).unwrap());
        assert!(one.is_same(&other));
        let Place::File { real, .. } = other else { panic!("{other:?}") };
        replace(&real, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&link).unwrap(), "new");
    }
}
