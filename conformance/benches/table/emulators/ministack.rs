//! ministack, from PyPI: it runs the trigger itself, in a Node process beside it.

use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pretoken::situation::EventVersion;
use serde_json::json;

use super::api::Api;
use super::process::Server;
use super::{Ready, client_and_user, folder, printed, text, trigger};
use crate::tools::{NODE, cache, once, run};

/// What Python is told to be: the emulator, which ends when its input does.
const EMULATOR: &str = "\
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from ministack.app import main
sys.argv = ['ministack']
main()";

pub(super) fn ready() -> Result<Ready, String> {
    // The trigger's program.
    NODE.as_ref().map_err(Clone::clone)?;
    let environment = cache("ministack");
    let python = environment.join("bin/python3");
    once(&environment, || {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        // Without `cryptography` it would sign no token.
        let packages = ["ministack==1.5.33", "cryptography"];
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))
    })?;
    let folder = folder()?;
    let mut emulator = Command::new(&python);
    emulator.args(["-c", EMULATOR]).current_dir(&folder).envs([
        ("BIND_HOST", "127.0.0.1"),
        ("GATEWAY_PORT", "0"),
        ("MINISTACK_HOST", "127.0.0.1"),
        ("IOT_MTLS_ENABLED", "0"),
        ("SFTP_ENABLED", "0"),
        ("LOG_LEVEL", "ERROR"),
        // Or else it would look for containers to clear away, which may be somebody's.
        ("DOCKER_HOST", "unix:///nowhere"),
    ]);
    emulator.env("TMPDIR", folder.path());
    let (emulator, address) = Server::start(&mut emulator)?;

    let mut api = Api::connect(address)?;
    let archive = folder.path().join("trigger.zip");
    printed(Command::new(&python).args(["-m", "zipfile", "--create"]).arg(&archive).arg(trigger()))?;
    let code = BASE64_STANDARD.encode(std::fs::read(archive).map_err(|error| error.to_string())?);
    let function = json!({
        "FunctionName": "trigger",
        "Runtime": "nodejs20.x",
        "Handler": "trigger.handler",
        "Role": "arn:aws:iam::000000000000:role/trigger",
        "Timeout": 5,
        "Code": {"ZipFile": code},
    });
    let function =
        text(&api.post("/2015-03-31/functions", &[("Content-Type", "application/json")], &function)?, "/FunctionArn")?;
    let configuration = json!({
        "PreTokenGeneration": function,
        "PreTokenGenerationConfig": {"LambdaArn": function, "LambdaVersion": "V2_0"},
    });
    let pool = json!({"PoolName": "bench", "LambdaConfig": configuration});
    let pool = text(&api.cognito("CreateUserPool", &pool)?, "/UserPool/Id")?;
    let client = client_and_user(&mut api, &pool)?;
    let servers = vec![emulator];
    Ok(Ready { emulator: "ministack 1.5.33", version: EventVersion::V2, api, client, servers, _folder: folder })
}
