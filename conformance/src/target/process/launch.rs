use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::environment::{self, REMOVED};

/// How a trigger's process is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::target) struct Launch {
    /// What the person calls the trigger.
    pub(in crate::target) display: String,
    /// The program.
    pub(in crate::target) program: PathBuf,
    /// Its arguments.
    pub(in crate::target) arguments: Vec<OsString>,
    /// Where it starts, and `LAMBDA_TASK_ROOT`.
    pub(in crate::target) folder: PathBuf,
    /// `_HANDLER`.
    pub(in crate::target) handler: String,
    /// What to do about a failed start, by the start of the error's type. An empty one is for a process that ends
    /// without a word.
    pub(in crate::target) next_steps: Vec<(&'static str, String)>,
}

/// How long is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::target) struct Limits {
    /// From an event to its answer.
    pub(in crate::target) answer: Duration,
    /// From the start of the process to its first request.
    pub(in crate::target) start: Duration,
}

impl Launch {
    /// The command, for a Runtime API that listens there.
    pub(super) fn command(&self, api: SocketAddr) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.folder);
        for name in REMOVED {
            command.env_remove(name);
        }
        command.envs(environment::variables(self, api));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Its own group: all that it starts ends with it, and Ctrl-C reaches the suite alone.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command
    }

    /// The next step for an error of this type.
    pub(super) fn next_step(&self, error_type: &str) -> Option<&str> {
        let fits = |start: &str| if start.is_empty() { error_type.is_empty() } else { error_type.starts_with(start) };
        self.next_steps.iter().find(|(start, _)| fits(start)).map(|(_, step)| step.as_str())
    }
}
