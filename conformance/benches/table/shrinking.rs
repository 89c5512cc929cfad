//! How many calls of the trigger it takes to make a finding small.

use pretoken::engine::Seed;

use crate::conviction::{Convicted, suspects};
use crate::print::Line;
use crate::row::{Figure, Row};

/// `just proof` takes a hundred.
const SEEDS: u64 = 10;

pub(crate) fn lines() -> Vec<Line> {
    let mut calls: Vec<u32> = Vec::new();
    for suspect in suspects() {
        for version in suspect.rule.versions {
            let found = (0..SEEDS).filter_map(|seed| suspect.under(*version, Seed(seed)));
            calls.extend(found.map(Convicted::shrunk).map(|finding| finding.shrinking.calls));
        }
    }
    calls.sort_unstable();
    let at = |percent: usize| {
        let place = (calls.len() - 1) * percent / 100;
        Figure::new(f64::from(calls[place]), "calls")
    };
    vec![
        Line::Heading(
            "Shrinking: calls of the trigger for a finding, each miniature under each event version with 10 seeds",
        ),
        Row::new("median", at(50)).at_most(60.0).into(),
        Row::new("99 of 100 within", at(99)).into(),
        Row::new("worst", at(100)).into(),
    ]
}
