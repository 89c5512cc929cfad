use super::{block, summary};
use crate::report::page::{Page, look, painted};
use crate::report::words::{clean, counted};
use crate::report::{Excerpt, Fault, Finding, Report};

/// The report for people, for so many columns; with ANSI codes, which `anstream` strips where they are not wanted.
///
/// ```
/// use pretoken::engine::{self, Plan};
/// use pretoken::report::{self, Report};
/// use pretoken::rules::Level;
/// use pretoken::target::InProcess;
/// use std::sync::atomic::AtomicBool;
///
/// let echo = InProcess::new("echo", |event: serde_json::Value| event);
/// let run = engine::run(&Plan::default(), &echo, &|_| (), &AtomicBool::new(false)).unwrap();
/// let text = report::human(&Report::new(&run, Level::Error), 80);
/// assert!(text.contains("seed"));
/// ```
pub fn human(report: &Report, width: usize) -> String {
    let mut page = Page::new(width);
    for fault in report.faults() {
        block::write(&mut page, &fault);
        page.blank();
    }
    own_faults(&mut page, report);
    summary::write(&mut page, report);
    page.finish()
}

/// One finding for people, for so many columns: its block of the report.
pub(crate) fn human_block(finding: &Finding, width: usize) -> String {
    let mut page = Page::new(width);
    block::write(&mut page, &Fault { first: finding, others: Vec::new() });
    page.finish()
}

/// One fault, without ANSI codes.
pub(crate) fn fault_text(fault: &Fault<'_>, width: usize) -> String {
    plain(width, |page| block::write(page, fault))
}

/// The whole in a few lines, without ANSI codes.
pub(crate) fn summary_text(report: &Report, width: usize) -> String {
    plain(width, |page| summary::write(page, report))
}

fn plain(width: usize, write: impl FnOnce(&mut Page)) -> String {
    let mut page = Page::new(width);
    write(&mut page);
    anstream::adapter::strip_str(&page.finish()).to_string()
}

/// Events that the suite should not have sent. They are nobody's fault but its own.
fn own_faults(page: &mut Page, report: &Report) {
    let Some(first) = report.suite_faults.first() else { return };
    page.line(painted(look::UNSURE, "--- a fault of pretoken itself ---"));
    page.blank();
    page.prose(
        "  ",
        "pretoken sent events that its own schemas refuse, so Cognito would not send them either. This says nothing \
         about your trigger. Please report it, with this block:",
    );
    page.line(concat!("  ", env!("CARGO_PKG_REPOSITORY"), "/issues"));
    page.blank();
    page.field("pretoken", &format!("{}, seed {}", report.suite_version, report.seed));
    page.field("scenario", &format!("`{}`, event version {}", clean(&first.scenario), first.event_version));
    page.field("schema", &clean(&first.message));
    page.field("event", "as it was sent:");
    let excerpt = Excerpt { value: &first.event, pointer: None, width: page.width(), limit: 20 };
    for line in excerpt.lines("    ") {
        page.line(line);
    }
    let more = report.suite_faults.len() - 1;
    if more > 0 {
        page.field("more", &format!("{} in the JSON report", counted(more as u64, "such event", "such events")));
    }
    page.blank();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::SuiteFault;
    use crate::report::testing::{self, plain};
    use crate::rules::Level;
    use crate::situation::EventVersion;

    /// A line that cannot be broken: an address, a JSON pointer or a line of JSON.
    fn may_be_long(line: &str) -> bool {
        let line = line.trim_start();
        line.starts_with("https://") || line.starts_with(['"', '+', '-', '~', '{', '['])
    }

    #[test]
    fn every_rule_has_a_block_that_fits_on_a_screen_of_80_columns() {
        for (rule, report) in testing::reports() {
            let text = plain(&human(&report, 80));
            let blocks: Vec<&str> = text.split("--- summary ---").next().unwrap().split("\n--- ").collect();
            assert!(text.contains(&format!("--- {} {}: ", rule.level, rule.id)), "{text}");
            for block in blocks {
                assert!(block.lines().count() <= 45, "{} lines\n{block}", block.lines().count());
            }
            for line in text.lines() {
                assert!(line.chars().count() <= 80 || may_be_long(line), "{}: {line}", rule.id);
                assert_eq!(line.trim_end(), line, "{}", rule.id);
            }
        }
    }

    #[test]
    fn a_block_says_what_the_trigger_printed_without_its_colours() {
        let (_, report) = testing::reports().next().unwrap();
        assert!(human(&report, 80).contains("received an event\n"));
        assert!(!human(&report, 80).contains("\u{1b}[32mreceived"));
    }

    #[test]
    fn an_error_stands_in_the_place_of_the_answer_and_its_trace_is_shown_once() {
        let (_, mut report) = testing::reports().next().unwrap();
        let finding = &mut report.findings[0];
        finding.answer = None;
        finding.outcome = "errored";
        finding.error = Some(crate::report::Failure {
            error_type: "KeyError".to_owned(),
            message: "'email'".to_owned(),
            stack: vec!["  File \"app.py\", line 3\n    user[\"email\"]\n".to_owned()],
        });
        finding.trigger_output = vec!["before".to_owned(), "File \"app.py\", line 3".to_owned()];
        let text = plain(&human(&report, 80));
        assert!(text.contains("  answer     none; it failed with `KeyError`: 'email'\n"), "{text}");
        assert!(text.contains("  trace        File \"app.py\", line 3\n                 user[\"email\"]\n"), "{text}");
        assert!(text.contains("  printed    before\n\n"), "{text}");
    }

    #[test]
    fn one_fault_under_several_versions_is_one_block() {
        let (rule, mut report) = testing::reports().next().unwrap();
        let first = report.findings[0].clone();
        for (event_version, seen) in [(EventVersion::V3, 7), (EventVersion::V2, 1)] {
            report.findings.push(Finding { event_version, seen, ..first.clone() });
        }
        let text = plain(&human(&report, 80));
        assert_eq!(text.matches(&format!("--- {} {}: ", rule.level, rule.id)).count(), 1, "{text}");
        assert!(text.contains("also under version 2 (1 case) and version 3 (7 cases)"), "{text}");
        assert!(text.contains("1 error (3 findings, each event version counted)"), "{text}");
    }

    #[test]
    fn a_fault_of_the_suite_is_called_its_own() {
        let mut run = testing::echo();
        let (version, message) = (EventVersion::V2, "`version` is 2".to_owned());
        run.suite_faults.push(SuiteFault {
            version,
            scenario: "odd".to_owned(),
            message,
            event: json!({"version": 2}),
        });
        let text = plain(&human(&Report::new(&run, Level::Error), 80));
        assert!(text.contains("--- a fault of pretoken itself ---"), "{text}");
        assert!(text.contains("Please report it"), "{text}");
        assert!(text.contains("no-verdict: "), "{text}");
    }

    #[test]
    fn rules_that_were_not_exercised_are_named() {
        let text = plain(&human(&Report::new(&testing::echo(), Level::Error), 80));
        assert!(text.contains("not exercised, which is not passed: "), "{text}");
        assert!(text.contains("empty-claim-name"), "{text}");
    }
}
