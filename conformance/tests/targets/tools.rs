use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use pretoken::target::{Outcome, Reply, Target, TargetOptions, TargetSpec, Targets, TriggerError};
use serde_json::{Value, json};

/// What a tool must do that only CI can be relied on to have.
pub(crate) type Needed<T> = Result<T, String>;

/// The tool, or nothing after saying aloud that a test is skipped; on CI nothing is skipped.
pub(crate) fn or_skip<T>(needed: &'static LazyLock<Needed<T>>) -> Option<&'static T> {
    match &**needed {
        Ok(tool) => Some(tool),
        Err(reason) if std::env::var_os("CI").is_some_and(|ci| ci == "true") => panic!("{reason}"),
        Err(reason) => {
            eprintln!("skipped: {reason}");
            None
        }
    }
}

/// A Python with the libraries of the Powertools example, and with Lambda's own client.
pub(crate) static PYTHON: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    let environment = cache("python-with-libraries");
    let python = environment.join("bin/python3");
    once(&environment, || {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let requirements = example("powertools-python/requirements.txt");
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "awslambdaric", "-r"]).arg(requirements))
    })?;
    Ok(python)
});

/// A Python with nothing but its standard library.
pub(crate) static BARE_PYTHON: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    let environment = cache("python-bare");
    once(&environment, || run(Command::new("python3").args(["-m", "venv", "--without-pip"]).arg(&environment)))?;
    Ok(environment.join("bin/python3"))
});

/// The machine's own Node.
pub(crate) static NODE: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    run(Command::new("node").arg("--version"))?;
    Ok("node".into())
});

/// A Node that has neither callbacks nor `context.done`, and reads TypeScript.
pub(crate) static NODE_24: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    let folder = cache("node-24");
    once(&folder, || npm_install(&folder, &["node@24"]))?;
    Ok(folder.join("node_modules/node/bin/node"))
});

/// The Rust example, built.
pub(crate) static RUST: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    // The test's own executable is `…/debug/deps/targets-…`.
    let test = std::env::current_exe().map_err(|error| error.to_string())?;
    let profile = test.parent().and_then(Path::parent).ok_or("no target folder")?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "pretoken", "--example", "rust-bootstrap"]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    run(&mut cargo)?;
    Ok(profile.join("examples/rust-bootstrap"))
});

/// A file or folder among the examples.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// A file of the tests' own.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/targets/faulty").join(name)
}

/// A folder that is kept from run to run.
pub(crate) fn cache(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Fills a cached folder once; an attempt that fails is made again next time.
pub(crate) fn once(folder: &Path, fill: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let done = folder.join("complete");
    if done.exists() {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    fill()?;
    fs::write(done, "").map_err(|error| error.to_string())
}

/// Installs npm packages into a folder, or what its `package.json` names.
pub(crate) fn npm_install(folder: &Path, packages: &[&str]) -> Result<(), String> {
    let options = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
    run(Command::new("npm").args(options).arg(folder).args(packages).current_dir(folder))
}

pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let name = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{name}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// Limits with room for a slow machine.
pub(crate) fn options() -> TargetOptions {
    TargetOptions {
        timeout: Duration::from_secs(10),
        start_timeout: Duration::from_secs(20),
        ..TargetOptions::default()
    }
}

/// A limit for triggers that are to run into it.
pub(crate) fn impatient() -> TargetOptions {
    TargetOptions { timeout: Duration::from_secs(1), ..options() }
}

/// The target that the words name.
pub(crate) fn open<S: AsRef<OsStr>>(words: &[S], options: &TargetOptions) -> Box<dyn Targets> {
    TargetSpec::parse(words).unwrap().open(options).unwrap()
}

/// An event of the simplest form.
pub(crate) fn event(version: &str) -> Value {
    let details = if version == "1" { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
    json!({
        "version": version,
        "triggerSource": "TokenGeneration_Authentication",
        "region": "ap-northeast-1",
        "userPoolId": "ap-northeast-1_xxxxxxxxx",
        "userName": "f7a4da98-a041-70e4-7954-8bbc5d3ca764",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "4a5b6c7d8e9f"},
        "request": {
            "userAttributes": {"sub": "f7a4da98-a041-70e4-7954-8bbc5d3ca764", "email": "k@example.com", "custom:x": "@k"},
            "groupConfiguration": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null},
        },
        "response": {details: null},
    })
}

/// The same event for a trigger of `faulty/`, which does what `userName` says.
pub(crate) fn asking_for(fault: &str) -> Value {
    let mut event = event("2");
    event["userName"] = json!(fault);
    event
}

/// How much longer than the time limit a fault may take.
const SLACK: Duration = Duration::from_secs(1);

/// Sends an event that asks for a fault, and then one that does not: that one must be answered, whatever the first one
/// did.
pub(crate) fn fault(target: &mut dyn Target, fault: &str) -> Reply {
    let started = Instant::now();
    let reply = target.invoke(&asking_for(fault));
    let took = started.elapsed();
    if let Outcome::TimedOut { after } = reply.outcome {
        assert!(took < after + SLACK, "{fault} took {took:?}");
    }
    let next = target.invoke(&asking_for("nothing"));
    assert_eq!(next.outcome, Outcome::Answered(asking_for("nothing")), "after {fault}: {next:?}");
    reply
}

/// The process number that a trigger printed after the word `child`.
pub(crate) fn child(reply: &Reply) -> u64 {
    let line = reply.output.iter().find_map(|line| line.strip_prefix("child ")).expect("a child");
    line.parse().unwrap()
}

/// Waits for a process to be gone; a dead one that nobody has asked after counts as gone.
pub(crate) fn is_gone(process: u64) -> bool {
    let waited = Instant::now();
    loop {
        let state = Command::new("ps").args(["-o", "stat=", "-p", &process.to_string()]).output().unwrap().stdout;
        if state.is_empty() || state.starts_with(b"Z") {
            return true;
        }
        if waited.elapsed() > SLACK {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The error of a trigger that failed.
pub(crate) fn errored(reply: &Reply) -> &TriggerError {
    match &reply.outcome {
        Outcome::Errored(error) => error,
        other => panic!("{other:?} {:?}", reply.output),
    }
}

/// The words for a trigger that broke off.
pub(crate) fn crashed(reply: &Reply) -> &str {
    match &reply.outcome {
        Outcome::Crashed(words) => words,
        other => panic!("{other:?} {:?}", reply.output),
    }
}
