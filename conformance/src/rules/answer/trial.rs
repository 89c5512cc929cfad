//! Runs rules in tests.

use serde_json::Value;

use crate::event;
use crate::rules::{Example, Exchange, Rule, Verdict};
use crate::situation::{EventVersion, Scene, Situation};
use crate::target::Outcome;

/// What a rule says when the event comes back changed.
pub(in crate::rules) fn changed(
    rule: &Rule,
    scene: Scene,
    version: EventVersion,
    change: impl Fn(&mut Value),
) -> Verdict {
    judged(rule, &scene.situation(), version, |mut event| {
        change(&mut event);
        Outcome::Answered(event)
    })
}

/// What a rule says of a trigger in a situation.
pub(in crate::rules) fn judged(
    rule: &Rule,
    situation: &Situation,
    version: EventVersion,
    trigger: impl Fn(Value) -> Outcome,
) -> Verdict {
    let event = event::build(situation, version);
    let outcome = trigger(event.clone());
    let mut verdict = Verdict::default();
    (rule.check)(&Exchange { situation, version, event: &event, outcome: &outcome }, &mut verdict);
    verdict
}

/// What a rule says of an example.
pub(in crate::rules) fn example(rule: &Rule, example: &Example) -> Verdict {
    judged(rule, &example.scene.situation(), example.version, |_| example.outcome())
}

/// The reasons of a verdict.
pub(in crate::rules) fn reasons(verdict: &Verdict) -> Vec<&'static str> {
    verdict.violations().iter().map(|violation| violation.reason).collect()
}

mod tests {
    use super::*;
    use crate::rules::{ALL, Family};

    fn rules() -> impl Iterator<Item = &'static Rule> {
        ALL.iter().copied().filter(|rule| matches!(rule.family, Family::Answer | Family::Conduct))
    }

    fn scenes(version: EventVersion) -> impl Iterator<Item = Scene> {
        Scene::ALL.into_iter().filter(move |scene| version == EventVersion::V3 || *scene != Scene::Machine)
    }

    #[test]
    fn examples_show_what_they_say() {
        for rule in rules() {
            let violated = reasons(&example(rule, &rule.violates));
            assert!(violated.len() == 1 && rule.reasons.contains(&violated[0]), "{}: {violated:?}", rule.id);
            let conforming = example(rule, &rule.conforms);
            assert_eq!(reasons(&conforming), [""; 0], "{}", rule.id);
            assert!(conforming.applied(), "{}", rule.id);
        }
    }

    #[test]
    fn miniatures_are_convicted_by_their_own_rule_and_reason_alone() {
        for rule in rules() {
            for reason in rule.reasons {
                assert!(
                    rule.miniatures.iter().any(|one| one.reason == *reason),
                    "{}: no miniature for {reason}",
                    rule.id
                );
            }
            for miniature in rule.miniatures {
                let mut convicted = false;
                for version in rule.versions {
                    for scene in scenes(*version) {
                        for judge in rules() {
                            if !judge.versions.contains(version) {
                                continue;
                            }
                            let found = reasons(&judged(judge, &scene.situation(), *version, miniature.trigger));
                            if judge.id == rule.id {
                                assert!(found.iter().all(|one| *one == miniature.reason), "{} {found:?}", rule.id);
                                convicted |= !found.is_empty();
                            } else {
                                assert_eq!(found, [""; 0], "{}: {} by {}", rule.id, miniature.about, judge.id);
                            }
                        }
                    }
                }
                assert!(convicted, "{}: {}", rule.id, miniature.about);
            }
        }
    }

    #[test]
    fn the_event_returned_untouched_is_silent_and_exercises_what_looks_at_it() {
        for rule in rules() {
            for version in EventVersion::ALL {
                for scene in scenes(version) {
                    let verdict = judged(rule, &scene.situation(), version, Outcome::Answered);
                    assert_eq!(reasons(&verdict), [""; 0], "{} {scene:?} {version}", rule.id);
                }
            }
        }
    }
}
