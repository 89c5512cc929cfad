use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;

use super::options::{RuleChoice, Versions, level, told_in_words};
use super::outputs::Outputs;
use super::progress::Meter;
use super::streams::{Failure, Streams};
use super::{Exit, interrupt, target};
use crate::engine::{self, Cases, Plan, Ready, RunError, Seed, Selection};
use crate::report::{Report, Verdict};
use crate::rules::Level;

/// Run the suite: call the trigger with the events that Cognito would send, and judge every answer
///
/// Without a target, the reference trigger that is bundled with pretoken is checked.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Check {
    #[command(flatten)]
    target: target::Choice,
    /// The event versions to call the trigger with, such as `2` or `1,2`; `auto` tells from its answers which it is for
    #[arg(long, value_name = "VERSIONS", default_value = "auto")]
    event_version: Versions,
    /// How many random cases to run, beside the documented examples and the boundaries
    #[arg(long, value_name = "N", default_value_t = Plan::default().cases)]
    cases: u64,
    /// What the random cases are drawn from: the same seed makes the same cases
    #[arg(long, value_name = "S", default_value_t)]
    seed: Seed,
    /// How many copies of the trigger work side by side [default: what its speed makes worth while,
    /// at most one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    rules: RuleChoice,
    /// The level from which on a finding makes the command end with 1
    #[arg(long, value_name = "LEVEL", default_value_t = Level::Error, value_parser = level())]
    deny: Level,
    #[command(flatten)]
    outputs: Outputs,
}

const EXAMPLES: &str = "\
Examples:
  pretoken check app.py
  pretoken check app.py --format junit --output junit.xml --format human
  pretoken check --event-version 2 --deny warning -- java -jar trigger.jar";

impl Check {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let rules = self.rules.selection()?;
        let outputs = self.outputs.open()?;
        let report = match self.checked(&rules, streams) {
            Err(Failure::NoVerdict(why)) => {
                let report = self.without_run(rules, why.clone());
                return match outputs.write_without_run(&report, streams) {
                    Ok(()) | Err(Failure::Closed) => Err(Failure::NoVerdict(why)),
                    Err(unwritten) => Err(unwritten),
                };
            }
            checked => checked?,
        };
        let exit = exit(&report);
        match outputs.write(&report, streams) {
            // Whoever closed the output early may still ask for the exit code.
            Err(Failure::Closed) => Ok(exit),
            other => other.map(|()| exit),
        }
    }

    fn checked(&self, rules: &Selection, streams: &Streams) -> Result<Report, Failure> {
        let targets = self.target.open()?;
        let stop = interrupt::flag();
        let started = Instant::now();
        let mut ready = Ready::start(&*targets).map_err(|error| interrupt::or_failed(&stop, &error))?;
        let (probes, told) = match &self.event_version {
            Versions::Auto => {
                let probes = ready.probe(&stop);
                let told = engine::versions(&probes);
                (probes, Some(told))
            }
            Versions::These(_) => (Vec::new(), None),
        };
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        let mut plan = Plan {
            versions: told.as_ref().map_or_else(|| self.event_version.or_all(), |told| told.versions.clone()),
            cases: self.cases,
            seed: self.seed,
            rules: rules.clone(),
            ..Plan::default()
        };
        let cases = Cases::new(&plan).len();
        plan.jobs = self.jobs.map_or_else(|| target::jobs(&*targets, cases, &probes), NonZeroUsize::get);
        let meter = Meter::new(streams.err(), streams.live);
        let run = engine::run(&plan, &ready, &|progress| meter.told(progress), &stop);
        meter.finish();
        let mut run = run.map_err(|error| no_verdict(&stop, &error))?;
        run.duration = started.elapsed();
        let mut report = Report::new(&run, self.deny);
        report.notes.extend(told.as_ref().map(told_in_words));
        Ok(report)
    }

    /// For whoever parses the output: the trigger did not start, so it was called with no event version.
    fn without_run(&self, rules: Selection, why: String) -> Report {
        let plan = Plan { versions: Vec::new(), seed: self.seed, rules, ..Plan::default() };
        Report::without_run(self.target.description(), &plan, self.deny, why)
    }
}

fn no_verdict(stop: &AtomicBool, error: &RunError) -> Failure {
    match error {
        RunError::Start(error) => interrupt::or_failed(stop, error),
        RunError::Schema(_) => Failure::NoVerdict(error.to_string()),
    }
}

const fn exit(report: &Report) -> Exit {
    match report.verdict {
        _ if report.interrupted => Exit::Interrupted,
        Verdict::Conforms => Exit::Success,
        Verdict::Violates => Exit::Violates,
        Verdict::NoVerdict => Exit::NoVerdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    #[test]
    fn the_exit_follows_the_verdict_unless_the_run_was_interrupted() {
        let mut report = Report::new(&testing::echo(), Level::Error);
        for (verdict, expected) in [
            (Verdict::Conforms, Exit::Success),
            (Verdict::Violates, Exit::Violates),
            (Verdict::NoVerdict, Exit::NoVerdict),
        ] {
            report.verdict = verdict;
            report.interrupted = false;
            assert_eq!(exit(&report), expected);
            report.interrupted = true;
            assert_eq!(exit(&report), Exit::Interrupted);
        }
    }
}
