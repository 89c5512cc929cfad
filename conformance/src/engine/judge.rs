use crate::rules::{self, Exchange, Rule, Verdict, Violation};
use crate::situation::EventVersion;

use super::Selection;

/// Judges exchanges by the rules of a selection.
#[derive(Debug)]
pub struct Judge {
    by_version: [Vec<(usize, &'static Rule)>; 3],
    verdict: Verdict,
}

impl Judge {
    /// A judge for a selection of rules.
    pub fn new(selection: &Selection) -> Self {
        let of = |version: EventVersion| {
            rules::ALL
                .iter()
                .copied()
                .enumerate()
                .filter(|(index, rule)| selection.holds(*index) && rule.versions.contains(&version))
                .collect()
        };
        Self { by_version: EventVersion::ALL.map(of), verdict: Verdict::default() }
    }

    /// Asks every rule. `told` hears of each rule that applied, with the places at which it is broken.
    pub fn judge(&mut self, exchange: &Exchange<'_>, mut told: impl FnMut(usize, &'static Rule, &[Violation])) {
        let Some(rules) = self.by_version.get(exchange.version.index()) else { return };
        for (index, rule) in rules {
            self.verdict.clear();
            (rule.check)(exchange, &mut self.verdict);
            if self.verdict.applied() {
                told(*index, rule, self.verdict.violations());
            }
        }
    }

    /// The places at which one rule is broken for one reason.
    pub fn violations(&mut self, exchange: &Exchange<'_>, rule: &Rule, reason: &str) -> Vec<Violation> {
        self.verdict.clear();
        (rule.check)(exchange, &mut self.verdict);
        self.verdict.violations().iter().filter(|violation| violation.reason == reason).cloned().collect()
    }
}
