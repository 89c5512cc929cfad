use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::human::{fault_text, summary_text};
use super::whole::Matter;
use super::words::{clean, listed, log_lines, versions};
use super::{Fault, Finding, Report, RuleLine};

/// The report as JUnit XML, which CI dashboards read: a test suite for each family of rules, a test case for each rule.
///
/// A dashboard and the exit code agree. What is at or above the denied level is a failure; what is below it stands in
/// `system-out` of a test case that passes, as what is allowed does; a rule that was not exercised is skipped. A run without a
/// verdict, and one that was interrupted, has an error in the test case `the-trigger-can-be-judged`.
///
/// The XML satisfies `junit-10.xsd`, by which Jenkins' xUnit plugin refuses files:
/// <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>
///
/// ```
/// let report = pretoken::Check::new().cases(50).report(|event: serde_json::Value| event).unwrap();
/// let xml = pretoken::report::junit(&report, 80);
/// assert!(xml.contains(r#"<testcase name="reserved-claim-set" classname="pretoken.claims""#));
/// ```
pub fn junit(report: &Report, width: usize) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // A vector takes everything; if it did not, the text would break off and no reader would take it.
    let _ = document(&mut writer, report, width);
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    text
}

/// A test suite and its test cases.
struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: &'static str,
    ended: Ended,
    out: String,
}

/// How a test case ended.
enum Ended {
    Passed,
    Skipped { message: String },
    Failed(Trouble),
    Error(Trouble),
}

/// The attributes and the text of a failure or an error.
struct Trouble {
    kind: &'static str,
    message: String,
    text: String,
}

fn document(xml: &mut Writer<Vec<u8>>, report: &Report, width: usize) -> io::Result<()> {
    let suites = suites(report, width);
    let sum = |of: fn(&Ended) -> bool| suites.iter().map(|suite| suite.count(of)).sum::<usize>().to_string();
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("testsuites")
        .with_attribute(("name", "pretoken"))
        .with_attribute(("tests", sum(|_| true).as_str()))
        .with_attribute(("failures", sum(Ended::is_failure).as_str()))
        .with_attribute(("errors", sum(Ended::is_error).as_str()))
        .with_attribute(("time", seconds(report.duration_ms).as_str()))
        .write_inner_content(|xml| {
            let properties = properties(report);
            for (index, suite) in suites.iter().enumerate() {
                suite.write(xml, if index == 0 { &properties } else { &[] })?;
            }
            Ok(())
        })?;
    Ok(())
}

/// The whole first, then the families in the order of the rules.
fn suites(report: &Report, width: usize) -> Vec<Suite> {
    let mut suites = vec![Suite { name: "pretoken".to_owned(), cases: vec![whole(report, width)] }];
    for line in &report.rules {
        let name = format!("pretoken.{}", line.rule.family.label());
        let case = of_rule(report, line, width);
        match suites.iter_mut().find(|suite| suite.name == name) {
            Some(suite) => suite.cases.push(case),
            None => suites.push(Suite { name, cases: vec![case] }),
        }
    }
    suites
}

/// Findings belong to their rules; this one fails where the run as a whole cannot be relied on.
fn whole(report: &Report, width: usize) -> Case {
    let mut notes = report.notes.clone();
    notes.extend(report.suite_faults.iter().map(|fault| format!("{}: {}", fault.scenario, fault.message)));
    let notes: Vec<_> = notes.iter().map(|note| clean(note)).collect();
    let trouble = |kind| Trouble { kind, message: notes.join("; "), text: notes.join("\n") };
    let ended = match Matter::of(report) {
        Some(matter @ (Matter::Interrupted | Matter::NoVerdict)) => Ended::Error(trouble(matter.label())),
        Some(matter @ Matter::Allowances) => Ended::Failed(trouble(matter.label())),
        None => Ended::Passed,
    };
    Case { name: "the-trigger-can-be-judged", ended, out: summary_text(report, width) }
}

fn of_rule(report: &Report, line: &RuleLine, width: usize) -> Case {
    let faults = report.faults();
    let broken = faults.iter().filter(|fault| fault.first.rule.id == line.rule.id);
    let (denied, other): (Vec<&Fault<'_>>, Vec<_>) = broken.partition(|fault| denied(report, fault.first));
    let ended = match denied.as_slice() {
        [] if other.is_empty() && line.exercised == 0 => Ended::Skipped { message: idle(report, line) },
        [] => Ended::Passed,
        [first, more @ ..] => {
            let more = more.iter().map(|fault| format!("; {}", clean(&fault.first.message)));
            let message = clean(&first.first.message) + &more.collect::<String>();
            Ended::Failed(Trouble { kind: first.first.level.label(), message, text: blocks(&denied, width) })
        }
    };
    let printed: Vec<_> =
        denied.iter().chain(&other).flat_map(|fault| log_lines(&fault.first.trigger_output)).collect();
    let mut out = blocks(&other, width);
    let of_the_rule = report.findings.iter().filter(|finding| finding.rule.id == line.rule.id);
    out.extend(of_the_rule.filter_map(allowed));
    if !printed.is_empty() {
        let gap = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!("{gap}the trigger printed:\n{}\n", printed.join("\n")));
    }
    Case { name: line.rule.id, ended, out }
}

/// Whether a finding makes its test fail. Where pretoken itself is at fault, its findings do not count.
fn denied(report: &Report, finding: &Finding) -> bool {
    finding.is_denied(report.denied) && report.suite_faults.is_empty()
}

/// What is allowed, why, and where that is written.
fn allowed(finding: &Finding) -> Option<String> {
    let by = finding.allowed.as_ref()?;
    let (written, reason, message) = (clean(&by.written), clean(&by.reason), clean(&finding.message));
    Some(format!("allowed in {written} ({reason}): {message} (event version {})\n", finding.event_version))
}

fn blocks(faults: &[&Fault<'_>], width: usize) -> String {
    faults.iter().map(|fault| fault_text(fault, width)).collect::<Vec<_>>().join("\n")
}

/// Why a rule was not exercised.
fn idle(report: &Report, line: &RuleLine) -> String {
    let why = if line.rule.versions.iter().any(|version| report.event_versions.contains(version)) {
        "nothing in this run was for it to look at".to_owned()
    } else {
        let tried: Vec<_> = report.event_versions.iter().map(|version| version.as_str()).collect();
        format!("it is for {}, and the run tried {}", versions(line.rule.versions), listed(&tried))
    };
    format!("not exercised, which is not passed: {why}")
}

fn properties(report: &Report) -> Vec<(&'static str, String)> {
    let tried: Vec<_> = report.event_versions.iter().map(|version| version.as_str()).collect();
    vec![
        ("pretoken", report.suite_version.to_owned()),
        ("verdict", report.verdict.label().to_owned()),
        ("denied", report.denied.label().to_owned()),
        ("target", clean(&report.target.display)),
        ("seed", report.seed.clone()),
        ("event_versions", tried.join(",")),
        ("cases", report.cases.total.to_string()),
        ("shard", format!("{}/{}", report.shard.number, report.shard.of)),
    ]
}

impl Suite {
    fn count(&self, of: fn(&Ended) -> bool) -> usize {
        self.cases.iter().filter(|case| of(&case.ended)).count()
    }

    fn write(&self, xml: &mut Writer<Vec<u8>>, properties: &[(&'static str, String)]) -> io::Result<()> {
        let count = |of| self.count(of).to_string();
        xml.create_element("testsuite")
            .with_attribute(("name", self.name.as_str()))
            .with_attribute(("tests", self.cases.len().to_string().as_str()))
            .with_attribute(("failures", count(Ended::is_failure).as_str()))
            .with_attribute(("errors", count(Ended::is_error).as_str()))
            .with_attribute(("skipped", count(Ended::is_skipped).as_str()))
            .write_inner_content(|xml| {
                if !properties.is_empty() {
                    xml.create_element("properties").write_inner_content(|xml| {
                        for (name, value) in properties {
                            let property = xml.create_element("property").with_attribute(("name", *name));
                            property.with_attribute(("value", safe(value).as_str())).write_empty()?;
                        }
                        Ok(())
                    })?;
                }
                self.cases.iter().try_for_each(|case| case.write(xml, &self.name))
            })?;
        Ok(())
    }
}

impl Case {
    fn write(&self, xml: &mut Writer<Vec<u8>>, class: &str) -> io::Result<()> {
        let case =
            xml.create_element("testcase").with_attribute(("name", self.name)).with_attribute(("classname", class));
        if self.out.is_empty() && matches!(self.ended, Ended::Passed) {
            case.write_empty()?;
            return Ok(());
        }
        case.write_inner_content(|xml| {
            match &self.ended {
                Ended::Passed => {}
                Ended::Skipped { message } => {
                    xml.create_element("skipped").with_attribute(("message", safe(message).as_str())).write_empty()?;
                }
                Ended::Failed(trouble) => trouble.write(xml, "failure")?,
                Ended::Error(trouble) => trouble.write(xml, "error")?,
            }
            if !self.out.is_empty() {
                xml.create_element("system-out").write_text_content(BytesText::new(&safe(&self.out)))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl Trouble {
    fn write(&self, xml: &mut Writer<Vec<u8>>, element: &'static str) -> io::Result<()> {
        xml.create_element(element)
            .with_attribute(("message", safe(&self.message).as_str()))
            .with_attribute(("type", self.kind))
            .write_text_content(BytesText::new(&safe(&self.text)))?;
        Ok(())
    }
}

impl Ended {
    const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    const fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }

    const fn is_skipped(&self) -> bool {
        matches!(self, Self::Skipped { .. })
    }
}

/// Text without the characters that XML cannot hold, not even escaped (<https://www.w3.org/TR/xml/#charsets>).
fn safe(text: &str) -> String {
    let fits = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if fits(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Verdict, testing};
    use crate::rules::Level;

    #[test]
    fn what_is_below_the_denied_level_passes_and_is_told_in_the_output() {
        let (rule, mut report) =
            testing::reports().find(|(rule, _)| rule.level == Level::Warning).expect("a rule that warns");
        let denied = junit(&report, 80);
        assert!(denied.contains("failures=\"1\"") && denied.contains("type=\"warning\">--- warning"), "{denied}");
        report.denied = Level::Error;
        report.verdict = Verdict::Conforms;
        let passed = junit(&report, 80);
        assert!(!passed.contains("<failure"), "{passed}");
        assert!(passed.contains(&format!("<system-out>--- warning {}: ", rule.id)), "{passed}");
    }

    #[test]
    fn a_rule_for_other_event_versions_is_skipped_and_says_so() {
        let mut report = Report::new(&testing::echo(), Level::Error);
        report.event_versions = vec![crate::situation::EventVersion::V1];
        let xml = junit(&report, 80);
        assert!(xml.contains("it is for event version 3, and the run tried 1"), "{xml}");
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_replaced() {
        assert_eq!(
            safe("a\u{0}b\u{1b}c\u{fffe}d\u{ffff}e\t\n\u{1f600}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}e\t\n\u{1f600}"
        );
    }

    #[test]
    fn times_have_three_decimals() {
        assert_eq!([0, 12, 61_005].map(seconds), ["0.000", "0.012", "61.005"]);
    }
}
