use crate::report::page::{Page, look, painted};
use crate::report::words::{clean, counted, listed, milliseconds, thousands, versions};
use crate::report::{PromiseState, Report, RuleLine, Verdict};
use crate::rules::{self, Level};

/// Writes the whole in a few lines, the verdict last: that is where the eye is when a command ends.
pub(super) fn write(page: &mut Page, report: &Report) {
    page.line(painted(look::STRONG, "--- summary ---"));
    page.blank();
    page.field("target", &format!("{} ({})", clean(&report.target.display), report.target.kind));
    cases(page, report);
    pool(page, report);
    dictionary(page, report);
    experiments(page, report);
    outcomes(page, report);
    rules(page, report);
    promises(page, report);
    latency(page, report);
    page.field("seed", &format!("{0} (`--seed {0}` makes the same cases again)", report.seed));
    findings(page, report);
    allowed(page, report);
    for note in &report.notes {
        page.field("note", &clean(note));
    }
    page.blank();
    let (look, verdict) = verdict(report);
    page.prose("", &format!("{}: {verdict}", painted(look, report.verdict.label())));
}

fn cases(page: &mut Page, report: &Report) {
    let joined = |parts: Vec<String>| listed(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    let phases: Vec<_> = report
        .cases
        .by_phase
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(phase, count)| format!("{} {}", thousands(*count), phase.label()))
        .collect();
    page.field("cases", &format!("{}: {}", thousands(report.cases.total), joined(phases)));
    let by_version = &report.cases.by_event_version;
    if let [(only, _)] = by_version.as_slice() {
        page.field("", &format!("all under {}", versions(&[*only])));
    } else {
        let parts = by_version.iter().map(|(version, count)| format!("{} under {version}", thousands(*count)));
        page.field("", &format!("by event version: {}", joined(parts.collect())));
    }
}

/// Which pool the cases were of. What was not known of it is left out.
fn pool(page: &mut Page, report: &Report) {
    let Some(pool) = &report.pool else { return };
    let parts = [
        (Some(pool.attributes), "attribute", "attributes"),
        (pool.groups, "group", "groups"),
        (pool.clients, "client", "clients"),
        (pool.identity_providers, "provider", "providers"),
        (pool.resource_servers, "resource server", "resource servers"),
    ];
    let parts = parts.into_iter().filter_map(|(count, one, many)| Some(counted(count? as u64, one, many)));
    page.field("pool", &format!("{}: {}", clean(&pool.id), parts.collect::<Vec<_>>().join(", ")));
}

/// Where the words came from that the random cases have beside the general ones.
fn dictionary(page: &mut Page, report: &Report) {
    let Some(dictionary) = report.dictionary.as_ref().filter(|dictionary| dictionary.words > 0) else { return };
    let words = counted(dictionary.words as u64, "word", "words");
    let mut sources: Vec<String> = dictionary.files.iter().take(FILES_NAMED).map(|file| clean(file)).collect();
    if dictionary.files.len() > FILES_NAMED {
        let more = (dictionary.files.len() - FILES_NAMED) as u64;
        sources.push(counted(more, "further file", "further files"));
    }
    match dictionary.from_answers {
        0 => {}
        all if all == dictionary.words => sources = vec!["its answers".to_owned()],
        some => sources.push(format!("its answers ({})", thousands(some as u64))),
    }
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    page.field("words", &format!("random cases try {words} of the trigger's own, from {}", listed(&sources)));
}

/// Where there are more files than this, their number tells enough.
const FILES_NAMED: usize = 3;

/// Only worth a line when answers were compared.
fn experiments(page: &mut Page, report: &Report) {
    let experiments = report.experiments;
    if experiments.pairs > 0 {
        let starts = counted(experiments.starts, "fresh start", "fresh starts");
        let starts = if experiments.starts > 0 { format!(" and {starts}") } else { String::new() };
        let pairs = counted(experiments.pairs, "pair of answers", "pairs of answers");
        page.field("compared", &format!("{pairs}, for {}{starts} more", counted(experiments.calls, "call", "calls")));
    }
}

/// Only worth a line when not every call was answered.
fn outcomes(page: &mut Page, report: &Report) {
    let outcomes = &report.outcomes;
    let parts: Vec<_> = [
        (outcomes.answered, "answered"),
        (outcomes.errored, "ended in an error"),
        (outcomes.crashed, "crashed"),
        (outcomes.timed_out, "timed out"),
        (outcomes.not_json, "not JSON"),
        (outcomes.protocol, "against the Runtime API"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{} {word}", thousands(count)))
    .collect();
    if outcomes.answered != report.cases.total {
        page.field("outcomes", &parts.join(", "));
    }
}

fn rules(page: &mut Page, report: &Report) {
    let applies = |line: &&RuleLine| line.rule.versions.iter().any(|version| report.event_versions.contains(version));
    let (exercised, idle): (Vec<_>, Vec<_>) = report.rules.iter().filter(applies).partition(|line| line.exercised > 0);
    let broken = exercised.iter().filter(|line| line.violated > 0).count();
    let all = exercised.len() + idle.len();
    page.field("rules", &format!("{} of {all} exercised, {broken} broken", exercised.len()));
    if !idle.is_empty() {
        let names: Vec<_> = idle.iter().map(|line| line.rule.id).collect();
        page.field("", &format!("not exercised, which is not passed: {}", names.join(", ")));
    }
    let elsewhere = report.rules.len() - all;
    if elsewhere > 0 {
        page.field("", &format!("{} for other event versions", counted(elsewhere as u64, "rule is", "rules are")));
    }
}

/// What came of the promises. One that is broken is a finding, and one that never applied a note.
fn promises(page: &mut Page, report: &Report) {
    let words = [
        (PromiseState::Kept, "kept"),
        (PromiseState::Broken, "broken"),
        (PromiseState::NeverApplied, "never applied"),
        (PromiseState::Untried, "not tried"),
    ];
    let parts: Vec<_> = words
        .into_iter()
        .map(|(state, word)| (report.promises.iter().filter(|line| line.state == state).count(), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if !parts.is_empty() {
        page.field("promises", &format!("{} made: {}", report.promises.len(), parts.join(", ")));
    }
}

fn latency(page: &mut Page, report: &Report) {
    let latency = report.latency_ms;
    let parts: Vec<_> = [
        ("half within", latency.p50),
        ("99 % within", latency.p99),
        ("longest", latency.max),
        ("cold start", latency.cold),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", milliseconds(value?))))
    .collect();
    if !parts.is_empty() {
        page.field("latency", &parts.join(", "));
    }
}

fn findings(page: &mut Page, report: &Report) {
    let faults = report.faults();
    if faults.is_empty() {
        page.field("findings", "none");
        return;
    }
    let mut text = levels(report).join(", ");
    let single = faults.iter().map(|fault| 1 + fault.others.len()).sum::<usize>();
    if single != faults.len() {
        let all = counted(single as u64, "finding", "findings");
        text.push_str(&format!(" ({all}, each event version counted)"));
    }
    page.field("findings", &text);
}

/// What was found and is allowed, with the reasons: nobody should have to open the file to see them.
fn allowed(page: &mut Page, report: &Report) {
    let used: Vec<_> = report.allowances.iter().filter(|line| line.findings > 0).collect();
    let all: usize = used.iter().map(|line| line.findings).sum();
    if all == 0 {
        return;
    }
    page.field(
        "allowed",
        &format!("{}, which do not count for the verdict:", counted(all as u64, "finding", "findings")),
    );
    for line in used {
        let until = line.expires.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
        page.field("", &format!("{} ({}{until}): {}", line.rule, clean(&line.written), clean(&line.reason)));
    }
}

/// How many faults there are of each level, in words; levels without any are left out.
fn levels(report: &Report) -> Vec<String> {
    let faults = report.faults();
    [
        (Level::Error, "error", "errors"),
        (Level::Warning, "warning", "warnings"),
        (Level::Advice, "piece of advice", "pieces of advice"),
    ]
    .into_iter()
    .map(|(level, one, many)| (faults.iter().filter(|fault| fault.first.level == level).count(), one, many))
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| counted(count as u64, one, many))
    .collect()
}

/// The verdict in words: what it means for whoever wants to deploy the trigger.
fn verdict(report: &Report) -> (anstyle::Style, String) {
    match report.verdict {
        Verdict::Violates => {
            let denied = report.faults().iter().filter(|fault| fault.first.level >= report.denied).count();
            if denied == 0 {
                let words =
                    "no fault was found that is denied, but an allowance or a promise is of no use; see the note.";
                return (look::BAD, words.to_owned());
            }
            let faults = counted(denied as u64, "fault", "faults");
            let faults_of = |level| report.faults().into_iter().filter(move |fault| fault.first.level == level);
            let of_promises = faults_of(Level::Error).all(|fault| fault.first.rule.is_about_promises());
            let consequence = if faults_of(Level::Error).next().is_some() && of_promises {
                "do not deploy this trigger as it is: some tokens would not be what the team promises"
            } else if faults_of(Level::Error).next().is_some() {
                "do not deploy this trigger as it is: some sign-ins would fail, or tokens would not hold what it asks for"
            } else {
                "nothing that AWS forbids, but what is denied here"
            };
            (look::BAD, format!("{consequence}. {faults} at or above the denied level `{}`.", report.denied))
        }
        Verdict::Conforms if report.faults().is_empty() && !report.findings.is_empty() => {
            (look::GOOD, "nothing was found but what is allowed.".to_owned())
        }
        Verdict::Conforms if report.findings.is_empty() && rules_on(report) < rules_at_most() => {
            let rules = counted(report.rules.len() as u64, "rule that was on has", "rules that were on have");
            (look::GOOD, format!("the {rules} nothing to say against this trigger."))
        }
        Verdict::Conforms if report.findings.is_empty() => {
            (look::GOOD, "on these events, Cognito would issue the tokens that the trigger asks for.".to_owned())
        }
        Verdict::Conforms => {
            let found = levels(report).join(" and ");
            (look::GOOD, format!("nothing at or above the denied level `{}`; {found} to look at.", report.denied))
        }
        Verdict::NoVerdict => (look::UNSURE, "this run says nothing about the trigger; see the note.".to_owned()),
    }
}

/// How many of the rules that are always there were on.
fn rules_on(report: &Report) -> usize {
    report.rules.iter().filter(|line| !line.rule.is_about_promises()).count()
}

fn rules_at_most() -> usize {
    rules::ALL.iter().filter(|rule| !rule.is_about_promises()).count()
}
