//! From the command to the verdict, for the examples as people have them who copied their folders.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::emulators::SignIn;
use crate::print::Line;
use crate::rounds::Spread;
use crate::row::{Figure, Row};
use crate::run::{copied, pretoken};
use crate::tools::{NODE, Needed, PYTHON, RUST, npm_install};

const ROUNDS: usize = 3;

/// A trigger, as somebody checks it.
struct Example {
    name: &'static str,
    folder: Needed<PathBuf>,
    target: String,
    /// Whether it is for version 1, and for that alone.
    first: bool,
}

pub(crate) fn lines(sign_ins: &[SignIn]) -> Vec<Line> {
    let mut lines = vec![Line::Heading(
        "Command to verdict: `pretoken check FILE` with what it does by default; medians of 3 rounds; beside, what as many sign-ins would take",
    )];
    for example in examples() {
        lines.push(match &example.folder {
            Ok(folder) => row(&example, folder, sign_ins).into(),
            Err(why) => Line::LeftOut(format!("{}: {why}", example.name)),
        });
    }
    lines
}

fn row(example: &Example, folder: &Path, sign_ins: &[SignIn]) -> Row {
    let mut cases = 0;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let run = pretoken(folder, &["check", &example.target, "--format", "json"]);
        rounds.push(started.elapsed().as_secs_f64());
        run.ends_with(0);
        cases = run.json()["cases"]["total"].as_u64().unwrap();
    }
    let row = Row::new(format!("{}, {cases} cases", example.name), Figure::of(Spread::of(rounds), "s"));
    let sign_in = sign_ins.iter().find(|sign_in| sign_in.is_first() == example.first);
    match sign_in {
        Some(sign_in) => {
            let seconds = sign_in.took.median / 1_000.0 * cases as f64;
            row.instead_of(format!("as many in {}", sign_in.emulator), Figure::new(seconds, "s"))
        }
        None => row,
    }
}

fn examples() -> Vec<Example> {
    let amplify = NODE.as_ref().map_err(Clone::clone).and_then(|_| {
        let installed = |folder: &Path| {
            if folder.join("node_modules").exists() { Ok(()) } else { npm_install(folder, &[]) }
        };
        Ok(copied("amplify-typescript", installed)?.join("amplify/functions"))
    });
    let plain = NODE.as_ref().map_err(Clone::clone).and_then(|_| copied("node-plain", |_| Ok(())));
    let powertools = |name| copied(name, with_virtual_environment);
    let rust = RUST.as_ref().map_err(Clone::clone);
    let example = |name, folder, target: &str, first| Example { name, folder, target: target.to_owned(), first };
    vec![
        example("powertools-python", powertools("powertools-python"), "app.py", true),
        example("powertools-python-main", powertools("powertools-python-main"), "app.py", true),
        example("amplify-typescript, version 1", amplify.clone(), "pre-token-generation/handler.ts", true),
        example("amplify-typescript, version 2", amplify, "pre-token-generation-v2/handler.ts", false),
        example("node-plain", plain, "index.mjs", false),
        Example {
            name: "rust-bootstrap",
            target: rust.as_ref().map(|file| file.display().to_string()).unwrap_or_default(),
            folder: rust.map(|_| PathBuf::from("/")),
            first: false,
        },
    ]
}

/// The environment in which the example's requirements are installed, where a person has it.
fn with_virtual_environment(folder: &Path) -> Result<(), String> {
    let python = PYTHON.as_ref().map_err(Clone::clone)?;
    let environment = folder.join(".venv");
    let original = python.parent().and_then(Path::parent).ok_or("Python lies in no environment")?;
    if environment.exists() {
        return Ok(());
    }
    symlink(original, &environment).map_err(|error| format!("{}: {error}", environment.display()))
}
