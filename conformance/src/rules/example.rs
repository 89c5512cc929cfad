use serde_json::Value;

use super::{Expectations, Promise, Timing};
use crate::event;
use crate::situation::{EventVersion, Scene};
use crate::target::Outcome;

/// An exchange that shows a rule at work. Every example is run by the tests, and `pretoken explain` prints it.
#[derive(Debug)]
pub struct Example {
    /// The situation.
    pub scene: Scene,
    /// The event version.
    pub version: EventVersion,
    /// What came back.
    pub given: Given,
}

/// What came back in an example.
#[derive(Debug)]
pub enum Given {
    /// The event, with `response` replaced by this JSON text.
    Response(&'static str),
    /// This JSON text as the whole answer.
    Answer(&'static str),
    /// The event, changed in the way that the words say.
    Changed(&'static str, fn(&mut Value)),
    /// Something that is not an answer, in words and made.
    Other(&'static str, fn() -> Outcome),
    /// For a rule that compares two answers: the first and the second event, each with `response` replaced by this JSON
    /// text.
    Two(&'static str, &'static str),
    /// The event untouched, after this time; in words.
    After(&'static str, Timing),
    /// Something of the above, where a team promises this of its tokens.
    Promised(fn() -> Vec<Promise>, &'static Self),
}

impl Given {
    /// What came back, whatever is promised.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Promised(_, given) => given.plain(),
            other => other,
        }
    }
}

impl Example {
    /// The event that was sent.
    pub fn event(&self) -> Value {
        event::build(&self.scene.situation(), self.version)
    }

    /// What is promised; nothing, for most.
    pub fn expectations(&self) -> Expectations {
        let promises = match self.given {
            Given::Promised(promises, _) => promises(),
            _ => Vec::new(),
        };
        Expectations { promises, ..Expectations::default() }
    }

    /// How long it took.
    pub fn timing(&self) -> Timing {
        match *self.given.plain() {
            Given::After(_, timing) => timing,
            _ => Timing::default(),
        }
    }

    /// What came back, of two answers the second. A JSON text that cannot be read comes back as what it is: not JSON.
    pub fn outcome(&self) -> Outcome {
        self.outcome_on(&self.event())
    }

    /// The same on another event than the scene's own.
    pub(super) fn outcome_on(&self, event: &Value) -> Outcome {
        match *self.given.plain() {
            Given::Response(text) | Given::Two(_, text) => with_response(event, text),
            Given::Answer(text) => parsed(text),
            Given::Changed(_, change) => {
                let mut answer = event.clone();
                change(&mut answer);
                Outcome::Answered(answer)
            }
            Given::Other(_, outcome) => outcome(),
            Given::After(..) | Given::Promised(..) => Outcome::Answered(event.clone()),
        }
    }

    /// Of two answers the first; else the only one.
    pub fn first_outcome(&self) -> Outcome {
        match *self.given.plain() {
            Given::Two(text, _) => with_response(&self.event(), text),
            _ => self.outcome(),
        }
    }
}

fn with_response(event: &Value, text: &str) -> Outcome {
    match parsed(text) {
        Outcome::Answered(response) => {
            let mut answer = event.clone();
            if let Value::Object(fields) = &mut answer {
                fields.insert("response".to_owned(), response);
            }
            Outcome::Answered(answer)
        }
        other => other,
    }
}

fn parsed(text: &str) -> Outcome {
    serde_json::from_str::<Value>(text).map_or_else(|_| Outcome::NotJson(text.as_bytes().to_vec()), Outcome::Answered)
}
