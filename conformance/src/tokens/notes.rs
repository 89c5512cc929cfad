use super::{OpenQuestion, Question, Refusal, Refused, SignInFailure, TokenKind};
use crate::situation::Text;

/// What is to be said beside the tokens; both lists stay empty, and cost nothing, for an answer that raises nothing.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) refused: Vec<Refused>,
    pub(super) open: Vec<OpenQuestion>,
}

impl Notes {
    pub(super) fn refuse(
        &mut self,
        token: Option<TokenKind>,
        what: impl Into<Text>,
        reason: Refusal,
        pointer: impl Into<Text>,
    ) {
        self.refused.push(Refused { token, pointer: pointer.into(), what: what.into(), reason });
    }

    pub(super) fn ask(&mut self, question: &'static Question, pointer: impl Into<Text>) {
        self.open.push(OpenQuestion { question, pointer: pointer.into() });
    }
}

/// Why an answer cannot be applied at all, and the open question behind that, if it is one.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) failure: SignInFailure,
    pub(super) question: Option<&'static Question>,
}

impl Fault {
    /// Boxed, because it is large and rare.
    pub(super) fn new(failure: SignInFailure, question: Option<&'static Question>) -> Box<Self> {
        Box::new(Self { failure, question })
    }
}

/// A member's name as a JSON pointer writes it (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
