use super::{Allowance, Plan, Selection};
use crate::rules::{self, Exchange, Expectations, Kind, Rule, Verdict, Violation};
use crate::situation::{EventVersion, TriggerSource};

/// Judges exchanges by the rules of a selection, and knows what is expected and what is allowed.
#[derive(Debug)]
pub struct Judge {
    by_version: [Vec<(usize, &'static Rule)>; 3],
    verdict: Verdict,
    expectations: Expectations,
    allowances: Vec<Allowance>,
    /// How often each promise applied.
    promises: Vec<u64>,
}

impl Judge {
    /// The judge of a plan.
    pub fn of(plan: &Plan) -> Self {
        let (expectations, allowances) = (plan.expectations.clone(), plan.allowances.clone());
        let promises = vec![0; expectations.promises.len()];
        Self { expectations, allowances, promises, ..Self::new(&plan.rules) }
    }

    /// A judge for a selection of rules, who expects and allows nothing.
    pub fn new(selection: &Selection) -> Self {
        let of = |version: EventVersion| {
            rules::ALL
                .iter()
                .copied()
                .enumerate()
                .filter(|(index, rule)| selection.holds(*index) && rule.versions.contains(&version))
                .collect()
        };
        Self {
            by_version: EventVersion::ALL.map(of),
            verdict: Verdict::default(),
            expectations: Expectations::default(),
            allowances: Vec::new(),
            promises: Vec::new(),
        }
    }

    /// Asks every rule. `told` hears of each rule that applied, with the places at which it is broken.
    pub fn judge(&mut self, exchange: &Exchange<'_>, mut told: impl FnMut(usize, &'static Rule, &[Violation])) {
        let Some(rules) = self.by_version.get(exchange.version.index()) else { return };
        let exchange = exchange.under(&self.expectations);
        for (index, rule) in rules {
            ask(&mut self.verdict, rule, &exchange, &self.allowances);
            count(&mut self.promises, &self.verdict);
            if self.verdict.applied() {
                told(*index, rule, self.verdict.violations());
            }
        }
    }

    /// How often each promise of the plan applied so far.
    pub fn promises(&self) -> &[u64] {
        &self.promises
    }

    /// The places at which one rule is broken in one way.
    pub fn violations(&mut self, exchange: &Exchange<'_>, rule: &Rule, kind: &Kind) -> Vec<Violation> {
        ask(&mut self.verdict, rule, &exchange.under(&self.expectations), &self.allowances);
        self.verdict.violations().iter().filter(|violation| violation.kind() == *kind).cloned().collect()
    }
}

/// Counts the promises that there was something for.
pub(super) fn count(promises: &mut [u64], verdict: &Verdict) {
    for place in verdict.promises() {
        if let Some(count) = promises.get_mut(*place) {
            *count += 1;
        }
    }
}

fn ask(verdict: &mut Verdict, rule: &Rule, exchange: &Exchange<'_>, allowances: &[Allowance]) {
    verdict.clear();
    rule.judge(exchange, verdict);
    allow(verdict, rule, exchange.version, exchange.situation.trigger_source(), allowances);
}

/// Marks what is allowed.
pub(super) fn allow(
    verdict: &mut Verdict,
    rule: &Rule,
    version: EventVersion,
    source: TriggerSource,
    allowances: &[Allowance],
) {
    if allowances.is_empty() {
        return;
    }
    for violation in verdict.violations_mut() {
        violation.allowed = allowances.iter().position(|allowance| allowance.covers(rule, violation, version, source));
    }
}
