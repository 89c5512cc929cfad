use std::cell::Cell;

use serde_json::Value;

use crate::rules::comparison::failure;
use crate::rules::miniature::{groups, set_claim, token_parts, with_access_claim, with_claim};
use crate::rules::source::{PRE_TOKEN, TRIGGERS};
use crate::rules::{
    Check, Citation, Comparison, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::{Outcome, TriggerError};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "nondeterministic-answer",
    level: Level::Warning,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "the same event twice gets two answers",
    requires: "The same event is answered in the same way each time.",
    why: "Cognito may call again when an answer is late, and does call at every refresh: which value a token holds is chance",
    mend: "work values out from the event alone (a hash for a random id); if a claim is meant to differ, declare it \
           among the `volatile-claims` of the configuration",
    sources: &[
        Citation {
            fact: "O-02",
            certainty: Certainty::Documented,
            words: "Amazon Cognito \"may retry\" a call that was not answered in time",
            url: TRIGGERS,
        },
        Citation {
            fact: "S-29",
            certainty: Certainty::Inference,
            words: "the trigger runs anew at every refresh, and nothing of its former answer stays",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-27",
            certainty: Certainty::Unknown,
            words: "how often Cognito calls again is not stated; taken as at least once",
            url: TRIGGERS,
        },
    ],
    reasons: &["answers-differ", "fails-once"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"session":"5f2c"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"session":"91be"}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"session":"5f2c"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"session":"5f2c"}}}"#,
        ),
    },
    miniatures: &[
        Miniature { reason: "answers-differ", about: "gives every token a random id", trigger: gives_a_random_id },
        Miniature {
            reason: "fails-once",
            about: "refuses an event that it has just answered",
            trigger: refuses_a_repetition,
        },
        Miniature {
            reason: "answers-differ",
            about: "lists the groups in an order that is another at every call, as hash tables have it",
            trigger: lists_in_any_order,
        },
        Miniature {
            reason: "answers-differ",
            about: "writes the time of the call into the access token",
            trigger: |event| {
                let now = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .map(|now| now.as_nanos().to_string());
                with_access_claim(event, "called_at", now.unwrap_or_default())
            },
        },
    ],
    check: Check::Two(Comparison {
        second: Second::Again,
        about: "the same event once more",
        labels: ["the first time", "the second time"],
        judge,
        tells_failures_on: None,
    }),
};

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    let failures = [failure(pair.first.outcome), failure(pair.second.outcome)];
    match failures {
        [Some(_), Some(_)] => return,
        [None, None] => verdict.applies(),
        [Some(failure), None] | [None, Some(failure)] => verdict.violated(
            "fails-once",
            "",
            format!("one time the trigger answers, another time {failure}"),
            "whether a token is issued is chance: nothing but the call itself differs",
        ),
    }
    for difference in pair.differences() {
        verdict.violated(
            "answers-differ",
            pair.place(difference.token, difference.claim),
            difference.words(["the first time", "the second time"]),
            format!("which of them stands in the {} is chance", difference.token),
        );
    }
}

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(7) };
    static TURNED: Cell<bool> = const { Cell::new(false) };
    static JUST_ANSWERED: Cell<Option<Value>> = const { Cell::new(None) };
}

fn gives_a_random_id(mut event: Value) -> Outcome {
    // Xorshift: random enough to differ, and the same in every run of the tests.
    let mut state = STATE.get();
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    STATE.set(state);
    for part in token_parts(&mut event) {
        set_claim(part, "session", format!("{state:016x}").into());
    }
    Outcome::Answered(event)
}

fn lists_in_any_order(event: Value) -> Outcome {
    // A real table would often give the same order twice; turned at every call, it is the same in every run of the tests.
    let mut all = groups(&event);
    if TURNED.replace(!TURNED.get()) {
        all.reverse();
    }
    with_claim(event, "teams", all.join(","))
}

fn refuses_a_repetition(event: Value) -> Outcome {
    if JUST_ANSWERED.take().as_ref() == Some(&event) {
        return Outcome::Errored(TriggerError {
            error_type: "Error".to_owned(),
            message: "this event has been handled".to_owned(),
            stack: Vec::new(),
        });
    }
    JUST_ANSWERED.set(Some(event.clone()));
    Outcome::Answered(event)
}
