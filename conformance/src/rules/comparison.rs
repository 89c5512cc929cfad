use std::collections::BTreeSet;

use serde_json::Value;

use super::{Exchange, Expectations, Verdict};
use crate::situation::Situation;
use crate::target::Outcome;
use crate::tokens::{self, Issue, Payload, Standing, TokenKind, Tokens, standing};

/// How a rule looks for its fault.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// In one exchange.
    One(fn(&Exchange<'_>, &mut Verdict)),
    /// In two exchanges that belong together: the engine makes the second event, and sends both.
    Two(Comparison),
}

/// A fault that only two answers beside each other show.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// The second event.
    pub second: Second,
    /// What the second event is beside the first one, such as `the same event once more`.
    pub about: &'static str,
    /// How the two answers are called beside each other, such as `at the sign-in` and `at the refresh`.
    pub labels: [&'static str; 2],
    /// Compares the two.
    pub judge: fn(&Pair<'_>, &mut Verdict),
    /// The events whose failures are this rule's to tell, and no rule's on one exchange, once this rule has told one.
    pub tells_failures_on: Option<fn(&Situation) -> bool>,
}

/// How the second event comes about.
#[derive(Clone, Copy, Debug)]
pub enum Second {
    /// The first one once more.
    Again,
    /// Another one, made from the first one's situation; none where the situation does not lend itself.
    Made(fn(&Situation) -> Option<Situation>),
    /// The first one, after events of others: users of their own, so that a trigger that remembers what it knows by its
    /// user is right to.
    AfterOthers,
}

/// Two exchanges that belong together, and the tokens that Cognito would issue after each.
#[derive(Debug)]
pub struct Pair<'a> {
    /// The first.
    pub first: &'a Exchange<'a>,
    /// The second.
    pub second: &'a Exchange<'a>,
    /// The events of others that came between; empty where the comparison has none.
    pub others: &'a [Value],
    tokens: [Option<Tokens>; 2],
    regard: &'a Regard,
}

/// Which claims count in a comparison.
///
/// What the trigger cannot change (times, ids of the session, `sub`) never does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regard {
    /// Claims that may differ: declared by the user, or seen to differ between two answers to one event.
    pub volatile: BTreeSet<String>,
    /// If there are any, only these count.
    pub only: Option<BTreeSet<String>>,
}

impl Regard {
    /// All claims but those that are meant to differ.
    pub fn of(expectations: &Expectations) -> Self {
        Self { volatile: expectations.volatile_claims.iter().cloned().collect(), only: None }
    }

    fn counts(&self, claim: &str) -> bool {
        !self.volatile.contains(claim) && self.only.as_ref().is_none_or(|only| only.contains(claim))
    }
}

/// A claim that is not the same in the two tokens of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference<'p> {
    /// The tokens.
    pub token: TokenKind,
    /// The claim.
    pub claim: &'p str,
    /// Its value in the first; none if it is not there.
    pub first: Option<&'p Value>,
    /// Its value in the second.
    pub second: Option<&'p Value>,
}

impl<'a> Pair<'a> {
    /// Puts two exchanges beside each other.
    pub fn new(first: &'a Exchange<'a>, second: &'a Exchange<'a>, others: &'a [Value], regard: &'a Regard) -> Self {
        Self { first, second, others, tokens: [issued(first), issued(second)], regard }
    }

    /// The tokens after the first and after the second; none where the sign-in fails.
    pub const fn tokens(&self) -> (Option<&Tokens>, Option<&Tokens>) {
        let [first, second] = &self.tokens;
        (first.as_ref(), second.as_ref())
    }

    /// Whether tokens are issued both times.
    pub const fn both_issued(&self) -> bool {
        matches!(self.tokens, [Some(_), Some(_)])
    }

    /// The claims that differ and count, first the ID token's. Nothing if a sign-in fails.
    pub fn differences(&self) -> Vec<Difference<'_>> {
        let [Some(first), Some(second)] = &self.tokens else { return Vec::new() };
        let kinds = [TokenKind::Id, TokenKind::Access];
        let both = kinds.into_iter().filter_map(|kind| Some((kind, first.get(kind)?, second.get(kind)?)));
        both.flat_map(|(kind, first, second)| between(kind, first, second))
            .filter(|difference| self.regard.counts(difference.claim))
            .collect()
    }

    /// The JSON pointer of the place in the second answer that decides a claim; of its `response` where none does.
    pub fn place(&self, token: TokenKind, claim: &str) -> String {
        self.second.place(token, claim)
    }
}

impl Difference<'_> {
    /// The claim's two values in words.
    pub fn words(&self, labels: [&str; 2]) -> String {
        let value =
            |value: Option<&Value>| value.map_or_else(|| "absent".to_owned(), |value| format!("`{}`", short(value)));
        let [first, second] = labels;
        format!(
            "`{}` in the {} is {} {first} and {} {second}",
            short_text(self.claim),
            self.token,
            value(self.first),
            value(self.second)
        )
    }
}

/// What the trigger failed with, in a few words; none if it answered.
pub(super) fn failure(outcome: &Outcome) -> Option<String> {
    let words = match outcome {
        Outcome::Answered(_) => return None,
        Outcome::Errored(error) if error.error_type.is_empty() => {
            format!("it fails with `{}`", short_text(&error.message))
        }
        Outcome::Errored(error) => {
            format!("it fails with `{}: {}`", short_text(&error.error_type), short_text(&error.message))
        }
        Outcome::Crashed(words) => format!("it crashes: {}", short_text(words)),
        Outcome::TimedOut { .. } => "it does not answer in time".to_owned(),
        Outcome::NotJson(_) => "what it returns is not JSON".to_owned(),
        Outcome::Protocol(words) => format!("it breaks the Lambda Runtime API's rules: {}", short_text(words)),
    };
    Some(words)
}

fn issued(exchange: &Exchange<'_>) -> Option<Tokens> {
    match tokens::apply(exchange.situation, exchange.version, exchange.answer()?).result {
        Issue::Issued(tokens) => Some(tokens),
        Issue::SignInFails(_) => None,
    }
}

fn between<'p>(token: TokenKind, first: &'p Payload, second: &'p Payload) -> impl Iterator<Item = Difference<'p>> {
    let gone = first.keys().filter(|claim| !second.contains_key(*claim));
    gone.chain(second.keys())
        .map(move |claim| Difference { token, claim, first: first.get(claim), second: second.get(claim) })
        .filter(|difference| standing(difference.claim) != Standing::Immutable && !same(difference))
}

/// The order of groups, roles and scopes means nothing (C-07), and neither do repetitions.
fn same(difference: &Difference<'_>) -> bool {
    let (Some(first), Some(second)) = (difference.first, difference.second) else { return false };
    if first == second {
        return true;
    }
    match standing(difference.claim) {
        Standing::Groups | Standing::Roles => first.is_array() && as_set(first) == as_set(second),
        Standing::Scope => scopes(first) == scopes(second),
        _ => false,
    }
}

fn as_set(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn scopes(claim: &Value) -> BTreeSet<&str> {
    claim.as_str().unwrap_or_default().split(' ').collect()
}

/// A value on a line of its own message.
pub(super) fn short(value: &Value) -> String {
    short_text(&value.to_string())
}

fn short_text(text: &str) -> String {
    const MOST: usize = 60;
    let line: String =
        text.trim().chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event;
    use crate::situation::{EventVersion, Scene};

    fn differing(first: Value, second: Value, regard: &Regard) -> Vec<String> {
        beside(first, second, regard, |pair| {
            pair.differences().iter().map(|difference| format!("{} {}", difference.token, difference.claim)).collect()
        })
    }

    fn beside<T>(first: Value, second: Value, regard: &Regard, look: impl Fn(&Pair<'_>) -> T) -> T {
        let (situation, version) = (Scene::UserInGroups.situation(), EventVersion::V2);
        let event = event::build(&situation, version);
        let answered = |details: Value| {
            let mut answer = event.clone();
            answer["response"] = json!({"claimsAndScopeOverrideDetails": details});
            Outcome::Answered(answer)
        };
        let (first, second) = (answered(first), answered(second));
        let first = Exchange::new(&situation, version, &event, &first);
        let second = Exchange::new(&situation, version, &event, &second);
        look(&Pair::new(&first, &second, &[], regard))
    }

    #[test]
    fn tokens_are_compared_and_not_answers() {
        let nothing = [""; 0];
        let same_tokens = [
            (json!(null), json!({})),
            (json!(null), json!({"idTokenGeneration": {"claimsToSuppress": ["no_such_claim"]}})),
            (json!({}), json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"sub": "refused"}}})),
            (
                json!({"accessTokenGeneration": {"scopesToAdd": ["a/b", "c/d"]}}),
                json!({"accessTokenGeneration": {"scopesToAdd": ["c/d", "a/b", "a/b"]}}),
            ),
            (
                json!({"groupOverrideDetails": {"groupsToOverride": ["a", "b"]}}),
                json!({"groupOverrideDetails": {"groupsToOverride": ["b", "a"]}}),
            ),
        ];
        for (first, second) in same_tokens {
            assert_eq!(differing(first, second, &Regard::default()), nothing);
        }
        let tenant = |name| json!({"idTokenGeneration": {"claimsToAddOrOverride": {"tenant": name}}});
        assert_eq!(differing(tenant("a"), tenant("b"), &Regard::default()), ["ID token tenant"]);
        assert_eq!(differing(tenant("a"), json!({}), &Regard::default()), ["ID token tenant"]);
    }

    #[test]
    fn volatile_claims_do_not_count_and_neither_does_what_nobody_asks_for() {
        let claims =
            |number| json!({"idTokenGeneration": {"claimsToAddOrOverride": {"now": number, "tenant": number}}});
        let regard = |volatile: &[&str], only: Option<&[&str]>| Regard {
            volatile: volatile.iter().map(|claim| (*claim).to_owned()).collect(),
            only: only.map(|only| only.iter().map(|claim| (*claim).to_owned()).collect()),
        };
        let nothing = [""; 0];
        assert_eq!(differing(claims(1), claims(2), &regard(&["now"], None)), ["ID token tenant"]);
        assert_eq!(differing(claims(1), claims(2), &regard(&["now"], Some(&["now"]))), nothing);
        assert_eq!(differing(claims(1), claims(2), &regard(&[], Some(&["now"]))), ["ID token now"]);
    }

    #[test]
    fn other_groups_roles_and_scopes_are_a_difference() {
        let scopes = |names: &[&str]| json!({"accessTokenGeneration": {"scopesToAdd": names}});
        let groups = |names: &[&str]| json!({"groupOverrideDetails": {"groupsToOverride": names}});
        let of = |first, second| differing(first, second, &Regard::default());
        assert_eq!(of(scopes(&["a/b"]), scopes(&["a/b", "c/d"])), ["access token scope"]);
        let both = ["ID token cognito:groups", "access token cognito:groups"];
        assert_eq!(of(groups(&["a", "b"]), groups(&["a", "c"])), both);
        assert_eq!(of(groups(&["a"]), groups(&[])), both);
    }

    #[test]
    fn a_sign_in_that_fails_has_no_tokens_to_compare() {
        let fails = json!({"idTokenGeneration": 1});
        for (first, second, issued) in
            [(json!({}), json!({}), true), (json!({}), fails.clone(), false), (fails.clone(), json!({}), false)]
        {
            let seen = beside(first, second, &Regard::default(), |pair| (pair.both_issued(), pair.differences().len()));
            assert_eq!(seen, (issued, 0));
        }
    }

    #[test]
    fn the_place_of_a_claim_is_that_in_the_second_answer() {
        let set = |token: &str| json!({token: {"claimsToAddOrOverride": {"tenant/id": "acme"}}});
        let place = |first, second| {
            beside(first, second, &Regard::default(), |pair| pair.place(TokenKind::Access, "tenant/id"))
        };
        let access = "/response/claimsAndScopeOverrideDetails/accessTokenGeneration/claimsToAddOrOverride/tenant~1id";
        assert_eq!(place(set("idTokenGeneration"), set("accessTokenGeneration")), access);
        assert_eq!(place(set("accessTokenGeneration"), set("idTokenGeneration")), "/response");
    }

    #[test]
    fn a_failure_is_told_by_what_came_back() {
        let error = |error_type: &str, message: &str| {
            let (error_type, message) = (error_type.to_owned(), message.to_owned());
            Outcome::Errored(crate::target::TriggerError { error_type, message, stack: Vec::new() })
        };
        for (outcome, words) in [
            (Outcome::Answered(json!({})), None),
            (error("", "no\ntenant"), Some("it fails with `no tenant`")),
            (error("KeyError", "'tenant'"), Some("it fails with `KeyError: 'tenant'`")),
            (Outcome::Crashed("exit status 1".to_owned()), Some("it crashes: exit status 1")),
            (Outcome::NotJson(Vec::new()), Some("what it returns is not JSON")),
        ] {
            assert_eq!(failure(&outcome).as_deref(), words);
        }
        assert_eq!(short_text(&"x".repeat(60)), "x".repeat(60));
        assert_eq!(short_text(&"x".repeat(61)), "x".repeat(60) + "…");
    }

    #[test]
    fn a_difference_is_told_with_both_values_on_one_line() {
        let tenant = json!("a\nb");
        let difference = Difference { token: TokenKind::Id, claim: "tenant", first: Some(&tenant), second: None };
        let words = difference.words(["at the sign-in", "at the refresh"]);
        assert_eq!(words, r#"`tenant` in the ID token is `"a\nb"` at the sign-in and absent at the refresh"#);
    }
}
