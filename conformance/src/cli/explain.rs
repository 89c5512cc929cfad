use clap::Args;
use serde_json::Value;

use super::Exit;
use super::options::rule;
use super::streams::{Failure, Streams};
use crate::report::{Excerpt, Page, clean, look, painted, versions};
use crate::rules::{Citation, Example, Given, Rule};
use crate::situation::Certainty;
use crate::target::Outcome;

/// Explain a rule: what it requires, why, what to change, and where AWS says so
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Explain {
    /// The rule's id, such as `reserved-claim-set`
    #[arg(value_name = "RULE")]
    rule: String,
}

const EXAMPLES: &str = "\
Examples:
  pretoken explain groups-suppressed";

impl Explain {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let text = explained(rule(&self.rule)?, streams.width);
        streams.write(&text)?;
        Ok(Exit::Success)
    }
}

fn explained(rule: &Rule, width: usize) -> String {
    let mut page = Page::new(width);
    let level = painted(look::of(rule.level), rule.level.label());
    page.prose(
        "",
        &format!("{} ({level}, {}): {}", painted(look::STRONG, rule.id), versions(rule.versions), rule.title),
    );
    section(&mut page, "What it requires", rule.requires);
    section(&mut page, "Why it matters", rule.why);
    section(&mut page, "What to change", rule.mend);
    heading(&mut page, "Violates");
    example(&mut page, rule, &rule.violates);
    heading(&mut page, "Conforms");
    example(&mut page, rule, &rule.conforms);
    heading(&mut page, "Reasons");
    for reason in rule.reasons {
        let about = rule.miniatures.iter().find(|miniature| miniature.reason == *reason);
        let about = about.map_or(String::new(), |miniature| format!(": a trigger that {}", miniature.about));
        page.prose("  ", &format!("{reason}{about}"));
    }
    let (open, known): (Vec<&Citation>, Vec<&Citation>) =
        rule.sources.iter().partition(|source| source.certainty == Certainty::Unknown);
    for (title, sources) in [("Sources", known), ("Open questions", open)] {
        if sources.is_empty() {
            continue;
        }
        heading(&mut page, title);
        for source in sources {
            let of = if source.certainty == Certainty::Practice {
                String::new()
            } else {
                format!(" ({})", source.certainty)
            };
            page.prose("  ", &format!("{}{of}: {}", source.fact, source.words));
            page.line(format!("    {}", painted(look::QUIET, source.url)));
        }
    }
    page.finish()
}

fn section(page: &mut Page, title: &str, prose: &str) {
    heading(page, title);
    page.prose("  ", prose);
}

fn heading(page: &mut Page, title: &str) {
    page.blank();
    page.line(painted(look::STRONG, title));
}

/// The example as it runs: the rule's own words stand beside what it finds.
fn example(page: &mut Page, rule: &Rule, example: &Example) {
    let verdict = rule.judge_example(example);
    let found = verdict.violations().first();
    let pointer = found.map(|violation| violation.pointer.as_str());
    let (first, outcome) = (example.first_outcome(), example.outcome());
    let scene = format!("{}, event version {}", example.scene.name(), example.version);
    let given = example.given.plain();
    for promise in example.expectations().promises {
        page.prose("  ", &format!("promised: {}", promise.demand));
    }
    let of_two = rule.comparison().filter(|_| matches!(given, Given::Two(..)));
    if let Some(response) = of_two.and(response(&first)) {
        page.prose("  ", &format!("{scene}; the answer's `response`:"));
        json(page, response, None);
    }
    let (words, shown, pointer) = match given {
        Given::Response(_) | Given::Two(..) => {
            ("the answer's `response`", response(&outcome), pointer.map(below_response))
        }
        Given::Answer(_) => ("the whole answer", answer(&outcome), pointer),
        Given::Promised(..) => ("", None, None),
        Given::Changed(words, _) => (*words, answer(&outcome), pointer),
        Given::Other(words, _) | Given::After(words, _) => (*words, None, None),
    };
    let which = of_two.map_or(scene, |comparison| comparison.about.to_owned());
    page.prose("  ", &format!("{which}; {words}{}", if shown.is_some() { ":" } else { "" }));
    if let Some(value) = shown {
        json(page, value, pointer);
    }
    match found {
        Some(violation) => {
            page.prose("  ", &format!("{}: {}", violation.reason, clean(&violation.message)));
            if !violation.effect.is_empty() {
                page.prose("  ", &format!("effect: {}", clean(&violation.effect)));
            }
        }
        None => page.prose("  ", "nothing to say"),
    }
}

fn answer(outcome: &Outcome) -> Option<&Value> {
    match outcome {
        Outcome::Answered(answer) => Some(answer),
        _ => None,
    }
}

fn response(outcome: &Outcome) -> Option<&Value> {
    answer(outcome)?.get("response")
}

fn below_response(pointer: &str) -> &str {
    pointer.strip_prefix("/response").unwrap_or(pointer)
}

fn json(page: &mut Page, value: &Value, pointer: Option<&str>) {
    let excerpt = Excerpt { value, pointer, width: page.width(), limit: 16 };
    for line in excerpt.lines("    ") {
        page.line(line);
    }
}
