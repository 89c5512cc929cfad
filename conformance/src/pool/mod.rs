//! The user pool that a trigger is for, as the AWS CLI prints it: what can occur there, and what cannot.
//!
//! What a file leaves out or was not given for stays unknown, and then nothing is kept from occurring.

mod attribute;
mod client;
mod document;
mod model;
mod read;

pub use attribute::{Limits, PoolAttribute};
pub use client::Client;
pub use document::{PoolFault, PoolFile};
pub use model::{Pool, Provider, ResourceServer, UserNames};
