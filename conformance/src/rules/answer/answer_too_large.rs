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
    let size = match exchange.outcome {
        Outcome::Answered(answer) => {
            verdict.applies();
            // A lower and an upper bound come from the lengths alone. Only an answer between the two is written.
            let bounds = Bounds::of(answer);
            if bounds.most <= LIMIT {
                return;
            }
            if bounds.least > LIMIT { bounds.least } else { written_size(answer) }
        }
        // Where Lambda itself, or an emulator of it, is between the trigger and the suite.
        Outcome::Errored(error) if error.error_type == "Function.ResponseSizeTooLarge" => LIMIT + 1,
        _ => return,
    };
    if size > LIMIT {
        verdict.violated(
            "over-payload-limit",
            "",
            format!("the answer has at least {size} bytes; {LIMIT} are allowed"),
            "no token is issued: Lambda reports that the response payload is too large",
        );
    }
}

/// How many bytes a value takes as compact JSON.
#[derive(Clone, Copy)]
struct Bounds {
    least: usize,
    most: usize,
}

impl Bounds {
    fn of(value: &Value) -> Self {
        match value {
            Value::Null | Value::Bool(_) => Self { least: 4, most: 5 },
            // The longest number that serde_json writes is a double with 17 digits, a sign, a point and an exponent.
            Value::Number(_) => Self { least: 1, most: 26 },
            Value::String(text) => Self::of_text(text),
            Value::Array(list) => list.iter().map(Self::of).fold(Self::BRACKETS, Self::and),
            Value::Object(map) => {
                map.iter().map(|(name, value)| Self::of_text(name).and(Self::of(value))).fold(Self::BRACKETS, Self::and)
            }
        }
    }

    const BRACKETS: Self = Self { least: 2, most: 2 };

    /// A control character takes six bytes (`\u0000`), and the quotes take two.
    const fn of_text(text: &str) -> Self {
        Self { least: text.len() + 2, most: text.len() * 6 + 2 }
    }

    /// Both, and at most a comma or a colon between them.
    const fn and(self, other: Self) -> Self {
        Self { least: self.least + other.least, most: self.most + other.most + 1 }
    }
}

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
    fn the_written_size_lies_between_the_bounds() {
        let texts = ["", "plain", "\u{0}\u{1f}\"\\\n", "ünïcødé \u{1f600}"];
        let numbers = json!([0, -1, i64::MIN, u64::MAX, f64::MIN, -f64::MIN_POSITIVE, 1e-7, 0.1 + 0.2]);
        // Nothing in these is shorter than it could be but for the commas, or longer but for the control characters.
        let tight = [json!(["\u{0}\u{0}", "\u{0}\u{0}", "\u{0}"]), json!(["", "", ""]), json!({"\u{0}": "\u{0}"})];
        let loose = [json!(null), json!([]), json!({}), json!({"a": [true, false, {"b": texts}]}), numbers];
        for value in loose.into_iter().chain(tight) {
            let bounds = Bounds::of(&value);
            let size = written_size(&value);
            assert_eq!(size, value.to_string().len());
            assert!(bounds.least <= size && size <= bounds.most, "{value}");
        }
    }

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

    #[test]
    fn an_answer_that_is_at_the_limit_by_its_lengths_is_written_to_see_what_it_takes() {
        let verdict = changed(&RULE, Scene::User, EventVersion::V1, |answer| {
            *answer = json!({"": ""});
            let rest = LIMIT - Bounds::of(answer).least;
            answer[""] = json!("x".repeat(rest));
            assert_eq!(Bounds::of(answer).least, LIMIT);
        });
        // The colon is in no length.
        assert_eq!(reasons(&verdict), ["over-payload-limit"]);
        assert!(verdict.violations()[0].message.contains("6291457"), "{}", verdict.violations()[0].message);
    }
}
