use super::Date;
use crate::rules::{Rule, Violation};
use crate::situation::{EventVersion, TriggerSource};

/// A finding that people know of and decided to live with, and why. It is still looked for, and still reported.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The rule that may be broken.
    pub rule: &'static Rule,
    /// One of the rule's reasons; `None` for all of them.
    pub fault: Option<&'static str>,
    /// A place in the answer as a JSON pointer, with all that is inside of it; `None` for all places.
    pub place: Option<String>,
    /// Event versions; empty for all of them.
    pub versions: Vec<EventVersion>,
    /// A trigger source; `None` for all of them.
    pub trigger_source: Option<TriggerSource>,
    /// Why, in the person's own words.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Option<Date>,
    /// Whether that day is over: then nothing is allowed by it.
    pub expired: bool,
    /// Where it is written, such as `pretoken.toml:12`.
    pub written: String,
}

impl Allowance {
    /// Whether the violation is one that is allowed.
    pub fn covers(
        &self,
        rule: &Rule,
        violation: &Violation,
        version: EventVersion,
        trigger_source: TriggerSource,
    ) -> bool {
        !self.expired
            && self.rule.id == rule.id
            && self.fault.is_none_or(|fault| fault == violation.reason)
            && self.place.as_ref().is_none_or(|place| is_within(&violation.pointer, place))
            && (self.versions.is_empty() || self.versions.contains(&version))
            && self.trigger_source.is_none_or(|source| source == trigger_source)
    }
}

/// Whether a JSON pointer names a place or something inside of it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_what_is_inside_of_it_and_nothing_beside_it() {
        for (pointer, expected) in [("/a/b", true), ("/a/b/0", true), ("/a/bc", false), ("/a", false), ("", false)] {
            assert_eq!(is_within(pointer, "/a/b"), expected, "{pointer}");
        }
    }
}
