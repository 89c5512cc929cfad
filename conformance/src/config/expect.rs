use toml::de::DeValue;

use super::members::Member;
use super::reading::Field;
use crate::rules::Pattern;

/// Refusals of a sign-in that are meant.
pub(super) const DENIALS: Member = Member {
    key: "denials",
    read: |field, config| {
        let wanted = "a list of error texts or types, such as [\"Tenant * is suspended\"]";
        for entry in field.list(wanted).unwrap_or_default() {
            let Some(text) = entry.text("an error's text or type, with `*` for any text") else { continue };
            if text.chars().all(|character| character == '*' || character.is_whitespace()) {
                entry.wrong(
                    "this would match every refusal, also those that are not meant; write what the error says, or \
                     allow `sign-in-denied` with a reason",
                );
            }
            config.expectations.denials.push(Pattern::new(text));
        }
    },
};

/// How large a signed token may grow.
pub(super) const TOKEN_BUDGET: Member = Member {
    key: "token-budget",
    read: |field, config| {
        let wanted = "a number of bytes such as 6000, or a table such as { id = 6000, access = 4000 }";
        let bytes = |field: &Field<'_>| usize::try_from(field.count(1, "a number of bytes such as 6000")?).ok();
        match field.value() {
            DeValue::Integer(_) => {
                let both = bytes(field);
                config.expectations.id_token_bytes = both;
                config.expectations.access_token_bytes = both;
            }
            _ => {
                field.table(wanted, |table| {
                    config.expectations.id_token_bytes = table.field("id").as_ref().and_then(bytes);
                    config.expectations.access_token_bytes = table.field("access").as_ref().and_then(bytes);
                });
            }
        }
    },
};

/// Claims whose values are meant to differ from one call to the next.
pub(super) const VOLATILE_CLAIMS: Member = Member {
    key: "volatile-claims",
    read: |field, config| {
        let wanted = "a list of claims, such as [\"issued_for\"]";
        let claims = field.list(wanted).unwrap_or_default();
        let names = claims.iter().filter_map(|entry| entry.text("the name of a claim"));
        config.expectations.volatile_claims.extend(names.map(ToOwned::to_owned));
    },
};
