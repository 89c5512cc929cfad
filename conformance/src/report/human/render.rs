use super::{block, summary};
use crate::report::page::{Page, look, painted};
use crate::report::words::{clean, counted};
use crate::report::{Excerpt, Report};

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
    page.field("event", "");
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
