use std::path::Path;

use crate::run::{pretoken, trigger};
use crate::tools::{BARE_PYTHON, NODE, PYTHON, RUST, example, fixture, or_skip};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_good_trigger_is_told_step_by_step_and_ends_with_0() {
    let Some(python) = or_skip(&PYTHON) else { return };
    let python = python.display().to_string();
    let run = pretoken(&example("powertools-python"), &["doctor", "app.py", "--python", &python]);
    run.ends_with(0);
    for step in [
        "✓ found ",
        "powertools-python/app.py, a Python file",
        &format!("✓ program `{python}`, chosen with `--python`"),
        "✓ handler `app.lambda_handler`",
        "✓ client Lambda's own, `awslambdaric` ",
        "✓ started in ",
        "✓ version 1 10 of 10 documented events from 5 trigger sources answered",
        "– version 2 10 of 10 ",
        "– version 3 12 of 12 documented events from 6 trigger sources answered",
        "✓ for event version 1, told from the answers: version 1 is answered in `claimsOverrideDetails`",
        "✓ repeat the same event was answered alike when it was sent once more",
        "✓ latency 31 events: half within ",
        "– printed nothing",
        "ready: `app.py` can be checked.",
    ] {
        run.says(step);
    }
    assert!(!run.out.contains('✗'), "{}", run.out);
}

#[test]
fn each_kind_of_trigger_names_its_program_and_its_client() {
    if or_skip(&NODE).is_some() {
        let run = pretoken(&example("node-plain"), &["doctor", "index.mjs:handler"]);
        run.ends_with(0);
        run.says("✓ program `node`, the one on the PATH; `--node` chooses another");
        run.says("✓ handler `index.handler`");
        run.says("✓ client pretoken's own, which does what Lambda's does, on Node ");
        run.says("✓ for event versions 2 and 3, ");
    }
    if let Some(python) = or_skip(&BARE_PYTHON) {
        let run = pretoken(here(), &["doctor", &trigger("moody.py"), "--python", &python.display().to_string()]);
        run.says("once `awslambdaric` is installed there, Lambda's is used");
    }
    if let Some(bootstrap) = or_skip(&RUST) {
        let run = pretoken(here(), &["doctor", &bootstrap.display().to_string()]);
        run.ends_with(0);
        run.says("✓ client `aws-lambda-rust/");
        assert!(!run.out.contains("program"), "an executable runs by itself: {}", run.out);
    }
}

#[test]
fn what_is_not_as_it_should_be_is_marked_and_the_trigger_can_be_checked_all_the_same() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let run = pretoken(here(), &["doctor", &trigger("moody.py"), "--python", &python.display().to_string()]);
    run.ends_with(0);
    run.says("✗ version 1 9 of 10 documented events from 5 trigger sources answered; first of the others,");
    run.says("TokenGeneration_RefreshTokens: the error `ValueError`: not today");
    run.says("✗ repeat the same event was answered differently at");
    run.says("`/response/claimsOverrideDetails/claimsToAddOrOverride/nonce`");
    run.says("– printed at last:");
    run.says("in the mood for TokenGeneration_");
}

#[test]
fn a_trigger_that_does_not_load_says_why_and_how_to_mend_it_and_ends_with_3() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let python = python.display().to_string();
    let start = |name: &str| fixture("start").join(name).display().to_string();
    let run = pretoken(&example("powertools-python"), &["doctor", "app.py", "--python", &python]);
    run.ends_with(3);
    run.says(
        "✗ started `app.py` does not load: Runtime.ImportModuleError: Unable to import module 'app': No module named",
    );
    run.says("'aws_lambda_powertools'; install what is missing with");
    run.says("-m pip install -r ");
    run.says("not ready: ");
    let run = pretoken(here(), &["doctor", &start("syntax_error.py"), "--python", &python]);
    run.ends_with(3);
    run.says("does not load: Runtime.UserCodeSyntaxError: Syntax error in module 'syntax_error': expected ':'");
    if or_skip(&NODE).is_some() {
        let run = pretoken(here(), &["doctor", &start("missing_import.mjs")]);
        run.ends_with(3);
        run.says("Cannot find package 'no-such-package'");
        run.says("install what is missing with `npm install` in ");
        assert!(run.out.lines().all(|line| line.chars().count() < 200), "{}", run.out);
    }
}

#[test]
fn what_names_no_trigger_ends_with_2_and_what_cannot_be_reached_with_3() {
    for (words, expected) in [
        (&["doctor"][..], "no target is named; name a file, an executable, an address, or a command after `--`"),
        (&["doctor", "src/libb.rs"], "there is no file `src/libb.rs`; did you mean `src/lib.rs`?"),
        (&["doctor", "https://example.com"], "`https://example.com` is not an `http://` address"),
        (&["doctor", "app.py", "--timeout", "5"], "`5` is no time limit; use a number with its unit, such as `5s`"),
        (&["doctor", "app.py", "--", "node"], "cannot be used with"),
    ] {
        let run = pretoken(here(), words);
        run.ends_with(2);
        assert!(run.err.contains(expected), "{words:?}: {}", run.err);
    }
    let run = pretoken(here(), &["doctor", "http://127.0.0.1:9"]);
    run.ends_with(3);
    run.says("✓ found port 9 of 127.0.0.1; events are posted to /2015-03-31/functions/function/invocations");
    run.says("✗ started `http://127.0.0.1:9` cannot be reached");
}
