//! A local Lambda Runtime API: the interface through which AWS Lambda itself gives events to a trigger's process.
//!
//! The process asks for its next event, and posts an answer or an error. This side hands out one event at a time and
//! turns what comes back into an [`Outcome`](super::Outcome). It listens on loopback only, on a port of the system's
//! choosing.
//!
//! Each connection is served on a thread of its own, which needs nobody else to hand out an event that was offered before, or
//! to keep an answer: between one event and the next, a trigger waits for no other thread.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

mod api;
mod connection;
mod dialogue;
mod meeting;
mod reading;
mod request_id;
mod respond;

use api::Printed;
pub(super) use api::{Heard, RuntimeApi, Started};
pub(super) use dialogue::Spoken;
pub(super) use reading::{answer, error};
