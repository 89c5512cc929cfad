//! Promises of `pretoken.toml`, through the command: each demand kept and broken, what is saved, and what never applied.
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

/// A demand, what a trigger does that breaks it, and what one does that keeps it.
const DEMANDS: [(&str, &str, &str); 9] = [
    (
        "schema = \"schemas/id-token.json\"\ntoken = \"id\"\nfor = [\"users\"]",
        "claims[\"tenant\"] = \"Not a tenant\"",
        "claims[\"tenant\"] = \"acme\"",
    ),
    (
        "claim = \"tenant\"\nequals-attribute = \"custom:tenant\"",
        "claims[\"tenant\"] = attributes.get(\"custom:tenant\", \"none\")",
        "claims.update({\"tenant\": v for k, v in attributes.items() if k == \"custom:tenant\"})",
    ),
    (
        "claim = \"seat\"\npresent-with = \"custom:seat\"",
        "pass",
        "claims.update({\"seat\": v for k, v in attributes.items() if k == \"custom:seat\"})",
    ),
    ("claim = \"plan\"\none-of = [\"free\", \"gold\"]", "claims[\"plan\"] = \"golden\"", "claims[\"plan\"] = \"gold\""),
    ("claim = \"secret\"\nabsent = true", "claims[\"secret\"] = \"x\"", "claims[\"public\"] = \"x\""),
    (
        "keeps-groups = true",
        "details[\"groupOverrideDetails\"] = {\"groupsToOverride\": [\"staff\"]}",
        "details[\"groupOverrideDetails\"] = {\"groupsToOverride\": groups + [\"staff\"]}",
    ),
    (
        "claim = \"plan\"\nsame-on-refresh = true",
        "claims[\"plan\"] = \"free\" if refresh else \"gold\"",
        "claims.update({\"plan\": \"gold\", \"now\": \"refresh\" if refresh else \"sign-in\"})",
    ),
    (
        "claim = \"tenant\"\nnever-from-client-metadata = true",
        "claims[\"tenant\"] = metadata.get(\"tenant\", \"none\")",
        "claims[\"tenant\"] = \"acme\" if metadata.get(\"tenant\") == \"acme\" else \"none\"",
    ),
    // A key that only the trigger's source knows of.
    (
        "claim = \"desk\"\nnever-from-client-metadata = true",
        "claims[\"desk\"] = metadata.get(\"booked_desk\", \"none\")",
        "claims[\"desk\"] = \"window\" if metadata.get(\"booked_desk\") == \"window\" else \"none\"",
    ),
];

#[test]
fn every_demand_is_seen_to_be_broken_and_to_be_kept() {
    for (number, (demand, breaks, keeps)) in DEMANDS.into_iter().enumerate() {
        let folder = Folder::new(&format!("demand-{number}"), &promise(demand), breaks);
        let broken = folder.report(&[]);
        let of_promises: Vec<_> = findings(&broken).filter(|finding| finding["promise"] == NAME).collect();
        assert_eq!(of_promises.len(), 2, "one for each event version: {demand}: {broken:#}");
        for finding in &of_promises {
            assert_eq!(finding["level"], "error", "{demand}");
            assert_eq!(finding["shrinking"]["reproduced"], true, "{demand}: {finding:#}");
            assert!(finding["message"].as_str().unwrap().contains(NAME), "{finding:#}");
        }
        assert_eq!((&broken["verdict"], &broken["promises"][0]["state"]), (&json!("violates"), &json!("broken")));

        folder.trigger(keeps);
        let kept = folder.report(&["--strict"]);
        assert_eq!(kept["verdict"], "conforms", "{demand}");
        assert_eq!(findings(&kept).find(|finding| finding["promise"].is_string()), None, "{demand}");
        assert_eq!(kept["promises"][0]["state"], "kept", "{demand}");
        assert!(kept["promises"][0]["exercised"].as_u64().unwrap() > 0, "{demand}");
    }
}

#[test]
fn a_broken_promise_is_shrunk_to_the_smallest_event_saved_and_replayed_until_it_is_kept() {
    let (demand, breaks, keeps) = DEMANDS[2];
    let folder = Folder::new("saved", &promise(demand), breaks);
    assert_eq!(folder.pretoken(&["check"]).code, 1);
    let file = fs::read_dir(folder.path.join(".pretoken/app.py"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.display().to_string().ends_with(".v2.json"))
        .unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("promise-broken.present-with.as-we-agreed-"), "{name}");
    let saved = json_of(&fs::read_to_string(&file).unwrap());
    assert_valid(Schema::Counterexample, &saved);
    assert_eq!(saved["promise"], NAME);
    // Nothing but the attribute that the promise is about is left of the user, beside what every user has.
    let attributes = saved["event"]["request"]["userAttributes"].as_object().unwrap();
    let own: Vec<_> = attributes.keys().filter(|name| name.starts_with("custom:")).collect();
    assert_eq!(own, ["custom:seat"]);
    assert_eq!(saved["event"]["request"]["groupConfiguration"]["groupsToOverride"], json!([]));

    let replay = |folder: &Folder| folder.pretoken(&["replay", file.to_str().unwrap()]);
    let fails = replay(&folder);
    assert_eq!(fails.code, 1, "{} {}", fails.out, fails.err);
    assert!(fails.out.contains("still fails"), "{}", fails.out);

    // Another promise that the same event breaks is another finding.
    folder.write("pretoken.toml", &format!("{RUN}{}", promise(demand).replace(NAME, "another name")));
    let unknown = replay(&folder);
    assert_eq!(unknown.code, 2);
    assert!(flat(&unknown.err).contains("which `pretoken.toml` does not make"), "{}", unknown.err);

    folder.write("pretoken.toml", &format!("{RUN}{}", promise(demand)));
    folder.trigger(keeps);
    assert!(replay(&folder).out.contains("fixed"), "{}", replay(&folder).out);
    let check = folder.pretoken(&["check"]);
    assert_eq!(check.code, 0, "{} {}", check.out, check.err);
    assert!(flat(&check.out).contains("2 saved counterexamples pass"), "{}", check.out);
}

#[test]
fn a_broken_comparison_is_saved_with_both_events_and_replayed() {
    let (demand, breaks, keeps) = DEMANDS[6];
    let folder = Folder::new("saved-pair", &promise(demand), breaks);
    assert_eq!(folder.pretoken(&["check"]).code, 1);
    let start = "promise-broken-at-refresh.same-on-refresh.";
    let file = fs::read_dir(folder.path.join(".pretoken/app.py"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start))
        .unwrap();
    assert_eq!(folder.pretoken(&["replay", file.to_str().unwrap()]).code, 1);
    folder.trigger(keeps);
    let fixed = folder.pretoken(&["replay", file.to_str().unwrap()]);
    assert_eq!(fixed.code, 0, "{} {}", fixed.out, fixed.err);
}

#[test]
fn two_promises_that_one_answer_breaks_are_two_findings() {
    let two = "[[promise]]\nname = \"one\"\nclaim = \"plan\"\none-of = [\"free\"]\n\
               [[promise]]\nname = \"two\"\nclaim = \"plan\"\none-of = [\"gold\"]\n";
    let folder = Folder::new("two", two, "claims[\"plan\"] = \"golden\"");
    let report = folder.report(&["--event-version", "1"]);
    let broken: Vec<_> = findings(&report).filter_map(|finding| finding["promise"].as_str()).collect();
    assert_eq!(broken, ["one", "two"]);
    // Neither is hidden from whoever reads only the human report, or only the annotations of code scanning.
    let human = folder.pretoken(&["check", "--no-save"]).out;
    assert!(human.contains("the promise \"one\" is broken") && human.contains("the promise \"two\" is broken"));
    let sarif = json_of(&folder.pretoken(&["check", "--no-save", "--format", "sarif", "--event-version", "1"]).out);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let prints: std::collections::BTreeSet<_> =
        results.iter().map(|result| result["partialFingerprints"]["pretoken/v1"].to_string()).collect();
    assert_eq!((results.len(), prints.len()), (2, 2));
}

#[test]
fn a_promise_is_for_whom_it_is_made_and_about_the_token_that_it_names() {
    let sets = "claims[\"plan\"] = \"golden\"";
    for (narrowed, expected) in [
        ("", "broken"),
        ("for = [\"machines\"]", "broken"),
        ("for = [\"machines\"]\ntoken = \"id\"", "never-applied"),
        ("for = [\"users\"]\ntoken = \"access\"", "broken"),
        ("for = [\"TokenGeneration_RefreshTokens\"]", "broken"),
    ] {
        let demand = format!("claim = \"plan\"\none-of = [\"free\"]\n{narrowed}");
        let folder = Folder::new("narrowed", &promise(&demand), sets);
        let report = folder.report(&["--event-version", "3"]);
        assert_eq!(report["promises"][0]["state"], expected, "{narrowed}");
        if narrowed.contains("RefreshTokens") {
            let finding = findings(&report).find(|finding| finding["promise"] == NAME).unwrap();
            assert_eq!(finding["trigger_source"], "TokenGeneration_RefreshTokens");
        }
    }
    // V1 cannot set a claim of the access token: only whoever names that token is told so.
    for (token, expected) in [("", "kept"), ("token = \"access\"", "broken")] {
        let demand = format!("claim = \"mail\"\npresent-with = \"email\"\n{token}");
        let folder = Folder::new("v1", &promise(&demand), "claims.update({\"mail\": attributes.get(\"email\", \"\")})");
        assert_eq!(folder.report(&["--event-version", "1"])["promises"][0]["state"], expected, "{token}");
    }
}

#[test]
fn a_promise_that_never_applied_is_said_and_fails_a_strict_check() {
    let folder = Folder::new("never", &promise("claim = \"seat\"\none-of = [1, 2]"), "pass");
    let run = folder.pretoken(&["check", "--no-save"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let words = format!("pretoken.toml:4 promises \"{NAME}\", which never applied, which is not kept");
    assert!(flat(&run.out).contains(&words), "{}", run.out);
    assert_eq!(folder.pretoken(&["check", "--no-save", "--strict"]).code, 1);
    // A run that did not look for it says nothing of it.
    let elsewhere = folder.report(&["--strict", "--only", "event-not-returned"]);
    assert_eq!((&elsewhere["verdict"], &elsewhere["promises"][0]["state"]), (&json!("conforms"), &json!("untried")));
}

#[test]
fn the_shards_of_a_run_say_of_a_promise_what_the_whole_run_says() {
    let (demand, breaks, _) = DEMANDS[3];
    let never = promise("claim = \"seat\"\none-of = [1]").replace(NAME, "never");
    let folder = Folder::new("shards", &format!("{}{never}", promise(demand)), breaks);
    for shard in ["1/2", "2/2"] {
        let file = format!("{}.json", shard.replace('/', "-"));
        let arguments = ["check", "--no-save", "--shard", shard, "--format", "json", "--output", &file];
        assert_eq!(folder.pretoken(&arguments).code, 1);
    }
    let merged = json_of(&folder.pretoken(&["merge", "1-2.json", "2-2.json", "--format", "json"]).out);
    let whole = folder.report(&[]);
    assert_eq!(merged["promises"], whole["promises"]);
    let notes = |report: &Value| report["notes"].as_array().unwrap().iter().filter(|note| is_of_promise(note)).count();
    assert_eq!((notes(&merged), notes(&whole)), (1, 1));
}

#[test]
fn without_promises_nothing_of_them_is_in_a_report() {
    let folder = Folder::new("none", "", "claims[\"plan\"] = \"gold\"");
    let report = folder.report(&[]);
    assert_eq!((report.get("promises"), findings(&report).count()), (None, 0));
    let rules = report["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| !rule["id"].as_str().unwrap().starts_with("promise-")));
    let human = folder.pretoken(&["check", "--no-save"]).out;
    assert!(!human.contains("promise"), "{human}");
    let no_rule = folder.pretoken(&["check", "--no-save", "--only", "promise-broken"]);
    assert_eq!(no_rule.code, 3, "{} {}", no_rule.out, no_rule.err);
}

fn is_of_promise(note: &Value) -> bool {
    note.as_str().unwrap().contains("never applied")
}

const NAME: &str = "as we agreed";

const RUN: &str = "target = \"app.py\"\ncases = 100\nevent-versions = [1, 2]\n";

fn promise(demand: &str) -> String {
    format!("[[promise]]\nname = \"{NAME}\"\n{demand}\n")
}

fn findings(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().unwrap().iter()
}

/// A handler with one line of its own, which fills `claims` for both tokens, or changes `details`.
fn handler(line: &str) -> String {
    format!(
        "def lambda_handler(event, context):
    request = event[\"request\"]
    attributes = request[\"userAttributes\"]
    metadata = request.get(\"clientMetadata\") or {{}}
    groups = (request.get(\"groupConfiguration\") or {{}}).get(\"groupsToOverride\") or []
    refresh = event[\"triggerSource\"] == \"TokenGeneration_RefreshTokens\"
    machine = event[\"triggerSource\"] == \"TokenGeneration_ClientCredentials\"
    claims, details = {{}}, {{}}
    {line}
    if machine:
        details = {{}}
    change = {{\"claimsToAddOrOverride\": claims}}
    if event[\"version\"] == \"1\":
        event[\"response\"] = {{\"claimsOverrideDetails\": {{**change, **details}}}}
    else:
        parts = {{\"accessTokenGeneration\": change}}
        if not machine:
            parts[\"idTokenGeneration\"] = change
        event[\"response\"] = {{\"claimsAndScopeOverrideDetails\": {{**parts, **details}}}}
    return event
"
    )
}

/// A folder with a `pretoken.toml`, a schema and a trigger.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new(name: &str, promises: &str, line: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("promises").join(name);
        // What an earlier run of this test left.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("schemas")).unwrap();
        let folder = Self { path };
        folder.write("pretoken.toml", &format!("{RUN}{promises}"));
        folder.write("schemas/id-token.json", include_str!("promises/schemas/id-token.json"));
        folder.trigger(line);
        folder
    }

    fn trigger(&self, line: &str) {
        self.write("app.py", &handler(line));
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).unwrap();
    }

    fn pretoken(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
        command.args(arguments).current_dir(&self.path).stdin(Stdio::null());
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

    /// The JSON report of a check, which satisfies its schema.
    fn report(&self, arguments: &[&str]) -> Value {
        let run = self.pretoken(&[&["check", "--format", "json", "--no-save"], arguments].concat());
        let report = json_of(&run.out);
        assert_valid(Schema::Report, &report);
        report
    }
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn assert_valid(schema: Schema, document: &Value) {
    let schema: Value = serde_json::from_str(schema.text()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} {document:#}");
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The text without its line breaks, so that a phrase is found wherever it is wrapped.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
