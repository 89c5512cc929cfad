//! The words of a trigger's own source: which files are read, and what the cases make of them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy knows only test functions as tests"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use pretoken::Check;
use pretoken::dictionary::{Gathered, of_target, of_text};
use pretoken::engine::{self, Audit, Cases, Phase, Plan, Seed};
use pretoken::event;
use pretoken::generate::{Dictionary, Kind};
use pretoken::target::{InProcess, TargetSpec};
use serde_json::{Value, json};

/// A folder with these files, its own for each test.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dictionary").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    for (name, content) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn gathered(folder: &Path, handler: &str) -> Gathered {
    of_target(&TargetSpec::parse(&[folder.join(handler)]).unwrap())
}

const GROUP: &[u8] = b"def f(groups): return 'wheel' in groups";

#[test]
fn what_a_python_file_imports_from_its_folder_is_read() {
    let files: &[(&str, &[u8])] = &[
        ("app.py", b"import os, one\nfrom two import TENANTS as T\nfrom pkg.three import x\nfrom pkg import four\nif 'root' in groups: pass\nopen('data.json')"),
        ("one.py", b"GROUPS = ['one']"),
        ("two.py", b"GROUPS = ['two']"),
        ("pkg/__init__.py", b"from . import five\nfrom .six import y"),
        ("pkg/three.py", b"GROUPS = ['three']\nfrom ..seven import z"),
        ("pkg/four.py", b"GROUPS = ['four']"),
        ("pkg/five.py", b"GROUPS = ['five']"),
        ("pkg/six.py", b"GROUPS = ['six']"),
        ("seven.py", b"GROUPS = ['seven']"),
        ("data.json", b"{\"groups\": [\"data\"]}"),
        ("unused.py", b"GROUPS = ['unused']"),
    ];
    let gathered = gathered(&folder("python", files), "app.py");
    let mut groups = gathered.dictionary.of(Kind::Group);
    groups.sort_unstable();
    assert_eq!(groups, ["data", "five", "four", "one", "root", "seven", "six", "three", "two"]);
    assert_eq!(gathered.files[0], "app.py");
    assert_eq!((gathered.files.len(), gathered.unread), (10, None));
}

#[test]
fn what_a_script_imports_from_its_folder_is_read() {
    let files: &[(&str, &[u8])] = &[
        ("index.ts", b"import { a } from './one.js'\nexport * from './two'\nconst c = require('./lib')\nawait import('./lib/four.mjs')\nimport data from './data.json' with { type: 'json' }\nimport 'left-pad'"),
        ("one.ts", b"export const groups = ['one']"),
        ("two.mjs", b"export const groups = ['two']"),
        ("lib/index.js", b"exports.groups = ['three']\nimport '../five.js'"),
        ("lib/four.mjs", b"export const groups = ['four']"),
        ("five.js", b"const groups = ['five']"),
        ("data.json", b"{\"groups\": [\"data\"]}"),
        ("node_modules/left-pad/index.js", b"const groups = ['library']"),
    ];
    let gathered = gathered(&folder("script", files), "index.ts");
    let mut groups = gathered.dictionary.of(Kind::Group);
    groups.sort_unstable();
    assert_eq!(groups, ["data", "five", "four", "one", "three", "two"]);
}

#[test]
fn files_that_import_each_other_are_read_once() {
    let files: &[(&str, &[u8])] =
        &[("a.py", b"import b\nimport a"), ("b.py", b"import a\nimport b\nGROUPS = ['wheel']")];
    let gathered = gathered(&folder("cycle", files), "a.py");
    assert_eq!(gathered.files, ["a.py", "b.py"]);
    assert_eq!(gathered.dictionary.of(Kind::Group), ["wheel"]);
}

#[cfg(unix)]
#[test]
fn what_lies_outside_the_folder_is_not_read_whatever_way_leads_there() {
    let outside = folder("outside", &[("secret.py", b"GROUPS = ['secret']"), ("secret.mjs", b"groups = ['secret']")]);
    let inside = folder(
        "inside",
        &[
            ("app.py", b"import link\nfrom deep import secret\nfrom ..outside import secret\nGROUPS = ['wheel']"),
            ("app.mjs", b"import '../outside/secret.mjs'\nconst groups = ['wheel']"),
        ],
    );
    std::os::unix::fs::symlink(outside.join("secret.py"), inside.join("link.py")).unwrap();
    std::os::unix::fs::symlink(&outside, inside.join("deep")).unwrap();
    for handler in ["app.py", "app.mjs"] {
        assert_eq!(gathered(&inside, handler).dictionary.of(Kind::Group), ["wheel"], "{handler}");
    }
    // The handler itself may be a link: its folder is where it really is.
    std::os::unix::fs::symlink(inside.join("app.py"), outside.join("handler.py")).unwrap();
    assert_eq!(gathered(&outside, "handler.py").dictionary.of(Kind::Group), ["wheel"]);
}

#[test]
fn odd_files_are_read_as_far_as_they_go() {
    let mut odd = b"name = '\xff\xfe\x80'\n".to_vec();
    odd.extend_from_slice(GROUP);
    let files: &[(&str, &[u8])] = &[("bytes.py", &odd), ("empty.py", b""), ("wrong.py", b"def ('wheel' in groups")];
    let folder = folder("odd", files);
    assert_eq!(gathered(&folder, "bytes.py").dictionary.of(Kind::Group), ["wheel"]);
    assert_eq!(gathered(&folder, "wrong.py").dictionary.of(Kind::Group), ["wheel"]);
    assert!(gathered(&folder, "empty.py").dictionary.is_empty());
}

#[test]
fn a_file_that_is_too_large_is_left_out_and_this_is_said_of_the_handler() {
    let mut large = GROUP.to_vec();
    large.resize(2 << 20, b'\n');
    let folder = folder("large", &[("large.py", &large), ("app.py", b"import large\nGROUPS = ['root']")]);
    let own = gathered(&folder, "large.py");
    assert!(own.dictionary.is_empty());
    let words = own.unread.unwrap().to_string();
    assert!(words.contains("was not read for words to try") && words.contains("larger than 1024 KiB"), "{words}");
    let importing = gathered(&folder, "app.py");
    assert_eq!((importing.dictionary.of(Kind::Group), importing.unread), (vec!["root"], None));
}

#[cfg(unix)]
#[test]
fn a_script_names_its_language_and_a_program_is_read_near_the_words_of_the_event() {
    use std::os::unix::fs::PermissionsExt;
    let files: &[(&str, &[u8])] = &[
        ("python", b"#!/usr/bin/env python3\nGROUPS = ['wheel']"),
        ("shell", b"#!/bin/sh\nexec ./real 'wheel'"),
        ("noise", b"\x7fELF and no more"),
    ];
    let folder = folder("executables", files);
    for (name, _) in files {
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    assert_eq!(gathered(&folder, "python").dictionary.of(Kind::Group), ["wheel"]);
    assert!(gathered(&folder, "shell").dictionary.is_empty());
    assert!(gathered(&folder, "noise").unread.unwrap().reason.contains("no program"));
    // This very test program: it names an attribute, as the compiler has laid it down.
    let name = std::hint::black_box("custom:of-this-test");
    let own = of_target(&TargetSpec::Executable(std::env::current_exe().unwrap()));
    assert!(own.dictionary.of(Kind::Attribute).contains(&name), "{:?}", own.unread);
}

#[test]
fn an_address_and_a_command_tell_no_words_and_that_is_no_fault() {
    for words in [vec!["http://127.0.0.1:9"], vec!["--", "java", "Main"]] {
        let gathered = of_target(&TargetSpec::parse(&words).unwrap());
        assert!(gathered.dictionary.is_empty() && gathered.unread.is_none());
    }
}

/// Words that are legal and awkward, of every kind.
fn awkward() -> Dictionary {
    let source = "
if 'wheel' in groups or '管理者🦀' in groups or 'two words' in groups or len(groups) > 98: pass
if attributes['custom:tenant'] == 'initech' or attributes['email'] == '' or attributes['email'] == 'initech': pass
if attributes['sub'] == 'x' or attributes['identities'] == 'y' or attributes['custom:a-name-that-is-far-too-long'] == 'z': pass
if client_id in ('7backoffice', 'not-an-id', 'a b'): pass
if 'orders/refund' in scopes or 'refund' in scopes or '/' in scopes or 'orders refund' in scopes: pass
if metadata['impersonate'] == 'yes': pass
if provider_name in ('Okta', '_odd_', 'x' ): pass
if email.endswith('@initech.example') or email.endswith('.sub.example.com'): pass
if user_name == 'root' or user_name == 'ro ot' or user_name.startswith('Corp_'): pass
if trigger_source in ('TokenGeneration_RefreshTokens', 'TokenGeneration_ClientCredentials', 'PostConfirmation_X'): pass
";
    of_text("app.py", source)
}

fn cases(dictionary: Dictionary, random: u64, seed: u64) -> Cases {
    Cases::new(&Plan { cases: random, seed: Seed(seed), dictionary: Arc::new(dictionary), ..Plan::default() })
}

#[test]
fn every_event_with_words_of_a_dictionary_satisfies_its_schema() {
    let audit = Audit::new().unwrap();
    for seed in 0..4 {
        let cases = cases(awkward(), 10_000, seed);
        for place in 0..cases.len() {
            let case = cases.get(place).unwrap();
            let event = event::build(&case.situation, case.version);
            assert_eq!(audit.fault(case.version, &event), None, "{}: {event:#}", case.scenario);
        }
    }
}

type Wanted = fn(&Value) -> bool;

#[test]
fn every_kind_of_word_reaches_the_events() {
    let cases = cases(awkward(), 3_000, 1);
    let random = (0..cases.len()).filter(|place| cases.phase(*place) == Phase::Random);
    let events: Vec<Value> =
        random.map(|place| cases.get(place).unwrap()).map(|case| event::build(&case.situation, case.version)).collect();
    let table: &[(&str, Wanted)] = &[
        ("group", |e| has(&e["request"]["groupConfiguration"]["groupsToOverride"], "wheel")),
        ("many groups", |e| {
            e["request"]["groupConfiguration"]["groupsToOverride"].as_array().is_some_and(|list| list.len() == 99)
        }),
        ("pair", |e| e["request"]["userAttributes"]["custom:tenant"] == "initech"),
        ("client", |e| e["callerContext"]["clientId"] == "7backoffice"),
        ("scope", |e| has(&e["request"]["scopes"], "orders/refund")),
        ("metadata", |e| e["request"]["clientMetadata"]["impersonate"] == "yes"),
        ("provider", |e| {
            e["request"]["userAttributes"]["identities"].as_str().is_some_and(|text| text.contains("\"Okta\""))
        }),
        ("domain", |e| e["request"]["userAttributes"]["email"] == "jane@initech.example"),
        ("domain below", |e| e["request"]["userAttributes"]["email"] == "jane@mail.sub.example.com"),
        ("user name", |e| e["userName"] == "root"),
        ("provider in a user's name", |e| e["userName"].as_str().is_some_and(|name| name.starts_with("Corp_"))),
    ];
    for (what, occurs) in table {
        let count = events.iter().filter(|event| occurs(event)).count();
        assert!(count >= 10, "{what}: {count}");
    }
}

#[test]
fn an_attribute_with_a_format_keeps_it_whatever_a_source_compares_it_with() {
    let cases = cases(awkward(), 3_000, 1);
    for place in 0..cases.len() {
        let case = cases.get(place).unwrap();
        let email = case.situation.user().and_then(|user| user.attribute("email"));
        assert!(email.is_none_or(|email| email.is_empty() || email.contains('@')), "{email:?}");
    }
}

fn has(list: &Value, word: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|own| own == word))
}

#[test]
fn about_half_of_the_cases_are_the_same_with_and_without_a_dictionary() {
    let (with, without) = (cases(awkward(), 1_000, 1), cases(Dictionary::default(), 1_000, 1));
    let fixed = with.len() - 1_000;
    let same = |place: u64| with.get(place).unwrap().situation == without.get(place).unwrap().situation;
    assert!((0..fixed).all(same), "documented and boundary cases know no dictionary");
    let count = (fixed..with.len()).filter(|place| same(*place)).count();
    assert!((450..600).contains(&count), "{count}");
}

/// When this changes, every case that people know by its seed has become another one. The number was first taken from a
/// build that knew no dictionary.
#[test]
fn without_a_dictionary_the_cases_are_what_they_were_before_there_was_one() {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for seed in [20_231_212, 1, u64::MAX] {
        let cases = cases(Dictionary::default(), 600, seed);
        for place in cases.len() - 600..cases.len() {
            let case = cases.get(place).unwrap();
            for byte in event::build(&case.situation, case.version).to_string().bytes() {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    assert_eq!(format!("{digest:016x}"), "edcf9a104ae00453");
}

/// A fault behind two conditions, as a trigger in process.
fn needle(event: Value) -> Result<Value, String> {
    let tenant = &event["request"]["userAttributes"]["custom:tenant"];
    if tenant == "initech" && has(&event["request"]["groupConfiguration"]["groupsToOverride"], "wheel") {
        return Err("KeyError".to_owned());
    }
    Ok(event)
}

#[test]
fn the_number_of_jobs_does_not_show_in_what_a_dictionary_finds() {
    let run = |jobs| {
        let plan = Plan { jobs, cases: 2_000, dictionary: Arc::new(awkward()), ..Plan::default() };
        let run = engine::run(&plan, &InProcess::new("needle", needle), &|_| (), &AtomicBool::new(false)).unwrap();
        run.findings
            .iter()
            .map(|finding| (finding.rule.id, finding.place, finding.event.to_string(), finding.seen))
            .collect::<Vec<_>>()
    };
    let alone = run(1);
    assert!(!alone.is_empty());
    assert_eq!(run(3), alone);
}

/// Writes a claim, and cannot bear the attribute that it is made of.
fn writes_and_fails(mut event: Value) -> Result<Value, String> {
    if event["request"]["userAttributes"].get("custom:clearance").is_some() {
        return Err("KeyError".to_owned());
    }
    event["response"] = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"clearance": "none"}}});
    Ok(event)
}

#[test]
fn in_process_the_claims_of_the_answers_are_attributes_to_try() {
    let check = || Check::new().versions([pretoken::situation::EventVersion::V1]);
    let with = check().report(writes_and_fails).unwrap();
    assert!(with.outcomes.errored > 0);
    assert_eq!(with.dictionary.unwrap().from_answers, 2);
    let without = check().no_dictionary().report(writes_and_fails).unwrap();
    assert_eq!((without.outcomes.errored, without.dictionary), (0, None));
}
