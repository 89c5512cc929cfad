use serde_json::Value;

use super::error_types::{Cause, cause};
use super::words::{clipped, told, what_the_caller_gets, who};
use crate::rules::miniature::{attribute, errored, groups, has_attribute, is_for_machine, is_from, when};
use crate::rules::source::{PRE_TOKEN, TRIGGERS};
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::{Outcome, TriggerError};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "crash-on-legal-event",
    level: Level::Error,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "the trigger crashes on a legal event",
    requires: "The trigger answers every legal event, or refuses it with an error of its own.",
    why: "no token is issued, so whoever sends such an event cannot sign in, and sees the text of the crash",
    mend: "look before you read: attributes, groups and client metadata may be absent or null, and machines have none of them",
    sources: &[
        Citation {
            fact: "X-01",
            certainty: Certainty::Documented,
            words: "a function that returns an error: the authentication event doesn't succeed",
            url: TRIGGERS,
        },
        Citation {
            fact: "E-15",
            certainty: Certainty::ObservedByOthers,
            words: "`groupConfiguration: null` in production, and the type's error that users saw",
            url: "https://github.com/aws/aws-lambda-rust-runtime/issues/1129",
        },
        Citation {
            fact: "E-19",
            certainty: Certainty::ObservedByOthers,
            words: "no captured event without client metadata has the key",
            url: PRE_TOKEN,
        },
    ],
    reasons: &[
        "programming-error",
        "event-not-understood",
        "answer-not-writable",
        "function-not-loaded",
        "process-ended",
        "runtime-protocol-broken",
    ],
    violates: Example {
        scene: Scene::FederatedUser,
        version: EventVersion::V2,
        given: Given::Other("`KeyError: 'email'`", || errored("KeyError", "'email'")),
    },
    conforms: Example {
        scene: Scene::FederatedUser,
        version: EventVersion::V2,
        given: Given::Changed("untouched, because there is no email", |_| {}),
    },
    miniatures: &[
        Miniature {
            reason: "programming-error",
            about: "takes the email's domain as the tenant; not every user has an email",
            trigger: reads_the_email,
        },
        Miniature {
            reason: "event-not-understood",
            about: "reads the groups into a type that cannot be null",
            trigger: |event| match event.pointer("/request/groupConfiguration/preferredRole") {
                Some(Value::String(_)) => Outcome::Answered(event),
                _ => errored(
                    "lambda_runtime::deserializer::DeserializeError",
                    "[request.groupConfiguration.preferredRole] invalid type: null, expected a string",
                ),
            },
        },
        Miniature {
            reason: "answer-not-writable",
            about: "puts a decimal number from a database into a claim",
            trigger: |_| {
                let words = "Unable to marshal response: Object of type Decimal is not JSON serializable";
                errored("Runtime.MarshalError", words)
            },
        },
        Miniature {
            reason: "function-not-loaded",
            about: "was packed without a module that it imports",
            trigger: |_| errored("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'jwt'"),
        },
        Miniature {
            reason: "process-ended",
            about: "ends its process when something is wrong",
            trigger: |_| Outcome::Crashed("the process ended with exit status 1".to_owned()),
        },
        Miniature {
            reason: "runtime-protocol-broken",
            about: "speaks the Lambda Runtime API itself, and asks for the next event without an answer to this one",
            trigger: |_| Outcome::Protocol("it asked for the next event before it answered this one".to_owned()),
        },
        Miniature {
            reason: "programming-error",
            about: "walks through the groups; they may be null",
            trigger: |event| {
                when(
                    !event.pointer("/request/groupConfiguration/groupsToOverride").is_some_and(Value::is_array),
                    event,
                    |_| errored("TypeError", "'NoneType' object is not iterable"),
                )
            },
        },
        Miniature {
            reason: "programming-error",
            about: "takes what follows the `_` in a user name",
            trigger: |event| {
                when(
                    !event.get("userName").and_then(Value::as_str).is_some_and(|name| name.contains('_')),
                    event,
                    |_| errored("IndexError", "list index out of range"),
                )
            },
        },
        Miniature {
            reason: "event-not-understood",
            about: "parses the identities of users who have none",
            trigger: |event| {
                when(!has_attribute(&event, "identities"), event, |_| {
                    errored("SyntaxError", "\"undefined\" is not valid JSON")
                })
            },
        },
        Miniature {
            reason: "programming-error",
            about: "decodes a tenant as part of a URL",
            trigger: |event| {
                when(attribute(&event, "custom:tenant").is_some_and(|tenant| tenant.contains('%')), event, |_| {
                    errored("URIError", "URI malformed")
                })
            },
        },
        Miniature {
            reason: "programming-error",
            about: "looks groups up in an object literal, where `constructor` is a function",
            trigger: |event| {
                when(groups(&event).contains(&"constructor".to_owned()), event, |_| {
                    errored("TypeError", "rights.constructor.map is not a function")
                })
            },
        },
        Miniature {
            reason: "programming-error",
            about: "reads `sub`, which machines have not",
            trigger: |event| when(is_for_machine(&event), event, |_| errored("KeyError", "'sub'")),
        },
        Miniature {
            reason: "programming-error",
            about: "takes the tenant for a number",
            trigger: |event| {
                when(
                    attribute(&event, "custom:tenant").is_some_and(|tenant| tenant.parse::<i64>().is_err()),
                    event,
                    |_| errored("ValueError", "invalid literal for int() with base 10: 'acme'"),
                )
            },
        },
        Miniature {
            reason: "programming-error",
            about: "writes names in Latin-1",
            trigger: |event| {
                when(
                    attribute(&event, "custom:tenant")
                        .is_some_and(|tenant| tenant.chars().any(|letter| letter > '\u{ff}')),
                    event,
                    |_| {
                        errored(
                            "UnicodeEncodeError",
                            "'latin-1' codec can't encode characters in position 0-2: ordinal not in range(256)",
                        )
                    },
                )
            },
        },
        Miniature {
            reason: "programming-error",
            about: "takes the first device of a list that a refresh leaves empty",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |_| errored("IndexError", "list index out of range"))
            },
        },
        Miniature {
            reason: "event-not-understood",
            about: "knows the trigger sources of users only",
            trigger: |event| {
                when(is_for_machine(&event), event, |_| {
                    errored(
                        "lambda_runtime::deserializer::DeserializeError",
                        "[triggerSource] unknown variant `TokenGeneration_ClientCredentials`",
                    )
                })
            },
        },
        Miniature {
            reason: "event-not-understood",
            about: "reads the group configuration into a type that cannot be null",
            trigger: |event| {
                when(event.pointer("/request/groupConfiguration").is_some_and(Value::is_null), event, |_| {
                    errored(
                        "lambda_runtime::deserializer::DeserializeError",
                        "[request.groupConfiguration] invalid type: null, expected struct GroupConfiguration",
                    )
                })
            },
        },
        Miniature {
            reason: "answer-not-writable",
            about: "puts a set of groups into a claim, for whoever has some",
            trigger: |event| {
                when(!groups(&event).is_empty(), event, |_| {
                    errored(
                        "Runtime.MarshalError",
                        "Unable to marshal response: Object of type set is not JSON serializable",
                    )
                })
            },
        },
        Miniature {
            reason: "process-ended",
            about: "runs out of memory over a user in very many groups",
            trigger: |event| {
                when(groups(&event).len() > 50, event, |_| Outcome::Crashed("killed by signal 9".to_owned()))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    match exchange.outcome {
        Outcome::Answered(_) | Outcome::NotJson(_) => verdict.applies(),
        Outcome::Errored(error) => errored_or_denied(exchange, error, verdict),
        // In process, a panic is caught as Rust's own runtime catches it; it would not end the process.
        Outcome::Crashed(words) if words.starts_with("panicked") => {
            let message = format!("{}: the trigger {}", who(exchange), clipped(words));
            verdict.violated("programming-error", "", message, what_the_caller_gets(exchange, words));
        }
        Outcome::Crashed(words) => verdict.violated(
            "process-ended",
            "",
            format!("{}: {}", who(exchange), clipped(words)),
            "no token is issued: Lambda reports that the function's process ended",
        ),
        Outcome::Protocol(words) => verdict.violated(
            "runtime-protocol-broken",
            "",
            format!("{}: {}", who(exchange), clipped(words)),
            "AWS does not say what happens; assumed that Lambda never hands over an answer, and no token is issued",
        ),
        // Neither a crash nor a denial: for the rules on time.
        Outcome::TimedOut { .. } => {}
    }
}

fn errored_or_denied(exchange: &Exchange<'_>, error: &TriggerError, verdict: &mut Verdict) {
    let reason = match cause(error) {
        Cause::ProgrammingError => "programming-error",
        Cause::EventNotUnderstood => "event-not-understood",
        Cause::AnswerNotWritable => "answer-not-writable",
        Cause::FunctionNotLoaded => "function-not-loaded",
        Cause::ProcessEnded => "process-ended",
        // The trigger did what it was made to do: `sign-in-denied` tells of it.
        Cause::Denied | Cause::DependencyFailed => return verdict.applies(),
        Cause::TimedOut | Cause::AnswerTooLarge => return,
    };
    let message = format!("{}: the trigger fails with {}", who(exchange), told(error));
    verdict.violated(reason, "", message, what_the_caller_gets(exchange, &error.message));
}

fn reads_the_email(event: Value) -> Outcome {
    match event.pointer("/request/userAttributes/email") {
        Some(_) => Outcome::Answered(event),
        None => errored("TypeError", "Cannot read properties of undefined (reading 'split')"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rules::answer::trial::{judged, reasons};

    #[test]
    fn a_panic_in_process_is_a_slip_and_an_exit_ends_the_process() {
        let found = |words: &str| {
            let crash = |_| Outcome::Crashed(words.to_owned());
            reasons(&judged(&RULE, &Scene::User.situation(), EventVersion::V1, crash))
        };
        assert_eq!(found("panicked: no email"), ["programming-error"]);
        assert_eq!(found("killed by signal 9"), ["process-ended"]);
    }

    #[test]
    fn a_denial_exercises_the_rule_and_a_slow_answer_does_not() {
        let judge = |outcome: Outcome| judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| outcome.clone());
        let denied = judge(errored("Error", "not for you"));
        assert!(denied.applied() && denied.violations().is_empty());
        assert!(!judge(Outcome::TimedOut { after: Duration::from_secs(5) }).applied());
    }

    #[test]
    fn the_finding_names_the_user_and_the_text_that_the_caller_sees() {
        let verdict = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| errored("KeyError", "'tenant'"));
        let found = &verdict.violations()[0];
        assert!(found.message.contains("`jane`") && found.message.contains("KeyError: 'tenant'"), "{found:?}");
        assert!(found.effect.contains("PreTokenGeneration failed with error 'tenant'."), "{found:?}");
    }
}
