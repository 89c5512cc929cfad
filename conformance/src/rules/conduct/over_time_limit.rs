use std::time::Duration;

use super::error_types::{Cause, cause};
use super::limit::{EFFECT, LIMIT, seconds};
use crate::rules::miniature::{groups, when};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Timing, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "over-time-limit",
    level: Level::Error,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "the trigger takes longer than five seconds",
    requires: "The trigger answers every event within 5 seconds.",
    why: "Cognito gives up, may call the trigger again, and the sign-in or the refresh fails",
    mend: "do slow work elsewhere, give calls to other services a time limit well below 5 seconds, and answer without \
           what they did not give in time; a longer timeout of the function changes nothing",
    sources: &[
        Citation {
            fact: "O-01",
            certainty: Certainty::Documented,
            words: "must respond within 5 seconds; the limit cannot be changed",
            url: TRIGGERS,
        },
        Citation {
            fact: "X-06",
            certainty: Certainty::ObservedByOthers,
            words: "`Socket timeout while invoking Lambda function` reached the caller",
            url: TRIGGERS,
        },
    ],
    reasons: &["no-answer", "late-answer"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Other("nothing within the limit", || Outcome::TimedOut { after: LIMIT }),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::After(
            "the event untouched, after 4.9 seconds",
            Timing { took: Duration::from_millis(4_900), cold_start: None },
        ),
    },
    miniatures: &[
        Miniature {
            reason: "no-answer",
            about: "waits for a table that does not answer",
            trigger: |_| Outcome::TimedOut { after: LIMIT },
        },
        Miniature {
            reason: "no-answer",
            about: "looks many groups up one by one",
            trigger: |event| when(groups(&event).len() > 10, event, |_| Outcome::TimedOut { after: LIMIT }),
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    verdict.applies();
    let took = exchange.timing.took;
    match exchange.outcome {
        // `--timeout` may be shorter than Cognito's limit: what it cuts off may still have come in time.
        Outcome::TimedOut { after } if *after < LIMIT => {}
        Outcome::TimedOut { after } => {
            verdict.violated("no-answer", "", format!("there was no answer within {}", seconds(*after)), EFFECT);
        }
        // A target behind HTTP reports its own limit as an error.
        Outcome::Errored(error) if cause(error) == Cause::TimedOut => {
            verdict.violated(
                "no-answer",
                "",
                format!("the function ran into its own limit: {}", error.message),
                EFFECT,
            );
        }
        // The first answer of a fresh process is the subject of `cold-start-over-limit`.
        _ if took > LIMIT && exchange.timing.cold_start.is_none() => {
            verdict.violated("late-answer", "", format!("the answer took {}", seconds(took)), EFFECT);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;

    fn reasons(outcome: &Outcome, timing: Timing) -> Vec<&'static str> {
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V1);
        let mut verdict = Verdict::default();
        check(&Exchange::new(&situation, EventVersion::V1, &event, outcome).timed(timing), &mut verdict);
        verdict.violations().iter().map(|violation| violation.reason).collect()
    }

    #[test]
    fn an_answer_that_comes_late_is_as_bad_as_none() {
        let late = Timing { took: Duration::from_millis(5_001), cold_start: None };
        assert_eq!(reasons(&Outcome::Answered(serde_json::Value::Null), late), ["late-answer"]);
    }

    #[test]
    fn a_shorter_limit_of_the_persons_own_convicts_nobody() {
        let cut_off = Outcome::TimedOut { after: Duration::from_secs(1) };
        assert_eq!(reasons(&cut_off, Timing::default()), [""; 0]);
    }

    #[test]
    fn five_seconds_are_in_time_and_a_first_answer_is_not_this_rules() {
        let answered = Outcome::Answered(serde_json::Value::Null);
        let took = |millis, cold_start| Timing { took: Duration::from_millis(millis), cold_start };
        assert_eq!(reasons(&answered, took(5_000, None)), [""; 0]);
        assert_eq!(reasons(&answered, took(6_000, Some(Duration::ZERO))), [""; 0]);
        assert_eq!(reasons(&Outcome::TimedOut { after: LIMIT }, Timing::default()), ["no-answer"]);
    }

    #[test]
    fn a_functions_own_limit_is_told_as_no_answer() {
        for (error_type, expected) in [("Sandbox.Timedout", &["no-answer"][..]), ("Error", &[])] {
            let error = crate::rules::miniature::errored(error_type, "after 3.00 seconds");
            assert_eq!(reasons(&error, Timing::default()), expected, "{error_type}");
        }
    }
}
