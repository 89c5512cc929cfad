use serde_json::Value;

use crate::rules::miniature::{attribute, groups, when, with_scopes};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "blank-in-scope",
    level: Level::Error,
    family: Family::Scopes,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "a scope to add has white space in it",
    requires: "No entry of `scopesToAdd` has white space in it, not even at its ends.",
    why: "scopes are parted by spaces in the token, so Cognito does not add such a scope, and the caller goes without it",
    mend: "list each scope as an entry of its own, and trim what comes from configuration",
    sources: &[
        Citation {
            fact: "S-18",
            certainty: Certainty::Documented,
            words: "values with one or more blank-space characters can't be added",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "U-10",
            certainty: Certainty::Unknown,
            words: "whether the scope is dropped or the sign-in fails is not stated",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["blank-inside", "blank-at-an-end"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["orders/read orders/write"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["orders/read","orders/write"]}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "blank-inside",
            about: "adds its scopes as one text, as they stand in a token",
            trigger: adds_scopes_as_one_text,
        },
        Miniature {
            reason: "blank-at-an-end",
            about: "splits a configured list at its commas and leaves the blanks",
            trigger: splits_at_commas,
        },
        Miniature {
            reason: "blank-inside",
            about: "makes a scope of the tenant's name",
            trigger: |event| {
                let tenant = attribute(&event, "custom:tenant")
                    .map(|tenant| tenant.trim().to_owned())
                    .filter(|tenant| !tenant.is_empty());
                match tenant {
                    Some(tenant) => with_scopes(event, "scopesToAdd", &[&format!("tenant/{tenant}")]),
                    None => Outcome::Answered(event),
                }
            },
        },
        Miniature {
            reason: "blank-at-an-end",
            about: "reads the scopes of administrators from a file with Windows' line ends",
            trigger: |event| {
                when(groups(&event).contains(&"admins".to_owned()), event, |event| {
                    with_scopes(event, "scopesToAdd", &["orders/read\r", "orders/write\r"])
                })
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for part in exchange.parts().filter(|part| part.token == TokenKind::Access) {
        for (index, scope) in part.names("scopesToAdd") {
            verdict.applies();
            if !scope.contains(char::is_whitespace) {
                continue;
            }
            let (reason, place) = if scope.trim().contains(char::is_whitespace) {
                ("blank-inside", "in it")
            } else {
                ("blank-at-an-end", "at an end")
            };
            verdict.violated(
                reason,
                part.entry_pointer("scopesToAdd", index),
                // Escaped: line breaks, tabs and no-break spaces would not be seen otherwise.
                format!("the scope `{}` has white space {place}", scope.escape_debug()),
                "the access token goes without this scope, or the sign-in fails; AWS does not say which",
            );
        }
    }
}

fn adds_scopes_as_one_text(event: Value) -> Outcome {
    with_scopes(event, "scopesToAdd", &["orders/read orders/write"])
}

fn splits_at_commas(event: Value) -> Outcome {
    let configured: Vec<&str> = "orders/read, orders/write".split(',').collect();
    with_scopes(event, "scopesToAdd", &configured)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;

    fn reasons(member: &str, scope: &str) -> Vec<&'static str> {
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V3);
        let outcome = with_scopes(event.clone(), member, &[scope]);
        let exchange = Exchange::new(&situation, EventVersion::V3, &event, &outcome);
        let mut verdict = Verdict::default();
        check(&exchange, &mut verdict);
        verdict.violations().iter().map(|violation| violation.reason).collect()
    }

    #[test]
    fn every_kind_of_white_space_is_a_blank() {
        for blank in [" ", "\t", "\n", "\r\n", "\u{a0}", "\u{2003}", "\u{3000}"] {
            assert_eq!(reasons("scopesToAdd", &format!("a{blank}b")), ["blank-inside"], "{blank:?}");
            assert_eq!(reasons("scopesToAdd", &format!("a{blank}")), ["blank-at-an-end"], "{blank:?}");
            assert_eq!(reasons("scopesToAdd", blank), ["blank-at-an-end"], "{blank:?}");
        }
    }

    #[test]
    fn suppressing_a_scope_with_a_blank_is_harmless() {
        assert!(reasons("scopesToSuppress", "orders/read orders/write").is_empty());
    }
}
