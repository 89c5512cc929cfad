//! Makes situations: documented examples, named boundaries, and random ones.

mod boundary;
mod dice;
mod dictionary;
mod documented;
mod draw;
mod home;
mod local;
mod local_boundary;
mod overlay;
mod scenario;
mod shrink;
mod tree;
mod words;

pub use boundary::boundaries;
pub(crate) use dictionary::is_standard_attribute;
pub use dictionary::{Dictionary, Kind, Likely};
pub use documented::documented;
pub use draw::Situations;
pub use local_boundary::boundaries_in;
pub use scenario::Scenario;
pub use tree::SituationTree;
