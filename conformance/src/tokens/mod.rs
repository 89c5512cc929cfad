//! The ID token and the access token: what Cognito issues without a trigger, and what an answer makes of it.

mod reserved;

pub use reserved::{Standing, TokenKind, standing};
