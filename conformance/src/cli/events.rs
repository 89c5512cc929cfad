use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Exit;
use super::config::ConfigFile;
use super::options::Versions;
use super::streams::{Failure, Streams};
use crate::engine::{Cases, Phase, Plan, Seed};
use crate::event;

/// Print the events that `check` sends, as JSON Lines
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Events {
    /// The event versions, such as `2` or `1,2` [default: that of the user pool if one is configured, else all]
    #[arg(long, value_name = "VERSIONS")]
    event_version: Option<Versions>,
    /// How many random events, beside the documented examples and the boundaries [default: 1000]
    #[arg(long, value_name = "N")]
    cases: Option<u64>,
    /// What the random events are drawn from: the same seed makes the same events [default: 20231212]
    #[arg(long, value_name = "S")]
    seed: Option<Seed>,
    /// Print the events of this phase only; can be repeated
    #[arg(long, value_name = "PHASE", value_enum)]
    phase: Vec<EventPhase>,
    /// Print each event as the member `event` of an object that says where it comes from
    #[arg(long)]
    with_scenario: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// The phases that make events of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EventPhase {
    /// The events that AWS's documentation prints, and captured ones
    Documented,
    /// Named edges
    Boundary,
    /// Events drawn from the seed
    Random,
}

const EXAMPLES: &str = "\
Examples:
  pretoken events --event-version 2 --cases 10
  pretoken events --cases 1000 | jq .request.userAttributes.email";

impl Events {
    pub(super) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let plan = self.plan()?;
        let cases = Cases::new(&plan);
        for place in 0..cases.len() {
            if !self.wants(cases.phase(place)) {
                continue;
            }
            let Some(case) = cases.get(place) else { continue };
            let event = event::build(&case.situation, case.version);
            let line: Value = if self.with_scenario {
                json!({
                    "phase": case.phase.label(),
                    "scenario": case.scenario,
                    "event_version": case.version.as_str(),
                    "event": event,
                })
            } else {
                event
            };
            streams.write(&format!("{line}\n"))?;
        }
        Ok(Exit::Success)
    }

    /// The command line says what holds; where it is silent, the configuration does, and then its user pool.
    fn plan(&self) -> Result<Plan, Failure> {
        let config = self.config.read()?;
        let pool = config.pool()?.map(Arc::new);
        let default = Plan::default();
        let of_pool = || Some(vec![pool.as_ref()?.trigger?]);
        let of_file = || config.event_versions.clone().or_else(of_pool).unwrap_or(default.versions);
        Ok(Plan {
            versions: self.event_version.as_ref().map_or_else(of_file, Versions::or_all),
            cases: self.cases.or(config.cases).unwrap_or(default.cases),
            seed: self.seed.or(config.seed).unwrap_or_default(),
            pool,
            ..Plan::default()
        })
    }

    fn wants(&self, phase: Phase) -> bool {
        self.phase.is_empty() || self.phase.iter().any(|wanted| wanted.phase() == phase)
    }
}

impl EventPhase {
    const fn phase(self) -> Phase {
        match self {
            Self::Documented => Phase::Documented,
            Self::Boundary => Phase::Boundary,
            Self::Random => Phase::Random,
        }
    }
}
