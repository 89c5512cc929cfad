use std::fmt;

use super::source::{INVALID_JSON, QUOTAS, SOCKET_TIMEOUT, TRIGGERS};
use crate::situation::{Certainty, Evidence, Text};

/// A sign-in that fails because of the trigger: no token is issued.
///
/// This is what the user pools API answers with. Managed login shows the message above its form (X-02); in which words
/// the token endpoint reports it is not documented (U-30).
///
/// ```
/// use pretoken::tokens::{Exception, SignInFailure};
/// let failure = SignInFailure::error("not a tester");
/// assert_eq!(failure.exception, Exception::UserLambdaValidation);
/// assert_eq!(failure.message.as_deref(), Some("PreTokenGeneration failed with error not a tester."));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SignInFailure {
    /// The exception of the API.
    pub exception: Exception,
    /// The exception's message, where Cognito's words are known.
    pub message: Option<Text>,
    /// What brought it about, in the answer's own names.
    pub why: Text,
    /// The JSON pointer of the place in the answer; empty for the answer as a whole, and where there is none.
    pub pointer: Text,
    /// Why we believe that the sign-in fails.
    pub evidence: Evidence,
}

/// The API's three exceptions for a trigger that goes wrong; all are HTTP 400 (X-07).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exception {
    /// Cognito cannot read the answer.
    InvalidLambdaResponse,
    /// The trigger reported an error.
    UserLambdaValidation,
    /// The trigger could not be invoked, or took too long.
    UnexpectedLambda,
}

impl Exception {
    /// The API's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidLambdaResponse => "InvalidLambdaResponseException",
            Self::UserLambdaValidation => "UserLambdaValidationException",
            Self::UnexpectedLambda => "UnexpectedLambdaException",
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl SignInFailure {
    /// The trigger reported an error with this text, which is the documented way to deny a token.
    ///
    /// Cognito adds a full stop, so a text that ends in one ends in two (X-01). One report has
    /// `PreTokenGenerationV2_0` as the first word under event version 2
    /// (<https://github.com/aws/aws-lambda-rust-runtime/issues/1129>); the documented format does not.
    pub fn error(text: &str) -> Self {
        Self {
            exception: Exception::UserLambdaValidation,
            message: Some(format!("PreTokenGeneration failed with error {text}.").into()),
            why: "the trigger reported an error".into(),
            pointer: "".into(),
            evidence: Evidence {
                fact: "X-01",
                certainty: Certainty::Documented,
                words: "the trigger's name, `failed with error`, and the text from the response",
                url: TRIGGERS,
            },
        }
    }

    /// The trigger's process ended; Lambda reports that as an error with a text of its own (`text`).
    pub fn crash(text: &str) -> Self {
        Self { why: "the trigger crashed".into(), ..Self::error(text) }
    }

    /// The trigger returned nothing, `null`, or something that is not JSON.
    ///
    /// ```
    /// let failure = pretoken::tokens::SignInFailure::not_json();
    /// assert_eq!(failure.message.as_deref(), Some("Invalid lambda function output : Invalid JSON"));
    /// ```
    pub const fn not_json() -> Self {
        Self {
            exception: Exception::InvalidLambdaResponse,
            message: Some(Text::Borrowed("Invalid lambda function output : Invalid JSON")),
            why: Text::Borrowed("the trigger returned nothing that is JSON"),
            pointer: Text::Borrowed(""),
            evidence: Evidence {
                fact: "X-03",
                certainty: Certainty::ObservedByOthers,
                words: "four reports of `null`, nothing, or invalid JSON",
                url: INVALID_JSON,
            },
        }
    }

    /// The trigger took more than 5 seconds (O-01), and so did every retry there was.
    ///
    /// ```
    /// use pretoken::tokens::{Exception, SignInFailure};
    /// assert_eq!(SignInFailure::timeout().exception, Exception::UnexpectedLambda);
    /// ```
    pub const fn timeout() -> Self {
        Self {
            exception: Exception::UnexpectedLambda,
            message: Some(Text::Borrowed(
                "PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.",
            )),
            why: Text::Borrowed("the trigger did not answer within 5 seconds"),
            pointer: Text::Borrowed(""),
            evidence: Evidence {
                fact: "X-06",
                certainty: Certainty::ObservedByOthers,
                words: "two reports, one of them on another trigger",
                url: SOCKET_TIMEOUT,
            },
        }
    }

    /// The answer is JSON that Cognito cannot read.
    pub(super) fn unreadable(why: impl Into<Text>, pointer: impl Into<Text>, evidence: Evidence) -> Self {
        Self {
            exception: Exception::InvalidLambdaResponse,
            message: Some(Text::Borrowed("Unrecognizable lambda output")),
            why: why.into(),
            pointer: pointer.into(),
            evidence,
        }
    }

    /// The tokens would have more claims and scopes than the quota allows; neither exception nor words are known.
    pub(super) fn too_many_changes(count: usize) -> Self {
        Self {
            exception: Exception::InvalidLambdaResponse,
            message: None,
            why: format!("both tokens together would have {count} claims and scopes").into(),
            pointer: "/response".into(),
            evidence: Evidence {
                fact: "O-04",
                certainty: Certainty::Unknown,
                words: "the quota of 5,000 is documented, what happens beyond it is not",
                url: QUOTAS,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cognito_adds_a_full_stop_to_the_text_of_an_error_whatever_it_ends_in() {
        for (text, message) in [
            ("no", "PreTokenGeneration failed with error no."),
            ("no.", "PreTokenGeneration failed with error no.."),
            ("", "PreTokenGeneration failed with error ."),
        ] {
            assert_eq!(SignInFailure::error(text).message.as_deref(), Some(message));
        }
    }

    #[test]
    fn a_crash_reads_as_an_error() {
        let failure = SignInFailure::crash("Runtime exited with error: exit status 1");
        assert_eq!((failure.exception, &*failure.why), (Exception::UserLambdaValidation, "the trigger crashed"));
        assert_eq!(failure.message, SignInFailure::error("Runtime exited with error: exit status 1").message);
    }

    #[test]
    fn a_timeout_is_an_unexpected_exception_that_names_the_socket() {
        let failure = SignInFailure::timeout();
        assert_eq!(failure.exception.to_string(), "UnexpectedLambdaException");
        assert!(failure.message.unwrap().contains("Socket timeout"));
    }
}
