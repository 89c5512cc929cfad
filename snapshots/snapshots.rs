//! What people see of pretoken. Each test shows one kind of thing and holds it against the files in a folder of
//! `snapshots/`; `cargo insta review` walks through what changed.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy knows only the bodies of test functions as tests"
)]

mod articles;
mod commands;
mod configuration;
mod matrix;
mod replays;
mod reports;
mod tokens;

/// Holds a text against `snapshots/<folder>/<name>.snap`.
fn assert_shown(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A title as a file's name: `a machine (client credentials)` becomes `a-machine-client-credentials`.
fn file_name(title: &str) -> String {
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}
