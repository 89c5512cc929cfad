//! Makes situations: documented examples, named boundaries, and random ones.

mod boundary;
mod dice;
mod documented;
mod draw;
mod scenario;
mod shrink;
mod tree;
mod words;

pub use boundary::boundaries;
pub use documented::documented;
pub use draw::Situations;
pub use scenario::Scenario;
pub use tree::SituationTree;
