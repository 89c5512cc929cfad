//! Signing in to emulators of Cognito with a trigger attached, beside a case of pretoken through the same trigger.

#[path = "emulators/api.rs"]
mod api;
#[path = "emulators/cognito_local.rs"]
mod cognito_local;
#[path = "emulators/loopback.rs"]
mod loopback;
#[path = "emulators/ministack.rs"]
mod ministack;
#[path = "emulators/process.rs"]
mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use api::Api;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use pretoken::engine::{self, Plan};
use pretoken::situation::EventVersion;
use process::Server;
use serde_json::{Value, json};

use crate::print::Line;
use crate::rounds::Spread;
use crate::row::{Figure, Row};
use crate::tools::{open, options};

const ROUNDS: usize = 5;
const SIGN_INS: usize = 20;

/// What one sign-in takes.
pub(crate) struct SignIn {
    pub(crate) emulator: &'static str,
    version: EventVersion,
    /// In milliseconds.
    pub(crate) took: Spread,
    /// One case through the same trigger, in milliseconds: made, sent and judged.
    case: Spread,
}

impl SignIn {
    pub(crate) fn is_first(&self) -> bool {
        self.version == EventVersion::V1
    }
}

/// A user who can sign in, and whose trigger is attached.
struct Ready {
    emulator: &'static str,
    version: EventVersion,
    api: Api,
    client: String,
    servers: Vec<Server>,
    /// What it keeps there goes with it.
    _folder: tempfile::TempDir,
}

/// Every sign-in that can be measured, and the lines that tell of them.
pub(crate) fn measure() -> (Vec<SignIn>, Vec<Line>) {
    let mut lines = vec![Line::Heading(
        "A case (made, sent, judged) beside a sign-in (password, tokens) in an emulator, both through one warm Node trigger; medians of 5 rounds that take turns, 100 sign-ins",
    )];
    let mut all = Vec::new();
    for (name, ready) in [("cognito-local", cognito_local::ready as fn() -> _), ("ministack", ministack::ready)] {
        match ready().and_then(sign_ins) {
            Ok(sign_in) => {
                lines.push(row(&sign_in).into());
                all.push(sign_in);
            }
            Err(why) => lines.push(Line::LeftOut(format!("{name}: {why}"))),
        }
    }
    (all, lines)
}

fn row(sign_in: &SignIn) -> Row {
    let SignIn { emulator, version, took, case } = sign_in;
    Row::new(format!("one case, event version {version}"), Figure::of(*case, "ms"))
        .instead_of(format!("one sign-in, {emulator}"), Figure::of(*took, "ms"))
}

fn sign_ins(mut ready: Ready) -> Result<SignIn, String> {
    // The first one starts the trigger.
    for _ in 0..SIGN_INS {
        ready.sign_in()?;
    }
    // Only now has everything been started.
    for server in &ready.servers {
        server.address()?;
    }
    let (mut took, mut cases) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ready.api.reconnect()?;
        for _ in 0..SIGN_INS {
            let started = Instant::now();
            ready.sign_in()?;
            took.push(started.elapsed().as_secs_f64() * 1e3);
        }
        cases.push(case(ready.version));
    }
    let Ready { emulator, version, .. } = ready;
    Ok(SignIn { emulator, version, took: Spread::of(took), case: Spread::of(cases) })
}

impl Ready {
    /// Signs in, and looks for the trigger's claim in the ID token: it was called indeed.
    fn sign_in(&mut self) -> Result<(), String> {
        let parameters = json!({"USERNAME": USER, "PASSWORD": PASSWORD});
        let body = json!({"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
        let answer = self.api.cognito("InitiateAuth", &body)?;
        let token = text(&answer, "/AuthenticationResult/IdToken")?;
        let payload = token.split('.').nth(1).ok_or("the ID token has no payload")?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).map_err(|error| error.to_string())?;
        let claims: Value = serde_json::from_slice(&payload).map_err(|error| error.to_string())?;
        if claims["tenant"] == "example.com" {
            Ok(())
        } else {
            Err(format!("the trigger's claim is not in the ID token: {claims}"))
        }
    }
}

/// What one case takes in a whole run: its process's start, generation and every rule are in it.
fn case(version: EventVersion) -> f64 {
    let targets = open(&[trigger()], &options());
    let plan = Plan { versions: vec![version], cases: 2_000, ..Plan::default() };
    let run = engine::run(&plan, &*targets, &|_| (), &AtomicBool::new(false)).unwrap();
    assert!(run.findings.is_empty(), "{:?}", run.findings);
    let cases: u64 = run.cases.iter().map(|(_, _, count)| count).sum();
    run.duration.as_secs_f64() * 1e3 / cases as f64
}

const USER: &str = "jane@example.com";
const PASSWORD: &str = "Correct-Horse-7-Battery";

/// Makes the user and an app client by which she can sign in, in a pool that is there.
fn client_and_user(api: &mut Api, pool: &str) -> Result<String, String> {
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let client = json!({"UserPoolId": pool, "ClientName": "bench", "ExplicitAuthFlows": flows});
    let client = text(&api.cognito("CreateUserPoolClient", &client)?, "/UserPoolClient/ClientId")?;
    let email = json!([{"Name": "email", "Value": USER}, {"Name": "email_verified", "Value": "true"}]);
    let user = json!({"UserPoolId": pool, "Username": USER, "MessageAction": "SUPPRESS", "UserAttributes": email});
    api.cognito("AdminCreateUser", &user)?;
    let password = json!({"UserPoolId": pool, "Username": USER, "Password": PASSWORD, "Permanent": true});
    api.cognito("AdminSetUserPassword", &password)?;
    Ok(client)
}

fn text(answer: &Value, pointer: &str) -> Result<String, String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found.map(ToOwned::to_owned).ok_or_else(|| format!("no `{pointer}` in {answer}"))
}

fn trigger() -> PathBuf {
    file("trigger.mjs")
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/table/emulators").join(name)
}

/// A folder for what an emulator keeps.
fn folder() -> Result<tempfile::TempDir, String> {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())
}

/// What a command prints.
fn printed(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(format!("{command:?}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}
