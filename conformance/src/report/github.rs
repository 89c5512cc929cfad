use super::whole::Matter;
use super::words::{clean, counted, versions};
use super::{Fault, Report};
use crate::rules::Level;

/// The report as workflow commands of GitHub Actions: an annotation for each fault, then the whole in a line.
///
/// What is allowed has none. Errors become `::error`, warnings `::warning`, advice `::notice`, the gravest first. A step shows ten annotations of
/// each type; where there are more, the tenth says so, and the rest is in the log alone.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>
///
/// ```
/// let report = pretoken::Check::new().cases(50).report(|event: serde_json::Value| event).unwrap();
/// let text = pretoken::report::github(&report, 80);
/// assert!(text.starts_with("pretoken: conforms: no findings in "));
/// ```
pub fn github(report: &Report, _width: usize) -> String {
    let mut annotations = faults(report);
    if let Some(matter) = Matter::of(report) {
        let title = match matter {
            Matter::Interrupted => "pretoken was interrupted",
            Matter::NoVerdict => "pretoken: no verdict",
            Matter::Allowances => "pretoken: an allowance is of no use any more",
        };
        let notes: Vec<_> = report.notes.iter().map(|note| clean(note)).collect();
        let first = Annotation { kind: Kind::Error, title: title.to_owned(), message: notes.join("\n") };
        annotations.insert(0, first);
    }
    say_what_is_not_shown(&mut annotations);
    let file = report.target.file.as_deref();
    let mut text: String = annotations.iter().map(|annotation| annotation.command(file)).collect();
    text.push_str(&whole(report));
    text
}

struct Annotation {
    kind: Kind,
    title: String,
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

/// A step shows so many annotations of each type (`_maxIssueCount`):
/// <https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs>
const SHOWN: usize = 10;

fn faults(report: &Report) -> Vec<Annotation> {
    let of = |fault: &Fault<'_>| {
        let finding = fault.first;
        let kind = match finding.level {
            // Where pretoken itself is at fault, its findings do not count.
            _ if !report.suite_faults.is_empty() => Kind::Notice,
            Level::Error => Kind::Error,
            Level::Warning => Kind::Warning,
            Level::Advice => Kind::Notice,
        };
        let title = format!("{}: {}", finding.rule.id, finding.rule.title);
        Annotation { kind, title, message: message(fault) }
    };
    report.faults().iter().map(of).collect()
}

fn message(fault: &Fault<'_>) -> String {
    let finding = fault.first;
    let mut lines = vec![clean(&finding.message)];
    lines.extend(
        finding.pointer.as_ref().filter(|pointer| !pointer.is_empty()).map(|pointer| format!("at: {}", clean(pointer))),
    );
    lines.extend(finding.effect.as_ref().map(|effect| format!("effect: {}", clean(effect))));
    lines.push(format!("change: {}", finding.rule.mend));
    let mut seen = vec![finding.event_version];
    seen.extend(fault.others.iter().map(|other| other.event_version));
    seen.sort_unstable();
    lines.push(format!("seen: {}, first in `{}`", versions(&seen), clean(&finding.scenario)));
    lines.extend(finding.source.map(|source| format!("source: {} ({})", source.url, source.certainty)));
    lines.push(format!("more: `pretoken explain {}`", finding.rule.id));
    lines.extend(finding.replay.as_ref().map(|file| format!("again: `pretoken replay {}`", clean(file))));
    lines.join("\n")
}

/// Makes the last annotation of a type that is shown tell of those that are not.
fn say_what_is_not_shown(annotations: &mut [Annotation]) {
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        let mut of_the_kind: Vec<_> = annotations.iter_mut().filter(|annotation| annotation.kind == kind).collect();
        let hidden = of_the_kind.len().saturating_sub(SHOWN);
        if hidden > 0
            && let Some(last) = of_the_kind.get_mut(SHOWN - 1)
        {
            let more = counted(hidden as u64, "more annotation is", "more annotations are");
            last.message.push_str(&format!("\n{more} in this step's log: GitHub shows {SHOWN} of each type"));
        }
    }
}

/// The whole in a line that is no command.
fn whole(report: &Report) -> String {
    let faults = report.faults();
    let count = |level| faults.iter().filter(|fault| fault.first.level == level).count() as u64;
    let allowed = report.findings.iter().filter(|finding| finding.allowed.is_some()).count() as u64;
    let found: Vec<_> = [
        (count(Level::Error), "error", "errors"),
        (count(Level::Warning), "warning", "warnings"),
        (count(Level::Advice), "piece of advice", "pieces of advice"),
        (allowed, "finding that is allowed", "findings that are allowed"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| counted(count, one, many))
    .collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    let cases = counted(report.cases.total, "case", "cases");
    let (verdict, target) = (report.verdict.label(), clean(&report.target.display));
    format!("pretoken: {verdict}: {found} in {cases} of {target} (seed {}, denied: {})\n", report.seed, report.denied)
}

impl Annotation {
    fn command(&self, file: Option<&str>) -> String {
        let kind = match self.kind {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        };
        let file = file.map(|file| format!("file={},", property(file))).unwrap_or_default();
        format!("::{kind} {file}title={}::{}\n", property(&self.title), data(&self.message))
    }
}

/// A command's message; escaped as `@actions/core` does it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Finding, Verdict, testing};

    #[test]
    fn each_fault_is_one_line_whatever_its_texts_hold() {
        for (rule, mut report) in testing::reports() {
            report.target.file = Some("src/a,b:c%.py".to_owned());
            for finding in &mut report.findings {
                finding.message.push_str("\r\n::error::100 %");
            }
            let text = github(&report, 80);
            let kind = match rule.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Advice => "notice",
            };
            assert!(text.starts_with(&format!("::{kind} file=src/a%2Cb%3Ac%25.py,title={}%3A ", rule.id)), "{text}");
            assert!(text.contains("::error::100 %25%0A"), "{text}");
            assert_eq!(text.lines().count(), 2, "{text}");
        }
    }

    #[test]
    fn the_tenth_annotation_of_a_type_says_how_many_are_not_shown() {
        let (_, mut report) = testing::reports().find(|(rule, _)| rule.level == Level::Error).expect("an error");
        let one = report.findings[0].clone();
        let reasons = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"];
        report.findings = reasons.iter().map(|reason| Finding { reason, ..one.clone() }).collect();
        let text = github(&report, 80);
        let told: Vec<_> = text.lines().enumerate().filter(|(_, line)| line.contains("GitHub shows 10")).collect();
        assert!(matches!(told.as_slice(), [(9, line)] if line.contains("%0A3 more annotations are in")), "{text}");
        report.findings.truncate(10);
        assert!(!github(&report, 80).contains("GitHub shows"));
    }

    #[test]
    fn a_run_without_a_verdict_says_so_first() {
        let mut report = testing::reports().next().expect("a rule").1;
        report.verdict = Verdict::NoVerdict;
        report.notes = vec!["the trigger could not be started".to_owned()];
        let text = github(&report, 80);
        assert!(text.starts_with("::error title=pretoken%3A no verdict::the trigger could not be started\n"), "{text}");
        assert!(text.lines().last().is_some_and(|line| line.starts_with("pretoken: no-verdict: ")), "{text}");
    }
}
