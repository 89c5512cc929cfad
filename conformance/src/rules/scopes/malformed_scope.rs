use serde_json::Value;

use crate::rules::miniature::{groups, when, with_scopes};
use crate::rules::source::{PRE_TOKEN, SCOPES};
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::TokenKind;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "malformed-scope",
    level: Level::Warning,
    family: Family::Scopes,
    versions: &[EventVersion::V2, EventVersion::V3],
    title: "a scope to add is empty, too long or has odd characters",
    requires: "An entry of `scopesToAdd` has 1 to 256 printable ASCII characters, without `\"` and `\\`.",
    why: "Cognito's API takes no such scope for an app client, and readers of the token may not either",
    mend: "keep scopes to letters, digits and punctuation such as `.`, `:`, `/` and `-`; leave empty ones out",
    sources: &[
        Citation {
            fact: "S-26",
            certainty: Certainty::Documented,
            words: "1 to 256 characters of `[\\x21\\x23-\\x5B\\x5D-\\x7E]`, in requests to the API",
            url: SCOPES,
        },
        Citation {
            fact: "U-10",
            certainty: Certainty::Unknown,
            words: "whether the grammar holds for a trigger's answer is not stated; only blanks are spoken of",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["empty-scope", "scope-too-long", "character-outside-grammar"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["orders\\read"]}}}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Response(
            r#"{"claimsAndScopeOverrideDetails":{"accessTokenGeneration":{"scopesToAdd":["https://orders.example.com/read"]}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "empty-scope",
            about: "splits a configured list that is not set",
            trigger: splits_unset_list,
        },
        Miniature {
            reason: "scope-too-long",
            about: "packs all permissions of a user into one scope",
            trigger: packs_permissions,
        },
        Miniature {
            reason: "character-outside-grammar",
            about: "makes scopes from names that people gave",
            trigger: makes_scope_from_name,
        },
        Miniature {
            reason: "character-outside-grammar",
            about: "makes a scope of each group",
            trigger: |event| {
                let scopes: Vec<_> = groups(&event).iter().map(|group| format!("group/{group}")).collect();
                with_scopes(event, "scopesToAdd", &scopes.iter().map(String::as_str).collect::<Vec<_>>())
            },
        },
        Miniature {
            reason: "scope-too-long",
            about: "joins the groups of teams to one scope",
            trigger: |event| {
                let teams: Vec<_> = groups(&event).into_iter().filter(|group| group.starts_with("team-")).collect();
                when(!teams.is_empty(), event, |event| with_scopes(event, "scopesToAdd", &[&teams.join("+")]))
            },
        },
        Miniature {
            reason: "empty-scope",
            about: "looks the groups' scopes up in a table with a gap",
            trigger: |event| {
                when(groups(&event).contains(&"editors".to_owned()), event, |event| {
                    with_scopes(event, "scopesToAdd", &["orders/read", ""])
                })
            },
        },
    ],
    check: Check::One(check),
};

const LONGEST: usize = 256;

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    for part in exchange.parts().filter(|part| part.token == TokenKind::Access) {
        for (index, scope) in part.names("scopesToAdd") {
            verdict.applies();
            let Some((reason, message)) = fault(scope) else { continue };
            verdict.violated(
                reason,
                part.entry_pointer("scopesToAdd", index),
                message,
                "AWS does not say what becomes of it: it may stand in the access token, be left out, or fail the sign-in",
            );
        }
    }
}

/// The first fault only. A scope with a blank is the subject of `blank-in-scope`, whatever else is wrong with it.
fn fault(scope: &str) -> Option<(&'static str, String)> {
    if scope.is_empty() {
        return Some(("empty-scope", "a scope to add is an empty text".to_owned()));
    }
    let in_grammar = |character: char| character.is_ascii_graphic() && !matches!(character, '"' | '\\');
    let outside = scope.chars().find(|character| !in_grammar(*character));
    // No allocation and one pass for a scope as it ought to be; within the grammar, bytes are characters.
    if outside.is_none() && scope.len() <= LONGEST || scope.contains(char::is_whitespace) {
        return None;
    }
    match outside {
        Some(character) => Some(("character-outside-grammar", format!("the scope `{scope}` holds `{character}`"))),
        None => Some(("scope-too-long", format!("the scope `{scope}` has {} characters, over {LONGEST}", scope.len()))),
    }
}

fn splits_unset_list(event: Value) -> Outcome {
    let configured: Vec<&str> = "".split(',').collect();
    with_scopes(event, "scopesToAdd", &configured)
}

fn packs_permissions(event: Value) -> Outcome {
    let permissions: Vec<String> = (0..40).map(|index| format!("project-{index}:write")).collect();
    with_scopes(event, "scopesToAdd", &[&permissions.join("+")])
}

fn makes_scope_from_name(event: Value) -> Outcome {
    with_scopes(event, "scopesToAdd", &["projects/Zürich"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_ends_where_the_api_model_says() {
        let allowed: String = ('\0'..='\u{ff}').filter(|character| fault(&character.to_string()).is_none()).collect();
        let blanks = allowed.chars().filter(|character| character.is_whitespace()).count();
        let model: String = ('\x21'..='\x21').chain('\x23'..='\x5b').chain('\x5d'..='\x7e').collect();
        assert_eq!(allowed.chars().filter(|character| !character.is_whitespace()).collect::<String>(), model);
        assert!(blanks > 0, "blanks are another rule's");
    }

    #[test]
    fn a_scope_may_have_256_characters_and_no_more() {
        assert_eq!(fault(&"a".repeat(256)), None);
        assert_eq!(fault(&"a".repeat(257)).map(|(reason, _)| reason), Some("scope-too-long"));
    }

    #[test]
    fn a_scope_that_is_wrong_in_two_ways_is_reported_once() {
        assert_eq!(fault("\"orders read\""), None);
        assert_eq!(fault(&"ä".repeat(300)).map(|(reason, _)| reason), Some("character-outside-grammar"));
    }
}
