use crate::engine::{Finding, RuleCount};
use crate::rules::{self, Second};
use crate::situation::{EventVersion, Situation};
use crate::target::Outcome;

/// Whether a situation's event is one of those whose failures a rule tells.
type Such = fn(&Situation) -> bool;

/// Where a rule that compares has found what makes the trigger fail, the failures on such events are its own to tell: a
/// finding of a rule on one exchange, whose smallest event still is such an event, says the same with less.
///
/// And the other way round: a trigger that fails now and then was seen failing in the cases too, if it was.
pub(in crate::engine) fn told_once(findings: &mut Vec<Finding>, counts: &mut [RuleCount]) {
    let failed = |finding: &Finding| !matches!(finding.outcome, Outcome::Answered(_));
    let telling: Vec<(EventVersion, Such)> = findings
        .iter()
        .filter(|finding| failed(finding))
        .filter_map(|finding| Some((finding.version, finding.rule.comparison()?.tells_failures_on?)))
        .collect();
    let by_chance: Vec<EventVersion> = findings
        .iter()
        .filter(|finding| failed(finding) && finding.rule.comparison().is_none() && !finding.shrinking.reproduced)
        .map(|finding| finding.version)
        .collect();
    findings.retain(|finding| {
        let told_twice = failed(finding)
            && match finding.rule.comparison() {
                None => telling.iter().any(|(version, such)| *version == finding.version && such(&finding.situation)),
                Some(comparison) => matches!(comparison.second, Second::Again) && by_chance.contains(&finding.version),
            };
        let count =
            rules::ALL.iter().position(|rule| rule.id == finding.rule.id).and_then(|index| counts.get_mut(index));
        if let (true, Some(count)) = (told_twice, count) {
            count.violated = count.violated.saturating_sub(finding.seen);
        }
        !told_twice
    });
}
