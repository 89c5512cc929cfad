use serde_json::Value;

use super::error_types::{Cause, cause};
use super::words::{told, what_the_caller_gets, who};
use crate::rules::miniature::{attribute, errored, is_for_machine, is_from, when};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "sign-in-denied",
    level: Level::Warning,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "the trigger refuses to let somebody in",
    requires: "Every refusal is one that is meant.",
    why: "no token is issued, at a first sign-in or at a refresh, and the error's text is shown to the user",
    mend: "if the denial is meant, say so in `pretoken.toml`: `denials` holds patterns of such texts; if not, answer the event",
    sources: &[
        Citation {
            fact: "X-01",
            certainty: Certainty::Documented,
            words: "a trigger may return an error to prevent that tokens are generated",
            url: TRIGGERS,
        },
        Citation {
            fact: "X-10",
            certainty: Certainty::Documented,
            words: "only generate errors in your Lambda functions that you want your users to see",
            url: TRIGGERS,
        },
    ],
    reasons: &["denied", "dependency-failed"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Other("`Error: You belong to no group`", || errored("Error", "You belong to no group")),
    },
    conforms: Example { scene: Scene::User, version: EventVersion::V1, given: Given::Changed("untouched", |_| {}) },
    miniatures: &[
        Miniature {
            reason: "denied",
            about: "lets nobody in who has no group",
            trigger: |event| match event.pointer("/request/groupConfiguration/groupsToOverride/0") {
                Some(_) => Outcome::Answered(event),
                None => errored("Error", "You belong to no group"),
            },
        },
        Miniature {
            reason: "dependency-failed",
            about: "looks every user up in a table that is not there",
            trigger: |event| match event.pointer("/request/userAttributes/sub") {
                Some(Value::String(_)) => errored("NoCredentialsError", "Unable to locate credentials"),
                _ => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "denied",
            about: "lets nobody in whose email is not verified",
            trigger: |event| {
                when(attribute(&event, "email_verified").as_deref() != Some("true"), event, |_| {
                    errored("Error", "Confirm your email first")
                })
            },
        },
        Miniature {
            reason: "denied",
            about: "refuses machines",
            trigger: |event| when(is_for_machine(&event), event, |_| errored("Error", "No machines here")),
        },
        Miniature {
            reason: "denied",
            about: "knows one app client",
            trigger: |event| {
                when(event.pointer("/callerContext/clientId") != Some(&Value::from("1example23456789")), event, |_| {
                    errored("ValueError", "unknown app client")
                })
            },
        },
        Miniature {
            reason: "dependency-failed",
            about: "asks too much of its table on refreshes",
            trigger: |event| {
                when(is_from(&event, "RefreshTokens"), event, |_| {
                    errored("ClientError", "An error occurred (ThrottlingException) when calling the GetItem operation")
                })
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let error = match exchange.outcome {
        Outcome::Errored(error) => error,
        // A slow answer may have become a denial.
        Outcome::TimedOut { .. } => return,
        _ => return verdict.applies(),
    };
    if exchange.expectations.mean(error) {
        return verdict.applies();
    }
    let (reason, message) = match cause(error) {
        Cause::Denied => ("denied", format!("{} is denied with {}", who(exchange), told(error))),
        Cause::DependencyFailed => (
            "dependency-failed",
            format!(
                "{} gets no tokens, because something that the trigger calls failed: {}",
                who(exchange),
                told(error)
            ),
        ),
        // Crashes: `crash-on-legal-event`.
        _ => return verdict.applies(),
    };
    verdict.violated(reason, "", message, what_the_caller_gets(exchange, &error.message));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;
    use crate::rules::answer::trial::{judged, reasons};
    use crate::rules::{Expectations, Pattern};

    fn denied(scene: Scene, version: EventVersion) -> (String, String) {
        let verdict = judged(&RULE, &scene.situation(), version, |_| errored("Error", "Not yet."));
        assert_eq!(reasons(&verdict), ["denied"]);
        (verdict.violations()[0].message.clone(), verdict.violations()[0].effect.clone())
    }

    #[test]
    fn the_finding_says_who_is_denied_and_with_which_words() {
        let (message, _) = denied(Scene::Refresh, EventVersion::V1);
        assert_eq!(message, "`jane` (`TokenGeneration_RefreshTokens`) is denied with `Error: Not yet.`");
    }

    #[test]
    fn cognitos_own_full_stop_is_shown() {
        let (_, effect) = denied(Scene::User, EventVersion::V2);
        assert!(effect.ends_with("`PreTokenGeneration failed with error Not yet..`"), "{effect}");
    }

    #[test]
    fn what_a_machine_sees_is_not_documented() {
        let (message, effect) = denied(Scene::Machine, EventVersion::V3);
        assert!(message.starts_with("a machine"), "{message}");
        assert!(effect.contains("AWS does not say"), "{effect}");
    }

    #[test]
    fn a_denial_that_is_meant_is_no_finding() {
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V1);
        let expectations =
            Expectations { denials: vec![Pattern::new("Tenant * is suspended")], ..Expectations::default() };
        let violated = |message: &str| {
            let outcome = errored("Error", message);
            let mut verdict = Verdict::default();
            check(&Exchange::new(&situation, EventVersion::V1, &event, &outcome).under(&expectations), &mut verdict);
            assert!(verdict.applied());
            !verdict.violations().is_empty()
        };
        assert!(!violated("Tenant acme is suspended"));
        assert!(violated("Tenant acme is unknown"));
    }

    #[test]
    fn a_crash_is_no_denial() {
        let verdict = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| errored("KeyError", "'email'"));
        assert!(verdict.applied() && verdict.violations().is_empty());
    }

    #[test]
    fn what_managed_login_shows_is_told_as_its_page_shows_it() {
        let (_, effect) = {
            let verdict =
                judged(&RULE, &Scene::FederatedUser.situation(), EventVersion::V1, |_| errored("Error", "No"));
            (reasons(&verdict), verdict.violations()[0].effect.clone())
        };
        assert_eq!(effect, "no token is issued: the sign-in page shows `PreTokenGeneration failed with error No.`");
    }

    #[test]
    fn something_that_is_called_and_fails_is_no_denial() {
        let verdict = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| {
            errored("NoCredentialsError", "Unable to locate credentials")
        });
        assert_eq!(reasons(&verdict), ["dependency-failed"]);
        assert!(
            verdict.violations()[0].message.starts_with("`jane` (`TokenGeneration_Authentication`) gets no tokens")
        );
    }

    #[test]
    fn a_slow_answer_may_have_become_a_denial() {
        let after = std::time::Duration::from_secs(5);
        let timed_out = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| Outcome::TimedOut { after });
        assert!(!timed_out.applied());
        let garbage = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| Outcome::NotJson(Vec::new()));
        assert!(garbage.applied() && garbage.violations().is_empty());
    }
}
