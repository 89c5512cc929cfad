//! A local Lambda Runtime API: the interface through which AWS Lambda itself gives events to a trigger's process.
//!
//! The process asks for its next event, and posts an answer or an error. This side hands out one event at a time and
//! turns what comes back into an [`Outcome`](super::Outcome). It listens on loopback only, on a port of the system's
//! choosing.
//!
//! It is served on the caller's own thread, and only while the caller waits for something. Nothing is handed from
//! thread to thread for an event, and a process that has answered stands still until the next one, as on Lambda.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

mod dialogue;
mod reading;
mod request_id;
mod server;

pub(super) use reading::{answer, error};
pub(super) use server::{Asked, RuntimeApi};
