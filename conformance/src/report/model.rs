use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::{AllowanceLine, Allowed, PromiseLine};
use crate::engine::{Experiments, Outcomes, Phase, Shard};
use crate::pool::Pool;
use crate::rules::{Citation, Level, Rule};
use crate::situation::EventVersion;
use crate::target::Description;

/// All that `pretoken check` reports. As JSON it satisfies `schemas/report.json`.
///
/// ```
/// use pretoken::engine::{self, Plan};
/// use pretoken::report::{Report, Verdict};
/// use pretoken::rules::Level;
/// use pretoken::target::InProcess;
/// use std::sync::atomic::AtomicBool;
///
/// let echo = InProcess::new("echo", |event: serde_json::Value| event);
/// let plan = Plan { cases: 50, ..Plan::default() };
/// let run = engine::run(&plan, &echo, &|_| (), &AtomicBool::new(false)).unwrap();
/// let report = Report::new(&run, Level::Error);
/// assert_ne!(report.verdict, Verdict::Violates);
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of the JSON: members may be added within it, none changes its meaning.
    pub format_version: u32,
    /// The version of pretoken.
    #[serde(rename = "pretoken")]
    pub suite_version: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    /// The level from which on a finding makes the verdict [`Verdict::Violates`].
    pub denied: Level,
    /// Whether an allowance that has expired or is of no use does so, too, and a promise that never applied.
    pub strict: bool,
    /// What was under test.
    pub target: Description,
    /// The seed; a text, because not every reader of JSON keeps 64 bits of a number.
    pub seed: String,
    /// The event versions that the trigger was called with.
    #[serde(serialize_with = "as_words")]
    pub event_versions: Vec<EventVersion>,
    /// The part of the cases that was sent.
    pub shard: Shard,
    /// How many cases were run.
    pub cases: CaseCounts,
    /// What comparing answers cost, beside the cases.
    pub experiments: Experiments,
    /// How the calls of the cases ended.
    pub outcomes: Outcomes,
    /// How long they took.
    pub latency_ms: LatencyMs,
    /// How long the run took, in milliseconds.
    pub duration_ms: u64,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// Whether the rest was not sent because the trigger had stopped answering.
    pub gave_up: bool,
    /// Every rule that was on.
    pub rules: Vec<RuleLine>,
    /// The findings, the gravest first, then in the order in which their first cases came.
    pub findings: Vec<Finding>,
    /// What the team promises of its tokens, and what came of each promise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<PromiseLine>,
    /// The allowances that the run knew of, and what came of each.
    pub allowances: Vec<AllowanceLine>,
    /// Events that pretoken made and that its own schemas refuse.
    pub suite_faults: Vec<SuiteFaultLine>,
    /// The words of the trigger's own that the random cases were made of; `None` where none were looked for.
    pub dictionary: Option<DictionaryLine>,
    /// The user pool that the cases were of; `None` where they were of any.
    pub pool: Option<PoolLine>,
    /// Sentences about the run as a whole.
    pub notes: Vec<String>,
}

/// Where the trigger's own words were found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct DictionaryLine {
    /// How many different words there are.
    pub words: usize,
    /// The files that they are from, as paths from the handler's folder.
    pub files: Vec<String>,
    /// How many of the words only the trigger's answers have.
    pub from_answers: usize,
}

/// The user pool that the cases were of. What is `None` was not known, and was as in any pool.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct PoolLine {
    /// Its id.
    pub id: String,
    /// The event version that it is configured for, as `V2_0`; `None` where it has no trigger yet.
    pub lambda_version: Option<String>,
    /// How many attributes its schema has, without those that Cognito fills itself.
    pub attributes: usize,
    /// How many groups it has.
    pub groups: Option<usize>,
    /// How many app clients were named.
    pub clients: Option<usize>,
    /// How many identity providers it has.
    pub identity_providers: Option<usize>,
    /// How many resource servers it has.
    pub resource_servers: Option<usize>,
}

impl PoolLine {
    pub(super) fn of(pool: &Pool) -> Self {
        Self {
            id: pool.id.to_string(),
            lambda_version: pool.trigger.map(|version| format!("V{version}_0")),
            attributes: pool.attributes.len(),
            groups: pool.groups.as_ref().map(Vec::len),
            clients: pool.clients.as_ref().map(Vec::len),
            identity_providers: pool.providers.as_ref().map(Vec::len),
            resource_servers: pool.resource_servers.as_ref().map(Vec::len),
        }
    }
}

/// What a report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing at or above the denied level was found.
    Conforms,
    /// There are findings at or above it.
    Violates,
    /// The trigger could not be judged.
    NoVerdict,
}

/// How many cases were run.
#[derive(Clone, Debug, Serialize)]
pub struct CaseCounts {
    /// All of them.
    pub total: u64,
    /// For each phase.
    #[serde(serialize_with = "phases")]
    pub by_phase: [(Phase, u64); 4],
    /// For each event version that was tried.
    #[serde(serialize_with = "version_counts")]
    pub by_event_version: Vec<(EventVersion, u64)>,
}

/// Latencies in milliseconds; `None` where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct LatencyMs {
    /// Start and first answer together.
    pub cold: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// 99 of 100 were no slower.
    pub p99: Option<f64>,
    /// The slowest.
    pub max: Option<f64>,
}

/// A rule that was on, and its counts.
#[derive(Clone, Debug, Serialize)]
pub struct RuleLine {
    /// The rule, as its id.
    #[serde(rename = "id", serialize_with = "as_id")]
    pub rule: &'static Rule,
    /// Its level.
    pub level: Level,
    /// In how many cases it applied. With 0 it was not exercised, which is not passed.
    pub exercised: u64,
    /// In how many cases it was broken.
    pub violated: u64,
}

/// A rule that the trigger breaks for one reason under one event version.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The rule, as its id.
    #[serde(serialize_with = "as_id")]
    pub rule: &'static Rule,
    /// Its level.
    pub level: Level,
    /// Which of the rule's reasons.
    pub reason: &'static str,
    /// The name of the promise that is broken, if the rule tells of promises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise: Option<String>,
    /// The event version.
    #[serde(serialize_with = "as_word")]
    pub event_version: EventVersion,
    /// The event's trigger source.
    pub trigger_source: &'static str,
    /// The phase of the first case that showed it.
    pub phase: Phase,
    /// The scenario of that case.
    pub scenario: String,
    /// The place of that case in the run, from 0; in the whole of it, where this is one shard.
    pub place: u64,
    /// What is wrong, in the answer's own names.
    pub message: String,
    /// The JSON pointer of the place in the answer; `None` when there is no answer.
    pub pointer: Option<String>,
    /// How many further places the same answer has.
    pub further_places: usize,
    /// What it does to the sign-in or the tokens.
    pub effect: Option<String>,
    /// What the rule rests on.
    pub source: Option<Citation>,
    /// Why Cognito is taken to send the smallest event in its form, where that is not the plainest one. Where it is only
    /// inferred, the finding is at most a warning.
    pub form: Vec<Citation>,
    /// The events that were sent before it to the same process, in this order; empty for a rule on one answer.
    pub before: Vec<Value>,
    /// For each of them the plainest event of its version and trigger source.
    #[serde(skip)]
    pub plainest_before: Vec<Value>,
    /// The answer that this one is compared with, for a rule that compares two.
    pub compared_with: Option<ComparedWith>,
    /// The smallest event.
    pub event: Value,
    /// The plainest event of the same version and trigger source, which the human report compares with.
    #[serde(skip)]
    pub plainest: Value,
    /// How the call ended: one of the keys of `outcomes`.
    pub outcome: &'static str,
    /// What the trigger returned, as it came; `None` when it did not answer with JSON.
    pub answer: Option<Value>,
    /// What came in place of an answer.
    pub error: Option<Failure>,
    /// In how many cases it was seen.
    pub seen: u64,
    /// Why it is allowed; then it does not count for the verdict.
    pub allowed: Option<Allowed>,
    /// The file for `pretoken replay`, if one was saved.
    pub replay: Option<String>,
    /// What the trigger printed meanwhile.
    pub trigger_output: Vec<String>,
    /// What AWS leaves open and this finding rests on.
    pub questions: Vec<Question>,
    /// How the event was made small.
    pub shrinking: ShrinkingLine,
}

/// The other answer of a comparison.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ComparedWith {
    /// Its event.
    pub event: Value,
    /// What the trigger returned; `None` when it did not answer with JSON.
    pub answer: Option<Value>,
    /// What came in place of an answer.
    pub error: Option<Failure>,
}

/// What came in place of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Failure {
    /// The runtime's `errorType`; for other outcomes their word, such as `timed_out`.
    #[serde(rename = "type")]
    pub error_type: String,
    /// The runtime's `errorMessage`, or what happened in words.
    pub message: String,
    /// The stack trace's lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<String>,
}

/// An open question about Cognito.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// Its id, such as `U-07`.
    pub id: &'static str,
    /// What is open, where it is known apart from the assumption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<&'static str>,
    /// What is assumed.
    pub assumption: &'static str,
}

/// How a finding's event was made small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ShrinkingLine {
    /// Calls of the trigger.
    pub calls: u32,
    /// Whether nothing smaller was left to try.
    pub finished: bool,
    /// Whether the fault showed again when the same event was sent once more.
    pub reproduced: bool,
}

/// An event that pretoken made and that its own schema refuses.
#[derive(Clone, Debug, Serialize)]
pub struct SuiteFaultLine {
    /// The event version.
    #[serde(serialize_with = "as_word")]
    pub event_version: EventVersion,
    /// The scenario.
    pub scenario: String,
    /// What the schema says.
    pub message: String,
    /// The event.
    pub event: Value,
}

/// The findings of one rule for one reason: what people mend at one go. There is one finding for each event version.
#[derive(Clone, Debug)]
pub struct Fault<'a> {
    /// The finding of the first version.
    pub first: &'a Finding,
    /// Those of the others.
    pub others: Vec<&'a Finding>,
}

impl Report {
    /// The findings that nobody allowed, put together by rule and reason.
    pub fn faults(&self) -> Vec<Fault<'_>> {
        let mut faults: Vec<Fault<'_>> = Vec::new();
        for finding in self.findings.iter().filter(|finding| finding.allowed.is_none()) {
            let same = |fault: &&mut Fault<'_>| fault.first.identity() == finding.identity();
            match faults.iter_mut().find(same) {
                Some(fault) => fault.others.push(finding),
                None => faults.push(Fault { first: finding, others: Vec::new() }),
            }
        }
        faults
    }
}

impl Finding {
    /// Whether it makes the verdict `violates` where this level is denied.
    pub fn is_denied(&self, denied: Level) -> bool {
        self.allowed.is_none() && self.level >= denied
    }

    /// What makes two findings one thing to mend.
    fn identity(&self) -> (&'static str, &'static str, Option<&str>, Level) {
        (self.rule.id, self.reason, self.promise.as_deref(), self.level)
    }
}

impl Verdict {
    /// The word in reports.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Violates => "violates",
            Self::NoVerdict => "no-verdict",
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn as_word<S: Serializer>(version: &EventVersion, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(version.as_str())
}

fn as_words<S: Serializer>(versions: &[EventVersion], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(versions.iter().map(|version| version.as_str()))
}

fn as_id<S: Serializer>(rule: &&'static Rule, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(rule.id)
}

fn phases<S: Serializer>(counts: &[(Phase, u64); 4], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(counts.iter().map(|(phase, count)| (phase.label(), count)))
}

fn version_counts<S: Serializer>(counts: &[(EventVersion, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(counts.iter().map(|(version, count)| (version.as_str(), count)))
}
