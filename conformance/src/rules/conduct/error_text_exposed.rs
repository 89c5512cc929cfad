use super::words::clipped;
use crate::rules::miniature::{attribute, errored, when};
use crate::rules::source::TRIGGERS;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "error-text-exposed",
    level: Level::Warning,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "an error's text shows internals or personal data",
    requires: "The text of an error is fit for the users who will read it.",
    why: "the text reaches the app, the sign-in page and their logs: `PreTokenGeneration failed with error …`",
    mend: "catch the error, log it, and raise one of your own whose text says what the user can do",
    sources: &[Citation {
        fact: "X-10",
        certainty: Certainty::Documented,
        words: "only generate errors in your Lambda functions that you want your users to see",
        url: TRIGGERS,
    }],
    reasons: &["stack-trace", "arn", "attribute-value"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Other("`Error: jane@example.com is on the block list`", || {
            errored("Error", "jane@example.com is on the block list")
        }),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Other("`Error: You cannot sign in at the moment`", || {
            errored("Error", "You cannot sign in at the moment")
        }),
    },
    miniatures: &[
        Miniature {
            reason: "stack-trace",
            about: "raises an error with the whole trace of another one",
            trigger: |_| {
                errored("Exception", "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 3")
            },
        },
        Miniature {
            reason: "arn",
            about: "passes on what the database said",
            trigger: |_| {
                errored(
                    "Exception",
                    "User: arn:aws:sts::123456789012:assumed-role/x is not authorized to perform: dynamodb:Query",
                )
            },
        },
        Miniature {
            reason: "attribute-value",
            about: "names the user's email in the denial",
            trigger: |event| match event.pointer("/request/userAttributes/email").and_then(|email| email.as_str()) {
                Some(email) => errored("Error", &format!("{email} is on the block list")),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "attribute-value",
            about: "names the id of a user whose email is not verified",
            trigger: |event| {
                let sub = attribute(&event, "sub").unwrap_or_default();
                when(attribute(&event, "email_verified").as_deref() == Some("false"), event, |_| {
                    errored("Error", &format!("{sub} is not verified"))
                })
            },
        },
        Miniature {
            reason: "arn",
            about: "names the preferred role in its refusal",
            trigger: |event| match event
                .pointer("/request/groupConfiguration/preferredRole")
                .and_then(|role| role.as_str())
            {
                Some(role) => errored("Error", &format!("nobody may assume {role}")),
                None => Outcome::Answered(event),
            },
        },
        Miniature {
            reason: "stack-trace",
            about: "passes on where the parsing of a tenant failed",
            trigger: |event| {
                let tenant = attribute(&event, "custom:tenant").filter(|tenant| tenant.starts_with('{'));
                let broken = tenant.is_some_and(|tenant| serde_json::from_str::<serde_json::Value>(&tenant).is_err());
                when(broken, event, |_| errored("Error", "Unexpected token n in JSON\n    at JSON.parse (<anonymous>)"))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let Outcome::Errored(error) = exchange.outcome else { return };
    verdict.applies();
    let text = error.message.as_str();
    let found = if TRACES.iter().any(|trace| text.contains(trace)) {
        Some(("stack-trace", "holds a stack trace".to_owned()))
    } else if text.contains("arn:aws") {
        Some(("arn", "names a resource of the account".to_owned()))
    } else {
        exposed(exchange, text).map(|name| ("attribute-value", format!("holds the user's `{name}`")))
    };
    if let Some((reason, what)) = found {
        verdict.violated(
            reason,
            "",
            format!("the text `{}` {what}", clipped(text)),
            "whoever signs in, or looks into the app's logs, can read it",
        );
    }
}

/// How traces of the languages that Lambda runs look in a text.
const TRACES: [&str; 6] =
    ["Traceback (most recent call last)", "\n    at ", "\n\tat ", "goroutine ", "stack backtrace:", "/var/task/"];

/// The attribute whose value stands in the text.
///
/// Only values that tell somebody apart count: an address, a number, an id. Plain words such as `admin` or `undefined`
/// stand in error texts of every kind.
fn exposed(exchange: &Exchange<'_>, text: &str) -> Option<String> {
    let user = exchange.situation.user()?;
    let tells = |value: &str| {
        value.len() >= 6 && (value.contains('@') || value.bytes().filter(u8::is_ascii_digit).count() >= 3)
    };
    let mut attributes = user.attributes.iter().map(|attribute| (attribute.name.as_str(), &*attribute.value));
    let found = attributes.find(|(_, value)| tells(value) && text.contains(value));
    let sub = ("sub", &*user.sub);
    found.or_else(|| (tells(sub.1) && text.contains(sub.1)).then_some(sub)).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::super::answer::trial::{judged, reasons};
    use super::*;
    use crate::target::TriggerError;

    #[test]
    fn a_trace_that_the_runtime_reports_beside_the_text_is_not_shown_to_users() {
        let verdict = judged(&RULE, &Scene::User.situation(), EventVersion::V1, |_| {
            Outcome::Errored(TriggerError {
                error_type: "KeyError".to_owned(),
                message: "'name'".to_owned(),
                stack: vec!["  File \"/var/task/app.py\", line 3, in handler".to_owned()],
            })
        });
        assert!(verdict.applied());
        assert_eq!(reasons(&verdict), [""; 0]);
    }

    #[test]
    fn a_plain_word_is_nobodys_secret() {
        let mut situation = Scene::User.situation();
        if let crate::situation::Principal::User(user) = &mut situation.principal {
            user.attributes =
                vec![crate::situation::Attribute { name: "custom:role".into(), value: "undefined".into() }];
        }
        let verdict = judged(&RULE, &situation, EventVersion::V2, |_| {
            errored("TypeError", "Cannot read properties of undefined (reading 'split')")
        });
        assert_eq!(reasons(&verdict), [""; 0]);
    }
}
