//! Every rule can convict, and none convicts what is right.

use pretoken::rules::{ALL, Example, Exchange, Expectations, Level, Rule, Verdict, Violation};
use pretoken::target::Outcome;
use serde_json::{Value, json};

use crate::answers::{allowed_details, aws_answers, odd_outcomes};
use crate::cases::{Case, cases, documented_and_boundary, is_legal, scenes};
use crate::is_tidy;

/// No function in this process breaks it: the tests of targets do.
const TOLD_BY_TIME: [&str; 1] = ["cold-start-over-limit"];

#[test]
fn every_example_can_happen() {
    for rule in ALL {
        assert!(!rule.versions.is_empty() && rule.versions.is_sorted(), "{}", rule.id);
        for example in [&rule.violates, &rule.conforms] {
            assert!(rule.versions.contains(&example.version), "{}: not a version of this rule", rule.id);
            assert!(is_legal(&example.scene.situation(), example.version), "{}: no such event", rule.id);
        }
    }
}

#[test]
fn every_violating_example_is_convicted_by_its_rule() {
    for rule in ALL {
        let violations = judged_example(rule, &rule.violates);
        assert!(!violations.is_empty(), "{} is silent about its own example", rule.id);
        for violation in &violations {
            assert_sound(rule, violation, &rule.violates.event(), &rule.violates.outcome());
        }
    }
}

#[test]
fn every_conforming_example_is_acquitted_by_its_rule_and_has_no_error() {
    for rule in ALL {
        assert_eq!(judged_example(rule, &rule.conforms), [], "{}", rule.id);
        // Two answers are a pair for their own rule alone.
        let others = ALL.iter().filter(|other| other.level == Level::Error && other.comparison().is_none());
        for other in others {
            assert_eq!(judged_example(other, &rule.conforms), [], "{} about the example of {}", other.id, rule.id);
        }
    }
}

/// Rules whose miniatures answer with megabytes, or with thousands of claims, whatever the event is: each such answer takes
/// as long to judge as a hundred others.
const HEAVY: [&str; 2] = ["answer-too-large", "too-many-claims"];

#[test]
fn every_miniature_is_convicted_by_its_rule_for_its_reason() {
    let (few, mut many) = (scenes(), cases());
    // Some break their rule on rare events only.
    many.extend(documented_and_boundary());
    for rule in within_one_exchange() {
        let cases = if HEAVY.contains(&rule.id) { &few } else { &many };
        for miniature in rule.miniatures {
            let mut convicted = false;
            for case in cases.iter().filter(|case| rule.versions.contains(&case.version)) {
                let outcome = (miniature.trigger)(case.event.clone());
                for violation in judged_under(&rule.violates.expectations(), rule, case, &outcome) {
                    assert_sound(rule, &violation, &case.event, &outcome);
                    assert_eq!(
                        violation.reason, miniature.reason,
                        "{}: the trigger that {} breaks it in another way too, for {case}",
                        rule.id, miniature.about
                    );
                    convicted = true;
                }
            }
            assert!(convicted, "{} never convicts the trigger that {}", rule.id, miniature.about);
        }
    }
}

#[test]
fn the_event_returned_as_it_came_breaks_no_rule() {
    for case in cases() {
        let outcome = Outcome::Answered(case.event.clone());
        assert_eq!(convictions(&case, &outcome, Level::Advice), [""; 0], "{case}");
    }
}

#[test]
fn copying_the_events_groups_as_aws_advises_breaks_no_rule() {
    for case in cases() {
        let groups = &case.event["request"]["groupConfiguration"];
        let outcome = case.answer(&json!({case.version.container(): {"groupOverrideDetails": groups}}));
        assert_eq!(convictions(&case, &outcome, Level::Advice), [""; 0], "{case}");
    }
}

#[test]
fn the_answers_of_awss_own_page_break_no_rule() {
    for (name, response, versions) in aws_answers() {
        // Written for users: for a machine, `no-effect-for-machine` rightly speaks of their ID token's part.
        for case in cases().iter().filter(|case| case.is_user() && versions.contains(&case.version)) {
            // At advice, `groups-replaced` rightly speaks of the examples that replace the groups.
            assert_eq!(convictions(case, &case.answer(&response), Level::Warning), [""; 0], "{name} for {case}");
        }
    }
}

#[test]
fn what_aws_allows_is_met_with_silence() {
    for (name, details) in allowed_details() {
        for case in cases().iter().filter(|case| case.is_user()) {
            let Some(response) = details(case.version) else { continue };
            let found = convictions(case, &case.answer(&response), Level::Warning);
            assert_eq!(found, [""; 0], "{name}: {response} for {case}");
        }
    }
}

#[test]
fn no_answer_is_too_odd_for_a_rule() {
    for case in scenes() {
        for outcome in odd_outcomes(&case) {
            for rule in ALL.iter().filter(|rule| rule.versions.contains(&case.version)) {
                for violation in judged(rule, &case, &outcome) {
                    assert_sound(rule, &violation, &case.event, &outcome);
                }
            }
        }
    }
}

pub(crate) fn within_one_exchange() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied().filter(|rule| rule.comparison().is_none() && !TOLD_BY_TIME.contains(&rule.id))
}

/// What a finding needs to be of use: a reason that is declared, words, and a place in the answer. What the answer lacks
/// has its place in the event.
pub(crate) fn assert_sound(rule: &Rule, violation: &Violation, event: &Value, outcome: &Outcome) {
    let id = rule.id;
    assert!(rule.reasons.contains(&violation.reason), "{id}: `{}` is no declared reason", violation.reason);
    assert!(is_tidy(&violation.message), "{id}: {:?}", violation.message);
    assert!(is_tidy(&violation.effect), "{id}: {:?}", violation.effect);
    let known = |fact| rule.sources.iter().any(|source| source.fact == fact);
    assert!(violation.fact.is_none_or(known), "{id} rests on {:?}, which it does not cite", violation.fact);
    match outcome {
        Outcome::Answered(answer) => {
            let place = answer.pointer(&violation.pointer).or_else(|| event.pointer(&violation.pointer));
            assert!(place.is_some(), "{id}: no `{}` in {answer}", violation.pointer);
        }
        _ => assert_eq!(violation.pointer, "", "{id}: there is no answer to point into"),
    }
}

fn judged_example(rule: &Rule, example: &Example) -> Vec<Violation> {
    if !rule.versions.contains(&example.version) {
        return Vec::new();
    }
    rule.judge_example(example).violations().to_vec()
}

fn judged(rule: &Rule, case: &Case, outcome: &Outcome) -> Vec<Violation> {
    judged_under(&Expectations::default(), rule, case, outcome)
}

pub(crate) fn judged_under(expectations: &Expectations, rule: &Rule, case: &Case, outcome: &Outcome) -> Vec<Violation> {
    let mut verdict = Verdict::default();
    let exchange = Exchange::new(&case.situation, case.version, &case.event, outcome).under(expectations);
    rule.judge(&exchange, &mut verdict);
    verdict.violations().to_vec()
}

/// The ids of the rules from this level on that convict.
fn convictions(case: &Case, outcome: &Outcome, level: Level) -> Vec<&'static str> {
    ALL.iter()
        .filter(|rule| rule.level >= level && rule.versions.contains(&case.version))
        .filter(|rule| !judged(rule, case, outcome).is_empty())
        .map(|rule| rule.id)
        .collect()
}
