//! `pretoken init`: what it writes, for which trigger, and that it never writes over anything.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests fail as tests do"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[test]
fn a_likely_handler_is_taken_and_named_and_can_be_checked_at_once() {
    let folder = Folder::new("likely", &[("app.py", ECHO), ("requirements.txt", "")]);
    let run = folder.pretoken(&["init"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("took `app.py` for the trigger; "), "{}", run.out);
    assert!(run.out.contains("wrote `pretoken.toml`\nwrote `.github/workflows/pretoken.yml`\nnext: `pretoken check`"));
    let check = folder.pretoken(&["check", "--cases", "0", "--no-save"]);
    assert_eq!(check.code, 0, "{}", check.err);
    assert!(check.out.contains("app.py (python)"), "{}", check.out);
}

#[test]
fn a_handler_in_src_is_likely_too_and_no_handler_is_asked_for() {
    let folder = Folder::new("in-src", &[("src/index.mjs", "export const handler = async (event) => event;\n")]);
    assert!(folder.pretoken(&["init"]).out.contains("took `src/index.mjs`"));
    let folder = Folder::new("nothing", &[("main.py", ECHO)]);
    let run = folder.pretoken(&["init"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("name it, as in `pretoken init path/to/handler.py`"), "{}", run.err);
    assert_eq!(folder.files(), [".git/HEAD", "main.py"]);
    assert!(!folder.pretoken(&["init", "main.py"]).out.contains("took"));
}

#[test]
fn a_file_that_is_there_is_named_and_nothing_is_written() {
    for file in ["pretoken.toml", ".github/workflows/pretoken.yml"] {
        let folder = Folder::new("there", &[("app.py", ECHO), (file, "mine")]);
        let before = folder.files();
        let run = folder.pretoken(&["init"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{file}");
        assert!(run.err.contains(&format!("`{file}` is there already")), "{}", run.err);
        assert_eq!(folder.files(), before);
        assert_eq!(fs::read_to_string(folder.path.join(file)).unwrap(), "mine");
    }
    let help = Folder::new("help", &[]).pretoken(&["init", "--help"]).out;
    assert!(!help.contains("--force"), "{help}");
}

#[test]
fn a_trigger_that_is_not_there_is_no_start() {
    let folder = Folder::new("not-there", &[("app.py", ECHO)]);
    let run = folder.pretoken(&["init", "ap.py"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no file `ap.py`; did you mean `app.py`?"), "{}", run.err);
    assert_eq!(folder.files(), [".git/HEAD", "app.py"]);
}

#[test]
fn a_workflow_sets_up_what_the_trigger_needs() {
    let handler = "export const handler = async (event) => event;\n";
    for (name, files, arguments, uses, installs) in [
        (
            "python",
            vec![("app.py", ECHO), ("requirements.txt", "")],
            vec!["app.py"],
            "actions/setup-python@v6",
            "python -m pip install -r requirements.txt",
        ),
        (
            "python-src",
            vec![("my src/app.py", ECHO), ("my src/requirements.txt", "")],
            vec!["my src/app.py"],
            "actions/setup-python@v6",
            "python -m pip install -r 'my src/requirements.txt'",
        ),
        ("python-bare", vec![("app.py", ECHO)], vec!["app.py"], "actions/setup-python@v6", ""),
        (
            "node",
            vec![("a.mjs", handler), ("package.json", "{}"), ("package-lock.json", "{}")],
            vec!["a.mjs"],
            "actions/setup-node@v5",
            "npm ci",
        ),
        (
            "node-src",
            vec![("src/a.mts", handler), ("src/package.json", "{}")],
            vec!["src/a.mts:handler"],
            "actions/setup-node@v5",
            "npm install --prefix src",
        ),
        ("http", vec![], vec!["http://127.0.0.1:9000"], "", ""),
        ("command", vec![], vec!["--", "java", "-jar", "my trigger.jar"], "", ""),
    ] {
        let folder = Folder::new(&format!("needs-{name}"), &files);
        let run = folder.pretoken(&[&["init"], &arguments[..]].concat());
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        let steps = steps(&folder.workflow(".github/workflows/pretoken.yml"));
        let used: Vec<_> = steps.iter().filter_map(|step| step["uses"].as_str()).collect();
        let expected =
            [&["actions/checkout@v5", uses][..usize::from(!uses.is_empty()) + 1], &["actions/upload-artifact@v4"]];
        assert_eq!(used, expected.concat(), "{name}");
        let runs = commands(&steps);
        let expected: Vec<_> =
            [installs, "cargo install pretoken --locked"].into_iter().filter(|c| !c.is_empty()).collect();
        assert_eq!(
            runs.iter().filter(|command| !command.starts_with("pretoken ")).collect::<Vec<_>>(),
            expected.iter().collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[test]
fn the_command_of_the_workflow_is_one_that_the_command_takes_and_its_files_are_those_that_are_kept() {
    let folder = Folder::new("accepted", &[("app.py", ECHO)]);
    folder.pretoken(&["init"]);
    let steps = steps(&folder.workflow(".github/workflows/pretoken.yml"));
    let checks: Vec<_> = commands(&steps).into_iter().filter(|command| command.starts_with("pretoken ")).collect();
    let [check] = &checks[..] else { panic!("{checks:?}") };
    let words: Vec<_> = check.split_whitespace().collect();
    pretoken::cli::command().try_get_matches_from(&words).unwrap();

    // And it does what the workflow waits for.
    let run = folder.pretoken(&words[1..]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let kept = steps.iter().find_map(|step| step["with"]["path"].as_str()).unwrap();
    for file in kept.lines().filter(|line| !line.ends_with('/')) {
        assert!(folder.path.join(file).is_file(), "{file} is not in {:?}", folder.files());
    }
}

#[test]
fn the_workflow_stands_at_the_top_of_the_repository_and_works_in_the_triggers_folder() {
    let folder = Folder::new("below", &[("services/log in/app.py", ECHO), ("services/other/app.py", ECHO)]);
    let below = |name: &str| pretoken(&folder.path.join("services").join(name), &["init"]);
    let run = below("log in");
    assert!(run.out.contains("wrote `../../.github/workflows/pretoken.yml`"), "{} {}", run.out, run.err);
    assert!(folder.path.join("services/log in/pretoken.toml").is_file());
    let workflow = folder.workflow(".github/workflows/pretoken.yml");
    let job = workflow.pointer("/jobs/check").unwrap();
    assert_eq!(job.pointer("/defaults/run/working-directory"), Some(&json!("services/log in")));
    let kept = steps(&workflow).iter().find_map(|step| Some(step["with"]["path"].as_str()?.to_owned())).unwrap();
    assert!(kept.lines().all(|line| line.starts_with("services/log in/")), "{kept}");

    let other = below("other");
    assert_eq!(other.code, 2);
    assert!(other.err.contains("`../../.github/workflows/pretoken.yml` is there already"), "{}", other.err);
    assert!(!folder.path.join("services/other/pretoken.toml").exists());
}

const ECHO: &str = "def lambda_handler(event, context):\n    return event\n";

/// A folder that looks like the top of a repository: the workflow belongs there, and not into pretoken's own.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("init").join(name);
        // What an earlier run of this test left.
        let _ = fs::remove_dir_all(&path);
        for (name, text) in files.iter().chain(&[(".git/HEAD", "")]) {
            let file = path.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Self { path }
    }

    fn pretoken(&self, arguments: &[&str]) -> Run {
        pretoken(&self.path, arguments)
    }

    fn workflow(&self, file: &str) -> Value {
        let text = fs::read_to_string(self.path.join(file)).unwrap();
        serde_yaml_ng::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Every file, with its path from here, in order.
    fn files(&self) -> Vec<String> {
        let (mut files, mut folders) = (Vec::new(), vec![self.path.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.strip_prefix(&self.path).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        files.sort();
        files
    }
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn pretoken(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
    let output = command.args(arguments).current_dir(folder).env_remove("VIRTUAL_ENV").stdin(Stdio::null()).output();
    let output = output.unwrap();
    Run {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn steps(workflow: &Value) -> Vec<Value> {
    assert!(
        workflow["on"]["push"]["branches"].is_array() && workflow["on"].get("pull_request").is_some(),
        "{workflow}"
    );
    workflow.pointer("/jobs/check/steps").and_then(Value::as_array).expect("the job has steps").clone()
}

fn commands(steps: &[Value]) -> Vec<String> {
    steps.iter().filter_map(|step| Some(step["run"].as_str()?.trim().to_owned())).collect()
}
