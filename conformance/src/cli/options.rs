use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::streams::Failure;
use crate::engine::{Selection, Told};
use crate::pool::Pool;
use crate::report::versions;
use crate::rules::Level;
use crate::situation::EventVersion;

/// `--event-version`: which versions the trigger is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Versions {
    /// Those that the trigger is for, as far as that can be told.
    Auto,
    /// These, in order and each once.
    These(Vec<EventVersion>),
}

impl Versions {
    /// The versions, where `auto` stands for every one.
    pub(super) fn or_all(&self) -> Vec<EventVersion> {
        match self {
            Self::Auto => EventVersion::ALL.to_vec(),
            Self::These(versions) => versions.clone(),
        }
    }
}

impl FromStr for Versions {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        if words.trim() == "auto" {
            return Ok(Self::Auto);
        }
        let mut versions = words
            .split(',')
            .map(|word| word.parse().map_err(|error| format!("{error}, several as `1,2`, or `auto`")))
            .collect::<Result<Vec<EventVersion>, _>>()?;
        versions.sort_unstable();
        versions.dedup();
        Ok(Self::These(versions))
    }
}

/// Which versions a trigger is for and how that was told, as a sentence.
pub(super) fn told_in_words(told: &Told) -> String {
    let more = if told.versions == EventVersion::ALL { "chooses some of them" } else { "chooses others" };
    format!("{}, told from the answers: {}; `--event-version` {more}", versions(&told.versions), told.why)
}

/// What a reader has to know of the user pool, as sentences. Its own event version is told where nobody else chose one.
pub(super) fn pool_in_words(pool: &Pool, chosen: &[EventVersion], is_open: bool) -> Vec<String> {
    let version = match pool.trigger {
        Some(version) if is_open => Some(format!(
            "{}, which the user pool is configured for; `--event-version` chooses others",
            versions(&[version])
        )),
        None if is_open => {
            Some("the user pool has no pre token generation trigger yet, so it tells no event version".to_owned())
        }
        Some(version) if !chosen.contains(&version) => {
            Some(format!("the user pool is configured for {}, which was not tried", versions(&[version])))
        }
        _ => None,
    };
    let closed = chosen.iter().filter(|version| pool.flows(**version).is_empty());
    let closed = closed.map(|version| {
        format!("none of the app clients issues tokens under {}, so no random case is", versions(&[*version]))
    });
    let cut =
        pool.cut_short.iter().map(|list| format!("{list}, so what it leaves out is taken not to be in the user pool"));
    version.into_iter().chain(closed).chain(cut).collect()
}

/// Which rules judge.
#[derive(Clone, Debug, Args)]
pub(super) struct RuleChoice {
    /// Judge by this rule only; can be repeated
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// Do not judge by this rule; can be repeated
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
}

impl RuleChoice {
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        Selection::new(&self.only, &self.allow).map_err(|unknown| Failure::Usage(unknown.to_string()))
    }
}

/// The rule of that id, or the nearest right word.
pub(super) fn rule(id: &str) -> Result<&'static crate::rules::Rule, Failure> {
    let unknown = || match Selection::new(&[id.to_owned()], &[]) {
        Err(unknown) => Failure::Usage(unknown.to_string()),
        Ok(_) => Failure::Usage(format!("`{id}` is no rule; `pretoken rules` lists them")),
    };
    crate::rules::find(id).ok_or_else(unknown)
}

/// Reads a level, and names all three in the help.
pub(super) fn level() -> impl TypedValueParser<Value = Level> {
    PossibleValuesParser::new([Level::Error, Level::Warning, Level::Advice].map(Level::label))
        .try_map(|word| word.parse::<Level>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_any_order_and_kept_once() {
        assert_eq!("3,1,V1_0".parse(), Ok(Versions::These(vec![EventVersion::V1, EventVersion::V3])));
        assert_eq!("auto".parse(), Ok(Versions::Auto));
    }

    #[test]
    fn a_word_that_is_no_version_is_named() {
        let error = "1,4".parse::<Versions>().unwrap_err();
        assert_eq!(error, "`4` is no event version; use `1`, `2` or `3`, several as `1,2`, or `auto`");
    }
}
