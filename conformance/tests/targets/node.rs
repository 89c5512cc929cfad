use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use pretoken::target::{Outcome, Reply, Target, TargetOptions};
use serde_json::{Value, json};

use crate::tools::{
    NODE, NODE_24, Needed, asking_for, crashed, errored, event, fault, fixture, impatient, is_gone, open, options,
    or_skip,
};

/// The Node with callbacks, and the Node without.
fn with_both_versions(try_out: impl Fn(&mut dyn Target)) {
    for node in [&NODE, &NODE_24] {
        with(node, "faults.mjs", &try_out);
    }
}

fn with(node: &'static LazyLock<Needed<PathBuf>>, file: &str, try_out: impl Fn(&mut dyn Target)) {
    with_and(node, file, &options(), try_out);
}

fn with_and(
    node: &'static LazyLock<Needed<PathBuf>>,
    file: &str,
    options: &TargetOptions,
    try_out: impl Fn(&mut dyn Target),
) {
    let Some(node) = or_skip(node) else { return };
    let (file, export) = file.split_once(':').unwrap_or((file, "handler"));
    let options = TargetOptions { node: Some(node.clone()), ..options.clone() };
    let targets = open(&[format!("{}:{export}", fixture(file).display())], &options);
    let mut target = targets.start().unwrap_or_else(|error| panic!("{error}: {:?}", error.output));
    try_out(&mut *target);
}

/// The machine's Node has callbacks only before version 24.
fn has_callbacks() -> bool {
    major().is_some_and(|major| major < 24)
}

fn major() -> Option<u32> {
    let node = or_skip(&NODE)?;
    let version = std::process::Command::new(node).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    Some(version.trim_start_matches('v').split('.').next().unwrap().parse().unwrap())
}

fn with_callbacks(style: &str, export: &str) -> Option<Reply> {
    if !has_callbacks() {
        eprintln!("skipped: the Node on the PATH has no callbacks");
        return None;
    }
    let node = or_skip(&NODE)?;
    let limits = if style == "callbackAndOpenTimer" { impatient() } else { options() };
    let options = TargetOptions { node: Some(node.clone()), ..limits };
    let targets = open(&[format!("{}:{export}", fixture("callbacks.cjs").display())], &options);
    let mut target = targets.start().unwrap();
    let reply = target.invoke(&asking_for(style));
    // The next event is served, whatever this one left behind.
    let next = target.invoke(&asking_for("callbackWithoutWaiting"));
    let outcome = if export == "handler" {
        Outcome::Answered(asking_for("callbackWithoutWaiting"))
    } else {
        next.outcome.clone()
    };
    assert_eq!(next.outcome, outcome, "after {style}: {next:?}");
    Some(reply)
}

#[test]
fn what_a_handler_rejects_with_comes_with_type_message_and_trace() {
    with_both_versions(|target| {
        let reply = fault(target, "rejects");
        let error = errored(&reply);
        assert_eq!(error.error_type, "TypeError");
        assert_eq!(error.message, "Cannot read properties of undefined (reading 'name')");
        assert!(error.stack[1].contains("faults.mjs:"), "{:?}", error.stack);
    });
}

#[test]
fn what_is_thrown_need_not_be_an_error() {
    with_both_versions(|target| {
        let reply = fault(target, "throwsText");
        assert_eq!((errored(&reply).error_type.as_str(), errored(&reply).message.as_str()), ("string", "plain text"));
    });
    with(&NODE_24, "faults.mjs", |target| {
        assert_eq!(errored(&fault(target, "rejectsWithNothing")).error_type, "undefined");
    });
}

#[test]
fn undefined_is_the_answer_null() {
    with_both_versions(|target| {
        assert_eq!(fault(target, "returnsUndefined").outcome, Outcome::Answered(Value::Null));
    });
}

#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    with_both_versions(|target| {
        assert_eq!(errored(&fault(target, "returnsCycle")).message, "Unable to stringify response body");
    });
}

#[test]
fn a_process_that_ends_is_a_crash_and_is_started_again() {
    with_both_versions(|target| {
        let reply = fault(target, "exits");
        assert_eq!(crashed(&reply), "exited with status 3");
        assert_eq!(reply.output, ["leaving"]);
        assert!(crashed(&fault(target, "isAborted")).contains("SIGABRT"));
    });
}

#[test]
fn a_promise_that_never_settles_is_null_before_node_24_and_ends_the_process_since() {
    with(&NODE_24, "faults.mjs", |target| {
        assert_eq!(crashed(&fault(target, "neverSettles")), "exited with status 13");
    });
    if has_callbacks() {
        with(&NODE, "faults.mjs", |target| {
            assert_eq!(fault(target, "neverSettles").outcome, Outcome::Answered(Value::Null));
        });
    }
}

#[test]
fn a_handler_that_does_not_come_to_an_end_is_ended_at_the_limit() {
    let try_out = |target: &mut dyn Target| {
        let Outcome::Answered(process) = target.invoke(&asking_for("ownPid")).outcome else { panic!() };
        for name in ["neverSettlesWithTimer", "blocks"] {
            assert_eq!(fault(target, name).outcome, Outcome::TimedOut { after: Duration::from_secs(1) }, "{name}");
        }
        assert!(is_gone(process.as_u64().unwrap()));
    };
    for node in [&NODE, &NODE_24] {
        with_and(node, "faults.mjs", &impatient(), try_out);
    }
}

#[test]
fn errors_beside_the_handlers_promise_are_reported_before_node_24_and_end_the_process_since() {
    with(&NODE_24, "faults.mjs", |target| {
        for (name, words) in [("forgetsRejection", "forgotten"), ("throwsInTimer", "in a timer")] {
            let reply = fault(target, name);
            assert_eq!(crashed(&reply), "exited with status 1");
            assert!(reply.output.iter().any(|line| line.contains(words)), "{:?}", reply.output);
        }
    });
    if has_callbacks() {
        with(&NODE, "faults.mjs", |target| {
            let reply = fault(target, "forgetsRejection");
            assert_eq!(errored(&reply).error_type, "Runtime.UnhandledPromiseRejection");
            assert_eq!(errored(&reply).message, "Error: forgotten");
            let reply = fault(target, "throwsInTimer");
            assert_eq!(
                (errored(&reply).error_type.as_str(), errored(&reply).message.as_str()),
                ("RangeError", "in a timer")
            );
        });
    }
}

#[test]
fn a_value_returned_without_a_promise_counts_only_since_node_24() {
    with(&NODE_24, "faults.mjs", |target| {
        let event = asking_for("returnsWithoutPromise");
        assert_eq!(fault(target, "returnsWithoutPromise").outcome, Outcome::Answered(event));
    });
    if has_callbacks() {
        with(&NODE, "faults.mjs", |target| {
            assert_eq!(fault(target, "returnsWithoutPromise").outcome, Outcome::Answered(Value::Null));
        });
    }
}

#[test]
fn megabytes_of_output_do_not_stop_it_and_large_answers_are_read() {
    with_both_versions(|target| {
        // Node writes the rest of it after its answer.
        let reply = fault(target, "printsMegabytes");
        assert_eq!(reply.outcome, Outcome::Answered(asking_for("printsMegabytes")));
        assert_eq!(reply.output.len(), 100);
        let Outcome::Answered(answer) = fault(target, "answersWithSevenMegabytes").outcome else { panic!() };
        assert_eq!(answer.as_str().map(str::len), Some(7_000_000));
    });
}

#[test]
fn callbacks_answer_once_the_event_loop_is_empty_or_at_once_if_asked() {
    for style in ["callback", "callbackWithoutWaiting"] {
        let Some(reply) = with_callbacks(style, "handler") else { return };
        assert_eq!(reply.outcome, Outcome::Answered(asking_for(style)));
    }
    let reply = with_callbacks("callbackAndOpenTimer", "handler").unwrap();
    assert_eq!(reply.outcome, Outcome::TimedOut { after: Duration::from_secs(1) });
    assert_eq!(with_callbacks("callbackTwice", "handler").unwrap().outcome, Outcome::Answered(json!("first")));
    assert_eq!(with_callbacks("saysNothing", "handler").unwrap().outcome, Outcome::Answered(Value::Null));
}

#[test]
fn callbacks_may_carry_errors() {
    let Some(reply) = with_callbacks("callbackError", "handler") else { return };
    assert_eq!((errored(&reply).error_type.as_str(), errored(&reply).message.as_str()), ("TypeError", "no tenant"));
    let reply = with_callbacks("callbackText", "handler").unwrap();
    assert_eq!((errored(&reply).error_type.as_str(), errored(&reply).message.as_str()), ("string", "denied"));
}

#[test]
fn the_context_can_answer_before_node_24_and_has_lost_the_means_since() {
    for style in ["done", "succeed"] {
        let Some(reply) = with_callbacks(style, "contextOnly") else { return };
        assert_eq!(reply.outcome, Outcome::Answered(asking_for(style)));
        with(&NODE_24, "callbacks.cjs:contextOnly", |target| {
            let reply = target.invoke(&asking_for(style));
            assert_eq!(errored(&reply).message, format!("context.{style} is not a function"));
        });
    }
    assert_eq!(errored(&with_callbacks("fail", "contextOnly").unwrap()).message, "refused");
}

#[test]
fn a_handler_with_a_callback_does_not_start_on_node_24() {
    let Some(node) = or_skip(&NODE_24) else { return };
    let options = TargetOptions { node: Some(node.clone()), ..options() };
    let targets = open(&[fixture("callbacks.cjs")], &options);
    let reason = targets.start().err().unwrap().reason;
    assert!(reason.contains("Runtime.CallbackHandlerDeprecated: ERROR: AWS Lambda has removed support"), "{reason}");
}

#[test]
fn typescript_is_read_by_a_node_that_can_or_the_ways_are_named() {
    let file = fixture("start/typed.ts");
    if let Some(node) = or_skip(&NODE_24) {
        let targets = open(&[&file], &TargetOptions { node: Some(node.clone()), ..options() });
        let mut target = targets.start().unwrap();
        assert_eq!(target.invoke(&event("1")).outcome, Outcome::Answered(event("1")));
        assert!(target.client().unwrap().ends_with(" type-stripping"), "{:?}", target.client());
    }
    if has_callbacks() {
        let targets = open(&[&file], &options());
        let reason = targets.start().err().unwrap().reason;
        for way in ["esbuild", "tsx", "--node"] {
            assert!(reason.contains(way), "{reason}");
        }
    }
}

#[test]
fn what_lambda_turns_off_in_a_version_of_node_is_off() {
    let file = fixture("start/requires_module.cjs");
    if matches!(major(), Some(20 | 22)) {
        let reason = open(&[&file], &options()).start().err().unwrap().reason;
        assert!(reason.contains("ES Module"), "{reason}");
    }
    let Some(node) = or_skip(&NODE_24) else { return };
    let targets = open(&[&file], &TargetOptions { node: Some(node.clone()), ..options() });
    assert_eq!(targets.start().unwrap().invoke(&event("1")).outcome, Outcome::Answered(event("1")));
}
