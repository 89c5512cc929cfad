//! Triggers whose fault shows under one condition alone, and how soon a run meets it. Shared by the tests and the bench.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pretoken::dictionary::of_target;
use pretoken::engine::{Cases, Plan, Seed};
use pretoken::event;
use pretoken::generate::Dictionary;
use pretoken::situation::EventVersion;
use pretoken::target::TargetSpec;
use serde_json::Value;

/// A trigger, and when it fails.
pub(crate) struct Needle {
    /// Its file below `tests/needles/`.
    pub(crate) file: &'static str,
    /// What has to come together for the fault to show.
    pub(crate) condition: &'static str,
    /// How many conditions these are.
    pub(crate) conditions: usize,
    /// Whether the trigger fails on an event: the same as its source says, for a hundred thousand events in a second. The tests
    /// hold it against the source.
    pub(crate) fails: fn(&Value) -> bool,
}

/// Every needle.
pub(crate) const NEEDLES: &[Needle] = &[
    Needle { file: "group.py", condition: "a group", conditions: 1, fails: |e| in_group(e, "break-glass") },
    Needle {
        file: "tenant.py",
        condition: "an attribute's value",
        conditions: 1,
        fails: |e| attribute(e, "custom:tenant").is_some_and(|tenant| tenant.to_lowercase() == "initech"),
    },
    Needle {
        file: "client.mjs",
        condition: "an app client",
        conditions: 1,
        fails: |e| client(e) == Some("7backoffice2legacy"),
    },
    Needle {
        file: "scope.py",
        condition: "a scope",
        conditions: 1,
        fails: |e| texts(e.pointer("/request/scopes")).any(|scope| scope == "ledger/close-period"),
    },
    Needle {
        file: "metadata_key.py",
        condition: "a key of client metadata",
        conditions: 1,
        fails: |e| metadata(e, "stepUp").is_some(),
    },
    Needle {
        file: "metadata.mjs",
        condition: "a key of client metadata and its value",
        conditions: 1,
        fails: |e| metadata(e, "impersonate") == Some("yes") && metadata(e, "customer").is_none(),
    },
    Needle {
        file: "provider.mjs",
        condition: "an identity provider",
        conditions: 1,
        fails: |e| from_provider(e, "VandelayOkta") && attribute(e, "custom:staff_number").is_none(),
    },
    Needle {
        file: "domain.py",
        condition: "an email's domain",
        conditions: 1,
        fails: |e| {
            let email = attribute(e, "email").unwrap_or_default().to_lowercase();
            let partner = ["@vandelay.example", "@kramerica.example"].iter().any(|domain| email.ends_with(domain));
            let (local, domain) = email.split_once('@').unwrap_or_default();
            partner && (domain.contains('@') || local.matches('.').count() != 1)
        },
    },
    Needle {
        file: "seats.py",
        condition: "an attribute above a number",
        conditions: 1,
        fails: |e| {
            let seats = attribute(e, "custom:seats").filter(|seats| seats.len() < 9);
            seats.is_some_and(|seats| {
                seats.bytes().all(|digit| digit.is_ascii_digit()) && seats.parse().is_ok_and(|seats: u32| seats > 2_750)
            })
        },
    },
    Needle {
        file: "crowd.mjs",
        condition: "exactly so many groups",
        conditions: 1,
        fails: |e| groups(e).count() == 24,
    },
    Needle {
        file: "cost_center.py",
        condition: "a group's beginning",
        conditions: 1,
        fails: |e| groups(e).any(|group| group.starts_with("cost-center:") && group.matches(':').count() != 2),
    },
    Needle {
        file: "source_and_plan.mjs",
        condition: "a trigger source and an attribute's value",
        conditions: 2,
        fails: |e| {
            e["triggerSource"] == "TokenGeneration_NewPasswordChallenge"
                && attribute(e, "custom:plan") == Some("trial-2024")
                && attribute(e, "custom:trial_end").is_none()
        },
    },
    Needle {
        file: "tenant_and_group.py",
        condition: "an attribute's value and a group",
        conditions: 2,
        fails: |e| {
            in_group(e, "external-auditors")
                && attribute(e, "custom:tenant") == Some("initech")
                && attribute(e, "custom:ledger").is_none()
        },
    },
    Needle {
        file: "client_and_group.mjs",
        condition: "an app client and a group",
        conditions: 2,
        fails: |e| client(e) == Some("3adminconsole9prod") && in_group(e, "platform-admins"),
    },
    Needle {
        file: "tables/app.py",
        condition: "a value and a group, in tables of 60 words",
        conditions: 2,
        fails: |e| attribute(e, "custom:org") == Some("soylent") && in_group(e, "compliance-officer"),
    },
    Needle {
        file: "triple.py",
        condition: "two attributes' values and a group",
        conditions: 3,
        fails: |e| {
            attribute(e, "custom:region") == Some("apac")
                && attribute(e, "custom:tier") == Some("platinum")
                && in_group(e, "resellers")
                && attribute(e, "custom:discount").is_none()
        },
    },
];

/// The event version that the needles are written for.
pub(crate) const VERSION: EventVersion = EventVersion::V2;

impl Needle {
    pub(crate) fn path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/needles").join(self.file)
    }

    /// The words of its source, as `pretoken check` reads them. Those of its answers are left out: they would take the runtime.
    pub(crate) fn dictionary(&self) -> Dictionary {
        TargetSpec::parse(&[self.path()]).map(|spec| of_target(&spec).dictionary).unwrap_or_default()
    }

    /// The first case of a default run at which it fails, from 1 on.
    pub(crate) fn found(&self, seed: u64, dictionary: &Arc<Dictionary>) -> Option<u64> {
        let cases = cases(seed, dictionary);
        (0..cases.len())
            .find(|place| event_at(&cases, *place).is_some_and(|event| (self.fails)(&event)))
            .map(|place| place + 1)
    }
}

/// The cases of a default run under the needles' event version.
pub(crate) fn cases(seed: u64, dictionary: &Arc<Dictionary>) -> Cases {
    let dictionary = Arc::clone(dictionary);
    Cases::new(&Plan { versions: vec![VERSION], seed: Seed(seed), dictionary, ..Plan::default() })
}

pub(crate) fn event_at(cases: &Cases, place: u64) -> Option<Value> {
    cases.situation(place).map(|(situation, version)| event::build(&situation, version))
}

fn attribute<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    event.get("request")?.get("userAttributes")?.get(name)?.as_str()
}

fn metadata<'e>(event: &'e Value, key: &str) -> Option<&'e str> {
    event.get("request")?.get("clientMetadata")?.get(key)?.as_str()
}

fn client(event: &Value) -> Option<&str> {
    event.pointer("/callerContext/clientId")?.as_str()
}

fn groups(event: &Value) -> impl Iterator<Item = &str> {
    texts(event.pointer("/request/groupConfiguration/groupsToOverride"))
}

fn in_group(event: &Value, name: &str) -> bool {
    groups(event).any(|group| group == name)
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn from_provider(event: &Value, name: &str) -> bool {
    let identities = attribute(event, "identities").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let of_name = |identity: &Value| identity.get("providerName").and_then(Value::as_str) == Some(name);
    identities.as_ref().and_then(Value::as_array).is_some_and(|identities| identities.iter().any(of_name))
}
