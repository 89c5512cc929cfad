//! The ledger: every fact about Cognito that the project knows is covered by a rule, or left out for a reason.

use std::collections::{BTreeMap, BTreeSet};

use pretoken::rules::{ALL, find};
use pretoken::situation::Flow;
use serde::Deserialize;

use crate::cases::forms;

/// How many facts there are of each kind; ids count from 01.
const FACTS: [(&str, &str, u8); 10] = [
    ("E", "the event", 32),
    ("T", "trigger sources and flows", 8),
    ("R", "the answer's shape", 25),
    ("K", "the rows of AWS's table of claims and scopes", 20),
    ("C", "claims", 13),
    ("S", "what an answer does to the tokens", 30),
    ("X", "errors", 10),
    ("O", "limits", 10),
    ("W", "wiring", 13),
    ("U", "open questions", 32),
];

/// Ids that were never given.
const GAPS: [&str; 10] = ["E-09", "E-22", "E-23", "E-24", "E-25", "E-26", "E-27", "E-28", "E-29", "X-09"];

/// Why a fact may have no rule.
const GROUNDS: [&str; 6] = ["allowed", "background", "generator", "not observable", "token model", "wiring"];

/// What AWS allows, and no rule may ever speak of: a test beside this one meets each of them with silence.
const ALLOWED: [&str; 12] =
    ["R-04", "R-12", "R-13", "R-16", "R-17", "S-03", "S-14", "S-17", "S-19", "S-20", "S-21", "S-23"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The fact's id.
    fact: String,
    /// What it says, in a few words.
    says: String,
    /// The rules that rest on it and cite it.
    #[serde(default)]
    rules: Vec<String>,
    /// Rules for which it is the background; they may cite it.
    #[serde(default)]
    also: Vec<String>,
    /// Why no rule rests on it.
    excluded: Option<String>,
}

#[test]
fn every_fact_has_one_row_in_its_order() {
    let known: Vec<String> = FACTS
        .iter()
        .flat_map(|(letter, _, count)| (1..=*count).map(move |number| format!("{letter}-{number:02}")))
        .filter(|fact| !GAPS.contains(&fact.as_str()))
        .collect();
    let rows: Vec<String> = ledger().into_iter().map(|row| row.fact).collect();
    assert_eq!(rows, known, "left: the ledger, right: the facts");
}

#[test]
fn every_row_is_covered_or_left_out_for_a_reason() {
    for row in ledger() {
        assert!(crate::is_tidy(&row.says), "{row:?}");
        assert_ne!(row.rules.is_empty(), row.excluded.is_none(), "either rules or a reason: {row:?}");
        let Some(reason) = &row.excluded else { continue };
        let (ground, words) = reason.split_once(": ").unwrap_or_default();
        assert!(GROUNDS.contains(&ground), "one of {GROUNDS:?} comes first: {row:?}");
        assert!(crate::is_tidy(words), "{row:?}");
    }
}

#[test]
fn every_rule_that_the_ledger_names_exists() {
    let rows = ledger();
    let named: BTreeSet<&str> =
        rows.iter().flat_map(|row| row.rules.iter().chain(&row.also)).map(String::as_str).collect();
    let missing: Vec<_> = named.into_iter().filter(|id| find(id).is_none()).collect();
    assert_eq!(missing, [""; 0], "no such rule");
}

#[test]
fn a_rule_covers_a_fact_by_citing_it() {
    let mut silent = Vec::new();
    for row in ledger() {
        let rules = row.rules.iter().filter_map(|id| find(id));
        let without = rules.filter(|rule| rule.sources.iter().all(|source| source.fact != row.fact));
        silent.extend(without.map(|rule| format!("`{}` does not cite {}", rule.id, row.fact)));
    }
    assert_eq!(silent, [""; 0], "list the rule under `also`, or cite the fact");
}

#[test]
fn every_citation_is_in_the_ledger() {
    let rows: BTreeMap<String, Row> = ledger().into_iter().map(|row| (row.fact.clone(), row)).collect();
    let named = |rule: &str, fact: &str| {
        rows.get(fact).is_some_and(|row| row.rules.iter().chain(&row.also).any(|id| id == rule))
    };
    let mut unknown = Vec::new();
    for rule in ALL {
        let facts = rule.sources.iter().map(|source| source.fact).filter(|fact| *fact != crate::PRACTICE);
        unknown.extend(facts.filter(|fact| !named(rule.id, fact)).map(|fact| format!("`{}` cites {fact}", rule.id)));
    }
    assert_eq!(unknown, [""; 0], "name the rule in the fact's row");
}

#[test]
fn every_rule_is_in_the_ledger_unless_it_rests_on_practice() {
    let rows = ledger();
    for rule in ALL {
        let named = rows.iter().any(|row| row.rules.iter().any(|id| id == rule.id));
        let practice = rule.sources.iter().any(|source| source.fact == crate::PRACTICE);
        assert_ne!(named, practice, "`{}`", rule.id);
    }
}

#[test]
fn what_aws_allows_is_left_out_on_purpose() {
    for row in ledger().iter().filter(|row| ALLOWED.contains(&row.fact.as_str())) {
        assert!(row.excluded.as_ref().is_some_and(|reason| reason.starts_with("allowed: ")), "{row:?}");
    }
}

#[test]
fn what_the_events_rest_on_is_in_the_ledger() {
    let rows = ledger();
    let flows = Flow::ALL.into_iter().map(Flow::evidence);
    let forms = forms().into_iter().flat_map(|(_, form)| form.evidence());
    for evidence in flows.chain(forms) {
        assert!(rows.iter().any(|row| row.fact == evidence.fact), "{evidence:?}");
    }
}

fn ledger() -> Vec<Row> {
    serde_json::from_str(include_str!("../../ledger.json")).unwrap()
}
