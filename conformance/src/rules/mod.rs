//! The catalogue: one file per rule, by family, and what they share.
//!
//! A rule is constant data and one function that looks at an [`Exchange`], or at a [`Pair`] of them. It judges what came
//! back and never which generator made the event. To add one: a file in its family's folder and a line in `registry.rs`.

mod answer;
mod claims;
mod comparison;
mod conduct;
mod example;
mod exchange;
mod expectations;
mod groups;
mod miniature;
mod part;
mod promise;
mod promises;
mod registry;
mod rule;
mod scopes;
mod source;
mod standings;
mod survey;
mod verdict;
mod weight;

pub use comparison::{Check, Comparison, Difference, Pair, Regard, Second};
pub use example::{Example, Given};
pub use exchange::{Exchange, Timing};
pub use expectations::{Expectations, Pattern};
pub use miniature::Miniature;
pub use part::Part;
pub use promise::{Bearer, Demand, Promise, TokenSchema};
pub use registry::{ALL, find};
pub use rule::{Citation, Family, Level, Rule};
pub use verdict::{Kind, Verdict, Violation};

pub(crate) use answer::says_nothing;
