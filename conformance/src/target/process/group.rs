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
    /// When the leader was started, in the system's own ticks.
    #[cfg(target_os = "linux")]
    since: Option<u64>,
}

impl Group {
    /// Takes charge of a process that was started as the leader of its own group, with `mark` in its environment.
    pub(super) fn new(leader: u32, mark: String) -> Self {
        let members = Members {
            leader,
            mark,
            #[cfg(target_os = "linux")]
            since: strays::started(leader),
        };
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
    strays::kill(&members.mark, members.since);
}

/// Elsewhere only the process itself ends, through `kill_on_drop`.
#[cfg(not(unix))]
fn kill(_: &Members) {}

/// Processes that left their group (daemons: `setsid`) but still have the environment that they were started with.
#[cfg(target_os = "linux")]
mod strays {
    use std::fs;
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process};

    /// How often is looked again at who is just being started, and how long is waited each time. Who started it goes on as
    /// soon as the new program is loaded, and may end before its environment shows.
    const LOOKS: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(1);

    /// Ends those with this mark; `since` is when the first of them can have been started.
    pub(super) fn kill(mark: &str, since: Option<u64>) {
        // One may start another while we look.
        let (mut rounds, mut looks) = (3, LOOKS);
        loop {
            let Found { strays, is_sure } = find(mark, since);
            for stray in &strays {
                let _ = kill_process(*stray, Signal::KILL);
            }
            if !strays.is_empty() {
                rounds -= 1;
            } else if is_sure || looks == 0 {
                return;
            } else {
                looks -= 1;
                std::thread::sleep(PAUSE);
            }
            if rounds == 0 {
                return;
            }
        }
    }

    /// When a process was started, in ticks since the system was.
    pub(super) fn started(process: u32) -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name of the program, in parentheses, may hold anything; what follows it is from the third field on.
        stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
    }

    struct Found {
        strays: Vec<Pid>,
        /// Whether the environment of every process that could be one was read.
        is_sure: bool,
    }

    fn find(mark: &str, since: Option<u64>) -> Found {
        let mut found = Found { strays: Vec::new(), is_sure: true };
        let Ok(processes) = fs::read_dir("/proc") else { return found };
        for process in processes.flatten() {
            let number = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
            let Some(number) = number else { continue };
            let Ok(environment) = fs::read(process.path().join("environ")) else { continue };
            if environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes()) {
                found.strays.extend(i32::try_from(number).ok().and_then(Pid::from_raw));
            } else if environment.is_empty() {
                // A thread of the system's and a process that has ended have no program; one that is older is none of ours.
                let has_program = fs::read_link(process.path().join("exe")).is_ok();
                found.is_sure &= !has_program || since.is_none() || started(number) < since;
            }
        }
        found
    }

    #[cfg(test)]
    mod tests {
        use std::process::{Command, Stdio};

        use super::*;

        /// As one looks that is just being started: it has a program, and no environment yet.
        #[test]
        fn a_process_without_an_environment_leaves_doubts_unless_it_is_too_old_to_be_a_stray() {
            let mut sleeper = Command::new("sleep").arg("60").env_clear().stdout(Stdio::null()).spawn().unwrap();
            let since = started(sleeper.id()).unwrap();
            let is_sure = |since| find("MARK=that nobody has", since).is_sure;
            let doubts = (is_sure(Some(since)), is_sure(None), is_sure(Some(u64::MAX)));
            sleeper.kill().unwrap();
            sleeper.wait().unwrap();
            assert_eq!(doubts, (false, true, true));
        }

        #[test]
        fn a_process_with_the_mark_is_ended() {
            let mut marked = Command::new("sleep").arg("60").env("MARK", "of a test").spawn().unwrap();
            kill("MARK=of a test", started(marked.id()));
            assert!(!marked.wait().unwrap().success());
        }
    }
}
