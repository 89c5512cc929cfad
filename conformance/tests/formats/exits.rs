use std::process::{Command, Stdio};

use serde_json::Value;

/// The exit code of a command, and the one that its SARIF report tells of.
fn codes(arguments: &[&str]) -> (i32, Value) {
    let ended = Command::new(env!("CARGO_BIN_EXE_pretoken"))
        .args(["check", "--format", "sarif", "--cases", "20"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    (ended.status.code().unwrap(), log["runs"][0]["invocations"][0]["exitCode"].clone())
}

#[test]
fn sarif_tells_the_exit_code_that_the_command_ends_with() {
    for (arguments, code) in [
        (&[][..], 0),
        (&["--event-version", "1", "--only", "no-effect-for-machine"], 3),
        // Nobody listens on port 1.
        (&["http://127.0.0.1:1"], 3),
        (&["--", "no-such-program-anywhere"], 3),
    ] {
        assert_eq!(codes(arguments), (code, Value::from(code)), "{arguments:?}");
    }
}
