use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A part of a run that one machine of several takes. Together they send exactly the cases of the whole run.
///
/// ```
/// use pretoken::engine::{Cases, Plan};
/// let whole = Plan { cases: 100, ..Plan::default() };
/// let count = |shard: &str| Cases::new(&Plan { shard: shard.parse().unwrap(), ..whole.clone() }).len();
/// assert_eq!(count("1/3") + count("2/3") + count("3/3"), Cases::new(&whole).len());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub struct Shard {
    /// Which one, from 1.
    pub number: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// All of a run.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// How many of so many cases it takes: every `of`th, so that each phase is spread evenly.
    pub(super) const fn share(self, of_all: u64) -> u64 {
        (of_all + self.of - self.number) / self.of
    }

    /// The place in the whole run of its own case at this place.
    pub(super) const fn place(self, own: u64) -> u64 {
        own.saturating_mul(self.of).saturating_add(self.number - 1)
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (number, of) = words.split_once('/')?;
            let shard = Self { number: number.parse().ok()?, of: of.parse().ok()? };
            (1..=shard.of).contains(&shard.number).then_some(shard)
        };
        read().ok_or_else(|| format!("`{words}` is no shard; use `1/3`, `2/3` and `3/3` for three machines"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_belongs_to_exactly_one_shard() {
        for of in 1..=5 {
            for all in 0..=17 {
                let mut places: Vec<u64> = (1..=of)
                    .map(|number| Shard { number, of })
                    .flat_map(|shard| (0..shard.share(all)).map(move |own| shard.place(own)))
                    .collect();
                places.sort_unstable();
                assert_eq!(places, (0..all).collect::<Vec<_>>(), "{of} shards of {all} cases");
            }
        }
    }

    #[test]
    fn a_shard_is_named_by_its_number_and_how_many_there_are() {
        assert_eq!("2/3".parse(), Ok(Shard { number: 2, of: 3 }));
        assert_eq!(Shard { number: 2, of: 3 }.to_string(), "2/3");
        for wrong in ["", "1", "0/3", "4/3", "1/0", "a/b", "1/3/5", "-1/3"] {
            let error = wrong.parse::<Shard>().unwrap_err();
            assert_eq!(error, format!("`{wrong}` is no shard; use `1/3`, `2/3` and `3/3` for three machines"));
        }
    }
}
