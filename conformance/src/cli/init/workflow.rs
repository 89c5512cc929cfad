use std::path::{Path, PathBuf};

use serde_json::json;

use crate::target::{Source, TargetSpec};

/// A workflow of GitHub Actions that checks the trigger, in a folder so far below the top of the repository.
pub(super) fn text(trigger: &TargetSpec, below: &Path) -> String {
    let mut text = String::from(HEAD);
    let folder = slashes(below);
    if !folder.is_empty() {
        // A JSON text is a YAML text.
        text.push_str(&format!("    defaults:\n      run:\n        working-directory: {}\n", json!(folder)));
    }
    text.push_str("    steps:\n      - uses: actions/checkout@v5\n");
    text.push_str(&runtime(trigger));
    text.push_str(CHECK);
    let at = if folder.is_empty() { folder } else { format!("{folder}/") };
    for file in ["pretoken.junit.xml", "pretoken.sarif", ".pretoken/"] {
        text.push_str(&format!("            {at}{file}\n"));
    }
    text.push_str(SHARDS);
    text
}

const HEAD: &str = "\
# Checks the pre token generation trigger before it is deployed: https://github.com/pretoken/pretoken
name: pretoken

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 20
";

/// Annotations go to the log, where GitHub reads them; the files are for whoever wants more.
const CHECK: &str = r"      - name: Install pretoken
        run: cargo install pretoken --locked
      - name: Check the trigger
        run: >-
          pretoken check --format github
          --format junit --output pretoken.junit.xml
          --format sarif --output pretoken.sarif
      - name: Keep the reports
        if: ${{ !cancelled() }}
        uses: actions/upload-artifact@v4
        with:
          name: pretoken
          include-hidden-files: true
          if-no-files-found: ignore
          path: |
";

const SHARDS: &str = r"
# A million cases go faster on several machines. Give the job
#     strategy:
#       matrix:
#         shard: [1, 2, 3]
# let it run
#     pretoken check --shard ${{ matrix.shard }}/3 --format json --output shard-${{ matrix.shard }}.json
# and keep that file; a job that needs this one then downloads all three, and makes one verdict of them:
#     pretoken merge shard-*.json --format github --format sarif --output pretoken.sarif
";

/// What the trigger needs to be started.
fn runtime(trigger: &TargetSpec) -> String {
    match trigger {
        TargetSpec::Python(source) => {
            let version = "      - uses: actions/setup-python@v6\n        with:\n          python-version: \"3.13\"\n";
            let file = beside(source, &["requirements.txt"]);
            let install = file.map(|file| format!("python -m pip install -r {}", quoted(&slashes(&file))));
            version.to_owned() + &step("Install what the trigger needs", install)
        }
        TargetSpec::Node(source) => {
            let version = "      - uses: actions/setup-node@v5\n        with:\n          node-version: \"22\"\n";
            let install = beside(source, &["package-lock.json", "package.json"]).map(|file| {
                let command = if file.ends_with("package.json") { "npm install" } else { "npm ci" };
                match file.parent().map(slashes).filter(|folder| !folder.is_empty()) {
                    Some(folder) => format!("{command} --prefix {}", quoted(&folder)),
                    None => command.to_owned(),
                }
            });
            version.to_owned() + &step("Install what the trigger needs", install)
        }
        TargetSpec::Executable(_) => {
            "      # Build the executable here, with a step such as:\n      # - run: cargo lambda build --release\n"
                .to_owned()
        }
        TargetSpec::Command(..) => {
            "      # Build the trigger here, with a step such as:\n      # - run: mvn --batch-mode package\n".to_owned()
        }
        TargetSpec::Http(_) => {
            "      # Start the trigger here, with a step such as:\n      # - run: cargo lambda watch &\n".to_owned()
        }
    }
}

/// A step that runs a command, as a block: there, no character has a meaning of its own.
fn step(name: &str, command: Option<String>) -> String {
    command.map(|command| format!("      - name: {name}\n        run: |\n          {command}\n")).unwrap_or_default()
}

/// The first of these files that is there, in the source's folder or else in this one.
fn beside(source: &Source, names: &[&str]) -> Option<PathBuf> {
    let folder = source.file.parent().unwrap_or(Path::new(""));
    let paths = [folder, Path::new("")].into_iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let mut relative = paths.filter(|path| path.is_relative());
    relative.find(|path| path.is_file())
}

/// A word of a shell's command line.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A path as it is written on every system.
fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_the_shell_would_read_it_otherwise() {
        assert_eq!(quoted("src/requirements.txt"), "src/requirements.txt");
        assert_eq!(quoted("it's $HOME.txt"), "'it'\\''s $HOME.txt'");
    }
}
