use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::date::date;
use super::view::{After, View};
use crate::report::{Page, clean, flat, log_lines, look, painted, thousands};
use crate::situation::Evidence;
use crate::target::Description;
use crate::tokens::{Applied, Issue, OpenQuestion, Payload, Refused, SignInFailure, TokenKind, Tokens, signed_size};

/// Every view for people: both tokens as they were (`-`), as they become (`+`), and what stays.
pub(super) fn human(target: &Description, views: &[View], width: usize) -> String {
    let mut page = Page::new(width);
    page.prose("", &format!("tokens before and after {}", clean(&target.display)));
    page.prose("", "each with the header {\"kid\": …, \"alg\": \"RS256\"}, which no trigger changes");
    for view in views {
        page.blank();
        page.prose("", &format!("--- {} ---", painted(look::STRONG, &clean(&view.title))));
        page.prose("", &format!("event version {}, {}", view.version, view.trigger_source));
        one(&mut page, view);
    }
    page.finish()
}

fn one(page: &mut Page, view: &View) {
    match &view.after {
        After::Applied(Applied { result: Issue::Issued(after), refused, open }) => {
            for token in [TokenKind::Id, TokenKind::Access] {
                diff(page, token, &view.before, after);
            }
            refusals(page, refused);
            questions(page, open);
        }
        After::Applied(Applied { result: Issue::SignInFails(failure), open, .. }) => {
            page.blank();
            failed(page, failure);
            questions(page, open);
        }
        After::Unknown(words) => {
            page.blank();
            page.field("answer", &format!("none that Lambda would take: {}", clean(words)));
        }
    }
    if !view.output.is_empty() {
        page.blank();
        page.field_lines("printed", log_lines(&view.output).iter().map(String::as_str));
    }
}

fn diff(page: &mut Page, token: TokenKind, before: &Tokens, after: &Tokens) {
    let (Some(before), Some(after)) = (before.get(token), after.get(token)) else {
        // A trigger can neither bring about a token nor prevent one.
        return;
    };
    let sizes = match (signed_size(before), signed_size(after)) {
        (from, to) if from == to => format!("{} bytes when signed", thousands(to as u64)),
        (from, to) => format!("{} -> {} bytes when signed", thousands(from as u64), thousands(to as u64)),
    };
    page.blank();
    let unchanged = if before == after { ", unchanged" } else { "" };
    page.line(format!("{}: {sizes}{unchanged}", painted(look::STRONG, token.name())));
    let mut claims: Vec<&String> = before.keys().chain(after.keys()).collect();
    claims.sort_unstable();
    claims.dedup();
    for claim in claims {
        changes(page, &lines(page.width(), claim, before), &lines(page.width(), claim, after));
    }
}

/// Claim by claim, so that what a claim was stands beside what it becomes.
fn changes(page: &mut Page, before: &[String], after: &[String]) {
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    for change in TextDiff::from_slices(&before, &after).iter_all_changes() {
        let text = change.value();
        page.line(match change.tag() {
            ChangeTag::Equal => format!("    {text}"),
            ChangeTag::Delete => format!("  {}", painted(look::REMOVED, &format!("- {text}"))),
            ChangeTag::Insert => format!("  {}", painted(look::ADDED, &format!("+ {text}"))),
        });
    }
}

/// A claim as lines; none if the token does not have it. There are no commas between claims: a new claim is no change of
/// the one before it.
fn lines(width: usize, claim: &str, payload: &Payload) -> Vec<String> {
    let Some(value) = payload.get(claim) else { return Vec::new() };
    let name = flat(&Value::from(claim));
    let line = format!("{name}: {}", flat(value));
    if value.is_array() || value.is_object() {
        if line.chars().count() + 4 <= width {
            return vec![line];
        }
        return format!("{name}: {value:#}").lines().map(|line| shortened(&clean(line))).collect();
    }
    let when = if TIMES.contains(&claim) { value.as_u64().and_then(date) } else { None };
    vec![shortened(&line) + &when.map(|when| format!("  ({when})")).unwrap_or_default()]
}

/// The claims that are times in every token of Cognito.
const TIMES: [&str; 4] = ["auth_time", "exp", "iat", "nbf"];

/// A claim may hold thousands of characters; `--format json` has all of them.
fn shortened(line: &str) -> String {
    let count = line.chars().count();
    if count <= LONGEST {
        return line.to_owned();
    }
    format!("{}… ({} characters)", line.chars().take(LONGEST).collect::<String>(), thousands(count as u64))
}

const LONGEST: usize = 160;

fn refusals(page: &mut Page, refused: &[Refused]) {
    if refused.is_empty() {
        return;
    }
    page.blank();
    page.line(painted(look::UNSURE, "not done:"));
    for refused in refused {
        let token = refused.token.map(|token| format!(" in the {token}")).unwrap_or_default();
        let evidence = refused.reason.evidence();
        page.prose("  ", &format!("{}{token}: {} ({})", clean(&refused.what), evidence.words, rests_on(&evidence)));
        page.prose("    ", &format!("at `{}`", clean(&refused.pointer)));
    }
}

fn questions(page: &mut Page, open: &[OpenQuestion]) {
    if open.is_empty() {
        return;
    }
    page.blank();
    page.line(painted(look::UNSURE, "assumed, because AWS does not say:"));
    let mut told: Vec<&str> = Vec::new();
    for OpenQuestion { question, .. } in open {
        if !told.contains(&question.id) {
            told.push(question.id);
            page.prose("  ", &format!("{}: {}; assumed: {}", question.id, question.asks, question.assumption));
            let places = open.iter().filter(|other| other.question.id == question.id);
            for place in places.filter(|place| !place.pointer.is_empty()) {
                page.prose("    ", &format!("at `{}`", clean(&place.pointer)));
            }
        }
    }
}

/// What the caller gets in place of tokens.
fn failed(page: &mut Page, failure: &SignInFailure) {
    page.line(painted(look::BAD, "the sign-in fails, and no token is issued"));
    page.field("why", &clean(&failure.why));
    if !failure.pointer.is_empty() {
        page.field("", &format!("at `{}`", clean(&failure.pointer)));
    }
    let message = failure
        .message
        .as_deref()
        .map_or("words that are not known".to_owned(), |words| format!("\"{}\"", clean(words)));
    page.field("caller", &format!("gets {}: {message}", failure.exception));
    page.field("source", &format!("{}: {}", rests_on(&failure.evidence), failure.evidence.words));
    page.field_line(&painted(look::QUIET, failure.evidence.url));
}

fn rests_on(evidence: &Evidence) -> String {
    format!("{}, {}", evidence.fact, evidence.certainty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::report::testing::{Small, plain};
    use crate::situation::{EventVersion, Scene};
    use crate::target::{Outcome, Targets, TriggerError};

    fn shown(scene: Scene, version: EventVersion, trigger: fn(Value) -> Outcome) -> String {
        let targets = Small(trigger);
        let mut target = targets.start().unwrap();
        let situation = scene.situation();
        let event = event::build(&situation, version);
        let view = View::of(scene.name().to_owned(), &situation, version, event, &mut *target);
        plain(&human(&targets.description(), &[view], 80))
    }

    #[test]
    fn claims_that_go_and_come_are_marked_and_the_others_stay() {
        let text = shown(Scene::User, EventVersion::V1, |mut event| {
            event["response"]["claimsOverrideDetails"] =
                json!({"claimsToAddOrOverride": {"email": "x", "zz": "y"}, "claimsToSuppress": ["email_verified"]});
            Outcome::Answered(event)
        });
        let email = "  - \"email\": \"jane@example.com\"\n  + \"email\": \"x\"\n  - \"email_verified\": true\n";
        assert!(text.contains(email), "{text}");
        assert!(text.contains("    \"token_use\": \"id\"\n  + \"zz\": \"y\"\n"), "{text}");
        assert!(text.contains("bytes when signed, unchanged"), "V1 leaves the access token alone: {text}");
        assert!(!text.contains("not done"), "{text}");
    }

    #[test]
    fn what_cognito_will_not_do_is_said_with_the_question_behind_it() {
        let text = shown(Scene::User, EventVersion::V1, |mut event| {
            event["response"]["claimsOverrideDetails"] = json!({"claimsToAddOrOverride": {"sub": "x", "iss": "y"}});
            Outcome::Answered(event)
        });
        assert!(text.contains("not done:\n  set `iss` in the ID token: this claim can be neither set nor"), "{text}");
        assert!(text.contains("at `/response/claimsOverrideDetails/claimsToAddOrOverride/sub`"), "{text}");
        assert_eq!(text.matches("U-01: ").count(), 1, "{text}");
    }

    #[test]
    fn a_sign_in_that_fails_is_shown_as_the_caller_sees_it() {
        let denied = shown(Scene::User, EventVersion::V2, |_| {
            let (error_type, message) = ("Denied".to_owned(), "not a tester".to_owned());
            Outcome::Errored(TriggerError { error_type, message, stack: Vec::new() })
        });
        assert!(denied.contains("the sign-in fails, and no token is issued"), "{denied}");
        assert!(denied.contains("gets UserLambdaValidationException: \"PreTokenGeneration failed with"), "{denied}");
        assert!(denied.contains("not a tester"), "{denied}");
        assert!(!denied.contains("when signed"), "{denied}");
        let nothing = shown(Scene::User, EventVersion::V2, |_| Outcome::NotJson(Vec::new()));
        assert!(nothing.contains("InvalidLambdaResponseException"), "{nothing}");
    }

    #[test]
    fn a_machine_has_no_id_token_to_show() {
        let text = shown(Scene::Machine, EventVersion::V3, Outcome::Answered);
        assert!(!text.contains("ID token"), "{text}");
        assert!(text.contains("access token: "), "{text}");
    }

    #[test]
    fn no_line_of_a_preview_can_steer_the_terminal() {
        let text = shown(Scene::User, EventVersion::V1, |mut event| {
            event["response"]["claimsOverrideDetails"] =
                json!({"claimsToAddOrOverride": {"a\u{9b}1m": "b\u{202e}", "long": "y".repeat(500)}});
            Outcome::Answered(event)
        });
        assert!(text.contains("\"a\\u{9b}1m\": \"b\\u{202e}\""), "{text}");
        assert!(text.contains("yyy… (510 characters)"), "{text}");
    }
}
