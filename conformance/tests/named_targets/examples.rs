use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::run::{Run, command, copied, pretoken};
use crate::tools::{NODE, Needed, PYTHON, RUST, npm_install, or_skip};

static POWERTOOLS: LazyLock<Needed<PathBuf>> = LazyLock::new(|| copied("powertools-python", with_virtual_environment));
static POWERTOOLS_MAIN: LazyLock<Needed<PathBuf>> =
    LazyLock::new(|| copied("powertools-python-main", with_virtual_environment));
static AMPLIFY: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    NODE.as_ref().map_err(Clone::clone)?;
    let installed = |folder: &Path| {
        if folder.join("node_modules").exists() { Ok(()) } else { npm_install(folder, &[]) }
    };
    Ok(copied("amplify-typescript", installed)?.join("amplify/functions"))
});

/// The environment in which the example's requirements are installed, where a person has it.
fn with_virtual_environment(folder: &Path) -> Result<(), String> {
    let python = PYTHON.as_ref().map_err(Clone::clone)?;
    let environment = folder.join(".venv");
    if environment.exists() {
        return Ok(());
    }
    let original = python.parent().and_then(Path::parent).unwrap();
    symlink(original, &environment).map_err(|error| format!("{}: {error}", environment.display()))
}

/// Checks a trigger with whatever `check` does by default, but fewer random cases.
fn conforms(folder: &Path, target: &str, kind: &str, versions: &[&str]) {
    conforms_over(100, folder, target, kind, versions);
}

fn conforms_over(cases: u64, folder: &Path, target: &str, kind: &str, versions: &[&str]) {
    let run = pretoken(folder, &["check", target, "--cases", &cases.to_string(), "--format", "json"]);
    run.ends_with(0);
    let report = run.json();
    assert_eq!(report["verdict"], "conforms");
    assert_eq!(report["findings"], json!([]));
    assert_eq!(report["event_versions"], json!(versions), "{}", report["notes"]);
    assert_eq!((&report["target"]["kind"], &report["target"]["display"]), (&json!(kind), &json!(target)));
    assert_eq!(report["outcomes"]["answered"], report["cases"]["total"]);
    assert!(report["latency_ms"]["cold"].as_f64().unwrap() > 1.0, "{}", report["latency_ms"]);
}

/// The first view of a preview: the tokens before and after.
fn tokens(run: &Run) -> [[Value; 2]; 2] {
    run.ends_with(0);
    let view = run.json()["previews"][0].take();
    assert_eq!(view["refused"], json!([]));
    ["before", "after"].map(|time| ["id_token", "access_token"].map(|token| view[time][token].clone()))
}

/// A token with other claims; those that are `null` are gone.
fn changed(token: &Value, claims: &Value) -> Value {
    let mut token = token.clone();
    for (claim, value) in claims.as_object().unwrap() {
        if value.is_null() {
            assert!(token.as_object_mut().unwrap().remove(claim).is_some(), "{claim} was there");
        } else {
            token[claim] = value.clone();
        }
    }
    token
}

#[test]
fn the_powertools_handlers_conform_and_are_told_to_be_for_version_1() {
    for folder in [&POWERTOOLS, &POWERTOOLS_MAIN] {
        let Some(folder) = or_skip(folder) else { return };
        conforms(folder, "app.py", "python", &["1"]);
        conforms(folder, "app.py:lambda_handler", "python", &["1"]);
    }
}

#[test]
fn a_preview_of_the_powertools_handlers_shows_the_walk_throughs_tokens() {
    for folder in [&POWERTOOLS, &POWERTOOLS_MAIN] {
        let (Some(folder), Some(main)) = (or_skip(folder), or_skip(&POWERTOOLS_MAIN)) else { return };
        let event = main.join("events/event.json").display().to_string();
        let preview = ["preview", "app.py", "--event", &event];
        let [[id, access], [id_after, access_after]] =
            tokens(&pretoken(folder, &[&preview[..], &["--format", "json"]].concat()));
        let sub = "f7a4da98-a041-70e4-7954-8bbc5d3ca764";
        let before = json!({
            "sub": sub,
            "email_verified": true,
            "iss": "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_xxxxxxxxx",
            "cognito:username": sub,
            "custom:x": "@kakakakakku",
            "token_use": "id",
            "email": "user@example.com",
            "aud": "1example23456789",
        });
        for (claim, value) in before.as_object().unwrap() {
            assert_eq!(&id[claim], value, "{claim}");
        }
        let more = ["origin_jti", "event_id", "auth_time", "exp", "iat", "jti"];
        assert!(more.iter().all(|claim| !id[claim].is_null()), "{id}");
        assert_eq!(id.as_object().unwrap().len(), before.as_object().unwrap().len() + more.len(), "{id}");
        assert_eq!(id["exp"].as_u64().unwrap() - id["iat"].as_u64().unwrap(), 3_600);
        assert_eq!(id_after, changed(&id, &json!({"custom:x": null, "my_key": "my_value"})));
        assert_eq!(access_after, access);

        let shown = pretoken(folder, &preview);
        for line in ["  - \"custom:x\": \"@kakakakakku\"\n", "  + \"my_key\": \"my_value\"\n"] {
            assert!(shown.out.contains(line), "{}", shown.out);
        }
        shown.says("bytes when signed, unchanged");
    }
}

#[test]
fn the_amplify_handler_for_version_1_conforms_and_reads_its_environment() {
    let Some(functions) = or_skip(&AMPLIFY) else { return };
    let file = "pre-token-generation/handler.ts";
    conforms(functions, file, "node", &["1"]);
    let preview = || command(functions, &["preview", file, "--format", "json"]);
    for (mut command, second) in [(preview(), "111"), (preview(), "222")] {
        if second != "111" {
            command.env("MY_SECOND_ATTRIBUTE", second);
        }
        let [[id, access], [id_after, access_after]] = tokens(&Run::of(command.output().unwrap()));
        let claims = json!({"my_first_attribute": "true", "my_second_attribute": second, "email": null});
        assert_eq!(id_after, changed(&id, &claims));
        assert_eq!(access_after, access);
    }
}

#[test]
fn the_amplify_handler_for_version_2_conforms_and_changes_both_tokens() {
    let Some(functions) = or_skip(&AMPLIFY) else { return };
    let file = "pre-token-generation-v2/handler.ts";
    conforms(functions, file, "node", &["2"]);
    let run = pretoken(functions, &["preview", file, "--format", "json"]);
    let [[id, access], [id_after, access_after]] = tokens(&run);
    assert_eq!(id_after, changed(&id, &json!({"hoge1": "hoge1-id", "hoge2": "hoge2-id", "email": null})));
    assert_eq!(access_after, changed(&access, &json!({"hoge1": "hoge1-access", "hoge2": "hoge2-access"})));
    // Which scenes are shown, and why, is told apart from the tokens.
    assert!(run.err.starts_with("event version 2, told from the answers: "), "{}", run.err);
    assert!(run.err.lines().all(|line| line.chars().count() <= 80), "{}", run.err);
    assert_eq!(run.json()["previews"][0]["event_version"], "2");
}

#[test]
fn the_plain_node_handler_serves_machines_too() {
    let (Some(_), Ok(folder)) = (or_skip(&NODE), copied("node-plain", |_| Ok(()))) else { return };
    conforms(&folder, "index.mjs", "node", &["2", "3"]);
}

/// One of each.
#[test]
#[ignore = "takes twenty seconds; `just innocence` runs it"]
fn the_examples_in_python_and_node_conform_over_ten_thousand_cases() {
    if let Some(folder) = or_skip(&POWERTOOLS) {
        conforms_over(10_000, folder, "app.py", "python", &["1"]);
    }
    if let Some(functions) = or_skip(&AMPLIFY) {
        conforms_over(10_000, functions, "pre-token-generation/handler.ts", "node", &["1"]);
        conforms_over(10_000, functions, "pre-token-generation-v2/handler.ts", "node", &["2"]);
    }
    if let (Some(_), Ok(folder)) = (or_skip(&NODE), copied("node-plain", |_| Ok(()))) {
        conforms_over(10_000, &folder, "index.mjs", "node", &["2", "3"]);
    }
}

#[test]
fn the_rust_binary_conforms_under_every_version() {
    let Some(bootstrap) = or_skip(&RUST) else { return };
    conforms(Path::new("/"), &bootstrap.display().to_string(), "executable", &["1", "2", "3"]);
    let command = ["check", "--cases", "20", "--format", "json", "--", &bootstrap.display().to_string()];
    let run = pretoken(Path::new("/"), &command);
    run.ends_with(0);
    assert_eq!(run.json()["target"]["kind"], "command");
}

#[test]
fn the_report_says_aloud_how_the_versions_were_told() {
    let Some(folder) = or_skip(&POWERTOOLS) else { return };
    let run = pretoken(folder, &["check", "app.py", "--cases", "0"]);
    run.ends_with(0);
    run.says("target app.py (python)");
    run.says(
        "note event version 1, told from the answers: version 1 is answered in `claimsOverrideDetails`; versions 2 and \
         3 are answered in `claimsOverrideDetails`, which is not read there; `--event-version` chooses others",
    );
    let asked_for = pretoken(folder, &["check", "app.py", "--cases", "0", "--event-version", "1"]);
    assert!(!asked_for.flat().contains("told from the answers"), "{}", asked_for.out);
}
