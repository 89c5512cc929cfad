use std::env;
use std::path::{Path, PathBuf};

use super::StartError;
use super::process::Launch;
use super::spec::{Source, absolute};

/// Runs the handler: through `awslambdaric` where the chosen Python has it, else by itself.
const LOADER: &str = include_str!("loaders/python.py");

/// How a Python file is started.
pub(super) fn launch(source: &Source, chosen: Option<&Path>, display: &str) -> Result<Launch, StartError> {
    let file = absolute(&source.file)?;
    let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
    let program = match chosen {
        Some(python) => given(python)?,
        None => find(&folder),
    };
    let requirements = folder.join("requirements.txt");
    let handler = source.handler.clone().unwrap_or_default();
    Ok(Launch {
        display: display.to_owned(),
        arguments: vec!["-c".into(), LOADER.into(), file.clone().into(), handler.clone().into()],
        handler: format!("{}.{handler}", file.file_stem().unwrap_or_default().to_string_lossy()),
        folder,
        next_steps: vec![
            (
                "Runtime.ImportModuleError",
                format!(
                    "install what is missing with `{} -m pip install {}`, or choose another Python with `--python`",
                    program.display(),
                    if requirements.is_file() { format!("-r {}", requirements.display()) } else { "…".to_owned() },
                ),
            ),
            (
                "Runtime.UserCodeSyntaxError",
                format!("`{}` reads the file; another is chosen with `--python`", program.display()),
            ),
        ],
        program,
    })
}

/// The active virtual environment, else the nearest one upwards of the file, else `python3`.
fn find(folder: &Path) -> PathBuf {
    let active = env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let near = folder.ancestors().flat_map(|folder| [folder.join(".venv"), folder.join("venv")]);
    active.into_iter().chain(near).find_map(|environment| interpreter(&environment)).unwrap_or_else(|| SYSTEM.into())
}

#[cfg(unix)]
const SYSTEM: &str = "python3";
#[cfg(not(unix))]
const SYSTEM: &str = "python";

fn interpreter(environment: &Path) -> Option<PathBuf> {
    ["bin/python3", "bin/python", "Scripts/python.exe"]
        .iter()
        .map(|path| environment.join(path))
        .find(|path| path.is_file())
}

/// `--python` takes an interpreter, or the folder of a virtual environment.
fn given(python: &Path) -> Result<PathBuf, StartError> {
    if python.is_dir() {
        return interpreter(&absolute(python)?).ok_or_else(|| StartError {
            reason: format!(
                "`{}` is a folder without a Python; name a Python, or a virtual environment",
                python.display()
            ),
            output: Vec::new(),
        });
    }
    // A bare name is looked for on the PATH; a path stays what it is from the handler's folder.
    if python.components().count() > 1 { absolute(python) } else { Ok(python.to_owned()) }
}
