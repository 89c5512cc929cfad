//! The trigger as a Lambda function on a `provided` runtime.
//!
//! The policy is read once, at the start: from the file that `PRETOKEN_POLICY_FILE` names, or from the JSON in `PRETOKEN_POLICY`. With
//! neither, the bundled policy applies. A policy that cannot be used ends the start: Lambda reports the failed start and logs the reason,
//! and no token is issued under half a policy.

use std::env::{self, VarError};
use std::fs;
use std::process::ExitCode;

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use pretoken_trigger::{Policy, PolicyError, handle};
use serde_json::Value;

const FILE: &str = "PRETOKEN_POLICY_FILE";
const JSON: &str = "PRETOKEN_POLICY";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), StartError> {
    let policy = policy(variable(FILE)?, variable(JSON)?)?;
    // The runtime's own answer to this is a panic without a hint.
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err(StartError::NotOnLambda);
    }
    let policy = &policy;
    let trigger =
        service_fn(|event: LambdaEvent<Value>| async move { handle(event.payload, policy).map_err(diagnostic) });
    lambda_runtime::run(trigger).await.map_err(StartError::Runtime)
}

fn policy(file: Option<String>, json: Option<String>) -> Result<Policy, StartError> {
    match (file, json) {
        (Some(_), Some(_)) => Err(StartError::TwoPolicies),
        (Some(file), None) => {
            let text =
                fs::read_to_string(&file).map_err(|error| StartError::Unreadable { file: file.clone(), error })?;
            Policy::parse(&text).map_err(|error| StartError::Refused { origin: file, error })
        }
        (None, Some(json)) => {
            Policy::parse(&json).map_err(|error| StartError::Refused { origin: JSON.to_owned(), error })
        }
        (None, None) => Ok(Policy::bundled()),
    }
}

fn variable(name: &'static str) -> Result<Option<String>, StartError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(StartError::NotText(name)),
    }
}

/// Cognito shows the message to whoever signs in, so it holds nothing of the event.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` takes")]
fn diagnostic(error: pretoken_trigger::Error) -> Diagnostic {
    Diagnostic { error_type: "NotAPreTokenGenerationEvent".to_owned(), error_message: error.to_string() }
}

#[expect(clippy::print_stderr, reason = "what a function writes before its first event reaches its log this way only")]
fn report(error: &StartError) {
    eprintln!("pretoken-trigger cannot start: {error}");
}

#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("`{FILE}` and `{JSON}` are both set; keep one")]
    TwoPolicies,
    #[error("`{0}` is not valid UTF-8; set it anew")]
    NotText(&'static str),
    #[error("the policy file `{file}`, named by `{FILE}`, cannot be read: {error}")]
    Unreadable { file: String, error: std::io::Error },
    #[error("`{origin}`: {error}")]
    Refused { origin: String, error: PolicyError },
    #[error("`AWS_LAMBDA_RUNTIME_API` is not set; this program is started by Lambda, or here by `cargo lambda watch`")]
    NotOnLambda,
    #[error("{0}")]
    Runtime(lambda_runtime::Error),
}
