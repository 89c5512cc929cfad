use serde_json::{Value, json};

use crate::rules::miniature::{access_part, groups, id_part, set_claim, with_access_claim, with_id_claim};
use crate::rules::source::{HEADER_LIMIT, TOKENS_SAFELY};
use crate::rules::survey::Weights;
use crate::rules::weight::weight;
use crate::rules::{Check, Citation, Example, Exchange, Family, Given, Level, Miniature, Rule, Verdict};
use crate::situation::{Certainty, EventVersion, Scene};
use crate::target::Outcome;
use crate::tokens::{TokenKind, apply, issued, signed_size};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "token-outgrows-header",
    level: Level::Advice,
    family: Family::Claims,
    versions: &EventVersion::ALL,
    title: "a token outgrows the header of a request",
    requires: "What the trigger adds leaves each signed token at 8,192 bytes or less.",
    why: "CDNs and proxies refuse requests with larger headers: such a token is issued, and then cannot be used",
    mend: "put an id into the token and let the API look the rest up, or shorten names and values",
    sources: &[
        Citation {
            fact: "O-06",
            certainty: Certainty::ObservedByOthers,
            words: "`RequestHeaderSectionTooLarge`, with 8192 as the largest size that is allowed",
            url: HEADER_LIMIT,
        },
        Citation {
            fact: "O-06",
            certainty: Certainty::Documented,
            words: "\"Don't assume a fixed or maximum token size\": Cognito itself sets no limit",
            url: TOKENS_SAFELY,
        },
    ],
    reasons: &["id-token", "access-token"],
    violates: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Changed("the access token gets 400 permissions", |event| {
            if let Some(part) = access_part(event) {
                set_claim(part, "permissions", permissions(400));
            }
        }),
    },
    conforms: Example {
        scene: Scene::User,
        version: EventVersion::V2,
        given: Given::Changed("the access token gets 200 permissions", |event| {
            if let Some(part) = access_part(event) {
                set_claim(part, "permissions", permissions(200));
            }
        }),
    },
    miniatures: &[
        Miniature {
            reason: "id-token",
            about: "writes every permission into the ID token",
            trigger: |mut event| {
                if let Some(part) = id_part(&mut event) {
                    set_claim(part, "permissions", permissions(400));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "access-token",
            about: "writes every permission into the access token",
            trigger: |mut event| {
                if let Some(part) = access_part(&mut event) {
                    set_claim(part, "permissions", permissions(400));
                }
                Outcome::Answered(event)
            },
        },
        Miniature {
            reason: "id-token",
            about: "spells out four permissions for each group",
            trigger: |event| {
                let spelled = |group: &String| {
                    ["read", "write", "delete", "share"].map(|verb| format!("projects:{group}:{verb}"))
                };
                let all: Vec<_> = groups(&event).iter().flat_map(spelled).collect();
                with_id_claim(event, "permissions", all.join(" "))
            },
        },
        Miniature {
            reason: "access-token",
            about: "writes resource names for each group",
            trigger: |event| {
                let named = |group: &String| {
                    ["projects", "invoices"]
                        .map(|table| format!("arn:aws:dynamodb:us-east-1:123456789012:table/{table}/{group}"))
                };
                let all: Vec<_> = groups(&event).iter().flat_map(named).collect();
                with_access_claim(event, "resources", all.join(" "))
            },
        },
    ],
    check: Check::One(check),
};

fn check(exchange: &Exchange<'_>, verdict: &mut Verdict) {
    let (Some(answer), Some(details)) = (exchange.answer(), exchange.details()) else { return };
    if details.is_empty() {
        return;
    }
    verdict.applies();
    let tokens = [TokenKind::Id, TokenKind::Access];
    let least = tokens.map(|token| budget(exchange, token)).into_iter().min().unwrap_or(HEADER);
    if at_most(exchange) <= payload(least) {
        return;
    }
    let before = issued(exchange.situation);
    let added = exchange.weights().response;
    let may_outgrow = |token: &TokenKind| {
        let (size, limit) = (before.get(*token).map_or(0, signed_size), budget(exchange, *token));
        size <= limit && grown(size, added) > limit
    };
    if !tokens.iter().any(may_outgrow) {
        return;
    }
    let applied = apply(exchange.situation, exchange.version, answer);
    let Some(after) = applied.tokens() else { return };
    for (reason, token) in [("id-token", TokenKind::Id), ("access-token", TokenKind::Access)] {
        let (Some(before), Some(after)) = (before.get(token), after.get(token)) else { continue };
        let (before, after) = (signed_size(before), signed_size(after));
        let limit = budget(exchange, token);
        if before <= limit && after > limit {
            let effect = match exchange.expectations.token_bytes(token) {
                Some(_) => format!("this {token} outgrows its budget of {limit} bytes"),
                None => format!(
                    "requests with this {token} are refused where headers may have {HEADER} bytes, as behind CloudFront"
                ),
            };
            verdict.violated(
                reason,
                heaviest(exchange, token),
                format!("the {token} grows from {before} to {after} bytes"),
                effect,
            );
        }
    }
}

/// What a request's headers may hold on many websites, in bytes.
const HEADER: usize = 8_192;

/// What the signed token may have, in bytes: its budget, if there is one.
fn budget(exchange: &Exchange<'_>, token: TokenKind) -> usize {
    exchange.expectations.token_bytes(token).unwrap_or(HEADER)
}

/// The JSON that a signed token of that size holds, rounded down (its header and signature are 436 bytes).
const fn payload(signed: usize) -> usize {
    signed.saturating_sub(450) / 4 * 3
}

/// An upper bound of the JSON of each token after the trigger, cheap to find.
fn at_most(exchange: &Exchange<'_>) -> usize {
    let scopes: usize = exchange.situation.scopes.iter().map(|scope| scope.as_str().len() + 1).sum();
    let Weights { request, response, .. } = exchange.weights();
    OWN_CLAIMS + scopes + request + response
}

/// What a signed token of that size takes at most, once the JSON of a `response` of so many bytes is in it.
const fn grown(signed: usize, added: usize) -> usize {
    signed + (added + NAMES).div_ceil(3) * 4
}

/// More than the names of the claims that hold what an answer's lists add.
const NAMES: usize = 100;

/// More than the JSON that Cognito itself writes into one token, attributes, groups and scopes aside.
const OWN_CLAIMS: usize = 2_000;

/// The JSON pointer of what adds most to a token.
fn heaviest(exchange: &Exchange<'_>, token: TokenKind) -> String {
    let claims = exchange
        .set_claims()
        .filter(|(part, ..)| part.token == token)
        .map(|(part, claim, value)| (weight(value), part.claim_pointer(claim)));
    let scopes = exchange.parts().filter(|part| part.token == token).filter_map(|part| {
        let scopes = part.fields.get("scopesToAdd")?;
        Some((weight(scopes), format!("{}/scopesToAdd", part.pointer)))
    });
    let pointer = exchange.details_pointer();
    let groups = exchange.group_override().map(|groups| (weight(groups), format!("{pointer}/groupOverrideDetails")));
    let heaviest = claims.chain(scopes).chain(groups).max_by_key(|(weight, _)| *weight);
    heaviest.map_or_else(|| pointer.to_owned(), |(_, pointer)| pointer)
}

/// As one text, which version 1 takes too.
fn permissions(count: usize) -> Value {
    let all: Vec<_> = (0..count).map(|number| format!("invoices:{number}:read")).collect();
    json!(all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event;
    use crate::rules::Expectations;
    use crate::rules::answer::trial::changed;
    use crate::rules::claims::judged::reasons;
    use crate::situation::{Attribute, Principal, Situation};

    fn with_claim(value: &str) -> Value {
        json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"claimsToAddOrOverride": {"x": value}}}})
    }

    #[test]
    fn the_last_byte_counts() {
        let situation = Scene::User.situation();
        let grown = |length: usize| {
            let mut access = issued(&situation).access;
            access.insert("x".to_owned(), json!("x".repeat(length)));
            signed_size(&access)
        };
        // Three bytes of JSON are four of a token.
        let room = (HEADER - grown(0)) * 3 / 4;
        assert!(grown(room - 1) <= HEADER && HEADER < grown(room + 2));
        for length in room - 1..=room + 2 {
            let reasons = reasons(&RULE, &situation, EventVersion::V2, with_claim(&"x".repeat(length)));
            assert_eq!(!reasons.is_empty(), grown(length) > HEADER, "{length}");
        }
    }

    #[test]
    fn a_budget_takes_the_place_of_the_headers_limit() {
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V2);
        let after = |bytes: usize| {
            let mut access = issued(&situation).access;
            access.insert("x".to_owned(), json!("x".repeat(bytes)));
            signed_size(&access)
        };
        let judged = |expectations: &Expectations| {
            let mut answer = event.clone();
            answer["response"] = with_claim(&"x".repeat(300));
            let outcome = Outcome::Answered(answer);
            let mut verdict = Verdict::default();
            let exchange = Exchange::new(&situation, EventVersion::V2, &event, &outcome).under(expectations);
            check(&exchange, &mut verdict);
            verdict.violations().to_vec()
        };
        let of = |bytes| Expectations { access_token_bytes: Some(bytes), ..Expectations::default() };
        assert_eq!(judged(&of(after(300))), []);
        let over = judged(&of(after(300) - 1));
        assert_eq!(over[0].reason, "access-token");
        assert!(over[0].effect.contains(&format!("its budget of {} bytes", after(300) - 1)), "{}", over[0].effect);
        // The ID token has not grown, and the other token's budget is not its own.
        assert_eq!(judged(&Expectations { id_token_bytes: Some(1), ..Expectations::default() }), []);
        // A token that was over its budget before the trigger came is not the trigger's doing.
        assert_eq!(judged(&of(500)), []);
    }

    #[test]
    fn a_long_list_of_short_names_outgrows_a_budget_by_its_commas_alone() {
        let situation = Scene::User.situation();
        let event = event::build(&situation, EventVersion::V2);
        let codes: Vec<_> = (0..3_000).map(|number| format!("{:02}", number % 100)).collect();
        let mut answer = event.clone();
        answer["response"] = json!({"claimsAndScopeOverrideDetails":
            {"accessTokenGeneration": {"claimsToAddOrOverride": {"codes": codes}}}});
        let outcome = Outcome::Answered(answer);
        let expectations = Expectations { access_token_bytes: Some(20_000), ..Expectations::default() };
        let mut verdict = Verdict::default();
        check(&Exchange::new(&situation, EventVersion::V2, &event, &outcome).under(&expectations), &mut verdict);
        assert_eq!(verdict.violations()[0].reason, "access-token");
    }

    #[test]
    fn groups_can_outgrow_both_tokens() {
        let groups: Vec<_> = (0..400).map(|number| format!("organisation-{number}")).collect();
        let response = json!({"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": groups}}});
        assert_eq!(reasons(&RULE, &Scene::User.situation(), EventVersion::V1, response), ["id-token", "access-token"]);
    }

    #[test]
    fn a_token_that_was_too_large_before_is_not_the_triggers_doing() {
        let mut situation = Scene::User.situation();
        if let Situation { principal: Principal::User(user), .. } = &mut situation {
            let long = |name: &'static str| Attribute { name: name.into(), value: "x".repeat(2_048).into() };
            user.attributes.extend(["custom:a", "custom:b", "custom:c", "custom:d"].map(long));
        }
        let response = json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"tenant": "acme"}}});
        assert_eq!(reasons(&RULE, &situation, EventVersion::V1, response), [""; 0]);
    }

    #[test]
    fn a_payload_is_as_much_as_the_signed_token_has_room_for() {
        for signed in [500, 1_000, HEADER] {
            let room = payload(signed);
            let size = |json: usize| {
                // `{"x":"…"}` is eight bytes longer than its text.
                signed_size(json!({"x": "x".repeat(json - 8)}).as_object().unwrap())
            };
            assert!(size(room) <= signed && signed < size(room + 20), "{room} in {signed}");
        }
    }

    #[test]
    fn the_place_is_that_of_what_adds_most() {
        let long = "x".repeat(9_000);
        let groups = json!({"groupsToOverride": [long]});
        for (access, groups, place) in [
            (
                json!({"claimsToAddOrOverride": {"a": "b", "c/d": long}}),
                json!(null),
                "accessTokenGeneration/claimsToAddOrOverride/c~1d",
            ),
            (
                json!({"scopesToAdd": [long], "claimsToAddOrOverride": {"a": "b"}}),
                json!(null),
                "accessTokenGeneration/scopesToAdd",
            ),
            (json!({"scopesToAdd": ["a"]}), groups, "groupOverrideDetails"),
        ] {
            let verdict = changed(&RULE, Scene::User, EventVersion::V2, |answer| {
                answer["response"] = json!({"claimsAndScopeOverrideDetails":
                    {"accessTokenGeneration": access, "groupOverrideDetails": groups}});
            });
            let told = verdict.violations().iter().find(|one| one.reason == "access-token").unwrap();
            assert_eq!(told.pointer, format!("/response/claimsAndScopeOverrideDetails/{place}"));
        }
    }

    #[test]
    fn no_token_holds_more_than_the_bound_says_and_the_bound_says_not_much_more() {
        let many = Situation { scopes: (0..3_000).map(|_| "s".into()).collect(), ..Scene::UserInGroups.situation() };
        let part = json!({"claimsToAddOrOverride": {"codes": vec!["ab"; 500]}});
        let groups = json!({"groupsToOverride": vec!["g"; 500]});
        for (situation, version, details) in [
            (Scene::User.situation(), EventVersion::V1, json!({"claimsToAddOrOverride": {"codes": "ab ".repeat(500)}})),
            (many.clone(), EventVersion::V1, json!({"groupOverrideDetails": groups})),
            (
                Scene::User.situation(),
                EventVersion::V1,
                json!({"groupOverrideDetails": {"groupsToOverride": ["a"], "iamRolesToOverride": ["b"], "preferredRole": "b"}}),
            ),
            (many, EventVersion::V2, json!({"accessTokenGeneration": part, "groupOverrideDetails": groups})),
            (Scene::Machine.situation(), EventVersion::V3, json!({"accessTokenGeneration": part})),
        ] {
            let event = event::build(&situation, version);
            let mut answer = event.clone();
            answer["response"] = json!({version.container(): details});
            let outcome = Outcome::Answered(answer.clone());
            let exchange = Exchange::new(&situation, version, &event, &outcome);
            let bound = at_most(&exchange);
            let applied = apply(&situation, version, &answer);
            let tokens = applied.tokens().unwrap();
            let size = |payload: &serde_json::Map<String, Value>| serde_json::to_string(payload).unwrap().len();
            let most = tokens.id.as_ref().map_or(0, size).max(size(&tokens.access));
            let request = serde_json::to_string(&event["request"]).unwrap().len();
            assert!(most <= bound, "{most} in {bound}");
            let before = issued(&situation);
            for token in [TokenKind::Id, TokenKind::Access] {
                let (Some(before), Some(after)) = (before.get(token), tokens.get(token)) else { continue };
                let (after, most) = (signed_size(after), grown(signed_size(before), exchange.weights().response));
                assert!(after <= most, "{token}: {after} in {most}");
            }
            assert!(bound <= OWN_CLAIMS + most + request + request / 4, "{bound} for {most}");
        }
    }
}
