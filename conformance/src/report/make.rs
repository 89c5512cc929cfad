use std::sync::Arc;
use std::time::Duration;

use proptest::strategy::ValueTree;
use serde_json::Value;

use super::gate::{AllowanceLine, Allowed, Gate};
use super::model::{
    CaseCounts, ComparedWith, DictionaryLine, Failure, Finding, LatencyMs, PoolLine, Question, Report, RuleLine,
    ShrinkingLine, SuiteFaultLine, Verdict,
};
use super::promised::PromiseLine;
use super::readable;
use crate::dictionary::Gathered;
use crate::engine::{self, Experiments, Latency, Outcomes, Phase, Plan, RuleCount, Run, Shard};
use crate::event;
use crate::generate::SituationTree;
use crate::pool::Pool;
use crate::rules::{self, Citation};
use crate::situation::{Certainty, EventVersion, Evidence, Form, Situation};
use crate::target::{Description, Outcome};
use crate::tokens;

impl Report {
    /// The report of a run, for a gate: a denied level, or more.
    pub fn new(run: &Run, gate: impl Into<Gate>) -> Self {
        let gate = gate.into();
        let mut findings: Vec<_> = run.findings.iter().map(|found| finding(found, &run.plan)).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
        let rules: Vec<_> = rules::ALL
            .iter()
            .zip(&run.rules)
            .enumerate()
            .filter(|(index, _)| run.plan.asks(*index))
            .map(|(_, (rule, count))| RuleLine {
                rule,
                level: rule.level,
                exercised: count.exercised,
                violated: count.violated,
            })
            .collect();
        let mut report = Self {
            format_version: 1,
            suite_version: env!("CARGO_PKG_VERSION"),
            verdict: Verdict::NoVerdict,
            denied: gate.denied,
            strict: gate.strict,
            target: run.target.clone(),
            seed: run.plan.seed.to_string(),
            event_versions: run.plan.versions.clone(),
            shard: run.plan.shard,
            cases: cases(run),
            experiments: run.experiments,
            outcomes: run.outcomes,
            latency_ms: latency(&run.latency),
            duration_ms: u64::try_from(run.duration.as_millis()).unwrap_or(u64::MAX),
            interrupted: run.interrupted,
            gave_up: run.gave_up,
            rules,
            promises: PromiseLine::all(run, &findings),
            allowances: AllowanceLine::all(run, &findings),
            findings,
            suite_faults: run.suite_faults.iter().map(suite_fault).collect(),
            dictionary: None,
            pool: run.plan.pool.as_deref().map(PoolLine::of),
            notes: Vec::new(),
        };
        let (verdict, note) = judged(&report);
        report.verdict = verdict;
        report.notes.extend(note.map(ToOwned::to_owned));
        if !report.spoken() {
            // What was never spoken to has no faults: the words of the breach say what to do.
            report.notes.extend(run.findings.iter().find_map(|finding| match &finding.outcome {
                Outcome::Protocol(words) => Some(words.clone()),
                _ => None,
            }));
            report.findings.clear();
        }
        if report.verdict != Verdict::NoVerdict && report.shard == Shard::WHOLE {
            report.notes.extend(report.promises.iter().filter_map(PromiseLine::note));
            report.notes.extend(report.allowances.iter().filter_map(AllowanceLine::note));
        }
        report
    }

    /// Whether anything came back that counts as an answer, if only an error.
    const fn spoken(&self) -> bool {
        self.cases.total == 0 || self.cases.total > self.outcomes.protocol
    }

    /// Whether an allowance or a promise is of no use, so that somebody has to change the file.
    fn has_stale_lines(&self) -> bool {
        self.allowances.iter().any(AllowanceLine::is_stale) || self.promises.iter().any(PromiseLine::is_stale)
    }

    /// Tells which words of the trigger's own the random cases were made of.
    pub fn made_of(&mut self, words: &Gathered) {
        self.dictionary = Some(DictionaryLine {
            words: words.dictionary.words(),
            files: words.files.clone(),
            from_answers: words.from_answers,
        });
        self.notes.extend(words.unread.as_ref().map(ToString::to_string));
    }

    /// The report of a run that never began, and why.
    ///
    /// ```
    /// use pretoken::engine::Plan;
    /// use pretoken::report::{Report, Verdict};
    /// use pretoken::rules::Level;
    /// use pretoken::target::Description;
    ///
    /// let target = Description { kind: "python", display: "app.py".to_owned(), file: Some("app.py".to_owned()) };
    /// let report = Report::without_run(target, &Plan::default(), Level::Error, "no Python was found".to_owned());
    /// assert_eq!(report.verdict, Verdict::NoVerdict);
    /// ```
    pub fn without_run(target: Description, plan: &Plan, gate: impl Into<Gate>, why: String) -> Self {
        let run = Run {
            target,
            plan: plan.clone(),
            cases: Vec::new(),
            outcomes: Outcomes::default(),
            latency: Latency::default(),
            duration: Duration::ZERO,
            experiments: Experiments::default(),
            rules: vec![RuleCount::default(); rules::ALL.len()],
            promises: Vec::new(),
            findings: Vec::new(),
            suite_faults: Vec::new(),
            interrupted: false,
            gave_up: false,
        };
        Self { notes: vec![why], ..Self::new(&run, gate) }
    }
}

impl Finding {
    /// A finding as it is reported.
    pub(crate) fn of(found: &engine::Finding, plan: &Plan) -> Self {
        finding(found, plan)
    }
}

const GAVE_UP: &str = "the trigger left several events in a row without an answer, so the rest was not sent";

/// The verdict, and what a reader must know of it.
///
/// Not exercised is not passed, a run that was cut short has not seen the rest, and a suite that sent an event that
/// Cognito would not send is in no position to judge.
pub(super) fn judged(report: &Report) -> (Verdict, Option<&'static str>) {
    let denied = report.findings.iter().any(|finding| finding.is_denied(report.denied));
    let spoken = report.spoken();
    // Another shard may need what this one has no use for.
    let stale = report.shard == Shard::WHOLE && report.has_stale_lines();
    if !report.suite_faults.is_empty() {
        (Verdict::NoVerdict, Some("pretoken made events that Cognito would not send, so its findings do not count"))
    } else if denied && report.interrupted {
        (Verdict::Violates, Some("the run was interrupted: there may be more to find"))
    } else if denied && report.gave_up {
        (Verdict::Violates, Some(GAVE_UP))
    } else if denied && spoken {
        (Verdict::Violates, None)
    } else if report.interrupted {
        (Verdict::NoVerdict, Some("the run was interrupted before its end"))
    } else if !spoken {
        (Verdict::NoVerdict, Some("the trigger did not keep to the Lambda Runtime API in any case"))
    } else if report.outcomes.timed_out > 0 && report.outcomes.timed_out == report.cases.total {
        (Verdict::NoVerdict, Some("the trigger answered no event within the time limit that `--timeout` sets"))
    } else if report.gave_up {
        (Verdict::NoVerdict, Some(GAVE_UP))
    } else if report.rules.iter().all(|rule| rule.exercised == 0) {
        (Verdict::NoVerdict, Some("no rule had anything to look at in what the trigger returned"))
    } else if report.strict && stale {
        (Verdict::Violates, None)
    } else {
        (Verdict::Conforms, None)
    }
}

fn cases(run: &Run) -> CaseCounts {
    let sum = |of: &dyn Fn(Phase, EventVersion) -> bool| {
        run.cases.iter().filter(|(phase, version, _)| of(*phase, *version)).map(|(_, _, count)| count).sum()
    };
    CaseCounts {
        total: sum(&|_, _| true),
        by_phase: Phase::ALL.map(|phase| (phase, sum(&|other, _| other == phase))),
        by_event_version: run.plan.versions.iter().map(|v| (*v, sum(&|_, other| other == *v))).collect(),
    }
}

fn latency(latency: &Latency) -> LatencyMs {
    let warm = |duration: Duration| (!latency.max.is_zero()).then(|| milliseconds(duration));
    LatencyMs {
        cold: latency.cold.map(milliseconds),
        p50: warm(latency.p50),
        p99: warm(latency.p99),
        max: warm(latency.max),
    }
}

/// To the microsecond: what lies beyond is noise.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn finding(finding: &engine::Finding, plan: &Plan) -> Finding {
    let (outcome, failure) = told(&finding.outcome);
    let answer = answer(&finding.outcome);
    let pool = plan.pool.as_ref();
    let compared_with = finding.beside.as_ref().map(|beside| ComparedWith {
        event: beside.event.clone(),
        answer: self::answer(&beside.outcome),
        error: told(&beside.outcome).1,
    });
    Finding {
        rule: finding.rule,
        level: finding.level(),
        reason: finding.violation.reason,
        promise: finding.violation.promise.as_deref().map(ToOwned::to_owned),
        event_version: finding.version,
        trigger_source: finding.situation.trigger_source().as_str(),
        phase: finding.phase,
        scenario: finding.scenario.to_string(),
        place: finding.place,
        message: finding.violation.message.clone(),
        pointer: answer.is_some().then(|| finding.violation.pointer.clone()),
        further_places: finding.further_places,
        effect: Some(finding.violation.effect.clone()).filter(|effect| !effect.is_empty()),
        source: source(finding).copied(),
        form: evidence(finding.situation.shown_form(finding.version)).collect(),
        before: finding.before.iter().map(|before| before.event.clone()).collect(),
        plainest_before: finding
            .before
            .iter()
            .map(|before| plainest(&before.situation, finding.version, pool))
            .collect(),
        compared_with,
        event: finding.event.clone(),
        plainest: plainest(&finding.situation, finding.version, pool),
        outcome,
        answer,
        error: failure,
        seen: finding.seen,
        allowed: finding.violation.allowed.and_then(|index| plan.allowances.get(index)).map(Allowed::of),
        replay: None,
        trigger_output: finding.output.clone(),
        questions: questions(finding),
        shrinking: ShrinkingLine {
            calls: finding.shrinking.calls,
            finished: finding.shrinking.finished,
            reproduced: finding.shrinking.reproduced,
        },
    }
}

/// Why Cognito is taken to send an event in this form.
pub(super) fn evidence(form: Form) -> impl Iterator<Item = Citation> {
    form.evidence().map(|Evidence { fact, certainty, words, url }| Citation { fact, certainty, words, url })
}

/// What the finding rests on: the fact that its place names, else the rule's first.
fn source(finding: &engine::Finding) -> Option<&'static Citation> {
    let sources = finding.rule.sources;
    let named = finding.violation.fact.and_then(|fact| sources.iter().find(|source| source.fact == fact));
    named.or_else(|| sources.first())
}

fn answer(outcome: &Outcome) -> Option<Value> {
    match outcome {
        Outcome::Answered(answer) => Some(readable(answer)),
        _ => None,
    }
}

/// The open questions that the token model meets at the finding's place. Where it meets none, and AWS is not plain about
/// the rule as a whole, those that the rule cites.
fn questions(finding: &engine::Finding) -> Vec<Question> {
    let mut near: Vec<Question> = Vec::new();
    if let Outcome::Answered(answer) = &finding.outcome {
        let place = finding.violation.pointer.as_str();
        for open in tokens::apply(&finding.situation, finding.version, answer).open {
            let known = near.iter().any(|question| question.id == open.question.id);
            if !known && (within(&open.pointer, place) || within(place, &open.pointer)) {
                let tokens::Question { id, asks, assumption } = open.question;
                near.push(Question { id, asks: Some(asks), assumption });
            }
        }
    }
    let plain = source(finding).is_some_and(|source| source.certainty == Certainty::Documented);
    if near.is_empty() && !plain {
        let open = finding.rule.sources.iter().filter(|source| source.certainty == Certainty::Unknown);
        near.extend(open.map(question));
    }
    near
}

/// Whether a JSON pointer leads to a place within another. The answer as a whole holds every place, so it counts for
/// none but itself.
fn within(pointer: &str, outer: &str) -> bool {
    pointer == outer || !outer.is_empty() && pointer.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
}

/// The question in the words of the token model, which works with its assumption; else in those of the rule.
fn question(source: &Citation) -> Question {
    match tokens::Question::ALL.iter().find(|question| question.id == source.fact) {
        Some(known) => Question { id: known.id, asks: Some(known.asks), assumption: known.assumption },
        None => Question { id: source.fact, asks: None, assumption: source.words },
    }
}

/// The outcome's key in reports, and what came in place of an answer.
pub(crate) fn told(outcome: &Outcome) -> (&'static str, Option<Failure>) {
    let (word, message) = match outcome {
        Outcome::Answered(_) => return ("answered", None),
        Outcome::Errored(error) => {
            let failure = Failure {
                error_type: error.error_type.clone(),
                message: error.message.clone(),
                stack: error.stack.clone(),
            };
            return ("errored", Some(failure));
        }
        Outcome::Crashed(words) => ("crashed", words.clone()),
        Outcome::TimedOut { after } => ("timed_out", format!("no answer within {} s", after.as_secs_f64())),
        Outcome::NotJson(bytes) => ("not_json", String::from_utf8_lossy(bytes).into_owned()),
        Outcome::Protocol(words) => ("protocol", words.clone()),
    };
    (word, Some(Failure { error_type: word.to_owned(), message, stack: Vec::new() }))
}

/// The event on which the shrinking would have ended, had every smaller one with this trigger source shown the fault.
/// What a finding's event has beyond it is what the fault hangs on.
pub(super) fn plainest(situation: &Situation, version: EventVersion, pool: Option<&Arc<Pool>>) -> Value {
    let source = situation.trigger_source();
    let mut tree = SituationTree::in_pool(situation.clone(), version, pool);
    let mut more = tree.simplify();
    while more {
        more = if tree.current().trigger_source() == source { tree.simplify() } else { tree.complicate() };
    }
    event::build(&tree.current(), version)
}

fn suite_fault(fault: &engine::SuiteFault) -> SuiteFaultLine {
    SuiteFaultLine {
        event_version: fault.version,
        scenario: fault.scenario.clone(),
        message: fault.message.clone(),
        event: fault.event.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::engine::SuiteFault;
    use crate::report::Fault;
    use crate::report::testing;
    use crate::rules::Level;
    use crate::situation::Scene;
    use crate::target::TriggerError;

    fn sets_sub(mut event: Value) -> Outcome {
        let container = if event["version"] == "1" { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
        let part = json!({"claimsToAddOrOverride": {"sub": "x"}});
        event["response"][container] = if event["version"] == "1" { part } else { json!({"idTokenGeneration": part}) };
        Outcome::Answered(event)
    }

    #[test]
    fn a_finding_below_the_denied_level_does_not_violate() {
        let run = testing::run(&testing::Small(sets_sub));
        assert_eq!(Report::new(&run, Level::Error).verdict, Verdict::Violates);
        let mut milder = Report::new(&run, Level::Error);
        for finding in &mut milder.findings {
            finding.level = Level::Warning;
        }
        assert_eq!(judged(&milder).0, Verdict::Conforms);
        milder.denied = Level::Warning;
        assert_eq!(judged(&milder).0, Verdict::Violates);
    }

    #[test]
    fn a_fault_of_the_suite_leaves_no_verdict_even_beside_findings() {
        let mut run = testing::run(&testing::Small(sets_sub));
        let (version, scenario, message) = (EventVersion::V2, "a scenario".to_owned(), "`version` is 2".to_owned());
        run.suite_faults.push(SuiteFault { version, scenario, message, event: json!({}) });
        let report = Report::new(&run, Level::Error);
        assert_eq!(report.verdict, Verdict::NoVerdict);
        assert_eq!(report.suite_faults.len(), 1);
    }

    #[test]
    fn a_trigger_that_never_answers_is_given_up_and_violates() {
        let report = testing::report(|_| Outcome::TimedOut { after: Duration::from_secs(5) });
        assert_eq!(report.outcomes.timed_out, 5);
        assert_eq!((report.verdict, report.gave_up), (Verdict::Violates, true));
        assert!(report.notes.iter().any(|note| note.contains("in a row")), "{:?}", report.notes);
    }

    #[test]
    fn an_interrupted_run_violates_or_has_no_verdict_but_never_conforms() {
        let mut bad = testing::run(&testing::Small(sets_sub));
        bad.interrupted = true;
        assert_eq!(Report::new(&bad, Level::Error).verdict, Verdict::Violates);
        let mut good = testing::echo();
        good.interrupted = true;
        let report = Report::new(&good, Level::Error);
        assert_eq!(report.verdict, Verdict::NoVerdict);
        assert!(report.notes[0].contains("interrupted"));
    }

    #[test]
    fn a_trigger_that_never_speaks_the_protocol_is_not_judged() {
        let report = testing::report(|_| Outcome::Protocol("answered twice".to_owned()));
        assert_eq!(report.verdict, Verdict::NoVerdict);
        assert!(report.findings.is_empty());
        assert_eq!(report.notes.last().map(String::as_str), Some("answered twice"));
    }

    #[test]
    fn not_exercised_is_not_passed() {
        let mut report = Report::new(&testing::run(&testing::Small(sets_sub)), Level::Error);
        report.findings.clear();
        assert_eq!(judged(&report).0, Verdict::Conforms);
        for rule in &mut report.rules {
            rule.exercised = 0;
        }
        assert_eq!(judged(&report).0, Verdict::NoVerdict);
    }

    #[test]
    fn the_plainest_event_keeps_the_trigger_source_and_nothing_else() {
        for (scene, version) in [(Scene::Refresh, EventVersion::V1), (Scene::Machine, EventVersion::V3)] {
            let event = plainest(&scene.situation(), version, None);
            assert_eq!(event["triggerSource"], scene.situation().trigger_source().as_str());
            assert_ne!(event, event::build(&scene.situation(), version));
        }
        let hosted = plainest(&Scene::FederatedUser.situation(), EventVersion::V2, None);
        assert_eq!(hosted["request"]["userAttributes"].get("identities"), None);
        assert_eq!(hosted["userName"], "jane");
    }

    fn fails_on(event: &Value, null: &str) -> Outcome {
        match event.pointer(null) {
            Some(Value::Null) => {
                let (error_type, message) = ("TypeError".to_owned(), "'NoneType' object is not iterable".to_owned());
                Outcome::Errored(TriggerError { error_type, message, stack: Vec::new() })
            }
            _ => Outcome::Answered(event.clone()),
        }
    }

    #[test]
    fn a_crash_on_a_form_that_is_only_inferred_is_a_warning_that_says_so() {
        let report = testing::report(|event| fails_on(&event, "/request/clientMetadata"));
        let [(rule, level, fact)] = &*crashes(&report) else { panic!("{:?}", crashes(&report)) };
        assert_eq!((*rule, *level, *fact), ("crash-on-legal-event", Level::Warning, Some("E-19")));
        assert_eq!(report.verdict, Verdict::Conforms);
    }

    #[test]
    fn a_crash_on_a_form_that_was_seen_is_an_error() {
        let report = testing::report(|event| match event["triggerSource"].as_str() {
            Some("TokenGeneration_ClientCredentials") => Outcome::Answered(event),
            _ => fails_on(&event, "/request/groupConfiguration"),
        });
        let [(rule, level, fact)] = &*crashes(&report) else { panic!("{:?}", crashes(&report)) };
        assert_eq!((*rule, *level, *fact), ("crash-on-legal-event", Level::Error, Some("E-15")));
    }

    /// The shown fault hides no other: the form came first, the plain event later.
    #[test]
    fn a_crash_on_an_inferred_form_does_not_stand_for_one_on_a_known_form() {
        let report = testing::report(|event| match event.pointer("/request/userAttributes/email") {
            None => fails_on(&json!({ "request": null }), "/request"),
            Some(_) => fails_on(&event, "/request/clientMetadata"),
        });
        assert!(crashes(&report).iter().any(|crash| crash.1 == Level::Error), "{:?}", crashes(&report));
        assert_eq!(report.verdict, Verdict::Violates);
    }

    /// One for each rule, reason and level, under whichever version.
    fn crashes(report: &Report) -> Vec<(&'static str, Level, Option<&'static str>)> {
        let first = |fault: Fault<'_>| {
            (fault.first.rule.id, fault.first.level, fault.first.form.first().map(|source| source.fact))
        };
        report.faults().into_iter().map(first).collect()
    }

    #[test]
    fn a_fault_that_needs_nothing_is_shown_by_the_plainest_event() {
        for finding in testing::report(sets_sub).findings {
            assert_eq!(finding.event, finding.plainest, "{}", finding.rule.id);
        }
    }
}
