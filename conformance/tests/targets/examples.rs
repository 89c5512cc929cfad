use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use pretoken::engine::{self, Plan};
use pretoken::situation::EventVersion;
use pretoken::target::{Outcome, TargetOptions};
use serde_json::{Value, json};

use crate::tools::{
    NODE, NODE_24, Needed, PYTHON, RUST, cache, event, example, npm_install, once, open, options, or_skip,
};

/// What the trigger answers as its `response`; it has to answer every event of the version.
fn response(file: &Path, version: EventVersion, options: &TargetOptions) -> (Value, String) {
    let targets = open(&[file], options);
    let mut target = targets.start().unwrap_or_else(|error| panic!("{error}: {:?}", error.output));
    let event = event(version.as_str());
    let Outcome::Answered(mut answer) = target.invoke(&event).outcome else { panic!("{}", file.display()) };
    let response = answer["response"].take();
    let mut rest = event;
    rest["response"] = Value::Null;
    assert_eq!(answer, rest, "the event comes back");
    let client = target.client().unwrap();
    drop(target);

    let plan = Plan { versions: vec![version], cases: 50, ..Plan::default() };
    let run = engine::run(&plan, &*targets, &|_| (), &AtomicBool::new(false)).unwrap();
    assert!(run.outcomes.answered > 50, "{:?}", run.outcomes);
    assert_eq!(run.outcomes, engine::Outcomes { answered: run.outcomes.answered, ..engine::Outcomes::default() });
    (response, client)
}

/// The Amplify example with some packages, outside the project's own folders.
fn amplify(name: &str, packages: &[&str]) -> Needed<PathBuf> {
    let folder = cache(name);
    once(&folder, || {
        let original = example("amplify-typescript");
        for file in [
            "tsconfig.json",
            "amplify/functions/pre-token-generation/handler.ts",
            "amplify/functions/pre-token-generation-v2/handler.ts",
        ] {
            let copy = folder.join(file);
            fs::create_dir_all(copy.parent().unwrap())
                .and_then(|()| fs::copy(original.join(file), &copy))
                .map_err(|error| error.to_string())?;
        }
        if packages == ["package.json"] {
            fs::copy(original.join("package.json"), folder.join("package.json")).map_err(|error| error.to_string())?;
            npm_install(&folder, &[])
        } else {
            fs::write(folder.join("package.json"), r#"{"private": true, "type": "module"}"#)
                .map_err(|error| error.to_string())?;
            if packages.is_empty() { Ok(()) } else { npm_install(&folder, packages) }
        }
    })?;
    Ok(folder.join("amplify/functions"))
}

static WITH_ESBUILD: LazyLock<Needed<PathBuf>> = LazyLock::new(|| amplify("amplify-esbuild", &["package.json"]));
static WITH_TSX: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    let functions = amplify("amplify-tsx", &["tsx@4.23.15"])?;
    // tsx brings esbuild along; package managers that keep a dependency's dependencies to itself put it there.
    let packages = cache("amplify-tsx/node_modules");
    let own = packages.join("tsx/node_modules");
    if !own.exists() {
        fs::create_dir(&own).map_err(|error| error.to_string())?;
        fs::rename(packages.join("esbuild"), own.join("esbuild")).map_err(|error| error.to_string())?;
    }
    Ok(functions)
});
static WITH_NOTHING: LazyLock<Needed<PathBuf>> = LazyLock::new(|| amplify("amplify-nothing", &[]));

#[test]
fn the_powertools_handlers_set_one_claim_and_suppress_another() {
    let Some(python) = or_skip(&PYTHON) else { return };
    let options = TargetOptions { python: Some(python.clone()), ..options() };
    for folder in ["powertools-python", "powertools-python-main"] {
        let (response, client) = response(&example(folder).join("app.py"), EventVersion::V1, &options);
        let details = json!({"claimsToAddOrOverride": {"my_key": "my_value"}, "claimsToSuppress": ["custom:x"]});
        assert_eq!(response, json!({"claimsOverrideDetails": details}));
        assert!(client.starts_with("aws-lambda-python/"), "{client}");
    }
}

#[test]
fn the_powertools_handlers_own_unit_test_holds() {
    let Some(python) = or_skip(&PYTHON) else { return };
    let folder = example("powertools-python-main");
    let run = Command::new(python).args(["-B", "-m", "unittest"]).current_dir(folder).output().unwrap();
    let words = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && words.contains("Ran 1 test"), "{words}");
}

#[test]
fn the_amplify_handlers_run_with_what_the_project_has() {
    for (folder, node, translator) in [
        (&WITH_ESBUILD, &NODE, " esbuild/0.28.2"),
        (&WITH_ESBUILD, &NODE_24, " esbuild/0.28.2"),
        (&WITH_TSX, &NODE, " tsx"),
        (&WITH_TSX, &NODE_24, " tsx"),
        (&WITH_NOTHING, &NODE_24, " type-stripping"),
    ] {
        let (Some(folder), Some(node)) = (or_skip(folder), or_skip(node)) else { continue };
        let options = TargetOptions { node: Some(node.clone()), ..options() };
        let (v1, client) = response(&folder.join("pre-token-generation/handler.ts"), EventVersion::V1, &options);
        let claims = json!({"my_first_attribute": "true", "my_second_attribute": "111"});
        assert_eq!(
            v1,
            json!({"claimsOverrideDetails": {"claimsToAddOrOverride": claims, "claimsToSuppress": ["email"]}})
        );
        assert!(client.ends_with(translator), "{client}");
        let (v2, _) = response(&folder.join("pre-token-generation-v2/handler.ts"), EventVersion::V2, &options);
        let claims = |token: &str| json!({"hoge1": format!("hoge1-{token}"), "hoge2": format!("hoge2-{token}")});
        let id = json!({"claimsToAddOrOverride": claims("id"), "claimsToSuppress": ["email"]});
        let access = json!({"claimsToAddOrOverride": claims("access")});
        let details = json!({"idTokenGeneration": id, "accessTokenGeneration": access});
        assert_eq!(v2, json!({"claimsAndScopeOverrideDetails": details}));
    }
}

#[test]
fn the_plain_node_handler_answers_on_both_kinds_of_node() {
    for node in [&NODE, &NODE_24] {
        let Some(node) = or_skip(node) else { continue };
        let options = TargetOptions { node: Some(node.clone()), ..options() };
        let (response, client) = response(&example("node-plain/index.mjs"), EventVersion::V2, &options);
        let access = json!({"claimsToAddOrOverride": {"tenant": "example.com"}});
        assert_eq!(response, json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": access}}));
        assert!(client.starts_with("pretoken-node/"), "{client}");
    }
}

#[test]
fn the_rust_binary_answers_every_version() {
    let Some(bootstrap) = or_skip(&RUST) else { return };
    let claims = json!({"claimsToAddOrOverride": {"tenant": "example.com"}});
    let v2 = json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": claims, "accessTokenGeneration": claims}});
    for (version, expected) in [
        (EventVersion::V1, json!({"claimsOverrideDetails": claims})),
        (EventVersion::V2, v2.clone()),
        (EventVersion::V3, v2),
    ] {
        let (response, client) = response(bootstrap, version, &options());
        assert_eq!(response, expected);
        assert!(client.starts_with("aws-lambda-rust/"), "{client}");
    }
}
