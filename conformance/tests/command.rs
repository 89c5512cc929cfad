//! The `pretoken` command as scripts and people meet it: exit codes, messages, streams.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the helpers of these tests fail as tests do"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::thread;

use pretoken_schemas::Schema;
use serde_json::{Value, json};

#[test]
fn a_check_of_the_bundled_trigger_conforms_and_ends_with_0() {
    let run = pretoken(&["check", "--cases", "50"]);
    assert_eq!(code(&run), 0, "{run:?}");
    let (out, err) = (stdout(&run), stderr(&run));
    assert!(out.contains("\nconforms: "), "{out}");
    assert!(out.contains("the bundled reference trigger"), "{out}");
    assert_eq!(err.lines().count(), 4, "one line for each phase, and one for what follows: {err}");
    assert!(err.ends_with("random: 50 cases\ncomparing answers\n"), "{err}");
}

#[test]
fn a_json_report_satisfies_its_schema() {
    let run = pretoken(&["check", "--cases", "50", "--format", "json"]);
    assert_eq!(code(&run), 0);
    let report = valid_report(&stdout(&run));
    assert_eq!(report["verdict"], "conforms");
    assert_eq!(report["cases"]["by_phase"]["random"], 50);
}

#[test]
fn the_seed_decides_the_report_whatever_the_number_of_jobs() {
    let report = |seed: &str, jobs: &str| {
        let run = pretoken(&["check", "--cases", "300", "--format", "json", "--seed", seed, "--jobs", jobs]);
        let mut report = valid_report(&stdout(&run));
        for measured in ["latency_ms", "duration_ms"] {
            report.as_object_mut().unwrap().remove(measured).unwrap();
        }
        report
    };
    assert_eq!(report("7", "1"), report("7", "3"));
    assert_ne!(report("7", "1")["rules"], report("8", "1")["rules"]);
}

#[test]
fn only_the_event_versions_that_are_asked_for_are_tried() {
    let run = pretoken(&["check", "--cases", "20", "--format", "json", "--event-version", "2,V1_0"]);
    let report = valid_report(&stdout(&run));
    assert_eq!(report["event_versions"], json!(["1", "2"]));
    assert_eq!(report["cases"]["by_event_version"].as_object().unwrap().len(), 2);
}

#[test]
fn a_run_that_exercises_no_rule_has_no_verdict_and_ends_with_3() {
    let run = pretoken(&["check", "--cases", "10", "--event-version", "1", "--only", "no-effect-for-machine"]);
    assert_eq!(code(&run), 3, "{run:?}");
    assert!(stdout(&run).contains("\nno-verdict: "), "{}", stdout(&run));
}

#[test]
fn a_trigger_that_breaks_a_rule_ends_with_1_and_shows_the_place() {
    let address = served(sets_sub);
    let run = pretoken(&["check", &address, "--cases", "20"]);
    let out = stdout(&run);
    assert_eq!(code(&run), 1, "{run:?}");
    assert!(out.starts_with("--- error reserved-claim-set: a claim that cannot be changed is set ---\n"), "{out}");
    assert!(out.contains("\"sub\": \"someone-else\"  <-- here\n"), "{out}");
    assert!(out.contains("\nviolates: do not deploy this trigger as it is"), "{out}");
    assert!(stderr(&run).contains("shrinking: "), "{}", stderr(&run));

    let json = pretoken(&["check", &address, "--cases", "20", "--format", "json"]);
    let report = valid_report(&stdout(&json));
    assert_eq!((code(&json), &report["verdict"]), (1, &json!("violates")));
    assert_eq!(report["target"], json!({"kind": "http", "display": address}));
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "reserved-claim-set");
    let pointer = finding["pointer"].as_str().unwrap();
    assert_eq!(finding["answer"].pointer(pointer), Some(&json!("someone-else")));
    let of_the_rule = |list: &str, id: &str, count: &str| -> u64 {
        let entries = report[list].as_array().unwrap().iter().filter(|entry| entry[id] == "reserved-claim-set");
        entries.map(|entry| entry[count].as_u64().unwrap()).sum()
    };
    assert_eq!(of_the_rule("findings", "rule", "seen"), of_the_rule("rules", "id", "violated"));

    let allowed = pretoken(&["check", &address, "--cases", "20", "--allow", "reserved-claim-set"]);
    assert_eq!(code(&allowed), 0, "{allowed:?}");
}

#[test]
fn a_trigger_that_cannot_be_started_or_spoken_to_has_no_verdict_and_ends_with_3() {
    // Nobody listens on port 1.
    for arguments in [&["check", "http://127.0.0.1:1"][..], &["check", "--", "no-such-program-anywhere"]] {
        let run = pretoken(arguments);
        assert_eq!(code(&run), 3, "{run:?}");
        assert!(stderr(&run).contains("error: the trigger could not be started: "), "{}", stderr(&run));
        assert_eq!(stdout(&run), "");
        // A program that reads the report finds the reason in there.
        let (command, trigger) = arguments.split_first().unwrap();
        let json = pretoken(&[&[*command, "--format", "json"], trigger].concat());
        let report = valid_report(&stdout(&json));
        assert_eq!((code(&json), &report["verdict"], &report["cases"]["total"]), (3, &json!("no-verdict"), &json!(0)));
        assert!(report["notes"][0].as_str().unwrap().starts_with("the trigger could not be started: "));
    }
}

#[test]
fn a_rule_that_is_allowed_is_not_in_the_report() {
    let rules = |more: &[&str]| {
        let run = pretoken(&[&["check", "--cases", "0", "--format", "json"], more].concat());
        valid_report(&stdout(&run))["rules"].as_array().unwrap().len()
    };
    assert_eq!(rules(&["--allow", "dev-claim-set", "--allow", "blank-in-scope"]), rules(&[]) - 2);
    assert_eq!(rules(&["--only", "dev-claim-set"]), 1);
}

#[test]
fn a_report_goes_to_the_file_that_is_named() {
    let file = temporary("report.txt");
    let run = pretoken(&["--color", "always", "check", "--cases", "10", "--output", &file]);
    assert_eq!(code(&run), 0);
    assert_eq!(stdout(&run), "");
    assert!(stderr(&run).contains(&format!("conforms: the report is in `{file}`")), "{}", stderr(&run));
    let report = std::fs::read_to_string(&file).unwrap();
    assert!(report.contains("--- summary ---"));
    assert!(!report.contains('\u{1b}'), "a file has no colours");
}

#[test]
fn what_cannot_be_used_ends_with_2_and_is_named() {
    let nowhere = temporary("no-such-folder/report.txt");
    for (arguments, words) in [
        (vec!["check", "--cases", "0", "--output", &nowhere], "no-such-folder/report.txt` cannot be written"),
        (vec!["check", "--only", "reserved-claim-sett"], "did you mean `reserved-claim-set`?"),
        (vec!["check", "--allow", "xyz"], "`xyz` is no rule; `pretoken rules` lists them"),
        (vec!["check", "--event-version", "4"], "`4` is no event version; use `1`, `2` or `3`"),
        (vec!["check", "--seed", "x"], "`x` is no seed"),
        (vec!["check", "--jobs", "0"], "--jobs"),
        (vec!["check", "--deny", "all"], "error, warning, advice"),
        (vec!["check", "--format", "xml"], "human, json"),
        (vec!["explain", "dev-claim-sets"], "did you mean `dev-claim-set`?"),
        (vec!["chekc"], "check"),
        (vec!["check", "no/such/app.py"], "there is no file `no/such/app.py`"),
        (vec!["check", "--timeout", "5"], "`5` is no time limit; use a number with its unit"),
        (vec!["preview", "--event", "/no/such/event.json"], "`/no/such/event.json` cannot be used as an event"),
    ] {
        let run = pretoken(&arguments);
        assert_eq!(code(&run), 2, "{arguments:?}");
        assert!(stderr(&run).contains(words), "{arguments:?}: {}", stderr(&run));
        assert_eq!(stdout(&run), "", "{arguments:?}");
    }
}

#[test]
fn events_are_json_lines_and_the_same_for_the_same_seed() {
    let events = |seed: &str| stdout(&pretoken(&["events", "--cases", "40", "--phase", "random", "--seed", seed]));
    let text = events("5");
    assert_eq!(text.lines().count(), 40);
    for line in text.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(event["triggerSource"].as_str().unwrap().starts_with("TokenGeneration_"));
    }
    assert_eq!(text, events("5"));
    assert_ne!(text, events("6"));
}

#[test]
fn events_can_say_where_they_come_from() {
    let run = pretoken(&["events", "--phase", "boundary", "--event-version", "2", "--with-scenario"]);
    for line in stdout(&run).lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&line["phase"], &line["event_version"]), (&json!("boundary"), &json!("2")));
        assert!(!line["scenario"].as_str().unwrap().is_empty() && line["event"].is_object());
    }
    assert!(stdout(&run).contains("groupConfiguration is null"));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = command(&["events", "--cases", "100000"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(first.starts_with('{'));
    assert_eq!((code(&ended), stderr(&ended)), (0, String::new()));
}

#[test]
fn colours_are_for_terminals_unless_they_are_asked_for() {
    let check = ["check", "--cases", "0"];
    let coloured = |more: &[&str]| stdout(&pretoken(&[&check[..], more].concat())).contains('\u{1b}');
    assert!(!coloured(&[]));
    assert!(coloured(&["--color", "always"]));
    assert!(!coloured(&["--color", "never"]));
    let forced = |variables: &[(&str, &str)]| {
        let run = command(&check).envs(variables.iter().copied()).output().unwrap();
        stdout(&run).contains('\u{1b}')
    };
    assert!(forced(&[("CLICOLOR_FORCE", "1")]));
    assert!(!forced(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[cfg(unix)]
#[test]
fn an_interrupted_check_reports_what_it_found_and_ends_with_130() {
    let mut child =
        command(&["check", "--cases", "100000000"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The phases are told once the run is under way.
    let mut err = BufReader::new(child.stderr.take().unwrap());
    err.read_line(&mut String::new()).unwrap();
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(code(&ended), 130);
    assert!(stdout(&ended).contains("the run was interrupted before its end"), "{}", stdout(&ended));
    assert!(stdout(&ended).contains("\nno-verdict: "));
}

#[test]
fn the_list_of_rules_has_every_rule_in_every_format() {
    let human = stdout(&pretoken(&["rules"]));
    let markdown = stdout(&pretoken(&["rules", "--format", "markdown"]));
    let listed: Value = serde_json::from_str(&stdout(&pretoken(&["rules", "--format", "json"]))).unwrap();
    let listed: Vec<_> = listed.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let all: Vec<_> = pretoken::rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(listed, all);
    for rule in all {
        assert!(human.contains(&format!("  {rule} ")), "{rule}");
        assert!(markdown.contains(&format!("| `{rule}` | ")), "{rule}");
    }
    assert_eq!(human.lines().find(|line| line.chars().count() > 80), None);
}

#[test]
fn every_rule_can_be_explained_with_its_examples() {
    for rule in pretoken::rules::ALL {
        let run = pretoken(&["explain", rule.id]);
        let text = stdout(&run);
        assert_eq!(code(&run), 0, "{}", rule.id);
        let headings = ["What it requires", "Why it matters", "What to change", "Violates", "Conforms", "Reasons"];
        let mut rest = text.as_str();
        for heading in headings {
            (_, rest) = rest.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("{}: {text}", rule.id));
        }
        assert!(text.contains("\nSources\n") || text.contains("\nOpen questions\n"), "{text}");
        // The rule itself convicts the one example and has nothing to say to the other.
        let (violates, conforms) = text.split_once("\nConforms\n").unwrap();
        assert!(rule.reasons.iter().any(|reason| violates.contains(&format!("\n  {reason}: "))), "{text}");
        assert!(conforms.contains("\n  nothing to say\n"), "{text}");
    }
}

#[test]
fn the_reports_of_all_shards_come_to_one_verdict() {
    let part = |shard: &str| {
        let file = temporary(&format!("shard-{}.json", shard.replace('/', "-of-")));
        let run = pretoken(&[
            "check",
            "--cases",
            "90",
            "--event-version",
            "2",
            "--shard",
            shard,
            "--format",
            "json",
            "--output",
            &file,
        ]);
        assert!(matches!(code(&run), 0 | 3), "{run:?}");
        file
    };
    let files = ["3/3", "1/3", "2/3"].map(part);
    let whole =
        valid_report(&stdout(&pretoken(&["check", "--cases", "90", "--event-version", "2", "--format", "json"])));
    let merged = pretoken(&["merge", &files[0], &files[1], &files[2], "--format", "json"]);
    assert_eq!(code(&merged), 0, "{merged:?}");
    let merged = valid_report(&stdout(&merged));
    assert_eq!((&merged["cases"], &merged["shard"]), (&whole["cases"], &json!({"number": 1, "of": 1})));
    assert_eq!((&merged["verdict"], &merged["outcomes"]), (&json!("conforms"), &whole["outcomes"]));

    let short = pretoken(&["merge", &files[0], &files[1]]);
    assert_eq!(code(&short), 3, "{short:?}");
    assert!(stdout(&short).contains("there is no report of shard 2/3"), "{short:?}");
    let twice = pretoken(&["merge", &files[0], &files[0]]);
    assert_eq!((code(&twice), stderr(&twice).contains("shard 3/3 is there twice")), (2, true), "{twice:?}");
    let none = pretoken(&["merge", "no-such-report.json"]);
    assert_eq!((code(&none), stderr(&none).contains("`no-such-report.json` cannot be read")), (2, true), "{none:?}");
    std::fs::write(&files[0], "{}").unwrap();
    let damaged = pretoken(&["merge", &files[0]]);
    let words = stderr(&damaged);
    assert_eq!(
        (code(&damaged), words.contains("is no report of `pretoken check --format json`")),
        (2, true),
        "{words}"
    );
}

#[test]
fn a_preview_without_an_event_shows_the_telling_scenes() {
    let text = stdout(&pretoken(&["preview"]));
    for words in ["--- a plain user ---", "--- a machine (client credentials) ---", "  + \"tenant\": \"public\""] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(text.contains("\"auth_time\": 1735689600  (2025-01-01 00:00:00 UTC)"), "{text}");
    // Only event version 3 calls a trigger for machines.
    assert!(!stdout(&pretoken(&["preview", "--event-version", "2"])).contains("a machine"));
}

#[test]
fn a_preview_of_an_event_of_ones_own_shows_the_tokens_of_its_user() {
    let file = temporary("event.json");
    std::fs::write(&file, article().to_string()).unwrap();
    let run = pretoken(&["preview", "--event", &file, "--format", "json"]);
    assert_eq!(code(&run), 0, "{run:?}");
    let shown = valid(Schema::Preview, &stdout(&run));
    let view = &shown["previews"][0];
    assert_eq!((&view["scene"], &view["event_version"]), (&json!(file), &json!("1")));
    assert_eq!(view["event"], article());
    let (before, after) = (&view["before"]["id_token"], &view["after"]["id_token"]);
    assert_eq!(before["custom:x"], "@kakakakakku");
    assert_eq!(before["email_verified"], true);
    assert_eq!(before["iss"], "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_xxxxxxxxx");
    assert_eq!(after["tenant"], "public");
    assert!(view["before"]["signed_bytes"]["id_token"].as_u64() < view["after"]["signed_bytes"]["id_token"].as_u64());
}

#[test]
fn a_preview_satisfies_its_schema_whatever_comes_of_the_answer() {
    let scenes = valid(Schema::Preview, &stdout(&pretoken(&["preview", "--event-version", "3", "--format", "json"])));
    let machine = scenes["previews"].as_array().unwrap().last().unwrap();
    assert_eq!((&machine["before"]["id_token"], &machine["error"]), (&Value::Null, &Value::Null));
    let refused = served(|mut event| {
        event["response"]["claimsOverrideDetails"] = json!({"claimsToAddOrOverride": {"sub": "x"}});
        event
    });
    let view = &valid(Schema::Preview, &stdout(&pretoken(&["preview", &refused, "--format", "json"])))["previews"][0];
    assert_eq!(view["refused"][0]["what"], "set `sub`");
    let unreadable = served(|_| json!("ok"));
    let view =
        &valid(Schema::Preview, &stdout(&pretoken(&["preview", &unreadable, "--format", "json"])))["previews"][0];
    assert_eq!((&view["outcome"], &view["after"]), (&json!("answered"), &Value::Null));
    assert_eq!(view["sign_in_failure"]["message"], "Unrecognizable lambda output");
}

/// What a published walk-through shows: `my_key` comes, `custom:x` goes, the access token stays as it is.
#[test]
fn a_preview_of_the_walk_throughs_trigger_shows_the_tokens_that_its_author_decoded() {
    let address = served(|mut event| {
        event["response"]["claimsOverrideDetails"] =
            json!({"claimsToAddOrOverride": {"my_key": "my_value"}, "claimsToSuppress": ["custom:x"]});
        event
    });
    let input = article().to_string();
    let run = with_input(&["preview", &address, "--event", "-", "--format", "json"], &input);
    let view = &serde_json::from_str::<Value>(&stdout(&run)).unwrap()["previews"][0];
    let mut expected = view["before"]["id_token"].clone();
    assert_eq!(expected.as_object_mut().unwrap().remove("custom:x"), Some(json!("@kakakakakku")));
    expected["my_key"] = json!("my_value");
    assert_eq!(view["after"]["id_token"], expected);
    assert_eq!(view["after"]["access_token"], view["before"]["access_token"]);

    let text = stdout(&with_input(&["preview", &address, "--event", "-"], &input));
    assert!(text.contains("  - \"custom:x\": \"@kakakakakku\"\n"), "{text}");
    assert!(text.contains("  + \"my_key\": \"my_value\"\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("  + ") || line.starts_with("  - ")).count(), 2);
}

#[test]
fn an_event_can_come_from_standard_input_and_be_shown_under_another_version() {
    let run = with_input(&["preview", "--event", "-", "--event-version", "2"], &article().to_string());
    assert_eq!(code(&run), 0, "{run:?}");
    assert!(stdout(&run).contains("event version 2, TokenGeneration_Authentication"), "{}", stdout(&run));
}

#[test]
fn an_event_that_cannot_be_used_is_told_apart_from_one_that_can() {
    let machine =
        pretoken::event::build(&pretoken::situation::Scene::Machine.situation(), pretoken::situation::EventVersion::V3);
    let mut without_request = article();
    without_request.as_object_mut().unwrap().remove("request");
    for (input, more, words) in [
        ("{".to_owned(), None, "it is not JSON"),
        ("[]".to_owned(), None, "`the event` should be an object"),
        (without_request.to_string(), None, "`request` is missing"),
        (machine.to_string(), Some("1,3"), "under event version 3 only, not 1"),
    ] {
        let version = more.unwrap_or("auto");
        let run = with_input(&["preview", "--event", "-", "--event-version", version], &input);
        assert_eq!(code(&run), 2, "{input}");
        assert!(stderr(&run).contains(words), "{input}: {}", stderr(&run));
    }
}

#[test]
fn help_and_version_end_with_0() {
    for arguments in [&["--help"][..], &["check", "--help"], &["--version"]] {
        let run = pretoken(arguments);
        assert_eq!((code(&run), stderr(&run)), (0, String::new()), "{arguments:?}");
        assert!(stdout(&run).contains("pretoken"), "{arguments:?}");
    }
}

/// The user of a published walk-through for event version 1.
fn article() -> Value {
    json!({
        "version": "1",
        "triggerSource": "TokenGeneration_Authentication",
        "region": "ap-northeast-1",
        "userPoolId": "ap-northeast-1_xxxxxxxxx",
        "userName": "f7a4da98-a041-70e4-7954-8bbc5d3ca764",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "xxxxxxxxxxxxxxxxxxxxxxxxxx"},
        "request": {
            "userAttributes": {
                "sub": "f7a4da98-a041-70e4-7954-8bbc5d3ca764",
                "cognito:user_status": "CONFIRMED",
                "email": "x@example.com",
                "email_verified": "true",
                "custom:x": "@kakakakakku"
            },
            "groupConfiguration": {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null}
        },
        "response": {"claimsOverrideDetails": null}
    })
}

/// Puts a claim that cannot be changed into the ID token.
fn sets_sub(mut event: Value) -> Value {
    let part = json!({"claimsToAddOrOverride": {"sub": "someone-else"}});
    if event["version"] == "1" {
        event["response"]["claimsOverrideDetails"] = part;
    } else if event["triggerSource"] != "TokenGeneration_ClientCredentials" {
        event["response"]["claimsAndScopeOverrideDetails"] = json!({"idTokenGeneration": part});
    }
    event
}

/// A trigger behind an address of its own that takes Lambda invocations, for as long as the test runs.
fn served(trigger: fn(Value) -> Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            thread::spawn(move || serve(&connection.unwrap(), trigger));
        }
    });
    address
}

fn serve(connection: &TcpStream, trigger: fn(Value) -> Value) {
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
        reader.read_exact(&mut body).unwrap();
        let answer = trigger(serde_json::from_slice(&body).unwrap()).to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len());
        let mut writer = connection;
        writer.write_all([head, answer].concat().as_bytes()).unwrap();
    }
}

/// The command, in surroundings that say nothing about colours.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken"));
    // Findings are saved below the folder that the command runs in.
    command.args(arguments).current_dir(env!("CARGO_TARGET_TMPDIR")).stdin(Stdio::null());
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "CI"] {
        command.env_remove(variable);
    }
    command
}

fn pretoken(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn with_input(arguments: &[&str], input: &str) -> Output {
    let mut child =
        command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn code(run: &Output) -> i32 {
    run.status.code().expect("the command ends by itself")
}

fn stdout(run: &Output) -> String {
    String::from_utf8(run.stdout.clone()).unwrap()
}

fn stderr(run: &Output) -> String {
    String::from_utf8(run.stderr.clone()).unwrap()
}

/// A path below the folder that cargo keeps for the tests of this package.
fn temporary(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"))
}

fn valid_report(text: &str) -> Value {
    valid(Schema::Report, text)
}

fn valid(schema: Schema, text: &str) -> Value {
    let schema: Value = serde_json::from_str(schema.text()).unwrap();
    let document: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0], "{document:#}");
    document
}
