use pretoken::target::{Source, SpecError, TargetSpec};

use crate::tools::{example, fixture};

fn parse(word: &str) -> Result<TargetSpec, SpecError> {
    TargetSpec::parse(&[word])
}

fn refusal(word: &str) -> String {
    parse(word).unwrap_err().to_string()
}

fn file(name: &str) -> String {
    fixture(name).display().to_string()
}

#[test]
fn a_source_file_may_name_its_handler() {
    let source = |handler: Option<&str>| Source { file: fixture("faults.py"), handler: handler.map(str::to_owned) };
    assert_eq!(parse(&file("faults.py")), Ok(TargetSpec::Python(source(None))));
    assert_eq!(parse(&file("faults.py:main")), Ok(TargetSpec::Python(source(Some("main")))));
    let node = parse(&file("callbacks.cjs:nested.handler")).unwrap();
    assert_eq!(node.kind(), "node");
    assert_eq!(node.to_string(), file("callbacks.cjs:nested.handler"));
}

const KNOWN: &str = "tests/targets/faulty/faults.py";

#[test]
fn the_report_names_the_handlers_file_as_the_working_folder_sees_it() {
    let named = |word: &str| parse(word).unwrap().description().file;
    let known = Some(KNOWN.to_owned());
    assert_eq!(named(KNOWN), known);
    assert_eq!(named("./tests/./targets/faulty/faults.py:main"), known);
    assert_eq!(named(&file("faults.py")), known);
    assert_eq!(named("../conformance/tests/targets/faulty/faults.py"), Some(format!("../conformance/{KNOWN}")));
    assert_eq!(named("http://127.0.0.1:9000"), None);
    assert_eq!(TargetSpec::parse(&["--", "python3", "app.py"]).unwrap().description().file, None);
}

#[test]
fn a_command_follows_two_dashes() {
    let spec = TargetSpec::parse(&["--", "java", "-cp", "app.jar"]).unwrap();
    assert_eq!(spec, TargetSpec::command(&["java", "-cp", "app.jar"]).unwrap());
    assert_eq!(spec.to_string(), "java -cp app.jar");
    assert_eq!(TargetSpec::parse(&["--"]), Err(SpecError::Nothing));
    let error = TargetSpec::parse(&["app.py", "-v"]).unwrap_err().to_string();
    assert_eq!(error, "`-v` follows the target `app.py`; a command with arguments goes after `--`");
}

#[test]
fn a_file_that_is_missing_brings_up_its_nearest_neighbour() {
    assert!(refusal(&file("fault.py")).ends_with(&format!("did you mean `{}`?", file("faults.py"))));
    assert!(refusal(&file("faults.yp:main")).ends_with(&format!("did you mean `{}`?", file("faults.py"))));
    assert!(refusal(&file("something_else_entirely.py")).ends_with("check the path"));
}

#[test]
fn what_is_no_target_says_what_to_write_instead() {
    let folder = example("powertools-python").display().to_string();
    assert_eq!(refusal(&folder), format!("`{folder}` is a folder; name the file in it, such as `{folder}/app.py`"));
    let source = example("rust-bootstrap/main.rs").display().to_string();
    assert_eq!(refusal(&source), format!("`{source}` is Rust source; build it and name the executable"));
    assert!(refusal(&file("start/not_executable.sh")).contains("make it executable with `chmod +x`"));
    assert!(refusal("https://example.com").contains("local Lambda servers speak plain HTTP"));
}
