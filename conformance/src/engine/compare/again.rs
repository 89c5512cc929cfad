use serde_json::Value;

use crate::engine::judge::allow;
use crate::engine::{Plan, SavedCase};
use crate::event;
use crate::rules::{self, Exchange, Pair, Regard, Rule, Second, Verdict, Violation};
use crate::situation::Situation;
use crate::target::{Reply, Target};

/// What was answered before the event of a saved case, where it needs events before it.
#[derive(Debug, Default)]
pub(in crate::engine) struct Earlier {
    /// The answer to the event itself, before those.
    alone: Option<Reply>,
    /// The answer to the last of those.
    last: Option<Reply>,
}

impl Earlier {
    /// Sends what comes before the event of a saved case; nothing where there is nothing.
    pub(in crate::engine) fn of(case: &SavedCase, target: &mut dyn Target) -> Self {
        if case.before.is_empty() {
            return Self::default();
        }
        let alone = Some(target.invoke(&case.event));
        let last = case.before.iter().map(|event| target.invoke(event)).last();
        Self { alone, last }
    }

    /// What the rules that compare two answers say of the answer to the saved case: those for which its events are a
    /// pair.
    pub(in crate::engine) fn compared(
        &self,
        case: &SavedCase,
        plan: &Plan,
        reply: &Reply,
    ) -> Vec<(&'static Rule, Vec<Violation>)> {
        let asked = rules::ALL.iter().copied().enumerate();
        asked
            .filter(|(index, rule)| plan.asks(*index) && rule.versions.contains(&case.version))
            .map(|(_, rule)| (rule, self.violations(rule, case, plan, reply)))
            .filter(|(_, violations)| !violations.is_empty())
            .collect()
    }

    fn violations(&self, rule: &Rule, case: &SavedCase, plan: &Plan, reply: &Reply) -> Vec<Violation> {
        let found = self.pair(rule, case).and_then(|(situation, first_event, first_reply, others)| {
            let comparison = rule.comparison()?;
            let first =
                Exchange::new(&situation, case.version, first_event, &first_reply.outcome).under(&plan.expectations);
            let second =
                Exchange::new(&case.situation, case.version, &case.event, &reply.outcome).under(&plan.expectations);
            let regard = Regard::of(&plan.expectations);
            let mut verdict = Verdict::default();
            (comparison.judge)(&Pair::new(&first, &second, others, &regard), &mut verdict);
            allow(&mut verdict, rule, case.version, case.situation.trigger_source(), &plan.allowances);
            Some(verdict.violations().to_vec())
        });
        found.unwrap_or_default()
    }

    fn pair<'p>(&'p self, rule: &Rule, case: &'p SavedCase) -> Option<(Situation, &'p Value, &'p Reply, &'p [Value])> {
        let (before, alone, last) = (case.before.last()?, self.alone.as_ref()?, self.last.as_ref()?);
        let itself = before == &case.event;
        match rule.comparison()?.second {
            Second::Again => itself.then(|| (case.situation.clone(), before, last, &[][..])),
            Second::AfterOthers => {
                let others = before.get("userName") != case.event.get("userName");
                others.then(|| (case.situation.clone(), &case.event, alone, case.before.as_slice()))
            }
            Second::Made(made) => {
                let (base, version) = event::read(before).ok()?;
                let second = made(&base)?;
                (event::build(&second, version) == case.event).then_some((base, before, last, &[]))
            }
        }
    }
}
