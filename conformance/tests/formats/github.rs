use pretoken::report::{Report, Verdict, github};
use pretoken::rules::Level;

use crate::samples;

/// A workflow command, read as the runner reads it (`ActionCommand.cs`).
#[derive(Debug)]
struct Annotation {
    kind: String,
    file: Option<String>,
    title: String,
    message: String,
}

fn read(line: &str) -> Option<Annotation> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (kind, properties) = head.split_once(' ')?;
    let property = |name: &str| {
        let mut pairs = properties.split(',').map(|pair| pair.split_once('=').unwrap());
        pairs.find(|(other, _)| *other == name).map(|(_, value)| plain(&value.replace("%3A", ":").replace("%2C", ",")))
    };
    let (file, title) = (property("file"), property("title")?);
    Some(Annotation { kind: kind.to_owned(), file, title, message: plain(message) })
}

fn plain(text: &str) -> String {
    text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
}

fn annotations(report: &Report) -> (Vec<Annotation>, String) {
    let text = github(report, 80);
    let (commands, whole) = text.trim_end().rsplit_once('\n').unwrap_or(("", text.trim_end()));
    let read = |line| read(line).unwrap_or_else(|| panic!("no command: {line}"));
    (commands.lines().map(read).collect(), whole.to_owned())
}

#[test]
fn every_line_but_the_last_is_an_annotation_whatever_the_texts_hold() {
    for (name, report) in samples::all() {
        let (annotations, whole) = annotations(report);
        let stale = *name == "an allowance of no use";
        let unreliable = report.verdict == Verdict::NoVerdict || report.interrupted || stale;
        assert_eq!(annotations.len(), report.faults().len() + usize::from(unreliable), "{name}");
        assert!(whole.starts_with(&format!("pretoken: {}: ", report.verdict.label())), "{name}: {whole}");
        for annotation in &annotations {
            assert_eq!(annotation.file, report.target.file, "{name}");
            assert!(!annotation.message.is_empty() && !annotation.title.is_empty(), "{name}: {annotation:?}");
        }
    }
}

#[test]
fn what_is_allowed_has_no_annotation_and_is_counted() {
    let report = samples::named("allowed findings");
    let (annotations, whole) = annotations(report);
    assert!(!annotations.is_empty() && annotations.iter().all(|annotation| annotation.kind != "error"));
    let count = report.findings.iter().filter(|finding| finding.allowed.is_some()).count();
    assert!(whole.contains(&format!(", {count} findings that are allowed in ")), "{whole}");
}

#[test]
fn the_gravest_come_first_and_each_level_has_its_type() {
    let report = samples::named("every rule broken");
    let (annotations, _) = annotations(report);
    for (annotation, fault) in annotations.iter().zip(report.faults()) {
        let kind = match fault.first.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Advice => "notice",
        };
        assert_eq!(annotation.kind, kind);
        assert_eq!(annotation.title, format!("{}: {}", fault.first.rule.id, fault.first.rule.title));
        assert!(annotation.message.contains(&format!("change: {}", fault.first.rule.mend)), "{annotation:?}");
    }
    let order: Vec<_> = annotations.iter().map(|annotation| annotation.kind.as_str()).collect();
    assert!(order.is_sorted_by_key(|kind| ["error", "warning", "notice"].iter().position(|other| other == kind)));
}

#[test]
fn the_text_of_others_survives_the_escaping() {
    let (annotations, _) = annotations(samples::named("odd characters"));
    assert!(annotations.iter().all(|annotation| annotation.message.contains("::error::x %0A {0}")), "{annotations:?}");
}
