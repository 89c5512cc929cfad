use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use super::StartError;
use super::process::Launch;
use super::spec::{Source, absolute};

/// Runs the handler as Lambda's runtime for the Node version at hand does.
const LOADER: &str = include_str!("loaders/node.mjs");

/// How a JavaScript or TypeScript file is started.
pub(super) fn launch(source: &Source, chosen: Option<&Path>, display: &str) -> Result<Launch, StartError> {
    let file = absolute(&source.file)?;
    let folder = file.parent().unwrap_or(Path::new("/")).to_owned();
    let program = match chosen {
        // A bare name is looked for on the PATH; a path stays what it is from the handler's folder.
        Some(node) if node.components().count() > 1 => absolute(node)?,
        Some(node) => node.to_owned(),
        None => "node".into(),
    };
    let handler = source.handler.clone().unwrap_or_default();
    let loader = ["--input-type=module", "--eval", LOADER, "--"];
    let arguments = disabled(&program).into_iter().chain(loader).map(OsString::from);
    Ok(Launch {
        display: display.to_owned(),
        arguments: arguments.chain([file.clone().into(), handler.clone().into()]).collect(),
        handler: format!("{}.{handler}", file.file_stem().unwrap_or_default().to_string_lossy()),
        program,
        next_steps: vec![(
            "Runtime.ImportModuleError",
            format!("install what is missing with `npm install` in `{}`, or correct the import", folder.display()),
        )],
        folder,
    })
}

/// The options with which Lambda turns off what a version of Node would do by itself. `NODE_OPTIONS` can turn it on again, here as there.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-experimental-features>.
fn disabled(program: &Path) -> Vec<&'static str> {
    const REQUIRE: (&str, &str) = ("--experimental-require-module", "--no-experimental-require-module");
    const DETECT: (&str, &str) = ("--experimental-detect-module", "--no-experimental-detect-module");
    let options = match major(program) {
        Some(20) => vec![REQUIRE],
        Some(22) => vec![REQUIRE, DETECT],
        _ => Vec::new(),
    };
    let persons = env::var("NODE_OPTIONS").unwrap_or_default();
    let is_on = |on: &str| persons.split_whitespace().any(|option| option == on);
    options.into_iter().filter(|(on, _)| !is_on(on)).map(|(_, off)| off).collect()
}

/// The version's first number. A Node that cannot be asked cannot be started either, which is said then.
fn major(program: &Path) -> Option<u32> {
    let version = Command::new(program).arg("--version").output().ok()?.stdout;
    String::from_utf8(version).ok()?.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}
