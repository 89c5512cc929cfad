use std::time::Duration;

use super::calls::{Calls, Process, Sent};
use super::experiment::{Experiment, Observed, Way, differing, judge, of_kind};
use super::sample::{Sample, somebody};
use crate::engine::finding::{Before, Beside};
use crate::engine::judge::count;
use crate::engine::tally::Tally;
use crate::engine::{Cases, Finding, Plan, Progress, Shrinking};
use crate::rules::{self, Comparison, Kind, Regard, Rule, Second, Verdict, Violation};
use crate::situation::{EventVersion, Situation};

/// In so many cases of each event version a comparison is made.
const PAIRS: usize = 16;

/// So many events of each event version are sent in two orders.
const IN_ORDER: usize = 12;

/// So many answers that seem to depend on the order are looked into in vain, before it is left at that.
const IN_VAIN: u32 = 3;

/// A finding that is not shrunk yet, and how it shows.
pub(in crate::engine) struct Found {
    pub(in crate::engine) finding: Finding,
    pub(super) comparison: &'static Comparison,
    pub(super) base: Situation,
    pub(super) others: Vec<Situation>,
    pub(super) way: Way,
    pub(super) regard: Regard,
}

/// Compares answers by every rule of the plan that does, and counts for each rule how often it applied.
pub(in crate::engine) fn search(
    plan: &Plan,
    cases: &Cases,
    calls: &mut Calls<'_, '_>,
    tally: &mut Tally,
    told: &dyn Fn(Progress<'_>),
) -> Vec<Found> {
    let compares = |(index, rule): (usize, &Rule)| plan.asks(index) && rule.comparison().is_some();
    if !rules::ALL.iter().copied().enumerate().any(compares) {
        return Vec::new();
    }
    told(Progress::Comparing);
    let declared = Regard::of(&plan.expectations);
    let regard = declared.clone();
    let mut search = Search { plan, cases, calls, tally, declared, regard, found: Vec::new() };
    for &version in &plan.versions {
        let mut comparing: Vec<_> = rules::ALL
            .iter()
            .enumerate()
            .filter(|(index, rule)| plan.asks(*index) && rule.versions.contains(&version))
            .filter_map(|(index, rule)| Some(Asked { index, rule, comparison: rule.comparison()?, version }))
            .collect();
        // An event comes again right after itself, before anything else is made of it.
        comparing.sort_by_key(|asked| !matches!(asked.comparison.second, Second::Again));
        if !comparing.is_empty() {
            let sample = Sample::of(cases, version);
            search.pairs(&comparing, &sample.pairs);
            for asked in comparing.iter().filter(|asked| matches!(asked.comparison.second, Second::AfterOthers)) {
                search.in_two_orders(*asked, &sample.in_order);
            }
        }
    }
    for found in &search.found {
        told(Progress::Found { finding: &found.finding });
    }
    search.found
}

/// A rule that is asked under an event version.
#[derive(Clone, Copy)]
struct Asked {
    index: usize,
    rule: &'static Rule,
    comparison: &'static Comparison,
    version: EventVersion,
}

impl Asked {
    const fn experiment<'s>(self, base: &'s Situation, others: &'s [Situation], plan: &'s Plan) -> Experiment<'s> {
        let Self { rule, comparison, version, .. } = self;
        Experiment { rule, comparison, plan, version, base, others }
    }
}

struct Search<'s, 'c, 't> {
    plan: &'s Plan,
    cases: &'s Cases,
    calls: &'s mut Calls<'c, 't>,
    tally: &'s mut Tally,
    /// Without the claims that may differ because somebody says so.
    declared: Regard,
    /// Without those either that were seen to differ between two answers to one event.
    regard: Regard,
    found: Vec<Found>,
}

impl<'t> Search<'_, '_, 't> {
    /// The comparisons whose second event follows on the first.
    fn pairs(&mut self, comparing: &[Asked], places: &[u64]) {
        let mut left: Vec<usize> = vec![PAIRS; comparing.len()];
        for &place in places {
            let Some((situation, version)) = self.cases.situation(place) else { continue };
            // Every comparison of a case begins with the same event, so one call serves them all.
            let mut first: Option<Sent> = None;
            for (asked, left) in comparing.iter().zip(&mut left) {
                let second = match asked.comparison.second {
                    _ if *left == 0 => None,
                    Second::Again => Some(situation.as_ref().clone()),
                    Second::Made(made) => made(&situation),
                    Second::AfterOthers => None,
                };
                let Some(second) = second else { continue };
                if first.is_none() {
                    first = self.calls.send(&mut Process::Warm, &situation, version);
                }
                let Some(first) = first.clone() else { return };
                let Some(second) = self.calls.send(&mut Process::Warm, &second, version) else { return };
                *left -= 1;
                self.compared(*asked, place, &situation, &Observed { first, second });
            }
            if left
                .iter()
                .zip(comparing)
                .all(|(left, asked)| *left == 0 || matches!(asked.comparison.second, Second::AfterOthers))
            {
                return;
            }
        }
    }

    fn compared(&mut self, asked: Asked, place: u64, base: &Situation, observed: &Observed) {
        self.calls.made.pairs += 1;
        let experiment = asked.experiment(base, &[], self.plan);
        // What differs from call to call is for one rule to tell, and no evidence for any other.
        let regard = if matches!(asked.comparison.second, Second::Again) { &self.declared } else { &self.regard };
        let verdict = experiment.judge(observed, regard);
        let mut broken = false;
        for kind in kinds(&verdict) {
            if self.seen_before(asked, &kind) {
                broken = true;
                continue;
            }
            let shown = match asked.comparison.second {
                Second::Again => self.again(&experiment, observed, &kind),
                Second::Made(_) | Second::AfterOthers => self.twice(&experiment, observed, &kind),
            };
            let Some(shown) = shown else { continue };
            broken = true;
            self.keep(asked, place, &experiment, shown);
        }
        self.count(asked, &verdict, broken);
    }

    /// The same event twice. A trigger that keeps something of the last user answers differently too, but only because the
    /// event before the first was another: that is not for this rule. So a third answer is compared with the second, or
    /// the first two of a fresh process with each other.
    fn again(&mut self, experiment: &Experiment<'_>, observed: &Observed, kind: &Kind) -> Option<Shown> {
        let failed = [&observed.first, &observed.second]
            .iter()
            .any(|sent| !matches!(sent.reply.outcome, crate::target::Outcome::Answered(_)));
        if failed {
            let violations = of_kind(&experiment.judge(observed, &self.declared), kind);
            return Some(Shown {
                observed: observed.clone(),
                violations,
                way: Way::Straight,
                regard: self.declared.clone(),
            });
        }
        for way in [Way::Warm, Way::Once] {
            if let Some((observed, violations)) = experiment.shown(self.calls, way, &self.declared, kind) {
                let regard = self.declared.clone();
                self.regard.volatile.extend(differing(&observed.first, &observed.second, &regard));
                return Some(Shown { observed, violations, way, regard });
            }
        }
        None
    }

    fn twice(&mut self, experiment: &Experiment<'_>, observed: &Observed, kind: &Kind) -> Option<Shown> {
        let way = Way::Straight;
        let regard = experiment.confirmed(self.calls, way, &self.regard)?;
        let violations = of_kind(&experiment.judge(observed, &regard), kind);
        (!violations.is_empty()).then(|| Shown { observed: observed.clone(), violations, way, regard })
    }

    /// Sends events of many users in one order, and in the opposite one where possible to a fresh process: whoever's data
    /// reaches whom, one of the two is before the other in just one of the orders.
    fn in_two_orders(&mut self, asked: Asked, places: &[u64]) {
        let situations = places.iter().filter_map(|place| Some((*place, self.cases.situation(*place)?.0.into_owned())));
        let users: Vec<(u64, Situation)> = situations
            .take(IN_ORDER)
            .enumerate()
            .map(|(number, (place, situation))| (place, somebody(&situation, number + 1)))
            .collect();
        let Some(forth) = self.sent(&users, Process::Warm, asked.version) else { return };
        let fresh = self.calls.fresh().unwrap_or(Process::Warm);
        let backwards: Vec<_> = users.iter().rev().cloned().collect();
        let Some(mut back) = self.sent(&backwards, fresh, asked.version) else { return };
        back.reverse();
        let mut in_vain = 0;
        for (number, (first, second)) in forth.iter().zip(&back).enumerate() {
            self.calls.made.pairs += 1;
            let verdict = judge(asked.comparison, first, second, &[], &self.regard, &self.plan.expectations);
            let mut broken = false;
            if !verdict.violations().is_empty() {
                broken = match self.found_in_order(asked) {
                    // Told already, as plainly as it can be told.
                    Some(found) if is_most_telling(&found.finding) => {
                        found.finding.seen += 1;
                        true
                    }
                    // Each attempt takes starts, and a clock makes every answer a suspect.
                    _ if in_vain < IN_VAIN => {
                        let confirmed = self.suspect(asked, &users, number);
                        in_vain += u32::from(!confirmed);
                        confirmed
                    }
                    _ => false,
                };
            }
            self.count(asked, &verdict, broken);
        }
    }

    fn found_in_order(&mut self, asked: Asked) -> Option<&mut Found> {
        let same =
            |found: &&mut Found| found.finding.rule.id == asked.rule.id && found.finding.version == asked.version;
        self.found.iter_mut().find(same)
    }

    fn sent(
        &mut self,
        users: &[(u64, Situation)],
        mut process: Process<'t>,
        version: EventVersion,
    ) -> Option<Vec<Sent>> {
        users.iter().map(|(_, situation)| self.calls.send(&mut process, situation, version)).collect()
    }

    /// Looks for the events before this one on which its answer depends.
    fn suspect(&mut self, asked: Asked, users: &[(u64, Situation)], number: usize) -> bool {
        let Some((place, base)) = users.get(number) else { return false };
        let of = |users: &mut dyn Iterator<Item = &(u64, Situation)>| -> Vec<Situation> {
            users.map(|(_, situation)| situation.clone()).collect()
        };
        let after = of(&mut users.iter().skip(number + 1).rev());
        let before = of(&mut users.iter().take(number));
        let ways: &[Way] = if self.calls.can_start_afresh() { &[Way::Each] } else { &[Way::Warm, Way::Contrast] };
        let sequences = [after, before].into_iter().filter(|others| !others.is_empty());
        for (others, way) in sequences.flat_map(|others| ways.iter().map(move |way| (others.clone(), *way))) {
            let all = asked.experiment(base, &others, self.plan);
            let Some(regard) = all.confirmed(self.calls, way, &self.regard) else { continue };
            let cheapest = self.cheapest(&all, way, &regard);
            let others = self.fewest(&all, cheapest, &regard);
            let experiment = Experiment { others: &others, ..all };
            let Some((observed, verdict)) = self.shown(&experiment, way, &regard) else { continue };
            // One is enough for each event version: whatever else depends on the order goes with it.
            let Some(kind) = kinds(&verdict).into_iter().min_by_key(|kind| telling(asked.rule, kind.reason)) else {
                continue;
            };
            let seen = match self.found_in_order(asked).map(|found| found.finding.clone()) {
                Some(other) if telling(asked.rule, other.violation.reason) <= telling(asked.rule, kind.reason) => {
                    self.found_in_order(asked).into_iter().for_each(|found| found.finding.seen += 1);
                    return true;
                }
                Some(other) => other.seen + 1,
                None => 1,
            };
            self.found.retain(|found| found.finding.rule.id != asked.rule.id || found.finding.version != asked.version);
            let shown = Shown { observed, violations: of_kind(&verdict, &kind), way, regard };
            self.keep(asked, *place, &experiment, shown);
            self.found_in_order(asked).into_iter().for_each(|found| found.finding.seen = seen);
            return true;
        }
        false
    }

    /// The way that costs the fewest starts of those that show it.
    fn cheapest(&mut self, all: &Experiment<'_>, way: Way, regard: &Regard) -> Way {
        let cheaper = way.cheaper().iter().copied();
        let mut cheaper = cheaper.filter(|cheaper| *cheaper != way);
        cheaper.find(|cheaper| self.shown(all, *cheaper, regard).is_some()).unwrap_or(way)
    }

    /// As few of the others as show it: most often one, found by halving; else none of them can be left out.
    fn fewest(&mut self, all: &Experiment<'_>, way: Way, regard: &Regard) -> Vec<Situation> {
        // A trigger that keeps something keeps it of the first that it sees, or of the last.
        let ends = [all.others.last(), all.others.first()];
        for end in ends.into_iter().flatten().map(std::slice::from_ref) {
            if self.shown(&Experiment { others: end, ..all.clone() }, way, regard).is_some() {
                return end.to_vec();
            }
        }
        let mut others = all.others.to_vec();
        let mut parts = 2;
        while others.len() > 1 {
            let size = others.len().div_ceil(parts);
            let without_a_part = |start: usize| -> Vec<Situation> {
                let part = start..start + size;
                others
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| !part.contains(place))
                    .map(|(_, other)| other.clone())
                    .collect()
            };
            // The last before the event is the likeliest, so what comes first is left out first.
            let fewer = (0..others.len()).step_by(size).map(without_a_part).find(|fewer| {
                let experiment = Experiment { others: fewer, ..all.clone() };
                self.shown(&experiment, way, regard).is_some()
            });
            match fewer {
                Some(fewer) => {
                    others = fewer;
                    parts = 2;
                }
                None if size == 1 => break,
                None => parts *= 2,
            }
        }
        others
    }

    fn shown(&mut self, experiment: &Experiment<'_>, way: Way, regard: &Regard) -> Option<(Observed, Verdict)> {
        let observed = experiment.observe(self.calls, way)?;
        let verdict = experiment.judge(&observed, regard);
        (!verdict.violations().is_empty()).then_some((observed, verdict))
    }

    fn count(&mut self, asked: Asked, verdict: &Verdict, broken: bool) {
        count(&mut self.tally.promises, verdict);
        if let Some(count) = self.tally.rules.get_mut(asked.index).filter(|_| verdict.applied()) {
            count.exercised += 1;
            count.violated += u64::from(broken);
        }
    }

    fn seen_before(&mut self, asked: Asked, kind: &Kind) -> bool {
        let same = |found: &&mut Found| {
            found.finding.rule.id == asked.rule.id
                && found.finding.violation.kind() == *kind
                && found.finding.version == asked.version
        };
        let Some(found) = self.found.iter_mut().find(same) else { return false };
        found.finding.seen += 1;
        true
    }

    fn keep(&mut self, asked: Asked, place: u64, experiment: &Experiment<'_>, shown: Shown) {
        let Some(case) = self.cases.get(place) else { return };
        let Shown { observed, mut violations, way, regard } = shown;
        if violations.is_empty() {
            return;
        }
        let further_places = violations.len() - 1;
        let mut finding = Finding {
            rule: asked.rule,
            violation: violations.swap_remove(0),
            further_places,
            version: asked.version,
            phase: case.phase,
            scenario: case.scenario,
            place,
            situation: experiment.base.clone(),
            event: serde_json::Value::Null,
            outcome: crate::target::Outcome::Answered(serde_json::Value::Null),
            output: Vec::new(),
            before: Vec::new(),
            beside: None,
            seen: 1,
            shrinking: Shrinking { calls: 0, took: Duration::ZERO, finished: false, reproduced: false },
        };
        take_in(&mut finding, experiment, observed);
        self.found.push(Found {
            finding,
            comparison: asked.comparison,
            base: experiment.base.clone(),
            others: experiment.others.to_vec(),
            way,
            regard,
        });
    }
}

/// A rule names its reasons in the order of what they tell.
fn telling(rule: &Rule, reason: &str) -> usize {
    rule.reasons.iter().position(|other| *other == reason).unwrap_or(usize::MAX)
}

fn is_most_telling(finding: &Finding) -> bool {
    telling(finding.rule, finding.violation.reason) == 0
}

/// How a fault showed.
struct Shown {
    observed: Observed,
    violations: Vec<Violation>,
    way: Way,
    regard: Regard,
}

/// Writes what was observed into the finding.
pub(super) fn take_in(finding: &mut Finding, experiment: &Experiment<'_>, observed: Observed) {
    let Observed { first, second } = observed;
    let before = |situation: &Situation| Before {
        situation: situation.clone(),
        event: crate::event::build(situation, experiment.version),
    };
    finding.before = match experiment.comparison.second {
        Second::AfterOthers => experiment.others.iter().map(before).collect(),
        Second::Again | Second::Made(_) => vec![before(experiment.base)],
    };
    finding.beside = Some(Beside { event: first.event, outcome: first.reply.outcome });
    finding.situation = second.situation;
    finding.event = second.event;
    finding.outcome = second.reply.outcome;
    finding.output = second.reply.output;
}

/// The kinds of a verdict's violations, each once.
fn kinds(verdict: &Verdict) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for violation in verdict.violations() {
        if !kinds.contains(&violation.kind()) {
            kinds.push(violation.kind());
        }
    }
    kinds
}
