use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use pretoken::target::{Outcome, Reply, Target, TargetOptions};
use serde_json::Value;

use crate::tools::{
    BARE_PYTHON, Needed, PYTHON, asking_for, child, crashed, errored, fault, fixture, impatient, is_gone, open,
    options, or_skip,
};

/// Tries a faulty trigger with Lambda's own client and with the embedded loader: they are to be told apart by nothing.
fn with_both_clients(try_out: impl Fn(&mut dyn Target)) {
    with_both_clients_and(&options(), try_out);
}

fn with_both_clients_and(options: &TargetOptions, try_out: impl Fn(&mut dyn Target)) {
    for (python, name) in [(&PYTHON, "aws-lambda-python/"), (&BARE_PYTHON, "pretoken-python/")] {
        with(python, options, |target| {
            try_out(target);
            assert!(target.client().unwrap().starts_with(name), "{:?}", target.client());
        });
    }
}

fn with(python: &'static LazyLock<Needed<PathBuf>>, options: &TargetOptions, try_out: impl Fn(&mut dyn Target)) {
    let Some(python) = or_skip(python) else { return };
    let options = TargetOptions { python: Some(python.clone()), ..options.clone() };
    let targets = open(&[fixture("faults.py")], &options);
    let mut target = targets.start().unwrap_or_else(|error| panic!("{error}: {:?}", error.output));
    try_out(&mut *target);
}

#[test]
fn what_a_handler_raises_comes_with_type_message_and_its_own_frames() {
    with_both_clients(|target| {
        let reply = fault(target, "raises");
        let error = errored(&reply);
        assert_eq!((error.error_type.as_str(), error.message.as_str()), ("KeyError", "'custom:tenant'"));
        assert!(error.stack[0].contains("faults.py\", line"), "{:?}", error.stack);
        assert!(error.stack.last().unwrap().contains("in raises"), "{:?}", error.stack);
        assert!(
            reply.output.iter().any(|line| line.contains("[ERROR] KeyError: 'custom:tenant'")),
            "{:?}",
            reply.output
        );
    });
}

#[test]
fn none_is_the_answer_null_and_what_json_cannot_say_is_a_marshal_error() {
    with_both_clients(|target| {
        assert_eq!(fault(target, "returns_nothing").outcome, Outcome::Answered(Value::Null));
        let reply = fault(target, "returns_what_is_not_json");
        assert_eq!(errored(&reply).error_type, "Runtime.MarshalError");
        assert_eq!(errored(&reply).message, "Unable to marshal response: Object of type set is not JSON serializable");
    });
}

#[test]
fn a_process_that_ends_is_a_crash_and_is_started_again() {
    with_both_clients(|target| {
        let first = target.invoke(&asking_for("own_pid"));
        assert!(first.cold_start.is_some());
        let reply = fault(target, "exits");
        assert_eq!(crashed(&reply), "exited with status 3");
        assert_eq!(reply.output, ["leaving"]);
        assert_eq!(crashed(&fault(target, "is_killed")), "was killed by signal 9 (SIGKILL)");
        assert_ne!(target.invoke(&asking_for("own_pid")).outcome, first.outcome);
    });
}

#[test]
fn the_first_event_of_a_fresh_process_tells_how_long_the_start_took() {
    with_both_clients(|target| {
        assert!(target.invoke(&asking_for("nothing")).cold_start.is_some());
        assert_eq!(target.invoke(&asking_for("nothing")).cold_start, None);
        target.invoke(&asking_for("exits"));
        let again = target.invoke(&asking_for("nothing")).cold_start;
        assert!(again.is_some_and(|start| start > Duration::from_millis(1)), "{again:?}");
    });
}

#[test]
fn a_handler_that_blocks_is_ended_at_the_limit() {
    with_both_clients_and(&impatient(), |target| {
        let process = answer(&target.invoke(&asking_for("own_pid"))).as_u64().unwrap();
        let reply = fault(target, "blocks");
        assert_eq!(reply.outcome, Outcome::TimedOut { after: Duration::from_secs(1) });
        assert_eq!(reply.output, ["waiting for the database"]);
        assert!(is_gone(process));
    });
}

#[test]
fn megabytes_of_output_do_not_stop_it_and_the_last_lines_are_kept() {
    with_both_clients(|target| {
        let reply = target.invoke(&asking_for("prints_megabytes"));
        assert_eq!(reply.outcome, Outcome::Answered(asking_for("prints_megabytes")));
        assert_eq!(reply.output.last().unwrap(), "line 199999 of a very talkative trigger");
        assert_eq!(reply.output.len(), 100);
        assert_eq!(target.invoke(&asking_for("nothing")).output, [""; 0]);
    });
}

#[test]
fn output_that_is_no_text_is_kept_as_far_as_it_goes() {
    with_both_clients(|target| {
        assert_eq!(fault(target, "prints_no_text").output, ["\u{fffd}\u{fffd} not text"]);
    });
}

#[test]
fn an_answer_that_is_no_json_is_kept_as_it_came() {
    with_both_clients(|target| {
        let reply = fault(target, "answers_no_text");
        assert_eq!(reply.outcome, Outcome::NotJson(b"{\"version\": \"\xff\"}".to_vec()));
    });
}

#[test]
fn an_answer_of_seven_megabytes_reaches_the_rules() {
    with_both_clients(|target| {
        let reply = fault(target, "answers_with_seven_megabytes");
        assert_eq!(answer(&reply)["response"]["padding"].as_str().map(str::len), Some(7_000_000));
    });
}

#[test]
fn an_answer_beyond_all_measure_is_not_read() {
    with_both_clients(|target| {
        let Outcome::Protocol(words) = fault(target, "answers_with_twenty_megabytes").outcome else { panic!() };
        assert_eq!(words, "it answered with more than 16 MB");
    });
}

#[test]
fn an_answer_ten_thousand_levels_deep_is_told_from_broken_json() {
    with_both_clients(|target| {
        let Outcome::Protocol(words) = fault(target, "answers_deep").outcome else { panic!() };
        assert!(words.contains("127 levels"), "{words}");
    });
}

#[test]
fn the_first_of_two_answers_counts() {
    with_both_clients(|target| {
        let reply = fault(target, "answers_twice");
        assert_eq!(answer(&reply), "first");
    });
}

#[test]
fn an_answer_to_another_request_is_refused() {
    with_both_clients(|target| {
        let Outcome::Protocol(words) = fault(target, "answers_another_request").outcome else { panic!() };
        assert_eq!(words, "it answered request `00000000-dead-beef-0000-000000000000`, which was not given to it");
    });
}

#[test]
fn asking_for_the_next_event_without_an_answer_is_refused() {
    with_both_clients(|target| {
        let Outcome::Protocol(words) = fault(target, "asks_before_it_answers").outcome else { panic!() };
        assert_eq!(words, "it asked for the next event before it had answered this one");
    });
}

#[test]
fn a_child_that_outlives_the_trigger_is_ended() {
    with_both_clients(|target| {
        let reply = fault(target, "has_a_child_that_outlives_it");
        assert_eq!(crashed(&reply), "exited with status 1");
        assert!(is_gone(child(&reply)));
    });
}

#[test]
fn a_daemon_ends_with_the_target() {
    let Some(python) = or_skip(&BARE_PYTHON) else { return };
    let targets = open(&[fixture("faults.py")], &TargetOptions { python: Some(python.clone()), ..options() });
    let mut target = targets.start().unwrap();
    let daemon = child(&fault(&mut *target, "has_a_daemon"));
    let trigger = answer(&target.invoke(&asking_for("own_pid"))).as_u64().unwrap();
    drop(target);
    assert!(is_gone(trigger));
    // Daemons are found through the environment that Linux shows.
    assert!(!cfg!(target_os = "linux") || is_gone(daemon));
}

fn answer(reply: &Reply) -> &Value {
    match &reply.outcome {
        Outcome::Answered(answer) => answer,
        other => panic!("{other:?} {:?}", reply.output),
    }
}
