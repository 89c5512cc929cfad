use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::make::{evidence, plainest};
use super::model::{
    CaseCounts, ComparedWith, DictionaryLine, Failure, Finding, LatencyMs, PoolLine, Question, Report, RuleLine,
    ShrinkingLine, SuiteFaultLine, Verdict,
};
use super::{AllowanceLine, AllowanceState, Allowed, PromiseLine};
use crate::engine::{Experiments, Outcomes, Phase, Shard};
use crate::event;
use crate::rules::{self, Citation, Level, Rule};
use crate::situation::{EventVersion, TriggerSource};
use crate::target::{Description, TargetSpec};
use crate::tokens;

impl Report {
    /// Reads a report that this version of pretoken wrote with `--format json`.
    ///
    /// # Errors
    ///
    /// It is none, or another version wrote it: versions differ in their rules and cases, so their reports say different
    /// things.
    ///
    /// ```
    /// use pretoken::Check;
    /// use pretoken::report::{self, Report};
    /// let report = Check::new().cases(20).report(|event: serde_json::Value| event).unwrap();
    /// let text = report::json(&report, 80);
    /// assert_eq!(report::json(&Report::read(&text).unwrap(), 80), text);
    /// ```
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let written: Written = serde_json::from_str(text).map_err(|error| Unreadable::NoReport(error.to_string()))?;
        if written.format_version != 1 || written.pretoken != env!("CARGO_PKG_VERSION") {
            return Err(Unreadable::OtherVersion { theirs: written.pretoken });
        }
        let whole: Whole = serde_json::from_str(text).map_err(|error| Unreadable::NoReport(error.to_string()))?;
        whole.report()
    }
}

/// Why a text is no report that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// It is no report at all.
    #[error("is no report of `pretoken check --format json`: {0}")]
    NoReport(String),
    /// Another version wrote it.
    #[error("was written by pretoken {theirs}, and this is {}; use one version for all", env!("CARGO_PKG_VERSION"))]
    OtherVersion {
        /// That version.
        theirs: String,
    },
}

#[derive(Deserialize)]
struct Written {
    format_version: u32,
    pretoken: String,
}

#[derive(Deserialize)]
struct Whole {
    format_version: u32,
    verdict: Verdict,
    denied: Level,
    strict: bool,
    target: WrittenTarget,
    seed: String,
    event_versions: Vec<String>,
    shard: Shard,
    cases: WrittenCases,
    experiments: Experiments,
    outcomes: Outcomes,
    latency_ms: LatencyMs,
    duration_ms: u64,
    interrupted: bool,
    gave_up: bool,
    rules: Vec<WrittenRule>,
    findings: Vec<WrittenFinding>,
    #[serde(default)]
    promises: Vec<PromiseLine>,
    allowances: Vec<WrittenAllowance>,
    suite_faults: Vec<WrittenSuiteFault>,
    dictionary: Option<DictionaryLine>,
    // Reports from before there were pools have none.
    #[serde(default)]
    pool: Option<PoolLine>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct WrittenTarget {
    kind: String,
    display: String,
    file: Option<String>,
}

#[derive(Deserialize)]
struct WrittenCases {
    total: u64,
    by_phase: serde_json::Map<String, Value>,
    by_event_version: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
struct WrittenRule {
    id: String,
    level: Level,
    exercised: u64,
    violated: u64,
}

#[derive(Deserialize)]
struct WrittenAllowance {
    rule: String,
    reason: String,
    expires: Option<String>,
    written: String,
    state: AllowanceState,
    findings: usize,
}

#[derive(Deserialize)]
struct WrittenSuiteFault {
    event_version: String,
    scenario: String,
    message: String,
    event: Value,
}

/// What is derived from the rest (such as a rule's source) is not read, but derived again.
#[derive(Deserialize)]
struct WrittenFinding {
    rule: String,
    level: Level,
    reason: String,
    #[serde(default)]
    promise: Option<String>,
    event_version: String,
    trigger_source: String,
    phase: Phase,
    scenario: String,
    place: u64,
    message: String,
    pointer: Option<String>,
    further_places: usize,
    effect: Option<String>,
    source: Option<WrittenSource>,
    form: Vec<WrittenSource>,
    before: Vec<Value>,
    compared_with: Option<ComparedWith>,
    event: Value,
    outcome: String,
    answer: Option<Value>,
    error: Option<Failure>,
    seen: u64,
    allowed: Option<Allowed>,
    replay: Option<String>,
    trigger_output: Vec<String>,
    questions: Vec<WrittenSource>,
    shrinking: ShrinkingLine,
}

#[derive(Deserialize)]
struct WrittenSource {
    id: String,
}

impl Whole {
    fn report(self) -> Result<Report, Unreadable> {
        Ok(Report {
            format_version: self.format_version,
            suite_version: env!("CARGO_PKG_VERSION"),
            verdict: self.verdict,
            denied: self.denied,
            strict: self.strict,
            target: self.target.description()?,
            seed: self.seed,
            event_versions: self.event_versions.iter().map(|word| version(word)).collect::<Result<_, _>>()?,
            shard: self.shard,
            cases: self.cases.counts()?,
            experiments: self.experiments,
            outcomes: self.outcomes,
            latency_ms: self.latency_ms,
            duration_ms: self.duration_ms,
            interrupted: self.interrupted,
            gave_up: self.gave_up,
            rules: self.rules.into_iter().map(WrittenRule::line).collect::<Result<_, _>>()?,
            findings: self.findings.into_iter().map(WrittenFinding::finding).collect::<Result<_, _>>()?,
            promises: self.promises,
            allowances: self.allowances.into_iter().map(WrittenAllowance::line).collect::<Result<_, _>>()?,
            suite_faults: self.suite_faults.into_iter().map(WrittenSuiteFault::line).collect::<Result<_, _>>()?,
            dictionary: self.dictionary,
            pool: self.pool,
            notes: self.notes,
        })
    }
}

impl WrittenTarget {
    fn description(self) -> Result<Description, Unreadable> {
        let kind = TargetSpec::KINDS.into_iter().chain(["in-process"]).find(|kind| *kind == self.kind);
        let kind = kind.ok_or_else(|| unknown("kind of target", &self.kind))?;
        Ok(Description { kind, display: self.display, file: self.file })
    }
}

impl WrittenCases {
    fn counts(self) -> Result<CaseCounts, Unreadable> {
        let count = |counts: &serde_json::Map<String, Value>, key: &str| counts.get(key).and_then(Value::as_u64);
        let mut by_phase = Phase::ALL.map(|phase| (phase, 0));
        for (phase, total) in &mut by_phase {
            *total = count(&self.by_phase, phase.label()).ok_or_else(|| unknown("count of phase", phase.label()))?;
        }
        let by_event_version = self
            .by_event_version
            .keys()
            .map(|word| {
                let total = count(&self.by_event_version, word).ok_or_else(|| unknown("count of version", word))?;
                Ok((version(word)?, total))
            })
            .collect::<Result<_, _>>()?;
        Ok(CaseCounts { total: self.total, by_phase, by_event_version })
    }
}

impl WrittenRule {
    fn line(self) -> Result<RuleLine, Unreadable> {
        let Self { id, level, exercised, violated } = self;
        Ok(RuleLine { rule: rule(&id)?, level, exercised, violated })
    }
}

impl WrittenAllowance {
    fn line(self) -> Result<AllowanceLine, Unreadable> {
        let Self { reason, expires, written, state, findings, .. } = self;
        Ok(AllowanceLine { rule: rule(&self.rule)?.id, reason, expires, written, state, findings })
    }
}

impl WrittenSuiteFault {
    fn line(self) -> Result<SuiteFaultLine, Unreadable> {
        let Self { scenario, message, event, .. } = self;
        Ok(SuiteFaultLine { event_version: version(&self.event_version)?, scenario, message, event })
    }
}

impl WrittenFinding {
    fn finding(self) -> Result<Finding, Unreadable> {
        let rule = rule(&self.rule)?;
        let event_version = version(&self.event_version)?;
        let reason = rule.reasons.iter().find(|reason| **reason == self.reason);
        let source = TriggerSource::parse(&self.trigger_source);
        let plainest_of = |event: &Value| {
            let read = event::read_under(event, event_version);
            read.map_or_else(|_| event.clone(), |situation| plainest(&situation, event_version, None))
        };
        let form = event::read_under(&self.event, event_version)
            .map(|read| read.shown_form(event_version))
            .unwrap_or_default();
        // A member that is `null` reads as none: that an answer came and was `null`, the outcome tells.
        let answer = if self.outcome == "answered" { self.answer.or(Some(Value::Null)) } else { self.answer };
        let compared_with = self.compared_with.map(|mut other| {
            if other.error.is_none() {
                other.answer.get_or_insert(Value::Null);
            }
            other
        });
        let is_told = |fact: &str, sources: &[WrittenSource]| sources.iter().any(|source| source.id == fact);
        Ok(Finding {
            rule,
            level: self.level,
            reason: reason.ok_or_else(|| unknown("reason", &self.reason))?,
            promise: self.promise,
            event_version,
            trigger_source: source.ok_or_else(|| unknown("trigger source", &self.trigger_source))?.as_str(),
            phase: self.phase,
            scenario: self.scenario,
            place: self.place,
            message: self.message,
            pointer: self.pointer,
            further_places: self.further_places,
            effect: self.effect,
            source: self.source.and_then(|source| rule.sources.iter().find(|own| own.fact == source.id)).copied(),
            form: evidence(form).filter(|citation| is_told(citation.fact, &self.form)).collect(),
            plainest_before: self.before.iter().map(plainest_of).collect(),
            before: self.before,
            compared_with,
            plainest: plainest_of(&self.event),
            event: self.event,
            outcome: outcome(&self.outcome).ok_or_else(|| unknown("outcome", &self.outcome))?,
            answer,
            error: self.error,
            seen: self.seen,
            allowed: self.allowed,
            replay: self.replay,
            trigger_output: self.trigger_output,
            questions: self.questions.iter().filter_map(|question| self::question(&question.id, rule)).collect(),
            shrinking: self.shrinking,
        })
    }
}

fn rule(id: &str) -> Result<&'static Rule, Unreadable> {
    rules::find(id).ok_or_else(|| unknown("rule", id))
}

fn version(word: &str) -> Result<EventVersion, Unreadable> {
    word.parse().map_err(|_| unknown("event version", word))
}

fn outcome(word: &str) -> Option<&'static str> {
    ["answered", "errored", "crashed", "timed_out", "not_json", "protocol"].into_iter().find(|known| *known == word)
}

/// A question in the words of the token model; else in those of the rule.
fn question(id: &str, rule: &Rule) -> Option<Question> {
    let known = tokens::Question::ALL.iter().find(|question| question.id == id);
    let of_rule = |source: &Citation| Question { id: source.fact, asks: None, assumption: source.words };
    known
        .map(|known| Question { id: known.id, asks: Some(known.asks), assumption: known.assumption })
        .or_else(|| rule.sources.iter().find(|source| source.fact == id).map(of_rule))
}

fn unknown(what: &str, word: &str) -> Unreadable {
    Unreadable::NoReport(format!("it has an unknown {what}, `{word}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{json, testing};

    #[test]
    fn every_report_reads_back_as_it_was_written() {
        for (rule, report) in testing::reports() {
            let text = json(&report, 80);
            let read = Report::read(&text).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
            assert_eq!(json(&read, 80), text, "{}", rule.id);
            assert_eq!(crate::report::human(&read, 80), crate::report::human(&report, 80), "{}", rule.id);
        }
    }

    #[test]
    fn what_is_no_report_is_refused_in_words() {
        let text = json(&Report::new(&testing::echo(), Level::Error), 80);
        let changed = |from: &str, to: &str| Report::read(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(Report::read("[]").unwrap_err().to_string().starts_with("is no report of `pretoken check"));
        assert!(Report::read(text.trim_end().strip_suffix('}').unwrap()).unwrap_err().to_string().contains("EOF"));
        let own = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
        assert!(changed(&own, "\"99.0.0\"").starts_with("was written by pretoken 99.0.0, and this is "));
        assert!(changed("\"in-process\"", "\"telepathy\"").contains("an unknown kind of target, `telepathy`"));
        assert!(changed("\"answer-too-large\"", "\"answer-too-lare\"").contains("an unknown rule, `answer-too-lare`"));
    }
}
