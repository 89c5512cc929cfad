use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::address::{Address, AddressError};
use super::process::{Launch, Limits, Processes};
use super::{Description, HttpTargets, StartError, Targets, node, python};

/// What the person asks to be tested: the command's TARGET, read.
///
/// | words | what it is |
/// |---|---|
/// | `app.py`, `app.py:lambda_handler` | a Python file, and the function in it |
/// | `index.mjs`, `handler.ts:handler` | a JavaScript or TypeScript file, and what it exports |
/// | `./bootstrap` | an executable that speaks the Lambda Runtime API (Rust, Go, C++ …) |
/// | `http://127.0.0.1:9000` | an address that takes Lambda invocations |
/// | `-- java -cp … Main` | any command that speaks the Lambda Runtime API |
///
/// A source file or an executable starts in its own folder, as on Lambda; a command starts where the person is.
///
/// ```
/// use pretoken::target::TargetSpec;
///
/// let spec = TargetSpec::parse(&["http://127.0.0.1:9000"]).unwrap();
/// assert_eq!(spec.to_string(), "http://127.0.0.1:9000");
/// let error = TargetSpec::parse(&["no/such/app.py"]).unwrap_err();
/// assert_eq!(error.to_string(), "there is no file `no/such/app.py`; check the path");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetSpec {
    /// A Python file, and the function in it.
    Python(Source),
    /// A JavaScript or TypeScript file, and the export in it.
    Node(Source),
    /// An executable that speaks the Lambda Runtime API.
    Executable(PathBuf),
    /// An address that takes Lambda invocations.
    Http(Address),
    /// A program and its arguments; it speaks the Lambda Runtime API.
    Command(OsString, Vec<OsString>),
}

/// A source file, and the handler in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub file: PathBuf,
    /// The handler; when it is not named, the one that fits.
    pub handler: Option<String>,
}

/// How a trigger is started, and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetOptions {
    /// From an event to its answer. Cognito waits for 5 seconds.
    pub timeout: Duration,
    /// From the start of a process to its first request. Lambda gives 10 seconds.
    pub start_timeout: Duration,
    /// The folder that a command starts in; `None` for the working directory.
    pub folder: Option<PathBuf>,
    /// The Python to use instead of the one that is found.
    pub python: Option<PathBuf>,
    /// The Node to use instead of the one on the PATH.
    pub node: Option<PathBuf>,
}

impl Default for TargetOptions {
    /// Cognito's and Lambda's limits.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            start_timeout: Duration::from_secs(10),
            folder: None,
            python: None,
            node: None,
        }
    }
}

/// Why words name no target.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecError {
    /// Nothing was named.
    #[error("no target is named; name a file, an executable, an address, or a command after `--`")]
    Nothing,
    /// More than one word, but no `--`.
    #[error("`{extra}` follows the target `{target}`; a command with arguments goes after `--`")]
    Extra {
        /// The first word.
        target: String,
        /// The second.
        extra: String,
    },
    /// No such file.
    #[error("there is no file `{}`; {}", path.display(), nearest.as_ref().map_or("check the path".to_owned(), |name| format!("did you mean `{name}`?")))]
    Missing {
        /// The path.
        path: PathBuf,
        /// A file beside it with a similar name.
        nearest: Option<String>,
    },
    /// A folder.
    #[error("`{}` is a folder; {}", path.display(), inside.as_ref().map_or("name the file in it that has the handler".to_owned(), |file| format!("name the file in it, such as `{file}`")))]
    Folder {
        /// The path.
        path: PathBuf,
        /// A file in it that may be meant.
        inside: Option<String>,
    },
    /// Source that is built first.
    #[error("`{}` is {language} source; build it and name the executable", path.display())]
    Source {
        /// The path.
        path: PathBuf,
        /// The language.
        language: &'static str,
    },
    /// A file that needs another program to run it.
    #[error("`{}` needs a runtime that speaks the Lambda Runtime API; name the command after `--`, as in `-- {example}`", path.display())]
    NeedsRuntime {
        /// The path.
        path: PathBuf,
        /// A command line of that kind.
        example: &'static str,
    },
    /// A file that is neither known source nor executable.
    #[error(
        "`{}` is not executable, and no source that is started here (.py, .js, .mjs, .cjs, .ts, .mts, .cts); make it executable \
         with `chmod +x`, or name a command that runs it after `--`",
        path.display()
    )]
    NotExecutable {
        /// The path.
        path: PathBuf,
    },
    /// An address that cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
}

impl TargetSpec {
    /// Reads the command's words: one TARGET, or `--` with a command.
    ///
    /// # Errors
    ///
    /// Says what cannot be a target, and what to write instead.
    pub fn parse<S: AsRef<OsStr>>(words: &[S]) -> Result<Self, SpecError> {
        let words: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            [] => Err(SpecError::Nothing),
            [dashes, command @ ..] if *dashes == "--" => Self::command(command),
            [target] => Self::single(target),
            [target, extra, ..] => Err(SpecError::Extra { target: text(target), extra: text(extra) }),
        }
    }

    /// Reads what follows `--`: a program and its arguments.
    ///
    /// # Errors
    ///
    /// There is no program.
    pub fn command<S: AsRef<OsStr>>(words: &[S]) -> Result<Self, SpecError> {
        let (program, arguments) = words.split_first().ok_or(SpecError::Nothing)?;
        Ok(Self::Command(program.as_ref().to_owned(), arguments.iter().map(|word| word.as_ref().to_owned()).collect()))
    }

    /// Makes the target ready to be started.
    ///
    /// # Errors
    ///
    /// What is needed to start it is not there: no Python, say.
    pub fn open(&self, options: &TargetOptions) -> Result<Box<dyn Targets>, StartError> {
        let description = self.description();
        let limits = Limits { answer: options.timeout, start: options.start_timeout };
        let launch = match self {
            Self::Http(address) => {
                return Ok(Box::new(HttpTargets::new(description, address.clone(), limits)));
            }
            Self::Python(source) => python::launch(source, options.python.as_deref(), &description.display)?,
            Self::Node(source) => node::launch(source, options.node.as_deref(), &description.display)?,
            Self::Executable(path) => executable(path, &description.display)?,
            Self::Command(program, arguments) => {
                let folder = options.folder.as_deref().unwrap_or(Path::new("."));
                command(program, arguments, folder, &description.display)?
            }
        };
        Ok(Box::new(Processes { description, launch, limits }))
    }

    /// Every kind.
    pub(crate) const KINDS: [&'static str; 5] = ["python", "node", "executable", "http", "command"];

    /// The kind of target, as the report names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Python(_) => "python",
            Self::Node(_) => "node",
            Self::Executable(_) => "executable",
            Self::Http(_) => "http",
            Self::Command(..) => "command",
        }
    }

    /// What the report says of it.
    pub fn description(&self) -> Description {
        let file = match self {
            Self::Python(Source { file, .. }) | Self::Node(Source { file, .. }) | Self::Executable(file) => Some(file),
            Self::Http(_) | Self::Command(..) => None,
        };
        Description { kind: self.kind(), display: self.to_string(), file: file.map(|file| from_here(file)) }
    }

    fn single(word: &OsStr) -> Result<Self, SpecError> {
        if let Some(address) = word.to_str().filter(|word| word.contains("://")) {
            return Ok(Self::Http(address.parse()?));
        }
        let (path, handler) = split(word);
        if path.is_dir() {
            return Err(SpecError::Folder { inside: likely_file(&path), path });
        }
        if !path.exists() {
            return Err(SpecError::Missing { nearest: nearest(&path), path });
        }
        let language = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        match language {
            "py" => Ok(Self::Python(Source { file: path, handler })),
            "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" => Ok(Self::Node(Source { file: path, handler })),
            "rs" => Err(SpecError::Source { path, language: "Rust" }),
            "go" => Err(SpecError::Source { path, language: "Go" }),
            "java" | "kt" => Err(SpecError::Source { path, language: "Java or Kotlin" }),
            "cs" => Err(SpecError::Source { path, language: "C#" }),
            "jar" => Err(SpecError::NeedsRuntime {
                path,
                example: "java -cp 'target/*' com.amazonaws.services.lambda.runtime.api.client.AWSLambda my.Handler::handleRequest",
            }),
            "dll" => Err(SpecError::NeedsRuntime { path, example: "dotnet bin/bootstrap.dll" }),
            "rb" => Err(SpecError::NeedsRuntime { path, example: "aws_lambda_ric app.handler" }),
            _ if is_executable(&path) => Ok(Self::Executable(path)),
            _ => Err(SpecError::NotExecutable { path }),
        }
    }
}

/// What the person wrote, or would write.
impl fmt::Display for TargetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Python(Source { file, handler }) | Self::Node(Source { file, handler }) => {
                write!(f, "{}", file.display())?;
                handler.as_ref().map_or(Ok(()), |handler| write!(f, ":{handler}"))
            }
            Self::Executable(path) => write!(f, "{}", path.display()),
            Self::Http(address) => write!(f, "{address}"),
            Self::Command(program, arguments) => {
                write!(f, "{}", text(program))?;
                arguments.iter().try_for_each(|argument| write!(f, " {}", text(argument)))
            }
        }
    }
}

/// `FILE:HANDLER`, unless a file has the whole of it as its name.
fn split(word: &OsStr) -> (PathBuf, Option<String>) {
    let whole = PathBuf::from(word);
    if whole.exists() {
        return (whole, None);
    }
    let Some((file, handler)) = word.to_str().and_then(|word| word.rsplit_once(':')) else { return (whole, None) };
    let is_name = !handler.is_empty() && !handler.contains(['/', '\\']);
    if is_name && !file.is_empty() { (file.into(), Some(handler.to_owned())) } else { (whole, None) }
}

/// The names under which people keep a handler.
pub(crate) const LIKELY: [&str; 9] = [
    "app.py",
    "lambda_function.py",
    "handler.py",
    "index.mjs",
    "index.js",
    "handler.ts",
    "index.ts",
    "handler.mjs",
    "bootstrap",
];

/// A file in a folder that is called as handlers are.
pub(crate) fn likely_file(folder: &Path) -> Option<String> {
    LIKELY.iter().map(|name| folder.join(name)).find(|path| path.is_file()).map(|path| path.display().to_string())
}

/// A file in the same folder whose name is nearly the one that is missing.
fn nearest(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let there = fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).ok()?;
    let (distance, name) = there
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .map(|name| (strsim::osa_distance(&name, wanted), name))
        .min()?;
    (distance <= 3 && distance < wanted.chars().count()).then(|| folder.join(name).display().to_string())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("exe"))
}

/// What to say of a program that ends, or says that it cannot start, before its first event.
fn no_client() -> Vec<(&'static str, String)> {
    vec![("", "a trigger's process asks for events at the address in AWS_LAMBDA_RUNTIME_API; is this one built with a Lambda runtime client?".to_owned())]
}

fn executable(path: &Path, display: &str) -> Result<Launch, StartError> {
    let program = absolute(path)?;
    let folder = program.parent().unwrap_or(Path::new("/")).to_owned();
    Ok(Launch {
        display: display.to_owned(),
        handler: path.file_name().map(text).unwrap_or_default(),
        program,
        arguments: Vec::new(),
        folder,
        next_steps: no_client(),
    })
}

fn command(program: &OsStr, arguments: &[OsString], folder: &Path, display: &str) -> Result<Launch, StartError> {
    let folder = absolute(folder)?;
    // A bare name is looked up on the PATH. Where a relative path starts differs from one system to the next.
    let is_path = Path::new(program).components().count() > 1;
    Ok(Launch {
        display: display.to_owned(),
        program: if is_path { folder.join(program) } else { program.into() },
        arguments: arguments.to_vec(),
        folder,
        handler: arguments.last().map(|word| text(word)).unwrap_or_default(),
        next_steps: no_client(),
    })
}

/// A path as it is from the working folder, with `/` between its folders: how CI names the files of a repository.
fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = path.strip_prefix(&here).unwrap_or(path);
    let plain: PathBuf = inside.components().filter(|part| *part != Component::CurDir).collect();
    let text = plain.to_string_lossy();
    if MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(MAIN_SEPARATOR, "/") }
}

/// A path that stays what it is when the process starts elsewhere.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, StartError> {
    std::path::absolute(path).map_err(|error| StartError {
        reason: format!("`{}` has no absolute path: {error}", path.display()),
        output: Vec::new(),
    })
}

fn text(word: &OsStr) -> String {
    word.to_string_lossy().into_owned()
}
