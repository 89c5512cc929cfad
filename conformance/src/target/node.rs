use std::path::Path;

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
    let arguments = ["--input-type=module", "--eval", LOADER, "--"].map(Into::into);
    Ok(Launch {
        display: display.to_owned(),
        arguments: arguments.into_iter().chain([file.clone().into(), handler.clone().into()]).collect(),
        handler: format!("{}.{handler}", file.file_stem().unwrap_or_default().to_string_lossy()),
        program,
        next_steps: vec![(
            "Runtime.ImportModuleError",
            format!("install what is missing with `npm install` in `{}`, or correct the import", folder.display()),
        )],
        folder,
    })
}
