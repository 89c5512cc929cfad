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
    /// The event that the next one who asks is given.
    offered: Option<(Bytes, SystemTime)>,
    said: Option<Said>,
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

/// What the process is told when it asks for an event.
#[derive(Debug)]
pub(super) enum Asking {
    /// Here it is.
    Now(Delivery),
    /// It comes through the receiver.
    Later(oneshot::Receiver<Delivery>),
}

/// What came of an event.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// An answer, not read yet: the process need not wait for that.
    Answer(Bytes),
    /// Anything else.
    Other(Outcome),
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
    /// The process asks for its next event.
    pub(super) fn ask(&mut self, client: Option<&str>) -> Result<Asking, Refusal> {
        if self.in_hand {
            let words = "it asked for the next event before it had answered this one".to_owned();
            self.settle(Said::Other(Outcome::Protocol(words)));
            return Err(Refusal::InvalidStateTransition);
        }
        if self.client.is_none() {
            self.client = client.map(str::to_owned);
        }
        if let Some((event, deadline)) = self.offered.take() {
            return Ok(Asking::Now(self.hand_out(event, deadline)));
        }
        let (sender, receiver) = oneshot::channel();
        self.askers.push_back(sender);
        Ok(Asking::Later(receiver))
    }

    /// Whether the process waits for an event.
    pub(super) fn is_asking(&mut self) -> bool {
        self.askers.retain(|asker| !asker.is_closed());
        !self.askers.is_empty()
    }

    /// Has an event for the process: for who waits for one (true), or else for who asks next.
    pub(super) fn offer(&mut self, event: Bytes, deadline: SystemTime) -> bool {
        self.said = None;
        // Who has hung up is asked after here, and not when the event is sent: it cannot hang up in between.
        if self.is_asking()
            && let Some(asker) = self.askers.pop_front()
        {
            asker.send(self.hand_out(event, deadline)).is_ok()
        } else {
            self.offered = Some((event, deadline));
            false
        }
    }

    fn hand_out(&mut self, event: Bytes, deadline: SystemTime) -> Delivery {
        self.last = RequestId(self.last.0.wrapping_add(1));
        self.in_hand = true;
        Delivery { id: self.last, event, deadline }
    }

    pub(super) const fn is_in_hand(&self) -> bool {
        self.in_hand
    }

    /// The process says what came of an event.
    ///
    /// An answer that comes twice is refused and changes nothing, as on Lambda. An answer to a request that never was
    /// ends the event in hand: the process has lost its way, and would otherwise be waited for until the time limit.
    pub(super) fn finish(&mut self, id: &str, said: Said) -> Result<(), Refusal> {
        match id.parse::<RequestId>() {
            Ok(id) if id == self.last && self.in_hand => {
                self.settle(said);
                Ok(())
            }
            Ok(id) if id == self.last && id != RequestId::default() => Err(Refusal::InvalidStateTransition),
            Ok(id) if id < self.last && id != RequestId::default() => Err(Refusal::InvalidRequestId),
            _ => {
                if self.in_hand {
                    let words = format!("it answered request `{id}`, which was not given to it");
                    self.settle(Said::Other(Outcome::Protocol(words)));
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

    pub(super) const fn take_said(&mut self) -> Option<Said> {
        self.said.take()
    }

    pub(super) fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    fn settle(&mut self, said: Said) {
        self.in_hand = false;
        self.said = Some(said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Bytes = Bytes::from_static(b"{}");
    const DEADLINE: SystemTime = SystemTime::UNIX_EPOCH;

    fn answer(text: &'static str) -> Said {
        Said::Answer(Bytes::from_static(text.as_bytes()))
    }

    fn protocol(said: Option<Said>) -> String {
        let Some(Said::Other(Outcome::Protocol(words))) = said else { panic!("{said:?}") };
        words
    }

    fn with_event_in_hand() -> (Dialogue, String) {
        let mut dialogue = Dialogue::default();
        assert!(!dialogue.offer(EVENT, DEADLINE));
        let Ok(Asking::Now(delivery)) = dialogue.ask(Some("client/1")) else { panic!() };
        (dialogue, delivery.id.to_string())
    }

    #[test]
    fn an_event_is_given_to_who_asks_and_its_answer_is_kept() {
        let (mut dialogue, id) = with_event_in_hand();
        assert_eq!(dialogue.take_said(), None);
        assert_eq!(dialogue.finish(&id, answer("1")), Ok(()));
        assert_eq!(dialogue.take_said(), Some(answer("1")));
        assert_eq!(dialogue.client(), Some("client/1"));
    }

    #[test]
    fn who_asks_early_gets_the_event_when_it_is_there_and_who_has_hung_up_gets_none() {
        let mut dialogue = Dialogue::default();
        drop(dialogue.ask(None).unwrap());
        assert!(!dialogue.is_asking());
        let Ok(Asking::Later(mut receiver)) = dialogue.ask(None) else { panic!() };
        assert!(dialogue.is_asking());
        assert!(dialogue.offer(EVENT, DEADLINE));
        assert_eq!(receiver.try_recv().unwrap().event, EVENT);
        assert!(dialogue.is_in_hand());
    }

    #[test]
    fn a_second_answer_is_refused_and_changes_nothing() {
        let (mut dialogue, id) = with_event_in_hand();
        assert_eq!(dialogue.finish(&id, answer("1")), Ok(()));
        assert_eq!(dialogue.finish(&id, answer("2")), Err(Refusal::InvalidStateTransition));
        assert_eq!(dialogue.take_said(), Some(answer("1")));
    }

    #[test]
    fn a_late_answer_to_an_older_event_leaves_the_one_in_hand_alone() {
        let (mut dialogue, first) = with_event_in_hand();
        assert_eq!(dialogue.finish(&first, answer("1")), Ok(()));
        dialogue.offer(EVENT, DEADLINE);
        let Ok(Asking::Now(second)) = dialogue.ask(None) else { panic!() };
        assert_eq!(dialogue.finish(&first, answer("2")), Err(Refusal::InvalidRequestId));
        assert_eq!(dialogue.finish(&second.id.to_string(), answer("3")), Ok(()));
        assert_eq!(dialogue.take_said(), Some(answer("3")));
    }

    #[test]
    fn an_answer_to_a_request_that_never_was_ends_the_event() {
        for id in ["bogus", "7072e746-f6b6-4e00-8000-000000000000", "7072e746-f6b6-4e00-8000-000000000009"] {
            let (mut dialogue, _) = with_event_in_hand();
            assert_eq!(dialogue.finish(id, answer("1")), Err(Refusal::InvalidRequestId));
            let words = protocol(dialogue.take_said());
            assert!(words.contains(id), "{words}");
        }
    }

    #[test]
    fn asking_before_answering_breaks_the_rules() {
        let (mut dialogue, _) = with_event_in_hand();
        assert_eq!(dialogue.ask(None).unwrap_err(), Refusal::InvalidStateTransition);
        assert!(protocol(dialogue.take_said()).contains("before it had answered"));
    }

    #[test]
    fn the_first_reason_for_a_failed_start_is_kept() {
        let mut dialogue = Dialogue::default();
        let error =
            |message: &str| TriggerError { error_type: String::new(), message: message.to_owned(), stack: Vec::new() };
        dialogue.fail_start(error("first"));
        dialogue.fail_start(error("second"));
        assert_eq!(dialogue.failed_start(), Some(&error("first")));
    }
}
