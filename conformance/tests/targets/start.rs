use std::path::PathBuf;
use std::time::{Duration, Instant};

use pretoken::target::{Outcome, StartError, TargetOptions};

use crate::tools::{BARE_PYTHON, NODE, PYTHON, event, fixture, open, options, or_skip};

/// Why a file does not start; it must be known soon.
fn refused(words: &[&str], options: &TargetOptions) -> StartError {
    let started = Instant::now();
    let targets = open(words, options);
    let Err(error) = targets.start() else { panic!("{words:?} started") };
    let took = started.elapsed();
    assert!(took < options.start_timeout + Duration::from_secs(1), "{words:?} took {took:?}");
    error
}

fn file(name: &str) -> String {
    fixture("start").join(name).display().to_string()
}

fn with_python(try_out: impl Fn(&TargetOptions)) {
    for python in [&PYTHON, &BARE_PYTHON] {
        if let Some(python) = or_skip(python) {
            try_out(&TargetOptions { python: Some(python.clone()), ..options() });
        }
    }
}

fn assert_says(error: &StartError, parts: &[&str]) {
    for part in parts {
        assert!(error.reason.contains(part), "`{part}` is not in: {} {:?}", error.reason, error.output);
    }
}

#[test]
fn python_that_does_not_load_says_why_in_its_own_words() {
    with_python(|options| {
        let error = refused(&[&file("syntax_error.py")], options);
        assert_says(&error, &["Runtime.UserCodeSyntaxError: Syntax error in module 'syntax_error': expected ':'"]);
        let error = refused(&[&file("missing_import.py")], options);
        assert_says(&error, &["Runtime.ImportModuleError", "No module named 'no_such_library'", "-m pip install"]);
        let error = refused(&[&file("raises.py")], options);
        assert_says(&error, &["does not load: KeyError: 'tenants'"]);
    });
}

#[test]
fn a_python_function_is_found_when_only_one_fits() {
    with_python(|options| {
        let error = refused(&[&file("other_name.py")], options);
        assert_says(&error, &["no `lambda_handler` and no `handler`", "as in `other_name.py:main`"]);
        let error = refused(&[&file("two_names.py")], options);
        assert_says(&error, &["both `lambda_handler` and `handler`", "as in `two_names.py:handler`"]);
        let error = refused(&[&format!("{}:absent", file("two_names.py"))], options);
        assert_says(&error, &["Runtime.HandlerNotFound: Handler 'absent' missing on module 'two_names'"]);
        let targets = open(&[format!("{}:handler", file("two_names.py"))], options);
        assert_eq!(targets.start().unwrap().invoke(&event("1")).outcome, Outcome::Answered(event("1")));
    });
}

#[test]
fn node_that_does_not_load_says_why_in_its_own_words() {
    let Some(_) = or_skip(&NODE) else { return };
    let error = refused(&[&file("syntax_error.mjs")], &options());
    assert_says(&error, &["Runtime.UserCodeSyntaxError: SyntaxError: Unexpected end of input"]);
    for name in ["missing_import.mjs", "missing_require.cjs"] {
        let error = refused(&[&file(name)], &options());
        assert_says(&error, &["Runtime.ImportModuleError", "no-such-package", "npm install"]);
    }
    assert_says(&refused(&[&file("throws.mjs")], &options()), &["does not load: RangeError: no configuration"]);
}

#[test]
fn a_node_export_is_found_when_only_one_fits() {
    let Some(_) = or_skip(&NODE) else { return };
    let error = refused(&[&file("default_export.mjs")], &options());
    assert_says(&error, &["default_export.handler is undefined or not exported", "as in `default_export.mjs:default`"]);
    let error = refused(&[&file("two_names.mjs")], &options());
    assert_says(&error, &["it exports `one`, `two`"]);
    assert_says(&refused(&[&file("no_function.mjs")], &options()), &["no_function.handler is not a function"]);
    for word in [
        file("other_name.mjs"),
        format!("{}:two", file("two_names.mjs")),
        format!("{}:default", file("default_export.mjs")),
    ] {
        let targets = open(&[&word], &options());
        assert_eq!(targets.start().unwrap().invoke(&event("1")).outcome, Outcome::Answered(event("1")), "{word}");
    }
}

#[test]
fn a_slow_start_is_waited_for_and_told() {
    with_python(|options| {
        let targets = open(&[file("slow.py")], options);
        let reply = targets.start().unwrap().invoke(&event("1"));
        assert_eq!(reply.outcome, Outcome::Answered(event("1")));
        assert!(reply.cold_start.unwrap() > Duration::from_millis(1200), "{:?}", reply.cold_start);
    });
}

#[test]
fn a_start_that_hangs_is_given_up_at_its_limit() {
    let short = |options: &TargetOptions| TargetOptions { start_timeout: Duration::from_secs(2), ..options.clone() };
    with_python(|options| {
        let error = refused(&[&file("hangs.py")], &short(options));
        assert_says(&error, &["did not ask for an event within 2s of its start"]);
        assert_eq!(error.output, ["connecting"]);
    });
    if or_skip(&NODE).is_some() {
        let error = refused(&[&file("hangs.mjs")], &short(&options()));
        assert_says(&error, &["did not ask for an event within 2s of its start"]);
    }
}

#[test]
fn a_process_that_ends_before_it_asks_says_how_and_its_last_words_are_kept() {
    with_python(|options| {
        let error = refused(&[&file("exits.py")], options);
        assert_says(&error, &["exited with status 4 before it asked for an event"]);
        assert_eq!(error.output, ["no configuration"]);
    });
    let error = refused(&[&file("ends.sh")], &options());
    assert_says(&error, &["exited with status 0 before it asked for an event", "Lambda runtime client"]);
    assert_eq!(error.output, ["not a trigger"]);
}

#[test]
fn what_cannot_be_executed_says_what_to_do() {
    let error = refused(&[&file("other_machine")], &options());
    assert_says(&error, &["cannot be started", "is it built for this machine?"]);
    let error = refused(&["--", "no-such-program-at-all"], &options());
    assert_says(&error, &["`no-such-program-at-all` cannot be started", "on the PATH?"]);
    let python = Some(PathBuf::from("/no/such/python"));
    let error = refused(&[&file("slow.py")], &TargetOptions { python, ..options() });
    assert_says(&error, &["/no/such/python"]);
}
