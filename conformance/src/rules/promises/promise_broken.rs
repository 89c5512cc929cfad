use serde_json::{Value, json};

use super::example::promise;
use crate::rules::comparison::short;
use crate::rules::miniature::{details, set_claim, token_parts};
use crate::rules::promise::{Demand, Promise, TokenSchema};
use crate::rules::source::{PRACTICE_IS_THE_TEAMS, PRE_TOKEN};
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{self, Payload, TokenKind};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "promise-broken",
    level: Level::Error,
    family: Family::Promises,
    versions: &EventVersion::ALL,
    title: "a token is not what the team promises",
    requires: "Every token that is issued keeps the promises of `pretoken.toml`.",
    why: "whoever reads the token relies on the promise, and nobody is told that it does not hold",
    mend: "make the trigger keep the promise for this event too, or write down what is really promised",
    sources: &[Citation {
        fact: "practice",
        certainty: Certainty::Practice,
        words: PRACTICE_IS_THE_TEAMS,
        url: PRE_TOKEN,
    }],
    reasons: &["schema", "equals-attribute", "present-with", "one-of", "absent", "keeps-groups"],
    violates: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Promised(
            promises,
            &Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"mail":"x","plan":"golden"}}}"#),
        ),
    },
    conforms: Example {
        scene: Scene::UserInGroups,
        version: EventVersion::V1,
        given: Given::Promised(
            promises,
            &Given::Response(r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"mail":"x","plan":"gold"}}}"#),
        ),
    },
    miniatures: &[
        Miniature {
            reason: "schema",
            about: "sets a region that is no region",
            trigger: |event| sets(event, "region", "7"),
        },
        Miniature {
            reason: "equals-attribute",
            about: "gives everybody one name",
            trigger: |event| sets(event, "given_name", "somebody"),
        },
        Miniature { reason: "present-with", about: "forgets the mail", trigger: Outcome::Answered },
        Miniature {
            reason: "one-of",
            about: "sets a plan that there is not",
            trigger: |event| sets(event, "plan", "golden"),
        },
        Miniature {
            reason: "absent",
            about: "writes down what nobody is to know",
            trigger: |event| sets(event, "secret", "x"),
        },
        Miniature { reason: "keeps-groups", about: "leaves one of the groups out", trigger: leaves_a_group_out },
    ],
    check: Check::One(check),
};

/// One of each demand.
fn promises() -> Vec<Promise> {
    let region = json!({"properties": {"region": {"pattern": "^[a-z]{2}-"}}});
    let demands = [
        TokenSchema::new(region).ok().map(Demand::Schema),
        Some(Demand::EqualsAttribute { claim: "given_name".to_owned(), attribute: "given_name".to_owned() }),
        Some(Demand::PresentWith { claim: "mail".to_owned(), attribute: "email".to_owned() }),
        Some(Demand::OneOf { claim: "plan".to_owned(), values: vec!["gold".into(), "free".into()] }),
        Some(Demand::Absent { claim: "secret".to_owned() }),
        Some(Demand::KeepsGroups),
    ];
    demands.into_iter().flatten().map(promise).collect()
}

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let promises = &exchange.expectations.promises;
    let asked = |promise: &Promise| is_of_one_answer(&promise.demand) && promise.concerns(exchange.situation);
    if !promises.iter().any(asked) {
        return;
    }
    let Some(answer) = exchange.answer() else { return };
    let applied = tokens::apply(exchange.situation, exchange.version, answer);
    let Some(tokens) = applied.tokens() else { return };
    for (index, promise) in promises.iter().enumerate().filter(|(_, promise)| asked(promise)) {
        for token in [TokenKind::Id, TokenKind::Access] {
            let Some(payload) = tokens.get(token).filter(|_| promise.is_about(token, exchange.version)) else {
                continue;
            };
            let Some(faults) = faults(&promise.demand, exchange, payload) else { continue };
            verdict.promise_applies(index);
            for Fault { claim, words } in faults {
                let place = exchange.place(token, claim.as_deref().unwrap_or_default());
                let message = format!("the promise \"{}\" is broken: in the {token} {words}", promise.name);
                let effect = format!("whoever relies on the promise takes the {token} for what it is not");
                verdict.violated(promise.demand.key(), place, message, effect);
                verdict.breaks(promise);
            }
        }
    }
}

/// Whether one answer shows whether it holds.
pub(super) const fn is_of_one_answer(demand: &Demand) -> bool {
    !matches!(demand, Demand::SameOnRefresh { .. } | Demand::NeverFromClientMetadata { .. })
}

/// What is wrong with a token, and with which claim, if it is one claim.
struct Fault {
    claim: Option<String>,
    words: String,
}

/// What a token lacks of what is demanded; `None` where nothing is demanded of it.
fn faults(demand: &Demand, exchange: &Exchange<'_>, payload: &Payload) -> Option<Vec<Fault>> {
    let of = |claim: &str, words: String| vec![Fault { claim: Some(claim.to_owned()), words }];
    match demand {
        Demand::Schema(schema) => {
            let fault = |(claim, why): (Option<String>, String)| {
                let words = claim.as_ref().map_or_else(|| why.clone(), |claim| format!("`{claim}`: {why}"));
                Fault { claim, words }
            };
            Some(schema.faults(payload).into_iter().map(fault).collect())
        }
        Demand::EqualsAttribute { claim, attribute } => {
            let value = payload.get(claim).filter(|value| value.as_str() != Some(""))?;
            let own = exchange.attribute(attribute);
            let own_words = own.map_or_else(|| "not there".to_owned(), |own| format!("`{}`", short(&own.into())));
            let words = format!("`{claim}` is `{}`, and the user's `{attribute}` is {own_words}", short(value));
            Some(if own.is_some_and(|own| is_attribute(value, own)) { Vec::new() } else { of(claim, words) })
        }
        Demand::PresentWith { claim, attribute } => {
            exchange.attribute(attribute)?;
            let words = format!("there is no `{claim}`, and the user has `{attribute}`");
            Some(if payload.contains_key(claim) { Vec::new() } else { of(claim, words) })
        }
        Demand::OneOf { claim, values } => {
            let value = payload.get(claim)?;
            let is = if value.is_array() || claim == "scope" { "holds" } else { "is" };
            let other = entries(claim, value).into_iter().find(|entry| !values.contains(entry));
            Some(other.map_or_else(Vec::new, |other| {
                let values: Vec<_> = values.iter().map(|value| format!("`{}`", short(value))).collect();
                of(claim, format!("`{claim}` {is} `{}`, which is none of {}", short(&other), values.join(", ")))
            }))
        }
        Demand::Absent { claim } => Some(
            payload
                .get(claim)
                .map_or_else(Vec::new, |value| of(claim, format!("there is `{claim}`: `{}`", short(value)))),
        ),
        Demand::KeepsGroups => {
            let groups = &exchange.situation.user()?.groups;
            let kept = payload.get(GROUPS).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let lost = groups.iter().find(|group| !kept.iter().any(|kept| kept.as_str() == Some(group.name.as_str())));
            let words = |lost: &str| format!("the user's group `{}` is missing", short(&lost.into()));
            let faults = lost.map_or_else(Vec::new, |lost| of(GROUPS, words(lost.name.as_str())));
            (!groups.is_empty()).then_some(faults)
        }
        Demand::SameOnRefresh { .. } | Demand::NeverFromClientMetadata { .. } => None,
    }
}

const GROUPS: &str = "cognito:groups";

/// Attributes are texts; Cognito itself makes booleans of two of them, in whichever casing they come (E-10).
fn is_attribute(claim: &Value, attribute: &str) -> bool {
    match claim {
        Value::String(text) => text == attribute,
        Value::Bool(truth) => attribute.eq_ignore_ascii_case(&truth.to_string()),
        Value::Number(number) => attribute.parse::<serde_json::Number>().is_ok_and(|own| own == *number),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// What a claim lists, or the claim itself.
fn entries(claim: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::String(scopes) if claim == "scope" => scopes.split(' ').map(Value::from).collect(),
        other => vec![other.clone()],
    }
}

fn sets(event: Value, claim: &str, value: &str) -> Outcome {
    let mut event = with_mail(event);
    for part in token_parts(&mut event) {
        set_claim(part, claim, value.into());
    }
    Outcome::Answered(event)
}

/// Keeps the promise of a mail, so that a miniature breaks one promise alone.
fn with_mail(mut event: Value) -> Value {
    if event.pointer("/request/userAttributes/email").is_some() {
        token_parts(&mut event).into_iter().for_each(|part| set_claim(part, "mail", "x".into()));
    }
    event
}

fn leaves_a_group_out(event: Value) -> Outcome {
    let mut event = with_mail(event);
    let groups = event.pointer("/request/groupConfiguration").cloned().unwrap_or_default();
    let names = groups.get("groupsToOverride").and_then(Value::as_array).cloned().unwrap_or_default();
    if let (Some((_, kept)), Some((details, _))) = (names.split_first(), details(&mut event)) {
        let mut groups = groups.as_object().cloned().unwrap_or_default();
        groups.insert("groupsToOverride".to_owned(), kept.into());
        details.insert("groupOverrideDetails".to_owned(), groups.into());
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;
    use crate::rules::Expectations;

    /// The words of the faults; `None` where nothing is demanded.
    fn judged(demand: &Demand, attribute: Option<&str>, claims: &Value) -> Option<Vec<String>> {
        let situation = Scene::User.situation();
        let mut event = event::build(&situation, EventVersion::V2);
        let attributes = event["request"]["userAttributes"].as_object_mut().unwrap();
        attributes.remove("custom:tenant");
        attributes.extend(attribute.map(|text| ("custom:tenant".to_owned(), text.into())));
        let outcome = Outcome::Answered(event.clone());
        let exchange = Exchange::new(&situation, EventVersion::V2, &event, &outcome);
        let faults = faults(demand, &exchange, claims.as_object().unwrap())?;
        Some(faults.into_iter().map(|fault| fault.words).collect())
    }

    fn is_kept(demand: &Demand, attribute: Option<&str>, claims: &Value) -> Option<bool> {
        judged(demand, attribute, claims).map(|faults| faults.is_empty())
    }

    #[test]
    fn a_claim_equals_an_attribute_as_the_text_that_attributes_are() {
        let demand = Demand::EqualsAttribute { claim: "tenant".to_owned(), attribute: "custom:tenant".to_owned() };
        for (attribute, claims, expected) in [
            (Some("acme"), json!({"tenant": "acme"}), Some(true)),
            (Some("acme"), json!({"tenant": "Acme"}), Some(false)),
            (Some("True"), json!({"tenant": true}), Some(true)),
            (Some("7"), json!({"tenant": 7}), Some(true)),
            (Some("acme"), json!({"tenant": ["acme"]}), Some(false)),
            (Some("acme"), json!({}), None),
            (None, json!({"tenant": "acme"}), Some(false)),
            (None, json!({"tenant": ""}), None),
            (Some(""), json!({"tenant": "acme"}), Some(false)),
        ] {
            assert_eq!(is_kept(&demand, attribute, &claims), expected, "{attribute:?} {claims}");
        }
    }

    #[test]
    fn an_empty_attribute_asks_for_no_claim() {
        let demand = Demand::PresentWith { claim: "tenant".to_owned(), attribute: "custom:tenant".to_owned() };
        assert_eq!(is_kept(&demand, Some("acme"), &json!({})), Some(false));
        assert_eq!(is_kept(&demand, Some("acme"), &json!({"tenant": "other"})), Some(true));
        assert_eq!(is_kept(&demand, Some(""), &json!({})), None);
        assert_eq!(is_kept(&demand, None, &json!({})), None);
    }

    #[test]
    fn of_a_list_and_of_scopes_each_entry_is_one_of_the_values() {
        let of = |claim: &str| Demand::OneOf { claim: claim.to_owned(), values: vec!["a".into(), 1.into()] };
        for (claim, value, expected) in [
            ("plan", json!("a"), true),
            ("plan", json!("a a"), false),
            ("plan", json!("1"), false),
            ("plan", json!(["a", 1]), true),
            ("plan", json!(["a", "b"]), false),
            ("scope", json!("a a"), true),
            ("scope", json!("a b"), false),
        ] {
            assert_eq!(is_kept(&of(claim), None, &json!({claim: value})), Some(expected), "{claim} {value}");
        }
        assert_eq!(is_kept(&of("plan"), None, &json!({})), None);
    }

    #[test]
    fn who_has_no_groups_can_lose_none() {
        assert_eq!(is_kept(&Demand::KeepsGroups, None, &json!({})), None);
    }

    #[test]
    fn a_schema_tells_the_claim_whatever_its_name_and_never_prints_the_whole_payload() {
        let schema =
            json!({"properties": {"https://a/b~c": {"type": "object", "required": ["d"]}}, "maxProperties": 1});
        let demand = Demand::Schema(TokenSchema::new(schema).unwrap());
        let words = judged(&demand, None, &json!({"https://a/b~c": {}, "x": "the secret of x"})).unwrap();
        assert_eq!(words.len(), 2, "{words:?}");
        assert!(words.iter().any(|words| words.starts_with("`https://a/b~c`: \"d\" is a required")), "{words:?}");
        assert!(words.iter().all(|words| !words.contains("secret")), "{words:?}");
    }

    #[test]
    fn the_words_of_a_fault_say_what_is_and_what_should_be() {
        let values = || vec!["a".into(), 1.into()];
        for (demand, claims, words) in [
            (
                Demand::OneOf { claim: "plan".to_owned(), values: values() },
                json!({"plan": "b"}),
                "`plan` is `\"b\"`, which is none of `\"a\"`, `1`",
            ),
            (
                Demand::OneOf { claim: "plan".to_owned(), values: values() },
                json!({"plan": ["a", "b"]}),
                "`plan` holds `\"b\"`, which is none of `\"a\"`, `1`",
            ),
            (
                Demand::OneOf { claim: "scope".to_owned(), values: values() },
                json!({"scope": "a b"}),
                "`scope` holds `\"b\"`, which is none of `\"a\"`, `1`",
            ),
            (
                Demand::EqualsAttribute { claim: "tenant".to_owned(), attribute: "custom:tenant".to_owned() },
                json!({"tenant": "b"}),
                "`tenant` is `\"b\"`, and the user's `custom:tenant` is `\"acme\"`",
            ),
            (
                Demand::PresentWith { claim: "tenant".to_owned(), attribute: "custom:tenant".to_owned() },
                json!({}),
                "there is no `tenant`, and the user has `custom:tenant`",
            ),
            (Demand::Absent { claim: "tenant".to_owned() }, json!({"tenant": 1}), "there is `tenant`: `1`"),
        ] {
            assert_eq!(judged(&demand, Some("acme"), &claims).unwrap(), [words]);
        }
    }

    #[test]
    fn each_group_has_to_stay_and_the_first_that_is_lost_is_named() {
        let (situation, version) = (Scene::UserInGroups.situation(), EventVersion::V2);
        let event = event::build(&situation, version);
        let outcome = Outcome::Answered(event.clone());
        let exchange = Exchange::new(&situation, version, &event, &outcome);
        for (groups, lost) in [
            (json!(["editors", "admins", "more"]), None),
            (json!(["editors"]), Some("the user's group `\"admins\"` is missing")),
            (json!([]), Some("the user's group `\"admins\"` is missing")),
            (Value::Null, Some("the user's group `\"admins\"` is missing")),
        ] {
            let payload = json!({"cognito:groups": groups});
            let faults = faults(&Demand::KeepsGroups, &exchange, payload.as_object().unwrap()).unwrap();
            assert_eq!(faults.first().map(|fault| fault.words.as_str()), lost, "{groups}");
        }
    }

    #[test]
    fn demands_that_two_answers_show_are_for_other_rules_and_bearers_are_asked() {
        use crate::rules::promise::Bearer;
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V2);
        let mut answer = event.clone();
        answer["response"] = json!({"claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": {"secret": 1}}}});
        let outcome = Outcome::Answered(answer);
        let absent = || Demand::Absent { claim: "secret".to_owned() };
        for (demand, bearers, expected) in [
            (absent(), vec![], (true, 1)),
            (absent(), vec![Bearer::Users], (true, 1)),
            (absent(), vec![Bearer::Machines], (false, 0)),
            (Demand::SameOnRefresh { claim: None }, vec![], (false, 0)),
            (Demand::NeverFromClientMetadata { claim: None }, vec![], (false, 0)),
        ] {
            assert_eq!(is_of_one_answer(&demand), matches!(demand, Demand::Absent { .. }));
            let promises = vec![Promise { bearers, ..promise(demand) }];
            let expectations = Expectations { promises, ..Expectations::default() };
            let exchange = Exchange::new(&situation, EventVersion::V2, &event, &outcome).under(&expectations);
            let mut verdict = Verdict::default();
            check(&exchange, &mut verdict);
            assert_eq!((verdict.promises() == [0], verdict.violations().len()), expected, "{expectations:?}");
        }
    }
}
