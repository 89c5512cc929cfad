use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Ends every process that a target has started, with all that these have started themselves, and lets no further one
/// start. For a command that is about to leave, on Ctrl-C above all: destructors do not run then.
///
/// An event that is with a trigger at that moment comes back as [`Outcome::Crashed`](crate::target::Outcome::Crashed).
///
/// ```
/// # fn on_second_interrupt() {
/// pretoken::target::end_all();
/// # }
/// ```
pub fn end_all() {
    ENDING.store(true, Ordering::SeqCst);
    for group in live().iter() {
        kill(group);
    }
}

/// Waits until [`end_all`] is called: for whoever waits for something that is no process of ours.
pub(in crate::target) async fn ending() {
    while !is_ending() {
        tokio::time::sleep(LOOK).await;
    }
}

/// How often is looked. Nobody has to tell who waits, on whichever of the event loops.
const LOOK: Duration = Duration::from_millis(50);

/// Whether [`end_all`] was called.
pub(super) fn is_ending() -> bool {
    ENDING.load(Ordering::SeqCst)
}

static ENDING: AtomicBool = AtomicBool::new(false);
static LIVE: Mutex<Vec<Members>> = Mutex::new(Vec::new());

/// A process and all that it has started; they end with this value.
#[derive(Debug)]
pub(super) struct Group(Members);

/// How the members are found again.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Members {
    leader: u32,
    /// A variable of theirs that nobody else has, `NAME=value`.
    mark: String,
}

impl Group {
    /// Takes charge of a process that was started as the leader of its own group, with `mark` in its environment.
    pub(super) fn new(leader: u32, mark: String) -> Self {
        let members = Members { leader, mark };
        live().push(members.clone());
        // `end_all` may have gone through the list just before.
        if is_ending() {
            kill(&members);
        }
        Self(members)
    }

    /// Ends the whole group.
    pub(super) fn kill(&self) {
        kill(&self.0);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
        live().retain(|members| *members != self.0);
    }
}

fn live() -> std::sync::MutexGuard<'static, Vec<Members>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn kill(members: &Members) {
    use rustix::process::{Pid, Signal, kill_process_group};

    if let Some(leader) = i32::try_from(members.leader).ok().and_then(Pid::from_raw) {
        // An error says that nobody is left. That the number belongs to somebody else by now would need all process
        // numbers to be used up since the leader ended: a group is ended as soon as that is noticed.
        let _ = kill_process_group(leader, Signal::KILL);
    }
    #[cfg(target_os = "linux")]
    strays::kill(&members.mark);
}

/// Elsewhere only the process itself ends, through `kill_on_drop`.
#[cfg(not(unix))]
fn kill(_: &Members) {}

/// Processes that left their group (daemons: `setsid`) but still have the environment that they were started with.
#[cfg(target_os = "linux")]
mod strays {
    use std::fs;

    use rustix::process::{Pid, Signal, kill_process};

    pub(super) fn kill(mark: &str) {
        // One may start another while we look.
        for _ in 0..3 {
            let found = find(mark);
            if found.is_empty() {
                return;
            }
            for stray in found {
                let _ = kill_process(stray, Signal::KILL);
            }
        }
    }

    fn find(mark: &str) -> Vec<Pid> {
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        processes
            .filter_map(|process| {
                let process = process.ok()?;
                let id = process.file_name().to_str()?.parse().ok().and_then(Pid::from_raw)?;
                let environment = fs::read(process.path().join("environ")).ok()?;
                environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes()).then_some(id)
            })
            .collect()
    }
}
