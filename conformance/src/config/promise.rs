use std::fs;

use serde_json::Value;
use toml::de::DeValue;

use super::members::Member;
use super::reading::{Field, Table, alternatives, nearest, optional};
use crate::rules::{Bearer, Demand, Promise, TokenSchema};
use crate::situation::TriggerSource;
use crate::tokens::TokenKind;

/// What the tokens always are. Each promise has one demand, so that a broken one says what is broken.
pub(super) const PROMISE: Member = Member {
    key: "promise",
    read: |field, config| {
        for entry in field.list("one `[[promise]]` for each entry").unwrap_or_default() {
            let wanted = "a name and a demand, as members of `[[promise]]`";
            let Some(promise) = entry.table(wanted, promise).flatten() else { continue };
            let promises = &mut config.expectations.promises;
            match promises.iter().find(|other| other.name == promise.name) {
                Some(other) => entry.wrong(format!(
                    "the promise of {} has the name \"{}\" too; give each a name of its own",
                    other.written, other.name
                )),
                None => promises.push(promise),
            }
        }
    },
};

fn promise(table: &mut Table<'_>) -> Option<Promise> {
    let name = table.required("name", "findings are told apart by it");
    let name = name.and_then(|field| field.text("a few words of your own").map(Into::into));
    let token = optional(table.field("token"), token);
    let bearers = optional(table.field("for"), bearers);
    let claim = table.field("claim");
    let demand = demand(table, claim.as_ref());
    // Every member has been asked for by now: what is left over is unknown, and is told as well.
    Some(Promise {
        name: name?,
        token: token?,
        bearers: bearers?.unwrap_or_default(),
        demand: demand?,
        written: table.line(),
    })
}

fn token(field: &Field<'_>) -> Option<TokenKind> {
    Some(if field.word(&["id", "access"], "a token")? == "id" { TokenKind::Id } else { TokenKind::Access })
}

fn bearers(field: &Field<'_>) -> Option<Vec<Bearer>> {
    let wanted = "a list such as [\"users\"]";
    let entries = field.list(wanted)?;
    if entries.is_empty() {
        field.wrong(format!("an empty list promises something to nobody; use {wanted}"));
        return None;
    }
    entries.iter().map(bearer).collect()
}

fn bearer(entry: &Field<'_>) -> Option<Bearer> {
    let sources = TriggerSource::ALL.map(TriggerSource::as_str);
    let words: Vec<_> = ["users", "machines"].into_iter().chain(sources).collect();
    match entry.word(&words, "`users`, `machines` or a trigger source")? {
        "users" => Some(Bearer::Users),
        "machines" => Some(Bearer::Machines),
        source => TriggerSource::parse(source).map(Bearer::Source),
    }
}

/// How a demand is read, given the claim that the promise names.
type Read = for<'f> fn(&Field<'f>, Option<String>) -> Option<Demand>;

/// Every demand: its key, whether it is about a claim, and how it is read.
const DEMANDS: [(&str, Claim, Read); 8] = [
    ("schema", Claim::No, |field, _| schema(field).map(Demand::Schema)),
    ("equals-attribute", Claim::Needed, |field, claim| {
        Some(Demand::EqualsAttribute { attribute: attribute(field)?, claim: claim? })
    }),
    ("present-with", Claim::Needed, |field, claim| {
        Some(Demand::PresentWith { attribute: attribute(field)?, claim: claim? })
    }),
    ("one-of", Claim::Needed, |field, claim| Some(Demand::OneOf { values: values(field)?, claim: claim? })),
    ("absent", Claim::Needed, |field, claim| is_true(field).and(claim).map(|claim| Demand::Absent { claim })),
    ("keeps-groups", Claim::No, |field, _| is_true(field).map(|()| Demand::KeepsGroups)),
    ("same-on-refresh", Claim::Narrows, |field, claim| is_true(field).map(|()| Demand::SameOnRefresh { claim })),
    ("never-from-client-metadata", Claim::Narrows, |field, claim| {
        is_true(field).map(|()| Demand::NeverFromClientMetadata { claim })
    }),
];

/// What a demand has to do with `claim`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    /// It needs to know which.
    Needed,
    /// It is about all claims, unless one is named.
    Narrows,
    /// It is about no single claim.
    No,
}

fn demand(table: &mut Table<'_>, claim: Option<&Field<'_>>) -> Option<Demand> {
    let name = optional(claim.cloned(), |field| field.text("the name of a claim").map(ToOwned::to_owned));
    let made: Vec<_> =
        DEMANDS.iter().filter_map(|(key, about, read)| Some((key, *about, read, table.field(key)?))).collect();
    let keys: Vec<_> = DEMANDS.iter().map(|(key, ..)| *key).collect();
    let Some(((key, about, read, field), more)) = made.split_first() else {
        table.wrong(format!("nothing is promised; add {}", alternatives(&keys)));
        return None;
    };
    for (other, .., field) in more {
        field.wrong(format!("`{key}` is promised already; write a `[[promise]]` of its own for `{other}`"));
    }
    match (about, claim) {
        (Claim::No, Some(claim)) => {
            claim.wrong(format!("`{key}` is about no single claim; leave `claim` out"));
            return None;
        }
        (Claim::Needed, None) => table.wrong(format!("`claim` is missing: it names the claim that `{key}` is about")),
        _ => {}
    }
    let demand = read(field, name.clone().flatten());
    (more.is_empty() && name.is_some()).then_some(demand)?
}

fn attribute(field: &Field<'_>) -> Option<String> {
    field.text("a user attribute such as \"custom:tenant\"").map(ToOwned::to_owned)
}

fn is_true(field: &Field<'_>) -> Option<()> {
    match field.value() {
        DeValue::Boolean(true) => Some(()),
        DeValue::Boolean(false) => {
            field.wrong("only `true` promises something; leave the promise out otherwise");
            None
        }
        _ => field.takes("`true`"),
    }
}

fn values(field: &Field<'_>) -> Option<Vec<Value>> {
    let wanted = "a list of values such as [\"free\", \"gold\"]";
    let entries = field.list(wanted)?;
    if entries.is_empty() {
        field.wrong(format!("an empty list allows no value; use {wanted}, or `absent = true`"));
        return None;
    }
    entries.iter().map(value).collect()
}

fn value(entry: &Field<'_>) -> Option<Value> {
    let value = match entry.value() {
        DeValue::String(text) => Some(Value::from(&**text)),
        DeValue::Boolean(truth) => Some(Value::from(*truth)),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(Value::from),
        DeValue::Float(number) => {
            number.as_str().parse().ok().and_then(|number: f64| serde_json::Number::from_f64(number).map(Value::Number))
        }
        _ => None,
    };
    if value.is_none() {
        return entry.takes("a text, a number or a truth value");
    }
    value
}

fn schema(field: &Field<'_>) -> Option<TokenSchema> {
    let text = field.text("a file such as \"schemas/id-token.json\"")?;
    let file = field.reading.folder.join(text);
    let found = fs::read_to_string(&file)
        .map_err(|error| {
            let folder = file.parent().map(|folder| if folder.as_os_str().is_empty() { ".".as_ref() } else { folder });
            let names: Vec<_> = folder
                .and_then(|folder| fs::read_dir(folder).ok())
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .collect();
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let next = nearest(name, names.iter().map(String::as_str));
            let next = next.map_or_else(String::new, |right| format!("; did you mean `{right}`?"));
            format!("`{text}` cannot be read: {error}{next}")
        })
        .and_then(|read| serde_json::from_str(&read).map_err(|error| format!("`{text}` is no JSON: {error}")))
        .and_then(|document: Value| {
            TokenSchema::new(document).map_err(|why| format!("`{text}` is no JSON Schema that can be used: {why}"))
        });
    found.map_err(|why| field.wrong(why)).ok()
}
