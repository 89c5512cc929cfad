//! Random policies for the reference trigger.

use pretoken_trigger::Policy;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

/// The first so many random policies that the reference trigger accepts.
pub(crate) fn accepted(count: usize) -> Vec<(Value, Policy)> {
    let policies = (0..).map(|seed| Dice::new(seed).policy());
    let accepted = policies.filter_map(|document| Some((document.clone(), Policy::from_value(&document).ok()?)));
    accepted.take(count).collect()
}

/// Makes policies, most of them sound. What could never be right is mixed in, so that the trigger's own check is tried
/// together with the rules: whatever it lets through must be innocent.
pub(crate) struct Dice(pub(crate) Xoshiro256PlusPlus);

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
    pub(crate) fn new(seed: u64) -> Self {
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

    pub(crate) fn policy(&mut self) -> Value {
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
