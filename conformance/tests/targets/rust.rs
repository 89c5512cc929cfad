use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use pretoken::target::Outcome;
use serde_json::Value;

use crate::tools::{RUST, crashed, errored, fault, impatient, open, options, or_skip};

/// Not a test: the trigger that the tests below start, from their own executable.
#[test]
#[ignore = "the trigger that other tests start"]
fn faulty_trigger() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    executor.block_on(lambda_runtime::run(service_fn(handle))).unwrap();
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    match event.payload["userName"].as_str() {
        Some("panics") => panic!("no tenant"),
        Some("refuses") => Err("not your tenant".into()),
        Some("aborts") => std::process::abort(),
        Some("exits") => std::process::exit(7),
        Some("blocks") => {
            std::thread::sleep(Duration::from_secs(60));
            Ok(event.payload)
        }
        _ => Ok(event.payload),
    }
}

fn words() -> Vec<String> {
    let own = std::env::current_exe().unwrap().display().to_string();
    // A backtrace of an unoptimised executable takes its time.
    ["--", "env", "RUST_BACKTRACE=0", &own, "--ignored", "--exact", "rust::faulty_trigger", "--nocapture"]
        .map(str::to_owned)
        .to_vec()
}

#[test]
fn each_fault_of_a_rust_trigger_has_its_outcome_and_the_next_event_is_served() {
    let targets = open(&words(), &options());
    let mut target = targets.start().unwrap();
    let reply = fault(&mut *target, "panics");
    assert_eq!(errored(&reply).message, "Lambda panicked: no tenant");
    assert!(reply.output.iter().any(|line| line.contains("panicked at")), "{:?}", reply.output);
    assert_eq!(errored(&fault(&mut *target, "refuses")).message, "not your tenant");
    assert!(crashed(&fault(&mut *target, "aborts")).contains("SIGABRT"));
    assert_eq!(crashed(&fault(&mut *target, "exits")), "exited with status 7");
    let targets = open(&words(), &impatient());
    let mut target = targets.start().unwrap();
    assert_eq!(fault(&mut *target, "blocks").outcome, Outcome::TimedOut { after: Duration::from_secs(1) });
}

#[test]
fn an_executable_is_of_a_kind_of_its_own() {
    let Some(bootstrap) = or_skip(&RUST) else { return };
    let targets = open(&[bootstrap], &options());
    assert_eq!(targets.description().kind, "executable");
    assert_eq!(targets.description().display, bootstrap.display().to_string());
    assert_eq!(targets.program(), Some(bootstrap.as_path()));
}
