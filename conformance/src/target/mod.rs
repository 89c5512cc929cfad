//! The trigger under test: one trait, one full space of outcomes. A target never judges.

mod address;
mod http;
mod in_process;
mod node;
mod outcome;
mod process;
mod python;
mod runtime_api;
mod spec;

pub use address::{Address, AddressError};
use http::HttpTargets;
pub use in_process::{Answer, Handler, InProcess};
use outcome::Said;
pub use outcome::{Description, Outcome, Received, Reply, StartError, Target, Targets, TriggerError, Wire};
pub use process::end_all;
pub use spec::{Source, SpecError, TargetOptions, TargetSpec};

pub(crate) use spec::{LIKELY, likely_file};
