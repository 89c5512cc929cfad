use std::ffi::OsString;
use std::net::SocketAddr;

use super::Launch;

/// The name of the function, as the ARN of an invocation has it too.
const FUNCTION: &str = "trigger";

/// The variable that only the processes of one target have with this value.
pub(super) const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";

/// Variables that would change the contract (several events at a time, logs elsewhere) if the suite itself ran on Lambda.
pub(super) const REMOVED: [&str; 3] =
    ["AWS_LAMBDA_MAX_CONCURRENCY", "_LAMBDA_TELEMETRY_LOG_FD", "_LAMBDA_TELEMETRY_LOG_FD_PROVIDER_SOCKET"];

/// What Lambda sets for every function. The person's own variables pass through beside them: a trigger needs its
/// configuration.
///
/// `AWS_EXECUTION_ENV` is set by the loaders of the languages, which know their version. There are no credentials but
/// the person's own, and no layers.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>.
pub(super) fn variables(launch: &Launch, api: SocketAddr) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = vec![
        (RUNTIME_API, api.to_string().into()),
        ("_HANDLER", launch.handler.clone().into()),
        ("LAMBDA_TASK_ROOT", launch.folder.clone().into()),
        ("AWS_LAMBDA_FUNCTION_NAME", FUNCTION.into()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{FUNCTION}").into()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "1970/01/01/[$LATEST]00000000000000000000000000000000".into()),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".into()),
        ("TZ", ":UTC".into()),
        ("LANG", "en_US.UTF-8".into()),
    ];
    for region in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if std::env::var_os(region).is_none() {
            variables.push((region, "us-east-1".into()));
        }
    }
    variables
}
