use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hyper::body::Bytes;

use super::connection;
use super::dialogue::Spoken;
use super::meeting::{Look, Meeting, State};
use super::respond::respond;
use crate::target::TriggerError;

/// The Runtime API for one process, as the process's owner sees it.
///
/// Each connection has a thread of its own, which hands out events that were offered before and keeps what is said: the owner is not
/// needed for that, and has its own work to do meanwhile.
pub(in crate::target) struct RuntimeApi {
    address: SocketAddr,
    meeting: Arc<Meeting>,
    /// From where the last connection of our own came: see [`RuntimeApi::all_accepted`].
    knock: Arc<Mutex<Option<SocketAddr>>>,
    /// From an event to its answer.
    limit: Duration,
}

/// How the wait for a process that was started has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::target) enum Started {
    /// It asks for an event.
    Asking,
    /// It said that it cannot start.
    Failed(TriggerError),
    /// It has ended: how.
    Ended(String),
    /// It has done nothing of these in time.
    TooLate,
}

/// How the wait for an answer has ended.
#[derive(Debug)]
pub(in crate::target) enum Heard {
    /// Something was said.
    Said(Spoken),
    /// The process has ended before: how.
    Ended(String),
    /// Nothing was said in time.
    TooLate,
}

/// Tells what the process has printed since the last time.
pub(in crate::target) type Printed = Box<dyn Fn() -> Vec<String> + Send + Sync>;

impl RuntimeApi {
    /// Listens on loopback, on a free port. `printed` is asked for what the process has printed, each time that it says
    /// something about an event.
    pub(in crate::target) fn open(limit: Duration, printed: Printed) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let meeting = Arc::new(Meeting::new(printed));
        let knock = Arc::new(Mutex::new(None));
        let (met, knocked) = (Arc::clone(&meeting), Arc::clone(&knock));
        thread::Builder::new()
            .name("runtime-api".to_owned())
            .spawn(move || accept(&listener, &met, &knocked, limit))?;
        Ok(Self { address, meeting, knock, limit })
    }

    /// Where it listens: the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(in crate::target) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has an event for the process.
    pub(in crate::target) fn offer(&self, event: Bytes) {
        self.meeting.change(|state| state.dialogue.offer(event));
    }

    /// Waits until the process asks for an event, or cannot.
    pub(in crate::target) fn started(&self, limit: Duration) -> Started {
        let end = Instant::now() + limit;
        let look = |state: &mut State| match (state.dialogue.failed_start(), &state.exit) {
            (Some(error), _) => Look::Found(Started::Failed(error.clone())),
            (None, Some(how)) => Look::Found(Started::Ended(how.clone())),
            (None, None) if state.asking > 0 => Look::Found(Started::Asking),
            (None, None) => Look::Until(end),
        };
        self.meeting.wait(look).unwrap_or(Started::TooLate)
    }

    /// What was said about the first event that nobody has heard about yet; waits for it. A process that is too late is given
    /// nothing more.
    pub(in crate::target) fn hear(&self) -> Heard {
        let look = |state: &mut State| {
            if let Some(spoken) = state.dialogue.take_said() {
                return Look::Found(Heard::Said(spoken));
            }
            if let Some(how) = &state.exit {
                return Look::Found(Heard::Ended(how.clone()));
            }
            Look::Until(state.dialogue.waited_for().unwrap_or_else(Instant::now) + self.limit)
        };
        self.meeting.wait(look).unwrap_or_else(|| {
            self.meeting.change(|state| match state.dialogue.take_said() {
                Some(spoken) => Heard::Said(spoken),
                None => {
                    state.dialogue.give_up();
                    Heard::TooLate
                }
            })
        })
    }

    /// What a process that has ended said last, which may still be on its way.
    pub(in crate::target) fn last_words(&self, patience: Duration) -> Option<Spoken> {
        self.all_accepted(patience);
        let end = Instant::now() + patience;
        let look = |state: &mut State| {
            if state.dialogue.has_said() || state.connections == 0 { Look::Found(()) } else { Look::Until(end) }
        };
        self.meeting.wait(look);
        self.meeting.change(|state| state.dialogue.take_said())
    }

    /// The reason that the process gave for not starting.
    pub(in crate::target) fn failed_start(&self) -> Option<TriggerError> {
        self.meeting.state().dialogue.failed_start().cloned()
    }

    /// Notes that the process has ended.
    pub(in crate::target) fn note_exit(&self) -> impl FnOnce(String) + Send + 'static {
        let meeting = Arc::clone(&self.meeting);
        move |how| meeting.change(|state| state.exit = Some(how))
    }

    /// Waits for the process to end, for so long; how it ended.
    pub(in crate::target) fn ended(&self, patience: Duration) -> Option<String> {
        let end = Instant::now() + patience;
        self.meeting.wait(|state| state.exit.clone().map_or(Look::Until(end), Look::Found))
    }

    /// Whether it is known what came of an event, or that the process has ended.
    pub(in crate::target) fn has_news(&self) -> bool {
        let state = self.meeting.state();
        state.dialogue.has_said() || state.exit.is_some()
    }

    /// Waits until so much is known that nobody has heard about yet, or no more is to come, but for no longer than this.
    pub(in crate::target) fn gather(&self, many: usize, patience: Duration) {
        self.meeting.gather(many, patience);
    }

    /// Whether the process has an event in hand.
    pub(in crate::target) fn is_in_hand(&self) -> bool {
        self.meeting.state().dialogue.is_in_hand()
    }

    /// Gives the process nothing more, and comes back with what it was not given yet.
    pub(in crate::target) fn end(&self) -> VecDeque<Bytes> {
        self.meeting.change(|state| state.dialogue.end())
    }

    /// Takes back what was offered, and waits until the process has no event in hand; false if it can take no other one.
    pub(in crate::target) fn recall(&self) -> bool {
        self.meeting.state().dialogue.recall();
        let is_free = |state: &mut State| match state.dialogue.waited_for() {
            Some(since) if state.exit.is_none() => Look::Until(since + self.limit),
            in_hand => Look::Found(in_hand.is_none()),
        };
        let is_free = self.meeting.wait(is_free).unwrap_or(false);
        let mut state = self.meeting.state();
        state.dialogue.recall();
        is_free && !state.dialogue.is_over()
    }

    /// How the process's client calls itself, such as `aws-lambda-python/3.13.1-4.2.2`.
    pub(in crate::target) fn client(&self) -> Option<String> {
        self.meeting.state().dialogue.client().map(str::to_owned)
    }

    /// The handler that one of our own loaders has found, such as `app.lambda_handler`.
    pub(in crate::target) fn handler(&self) -> Option<String> {
        self.meeting.state().dialogue.handler().map(str::to_owned)
    }

    /// Waits until every connection that was opened by now has its thread: they are accepted in order, and the one that is
    /// opened here comes last.
    fn all_accepted(&self, patience: Duration) {
        let before = self.meeting.state().rounds;
        let Some(_own) = self.knock() else { return };
        let end = Instant::now() + patience;
        self.meeting.wait(|state| if state.rounds == before { Look::Until(end) } else { Look::Found(()) });
    }

    /// Opens a connection that the accepting thread knows for ours.
    fn knock(&self) -> Option<TcpStream> {
        // It may be accepted before we know where it comes from: whoever accepts waits for that.
        let mut knock = self.knock.lock().unwrap_or_else(PoisonError::into_inner);
        let own = TcpStream::connect(self.address).ok()?;
        *knock = own.local_addr().ok();
        Some(own)
    }
}

impl Drop for RuntimeApi {
    /// Ends the accepting thread, and each that waits for an event. The others end with their connections: who drops this
    /// has ended the process.
    fn drop(&mut self) {
        let _ = self.end();
        let _own = self.knock();
    }
}

/// Accepts connections, each for a thread of its own.
fn accept(listener: &TcpListener, meeting: &Arc<Meeting>, knock: &Mutex<Option<SocketAddr>>, limit: Duration) {
    for stream in listener.incoming() {
        // A client that hangs up at once is no reason to stop listening.
        let Ok(stream) = stream else { continue };
        let is_ours = {
            let ours = knock.lock().unwrap_or_else(PoisonError::into_inner);
            ours.is_some() && stream.peer_addr().ok() == *ours
        };
        if is_ours {
            let is_over = meeting.change(|state| {
                state.rounds += 1;
                state.dialogue.is_over()
            });
            if is_over {
                return;
            }
            continue;
        }
        // Without this, the two sides wait for each other's delayed acknowledgements: about 40 ms for each event.
        // It can fail only for a socket that is gone already, which the next read says.
        let _ = stream.set_nodelay(true);
        let met = Arc::clone(meeting);
        meeting.change(|state| state.connections += 1);
        let serve = move || {
            connection::serve(&stream, |request| respond(request, &met, &stream, limit));
            met.change(|state| state.connections -= 1);
        };
        // Where no thread can be had, the connection is dropped: the client sees that, and the owner its time limit.
        if thread::Builder::new().name("runtime-api".to_owned()).spawn(serve).is_err() {
            meeting.change(|state| state.connections -= 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::target::{Outcome, Said};

    const EVENT: Bytes = Bytes::from_static(b"{}");
    const PATIENCE: Duration = Duration::from_secs(20);

    fn open() -> RuntimeApi {
        RuntimeApi::open(PATIENCE, Box::new(|| vec!["printed".to_owned()])).unwrap()
    }

    /// Asks for an event, on a connection of its own.
    fn ask(api: &RuntimeApi) -> TcpStream {
        let mut stream = TcpStream::connect(api.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // In two pieces, as a slow client's may come.
        stream.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHo").unwrap();
        stream.write_all(b"st: x\r\n\r\n").unwrap();
        stream
    }

    /// The id of the event that is given to who asked.
    fn given(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        let mut byte = [0];
        while !text.ends_with("{}") {
            assert_eq!(stream.read(&mut byte).unwrap(), 1, "{text}");
            text.push(char::from(byte[0]));
        }
        let (_, rest) = text.split_once("Lambda-Runtime-Aws-Request-Id: ").unwrap();
        rest.split_once('\r').unwrap().0.to_owned()
    }

    fn answer(stream: &mut TcpStream, id: &str) {
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        write!(stream, "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ntrue").unwrap();
    }

    #[test]
    fn an_answer_comes_with_what_was_printed() {
        let api = open();
        let mut client = ask(&api);
        assert_eq!(api.started(PATIENCE), Started::Asking);
        api.offer(EVENT);
        let id = given(&mut client);
        answer(&mut client, &id);
        let Heard::Said(spoken) = api.hear() else { panic!() };
        assert_eq!(
            (spoken.said, spoken.output),
            (Said::Answer(Bytes::from_static(b"true")), vec!["printed".to_owned()])
        );
        assert!(spoken.took > Duration::ZERO && spoken.took < PATIENCE, "{:?}", spoken.took);
    }

    #[test]
    fn answers_are_gathered_until_there_are_many_or_no_more_to_come_or_the_time_is_over() {
        let short = Duration::from_millis(30);
        let api = open();
        let mut client = ask(&api);
        for _ in 0..3 {
            api.offer(EVENT);
        }
        let gathered = |many, patience| {
            let since = Instant::now();
            api.gather(many, patience);
            since.elapsed()
        };
        let next = |client: &mut TcpStream| {
            let id = given(client);
            answer(client, &id);
            *client = ask(&api);
        };
        next(&mut client);
        assert!(gathered(1, PATIENCE) < PATIENCE / 2);
        assert!(gathered(2, short) >= short, "one is too few");
        thread::scope(|scope| {
            scope.spawn(|| next(&mut client));
            assert!(gathered(2, PATIENCE) < PATIENCE / 2);
        });
        thread::scope(|scope| {
            scope.spawn(|| next(&mut client));
            assert!(gathered(9, PATIENCE) < PATIENCE / 2, "no more was offered");
        });
        assert_eq!(api.meeting.state().dialogue.said(), 3);
        api.offer(EVENT);
        api.note_exit()("ended".to_owned());
        assert!(gathered(9, PATIENCE) < PATIENCE / 2, "an ended process says no more");
    }

    #[test]
    fn who_has_hung_up_while_it_waited_is_given_no_event() {
        let api = open();
        drop(ask(&api));
        assert_eq!(api.started(PATIENCE), Started::Asking);
        let mut other = ask(&api);
        let both = |state: &mut State| {
            if state.asking == 2 { Look::Found(()) } else { Look::Until(Instant::now() + PATIENCE) }
        };
        api.meeting.wait(both).unwrap();
        api.offer(EVENT);
        let id = given(&mut other);
        answer(&mut other, &id);
        assert!(matches!(api.hear(), Heard::Said(_)));
    }

    #[test]
    fn what_a_process_said_before_its_end_is_heard_though_its_end_is_known_first() {
        for _ in 0..50 {
            let api = open();
            let mut client = ask(&api);
            api.offer(EVENT);
            let id = given(&mut client);
            let mut other = TcpStream::connect(api.address()).unwrap();
            answer(&mut other, &id);
            drop((client, other));
            api.note_exit()("ended".to_owned());
            let said = match api.hear() {
                Heard::Said(spoken) => Some(spoken),
                Heard::Ended(_) => api.last_words(PATIENCE),
                Heard::TooLate => None,
            };
            assert_eq!(said.unwrap().said, Said::Answer(Bytes::from_static(b"true")));
        }
    }

    #[test]
    fn a_process_that_ends_without_a_word_is_not_waited_for() {
        let api = open();
        let mut client = ask(&api);
        api.offer(EVENT);
        given(&mut client);
        drop(client);
        api.note_exit()("was killed".to_owned());
        let Heard::Ended(how) = api.hear() else { panic!() };
        let since = Instant::now();
        assert!(api.last_words(PATIENCE).is_none());
        assert!(since.elapsed() < PATIENCE / 2, "its connections are closed");
        assert!(api.is_in_hand());
        assert_eq!(how, "was killed");
    }

    #[test]
    fn what_is_not_answered_within_the_limit_is_too_late_and_no_later_event_is_given() {
        let api = RuntimeApi::open(Duration::from_millis(50), Box::new(Vec::new)).unwrap();
        let mut client = ask(&api);
        api.offer(EVENT);
        api.offer(EVENT);
        let id = given(&mut client);
        assert!(matches!(api.hear(), Heard::TooLate));
        assert_eq!(api.end(), [EVENT]);
        answer(&mut client, &id);
        let mut refused = [0; 12];
        client.read_exact(&mut refused).unwrap();
        assert_eq!(&refused, b"HTTP/1.1 403");
    }

    #[test]
    fn a_process_that_does_not_ask_for_its_event_in_time_has_lost_that_one_alone() {
        const SECOND: Bytes = Bytes::from_static(b"2");
        let api = RuntimeApi::open(Duration::from_millis(50), Box::new(Vec::new)).unwrap();
        api.offer(EVENT);
        api.offer(SECOND);
        assert!(matches!(api.hear(), Heard::TooLate));
        assert_eq!(api.end(), [SECOND]);
    }

    #[test]
    fn a_process_can_take_another_event_after_a_recall_unless_it_kept_one_or_broke_the_rules() {
        for (says, is_free) in [("the answer", true), ("nothing", false), ("bogus", false)] {
            let api = RuntimeApi::open(Duration::from_millis(100), Box::new(Vec::new)).unwrap();
            let mut client = ask(&api);
            api.offer(EVENT);
            api.offer(EVENT);
            let id = given(&mut client);
            match says {
                "nothing" => {}
                "bogus" => answer(&mut client, says),
                _ => answer(&mut client, &id),
            }
            assert_eq!(api.recall(), is_free, "{says}");
            assert!(!api.has_news(), "nobody asks after that event");
        }
    }

    #[test]
    fn who_breaks_the_rules_is_given_nothing_more() {
        let api = open();
        let mut client = ask(&api);
        api.offer(EVENT);
        api.offer(EVENT);
        given(&mut client);
        answer(&mut client, "bogus");
        let Heard::Said(Spoken { said: Said::Other(Outcome::Protocol(words)), .. }) = api.hear() else { panic!() };
        assert!(words.contains("bogus"), "{words}");
        let mut other = ask(&api);
        let mut refused = [0; 12];
        other.read_exact(&mut refused).unwrap();
        assert_eq!(&refused, b"HTTP/1.1 500");
    }
}
