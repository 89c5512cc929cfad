use serde_json::{Map, Value, json};

use crate::report::difference::{Change, difference};
use crate::report::page::{Page, look, painted};
use crate::report::words::{clean, counted, listed, log_lines, thousands};
use crate::report::{Excerpt, Failure, Fault, Finding, brief};
use crate::rules::{Comparison, Second};
use crate::situation::Certainty;

/// Writes one fault: what is wrong and where, why that is a fault, the event that shows it, what to change.
pub(super) fn write(page: &mut Page, fault: &Fault<'_>) {
    let finding = fault.first;
    headline(page, finding);
    page.blank();
    page.prose("  ", &clean(&finding.message));
    page.blank();
    page.field("required", finding.rule.requires);
    source(page, finding);
    seen(page, fault);
    page.blank();
    before(page, finding);
    event(page, finding);
    form(page, finding);
    page.blank();
    beside(page, finding);
    outcome(page, finding);
    page.blank();
    advice(page, finding);
}

fn headline(page: &mut Page, finding: &Finding) {
    let level = painted(look::of(finding.level), finding.level.label());
    let id = painted(look::STRONG, finding.rule.id);
    page.prose("", &format!("--- {level} {id}: {} ---", finding.rule.title));
}

fn source(page: &mut Page, finding: &Finding) {
    let Some(source) = finding.source else { return };
    let of = if source.certainty == Certainty::Practice { String::new() } else { format!(" ({})", source.fact) };
    page.field("source", &format!("{}{of}: {}", source.certainty, source.words));
    page.field_line(&painted(look::QUIET, source.url));
}

fn seen(page: &mut Page, fault: &Fault<'_>) {
    let finding = fault.first;
    page.field(
        "seen",
        &format!(
            "in {} under event version {}, first in `{}` ({}), {}",
            counted(finding.seen, "case", "cases"),
            finding.event_version,
            clean(&finding.scenario),
            finding.phase.label(),
            finding.trigger_source,
        ),
    );
    if finding.further_places > 0 {
        let places = counted(finding.further_places as u64, "further place", "further places");
        page.field("", &format!("the same answer has it at {places}"));
    }
    let mut others = fault.others.clone();
    others.sort_by_key(|other| other.event_version);
    let others: Vec<String> = others
        .into_iter()
        .map(|other| format!("version {} ({})", other.event_version, counted(other.seen, "case", "cases")))
        .collect();
    if !others.is_empty() {
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        page.field("", &format!("also under {}", listed(&others)));
    }
    if finding.shrinking.calls > 0 && !finding.shrinking.reproduced {
        page.field("", "it did not show again when the same event was sent once more, so this is the event as it was");
    } else if !finding.shrinking.finished {
        let calls = counted(u64::from(finding.shrinking.calls), "call", "calls");
        page.field("", &format!("the search for a smaller event was ended after {calls}"));
    }
}

/// At most so many events before the one that shows the fault are shown.
const BEFORE: usize = 2;

/// The events that have to come first.
fn before(page: &mut Page, finding: &Finding) {
    let pairs: Vec<_> = finding.before.iter().zip(&finding.plainest_before).collect();
    if let Some(more) = pairs.len().checked_sub(BEFORE).filter(|more| *more > 0) {
        page.field("first", &format!("{} that are not shown here, then", counted(more as u64, "event", "events")));
    }
    for (event, plainest) in pairs.iter().skip(pairs.len().saturating_sub(BEFORE)) {
        written_event(page, "first", plainest, event, PLAINEST);
    }
}

/// The event as its difference from the plainest one: what is left is what the fault hangs on. One that is made from the
/// event before is shown as its difference from that.
fn event(page: &mut Page, finding: &Finding) {
    let made = |comparison: &&Comparison| !matches!(comparison.second, Second::AfterOthers);
    match (finding.rule.comparison(), finding.before.last()) {
        (Some(comparison), Some(before)) if made(&comparison) => {
            let changes = difference(before, &finding.event);
            let colon = if changes.is_empty() { "" } else { ":" };
            page.field("then", &format!("{}{colon}", comparison.about));
            written_changes(page, &changes);
        }
        (Some(_), _) => written_event(page, "then", &finding.plainest, &finding.event, PLAINEST),
        (None, _) => {
            written_event(page, "event", &finding.plainest, &finding.event, &format!("any: {PLAINEST} shows it"));
        }
    }
}

const PLAINEST: &str = "the plainest of this version and trigger source";

/// At most so many differences are shown.
const DIFFERENCES: usize = 8;

fn written_event(page: &mut Page, name: &str, plainest: &Value, event: &Value, any: &str) {
    let changes = difference(plainest, event);
    if changes.is_empty() {
        page.field(name, any);
        return;
    }
    page.field(name, &format!("{PLAINEST}, but for"));
    written_changes(page, &changes);
}

fn written_changes(page: &mut Page, changes: &[Change<'_>]) {
    for change in changes.iter().take(DIFFERENCES) {
        let (sign, look, pointer, values) = match change {
            Change::Added { pointer, value } => ("+", look::ADDED, pointer, (None, *value)),
            Change::Removed { pointer, value } => ("-", look::REMOVED, pointer, (None, *value)),
            Change::Changed { pointer, before, after } => ("~", look::CHANGED, pointer, (Some(*before), *after)),
        };
        let pointer = clean(pointer);
        let line = format!("{sign} {pointer}: {}", values_on_a_line(values, usize::MAX));
        if line.chars().count() + 4 <= page.width() {
            page.line(format!("    {}", painted(look, &line)));
        } else {
            page.line(format!("    {}", painted(look, &format!("{sign} {pointer}:"))));
            let room = page.width().saturating_sub(8);
            page.line(format!("        {}", painted(look, &values_on_a_line(values, room))));
        }
    }
    if let Some(more) = changes.len().checked_sub(DIFFERENCES).filter(|more| *more > 0) {
        page.line(format!("    … {} more", thousands(more as u64)));
    }
}

/// Why Cognito is taken to send an event in this form, where no page says so plainly.
fn form(page: &mut Page, finding: &Finding) {
    for source in finding.form.iter().filter(|source| source.certainty != Certainty::Documented) {
        page.field("form", &format!("{} ({}): {}", source.certainty, source.fact, source.words));
        page.field_line(&painted(look::QUIET, source.url));
    }
    if finding.level < finding.rule.level {
        page.field("", &format!("Cognito may never send it, so this is no {}", finding.rule.level.label()));
    }
}

fn values_on_a_line((before, value): (Option<&Value>, &Value), room: usize) -> String {
    match before {
        Some(before) => {
            let half = room.saturating_sub(4) / 2;
            format!("{} -> {}", brief(before, half), brief(value, half))
        }
        None => brief(value, room),
    }
}

/// The other answer of a comparison: where the two differ.
fn beside(page: &mut Page, finding: &Finding) {
    let (Some(comparison), Some(other)) = (finding.rule.comparison(), &finding.compared_with) else { return };
    let [first, second] = comparison.labels;
    match (&other.answer, &other.error, &finding.answer) {
        (Some(other), _, Some(answer)) => {
            page.field("answers", &format!("from the one {first} to the one {second}:"));
            let [other, answer] = [other, answer].map(response_of);
            written_changes(page, &difference(&other, &answer));
        }
        (Some(_), _, None) => page.field("answers", &format!("{first} it answers; {second}:")),
        (None, Some(failure), _) => {
            page.field("answers", &format!("{first} it fails: {}; {second}:", clean(&failure.message)));
        }
        (None, None, _) => {}
    }
}

/// The `response` of an answer, for what the two repeat of their events differs with these. Where there are no details,
/// the other's are all missing.
fn response_of(answer: &Value) -> Value {
    let Some(response) = answer.get("response") else { return answer.clone() };
    let mut response = json!({ "response": response });
    for details in response.get_mut("response").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        if details.is_null() {
            *details = json!({});
        }
    }
    response
}

/// The answer with the place marked, or what came in its place.
fn outcome(page: &mut Page, finding: &Finding) {
    match (&finding.answer, &finding.error) {
        (Some(answer), _) => answered(page, answer, finding.pointer.as_deref().unwrap_or_default()),
        (None, Some(failure)) => failed(page, finding.outcome, failure),
        (None, None) => {}
    }
    let stack = finding.error.as_ref().map(|failure| log_lines(&failure.stack)).unwrap_or_default();
    let mut printed = log_lines(&finding.trigger_output);
    // A runtime that reports a stack trace prints it too.
    printed.retain(|line| !stack.iter().any(|other| other.trim() == line.trim()));
    page.field_lines("trace", last(&stack));
    page.field_lines("printed", last(&printed));
}

fn last(lines: &[String]) -> impl Iterator<Item = &str> {
    lines.iter().skip(lines.len().saturating_sub(LAST)).map(String::as_str)
}

/// At most so many of the last lines that the trigger printed, and of a stack trace.
const LAST: usize = 4;

/// Only `response` is shown if the place is in there: the rest of an answer is the event.
fn answered(page: &mut Page, answer: &Value, pointer: &str) {
    let within = pointer.strip_prefix("/response").filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let (title, value, pointer) = match (within, answer.get("response")) {
        (Some(rest), Some(response)) => ("its `response`:", response, rest),
        _ => ("as a whole:", answer, pointer),
    };
    page.field("answer", title);
    let excerpt = Excerpt { value, pointer: Some(pointer), width: page.width(), limit: 14 };
    for line in excerpt.lines("    ") {
        page.line(line);
    }
}

fn failed(page: &mut Page, outcome: &str, failure: &Failure) {
    let title = match outcome {
        "errored" => format!("it failed with `{}`: {}", clean(&failure.error_type), clean(&failure.message)),
        "crashed" => format!("it crashed: {}", clean(&failure.message)),
        "not_json" => format!("it returned something that is not JSON: {}", brief(&Value::from(&*failure.message), 60)),
        _ => clean(&failure.message),
    };
    page.field("answer", &format!("none; {title}"));
}

fn advice(page: &mut Page, finding: &Finding) {
    if let Some(effect) = &finding.effect {
        page.field("effect", &clean(effect));
    }
    page.field("change", finding.rule.mend);
    for question in &finding.questions {
        // A finding whose own source is the open question has said it.
        if finding.source.is_none_or(|source| source.fact != question.id) {
            let asks = question.asks.map(|asks| format!("{asks}; assumed: ")).unwrap_or_default();
            page.field("open", &format!("{}: {asks}{}", question.id, question.assumption));
        }
    }
    page.field("more", &format!("`pretoken explain {}`", finding.rule.id));
    if let Some(file) = &finding.replay {
        page.field_whole("again", &format!("pretoken replay {file}"));
    }
}
