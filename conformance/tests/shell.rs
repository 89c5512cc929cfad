//! What `pretoken` gives to shells: completions and manual pages.
#![expect(clippy::unwrap_used, reason = "the helpers of these tests fail as tests do")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[test]
fn bash_completes_a_subcommand_and_a_value() {
    if Command::new("bash").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "in CI there is a bash");
        eprintln!("skipped: there is no bash on this machine");
        return;
    }
    let script = folder("bash").join("pretoken.bash");
    fs::write(&script, pretoken(&["completions", "bash"]).stdout).unwrap();
    assert_eq!(completed(&script, &["pretoken", "ch"]), ["check"]);
    assert_eq!(completed(&script, &["pretoken", "check", "--deny", ""]), ["error", "warning", "advice"]);
}

#[test]
fn every_shell_has_a_script_that_names_the_subcommands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8(pretoken(&["completions", shell]).stdout).unwrap();
        for subcommand in pretoken::cli::command().get_subcommands() {
            assert!(script.contains(subcommand.get_name()), "{shell} does not know `{}`", subcommand.get_name());
        }
    }
}

#[test]
fn every_command_has_a_manual_page_in_the_folder() {
    let folder = folder("man");
    let ended = pretoken(&["man", "--output", &folder.display().to_string()]);
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    for subcommand in pretoken::cli::command().get_subcommands() {
        let page = fs::read_to_string(folder.join(format!("pretoken-{}.1", subcommand.get_name()))).unwrap();
        assert!(page.contains(".SH NAME"), "{page}");
    }
    let whole = String::from_utf8(pretoken(&["man"]).stdout).unwrap();
    assert_eq!(fs::read_to_string(folder.join("pretoken.1")).unwrap(), whole);
}

#[test]
fn manual_pages_for_a_file_are_refused_with_the_next_step() {
    let file = folder("file").join("taken");
    fs::write(&file, "mine").unwrap();
    let ended = pretoken(&["man", "--output", &file.display().to_string()]);
    assert_eq!(ended.status.code(), Some(2));
    let words = String::from_utf8(ended.stderr).unwrap();
    assert!(words.contains("cannot be written to") && words.contains("name another folder"), "{words}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

/// What bash would offer for the last of these words.
fn completed(script: &Path, words: &[&str]) -> Vec<String> {
    let offer = r#"
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _pretoken "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let ended = Command::new("bash").args(["-c", offer, "bash"]).arg(script).args(words).output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    String::from_utf8(ended.stdout).unwrap().lines().map(ToOwned::to_owned).collect()
}

fn pretoken(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pretoken")).args(arguments).output().unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shell").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}
