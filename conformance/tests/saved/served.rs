//! A trigger behind an address, whose behaviour the test changes while it runs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

pub(crate) type Behaviour = fn(Value) -> Value;

pub(crate) struct Served {
    pub(crate) address: String,
    behaviour: Arc<Mutex<Behaviour>>,
}

impl Served {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let behaviour = Arc::new(Mutex::new(behaviour));
        let shared = Arc::clone(&behaviour);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || serve(&connection.unwrap(), &shared));
            }
        });
        Self { address, behaviour }
    }

    pub(crate) fn becomes(&self, behaviour: Behaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }
}

/// Returns the event untouched.
pub(crate) fn echo(event: Value) -> Value {
    event
}

/// Returns nothing where the client metadata is null, of which nobody knows whether it ever is.
pub(crate) fn null_for_null_metadata(event: Value) -> Value {
    if event["request"].get("clientMetadata") == Some(&Value::Null) { Value::Null } else { event }
}

/// Sets `sub` where the event has a member that no situation brings about.
pub(crate) fn sets_sub_for_a_new_member(event: Value) -> Value {
    if event["callerContext"].get("sourceIp").is_some() { sets_sub(event) } else { event }
}

/// Sets `sub` for whoever comes after `mallory`.
pub(crate) fn sets_sub_after_mallory(event: Value) -> Value {
    static MALLORY: AtomicBool = AtomicBool::new(false);
    let after = MALLORY.swap(event["userName"] == "mallory", Ordering::SeqCst);
    if after { sets_sub(event) } else { event }
}

/// Asks for a claim in the ID token, at a refresh only.
fn at_refresh(mut event: Value, claim: &str, value: &Value) -> Value {
    if event["triggerSource"] == "TokenGeneration_RefreshTokens" {
        let part = json!({"claimsToAddOrOverride": {claim: value}});
        if event["version"] == "1" {
            event["response"]["claimsOverrideDetails"] = part;
        } else {
            event["response"]["claimsAndScopeOverrideDetails"] = json!({"idTokenGeneration": part});
        }
    }
    event
}

/// Sets a claim that cannot be changed, at a refresh.
pub(crate) fn sets_sub(event: Value) -> Value {
    at_refresh(event, "sub", &json!("someone-else"))
}

/// Breaks another rule in the same place.
pub(crate) fn sets_dev_claim(event: Value) -> Value {
    at_refresh(event, "dev:x", &json!("1"))
}

/// Replaces the user's groups, which is worth a piece of advice, and at a refresh a claim, which is worth a warning.
pub(crate) fn replaces_groups(mut event: Value) -> Value {
    if event["triggerSource"] == "TokenGeneration_RefreshTokens" {
        return at_refresh(event, "tenant", &json!("undefined"));
    }
    if event["request"]["groupConfiguration"].is_object() {
        let container = if event["version"] == "1" { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
        let groups = json!({"groupsToOverride": ["signed-in"], "iamRolesToOverride": []});
        event["response"][container] = json!({ "groupOverrideDetails": groups });
    }
    event
}

fn serve(connection: &TcpStream, behaviour: &Mutex<Behaviour>) {
    connection.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(connection);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let trigger = *behaviour.lock().unwrap();
        let answer = trigger(serde_json::from_slice(&body).unwrap()).to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len());
        let mut writer = connection;
        // Whoever was killed reads no more.
        if writer.write_all([head, answer].concat().as_bytes()).is_err() {
            return;
        }
    }
}
