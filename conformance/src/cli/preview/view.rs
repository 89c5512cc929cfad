use serde_json::Value;

use crate::situation::{EventVersion, Situation};
use crate::target::{Outcome, Target};
use crate::tokens::{self, Applied, Issue, SignInFailure, Tokens};

/// One event, what the trigger made of it, and the tokens before and after.
#[derive(Debug)]
pub(super) struct View {
    /// The scene's name, or the file of the event.
    pub(super) title: String,
    pub(super) version: EventVersion,
    pub(super) trigger_source: &'static str,
    pub(super) event: Value,
    pub(super) before: Tokens,
    pub(super) outcome: Outcome,
    pub(super) after: After,
    /// What the trigger printed meanwhile.
    pub(super) output: Vec<String>,
}

/// What comes of the trigger's answer.
#[derive(Debug)]
pub(super) enum After {
    /// Cognito's part is known, as far as AWS tells.
    Applied(Applied),
    /// The trigger broke the Runtime API's rules: what Lambda would make of it, nobody knows.
    Unknown(String),
}

impl View {
    /// Calls the trigger with an event of the situation.
    pub(super) fn of(
        title: String,
        situation: &Situation,
        version: EventVersion,
        event: Value,
        target: &mut dyn Target,
    ) -> Self {
        let reply = target.invoke(&event);
        Self {
            title,
            version,
            trigger_source: situation.trigger_source().as_str(),
            before: tokens::issued(situation),
            after: after(situation, version, &reply.outcome),
            event,
            outcome: reply.outcome,
            output: reply.output,
        }
    }
}

impl After {
    /// The tokens after the trigger, if any are issued.
    pub(super) const fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::Applied(applied) => applied.tokens(),
            Self::Unknown(_) => None,
        }
    }

    /// Why the sign-in fails, if it does.
    pub(super) const fn failure(&self) -> Option<&SignInFailure> {
        match self {
            Self::Applied(Applied { result: Issue::SignInFails(failure), .. }) => Some(failure),
            _ => None,
        }
    }
}

fn after(situation: &Situation, version: EventVersion, outcome: &Outcome) -> After {
    let failure = match outcome {
        Outcome::Answered(answer) => return After::Applied(tokens::apply(situation, version, answer)),
        Outcome::Protocol(words) => return After::Unknown(words.clone()),
        Outcome::Errored(error) => SignInFailure::error(&error.message),
        Outcome::Crashed(words) => SignInFailure::crash(words),
        Outcome::TimedOut { .. } => SignInFailure::timeout(),
        Outcome::NotJson(_) => SignInFailure::not_json(),
    };
    After::Applied(Applied { result: Issue::SignInFails(failure), refused: Vec::new(), open: Vec::new() })
}
