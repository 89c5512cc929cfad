use std::collections::BTreeSet;

use serde_json::Value;

use super::calls::{Calls, Process, Sent};
use super::sample::somebody_else;
use crate::engine::Plan;
use crate::engine::judge::allow;
use crate::rules::{Comparison, Expectations, Kind, Pair, Regard, Rule, Second, Verdict, Violation};
use crate::situation::{EventVersion, Situation};

/// One comparison, in one situation.
#[derive(Clone, Debug)]
pub(super) struct Experiment<'s> {
    pub(super) rule: &'static Rule,
    pub(super) comparison: &'static Comparison,
    /// What is promised and what is allowed.
    pub(super) plan: &'s Plan,
    pub(super) version: EventVersion,
    /// The first event's situation.
    pub(super) base: &'s Situation,
    /// What is sent between, where the second event comes after others.
    pub(super) others: &'s [Situation],
}

/// In which processes the events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In the one that is there, without further ado.
    Straight,
    /// In the one that is there, which is sent the first event for nothing before: what it kept of earlier events is gone
    /// then, if it keeps the last.
    Warm,
    /// In the one that is there, which is sent events like those of the others before the first, with other data.
    Contrast,
    /// Both in one fresh process.
    Once,
    /// Each in a fresh process.
    Each,
}

impl Way {
    /// The ways that cost fewer starts of the trigger, the cheapest first.
    pub(super) const fn cheaper(self) -> &'static [Self] {
        match self {
            Self::Each => &[Self::Warm, Self::Contrast, Self::Once],
            Self::Straight | Self::Warm | Self::Contrast | Self::Once => &[],
        }
    }
}

/// The two exchanges of an experiment.
#[derive(Clone, Debug)]
pub(super) struct Observed {
    pub(super) first: Sent,
    pub(super) second: Sent,
}

impl Experiment<'_> {
    /// Sends the events. Nothing comes back where the situation does not lend itself, no process can be started, or the
    /// run is being ended.
    pub(super) fn observe(&self, calls: &mut Calls<'_, '_>, way: Way) -> Option<Observed> {
        let second = match self.comparison.second {
            Second::Again | Second::AfterOthers => self.base.clone(),
            Second::Made(made) => made(self.base)?,
        };
        let mut process = match way {
            Way::Straight | Way::Warm | Way::Contrast => Process::Warm,
            Way::Once | Way::Each => calls.fresh()?,
        };
        if way == Way::Warm {
            calls.send(&mut process, self.base, self.version)?;
        }
        for other in self.others.iter().filter(|_| way == Way::Contrast) {
            calls.send(&mut process, &somebody_else(other), self.version)?;
        }
        let first = calls.send(&mut process, self.base, self.version)?;
        if way == Way::Each {
            process = calls.fresh()?;
        }
        for other in self.others {
            calls.send(&mut process, other, self.version)?;
        }
        let second = calls.send(&mut process, &second, self.version)?;
        Some(Observed { first, second })
    }

    /// What the rule says of the two.
    pub(super) fn judge(&self, observed: &Observed, regard: &Regard) -> Verdict {
        let Observed { first, second } = observed;
        let mut verdict =
            judge(self.comparison, first, second, &self.events_of_others(), regard, &self.plan.expectations);
        let source = second.situation.trigger_source();
        allow(&mut verdict, self.rule, self.version, source, &self.plan.allowances);
        verdict
    }

    /// The places at which the rule is broken in one way, after a fresh look.
    pub(super) fn shown(
        &self,
        calls: &mut Calls<'_, '_>,
        way: Way,
        regard: &Regard,
        kind: &Kind,
    ) -> Option<(Observed, Vec<Violation>)> {
        let observed = self.observe(calls, way)?;
        let violations = of_kind(&self.judge(&observed, regard), kind);
        (!violations.is_empty()).then_some((observed, violations))
    }

    /// Does it all twice. What differs between two answers to one and the same event proves nothing; what is left must
    /// show both times. Gives the claims that it shows in.
    pub(super) fn confirmed(&self, calls: &mut Calls<'_, '_>, way: Way, regard: &Regard) -> Option<Regard> {
        let one = self.observe(calls, way)?;
        if self.judge(&one, regard).violations().is_empty() {
            return None;
        }
        let two = self.observe(calls, way)?;
        let mut stable = differing(&one.first, &one.second, regard);
        for unstable in [differing(&one.first, &two.first, regard), differing(&one.second, &two.second, regard)] {
            stable.retain(|claim| !unstable.contains(claim));
        }
        let confirmed = Regard { only: Some(stable), ..regard.clone() };
        let again = self.judge(&two, &confirmed);
        let holds = |violation: &Violation| again.violations().iter().any(|other| other.kind() == violation.kind());
        self.judge(&one, &confirmed).violations().iter().any(holds).then_some(confirmed)
    }

    fn events_of_others(&self) -> Vec<Value> {
        self.others.iter().map(|other| crate::event::build(other, self.version)).collect()
    }
}

/// What a comparison says of two exchanges.
pub(super) fn judge(
    comparison: &Comparison,
    first: &Sent,
    second: &Sent,
    others: &[Value],
    regard: &Regard,
    expectations: &Expectations,
) -> Verdict {
    let mut verdict = Verdict::default();
    let (first, second) = (first.exchange().under(expectations), second.exchange().under(expectations));
    (comparison.judge)(&Pair::new(&first, &second, others, regard), &mut verdict);
    verdict
}

/// The claims in which the tokens after two exchanges differ.
pub(super) fn differing(first: &Sent, second: &Sent, regard: &Regard) -> BTreeSet<String> {
    let (first, second) = (first.exchange(), second.exchange());
    let pair = Pair::new(&first, &second, &[], regard);
    pair.differences().iter().map(|difference| difference.claim.to_owned()).collect()
}

pub(super) fn of_kind(verdict: &Verdict, kind: &Kind) -> Vec<Violation> {
    verdict.violations().iter().filter(|violation| violation.kind() == *kind).cloned().collect()
}
