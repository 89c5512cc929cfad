use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

fn check(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pretoken"))
        .args(["check", "--cases", "20"])
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn one_run_writes_several_reports_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let run = check(
        &folder,
        &["--format", "junit", "--output", "a.xml", "--format", "human", "--output", "b.txt", "--format", "json"],
    );
    assert!(run.status.success(), "{run:?}");
    assert!(fs::read_to_string(folder.path().join("a.xml")).unwrap().starts_with("<?xml"));
    assert!(fs::read_to_string(folder.path().join("b.txt")).unwrap().contains("--- summary ---"));
    let printed: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(printed["verdict"], "conforms");
    assert!(text(&run.stderr).contains("conforms: the report is in `a.xml` and `b.txt`\n"), "{run:?}");
    assert_eq!(names(folder.path()), ["a.xml", "b.txt"]);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let run = check(&folder, &["--format", "junit", "--output", "-"]);
    assert!(text(&run.stdout).starts_with("<?xml"), "{run:?}");
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn outputs_that_cannot_be_are_told_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d")).unwrap();
    fs::write(folder.path().join("there.xml"), "as it was").unwrap();
    for (arguments, words) in [
        (&["--format", "json", "--format", "human"][..], "`json` and `human` would both go to standard output"),
        (
            &["--format", "json", "--output", "a", "--format", "junit", "--output", "./d/../a"],
            "`json` and `junit` would both go to `./d/../a`",
        ),
        (&["--output", "a", "--output", "b"], "write `--format FORMAT --output a`"),
        (&["--format", "json", "--output", "a", "--output", "b"], "write `--format FORMAT --output b`"),
        (&["--output", "no/such/a"], "`no/such/a` cannot be written: there is no folder `no/such`"),
        (
            &["--format", "junit", "--output", "there.xml", "--format", "json", "--output", "d"],
            "`d` cannot be written: ",
        ),
        (&["--output", ""], "value"),
    ] {
        let run = check(&folder, arguments);
        let err = text(&run.stderr);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}: {run:?}");
        assert!(err.contains(words), "{arguments:?}: {err}");
        assert!(!err.contains("cases"), "nothing has run: {err}");
        assert_eq!(text(&run.stdout), "");
    }
    assert_eq!(names(folder.path()), ["d", "there.xml"]);
    assert_eq!(fs::read_to_string(folder.path().join("there.xml")).unwrap(), "as it was");
}

#[test]
fn a_run_that_never_began_leaves_no_report_of_another_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("human.txt"), "conforms: an older run").unwrap();
    // Nobody listens on port 1.
    let outputs = ["--output", "human.txt", "--format", "human", "--format", "junit", "--output", "a.xml"];
    let run = check(&folder, &[&outputs[..], &["http://127.0.0.1:1"]].concat());
    assert_eq!(run.status.code(), Some(3), "{run:?}");
    let human = fs::read_to_string(folder.path().join("human.txt")).unwrap();
    assert!(human.contains("no-verdict: ") && !human.contains("older"), "{human}");
    assert!(
        fs::read_to_string(folder.path().join("a.xml")).unwrap().contains("<error message=\"the trigger could not")
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_written_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let run = check(&folder, &["--format", "json", "--output", "/dev/null"]);
    assert!(run.status.success(), "{run:?}");
    let run = check(&folder, &["--format", "github", "--output", "/dev/stderr"]);
    assert!(text(&run.stderr).contains("pretoken: conforms: "), "{run:?}");
}
