use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Exit;
use super::streams::{Failure, Streams};
use crate::report::{Page, look, painted};
use crate::rules::{self, Family, Rule};

/// List the rules
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Rules {
    /// How to write the list
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: RulesFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum RulesFormat {
    /// For people
    #[default]
    Human,
    /// One JSON list with everything there is to know of each rule
    Json,
    /// Tables for a document
    Markdown,
}

const EXAMPLES: &str = "\
Examples:
  pretoken rules
  pretoken rules --format json | jq -r '.[] | select(.level == \"error\") | .id'";

impl Rules {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let text = match self.format {
            RulesFormat::Human => human(streams.width),
            RulesFormat::Json => format!("{:#}\n", Value::from_iter(rules::ALL.iter().map(|rule| json(rule)))),
            RulesFormat::Markdown => markdown(),
        };
        streams.write(&text)?;
        Ok(Exit::Success)
    }
}

fn families() -> impl Iterator<Item = (Family, Vec<&'static Rule>)> {
    [Family::Answer, Family::Claims, Family::Groups, Family::Scopes, Family::Conduct, Family::Promises]
        .into_iter()
        .map(|family| (family, rules::ALL.iter().copied().filter(|rule| rule.family == family).collect::<Vec<_>>()))
        .filter(|(_, rules)| !rules.is_empty())
}

fn human(width: usize) -> String {
    let mut page = Page::new(width);
    let longest = rules::ALL.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    for (family, rules) in families() {
        page.line(painted(look::STRONG, family.label()));
        for rule in rules {
            let padding = " ".repeat(longest - rule.id.len());
            let level = format!("{:7}", rule.level.label());
            let level = painted(look::of(rule.level), &level);
            let first = format!("  {}{padding}  {level}  {:5}  ", rule.id, versions(rule));
            page.hanging(&first, longest + 20, rule.title);
        }
        page.blank();
    }
    page.prose("", "`pretoken explain RULE` says what a rule requires, and why.");
    page.finish()
}

fn versions(rule: &Rule) -> String {
    rule.versions.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(",")
}

fn json(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "level": rule.level,
        "family": rule.family,
        "event_versions": rule.versions.iter().map(|version| version.as_str()).collect::<Vec<_>>(),
        "title": rule.title,
        "requires": rule.requires,
        "why": rule.why,
        "mend": rule.mend,
        "reasons": rule.reasons,
        "sources": rule.sources,
    })
}

fn markdown() -> String {
    let mut text = String::new();
    for (family, rules) in families() {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "## {}\n", family.label());
        text.push_str("| rule | level | event versions | the fault | source |\n|---|---|---|---|---|\n");
        for rule in rules {
            let cell = |words: &str| words.replace('|', "\\|");
            let sources: Vec<_> =
                rule.sources.iter().map(|source| format!("[{}]({})", source.fact, source.url)).collect();
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} |",
                rule.id,
                rule.level,
                versions(rule).replace(',', ", "),
                cell(rule.title),
                sources.join(" ")
            );
        }
        text.push('\n');
    }
    text
}
