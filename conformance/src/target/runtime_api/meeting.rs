use std::net::TcpStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Printed;
use super::dialogue::{Delivery, Dialogue, Refusal};
use crate::target::Said;

/// Where the threads of the connections and the owner of the process meet: who waits, and who is to be woken.
pub(super) struct Meeting {
    state: Mutex<State>,
    for_process: Condvar,
    for_owner: Condvar,
    /// What the process has printed since the last time.
    printed: Printed,
}

pub(super) struct State {
    pub(super) dialogue: Dialogue,
    /// How many of the process's requests wait for an event.
    pub(super) asking: usize,
    /// How many connections are open.
    pub(super) connections: usize,
    /// How often all connections that had been opened were known to be accepted.
    pub(super) rounds: u32,
    /// How the process ended.
    pub(super) exit: Option<String>,
    owner_waits: Option<For>,
}

/// What the owner waits for.
#[derive(Clone, Copy)]
enum For {
    Anything,
    /// So many answers, or the end of them.
    Several(usize),
}

impl State {
    /// Whether so much was said, or nothing more will be.
    fn has_said(&self, many: usize) -> bool {
        let none_to_come = self.exit.is_some() || self.dialogue.is_over() || self.dialogue.waited_for().is_none();
        none_to_come || self.dialogue.said() >= many
    }
}

/// What becomes of a request for an event.
pub(super) enum Asked {
    Given(Delivery),
    /// Nothing more is given.
    Ending,
    /// Who asked has hung up since.
    HungUp,
}

impl Meeting {
    pub(super) fn new(printed: Printed) -> Self {
        let state =
            State { dialogue: Dialogue::new(), asking: 0, connections: 0, rounds: 0, exit: None, owner_waits: None };
        Self { state: Mutex::new(state), for_process: Condvar::new(), for_owner: Condvar::new(), printed }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for an event, on the thread of the connection that asks.
    pub(super) fn ask(&self, client: Option<&str>, asker: &TcpStream) -> Result<Asked, Refusal> {
        let mut state = self.state();
        if let Err(refusal) = state.dialogue.ask(client) {
            self.tell_owner(&mut state);
            return Err(refusal);
        }
        let mut has_waited = false;
        loop {
            if state.dialogue.is_over() {
                return Ok(Asked::Ending);
            }
            // Who has hung up is asked after only if there was time for it.
            if has_waited && state.dialogue.waited_for().is_some() && has_hung_up(asker) {
                return Ok(Asked::HungUp);
            }
            if let Some(delivery) = state.dialogue.hand_out() {
                return Ok(Asked::Given(delivery));
            }
            state.asking += 1;
            self.tell_owner(&mut state);
            state = self.for_process.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.asking -= 1;
            has_waited = true;
        }
    }

    /// The process says what came of an event.
    pub(super) fn finish(&self, id: &str, said: Said) -> Result<(), Refusal> {
        let mut state = self.state();
        let finished = state.dialogue.finish(id, said, &self.printed);
        if !matches!(state.owner_waits, Some(For::Several(many)) if !state.has_said(many)) {
            self.tell_owner(&mut state);
        }
        self.tell_process(&state);
        finished
    }

    /// Changes something that the owner, or who asks for an event, may wait for.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let changed = change(&mut state);
        self.tell_owner(&mut state);
        self.tell_process(&state);
        changed
    }

    /// Waits until `look` finds something, for as long as it says; nothing comes back when that is over.
    pub(super) fn wait<T>(&self, mut look: impl FnMut(&mut State) -> Look<T>) -> Option<T> {
        let mut state = self.state();
        loop {
            let left = match look(&mut state) {
                Look::Found(found) => return Some(found),
                Look::Until(end) => end.saturating_duration_since(Instant::now()),
            };
            if left == Duration::ZERO {
                return None;
            }
            state = self.let_owner_wait(state, For::Anything, left);
        }
    }

    /// Waits until so much is said, or there is no more to come, but for no longer than this.
    pub(super) fn gather(&self, many: usize, patience: Duration) {
        let mut state = self.state();
        let end = Instant::now() + patience;
        while !state.has_said(many) {
            let left = end.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return;
            }
            state = self.let_owner_wait(state, For::Several(many), left);
        }
    }

    fn let_owner_wait<'s>(&self, mut state: MutexGuard<'s, State>, what: For, left: Duration) -> MutexGuard<'s, State> {
        state.owner_waits = Some(what);
        (state, _) = self.for_owner.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        state.owner_waits = None;
        state
    }

    /// To wake somebody is a system call, also if nobody waits.
    fn tell_owner(&self, state: &mut State) {
        if state.owner_waits.take().is_some() {
            self.for_owner.notify_one();
        }
    }

    fn tell_process(&self, state: &State) {
        if state.asking > 0 {
            self.for_process.notify_all();
        }
    }
}

/// What a look at the state has come to.
pub(super) enum Look<T> {
    Found(T),
    /// Not yet; it is waited until then.
    Until(Instant),
}

fn has_hung_up(asker: &TcpStream) -> bool {
    // A socket that cannot be asked is one that an answer would not reach either.
    if asker.set_nonblocking(true).is_err() {
        return true;
    }
    let open = match asker.peek(&mut [0]) {
        Ok(read) => read > 0,
        Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
    };
    asker.set_nonblocking(false).is_err() || !open
}
