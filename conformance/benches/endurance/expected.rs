//! What a run has to find, worked out without a process: the same cases, the faults as `fault.rs` states them, the same
//! rules.

use std::collections::BTreeMap;

use pretoken::engine::{Cases, Judge, Outcomes, Plan};
use pretoken::rules::{ALL, Exchange, find};
use pretoken::target::Outcome;

use super::fault::{Fault, Setting};

/// A finding, as far as it is told from others: rule, reason, event version.
pub(crate) type Kind = (String, String, String);

/// What a run has to come to if nobody disturbs it.
pub(crate) struct Expected {
    pub(crate) cases: u64,
    pub(crate) outcomes: Outcomes,
    /// In how many cases each finding shows.
    pub(crate) findings: BTreeMap<Kind, u64>,
    /// By rule: in how many cases it applies, and in how many it is broken. Only rules on one answer, and of these only
    /// those that do not look at a clock.
    pub(crate) rules: BTreeMap<String, (u64, u64)>,
    /// The fewest cases in which a fault shows that convicts itself whatever the event.
    pub(crate) rarest: u64,
}

/// Rules that look at how long something took here.
const ON_TIME: [&str; 2] = ["cold-start-over-limit", "over-time-limit"];

impl Expected {
    /// # Errors
    ///
    /// Tells which fault the rules do not convict, or that hangs stand so close that the engine would give up.
    pub(crate) fn of(plan: &Plan, setting: Setting) -> Result<Self, String> {
        let cases = Cases::new(plan);
        let mut judge = Judge::of(plan);
        let mut outcomes = Outcomes::default();
        let mut findings: BTreeMap<Kind, u64> = BTreeMap::new();
        let mut rules: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut convicted: BTreeMap<Kind, u64> = BTreeMap::new();
        let mut hanging = 0;
        for case in (0..cases.len()).filter_map(|place| cases.get(place)) {
            let event = case.event();
            let fault = Fault::of(&event, setting);
            let outcome =
                fault.map_or_else(|| Outcome::Answered(event.clone()), |fault| fault.outcome(event.clone(), setting));
            *counter(&mut outcomes, &outcome) += 1;
            hanging = if Fault::hangs(&outcome) { hanging + 1 } else { 0 };
            if hanging > 2 {
                return Err("three hangs in a row are too near to the five at which the engine gives up".to_owned());
            }
            let mut kinds: Vec<(&str, &str)> = Vec::new();
            let exchange = Exchange::new(&case.situation, case.version, &event, &outcome);
            judge.judge(&exchange, |_, rule, violations| {
                let (exercised, violated) = rules.entry(rule.id.to_owned()).or_default();
                *exercised += 1;
                *violated += u64::from(!violations.is_empty());
                kinds.extend(violations.iter().map(|violation| (rule.id, violation.reason)));
            });
            kinds.sort_unstable();
            kinds.dedup();
            let of_version =
                |(rule, reason): (&str, &str)| (rule.to_owned(), reason.to_owned(), case.version.as_str().to_owned());
            if let Some(fault) = fault
                && let Some(must) = fault.convicts(case.version, setting)
                && find(must.0).is_some_and(|rule| plan.rules.holds_rule(rule))
            {
                if !kinds.contains(&must) {
                    return Err(format!("`{}` is not convicted by {must:?} but by {kinds:?}: {event}", fault.name));
                }
                *convicted.entry(of_version(must)).or_default() += 1;
            }
            for kind in kinds {
                *findings.entry(of_version(kind)).or_default() += 1;
            }
        }
        rules.retain(|id, _| !ON_TIME.contains(&id.as_str()));
        let rarest = convicted.into_values().min().unwrap_or_default();
        Ok(Self { cases: cases.len(), outcomes, findings, rules, rarest })
    }
}

/// Whether a rule compares answers, and is thus no part of what is expected.
pub(crate) fn compares(id: &str) -> bool {
    ALL.iter().any(|rule| rule.id == id && rule.comparison().is_some())
}

fn counter<'o>(outcomes: &'o mut Outcomes, outcome: &Outcome) -> &'o mut u64 {
    match outcome {
        Outcome::Answered(_) => &mut outcomes.answered,
        Outcome::Errored(_) => &mut outcomes.errored,
        Outcome::Crashed(_) => &mut outcomes.crashed,
        Outcome::TimedOut { .. } => &mut outcomes.timed_out,
        Outcome::NotJson(_) => &mut outcomes.not_json,
        Outcome::Protocol(_) => &mut outcomes.protocol,
    }
}
