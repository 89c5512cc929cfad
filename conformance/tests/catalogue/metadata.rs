//! Names, texts and sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pretoken::rules::{ALL, Level, Rule};
use pretoken::situation::Certainty;

use crate::{PRACTICE, is_tidy};

/// Warnings that rest on no open question, and why they are warnings all the same.
const WARNS_WITHOUT_QUESTION: [(&str, &str); 7] = [
    ("claim-set-and-suppressed", "AWS says what happens, and it is legal; it is never what was meant"),
    ("stringified-nothing", "legal; experience says that the text of nothing is never meant"),
    ("empty-claim-name", "no page speaks of claim names at all"),
    ("empty-preferred-role", "no page speaks of an empty name"),
    ("sign-in-denied", "legal, and a report that hides denials is of no use"),
    ("error-text-exposed", "AWS asks for care with the words and forbids nothing"),
    ("claims-lost-on-refresh", "legal; AWS only says that the trigger runs again"),
];

#[test]
fn ids_are_kebab_case_and_unique() {
    let mut seen = BTreeSet::new();
    for rule in ALL {
        assert!(is_kebab_case(rule.id), "{}", rule.id);
        assert!(seen.insert(rule.id), "`{}` is registered twice", rule.id);
    }
}

#[test]
fn every_rule_stands_in_its_familys_folder_in_the_file_of_its_name() {
    let registered: BTreeSet<String> =
        ALL.iter().map(|rule| format!("{}/{}.rs", rule.family.label(), rule.id.replace('-', "_"))).collect();
    assert_eq!(registered, rule_files(), "left: registered, right: files that define a `RULE`");
}

#[test]
fn the_registry_keeps_the_order_of_the_families() {
    let order = ["answer", "claims", "groups", "scopes", "conduct", "promises"];
    let places: Vec<_> =
        ALL.iter().map(|rule| order.iter().position(|family| *family == rule.family.label())).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn titles_are_short_and_state_the_fault() {
    // `cannot` may stand in a title: it says what Cognito allows, not what the reader ought to do.
    let modal = ["must", "should", "shall", "may", "might", "can", "could", "would", "will", "ought"];
    for Rule { id, title, .. } in ALL {
        assert!(title.chars().count() <= 70, "{id}: {title}");
        assert!(title.starts_with(|first: char| first.is_lowercase() || first == '`'), "{id}: {title}");
        assert!(!title.ends_with('.'), "{id}: {title}");
        let mut words = title.split(|character: char| !character.is_alphanumeric());
        assert!(!words.any(|word| modal.contains(&word)), "{id}: {title}");
    }
}

#[test]
fn texts_are_there_and_tidy() {
    for rule in ALL {
        let words = rule.sources.iter().map(|source| source.words);
        let about = rule.miniatures.iter().map(|miniature| miniature.about);
        let texts = [rule.title, rule.requires, rule.why, rule.mend];
        for text in texts.into_iter().chain(words).chain(about) {
            assert!(is_tidy(text), "{}: {text:?}", rule.id);
        }
        assert!(rule.requires.ends_with('.'), "{}: `requires` is a sentence: {}", rule.id, rule.requires);
        for text in [rule.why, rule.mend] {
            assert!(!text.ends_with('.'), "{}: renderers end this text: {text}", rule.id);
        }
    }
}

#[test]
fn every_rule_names_its_sources() {
    for rule in ALL {
        assert!(!rule.sources.is_empty(), "{}", rule.id);
        let mut seen = BTreeSet::new();
        for source in rule.sources {
            let practice = source.fact == PRACTICE && source.certainty == Certainty::Practice;
            assert!(is_fact_id(source.fact) || practice, "{}: `{}`", rule.id, source.fact);
            assert!(seen.insert((source.fact, source.url)), "{}: `{}` is cited twice", rule.id, source.fact);
            assert!(source.url.starts_with("https://"), "{}: {}", rule.id, source.url);
        }
    }
}

#[test]
fn every_warning_says_which_question_is_open() {
    let excused = |rule: &Rule| WARNS_WITHOUT_QUESTION.iter().any(|(id, _)| *id == rule.id);
    for rule in ALL.iter().filter(|rule| rule.level == Level::Warning) {
        let asks = rule.sources.iter().any(|source| source.fact.starts_with("U-"));
        assert_ne!(asks, excused(rule), "{}: cites a question, or is excused with a reason, and not both", rule.id);
    }
}

/// Reasons that the time alone tells, so that no function in this process shows them: the tests of targets do.
const TOLD_BY_TIME: [(&str, &str); 2] = [("cold-start-over-limit", "slow-start"), ("over-time-limit", "late-answer")];

#[test]
fn every_reason_has_a_miniature_and_every_miniature_a_reason() {
    for rule in ALL {
        assert!(rule.reasons.iter().all(|reason| is_kebab_case(reason)), "{}: {:?}", rule.id, rule.reasons);
        let reasons: BTreeSet<_> =
            rule.reasons.iter().filter(|reason| !TOLD_BY_TIME.contains(&(rule.id, reason))).collect();
        let shown: BTreeSet<_> = rule.miniatures.iter().map(|miniature| &miniature.reason).collect();
        assert_eq!(reasons, shown, "{}: left: reasons, right: reasons of its miniatures", rule.id);
        let distinct: BTreeSet<_> = rule.reasons.iter().collect();
        assert_eq!(distinct.len(), rule.reasons.len(), "{}: {:?}", rule.id, rule.reasons);
    }
}

/// The files below `src/rules` that define a rule, as `family/file.rs`.
fn rule_files() -> BTreeSet<String> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let folders = fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    files
        .filter(|file| fs::read_to_string(file).unwrap().contains("const RULE: Rule"))
        .map(|file| {
            let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
            format!("{}/{}", name(file.parent().unwrap()), name(&file))
        })
        .collect()
}

fn is_kebab_case(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.split('-').all(is_word) && text.starts_with(|first: char| first.is_ascii_lowercase())
}

/// A letter, a hyphen and a number of two digits.
fn is_fact_id(text: &str) -> bool {
    text.split_once('-').is_some_and(|(letter, number)| {
        letter.len() == 1
            && letter.starts_with(|letter: char| letter.is_ascii_uppercase())
            && number.len() == 2
            && number.chars().all(|digit| digit.is_ascii_digit())
    })
}
