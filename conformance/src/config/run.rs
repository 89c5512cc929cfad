use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::ops::Range;

use toml::de::DeValue;

use super::members::Member;
use super::reading::Field;
use crate::engine::Seed;
use crate::rules::Level;
use crate::situation::EventVersion;

/// The words that name the trigger, and where they stand. Whether there is such a trigger is asked when it is needed: a
/// target on the command line may well be there when this one is not.
#[derive(Clone, Debug)]
pub(super) struct TargetWords {
    pub(super) words: Vec<OsString>,
    pub(super) is_command: bool,
    pub(super) span: Range<usize>,
}

pub(super) const TARGET: Member = Member {
    key: "target",
    read: |field, config| {
        let wanted = "a file or an address such as \"app.py\", or a command as a list of words";
        let (words, is_command) = if let DeValue::Array(_) = field.value() {
            let word = |entry: &Field<'_>| Some(OsString::from(entry.text("a word of the command")?));
            let words: Vec<_> = field.list(wanted).unwrap_or_default().iter().map_while(word).collect();
            if words.is_empty() {
                return field
                    .wrong("`target` names no command; give its words, such as [\"java\", \"-jar\", \"trigger.jar\"]");
            }
            (words, true)
        } else {
            let Some(text) = field.text(wanted) else { return };
            (vec![OsString::from(text)], false)
        };
        config.target = Some(TargetWords { words, is_command, span: field.span() });
    },
};

pub(super) const EVENT_VERSIONS: Member = Member {
    key: "event-versions",
    read: |field, config| {
        if matches!(field.value(), DeValue::String(text) if text == "auto") {
            return;
        }
        config.event_versions = event_versions(field, "a list such as [1, 2], or \"auto\"");
    },
};

/// Event versions, in order and each once; numbers and Cognito's own words (`V2_0`) are the same.
pub(super) fn event_versions(field: &Field<'_>, wanted: &str) -> Option<Vec<EventVersion>> {
    let entries = field.list(wanted)?;
    if entries.is_empty() {
        field.wrong(format!("an empty list leaves no event version to try; use {wanted}"));
        return None;
    }
    let mut versions = entries.iter().map(event_version).collect::<Option<Vec<_>>>()?;
    versions.sort_unstable();
    versions.dedup();
    Some(versions)
}

fn event_version(entry: &Field<'_>) -> Option<EventVersion> {
    let wanted = "an event version: 1, 2 or 3";
    let DeValue::Integer(number) = entry.value() else { return entry.parsed(wanted) };
    number.to_string().parse().map_err(|error| entry.wrong(format!("{error}"))).ok()
}

pub(super) const CASES: Member =
    Member { key: "cases", read: |field, config| config.cases = field.count(0, "a whole number such as 1000") };

pub(super) const SEED: Member = Member {
    key: "seed",
    read: |field, config| {
        let wanted = "a whole number, above 9223372036854775807 as a text";
        config.seed = if matches!(field.value(), DeValue::String(_)) {
            field.parsed(wanted)
        } else {
            field.count(0, wanted).map(Seed)
        };
    },
};

pub(super) const JOBS: Member = Member {
    key: "jobs",
    read: |field, config| {
        let jobs = field.count(1, "a whole number such as 2");
        config.jobs = jobs.and_then(|jobs| NonZeroUsize::new(usize::try_from(jobs).ok()?));
    },
};

pub(super) const TIMEOUT: Member = Member {
    key: "timeout",
    read: |field, config| {
        let wanted = "a time with its unit, such as \"5s\" or \"500ms\"";
        let Some(text) = field.text(wanted) else { return };
        match humantime::parse_duration(text) {
            Ok(time) if !time.is_zero() => config.timeout = Some(time),
            _ => field.wrong(format!("`{text}` is no time limit; `timeout` takes {wanted}")),
        }
    },
};

pub(super) const DENY: Member = Member {
    key: "deny",
    read: |field, config| {
        let levels = [Level::Error, Level::Warning, Level::Advice].map(Level::label);
        let word = field.word(&levels, "a level");
        config.deny = word.and_then(|word| word.parse().ok());
    },
};

pub(super) const SAVED: Member = Member {
    key: "saved",
    read: |field, config| {
        let Some(text) = field.text("a folder such as \".pretoken\"") else { return };
        let folder = field.reading.folder.join(text);
        if folder.exists() && !folder.is_dir() {
            return field.wrong(format!("`{}` is no folder", folder.display()));
        }
        config.saved = Some(folder);
    },
};
