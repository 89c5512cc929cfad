use std::time::Instant;

use proptest::strategy::ValueTree;

use super::calls::Calls;
use super::experiment::{Experiment, Way};
use super::sample::somebody;
use super::search::{Found, take_in};
use crate::engine::{Plan, Shrinking};
use crate::generate::SituationTree;
use crate::rules::Second;
use crate::situation::Situation;

/// Makes the situations of a finding smaller for as long as the whole comparison shows the same fault: first the events
/// before, then the event itself, and with it the one that it is compared with.
pub(in crate::engine) fn smaller(found: &mut Found, calls: &mut Calls<'_, '_>, plan: &Plan) {
    let started = Instant::now();
    let calls_before = calls.made.calls;
    let known = found.way;
    let mut search = Search { found, calls, plan, started, calls_before, unfinished: false };
    let reproduced = search.reproduced();
    if reproduced {
        search.fewer_others();
        for number in 0..search.found.others.len() {
            search.other(number);
        }
        search.base();
        search.as_known(known);
    }
    let finished = !search.unfinished && !search.calls.is_over();
    let made = search.calls.made.calls - calls_before;
    let calls = u32::try_from(made).unwrap_or(u32::MAX);
    found.finding.shrinking = Shrinking { calls, took: started.elapsed(), finished, reproduced };
}

struct Search<'f, 'c, 't> {
    found: &'f mut Found,
    calls: &'f mut Calls<'c, 't>,
    plan: &'f Plan,
    started: Instant,
    calls_before: u64,
    unfinished: bool,
}

impl Search<'_, '_, '_> {
    /// Whether it shows once more; in a process that is there already if possible, because starts are dear.
    fn reproduced(&mut self) -> bool {
        let known = self.found.way;
        let cheaper = match self.found.comparison.second {
            Second::AfterOthers => known.cheaper(),
            Second::Again | Second::Made(_) => &[],
        };
        let (base, others) = (self.found.base.clone(), self.found.others.clone());
        let cheaper = cheaper.iter().any(|way| {
            self.found.way = *way;
            // What a process still holds of the time before can show a fault once, and hide it from then on.
            self.shows(&base, &others) && self.shows(&base, &others)
        });
        if cheaper {
            return true;
        }
        self.found.way = known;
        self.shows(&base, &others)
    }

    /// Leaves out those events before that it does not take: halves, then quarters … then each one, but not all.
    fn fewer_others(&mut self) {
        let mut size = self.found.others.len() / 2;
        while size > 0 {
            let mut from = 0;
            while from < self.found.others.len() && self.found.others.len() > size {
                if self.is_spent() {
                    self.unfinished = true;
                    return;
                }
                let mut others = self.found.others.clone();
                others.drain(from..others.len().min(from + size));
                let base = self.found.base.clone();
                if !self.shows(&base, &others) {
                    from += size;
                }
            }
            size /= 2;
        }
    }

    fn is_spent(&self) -> bool {
        self.calls.made.calls - self.calls_before >= u64::from(self.plan.budget.calls)
            || self.started.elapsed() >= self.plan.budget.time
            || self.calls.is_over()
    }

    fn other(&mut self, number: usize) {
        let Some(other) = self.found.others.get(number).cloned() else { return };
        let others = self.found.others.clone();
        self.descend(other, |search, candidate| {
            let mut others = others.clone();
            // Whatever becomes simpler, it stays another user.
            if let Some(other) = others.get_mut(number) {
                *other = somebody(&candidate, number + 1);
            }
            let base = search.found.base.clone();
            search.shows(&base, &others)
        });
    }

    /// What is reported is what showed in the way that was confirmed, where what is left still shows so.
    fn as_known(&mut self, known: Way) {
        if self.found.way != known {
            let (base, others) = (self.found.base.clone(), self.found.others.clone());
            let cheaper = std::mem::replace(&mut self.found.way, known);
            if !self.shows(&base, &others) {
                self.found.way = cheaper;
            }
        }
    }

    fn base(&mut self) {
        self.descend(self.found.base.clone(), |search, candidate| {
            let others = search.found.others.clone();
            search.shows(&candidate, &others)
        });
    }

    fn descend(&mut self, from: Situation, mut shows: impl FnMut(&mut Self, Situation) -> bool) {
        let mut tree = SituationTree::in_pool(from, self.found.finding.version, self.plan.pool.as_ref());
        let mut more = tree.simplify();
        while more {
            if self.is_spent() {
                self.unfinished = true;
                return;
            }
            more = if shows(self, tree.current()) { tree.simplify() } else { tree.complicate() };
        }
    }

    /// Does the comparison; if the fault shows, the situations become the finding's.
    fn shows(&mut self, base: &Situation, others: &[Situation]) -> bool {
        let Found { comparison, way, regard, finding, .. } = &*self.found;
        let (rule, version, plan) = (finding.rule, finding.version, self.plan);
        let experiment = Experiment { rule, comparison, plan, version, base, others };
        let shown = experiment.shown(self.calls, *way, regard, &finding.violation.kind());
        let Some((observed, mut violations)) = shown else { return false };
        let finding = &mut self.found.finding;
        finding.further_places = violations.len() - 1;
        finding.violation = violations.swap_remove(0);
        take_in(finding, &experiment, observed);
        self.found.base = base.clone();
        self.found.others = others.to_vec();
        true
    }
}
