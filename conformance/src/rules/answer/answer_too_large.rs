use std::io;

use serde_json::{Map, Value};

use crate::rules::miniature::{set_claim, token_parts};
use crate::rules::source::INVOKE;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "answer-too-large",
    level: Level::Error,
    family: Family::Answer,
    versions: &EventVersion::ALL,
    title: "the answer is larger than Lambda lets through",
    requires: "The answer, as JSON, has at most 6 MB (6,291,456 bytes).",
    why: "Lambda reports an error instead of the answer, and the sign-in fails",
    mend: "put a reference into the token instead of the data itself, and look it up where it is needed",
    sources: &[Citation {
        fact: "O-05",
        certainty: Certainty::Documented,
        words: "the maximum payload size is 6 MB",
        url: INVOKE,
    }],
    reasons: &["over-payload-limit"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Changed("with a claim of 6 MB", |answer| add_claim(answer, LIMIT)),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Changed("with a claim of 6,000 bytes", |answer| add_claim(answer, 6_000)),
    },
    miniatures: &[Miniature {
        reason: "over-payload-limit",
        about: "writes a user's whole history into a claim",
        trigger: |mut event| {
            add_claim(&mut event, LIMIT);
            Outcome::Answered(event)
        },
    }],
    check: Check::One(check),
};

/// 6 MB: "for synchronous invocations, the maximum payload size is 6 MB".
const LIMIT: usize = 6 * 1024 * 1024;

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let message = match exchange.outcome {
        Outcome::Answered(answer) => {
            verdict.applies();
            if exchange.weights().answer <= LIMIT {
                return;
            }
            let size = written_size(answer);
            if size <= LIMIT {
                return;
            }
            format!("the answer has {size} bytes; {LIMIT} are allowed")
        }
        // Where Lambda itself, or an emulator of it, is between the trigger and the suite.
        Outcome::Errored(error) if error.error_type == "Function.ResponseSizeTooLarge" => {
            format!("the answer has more than {LIMIT} bytes")
        }
        _ => return,
    };
    let effect = "no token is issued: Lambda reports that the response payload is too large";
    verdict.violated("over-payload-limit", "", message, effect);
}

/// How many bytes a value takes as compact JSON.
fn written_size(answer: &Value) -> usize {
    let mut counter = Counter(0);
    // Counting cannot fail, and a value can always be written.
    let _: Result<(), serde_json::Error> = serde_json::to_writer(&mut counter, answer);
    counter.0
}

struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn add_claim(answer: &mut Value, bytes: usize) {
    for part in token_parts(answer) {
        let part: &mut Map<String, Value> = part;
        set_claim(part, "history", Value::from("x".repeat(bytes)));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::trial::{changed, judged, reasons};
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed_and_one_byte_more_is_not() {
        let given = |size: usize| {
            let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| {
                *answer = json!({"claim": ""});
                let rest = size - written_size(answer);
                // A line break takes one byte here and two when written, so that the bounds alone cannot tell.
                answer["claim"] = json!("\n".to_owned() + &"x".repeat(rest - 2));
            });
            reasons(&verdict)
        };
        assert_eq!(given(LIMIT), [""; 0]);
        assert_eq!(given(LIMIT + 1), ["over-payload-limit"]);
    }

    #[test]
    fn six_megabytes_are_what_lambda_lets_through() {
        assert_eq!(LIMIT, 6_291_456);
        let error = |error_type: &str| {
            let refused = |_| crate::rules::miniature::errored(error_type, "too large");
            reasons(&judged(&RULE, &Scene::User.situation(), EventVersion::V1, refused))
        };
        assert_eq!(error("Function.ResponseSizeTooLarge"), ["over-payload-limit"]);
        assert_eq!(error("Error"), [""; 0]);
    }
}
