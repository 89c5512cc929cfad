use crate::situation::AttributeName;

/// An attribute of the pool's schema.
///
/// Whether it is mutable does not show in an event, so that is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAttribute {
    /// Its name as events have it, with its prefix (`custom:tenant`, `dev:custom:risk`).
    pub name: AttributeName,
    /// What its values are.
    pub limits: Limits,
    /// Whether every profile has it.
    pub required: bool,
}

/// What the values of an attribute are. In an event all of them are texts (E-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// A text, by its number of characters.
    Text {
        /// The fewest.
        least: usize,
        /// The most; never above the 2,048 of any attribute (O-07).
        most: usize,
    },
    /// A whole number.
    Number {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// A point in time. No page says how an event writes it; taken is ISO 8601, as the AWS CLI prints times.
    Time,
}

/// The most characters of any attribute's value (O-07).
pub(super) const MOST_CHARACTERS: usize = 2_048;

impl PoolAttribute {
    /// Whether the attribute can have this value.
    ///
    /// ```
    /// use pretoken::pool::{Limits, PoolAttribute};
    /// let limits = Limits::Number { least: 1, most: 500 };
    /// let seats = PoolAttribute { name: "custom:seats".into(), limits, required: false };
    /// assert!(seats.holds("12"));
    /// assert!(!seats.holds("501") && !seats.holds("many"));
    /// ```
    pub fn holds(&self, value: &str) -> bool {
        if self.required && value.is_empty() {
            return false;
        }
        match self.limits {
            Limits::Text { least, most } => {
                (least..=most).contains(&value.chars().count())
                    && match self.name.as_str() {
                        "email" => is_email(value),
                        "phone_number" => is_phone_number(value),
                        _ => true,
                    }
            }
            Limits::Number { least, most } => {
                value.parse().is_ok_and(|number: i64| (least..=most).contains(&number) && number.to_string() == value)
            }
            // Both spellings have been seen.
            Limits::Boolean => ["true", "false", "True", "False"].contains(&value),
            Limits::Time => is_time(value),
        }
    }

    /// The plainest value that the attribute can have.
    ///
    /// ```
    /// use pretoken::pool::{Limits, PoolAttribute};
    /// let limits = Limits::Text { least: 3, most: 20 };
    /// assert_eq!(PoolAttribute { name: "custom:x".into(), limits, required: false }.plain(), "aaa");
    /// ```
    pub fn plain(&self) -> String {
        match self.limits {
            Limits::Text { least, most } => match self.name.as_str() {
                "email" => format!("{}@b.co", "a".repeat(least.saturating_sub(5).max(1))),
                "phone_number" => format!("+12065550{:0>1$}", 0, least.saturating_sub(9).max(3)),
                "birthdate" if (least..=most).contains(&10) => "2000-01-01".to_owned(),
                _ => "a".repeat(least.max(1)),
            },
            Limits::Number { least, most } => 0.clamp(least, most.max(least)).to_string(),
            Limits::Boolean => "true".to_owned(),
            Limits::Time => "2025-01-01T00:00:00Z".to_owned(),
        }
    }

    /// The values at the attribute's edges.
    pub fn edges(&self) -> Vec<String> {
        let edges = match self.limits {
            Limits::Text { least, most } => vec!["v".repeat(least), "v".repeat(most)],
            Limits::Number { least, most } => vec![least.to_string(), most.to_string()],
            Limits::Boolean => vec!["true".to_owned(), "false".to_owned()],
            Limits::Time => vec!["1970-01-01T00:00:00Z".to_owned(), "2099-12-31T23:59:59Z".to_owned()],
        };
        edges.into_iter().filter(|edge| self.holds(edge)).collect()
    }
}

/// Something before an `@`, and a domain with a dot behind it.
fn is_email(value: &str) -> bool {
    let Some((name, domain)) = value.rsplit_once('@') else { return false };
    let parts = domain.rsplit_once('.');
    !name.is_empty() && parts.is_some_and(|(before, last)| !before.is_empty() && last.len() >= 2)
}

/// E.164, which is the form that Cognito asks for: `+` and the digits.
fn is_phone_number(value: &str) -> bool {
    let digits = value.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_time(value: &str) -> bool {
    humantime::parse_rfc3339(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &'static str, limits: Limits, required: bool) -> PoolAttribute {
        PoolAttribute { name: name.into(), limits, required }
    }

    #[test]
    fn plain_values_and_edges_are_values() {
        let text = |least, most| Limits::Text { least, most };
        let number = |least, most| Limits::Number { least, most };
        let table = [
            ("email", text(0, 2_048)),
            ("email", text(12, 64)),
            ("phone_number", text(0, 2_048)),
            ("birthdate", text(10, 10)),
            ("custom:code", text(3, 8)),
            ("custom:seats", number(1, 500)),
            ("custom:balance", number(-50, -5)),
            ("custom:any", number(i64::MIN, i64::MAX)),
            ("custom:vip", Limits::Boolean),
            ("custom:since", Limits::Time),
        ];
        for (name, limits) in table {
            for required in [false, true] {
                let attribute = attribute(name, limits, required);
                assert!(attribute.holds(&attribute.plain()), "{attribute:?} {}", attribute.plain());
                assert!(attribute.edges().iter().all(|edge| attribute.holds(edge)), "{attribute:?}");
            }
        }
    }

    #[test]
    fn a_value_beyond_the_limits_is_none() {
        let text = attribute("custom:x", Limits::Text { least: 2, most: 3 }, false);
        assert_eq!(["a", "ab", "üöä", "abcd"].map(|value| text.holds(value)), [false, true, true, false]);
        let email = attribute("email", Limits::Text { least: 0, most: 2_048 }, true);
        assert_eq!(["", "jane", "jane@x", "j@x.io"].map(|value| email.holds(value)), [false, false, false, true]);
        let seats = attribute("custom:seats", Limits::Number { least: 1, most: 5 }, false);
        assert_eq!(
            ["0", "1", "5", "6", "1.5", "01"].map(|value| seats.holds(value)),
            [false, true, true, false, false, false]
        );
    }

    #[test]
    fn no_profile_has_a_required_attribute_that_is_empty() {
        for required in [false, true] {
            let attribute = attribute("custom:x", Limits::Text { least: 0, most: 9 }, required);
            assert_eq!(attribute.holds(""), !required);
        }
    }
}
