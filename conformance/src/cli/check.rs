use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;

use super::config::ConfigChoice;
use super::options::{RuleChoice, Versions, level, pool_in_words, told_in_words};
use super::outputs::Outputs;
use super::progress::Meter;
use super::saving::Saving;
use super::streams::{Failure, Streams};
use super::{Exit, interrupt, target};
use crate::config::Config;
use crate::engine::{self, Cases, Plan, Progress, Ready, RunError, Seed, Selection, Shard, answered};
use crate::generate::{Kind, Likely};
use crate::pool::Pool;
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
    /// [default: auto]
    #[arg(long, value_name = "VERSIONS")]
    event_version: Option<Versions>,
    /// How many random cases to run, beside the documented examples and the boundaries [default: 1000]
    #[arg(long, value_name = "N")]
    cases: Option<u64>,
    /// What the random cases are drawn from: the same seed makes the same cases [default: 20231212]
    #[arg(long, value_name = "S")]
    seed: Option<Seed>,
    /// Make the random cases of general words alone, not of the words in the trigger's source and answers too
    #[arg(long)]
    no_dictionary: bool,
    /// How many copies of the trigger work side by side [default: what its speed makes worth while,
    /// at most one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Send only this part of the cases, such as `1/3` on the first of three machines; `pretoken merge` makes one verdict of
    /// their reports (`--format json`)
    #[arg(long, value_name = "K/N", default_value_t, hide_default_value = true)]
    shard: Shard,
    #[command(flatten)]
    rules: RuleChoice,
    /// The level from which on a finding makes the command end with 1 [default: error]
    #[arg(long, value_name = "LEVEL", value_parser = level())]
    deny: Option<Level>,
    #[command(flatten)]
    saving: Saving,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    config: ConfigChoice,
}

const EXAMPLES: &str = "\
Examples:
  pretoken check app.py
  pretoken check app.py --format junit --output junit.xml --format human
  pretoken check handler.mjs --event-version 2 --deny warning
  pretoken check --cases 20000 -- ./run-my-trigger --port 0

Exit codes:
  0    nothing at or above the denied level was found
  1    something was
  2    wrong usage, or a file that cannot be used
  3    no verdict: the trigger could not be started, or nothing was exercised
  130  interrupted; what was found so far is reported";

impl Check {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let rules = self.rules.selection()?;
        let config = self.config.read()?;
        let pool = config.pool()?.map(Arc::new);
        let outputs = self.outputs.open()?;
        let plan = self.plan(&config, rules, pool);
        let report = match self.checked(&plan, &config, streams) {
            Err(Failure::NoVerdict(why)) => {
                let report = self.without_run(plan, &config, why.clone());
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

    fn checked(&self, plan: &Plan, config: &Config, streams: &Streams) -> Result<Report, Failure> {
        let targets = self.target.open(config)?;
        let stop = interrupt::flag();
        let started = Instant::now();
        let mut words = (!self.no_dictionary).then(|| self.target.words(config));
        let mut ready = Ready::start(&*targets).map_err(|error| interrupt::or_failed(&stop, &error))?;
        let pool = plan.pool.as_deref();
        let versions = self.versions(config, pool);
        let (probes, told) = match &versions {
            Versions::Auto => {
                let probes = ready.probe(&stop);
                let told = engine::versions(&probes);
                (probes, Some(told))
            }
            Versions::These(versions) if words.is_some() => (ready.probe_under(versions, &stop), None),
            Versions::These(_) => (Vec::new(), None),
        };
        words.iter_mut().for_each(|words| words.answered(answered(&probes)));
        // With versions that were given, the run itself tells how far it came.
        if stop.load(Ordering::Relaxed) && told.is_some() {
            return Err(Failure::Interrupted);
        }
        let mut dictionary = words.as_ref().map(|words| words.dictionary.clone()).unwrap_or_default();
        // Without users who have the attribute, a promise about it never applies.
        for attribute in config.expectations.promises.iter().filter_map(|promise| promise.demand.attribute()) {
            dictionary.add(attribute, &[(Kind::Attribute, Likely::Yes)]);
        }
        let mut plan = Plan {
            versions: told.as_ref().map_or_else(|| versions.or_all(), |told| told.versions.clone()),
            dictionary: Arc::new(dictionary),
            ..plan.clone()
        };
        let gate = self.config.gate(self.deny, config);
        let keeper = self.saving.keeper(config, self.target.trigger(config), gate.denied, plan.seed);
        plan.saved = keeper.cases();
        let cases = Cases::new(&plan).len();
        plan.jobs =
            self.jobs.or(config.jobs).map_or_else(|| target::jobs(&*targets, cases, &probes), NonZeroUsize::get);
        let meter = Meter::new(streams.err(), streams.live);
        let told_of = |progress: Progress<'_>| {
            keeper.told(progress);
            meter.told(progress);
        };
        let run = engine::run(&plan, &ready, &told_of, &stop);
        meter.finish();
        let mut run = run.map_err(|error| no_verdict(&stop, &error))?;
        run.duration = started.elapsed();
        let mut report = Report::new(&run, gate);
        keeper.tell(&mut report);
        report.notes.extend(told.as_ref().map(told_in_words));
        report.notes.extend(pool.iter().flat_map(|pool| pool_in_words(pool, &plan.versions, self.leaves_open(config))));
        words.iter().for_each(|words| report.made_of(words));
        Ok(report)
    }

    /// For whoever parses the output: the trigger did not start, so it was called with no event version.
    fn without_run(&self, plan: Plan, config: &Config, why: String) -> Report {
        let plan = Plan { versions: Vec::new(), ..plan };
        Report::without_run(self.target.description(config), &plan, self.config.gate(self.deny, config), why)
    }

    /// The command line says what holds; where it is silent, the configuration does.
    fn plan(&self, config: &Config, rules: Selection, pool: Option<Arc<Pool>>) -> Plan {
        let default = Plan::default();
        Plan {
            cases: self.cases.or(config.cases).unwrap_or(default.cases),
            seed: self.seed.or(config.seed).unwrap_or_default(),
            shard: self.shard,
            expectations: config.expectations.clone(),
            allowances: config.allowances.clone(),
            rules,
            pool,
            ..default
        }
    }

    /// Where both are silent, the user pool's own setting does.
    fn versions(&self, config: &Config, pool: Option<&Pool>) -> Versions {
        let of_pool = || pool.and_then(|pool| pool.trigger).map(|version| vec![version]);
        let of_file = || config.event_versions.clone().or_else(of_pool).map_or(Versions::Auto, Versions::These);
        self.event_version.clone().unwrap_or_else(of_file)
    }

    /// Whether nobody but the pool says which event versions there are.
    const fn leaves_open(&self, config: &Config) -> bool {
        self.event_version.is_none() && config.event_versions.is_none()
    }
}

fn no_verdict(stop: &AtomicBool, error: &RunError) -> Failure {
    match error {
        RunError::Start(error) => interrupt::or_failed(stop, error),
        RunError::Schema(_) => Failure::NoVerdict(error.to_string()),
    }
}

pub(super) const fn exit(report: &Report) -> Exit {
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
