//! cognito-local, from npm: version 1 alone, and the trigger behind an address of ours.

use std::fs;
use std::process::Command;

use pretoken::situation::EventVersion;
use serde_json::json;

use super::api::Api;
use super::process::Server;
use super::{Ready, client_and_user, file, folder, text, trigger};
use crate::tools::{NODE, cache, npm_install, once};

/// What Node is told to be: the emulator, which ends when its input does.
const EMULATOR: &str = r#"process.stdin.on("end", () => process.exit()).resume(); require(process.argv[1]);"#;

pub(super) fn ready() -> Result<Ready, String> {
    let node = NODE.as_ref().map_err(Clone::clone)?;
    let installed = cache("cognito-local");
    once(&installed, || npm_install(&installed, &["cognito-local@5.3.0"]))?;
    let mut lambda = Command::new(node);
    let (lambda, invocations) = Server::start(lambda.arg(file("lambda.mjs")).arg(trigger()))?;

    let folder = folder()?;
    let configuration = json!({
        "LambdaClient": {"endpoint": format!("http://{invocations}")},
        "TriggerFunctions": {"PreTokenGeneration": "trigger"},
    });
    fs::create_dir(folder.path().join(".cognito")).map_err(|error| error.to_string())?;
    fs::write(folder.path().join(".cognito/config.json"), configuration.to_string())
        .map_err(|error| error.to_string())?;
    let mut emulator = Command::new(node);
    emulator.args(["--eval", EMULATOR]).arg(installed.join("node_modules/cognito-local/lib/bin/start.js"));
    emulator.current_dir(&folder).envs([("HOST", "127.0.0.1"), ("PORT", "0")]);
    let (emulator, address) = Server::start(&mut emulator)?;

    let mut api = Api::connect(address)?;
    let pool = text(&api.cognito("CreateUserPool", &json!({"PoolName": "bench"}))?, "/UserPool/Id")?;
    let client = client_and_user(&mut api, &pool)?;
    let servers = vec![lambda, emulator];
    Ok(Ready { emulator: "cognito-local 5.3.0", version: EventVersion::V1, api, client, servers, _folder: folder })
}
