//! No trigger that does right is ever convicted: not the echo, not the reference trigger under its bundled policy, not
//! the reference trigger under any other policy that it accepts.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy knows only the bodies of test functions as tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use pretoken::engine::{Cases, Judge, Plan, Run, Selection, run};
use pretoken::event;
use pretoken::rules::{self, Exchange, Level, Rule};
use pretoken::target::{Handler, InProcess, Outcome};
use pretoken_schemas::Schema;
use pretoken_trigger::{Policy, handle};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

/// Rules that a function in this process which never fails has nothing to show for: it has no start, and no error text.
const OUT_OF_REACH: [&str; 2] = ["cold-start-over-limit", "error-text-exposed"];

#[test]
fn the_reference_trigger_has_no_finding_and_exercises_every_rule() {
    let policy = Policy::bundled();
    let run = judged(20_000, move |event: Value| handle(event, &policy));
    assert_innocent(&run);
    for (rule, count) in rules::ALL.iter().zip(&run.rules).filter(|(rule, _)| !OUT_OF_REACH.contains(&rule.id)) {
        assert!(count.exercised > 0, "{} was not exercised, which is not passed", rule.id);
    }
}

#[test]
fn the_echo_is_never_convicted() {
    assert_innocent(&judged(20_000, |event: Value| event));
}

#[test]
fn no_policy_that_the_reference_trigger_accepts_leads_to_an_error_or_a_warning() {
    let policies = accepted(200);
    let cases = Cases::new(&Plan { cases: 5_000, ..Plan::default() });
    let mut judge = Judge::new(&Selection::default());
    let mut exercised = BTreeSet::new();
    for (number, (document, policy)) in policies.iter().enumerate() {
        let mut dice = Dice::new(number as u64);
        for _ in 0..300 {
            let place = dice.0.next_u64() % cases.len();
            let (situation, version) = cases.situation(place).unwrap();
            let event = event::build(&situation, version);
            let outcome = Outcome::Answered(handle(event.clone(), policy).unwrap());
            judge.judge(&Exchange::new(&situation, version, &event, &outcome), |_, rule, violations| {
                exercised.insert(rule.id);
                if let Some(violation) = violations.first().filter(|_| rule.level >= Level::Warning) {
                    let case = cases.get(place).unwrap().scenario;
                    panic!("{}: {violation:?}\nin `{case}`: {event:#}\nunder the policy {document:#}", rule.id);
                }
            });
        }
    }
    let alone = rules::ALL.iter().filter(|rule| rule.comparison().is_none());
    let idle: Vec<_> = alone.map(|rule| rule.id).filter(|id| !exercised.contains(id)).collect();
    assert_eq!(idle, OUT_OF_REACH, "these policies never touch what the rules look at");
}

#[test]
fn no_policy_makes_two_answers_differ_that_are_compared() {
    let compare: Vec<String> = comparing().map(|rule| rule.id.to_owned()).collect();
    for (document, policy) in accepted(12) {
        let rules = Selection::new(&compare, &[]).unwrap();
        let plan = Plan { cases: 60, rules, ..Plan::default() };
        let handler = move |event: Value| handle(event, &policy);
        let run = run(&plan, &InProcess::new("a policy", handler), &|_| (), &AtomicBool::new(false)).unwrap();
        let found: Vec<_> = run.findings.iter().map(|finding| (finding.rule.id, &finding.violation)).collect();
        assert_eq!(found, [], "{document:#}");
    }
}

#[test]
fn what_a_trigger_may_remember_and_tell_apart_is_met_with_silence() {
    let known: Mutex<BTreeMap<String, Value>> = Mutex::default();
    let remembers_each = move |event: Value| {
        let key = format!("{} {}", event["userPoolId"], event["request"]["userAttributes"]["sub"]);
        let claims = json!({"tenant": text(&event["request"]["userAttributes"], "custom:tenant")});
        let mut known = known.lock().unwrap();
        let claims = known.entry(key).or_insert(claims).clone();
        with_claims(event, &claims)
    };
    let tells_its_source = |event: Value| {
        let source = event["triggerSource"].clone();
        with_claims(event, &json!({"came_by": source}))
    };
    let checks_the_callers_word = |event: Value| {
        let tenant = text(&event["request"]["clientMetadata"], "tenant");
        let job = if event["request"]["userAttributes"]["sub"].is_null() && tenant == "acme" { "acme" } else { "none" };
        with_claims(event, &json!({"job": job}))
    };
    let looks_at_the_user = |event: Value| {
        let groups = &event["request"]["groupConfiguration"]["groupsToOverride"];
        let claims = json!({"count": groups.as_array().map_or(0, Vec::len).to_string(), "name": event["userName"]});
        with_claims(event, &claims)
    };
    silent("remembers each user by pool and id", remembers_each);
    silent("tells by which way the token came", tells_its_source);
    silent("looks a machine's tenant up among those that are allowed", checks_the_callers_word);
    silent("works its claims out from the user", looks_at_the_user);
}

#[test]
fn a_clock_is_told_of_as_a_clock_if_at_all() {
    let calls = AtomicU64::new(0);
    let clock = move |event: Value| {
        let now = calls.fetch_add(1, Ordering::Relaxed) / 7;
        with_claims(event, &json!({"now": now.to_string(), "tenant": "acme"}))
    };
    let findings = judged(500, clock).findings;
    for finding in findings.iter().filter(|finding| finding.rule.comparison().is_some()) {
        assert_eq!(finding.rule.id, "nondeterministic-answer", "{:?}", finding.violation);
    }
}

fn comparing() -> impl Iterator<Item = &'static Rule> {
    rules::ALL.iter().copied().filter(|rule| rule.comparison().is_some())
}

/// Whether no rule that compares has a word to say, and each had something to look at.
fn silent<H: Handler<M>, M>(about: &str, handler: H) {
    let run = judged(500, handler);
    let found: Vec<_> = run.findings.iter().filter(|finding| finding.rule.comparison().is_some()).collect();
    assert!(found.is_empty(), "{about}: {found:#?}");
    for rule in comparing() {
        let count = run.rules[rules::ALL.iter().position(|other| other.id == rule.id).unwrap()];
        assert!(count.exercised > 0, "{about}: {} was not exercised", rule.id);
    }
}

fn text<'e>(map: &'e Value, member: &str) -> &'e str {
    map[member].as_str().unwrap_or("none")
}

fn with_claims(mut event: Value, claims: &Value) -> Value {
    let part = json!({"claimsToAddOrOverride": claims});
    event["response"] = match event["version"].as_str() {
        Some("1") => json!({"claimsOverrideDetails": part}),
        _ => json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": part, "accessTokenGeneration": part}}),
    };
    event
}

#[test]
fn the_policies_that_are_accepted_have_every_member_that_the_schema_knows() {
    let policies = accepted(200);
    for feature in FEATURES {
        let count = policies.iter().filter(|(document, _)| has(document, feature)).count();
        assert!(count >= 3, "`{feature}` in {count} of 200");
    }
    let named: BTreeSet<&str> = FEATURES.iter().flat_map(|feature| feature.split(['/', ':'])).collect();
    let schema: Value = serde_json::from_str(Schema::Policy.text()).unwrap();
    let mut members = BTreeSet::new();
    properties(&schema, &mut members);
    let missing: Vec<_> = members.iter().filter(|name| !named.contains(name.as_str())).collect();
    assert_eq!(missing, [""; 0], "members of a policy that no feature names");
}

fn judged<H: Handler<M>, M>(cases: u64, handler: H) -> Run {
    let plan = Plan { cases, jobs: 2, ..Plan::default() };
    run(&plan, &InProcess::new("the trigger", handler), &|_| (), &AtomicBool::new(false)).unwrap()
}

fn assert_innocent(run: &Run) {
    let findings: Vec<_> = run.findings.iter().map(|finding| (finding.rule.id, &finding.violation)).collect();
    assert_eq!(findings, []);
    assert_eq!(run.suite_faults.len(), 0);
}

/// What must occur in the policies that are tried; `*` is any member, and a word behind a colon a JSON type.
const FEATURES: [&str; 41] = [
    "/$schema",
    "/eventVersions",
    "/maxTokenBytes",
    "/groups/keep",
    "/groups/keepPrefixes",
    "/groups/drop",
    "/groups/dropPrefixes",
    "/groups/implies/*",
    "/groups/rename/*",
    "/idToken/claims/*/value:string",
    "/idToken/claims/*/value:number",
    "/idToken/claims/*/value:boolean",
    "/idToken/claims/*/value:array",
    "/idToken/claims/*/value:object",
    "/idToken/claims/*/attribute",
    "/idToken/claims/*/values",
    "/idToken/claims/*/default",
    "/idToken/claims/*/clientId",
    "/idToken/claims/address",
    "/idToken/claims/updated_at",
    "/idToken/claims/email_verified",
    "/idToken/claims/phone_number_verified",
    "/idToken/suppress",
    "/accessToken/claims/*/value:string",
    "/accessToken/claims/*/value:array",
    "/accessToken/claims/*/value:object",
    "/accessToken/claims/*/attribute",
    "/accessToken/claims/*/values",
    "/accessToken/claims/*/default",
    "/accessToken/claims/aud/clientId",
    "/accessToken/suppress",
    "/accessToken/scopes/add",
    "/accessToken/scopes/suppress",
    "/accessToken/scopes/byGroup/*",
    "/machineToken/claims/*/value:object",
    "/machineToken/claims/*/clientMetadata",
    "/machineToken/claims/*/default",
    "/machineToken/claims/aud/clientId",
    "/machineToken/suppress",
    "/machineToken/scopes/add",
    "/machineToken/scopes/suppress",
];

fn has(document: &Value, feature: &str) -> bool {
    let (path, kind) = feature.split_once(':').unwrap_or((feature, ""));
    let mut places = vec![document];
    for name in path.split('/').skip(1) {
        places = match name {
            "*" => places.iter().filter_map(|place| place.as_object()).flat_map(Map::values).collect(),
            _ => places.iter().filter_map(|place| place.get(name)).collect(),
        };
    }
    places.into_iter().any(|place| match kind {
        "string" => place.is_string(),
        "number" => place.is_number(),
        "boolean" => place.is_boolean(),
        "array" => place.is_array(),
        "object" => place.is_object(),
        _ => true,
    })
}

/// The names of all members that a schema lists.
fn properties(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (keyword, value) in members.iter().filter(|(keyword, _)| *keyword != "examples") {
                if let (true, Some(properties)) = (keyword == "properties", value.as_object()) {
                    names.extend(properties.keys().cloned());
                }
                properties(value, names);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| properties(value, names)),
        _ => {}
    }
}

/// The first so many random policies that the reference trigger accepts.
fn accepted(count: usize) -> Vec<(Value, Policy)> {
    let policies = (0..).map(|seed| Dice::new(seed).policy());
    let accepted = policies.filter_map(|document| Some((document.clone(), Policy::from_value(&document).ok()?)));
    accepted.take(count).collect()
}

/// Makes policies, most of them sound. What could never be right is mixed in, so that the trigger's own check is tried
/// together with the rules: whatever it lets through must be innocent.
struct Dice(Xoshiro256PlusPlus);

/// Words that are sound where they stand, and words that never are.
type Words = (&'static [&'static str], &'static [&'static str]);

const CLAIMS: Words = (
    &[
        "tenant",
        "plan",
        "seats",
        "limits",
        "email",
        "name",
        "address",
        "updated_at",
        "email_verified",
        "phone_number_verified",
        "custom:tenant",
        "custom:x",
        "https://example.com/claims/role",
        "constructor",
        "__proto__",
        "a b",
        "ünïcödé",
        "scp",
        "roles",
    ],
    &["sub", "aud", "iss", "cognito:groups", "cognito:roles", "cognito:x", "dev:custom:x", "scope", "", "identities"],
);
const ATTRIBUTES: Words = (
    &[
        "custom:tenant",
        "custom:plan",
        "custom:x",
        "custom:role",
        "email",
        "name",
        "address",
        "updated_at",
        "email_verified",
        "sub",
        "identities",
        "cognito:user_status",
        "no-such-attribute",
    ],
    &[""],
);
const TEXTS: Words = (
    &["acme", "free", "true", "0", "a b", "ünïcödé 🦀", "[\"a\"]", "{}", "none", "nothing", "-"],
    &["undefined", "null", "Null", "None None", "", " ", "[object Object]", "<nil>"],
);
const GROUPS: Words = (
    &[
        "admins",
        "editors",
        "readers",
        "group-1",
        "tenant:acme:admin",
        "us-east-1_EXAMPLE_Corp",
        "constructor",
        "__proto__",
        "null",
        "0",
        "a,b",
        "管理者",
        "team-1",
        "virtual",
    ],
    &["a b", ""],
);
const PREFIXES: Words = (&["a", "group", "us-east-1_", "team-", "tenant:", "管", "zzz", "__"], &[""]);
const SCOPES: Words = (
    &[
        "projects/read",
        "projects/write",
        "https://api.example.com/read",
        "openid",
        "email",
        "phone",
        "profile",
        "aws.cognito.signin.user.admin",
        "a",
        "~!",
    ],
    &["read all", "", "a\"b", "ü/read", "projects/read "],
);
const MACHINE_SCOPES: Words = (&["projects/sync", "a", "~!", "https://api.example.com/sync"], SCOPES.1);
const METADATA: Words = (&["job", "tenant", "role", "env", "onBehalfOfToken", "ClientIpAddress"], &[""]);

/// A member of an object, and how it is made.
type Member = (&'static str, fn(&mut Dice) -> Value);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.0.next_u64().is_multiple_of(chances)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end as u64).unwrap()
    }

    fn word(&mut self, words: Words) -> String {
        let words = if self.one_in(64) { words.1 } else { words.0 };
        words[self.below(words.len())].to_owned()
    }

    fn words(&mut self, words: Words) -> Value {
        let count = if self.one_in(32) { 0 } else { 1 + self.below(3) };
        let mut list: Vec<String> = (0..count).map(|_| self.word(words)).collect();
        if !self.one_in(32) {
            list.sort();
            list.dedup();
        }
        list.into()
    }

    fn map(&mut self, words: Words, mut value: impl FnMut(&mut Self) -> Value) -> Value {
        let count = if self.one_in(32) { 0 } else { 1 + self.below(4) };
        (0..count).map(|_| (self.word(words), value(self))).collect()
    }

    /// An object with some of these members: each has so many chances in four.
    fn some(&mut self, chances: usize, members: &[Member]) -> Value {
        let mut object = Map::new();
        for (name, value) in members {
            if self.below(4) < chances {
                object.insert((*name).to_owned(), value(self));
            }
        }
        object.into()
    }

    fn policy(&mut self) -> Value {
        let mut policy = self.some(
            3,
            &[
                ("groups", Self::groups),
                ("idToken", |dice| {
                    dice.some(3, &[("claims", Self::id_claims), ("suppress", |dice| dice.words(CLAIMS))])
                }),
                ("accessToken", |dice| {
                    dice.some(
                        2,
                        &[
                            ("claims", Self::access_claims),
                            ("suppress", |dice| dice.words(CLAIMS)),
                            ("scopes", Self::user_scopes),
                        ],
                    )
                }),
                ("machineToken", |dice| {
                    dice.some(
                        2,
                        &[
                            ("claims", Self::machine_claims),
                            ("suppress", |dice| dice.words(CLAIMS)),
                            ("scopes", Self::machine_scopes),
                        ],
                    )
                }),
                ("maxTokenBytes", |dice| {
                    if dice.one_in(32) { 4_095 } else { [4_096, 5_000, 8_192][dice.below(3)] }.into()
                }),
            ],
        );
        if self.one_in(8) {
            policy["$schema"] = json!("urn:pretoken:schema:policy");
        }
        if self.one_in(4) {
            let versions =
                [json!(["1", "2", "3"]), json!(["3"]), json!(["2", "3"]), json!(["2"]), json!(["1"]), json!([])];
            policy["eventVersions"] = versions[self.below(versions.len())].clone();
        }
        policy
    }

    fn groups(&mut self) -> Value {
        // Few at a time: a group that goes can neither imply others nor have another name.
        self.some(
            1,
            &[
                ("keep", |dice| dice.words(GROUPS)),
                ("keepPrefixes", |dice| dice.words(PREFIXES)),
                ("drop", |dice| dice.words(GROUPS)),
                ("dropPrefixes", |dice| dice.words(PREFIXES)),
                ("implies", |dice| dice.map(GROUPS, |dice| dice.words(GROUPS))),
                ("rename", |dice| dice.map(GROUPS, |dice| dice.word(GROUPS).into())),
            ],
        )
    }

    fn user_scopes(&mut self) -> Value {
        self.some(
            3,
            &[
                ("add", |dice| dice.words(SCOPES)),
                ("suppress", |dice| dice.words(SCOPES)),
                ("byGroup", |dice| dice.map(GROUPS, |dice| dice.words(SCOPES))),
            ],
        )
    }

    fn machine_scopes(&mut self) -> Value {
        let user_scopes = self.one_in(32);
        let scopes = if user_scopes { SCOPES } else { MACHINE_SCOPES };
        json!({"add": self.words(scopes), "suppress": self.words(SCOPES)})
    }

    fn id_claims(&mut self) -> Value {
        self.map(CLAIMS, Self::user_claim)
    }

    fn access_claims(&mut self) -> Value {
        self.with_audience(Self::user_claim)
    }

    fn machine_claims(&mut self) -> Value {
        self.with_audience(Self::machine_claim)
    }

    fn with_audience(&mut self, claim: fn(&mut Self) -> Value) -> Value {
        let mut claims = self.map(CLAIMS, claim);
        if self.one_in(3) {
            claims["aud"] = json!({"clientId": !self.one_in(16)});
        }
        claims
    }

    fn user_claim(&mut self) -> Value {
        match self.below(4) {
            0 => self.by_table("attribute", ATTRIBUTES),
            1 => json!({"clientId": true}),
            _ if self.one_in(32) => self.machine_claim(),
            _ => json!({"value": self.value(3)}),
        }
    }

    fn machine_claim(&mut self) -> Value {
        match self.below(4) {
            0 | 1 => self.by_table("clientMetadata", METADATA),
            2 => json!({"clientId": true}),
            _ => json!({"value": self.value(3)}),
        }
    }

    fn by_table(&mut self, source: &str, keys: Words) -> Value {
        let mut claim = self.some(2, &[("default", |dice| dice.word(TEXTS).into())]);
        // Client metadata takes a table, and for an attribute one is possible.
        if !self.one_in(if source == "attribute" { 2 } else { 16 }) {
            claim["values"] = self.map(TEXTS, |dice| dice.word(TEXTS).into());
        }
        claim[source] = self.word(keys).into();
        claim
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 6 } else { 12 }) {
            0..=2 => self.word(TEXTS).into(),
            3 => [json!(0), json!(-1), json!(i64::MAX), json!(u64::MAX), json!(1.5), json!(f64::MAX)][self.below(6)]
                .clone(),
            4 => self.one_in(2).into(),
            5 if self.one_in(16) => Value::Null,
            5 => "x".repeat(self.below(400)).into(),
            6..=8 => {
                let depth = if self.one_in(8) { depth - 1 } else { 0 };
                (0..self.below(4)).map(|_| self.value(depth)).collect()
            }
            _ => self.map(CLAIMS, |dice| dice.value(depth - 1)),
        }
    }
}
