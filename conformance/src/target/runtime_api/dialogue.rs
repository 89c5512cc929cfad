use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hyper::body::Bytes;

use super::request_id::RequestId;
use crate::target::{Outcome, Said, TriggerError};

/// What the two sides have said so far: which events are to be given, which one the process has in hand, and what came of
/// those before.
///
/// It knows no HTTP and no threads. The rules are those of Lambda's own state machine, as its open Runtime Interface
/// Emulator has them: one event at a time, one answer for each, and only for the event in hand.
#[derive(Debug)]
pub(super) struct Dialogue {
    last: RequestId,
    /// Since when the process has an event.
    in_hand: Option<Instant>,
    offered: VecDeque<Bytes>,
    said: VecDeque<Spoken>,
    /// Since when the process could have asked for an event.
    idle: Instant,
    /// Nothing more is given to the process.
    is_over: bool,
    failed_start: Option<TriggerError>,
    client: Option<String>,
    handler: Option<String>,
}

/// An event on its way to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) id: RequestId,
    pub(super) event: Bytes,
}

/// What was said about an event, how long it took, and what was printed until then.
#[derive(Debug)]
pub(in crate::target) struct Spoken {
    pub(in crate::target) said: Said,
    pub(in crate::target) took: Duration,
    pub(in crate::target) output: Vec<String>,
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
    pub(super) fn new() -> Self {
        Self {
            last: RequestId::default(),
            in_hand: None,
            offered: VecDeque::new(),
            said: VecDeque::new(),
            idle: Instant::now(),
            is_over: false,
            failed_start: None,
            client: None,
            handler: None,
        }
    }

    /// The process asks for its next event: whether it may.
    pub(super) fn ask(&mut self, client: Option<&str>) -> Result<(), Refusal> {
        if self.in_hand.is_some() {
            let words = "it asked for the next event before it had answered this one".to_owned();
            self.settle(Said::Other(Outcome::Protocol(words)), Vec::new());
            return Err(Refusal::InvalidStateTransition);
        }
        if self.client.is_none() {
            self.client = client.map(str::to_owned);
        }
        Ok(())
    }

    /// The next event for a process that asks, if there is one.
    pub(super) fn hand_out(&mut self) -> Option<Delivery> {
        if self.is_over || self.in_hand.is_some() {
            return None;
        }
        let event = self.offered.pop_front()?;
        self.last = RequestId(self.last.0.wrapping_add(1));
        self.in_hand = Some(Instant::now());
        Some(Delivery { id: self.last, event })
    }

    /// Has an event for the process, after those before it.
    pub(super) fn offer(&mut self, event: Bytes) {
        if self.in_hand.is_none() && self.offered.is_empty() {
            self.idle = Instant::now();
        }
        self.offered.push_back(event);
    }

    /// Nothing more is given to the process: what it was not given yet. The event that it has in hand is forgotten.
    pub(super) fn end(&mut self) -> VecDeque<Bytes> {
        self.is_over = true;
        self.in_hand = None;
        std::mem::take(&mut self.offered)
    }

    /// The process has taken too long for its event, whether it had asked for it or not: nothing more is given to it.
    pub(super) fn give_up(&mut self) {
        self.is_over = true;
        if self.in_hand.take().is_none() {
            self.offered.pop_front();
        }
    }

    /// Takes back what was not given to the process yet, and forgets what was said.
    pub(super) fn recall(&mut self) {
        self.offered.clear();
        self.said.clear();
    }

    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    pub(super) const fn is_in_hand(&self) -> bool {
        self.in_hand.is_some()
    }

    /// Since when the process is waited for, if it is: to answer, or to ask.
    pub(super) fn waited_for(&self) -> Option<Instant> {
        self.in_hand.or_else(|| (!self.offered.is_empty()).then_some(self.idle))
    }

    /// The process says what came of an event; `printed` tells what it printed until then.
    ///
    /// An answer that comes twice is refused and changes nothing, as on Lambda. An answer to a request that never was
    /// ends the event in hand: the process has lost its way, and would otherwise be waited for until the time limit.
    pub(super) fn finish(
        &mut self,
        id: &str,
        said: Said,
        printed: impl FnOnce() -> Vec<String>,
    ) -> Result<(), Refusal> {
        match id.parse::<RequestId>() {
            Ok(id) if id == self.last && self.is_in_hand() => {
                self.settle(said, printed());
                Ok(())
            }
            Ok(id) if id == self.last && id != RequestId::default() => Err(Refusal::InvalidStateTransition),
            Ok(id) if id < self.last && id != RequestId::default() => Err(Refusal::InvalidRequestId),
            _ => {
                if self.is_in_hand() {
                    let words = format!("it answered request `{id}`, which was not given to it");
                    self.settle(Said::Other(Outcome::Protocol(words)), printed());
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

    /// What was said first of what nobody has taken yet.
    pub(super) fn take_said(&mut self) -> Option<Spoken> {
        self.said.pop_front()
    }

    /// How much was said that nobody has taken yet.
    pub(super) fn said(&self) -> usize {
        self.said.len()
    }

    pub(super) fn has_said(&self) -> bool {
        !self.said.is_empty()
    }

    pub(super) fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    fn settle(&mut self, said: Said, output: Vec<String>) {
        // Whoever breaks the rules has lost its way, and is given nothing more.
        self.is_over |= matches!(said, Said::Other(Outcome::Protocol(_)));
        self.idle = Instant::now();
        let took = self.in_hand.take().map_or(Duration::ZERO, |since| self.idle.saturating_duration_since(since));
        self.said.push_back(Spoken { said, took, output });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Bytes = Bytes::from_static(b"{}");

    fn answer(text: &'static str) -> Said {
        Said::Answer(Bytes::from_static(text.as_bytes()))
    }

    fn protocol(said: Option<Said>) -> String {
        let Some(Said::Other(Outcome::Protocol(words))) = said else { panic!("{said:?}") };
        words
    }

    fn said(dialogue: &mut Dialogue) -> Option<Said> {
        dialogue.take_said().map(|spoken| spoken.said)
    }

    fn finish(dialogue: &mut Dialogue, id: &str, said: Said) -> Result<(), Refusal> {
        dialogue.finish(id, said, Vec::new)
    }

    fn with_event_in_hand() -> (Dialogue, String) {
        let mut dialogue = Dialogue::new();
        dialogue.offer(EVENT);
        dialogue.ask(Some("client/1")).unwrap();
        let id = dialogue.hand_out().unwrap().id.to_string();
        (dialogue, id)
    }

    #[test]
    fn an_event_is_given_to_who_asks_and_its_answer_is_kept_with_what_was_printed() {
        let (mut dialogue, id) = with_event_in_hand();
        assert!(dialogue.take_said().is_none());
        assert_eq!(dialogue.finish(&id, answer("1"), || vec!["printed".to_owned()]), Ok(()));
        let spoken = dialogue.take_said().unwrap();
        assert_eq!((spoken.said, spoken.output), (answer("1"), vec!["printed".to_owned()]));
        assert_eq!(dialogue.client(), Some("client/1"));
    }

    #[test]
    fn events_are_given_one_at_a_time_and_in_their_order() {
        let mut dialogue = Dialogue::new();
        for event in ["1", "2"] {
            dialogue.offer(Bytes::from_static(event.as_bytes()));
        }
        let first = dialogue.hand_out().unwrap();
        assert_eq!(first.event, "1");
        assert!(dialogue.hand_out().is_none(), "it has one in hand");
        assert_eq!(finish(&mut dialogue, &first.id.to_string(), answer("a")), Ok(()));
        let second = dialogue.hand_out().unwrap();
        assert_eq!(second.event, "2");
        assert_eq!(finish(&mut dialogue, &second.id.to_string(), answer("b")), Ok(()));
        assert_eq!([said(&mut dialogue), said(&mut dialogue)], [Some(answer("a")), Some(answer("b"))]);
    }

    #[test]
    fn a_process_is_waited_for_while_there_is_an_event_for_it_or_with_it() {
        let mut dialogue = Dialogue::new();
        assert_eq!(dialogue.waited_for(), None);
        dialogue.offer(EVENT);
        let offered = dialogue.waited_for().unwrap();
        let id = dialogue.hand_out().unwrap().id.to_string();
        assert!(dialogue.waited_for().unwrap() >= offered);
        finish(&mut dialogue, &id, answer("1")).unwrap();
        assert_eq!(dialogue.waited_for(), None);
    }

    #[test]
    fn what_was_not_given_yet_is_given_back_at_the_end() {
        let (mut dialogue, id) = with_event_in_hand();
        dialogue.offer(EVENT);
        assert_eq!(dialogue.end(), [EVENT]);
        assert_eq!(finish(&mut dialogue, &id, answer("late")), Err(Refusal::InvalidStateTransition));
        dialogue.offer(EVENT);
        assert!(dialogue.hand_out().is_none());
        assert!(dialogue.take_said().is_none());
    }

    #[test]
    fn the_event_that_a_process_took_too_long_for_is_not_given_back() {
        const SECOND: Bytes = Bytes::from_static(b"2");
        for asks in [false, true] {
            let mut dialogue = Dialogue::new();
            [EVENT, SECOND].into_iter().for_each(|event| dialogue.offer(event));
            assert_eq!(asks, asks && dialogue.hand_out().is_some());
            dialogue.give_up();
            assert_eq!(dialogue.end(), [SECOND], "{asks}");
        }
    }

    #[test]
    fn a_second_answer_is_refused_and_changes_nothing() {
        let (mut dialogue, id) = with_event_in_hand();
        assert_eq!(finish(&mut dialogue, &id, answer("1")), Ok(()));
        assert_eq!(finish(&mut dialogue, &id, answer("2")), Err(Refusal::InvalidStateTransition));
        assert_eq!([said(&mut dialogue), said(&mut dialogue)], [Some(answer("1")), None]);
    }

    #[test]
    fn a_late_answer_to_an_older_event_leaves_the_one_in_hand_alone() {
        let (mut dialogue, first) = with_event_in_hand();
        assert_eq!(finish(&mut dialogue, &first, answer("1")), Ok(()));
        dialogue.offer(EVENT);
        let second = dialogue.hand_out().unwrap();
        assert_eq!(finish(&mut dialogue, &first, answer("2")), Err(Refusal::InvalidRequestId));
        assert_eq!(finish(&mut dialogue, &second.id.to_string(), answer("3")), Ok(()));
        assert_eq!([said(&mut dialogue), said(&mut dialogue)], [Some(answer("1")), Some(answer("3"))]);
    }

    #[test]
    fn an_answer_to_a_request_that_never_was_ends_the_event_and_the_dialogue() {
        for id in ["bogus", "7072e746-f6b6-4e00-8000-000000000000", "7072e746-f6b6-4e00-8000-000000000009"] {
            let (mut dialogue, _) = with_event_in_hand();
            dialogue.offer(EVENT);
            assert_eq!(finish(&mut dialogue, id, answer("1")), Err(Refusal::InvalidRequestId));
            let words = protocol(said(&mut dialogue));
            assert!(words.contains(id), "{words}");
            assert!(dialogue.hand_out().is_none(), "it has lost its way");
        }
    }

    #[test]
    fn asking_before_answering_breaks_the_rules() {
        let (mut dialogue, _) = with_event_in_hand();
        assert_eq!(dialogue.ask(None).unwrap_err(), Refusal::InvalidStateTransition);
        assert!(protocol(said(&mut dialogue)).contains("before it had answered"));
    }

    #[test]
    fn the_first_reason_for_a_failed_start_is_kept() {
        let mut dialogue = Dialogue::new();
        let error =
            |message: &str| TriggerError { error_type: String::new(), message: message.to_owned(), stack: Vec::new() };
        dialogue.fail_start(error("first"));
        dialogue.fail_start(error("second"));
        assert_eq!(dialogue.failed_start(), Some(&error("first")));
    }
}
