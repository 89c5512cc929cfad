use std::time::Duration;

use super::limit::{EFFECT, LIMIT, seconds};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Rule, Timing, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cold-start-over-limit",
    level: Level::Error,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "start and first answer take longer than five seconds",
    requires: "A fresh process starts and answers its first event within 5 seconds together.",
    why: "whoever signs in while Lambda starts a new instance waits in vain: Cognito gives up after 5 seconds",
    mend: "load less at the start (large packages, calls to other services), or give the function more memory or \
           provisioned concurrency; this machine is not Lambda, so a time near the limit deserves a look there",
    sources: &[Citation {
        fact: "O-01",
        certainty: Certainty::Documented,
        words: "must respond within 5 seconds; a cold start counts",
        url: TRIGGERS,
    }],
    reasons: &["slow-start"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::After(
            "the event untouched, 0.2 seconds after a start of 5.5 seconds",
            Timing { took: Duration::from_millis(200), cold_start: Some(Duration::from_millis(5_500)) },
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::After(
            "the event untouched, 0.2 seconds after a start of 1.5 seconds",
            Timing { took: Duration::from_millis(200), cold_start: Some(Duration::from_millis(1_500)) },
        ),
    },
    // A function in this process has no cold start: the tests of targets start a slow one.
    miniatures: &[],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Some(start) = exchange.timing.cold_start else { return };
    verdict.applies();
    let together = start + exchange.timing.took;
    if together > LIMIT {
        verdict.violated(
            "slow-start",
            "",
            format!(
                "the start took {} and the first event {}, together {}",
                seconds(start),
                seconds(exchange.timing.took),
                seconds(together)
            ),
            EFFECT,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;
    use crate::rules::answer::trial::reasons;

    #[test]
    fn start_and_first_event_count_together_and_five_seconds_are_still_in_time() {
        for (start, took, expected) in [
            (3_000, 2_001, &["slow-start"][..]),
            (3_000, 2_000, &[]),
            (6_000, 0, &["slow-start"]),
            (0, 6_000, &["slow-start"]),
            (4_000, 500, &[]),
        ] {
            let situation = Scene::User.situation();
            let event = event::build(&situation, EventVersion::V1);
            let outcome = crate::target::Outcome::Answered(event.clone());
            let (took, start) = (Duration::from_millis(took), Duration::from_millis(start));
            let timing = Timing { took, cold_start: Some(start) };
            let mut verdict = Verdict::default();
            check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome).timed(timing), &mut verdict);
            assert_eq!(reasons(&verdict), expected, "{timing:?}");
        }
    }
}
