//! What a wrong `pretoken.toml` is told, and what `pretoken init` writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::assert_shown;

/// What is wrong, and a file in which it is.
const WRONG: &[(&str, &str)] = &[
    ("a key that is misspelled", "targte = \"app.py\"\ncases = 100\n"),
    ("a key that is like no other", "cases = 100\nretries = 3\n"),
    ("a text for a number", "# many cases\n  cases = \"1000\"\n"),
    ("a number below the least", "jobs = 0\n"),
    ("an event version that there is not", "event-versions = [1, \"V4_0\"]\n"),
    ("no event version", "event-versions = []\n"),
    ("a time without a unit", "timeout = \"5\"\n"),
    ("a level that is misspelled", "deny = \"warnings\"\n"),
    ("a command without words", "target = []\n"),
    ("a trigger that is not there", "target = \"./app.pyy\"\n"),
    ("a denial that is all of them", "denials = [\"Tenant * is suspended\", \"*\"]\n"),
    ("a token that there is not", "[token-budget]\nid = 6000\nrefresh = 4000\n"),
    ("a rule that is misspelled", "[[allow]]\nrule = \"groups-replacd\"\nreason = \"short names\"\n"),
    ("an allowance without a reason", "cases = 1\n\n[[allow]]\nrule = \"groups-replaced\"\n"),
    ("a blank reason", "[[allow]]\nrule = \"groups-replaced\"\nreason = \" \"\n"),
    (
        "a fault that the rule does not tell of",
        "[[allow]]\nrule = \"sign-in-denied\"\nreason = \"x\"\nfault = \"deny\"\n",
    ),
    (
        "a place that is no JSON pointer",
        "[[allow]]\nrule = \"dev-claim-set\"\nreason = \"x\"\nplace = \"response.claims\"\n",
    ),
    (
        "a trigger source that is cut short",
        "[[allow]]\nrule = \"dev-claim-set\"\nreason = \"x\"\ntrigger-source = \"RefreshTokens\"\n",
    ),
    ("a day that is none", "[[allow]]\nrule = \"dev-claim-set\"\nreason = \"x\"\nexpires = \"soon\"\n"),
    ("one table for a list of tables", "[allow]\nrule = \"dev-claim-set\"\nreason = \"x\"\n"),
    ("a promise without a demand", "[[promise]]\nname = \"tenant\"\nclaim = \"tenant\"\n"),
    (
        "a demand that is misspelled",
        "[[promise]]\nname = \"tenant\"\nclaim = \"tenant\"\nequal-attribute = \"custom:tenant\"\n",
    ),
    ("two demands in one promise", "[[promise]]\nname = \"x\"\nclaim = \"plan\"\none-of = [\"gold\"]\nabsent = true\n"),
    ("a demand without its claim", "[[promise]]\nname = \"two plans\"\none-of = [\"gold\"]\n"),
    ("a demand that is about no claim", "[[promise]]\nname = \"x\"\nclaim = \"groups\"\nkeeps-groups = true\n"),
    ("a promise of nothing", "[[promise]]\nname = \"x\"\nkeeps-groups = false\n"),
    ("a promise to nobody", "[[promise]]\nname = \"x\"\nfor = []\nkeeps-groups = true\n"),
    ("a bearer that is misspelled", "[[promise]]\nname = \"x\"\nfor = [\"user\"]\nkeeps-groups = true\n"),
    (
        "two promises with one name",
        "[[promise]]\nname = \"x\"\nkeeps-groups = true\n\n[[promise]]\nname = \"x\"\nsame-on-refresh = true\n",
    ),
    ("a schema that is not there", "[[promise]]\nname = \"x\"\nschema = \"id-tokn.json\"\n"),
    ("a schema that is none", "[[promise]]\nname = \"x\"\nschema = \"broken.json\"\n"),
    ("a schema that lies elsewhere", "[[promise]]\nname = \"x\"\nschema = \"elsewhere.json\"\n"),
    ("no TOML", "cases = 100\ndeny = error\n"),
    ("a key twice", "cases = 100\ncases = 200\n"),
    ("several mistakes at once", "casse = 1\ndeny = \"all\"\n\n[[allow]]\nrul = \"dev-claim-set\"\n"),
];

#[test]
fn mistakes_in_a_configuration_are_told_with_their_place_and_the_right_word() {
    let folder = folder("wrong");
    fs::write(folder.join("app.py"), "").unwrap();
    fs::write(folder.join("id-token.json"), "{}").unwrap();
    fs::write(folder.join("broken.json"), r#"{"type": "txt"}"#).unwrap();
    fs::write(folder.join("elsewhere.json"), r#"{"$ref": "https://example.com/claims.json"}"#).unwrap();
    let texts = WRONG.iter().map(|(what, file)| {
        fs::write(folder.join("pretoken.toml"), file).unwrap();
        let ended = pretoken(&folder, &["check"]);
        assert_eq!((ended.status.code(), text(&ended.stdout).as_str()), (Some(2), ""), "{what}");
        format!("--- {what} ---\n{}\n", text(&ended.stderr))
    });
    assert_shown("config", "mistakes", &texts.collect::<String>());
}

/// What is wrong with a file of the user pool, and the key and the text of that file.
const WRONG_POOLS: &[(&str, &str, &str)] = &[
    ("describe-user-pool for list-groups", "groups", r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi"}}"#),
    ("list-user-pools for describe-user-pool", "user-pool", r#"{"UserPools": [{"Id": "eu-west-1_Ab3dE6gHi"}]}"#),
    ("list-user-pool-clients for a client", "client", r#"{"UserPoolClients": [{"ClientId": "abc"}]}"#),
    (
        "describe-identity-provider for the list",
        "identity-providers",
        r#"{"IdentityProvider": {"ProviderName": "Okta"}}"#,
    ),
    ("list-groups for list-resource-servers", "resource-servers", r#"{"Groups": []}"#),
    (
        "a pool that `--query UserPool` cut out",
        "user-pool",
        r#"{"Id": "x_y", "SchemaAttributes": [], "LambdaConfig": {}}"#,
    ),
    ("groups that `--query Groups` cut out", "groups", r#"[{"GroupName": "admins"}]"#),
    ("names that a longer `--query` cut out", "groups", r#"["admins", "editors"]"#),
    ("a text that `--query` cut out", "user-pool", "\"eu-west-1_Ab3dE6gHi\""),
    ("nothing", "user-pool", ""),
    ("an empty object", "user-pool", "{}"),
    ("an empty list", "identity-providers", "[]"),
    ("something else altogether", "client", r#"{"name": "web", "version": 3}"#),
    ("`--output text`", "groups", "GROUPS\t2025-01-07\tadmins\n"),
    ("half of it", "user-pool", r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi", "#),
    ("a pool without a schema", "user-pool", r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi"}}"#),
    ("a pool whose id is none", "user-pool", r#"{"UserPool": {"Id": "customers", "SchemaAttributes": []}}"#),
    (
        "an event version of the future",
        "user-pool",
        r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi", "SchemaAttributes": [],
            "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V4_0"}}}}"#,
    ),
    ("a client without an id", "client", r#"{"UserPoolClient": {"ClientName": "web"}}"#),
    (
        "a client of another pool",
        "client",
        r#"{"UserPoolClient": {"ClientId": "abc", "UserPoolId": "us-east-1_Other"}}"#,
    ),
];

#[test]
fn a_file_of_the_user_pool_that_is_another_one_is_told_with_what_it_looks_like_and_the_right_command() {
    let folder = folder("wrong-pool");
    let pool = r#"{"UserPool": {"Id": "eu-west-1_Ab3dE6gHi", "SchemaAttributes": []}}"#;
    let told = |what: &str| {
        let ended = pretoken(&folder, &["check"]);
        assert_eq!((ended.status.code(), text(&ended.stdout).as_str()), (Some(2), ""), "{what}");
        format!("--- {what} ---\n{}\n", text(&ended.stderr))
    };
    let mut texts: Vec<String> = Vec::new();
    for (what, key, wrong) in WRONG_POOLS {
        fs::write(folder.join("pool.json"), if *key == "user-pool" { wrong } else { pool }).unwrap();
        fs::write(folder.join("wrong.json"), wrong).unwrap();
        let more = if *key == "user-pool" { String::new() } else { format!("{key} = \"wrong.json\"\n") };
        fs::write(folder.join("pretoken.toml"), format!("[pool]\nuser-pool = \"pool.json\"\n{more}")).unwrap();
        texts.push(told(what));
    }
    fs::write(folder.join("pool.json"), pool).unwrap();
    fs::write(folder.join("client.json"), r#"{"UserPoolClient": {"ClientId": "abc"}}"#).unwrap();
    for (what, file) in [
        ("no user pool", "[pool]\ngroups = \"groups.json\"\n"),
        ("a file that is not there", "[pool]\nuser-pool = \"pool.json\"\ngroups = \"groups.jsn\"\n"),
        ("a client twice", "[pool]\nuser-pool = \"pool.json\"\nclient = [\"client.json\", \"client.json\"]\n"),
        ("no client in the list", "[pool]\nuser-pool = \"pool.json\"\nclient = []\n"),
        ("a key that is misspelled", "[pool]\nuser-pool = \"pool.json\"\nclients = [\"client.json\"]\n"),
        ("a file for the table", "pool = \"pool.json\"\n"),
        ("two at once", "[pool]\nuser-pool = \"client.json\"\nclient = \"pool.json\"\n"),
    ] {
        fs::write(folder.join("pretoken.toml"), file).unwrap();
        texts.push(told(what));
    }
    assert_shown("config", "wrong-pools", &texts.concat());
}

#[test]
fn ten_events_of_a_user_pool() {
    let pool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/tests/pool");
    let ended = pretoken(&pool, &["events", "--phase", "random", "--cases", "10", "--event-version", "2,3"]);
    let events = text(&ended.stdout);
    let events = events.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let shown: Vec<String> = events.map(|event| format!("{event:#}\n")).collect();
    assert_eq!(shown.len(), 10);
    assert_shown("config", "ten-events-of-a-user-pool", &shown.concat());
}

#[test]
fn init_writes_a_configuration_and_a_workflow_for_each_kind_of_trigger() {
    let triggers: [(&str, &[&str], &[&str]); 3] = [
        ("python", &["app.py", "requirements.txt"], &[]),
        (
            "node-below",
            &["services/login/src/handler.ts", "services/login/package-lock.json"],
            &["src/handler.ts:handler"],
        ),
        ("command", &[], &["--", "java", "-jar", "target/trigger.jar"]),
    ];
    for (name, files, arguments) in triggers {
        let top = folder(name);
        // The workflow belongs at the top of a repository, and this is to be one.
        for file in files.iter().chain(&[".git/HEAD"]) {
            fs::create_dir_all(top.join(file).parent().unwrap()).unwrap();
            fs::write(top.join(file), "").unwrap();
        }
        let below = top.join("services/login");
        let here = if below.is_dir() { below } else { top.clone() };
        let ended = pretoken(&here, &[&["init"], arguments].concat());
        let shown = [
            format!(
                "$ pretoken {}\n{}{}",
                [&["init"], arguments].concat().join(" "),
                text(&ended.stdout),
                text(&ended.stderr)
            ),
            format!("--- pretoken.toml ---\n{}", fs::read_to_string(here.join("pretoken.toml")).unwrap()),
            format!(
                "--- .github/workflows/pretoken.yml ---\n{}",
                fs::read_to_string(top.join(".github/workflows/pretoken.yml")).unwrap()
            ),
        ];
        assert_shown("config", &format!("init-{name}"), &shown.join("\n"));
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("configuration").join(name);
    // What an earlier run of this test left.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn pretoken(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pretoken-in-snapshots"));
    command.args(arguments).current_dir(folder).env("COLUMNS", "80").stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
