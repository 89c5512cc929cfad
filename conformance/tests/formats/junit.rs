use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use pretoken::report::{Report, Verdict, junit};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::samples;
use crate::tools::{Needed, cache, once, or_skip, run};

/// A Python that holds XML against XML Schemas.
static PYTHON: LazyLock<Needed<PathBuf>> = LazyLock::new(|| {
    let environment = cache("python-with-xmlschema");
    let python = environment.join("bin/python3");
    once(&environment, || {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "xmlschema>=4,<5"]))
    })?;
    Ok(python)
});

const VALIDATE: &str = "
import sys, xmlschema
schema = xmlschema.XMLSchema(sys.argv[1])
for file in sys.argv[2:]:
    for error in schema.iter_errors(file):
        print(file, error.path, error.reason)
";

/// What the published schema has to say against files.
fn complaints(python: &Path, files: &[PathBuf]) -> String {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/schemas/junit-10.xsd");
    let ended = Command::new(python).args(["-c", VALIDATE]).arg(schema).args(files).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn every_kind_of_report_satisfies_the_published_schema() {
    let Some(python) = or_skip(&PYTHON) else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(format!("{name}.xml"));
        std::fs::write(&file, text).unwrap();
        file
    };
    let files: Vec<_> = samples::all().iter().map(|(name, report)| write(name, &junit(report, 80))).collect();
    assert_eq!(complaints(python, &files), "");
    // The schema does refuse.
    let unknown = write("unknown", "<testsuites><testsuite name='x' surplus='1'/></testsuites>");
    assert!(complaints(python, &[unknown]).contains("surplus"));
}

/// A test case as a dashboard sees it.
#[derive(Debug)]
struct Seen {
    suite: String,
    name: String,
    /// `failure`, `error`, `skipped`, or nothing.
    ended: Option<String>,
    text: String,
    out: String,
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.try_get_attribute(name).unwrap().unwrap_or_else(|| panic!("{name} in {tag:?}"));
    found.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap().into_owned()
}

/// The test cases; the sums in the attributes of suites are held against them.
fn read(xml: &str) -> Vec<Seen> {
    let mut reader = Reader::from_str(xml);
    let (mut seen, mut sums, mut within) = (Vec::<Seen>::new(), Vec::new(), String::new());
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => {
                within = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                match within.as_str() {
                    "testsuites" | "testsuite" => {
                        let sum = |name: &str| attribute(tag, name).parse::<usize>().unwrap();
                        sums.push((attribute(tag, "name"), sum("tests"), sum("failures"), sum("errors")));
                    }
                    "testcase" => seen.push(Seen {
                        suite: attribute(tag, "classname"),
                        name: attribute(tag, "name"),
                        ended: None,
                        text: String::new(),
                        out: String::new(),
                    }),
                    "failure" | "error" | "skipped" => seen.last_mut().unwrap().ended = Some(within.clone()),
                    _ => {}
                }
            }
            Event::Text(text) => add(&within, &mut seen, &text.decode().unwrap()),
            Event::GeneralRef(name) => {
                add(&within, &mut seen, resolve_predefined_entity(&name.decode().unwrap()).unwrap());
            }
            Event::End(_) => within.clear(),
            _ => {}
        }
    }
    for (index, (name, tests, failures, errors)) in sums.into_iter().enumerate() {
        let count = |word: &str| {
            let of_the_suite = seen.iter().filter(|case| index == 0 || case.suite == name);
            of_the_suite.filter(|case| word.is_empty() || case.ended.as_deref() == Some(word)).count()
        };
        assert_eq!((tests, failures, errors), (count(""), count("failure"), count("error")), "{name}");
    }
    seen
}

/// Adds text to the output or the trouble of the last test case.
fn add(within: &str, seen: &mut [Seen], text: &str) {
    match (within, seen.last_mut()) {
        ("system-out", Some(last)) => last.out.push_str(text),
        ("failure" | "error", Some(last)) => last.text.push_str(text),
        _ => {}
    }
}

fn ended<'a>(seen: &'a [Seen], how: &str) -> BTreeSet<&'a str> {
    seen.iter().filter(|case| case.ended.as_deref() == Some(how)).map(|case| case.name.as_str()).collect()
}

#[test]
fn failures_and_errors_agree_with_the_exit_code() {
    for (name, report) in samples::all() {
        let seen = read(&junit(report, 80));
        assert_eq!(seen.len(), report.rules.len() + 1, "{name}");
        let at_fault = !report.suite_faults.is_empty();
        let denied = |report: &Report| -> BTreeSet<_> {
            let denied = report.findings.iter().filter(|finding| finding.is_denied(report.denied) && !at_fault);
            let stale = (name == &"an allowance of no use").then_some("the-trigger-can-be-judged");
            denied.map(|finding| finding.rule.id).chain(stale).collect()
        };
        assert_eq!(ended(&seen, "failure"), denied(report), "{name}");
        let whole = report.verdict == Verdict::NoVerdict || report.interrupted;
        assert_eq!(ended(&seen, "error").contains("the-trigger-can-be-judged"), whole, "{name}");
        let bad = !ended(&seen, "failure").is_empty() || !ended(&seen, "error").is_empty();
        assert_eq!(bad, report.verdict != Verdict::Conforms || report.interrupted, "{name}");
        let idle: BTreeSet<_> =
            report.rules.iter().filter(|line| line.exercised == 0).map(|line| line.rule.id).collect();
        assert_eq!(ended(&seen, "skipped"), idle, "{name}");
    }
}

#[test]
fn a_test_case_tells_what_people_would_read_at_a_terminal() {
    let report = samples::named("every rule broken");
    let seen = read(&junit(report, 80));
    let case = |id: &str| seen.iter().find(|case| case.name == id).unwrap();
    let denied = case("reserved-claim-set");
    assert!(denied.text.starts_with("--- error reserved-claim-set: "), "{denied:?}");
    assert_eq!(denied.out, "the trigger printed:\nreceived an event\n");
    let below = case("groups-suppressed");
    assert!(below.out.starts_with("--- warning groups-suppressed: "), "{below:?}");
    let allowed = read(&junit(samples::named("allowed findings"), 80));
    let allowed = allowed.iter().find(|case| case.name == "reserved-claim-set").unwrap();
    assert!(allowed.out.starts_with("allowed in pretoken.toml:12 (meant: \\u{1b}[31m]]>): `"), "{allowed:?}");
    let whole = case("the-trigger-can-be-judged");
    assert!(whole.out.starts_with("--- summary ---\n") && whole.out.contains("\nviolates: "), "{whole:?}");
}
