use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::whole::Matter;
use super::words::clean;
use super::{Allowed, Finding, Report, RuleLine, Verdict};
use crate::engine::Shard;
use crate::rules::{Citation, Level, Rule};

/// The report as SARIF 2.1.0, which code scanning and editors read: a result for each finding.
///
/// A finding is about the trigger as a whole, so its place is the first line of the handler's file. Code scanning refuses
/// results without a place: where no file is known (an address, a command), it is `pretoken.toml`, the file in which people
/// tell pretoken what to do, and the target's name is the logical location.
///
/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>,
/// <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>
///
/// ```
/// let report = pretoken::Check::new().cases(50).report(|event: serde_json::Value| event).unwrap();
/// let log: serde_json::Value = serde_json::from_str(&pretoken::report::sarif(&report, 80)).unwrap();
/// assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], 0);
/// ```
pub fn sarif(report: &Report, _width: usize) -> String {
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run(report)] };
    // Every key is a text and no map is read in parallel, so this cannot fail; if it did, the text would say why.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
    text.push('\n');
    text
}

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The place of findings for which no file is known.
const NO_FILE: &str = "pretoken.toml";

/// What a relative address is relative to: the folder in which pretoken was started.
const WORKING_FOLDER: &str = "WORKINGFOLDER";

// Only the members that we write. The crate `serde-sarif` has all of them, but generates them at build time: with schemafy, regex and
// syn 1 its first build takes 20 seconds here, and 0.8 does not build by itself, because it leaves out serde's `derive`.

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    /// Code scanning takes it as the category.
    automation_details: Value,
    original_uri_base_ids: Value,
    invocations: [Invocation; 1],
    results: Vec<SarifResult<'a>>,
    properties: Value,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    version: &'a str,
    semantic_version: &'a str,
    information_uri: &'a str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    name: String,
    short_description: Message,
    full_description: Message,
    help: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Value,
    properties: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'a str,
    level: &'a str,
    message: Message,
    locations: [Value; 1],
    occurrence_count: u64,
    partial_fingerprints: Value,
    /// Written even when empty: without the member, a reader does not know whether anybody looked.
    suppressions: Vec<Value>,
    /// The finding as `schemas/report.json` describes it.
    properties: &'a Finding,
}

#[derive(Serialize)]
struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

fn run(report: &Report) -> Run<'_> {
    Run {
        tool: Tool {
            driver: Driver {
                name: "pretoken",
                version: report.suite_version,
                semantic_version: report.suite_version,
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: report.rules.iter().map(descriptor).collect(),
            },
        },
        automation_details: json!({"id": category(report)}),
        original_uri_base_ids: json!({WORKING_FOLDER: {
            "description": {"text": "The folder in which pretoken was started."}
        }}),
        invocations: [invocation(report)],
        results: report.findings.iter().map(|finding| result(report, finding)).collect(),
        properties: json!({
            "verdict": report.verdict,
            "denied": report.denied,
            "target": report.target,
            "seed": report.seed,
            "event_versions": report.event_versions.iter().map(|version| version.as_str()).collect::<Vec<_>>(),
            "cases": report.cases.total,
        }),
    }
}

/// What sets this run apart from those of other triggers and of other shards, so that none replaces another's findings.
fn category(report: &Report) -> String {
    let place = clean(report.target.file.as_ref().unwrap_or(&report.target.display));
    let shard = report.shard;
    let part = if shard == Shard::WHOLE { String::new() } else { format!("shard-{}-of-{}/", shard.number, shard.of) };
    format!("pretoken/{place}/{part}")
}

fn descriptor(line: &RuleLine) -> Descriptor<'_> {
    let rule = line.rule;
    Descriptor {
        id: rule.id,
        name: pascal_case(rule.id),
        short_description: Message::plain(sentence(rule.title)),
        full_description: Message::plain(format!("Required: {}", sentence(rule.requires))),
        help: help(rule),
        help_uri: rule.sources.first().map(|source| source.url),
        default_configuration: json!({"level": level(line.level)}),
        properties: json!({"tags": ["cognito", rule.family], "exercised": line.exercised, "violated": line.violated}),
    }
}

fn help(rule: &Rule) -> Message {
    let more = format!("`pretoken explain {}` shows an answer that breaks the rule and one that does not.", rule.id);
    let parts = [("Required", rule.requires), ("Why", rule.why), ("Change", rule.mend)];
    let of = |label: &dyn Fn(&str) -> String, source: &dyn Fn(&Citation) -> String| {
        let said = parts.iter().map(|(name, words)| format!("{}: {}", label(name), sentence(words)));
        let sources = rule.sources.iter().map(source);
        said.chain(sources).chain([more.clone()]).collect::<Vec<_>>().join("\n\n")
    };
    Message {
        text: of(&|name| name.to_owned(), &|source| {
            format!("{} ({}): {}: {}", source.certainty, source.fact, source.words, source.url)
        }),
        markdown: Some(of(&|name| format!("**{name}**"), &|source| {
            format!("[{} ({})]({}): {}", source.certainty, source.fact, source.url, source.words)
        })),
    }
}

fn invocation(report: &Report) -> Invocation {
    let (exit_code, exit_code_description) = exit(report);
    let matter = Matter::of(report);
    let execution_successful = !matches!(matter, Some(Matter::Interrupted | Matter::NoVerdict));
    let of_notes = if matter.is_none() { "note" } else { "error" };
    let told = |level, text: &str| Notification { level, message: Message::plain(clean(text)) };
    let mut notifications: Vec<_> = report.notes.iter().map(|note| told(of_notes, note)).collect();
    notifications.extend(report.suite_faults.iter().map(|fault| {
        told("error", &format!("a fault of pretoken itself, in the event `{}`: {}", fault.scenario, fault.message))
    }));
    let idle: Vec<_> = report.rules.iter().filter(|line| line.exercised == 0).map(|line| line.rule.id).collect();
    // A run that never began says so already.
    if !idle.is_empty() && report.cases.total > 0 {
        notifications.push(told("note", &format!("not exercised, which is not passed: {}", idle.join(", "))));
    }
    Invocation { execution_successful, exit_code, exit_code_description, tool_execution_notifications: notifications }
}

/// How the command ends; `cli/exit.rs` has the numbers.
const fn exit(report: &Report) -> (u8, &'static str) {
    match report.verdict {
        _ if report.interrupted => (130, "interrupted"),
        Verdict::Conforms => (0, "nothing at or above the denied level was found"),
        Verdict::Violates => (1, "something at or above the denied level was found"),
        Verdict::NoVerdict => (3, "no verdict"),
    }
}

fn result<'a>(report: &'a Report, finding: &'a Finding) -> SarifResult<'a> {
    // Where pretoken itself is at fault, its findings are open questions; SARIF gives those no level.
    let counts = report.suite_faults.is_empty();
    SarifResult {
        rule_id: finding.rule.id,
        rule_index: report.rules.iter().position(|line| line.rule.id == finding.rule.id),
        kind: if counts { "fail" } else { "open" },
        level: if counts { level(finding.level) } else { "none" },
        message: message(finding),
        locations: [location(report)],
        occurrence_count: finding.seen,
        partial_fingerprints: fingerprints(finding),
        suppressions: finding.allowed.iter().map(suppression).collect(),
        properties: finding,
    }
}

/// Braces are left as they are: there are no arguments that could be put in their place.
fn message(finding: &Finding) -> Message {
    let what = sentence(&clean(&finding.message));
    let mut parts = Vec::new();
    parts.extend(finding.effect.as_ref().map(|effect| ("Effect", sentence(&clean(effect)))));
    parts.push(("Change", sentence(finding.rule.mend)));
    let seen = format!("under event version {}, first in `{}`", finding.event_version, clean(&finding.scenario));
    parts.push(("Seen", sentence(&seen)));
    parts.push(("More", format!("`pretoken explain {}`", finding.rule.id)));
    parts.extend(finding.replay.as_ref().map(|file| ("Again", format!("`pretoken replay {}`", clean(file)))));
    let plain: Vec<_> = parts.iter().map(|(name, words)| format!("{name}: {words}")).collect();
    let listed: Vec<_> = parts.iter().map(|(name, words)| format!("- **{name}:** {words}")).collect();
    Message { text: format!("{what} {}", plain.join(" ")), markdown: Some(format!("{what}\n\n{}", listed.join("\n"))) }
}

fn location(report: &Report) -> Value {
    let place = match &report.target.file {
        Some(file) if file.starts_with('/') => json!({"uri": format!("file://{}", address(file))}),
        file => json!({"uri": address(file.as_deref().unwrap_or(NO_FILE)), "uriBaseId": WORKING_FOLDER}),
    };
    json!({
        "physicalLocation": {"artifactLocation": place, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": clean(&report.target.display)}],
    })
}

/// What makes a finding the same in the next run. Code scanning goes by `primaryLocationLineHash` alone; left to itself, it
/// would take the hash of the file's first line, and findings of one rule for different reasons would be one.
fn fingerprints(finding: &Finding) -> Value {
    let inferred = if finding.level < finding.rule.level { "/inferred" } else { "" };
    let promise = finding.promise.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
    let same = format!("{}/{}/{}{inferred}{promise}", finding.rule.id, finding.reason, finding.event_version);
    json!({"pretoken/v1": same, "primaryLocationLineHash": same})
}

/// An allowance: it is written in a file of its own, not beside the code.
fn suppression(by: &Allowed) -> Value {
    let until = by.expires.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
    let justification = format!("{} ({}{until})", clean(&by.reason), clean(&by.written));
    json!({"kind": "external", "status": "accepted", "justification": justification})
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "note",
    }
}

/// A path as a URI: all but what needs no escape in one (RFC 3986) is escaped.
fn address(path: &str) -> String {
    const ESCAPED: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(path, &ESCAPED).to_string()
}

/// `reserved-claim-set` as `ReservedClaimSet`, the form that SARIF wants of a rule's name.
fn pascal_case(id: &str) -> String {
    id.split('-').map(capital).collect()
}

/// Words with a capital at their beginning and a full stop at their end.
fn sentence(words: &str) -> String {
    let stop = if words.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{stop}", capital(words))
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Message {
    const fn plain(text: String) -> Self {
        Self { text, markdown: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    fn log(report: &Report) -> Value {
        serde_json::from_str(&sarif(report, 80)).expect("JSON")
    }

    #[test]
    fn the_place_is_the_handlers_file_as_an_address() {
        let mut report = testing::reports().next().expect("a rule").1;
        let place = |report: &Report| {
            log(report)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"].clone()
        };
        assert_eq!(place(&report), json!({"uri": "pretoken.toml", "uriBaseId": "WORKINGFOLDER"}));
        report.target.file = Some("my triggers/größe#1.py".to_owned());
        let uri = "my%20triggers/gr%C3%B6%C3%9Fe%231.py";
        assert_eq!(place(&report), json!({"uri": uri, "uriBaseId": "WORKINGFOLDER"}));
        report.target.file = Some("/opt/app.py".to_owned());
        assert_eq!(place(&report), json!({"uri": "file:///opt/app.py"}));
    }

    #[test]
    fn each_finding_has_its_rule_and_a_fingerprint_of_its_own() {
        let mut run = testing::echo();
        run.findings = crate::rules::ALL.iter().filter_map(|rule| testing::finding(rule)).collect();
        // The rules on promises are on where something is promised.
        let promises = crate::rules::ALL.iter().flat_map(|rule| rule.violates.expectations().promises);
        run.plan.expectations.promises = promises.collect();
        let log = log(&Report::new(&run, Level::Error));
        let (results, rules) = (&log["runs"][0]["results"], &log["runs"][0]["tool"]["driver"]["rules"]);
        let mut fingerprints = Vec::new();
        for result in results.as_array().expect("results") {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert_eq!(rules[index]["defaultConfiguration"]["level"], result["level"]);
            fingerprints.push(result["partialFingerprints"]["primaryLocationLineHash"].to_string());
        }
        let all = fingerprints.len();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!((all, fingerprints.len()), (crate::rules::ALL.len(), crate::rules::ALL.len()));
    }

    #[test]
    fn shards_do_not_replace_each_others_findings() {
        let mut report = testing::reports().next().expect("a rule").1;
        assert_eq!(log(&report)["runs"][0]["automationDetails"]["id"], "pretoken/echo/");
        report.shard = Shard { number: 2, of: 3 };
        assert_eq!(log(&report)["runs"][0]["automationDetails"]["id"], "pretoken/echo/shard-2-of-3/");
    }

    #[test]
    fn findings_of_a_suite_at_fault_are_open() {
        let mut report = testing::reports().next().expect("a rule").1;
        report.suite_faults.push(super::super::SuiteFaultLine {
            event_version: crate::situation::EventVersion::V2,
            scenario: "odd".to_owned(),
            message: "`version` is 2".to_owned(),
            event: json!({}),
        });
        report.verdict = Verdict::NoVerdict;
        let log = log(&report);
        let (result, invocation) = (&log["runs"][0]["results"][0], &log["runs"][0]["invocations"][0]);
        assert_eq!((&result["kind"], &result["level"]), (&json!("open"), &json!("none")));
        assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(3)));
    }

    #[test]
    fn a_name_is_made_of_the_id() {
        assert_eq!(pascal_case("reserved-claim-set"), "ReservedClaimSet");
        assert_eq!(sentence("`sub` is set"), "`sub` is set.");
    }
}
