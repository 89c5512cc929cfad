use std::sync::Arc;

use super::Promise;

/// What one rule says of one exchange.
#[derive(Debug, Default)]
pub struct Verdict {
    applied: bool,
    promises: Vec<usize>,
    violations: Vec<Violation>,
}

/// One place at which a rule is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// One of the rule's reasons. Findings are told apart by it, so it never holds names from the event.
    pub reason: &'static str,
    /// The JSON pointer of the place in the answer; empty for the answer as a whole.
    pub pointer: String,
    /// What is wrong there, in the answer's own names.
    pub message: String,
    /// What it does to the sign-in or to the tokens.
    pub effect: String,
    /// The fact of the rule's sources that this rests on, where that is not the first.
    pub fact: Option<&'static str>,
    /// The name of the promise that is broken, where it is one of the team's own.
    pub promise: Option<Arc<str>>,
    /// The place of the allowance that covers it among those of the plan. A rule does not know of any.
    pub allowed: Option<usize>,
}

impl Violation {
    /// What tells violations of one rule apart.
    pub fn kind(&self) -> Kind {
        Kind { reason: self.reason, promise: self.promise.clone(), allowed: self.allowed }
    }
}

/// What tells violations of one rule apart. What is allowed is kept apart, so that it never stands for what is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The rule's reason.
    pub reason: &'static str,
    /// The name of the promise that is broken, if it is one.
    pub promise: Option<Arc<str>>,
    /// The place of the allowance that covers it, if any does.
    pub allowed: Option<usize>,
}

impl Verdict {
    /// Says that there was something for the rule to look at. A rule that never applied is "not exercised".
    pub const fn applies(&mut self) {
        self.applied = true;
    }

    /// Adds a place at which the rule is broken (and says that the rule applies).
    pub fn violated(
        &mut self,
        reason: &'static str,
        pointer: impl Into<String>,
        message: impl Into<String>,
        effect: impl Into<String>,
    ) {
        self.applied = true;
        self.violations.push(Violation {
            reason,
            pointer: pointer.into(),
            message: message.into(),
            effect: effect.into(),
            fact: None,
            promise: None,
            allowed: None,
        });
    }

    /// Says on which of the rule's facts the last place rests, where that is not the first: a rule may be documented
    /// for one form of an answer and an open question for another.
    pub fn rests_on(&mut self, fact: &'static str) {
        if let Some(violation) = self.violations.last_mut() {
            violation.fact = Some(fact);
        }
    }

    /// Says that there was something for the promise at this place of the expectations to hold for.
    pub fn promise_applies(&mut self, place: usize) {
        self.applied = true;
        if !self.promises.contains(&place) {
            self.promises.push(place);
        }
    }

    /// Says which promise is broken at the last place.
    pub fn breaks(&mut self, promise: &Promise) {
        if let Some(violation) = self.violations.last_mut() {
            violation.promise = Some(Arc::clone(&promise.name));
        }
    }

    /// The promises that there was something for, by their places in the expectations.
    pub fn promises(&self) -> &[usize] {
        &self.promises
    }

    /// Whether the rule had something to look at.
    pub const fn applied(&self) -> bool {
        self.applied
    }

    /// The places at which the rule is broken, in the order in which they were found.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    pub(crate) fn violations_mut(&mut self) -> &mut [Violation] {
        &mut self.violations
    }

    /// Empties the verdict, so that one allocation serves many exchanges.
    pub fn clear(&mut self) {
        self.applied = false;
        self.promises.clear();
        self.violations.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Demand;

    #[test]
    fn a_fact_and_a_promise_belong_to_the_place_told_last() {
        let promise = Promise {
            name: "groups stay".into(),
            token: None,
            bearers: Vec::new(),
            demand: Demand::KeepsGroups,
            written: String::new(),
        };
        let mut verdict = Verdict::default();
        verdict.violated("first", "/a", "", "");
        verdict.violated("second", "/b", "", "");
        verdict.rests_on("S-07");
        verdict.breaks(&promise);
        let told: Vec<_> =
            verdict.violations().iter().map(|one| (one.reason, one.fact, one.promise.as_deref())).collect();
        assert_eq!(told, [("first", None, None), ("second", Some("S-07"), Some("groups stay"))]);
    }

    #[test]
    fn each_promise_that_applied_is_named_once_and_forgotten_with_the_rest() {
        let mut verdict = Verdict::default();
        assert_eq!((verdict.promises(), verdict.applied()), (&[][..], false));
        for place in [2, 0, 2] {
            verdict.promise_applies(place);
        }
        verdict.violated("one", "", "", "");
        assert_eq!((verdict.promises(), verdict.applied()), (&[2, 0][..], true));
        verdict.clear();
        assert_eq!((verdict.promises(), verdict.applied(), verdict.violations()), (&[][..], false, &[][..]));
    }

    #[test]
    fn an_allowance_is_written_into_the_places_themselves() {
        let mut verdict = Verdict::default();
        verdict.violated("one", "", "", "");
        verdict.violations_mut()[0].allowed = Some(3);
        assert_eq!(verdict.violations()[0].kind(), Kind { reason: "one", promise: None, allowed: Some(3) });
    }
}
