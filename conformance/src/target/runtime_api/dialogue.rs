use std::collections::VecDeque;
use std::time::SystemTime;

use hyper::body::Bytes;
use tokio::sync::oneshot;

use super::request_id::RequestId;
use crate::target::{Outcome, TriggerError};

/// What the two sides have said so far: which event the process has in hand, and what came of it.
///
/// It knows no HTTP. The rules are those of Lambda's own state machine, as its open Runtime Interface Emulator has
/// them: one event at a time, one answer for each, and only for the event in hand.
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    last: RequestId,
    in_hand: bool,
    askers: VecDeque<oneshot::Sender<Delivery>>,
    outcome: Option<Outcome>,
    failed_start: Option<TriggerError>,
    client: Option<String>,
    handler: Option<String>,
}

/// An event on its way to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) id: RequestId,
    pub(super) event: Bytes,
    pub(super) deadline: SystemTime,
}

/// Why a request of the process was refused, in Lambda's words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It answered an event that it does not have in hand.
    InvalidRequestId,
    /// It answered once more, or asked for the next event before it answered.
    InvalidStateTransition,
}

impl Dialogue {
    /// The process asks for its next event; it comes through the receiver.
    pub(super) fn ask(&mut self, client: Option<&str>) -> Result<oneshot::Receiver<Delivery>, Refusal> {
        if self.in_hand {
            self.settle(Outcome::Protocol("it asked for the next event before it had answered this one".to_owned()));
            return Err(Refusal::InvalidStateTransition);
        }
        if self.client.is_none() {
            self.client = client.map(str::to_owned);
        }
        let (sender, receiver) = oneshot::channel();
        self.askers.push_back(sender);
        Ok(receiver)
    }

    /// Whether the process waits for an event.
    pub(super) fn is_asking(&mut self) -> bool {
        self.askers.retain(|asker| !asker.is_closed());
        !self.askers.is_empty()
    }

    /// Gives the process an event. False: nobody asks for one.
    pub(super) fn deliver(&mut self, event: &Bytes, deadline: SystemTime) -> bool {
        while let Some(asker) = self.askers.pop_front() {
            let id = RequestId(self.last.0.wrapping_add(1));
            if asker.send(Delivery { id, event: event.clone(), deadline }).is_ok() {
                self.last = id;
                self.in_hand = true;
                self.outcome = None;
                return true;
            }
        }
        false
    }

    pub(super) const fn is_in_hand(&self) -> bool {
        self.in_hand
    }

    /// The process says what came of an event.
    ///
    /// An answer that comes twice is refused and changes nothing, as on Lambda. An answer to a request that never was
    /// ends the event in hand: the process has lost its way, and would otherwise be waited for until the time limit.
    pub(super) fn finish(&mut self, id: &str, outcome: Outcome) -> Result<(), Refusal> {
        match id.parse::<RequestId>() {
            Ok(id) if id == self.last && self.in_hand => {
                self.settle(outcome);
                Ok(())
            }
            Ok(id) if id == self.last && id != RequestId::default() => Err(Refusal::InvalidStateTransition),
            Ok(id) if id < self.last && id != RequestId::default() => Err(Refusal::InvalidRequestId),
            _ => {
                if self.in_hand {
                    self.settle(Outcome::Protocol(format!("it answered request `{id}`, which was not given to it")));
                }
                Err(Refusal::InvalidRequestId)
            }
        }
    }

    /// The process says that it cannot start.
    pub(super) fn fail_start(&mut self, error: TriggerError) {
        self.failed_start.get_or_insert(error);
    }

    pub(super) const fn failed_start(&self) -> Option<&TriggerError> {
        self.failed_start.as_ref()
    }

    /// The process says which handler it calls.
    pub(super) fn name_handler(&mut self, handler: &str) {
        self.handler = Some(handler.to_owned());
    }

    pub(super) fn handler(&self) -> Option<&str> {
        self.handler.as_deref()
    }

    pub(super) const fn take_outcome(&mut self) -> Option<Outcome> {
        self.outcome.take()
    }

    pub(super) fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    fn settle(&mut self, outcome: Outcome) {
        self.in_hand = false;
        self.outcome = Some(outcome);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn answered(n: u8) -> Outcome {
        Outcome::Answered(json!(n))
    }

    fn with_event_in_hand() -> (Dialogue, String) {
        let mut dialogue = Dialogue::default();
        let mut receiver = dialogue.ask(Some("client/1")).unwrap();
        assert!(dialogue.deliver(&Bytes::from_static(b"{}"), SystemTime::UNIX_EPOCH));
        let id = receiver.try_recv().unwrap().id.to_string();
        (dialogue, id)
    }

    #[test]
    fn an_event_is_given_to_who_asks_and_its_answer_is_the_outcome() {
        let (mut dialogue, id) = with_event_in_hand();
        assert_eq!(dialogue.take_outcome(), None);
        assert_eq!(dialogue.finish(&id, answered(1)), Ok(()));
        assert_eq!(dialogue.take_outcome(), Some(answered(1)));
        assert_eq!(dialogue.client(), Some("client/1"));
    }

    #[test]
    fn nothing_is_delivered_to_who_has_hung_up() {
        let mut dialogue = Dialogue::default();
        drop(dialogue.ask(None).unwrap());
        assert!(!dialogue.is_asking());
        assert!(!dialogue.deliver(&Bytes::new(), SystemTime::UNIX_EPOCH));
        let waiting = dialogue.ask(None).unwrap();
        assert!(dialogue.is_asking());
        assert!(dialogue.deliver(&Bytes::new(), SystemTime::UNIX_EPOCH));
        drop(waiting);
    }

    #[test]
    fn a_second_answer_is_refused_and_changes_nothing() {
        let (mut dialogue, id) = with_event_in_hand();
        assert_eq!(dialogue.finish(&id, answered(1)), Ok(()));
        assert_eq!(dialogue.finish(&id, answered(2)), Err(Refusal::InvalidStateTransition));
        assert_eq!(dialogue.take_outcome(), Some(answered(1)));
    }

    #[test]
    fn a_late_answer_to_an_older_event_leaves_the_one_in_hand_alone() {
        let (mut dialogue, first) = with_event_in_hand();
        assert_eq!(dialogue.finish(&first, answered(1)), Ok(()));
        let mut receiver = dialogue.ask(None).unwrap();
        assert!(dialogue.deliver(&Bytes::new(), SystemTime::UNIX_EPOCH));
        assert_eq!(dialogue.finish(&first, answered(2)), Err(Refusal::InvalidRequestId));
        let second = receiver.try_recv().unwrap().id.to_string();
        assert_eq!(dialogue.finish(&second, answered(3)), Ok(()));
        assert_eq!(dialogue.take_outcome(), Some(answered(3)));
    }

    #[test]
    fn an_answer_to_a_request_that_never_was_ends_the_event() {
        for id in ["bogus", "7072e746-f6b6-4e00-8000-000000000000", "7072e746-f6b6-4e00-8000-000000000009"] {
            let (mut dialogue, _) = with_event_in_hand();
            assert_eq!(dialogue.finish(id, answered(1)), Err(Refusal::InvalidRequestId));
            let Some(Outcome::Protocol(words)) = dialogue.take_outcome() else { panic!("{id}") };
            assert!(words.contains(id), "{words}");
        }
    }

    #[test]
    fn asking_before_answering_breaks_the_rules() {
        let (mut dialogue, _) = with_event_in_hand();
        assert_eq!(dialogue.ask(None).unwrap_err(), Refusal::InvalidStateTransition);
        assert!(matches!(dialogue.take_outcome(), Some(Outcome::Protocol(_))));
    }

    #[test]
    fn the_first_reason_for_a_failed_start_is_kept() {
        let mut dialogue = Dialogue::default();
        let error =
            |message: &str| TriggerError { error_type: String::new(), message: message.to_owned(), stack: Vec::new() };
        dialogue.fail_start(error("first"));
        dialogue.fail_start(error("second"));
        assert_eq!(dialogue.failed_start(), Some(&error("first")));
        assert_eq!(dialogue.finish("x", Outcome::Answered(Value::Null)), Err(Refusal::InvalidRequestId));
    }
}
