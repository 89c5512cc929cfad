use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::Exit;
use super::options::Versions;
use super::streams::{Failure, Streams};
use crate::engine::{Cases, Phase, Plan, Seed};
use crate::event;

/// Print the events that `check` sends, as JSON Lines
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Events {
    /// The event versions, such as `2` or `1,2`
    #[arg(long, value_name = "VERSIONS", default_value = "auto")]
    event_version: Versions,
    /// How many random events, beside the documented examples and the boundaries
    #[arg(long, value_name = "N", default_value_t = Plan::default().cases)]
    cases: u64,
    /// What the random events are drawn from: the same seed makes the same events
    #[arg(long, value_name = "S", default_value_t)]
    seed: Seed,
    /// Print the events of this phase only; can be repeated
    #[arg(long, value_name = "PHASE", value_enum)]
    phase: Vec<EventPhase>,
    /// Print each event as the member `event` of an object that says where it comes from
    #[arg(long)]
    with_scenario: bool,
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
        let plan =
            Plan { versions: self.event_version.or_all(), cases: self.cases, seed: self.seed, ..Plan::default() };
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
