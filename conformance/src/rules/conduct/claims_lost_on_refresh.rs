use std::collections::BTreeSet;

use serde_json::Value;

use crate::rules::miniature::{
    group_configuration, groups, is_from, list_names, set_claim, token_parts, when, with_claim, with_group_override,
    with_scopes,
};
use crate::rules::source::PRE_TOKEN;
use crate::rules::{
    Check, Citation, Comparison, Difference, Example, Family, Given, Level, Miniature, Pair, Rule, Second, Verdict,
};
use crate::situation::{Certainty, EventVersion, Flow, Scene, Session, Situation, UserStatus};
use crate::target::Outcome;

pub(in crate::rules) const RULE: Rule = Rule {
    id: "claims-lost-on-refresh",
    level: Level::Warning,
    family: Family::Conduct,
    versions: &EventVersion::ALL,
    title: "tokens from a refresh differ from those of the sign-in",
    requires: "The same user gets the same claims, groups and scopes at a refresh as at the sign-in.",
    why: "an hour after the sign-in, when the app refreshes its tokens, the user silently has other rights or other data",
    mend: "treat `TokenGeneration_RefreshTokens` as every other trigger source, and take nothing from `clientMetadata` \
           that the refreshed tokens need too: it does not come again",
    sources: &[
        Citation {
            fact: "S-29",
            certainty: Certainty::Documented,
            words: "the trigger is called \"when a user tries to refresh\" their tokens; nothing of the former answer stays",
            url: PRE_TOKEN,
        },
        Citation {
            fact: "T-06",
            certainty: Certainty::Documented,
            words: "client metadata reaches the trigger from answers to challenges, not from refreshes",
            url: PRE_TOKEN,
        },
    ],
    reasons: &["lost", "changed", "only-at-refresh"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            r#"{"claimsOverrideDetails":null}"#,
        ),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V1,
        given: Given::Two(
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
            r#"{"claimsOverrideDetails":{"claimsToAddOrOverride":{"tenant":"acme"}}}"#,
        ),
    },
    miniatures: &[
        Miniature {
            reason: "lost",
            about: "adds its claim for `TokenGeneration_Authentication` only",
            trigger: |event| unless_refreshed(event, |part| set_claim(part, "tenant", "acme".into())),
        },
        Miniature {
            reason: "changed",
            about: "takes its tenant from the client metadata, and else a default",
            trigger: takes_the_callers_tenant,
        },
        Miniature {
            reason: "only-at-refresh",
            about: "hides the email at the sign-in and forgets to at a refresh",
            trigger: |event| unless_refreshed(event, |part| list_names(part, "claimsToSuppress", &["email"])),
        },
        Miniature {
            reason: "lost",
            about: "knows the ways to sign in that there were when it was written",
            trigger: |event| {
                let known = ["Authentication", "HostedAuth", "NewPasswordChallenge", "AuthenticateDevice"]
                    .iter()
                    .any(|source| is_from(&event, source));
                when(known, event, |event| with_claim(event, "plan", "free"))
            },
        },
        Miniature {
            reason: "lost",
            about: "grants a scope at the managed login and nowhere else",
            trigger: |event| {
                when(is_from(&event, "HostedAuth"), event, |event| with_scopes(event, "scopesToAdd", &["orders/read"]))
            },
        },
        Miniature {
            reason: "changed",
            about: "says how fresh the session is",
            trigger: |event| {
                let fresh = if is_from(&event, "RefreshTokens") { "renewed" } else { "new" };
                with_claim(event, "session", fresh)
            },
        },
        Miniature {
            reason: "lost",
            about: "puts users into a further group, and forgets to on a refresh",
            trigger: |event| match group_configuration(&event).filter(|_| !is_from(&event, "RefreshTokens")) {
                Some(mut configuration) => {
                    let groups = groups(&event).into_iter().chain(["signed-in".to_owned()]).collect();
                    configuration.insert("groupsToOverride".to_owned(), groups);
                    with_group_override(event, Value::Object(configuration))
                }
                None => Outcome::Answered(event),
            },
        },
    ],
    check: Check::Two(Comparison {
        second: Second::Made(at_refresh),
        about: "the same user an hour later, at a refresh",
        labels: ["at the sign-in", "at the refresh"],
        judge,
        tells_failures_on: None,
    }),
};

/// The same user's refresh, an hour later; none for machines, for what is a refresh already, and where the user's state
/// would be another one by then.
pub(in crate::rules) fn at_refresh(situation: &Situation) -> Option<Situation> {
    let user = situation.user()?;
    let flow = match situation.flow {
        Flow::SignIn | Flow::Challenge | Flow::NewPassword | Flow::Device => Flow::Refresh,
        Flow::ManagedLogin | Flow::ManagedLoginLocal => Flow::ManagedRefresh,
        Flow::Refresh | Flow::ManagedRefresh | Flow::ClientCredentials => return None,
    };
    if user.status == UserStatus::ForceChangePassword {
        return None;
    }
    let mut refresh = situation.clone();
    refresh.flow = flow;
    refresh.client_metadata.clear();
    refresh.session = Session { issued_at: situation.session.issued_at.saturating_add(3_600), ..situation.session };
    Some(refresh)
}

fn judge(pair: &Pair<'_>, verdict: &mut Verdict) {
    if pair.both_issued() {
        verdict.applies();
    }
    for difference in pair.differences().iter().filter(|difference| !tells_its_source(pair, difference)) {
        let Difference { token, claim, .. } = difference;
        let (reason, effect) = match lacks(difference) {
            Lacks::AtRefresh => {
                ("lost", format!("an hour after the sign-in, the {token} has less in `{claim}`, or no such claim"))
            }
            Lacks::AtSignIn => (
                "only-at-refresh",
                format!("an hour after the sign-in, the {token} says more in `{claim}` than before"),
            ),
            Lacks::Nowhere => ("changed", format!("an hour after the sign-in, the {token} has another `{claim}`")),
        };
        let words = difference.words(["at the sign-in", "at the refresh"]);
        verdict.violated(reason, pair.place(*token, claim), words, effect);
    }
}

/// Whether the claim is there to say by which way the token came: each time it is the event's own `triggerSource`.
pub(in crate::rules) fn tells_its_source(pair: &Pair<'_>, difference: &Difference<'_>) -> bool {
    let own = |value: Option<&Value>, situation: &Situation| {
        value.and_then(Value::as_str) == Some(situation.trigger_source().as_str())
    };
    own(difference.first, pair.first.situation) && own(difference.second, pair.second.situation)
}

enum Lacks {
    AtRefresh,
    AtSignIn,
    Nowhere,
}

/// Where something is missing: of two lists, or of the scopes, where one holds nothing that the other does not.
fn lacks(difference: &Difference<'_>) -> Lacks {
    let (Some(first), Some(second)) = (difference.first, difference.second) else {
        return if difference.second.is_none() { Lacks::AtRefresh } else { Lacks::AtSignIn };
    };
    let (Some(first), Some(second)) = (entries(difference.claim, first), entries(difference.claim, second)) else {
        return Lacks::Nowhere;
    };
    match (first.is_subset(&second), second.is_subset(&first)) {
        (true, _) => Lacks::AtSignIn,
        (_, true) => Lacks::AtRefresh,
        _ => Lacks::Nowhere,
    }
}

fn entries(claim: &str, value: &Value) -> Option<BTreeSet<String>> {
    match value {
        Value::Array(list) => Some(list.iter().map(ToString::to_string).collect()),
        Value::String(scopes) if claim == "scope" => Some(scopes.split(' ').map(ToOwned::to_owned).collect()),
        _ => None,
    }
}

fn unless_refreshed(mut event: Value, change: impl Fn(&mut serde_json::Map<String, Value>)) -> Outcome {
    let source = event.get("triggerSource").and_then(Value::as_str);
    if source != Some("TokenGeneration_RefreshTokens") {
        token_parts(&mut event).into_iter().for_each(change);
    }
    Outcome::Answered(event)
}

fn takes_the_callers_tenant(mut event: Value) -> Outcome {
    let tenant = event.pointer("/request/clientMetadata/tenant").cloned();
    let tenant = tenant.unwrap_or_else(|| "none".into());
    for part in token_parts(&mut event) {
        set_claim(part, "tenant", tenant.clone());
    }
    Outcome::Answered(event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::Expectations;
    use crate::rules::answer::trial::{answered, compared};
    use crate::situation::Principal;

    #[test]
    fn a_refresh_comes_an_hour_later_by_the_way_of_the_sign_in_and_without_metadata() {
        for (flow, refreshed) in [
            (Flow::SignIn, Some(Flow::Refresh)),
            (Flow::Challenge, Some(Flow::Refresh)),
            (Flow::NewPassword, Some(Flow::Refresh)),
            (Flow::Device, Some(Flow::Refresh)),
            (Flow::ManagedLogin, Some(Flow::ManagedRefresh)),
            (Flow::ManagedLoginLocal, Some(Flow::ManagedRefresh)),
            (Flow::Refresh, None),
            (Flow::ManagedRefresh, None),
        ] {
            let client_metadata = vec![("tenant".into(), "acme".into())];
            let before = Situation { flow, client_metadata, ..Scene::User.situation() };
            let after = at_refresh(&before);
            assert_eq!(after.as_ref().map(|after| after.flow), refreshed, "{flow:?}");
            let Some(after) = after else { continue };
            assert_eq!(after.session.issued_at, before.session.issued_at + 3_600);
            assert_eq!(after.session.authenticated_at, before.session.authenticated_at);
            assert!(after.client_metadata.is_empty());
            assert_eq!(after.principal, before.principal);
        }
        assert!(at_refresh(&Scene::Machine.situation()).is_none());
        let mut new = Scene::User.situation();
        if let Principal::User(user) = &mut new.principal {
            user.status = UserStatus::ForceChangePassword;
        }
        assert!(at_refresh(&new).is_none(), "by then there is another password, and another state");
    }

    fn reasons(first: Value, second: Value) -> Vec<&'static str> {
        let version = EventVersion::V2;
        let sign_in = Scene::UserInGroups.situation();
        let refresh = at_refresh(&sign_in).unwrap();
        let of = |situation, details| answered(situation, version, json!({version.container(): details}));
        let both = [(&sign_in, of(&sign_in, first)), (&refresh, of(&refresh, second))];
        let verdict = compared(&RULE, version, both, &[], &Expectations::default());
        verdict.violations().iter().map(|one| one.reason).collect()
    }

    #[test]
    fn of_two_lists_or_scopes_the_one_that_holds_less_has_lost_something() {
        let claim = |value: Value| json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"teams": value}}});
        let scopes = |names: &[&str]| json!({"accessTokenGeneration": {"scopesToAdd": names}});
        for (first, second, reason) in [
            (claim(json!(["a", "b"])), claim(json!(["b"])), "lost"),
            (claim(json!(["b"])), claim(json!(["a", "b"])), "only-at-refresh"),
            (claim(json!(["a"])), claim(json!(["b"])), "changed"),
            (claim(json!("a")), claim(json!("a b")), "changed"),
            (claim(json!("a")), claim(json!(["a"])), "changed"),
            (claim(json!(1)), json!({}), "lost"),
            (json!({}), claim(json!(1)), "only-at-refresh"),
            (scopes(&["a", "b"]), scopes(&["a"]), "lost"),
            (scopes(&["a"]), scopes(&["b", "a"]), "only-at-refresh"),
            (scopes(&["a"]), scopes(&["b"]), "changed"),
        ] {
            assert_eq!(reasons(first.clone(), second.clone()), [reason], "{first} {second}");
        }
        assert_eq!(reasons(claim(json!(["a"])), claim(json!(["a"]))), [""; 0]);
    }

    #[test]
    fn a_claim_may_say_by_which_way_the_token_came() {
        let source = |name: &str| json!({"accessTokenGeneration": {"claimsToAddOrOverride": {"source": name}}});
        let (sign_in, refresh) = ("TokenGeneration_Authentication", "TokenGeneration_RefreshTokens");
        assert_eq!(reasons(source(sign_in), source(refresh)), [""; 0]);
        assert_eq!(reasons(source(sign_in), source("other")), ["changed"]);
        assert_eq!(reasons(source("other"), source(refresh)), ["changed"]);
    }

    #[test]
    fn the_rule_is_exercised_where_both_sign_ins_get_tokens() {
        let (version, sign_in) = (EventVersion::V2, Scene::User.situation());
        let refresh = at_refresh(&sign_in).unwrap();
        for (second, applied) in [(answered(&refresh, version, json!({})), true), (Outcome::NotJson(Vec::new()), false)]
        {
            let first = answered(&sign_in, version, json!({}));
            let both = [(&sign_in, first), (&refresh, second)];
            assert_eq!(compared(&RULE, version, both, &[], &Expectations::default()).applied(), applied);
        }
    }
}
