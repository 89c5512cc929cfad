use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::human::human;
use super::json::json;
use super::view::View;
use crate::cli::config::ConfigFile;
use crate::cli::options::{Versions, told_in_words};
use crate::cli::streams::{Failure, Streams};
use crate::cli::{Exit, interrupt, target};
use crate::engine::{self, Ready};
use crate::event;
use crate::report::{Page, clean};
use crate::situation::{EventVersion, Scene, Situation};
use crate::target::Targets;

/// Show the ID and the access token before and after the trigger, for a few telling sign-ins
///
/// Without a target, the reference trigger that is bundled with pretoken is shown at work.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(in crate::cli) struct Preview {
    #[command(flatten)]
    target: target::Choice,
    #[command(flatten)]
    config: ConfigFile,
    /// Show the tokens for this event, a JSON file (`-` for standard input)
    #[arg(long, value_name = "FILE")]
    event: Option<PathBuf>,
    /// The event version that the user pool is configured for; `auto` is the event's own, or
    /// else the highest that the trigger is for, as far as its answers tell
    #[arg(long, value_name = "VERSIONS", default_value = "auto")]
    event_version: Versions,
    /// How to write the tokens
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: PreviewFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum PreviewFormat {
    /// For people: what goes (`-`), what comes (`+`) and what stays
    #[default]
    Human,
    /// One JSON document
    Json,
}

/// A situation to show, with its event.
struct Shown {
    title: String,
    situation: Situation,
    version: EventVersion,
    event: Value,
}

const EXAMPLES: &str = "\
Examples:
  pretoken preview app.py
  pretoken preview app.py --event event.json
  pretoken preview handler.mjs --event-version 2 --format json";

impl Preview {
    pub(in crate::cli) fn run(&self, streams: &mut Streams) -> Result<Exit, Failure> {
        let of_file = self.event.as_ref().map(|file| of_file(file, &self.event_version)).transpose()?;
        let targets = self.target.open(&self.config.read()?)?;
        let stop = interrupt::flag();
        let mut ready = Ready::start(&*targets).map_err(|error| interrupt::or_failed(&stop, &error))?;
        let shown = match (of_file, &self.event_version) {
            (Some(shown), _) => shown,
            (None, Versions::These(versions)) => scenes(versions),
            (None, Versions::Auto) => {
                let told = engine::versions(&ready.probe(&stop));
                if stop.load(Ordering::Relaxed) {
                    return Err(Failure::Interrupted);
                }
                let mut note = Page::new(streams.width);
                note.prose("", &clean(&told_in_words(&told)));
                let _ = writeln!(streams.err(), "{}", note.finish());
                // For users the events of versions 2 and 3 are the same, and version 3 has every scene.
                scenes(&told.versions.iter().copied().max().map_or_else(Vec::new, |version| vec![version]))
            }
        };
        let mut target = ready.start().map_err(|error| interrupt::or_failed(&stop, &error))?;
        let mut views = Vec::new();
        for shown in shown {
            views.push(View::of(shown.title, &shown.situation, shown.version, shown.event, &mut *target));
            if stop.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted);
            }
        }
        let description = targets.description();
        streams.write(&match self.format {
            PreviewFormat::Human => human(&description, &views, streams.width),
            PreviewFormat::Json => json(&description, &views),
        })?;
        Ok(Exit::Success)
    }
}

/// The telling scenes; those with a machine only where Cognito calls a trigger for machines.
fn scenes(versions: &[EventVersion]) -> Vec<Shown> {
    let mut shown = Vec::new();
    for &version in versions {
        for scene in Scene::ALL {
            let situation = scene.situation();
            if situation.trigger_source().sent_under(version) {
                let event = event::build(&situation, version);
                shown.push(Shown { title: scene.name().to_owned(), situation, version, event });
            }
        }
    }
    shown
}

/// The event of a file; it is sent as it is, unless another version is asked for.
fn of_file(file: &Path, versions: &Versions) -> Result<Vec<Shown>, Failure> {
    let name = if file.as_os_str() == "-" { "standard input".to_owned() } else { file.display().to_string() };
    let unusable = |reason: String| Failure::Usage(format!("`{name}` cannot be used as an event: {reason}"));
    let text = read(file).map_err(|error| unusable(error.to_string()))?;
    let sent: Value = serde_json::from_str(&text).map_err(|error| unusable(format!("it is not JSON, {error}")))?;
    let (situation, own) = event::read(&sent).map_err(|error| unusable(error.to_string()))?;
    let source = situation.trigger_source();
    let versions = match versions {
        Versions::Auto => vec![own],
        Versions::These(versions) => versions.clone(),
    };
    if let Some(version) = versions.iter().find(|version| !source.sent_under(**version)) {
        return Err(unusable(format!("Cognito sends `{}` under event version 3 only, not {version}", source.as_str())));
    }
    let shown = versions.into_iter().map(|version| Shown {
        title: name.clone(),
        event: if version == own { sent.clone() } else { event::build(&situation, version) },
        situation: situation.clone(),
        version,
    });
    Ok(shown.collect())
}

fn read(file: &Path) -> std::io::Result<String> {
    if file.as_os_str() != "-" {
        return fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
