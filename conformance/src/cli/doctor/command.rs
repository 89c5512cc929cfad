use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;

use super::steps::{self, Step};
use crate::cli::config::ConfigFile;
use crate::cli::streams::{Failure, Streams};
use crate::cli::{Exit, interrupt, target};
use crate::engine::{self, Ready};
use crate::report::{Page, clean, look, painted};
use crate::target::{Outcome, SpecError, StartError, TargetOptions, TargetSpec, Targets};

/// Tell step by step whether a trigger can be started, which events it answers and how fast, and what is missing
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Doctor {
    #[command(flatten)]
    target: target::Choice,
    #[command(flatten)]
    config: ConfigFile,
}

const EXAMPLES: &str = "\
Examples:
  pretoken doctor app.py
  pretoken doctor handler.ts --node ~/.nvm/versions/node/v24.1.0/bin/node";

impl Doctor {
    pub(in crate::cli) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let config = self.config.read()?;
        let nothing = || Failure::Usage(SpecError::Nothing.to_string());
        let spec = self.target.spec(&config)?.ok_or_else(nothing)?;
        let options = self.target.options(&config);
        let stop = interrupt::flag();
        let mut steps = vec![steps::found(&spec)];
        let examined = examine(&spec, &options, &stop, &mut steps);
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        let can_be_checked = match examined {
            Ok(spoken_to) => spoken_to,
            Err(error) => {
                steps.push(steps::not_started(&error));
                false
            }
        };
        streams.write(&page(&spec, &steps, can_be_checked, streams.width))?;
        Ok(if can_be_checked { Exit::Success } else { Exit::NoVerdict })
    }
}

/// Whether the trigger could be spoken to.
fn examine(
    spec: &TargetSpec,
    options: &TargetOptions,
    stop: &AtomicBool,
    steps: &mut Vec<Step>,
) -> Result<bool, StartError> {
    let targets = spec.open(options)?;
    steps.extend(targets.program().and_then(|program| steps::program(spec, program, options)));
    let mut ready = Ready::start(&*targets)?;
    let probes = ready.probe(stop);
    let mut target = ready.start()?;
    let again = probes.first().map(|first| target.invoke(&first.event).outcome);
    let told = engine::versions(&probes);
    steps.extend(target.handler().map(|handler| steps::handler(&handler)));
    steps.extend(target.client().map(|client| steps::client(&client)));
    steps.push(steps::started(&probes));
    steps.extend(steps::answers(&probes, &told));
    steps.push(steps::told(&told));
    steps.extend(probes.first().zip(again).map(|(first, again)| steps::repeated(first, &again)));
    steps.extend(steps::latency(&probes));
    steps.push(steps::printed(&probes));
    Ok(!probes.iter().all(|probe| matches!(probe.outcome, Outcome::Protocol(_))))
}

fn page(spec: &TargetSpec, steps: &[Step], can_be_checked: bool, width: usize) -> String {
    let mut page = Page::new(width);
    for step in steps {
        step.write(&mut page);
    }
    page.blank();
    let name = clean(&spec.to_string());
    if can_be_checked {
        page.prose("", &format!("{}: `{name}` can be checked.", painted(look::GOOD, "ready")));
    } else {
        let words = "the trigger cannot be checked before what is marked with ✗ is mended.";
        page.prose("", &format!("{}: {words}", painted(look::BAD, "not ready")));
    }
    page.finish()
}
