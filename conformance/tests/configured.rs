//! `pretoken.toml` and the command together: what the file decides, what the command line decides, what is wrong in it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the helpers of these tests fail as tests do"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pretoken_schemas::Schema;
use serde_json::{Value, json};

#[test]
fn the_file_in_the_working_directory_decides_and_the_command_line_wins_over_it() {
    let folder = Folder::new("decides", "event-versions = [\"V2_0\", 1]\ncases = 7\nseed = 3\njobs = 2\n");
    let report = folder.report(&[]);
    assert_eq!(report["event_versions"], json!(["1", "2"]));
    assert_eq!((&report["cases"]["by_phase"]["random"], &report["seed"]), (&json!(7), &json!("3")));

    let given = folder.report(&["--event-version", "3", "--cases", "5", "--seed", "4"]);
    assert_eq!(given["event_versions"], json!(["3"]));
    assert_eq!((&given["cases"]["by_phase"]["random"], &given["seed"]), (&json!(5), &json!("4")));
}

#[test]
fn the_defaults_that_the_help_names_are_those_of_a_plan() {
    let help = pretoken(Path::new("."), &["check", "--help"]).out;
    let plan = pretoken::engine::Plan::default();
    let timeout = pretoken::target::TargetOptions::default().timeout;
    for default in [plan.cases.to_string(), plan.seed.to_string(), format!("{}s", timeout.as_secs()), "error".into()] {
        assert!(help.contains(&format!("[default: {default}]")), "{default}: {help}");
    }
}

#[test]
fn a_file_that_is_named_is_read_and_its_paths_start_at_its_folder() {
    let folder = Folder::new("named", "");
    fs::create_dir_all(folder.path.join("inner")).unwrap();
    fs::write(folder.path.join("inner/echo.py"), ECHO).unwrap();
    fs::write(folder.path.join("inner/p.toml"), "target = \"echo.py\"\ncases = 1\nevent-versions = [1]").unwrap();
    let report = folder.report(&["--config", "inner/p.toml"]);
    assert_eq!(report["target"]["display"], "inner/echo.py");

    // A command starts in the file's folder as well.
    let command = "target = [\"sh\", \"-c\", \"touch started; exit 1\"]";
    fs::write(folder.path.join("inner/command.toml"), command).unwrap();
    assert_eq!(folder.pretoken(&["check", "--config", "inner/command.toml"]).code, 3);
    assert!(folder.path.join("inner/started").exists());

    let missing = folder.pretoken(&["check", "--config", "nowhere.toml"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("`nowhere.toml` cannot be read: "), "{}", missing.err);
}

#[test]
fn the_file_of_a_folder_further_up_is_not_read() {
    let folder = Folder::new("further-up", "cases = 7\n");
    let inner = folder.path.join("inner");
    fs::create_dir_all(&inner).unwrap();
    let run = pretoken(&inner, &["check", "--format", "json", "--no-save", "--event-version", "1"]);
    assert_eq!(json_of(&run.out)["cases"]["by_phase"]["random"], 1_000);
}

#[test]
fn preview_and_doctor_know_the_target_of_the_file() {
    let folder = Folder::new("others", "target = \"echo.py\"\n");
    fs::write(folder.path.join("echo.py"), ECHO).unwrap();
    let preview = folder.pretoken(&["preview", "--format", "json", "--event-version", "1"]);
    assert_eq!((preview.code, &json_of(&preview.out)["target"]["display"]), (0, &json!("echo.py")), "{}", preview.err);
    let doctor = folder.pretoken(&["doctor"]);
    assert!(doctor.out.contains("`echo.py` can be checked"), "{} {}", doctor.out, doctor.err);
}

#[test]
fn a_target_that_is_not_there_is_told_with_its_line_unless_another_is_named() {
    let folder = Folder::new("no-target", "cases = 1\ntarget = \"echoo.py\"\n");
    fs::write(folder.path.join("echo.py"), ECHO).unwrap();
    let run = folder.pretoken(&["check", "--no-save"]);
    assert_eq!(run.code, 2);
    let words = "pretoken.toml:2:10: there is no file `echoo.py`; did you mean `echo.py`?";
    assert!(run.err.contains(words), "{}", run.err);
    assert_eq!(folder.report(&["echo.py"])["target"]["display"], "echo.py");
}

#[test]
fn the_level_and_the_time_limit_of_the_file_hold_until_the_command_line_names_others() {
    let folder = Folder::new("level", "target = \"app.py\"\ndeny = \"warning\"\ntimeout = \"400ms\"\ncases = 0\n");
    folder.write("app.py", NO_GROUPS);
    assert_eq!(folder.pretoken(&["check", "--no-save", "--event-version", "1"]).code, 1);
    assert_eq!(folder.pretoken(&["check", "--no-save", "--event-version", "1", "--deny", "error"]).code, 0);

    folder.write("app.py", SLOW_AT_FIRST);
    let slow = folder.pretoken(&["check", "--no-save", "--event-version", "1"]);
    assert_eq!(slow.code, 3, "{} {}", slow.out, slow.err);
    assert!(slow.out.contains("timed out"), "{}", slow.out);
    let patient =
        folder.report(&["--event-version", "1", "--timeout", "2s", "--only", "event-not-returned", "--cases", "0"]);
    assert_eq!(patient["outcomes"]["timed_out"], 0);
}

#[test]
fn findings_are_saved_where_the_file_says() {
    let folder = Folder::new("saved", "target = \"app.py\"\nsaved = \"kept\"\ncases = 0\nevent-versions = [1]\n");
    folder.write("app.py", SETS_SUB);
    let run = folder.pretoken(&["check"]);
    assert!(run.out.contains("kept/app.py/reserved-claim-set."), "{} {}", run.out, run.err);
    assert!(folder.path.join("kept/app.py").is_dir() && !folder.path.join(".pretoken").exists());
}

#[test]
fn what_is_allowed_stays_in_the_report_with_its_reason_and_does_not_count() {
    let folder = Folder::new("allowed", &sets_sub("rule = \"reserved-claim-set\"\nexpires = 9999-12-31"));
    folder.write("app.py", SETS_SUB);
    let run = folder.pretoken(&["check"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let words = "reserved-claim-set (pretoken.toml:4, until 9999-12-31): the API knows it so";
    assert!(flat(&run.out).contains(words), "{}", run.out);
    assert!(run.out.contains("conforms: nothing was found but what is allowed."), "{}", run.out);
    assert!(!run.out.contains("--- error"), "{}", run.out);
    assert!(!folder.path.join(".pretoken").exists(), "what is allowed is not saved");

    let report = folder.report(&[]);
    let allowed = json!({"reason": "the API knows it so", "expires": "9999-12-31", "written": "pretoken.toml:4"});
    assert_eq!((&report["verdict"], &report["findings"][0]["allowed"]), (&json!("conforms"), &allowed));
    assert_eq!((&report["allowances"][0]["state"], &report["allowances"][0]["findings"]), (&json!("used"), &json!(1)));
    assert_eq!(folder.pretoken(&["check", "--strict"]).code, 0);
}

#[test]
fn an_allowance_for_one_place_does_not_hide_another() {
    let place = "/response/claimsOverrideDetails/claimsToAddOrOverride";
    let with = |place: &str| sets_sub(&format!("rule = \"reserved-claim-set\"\nplace = \"{place}\""));
    let folder = Folder::new("place", &with(&format!("{place}/sub")));
    folder.write("app.py", &SETS_SUB.replace("{\"sub\": \"x\"}", "{\"iss\": \"x\", \"sub\": \"x\"}"));
    let report = folder.report(&[]);
    assert_eq!(report["verdict"], "violates");
    let places = |allowed: bool| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .filter(|finding| finding["allowed"].is_object() == allowed)
            .map(|finding| finding["pointer"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(places(true), [json!(format!("{place}/sub"))]);
    assert_eq!(places(false), [json!(format!("{place}/iss"))]);

    folder.write("pretoken.toml", &with(place));
    assert_eq!(folder.report(&[])["verdict"], "conforms");
}

#[test]
fn an_allowance_is_for_its_fault_event_version_and_trigger_source_only() {
    for (more, expected) in [
        ("fault = \"unchangeable-claim\"", 0),
        ("event-versions = [2]", 1),
        ("event-versions = [1, 2]", 0),
        ("trigger-source = \"TokenGeneration_RefreshTokens\"", 1),
    ] {
        let folder = Folder::new("only", &sets_sub(&format!("rule = \"reserved-claim-set\"\n{more}")));
        folder.write("app.py", SETS_SUB);
        let run = folder.pretoken(&["check", "--no-save"]);
        assert_eq!(run.code, expected, "{more}: {} {}", run.out, run.err);
    }
}

#[test]
fn an_allowance_that_is_of_no_use_is_noted_and_fails_a_strict_check() {
    let folder = Folder::new("unused", &sets_sub("rule = \"dev-claim-set\""));
    folder.write("app.py", ECHO);
    let run = folder.pretoken(&["check"]);
    let words = "pretoken.toml:4 allows `dev-claim-set`, and nothing was found that it would allow: remove it";
    assert_eq!(run.code, 0);
    assert!(flat(&run.out).contains(words), "{}", run.out);

    let strict = folder.pretoken(&["check", "--strict"]);
    assert_eq!(strict.code, 1);
    assert!(
        flat(&strict.out).contains("violates: no fault was found that is denied, but an allowance"),
        "{}",
        strict.out
    );
    let report = folder.report(&["--strict"]);
    assert_eq!((&report["verdict"], &report["allowances"][0]["state"]), (&json!("violates"), &json!("unused")));

    // Another shard may need what this one has no use for.
    let shard = folder.pretoken(&["check", "--strict", "--shard", "1/2"]);
    assert_eq!(shard.code, 0, "{} {}", shard.out, shard.err);
    assert!(!shard.out.contains("remove it"), "{}", shard.out);

    // A rule that was not asked about says nothing of its allowance.
    let report = folder.report(&["--strict", "--only", "reserved-claim-set", "--only", "event-not-returned"]);
    assert_eq!((&report["verdict"], &report["allowances"][0]["state"]), (&json!("conforms"), &json!("untried")));
}

#[test]
fn an_allowance_that_has_expired_allows_nothing_and_says_so() {
    let folder = Folder::new("expired", &sets_sub("rule = \"reserved-claim-set\"\nexpires = 2020-02-29"));
    folder.write("app.py", SETS_SUB);
    let run = folder.pretoken(&["check", "--no-save"]);
    assert_eq!(run.code, 1);
    let words = "pretoken.toml:4 allowed `reserved-claim-set` until 2020-02-29: mend what it allowed, or decide anew";
    assert!(flat(&run.out).contains(words), "{}", run.out);
    assert!(run.out.contains("--- error reserved-claim-set"), "{}", run.out);

    folder.write("app.py", ECHO);
    assert_eq!(folder.pretoken(&["check"]).code, 0);
    assert_eq!(folder.pretoken(&["check", "--strict"]).code, 1);
}

#[test]
fn denials_that_are_meant_are_no_finding_and_others_are() {
    let folder = Folder::new("denials", "target = \"app.py\"\ncases = 0\nevent-versions = [1]\ndeny = \"warning\"\n");
    folder.write("app.py", NO_GROUPS);
    assert_eq!(folder.pretoken(&["check", "--no-save"]).code, 1);
    let file = fs::read_to_string(folder.path.join("pretoken.toml")).unwrap();
    for (denials, expected) in [("* belongs to no group", 0), ("Refused", 0), ("* has no tenant", 1)] {
        folder.write("pretoken.toml", &format!("{file}denials = [\"{denials}\"]\n"));
        let run = folder.pretoken(&["check", "--no-save"]);
        assert_eq!(run.code, expected, "{denials}: {} {}", run.out, run.err);
    }
}

#[test]
fn a_token_budget_takes_the_place_of_the_headers_limit() {
    let file = "target = \"app.py\"\ncases = 0\nevent-versions = [1]\ndeny = \"advice\"\n";
    let folder = Folder::new("budget", file);
    folder.write("app.py", &SETS_SUB.replace("{\"sub\": \"x\"}", "{\"tenant\": \"x\" * 1000}"));
    let run = |budget: &str| {
        folder.write("pretoken.toml", &format!("{file}{budget}\n"));
        folder.pretoken(&["check", "--no-save", "--only", "token-outgrows-header"])
    };
    assert_eq!(run("token-budget = 8192").code, 0);
    let over = run("token-budget = { id = 2000 }");
    assert_eq!(over.code, 1, "{} {}", over.out, over.err);
    assert!(flat(&over.out).contains("this ID token outgrows its budget of 2000 bytes"), "{}", over.out);
    assert_eq!(run("token-budget = { access = 2000 }").code, 0);
}

/// Sets a claim that cannot be changed, under event version 1.
const SETS_SUB: &str = "def lambda_handler(event, context):
    event[\"response\"] = {\"claimsOverrideDetails\": {\"claimsToAddOrOverride\": {\"sub\": \"x\"}}}
    return event
";

const ECHO: &str = "def lambda_handler(event, context):\n    return event\n";

/// Whoever ends it for being slow starts it anew, and it is slow again.
const SLOW_AT_FIRST: &str = "import time
calls = []

def lambda_handler(event, context):
    calls.append(event)
    time.sleep(0.6 if len(calls) < 3 else 0)
    return event
";

const NO_GROUPS: &str = "class Refused(Exception):
    pass

def lambda_handler(event, context):
    groups = event[\"request\"].get(\"groupConfiguration\") or {}
    if not groups.get(\"groupsToOverride\"):
        raise Refused(\"this user belongs to no group\")
    return event
";

fn sets_sub(allowance: &str) -> String {
    let run = "target = \"app.py\"\ncases = 0\nevent-versions = [1]\n";
    format!("{run}[[allow]]\nreason = \"the API knows it so\"\n{allowance}\n")
}

/// A folder with a `pretoken.toml`.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new(name: &str, config: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("configured").join(name);
        // What an earlier run of this test left.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        let folder = Self { path };
        folder.write("pretoken.toml", config);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).unwrap();
    }

    fn pretoken(&self, arguments: &[&str]) -> Run {
        pretoken(&self.path, arguments)
    }

    /// The JSON report of a check, which satisfies its schema.
    fn report(&self, arguments: &[&str]) -> Value {
        let run = self.pretoken(&[&["check", "--format", "json", "--no-save"], arguments].concat());
        let report = json_of(&run.out);
        let schema: Value = serde_json::from_str(Schema::Report.text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?} {} {}", run.out, run.err);
        report
    }
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn pretoken(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "VIRTUAL_ENV"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The text without its line breaks, so that a phrase is found wherever it is wrapped.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
