//! What the command prints, as it is without a terminal: 80 columns, no colours.

use std::process::{Command, Output, Stdio};

use pretoken::rules;

use crate::assert_shown;

#[test]
fn help_tells_what_there_is() {
    assert_shown("help", "pretoken", &stdout(&["--help"]));
    for command in pretoken::cli::command().get_subcommands() {
        let name = command.get_name();
        assert_shown("help", &format!("pretoken-{name}"), &stdout(&[name, "--help"]));
    }
}

#[test]
fn the_rules_are_listed_by_family() {
    assert_shown("rules", "rules", &stdout(&["rules"]));
}

#[test]
fn every_rule_explains_itself() {
    for rule in rules::ALL {
        assert_shown("explain", rule.id, &stdout(&["explain", rule.id]));
    }
}

#[test]
fn a_preview_shows_both_tokens_before_and_after() {
    assert_shown("preview", "the-bundled-trigger-under-version-3", &stdout(&["preview", "--event-version", "3"]));
}

#[test]
fn mistakes_on_the_command_line_are_named_with_the_next_step() {
    let mistakes: [&[&str]; 6] = [
        &["chekc"],
        &["check", "--only", "reserved-claim-sett"],
        &["check", "--event-version", "V4"],
        &["check", "--deny", "all"],
        &["explain", "no-such-rule"],
        &["preview", "--event", "no-such-file.json"],
    ];
    let texts = mistakes.map(|arguments| {
        let ended = pretoken(arguments);
        let code = ended.status.code().unwrap();
        format!("$ pretoken {}\n{}exit code {code}\n", arguments.join(" "), text(&ended.stderr))
    });
    assert_shown("help", "mistakes", &texts.join("\n"));
}

fn stdout(arguments: &[&str]) -> String {
    let ended = pretoken(arguments);
    assert!(ended.status.success() && ended.stderr.is_empty(), "pretoken {arguments:?}: {ended:?}");
    text(&ended.stdout)
}

fn pretoken(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pretoken-in-snapshots"))
        .args(arguments)
        // clap's help has the width of the terminal, and where there is none, of this.
        .env("COLUMNS", "80")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
