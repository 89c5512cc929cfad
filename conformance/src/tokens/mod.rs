//! The ID token and the access token: what Cognito issues without a trigger, and what an answer makes of it.
//!
//! [`issued`] gives the tokens of a situation, [`apply`] the tokens after an answer. Where AWS does not say what happens,
//! the result names the [`Question`] and the assumption that was used. No call to AWS was made to find it out.

mod apply;
mod claims;
mod envelope;
mod failure;
mod groups;
mod ids;
mod issued;
mod notes;
mod payload;
mod question;
mod refusal;
mod requests;
mod reserved;
mod scopes;
mod size;
mod source;

#[cfg(test)]
mod testing;

pub use apply::{Applied, Issue, apply};
pub use failure::{Exception, SignInFailure};
pub use issued::{LIFETIME, issued};
pub use payload::{Payload, Tokens};
pub use question::{OpenQuestion, Question};
pub use refusal::{Refusal, Refused};
pub use reserved::{Standing, TokenKind, standing};
pub use size::{CHANGES_LIMIT, change_count, signed_size};
