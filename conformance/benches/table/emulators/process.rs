//! Processes that end with the bench, however it ends.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use super::loopback::listening;

/// No process is waited for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that listens on loopback, and nowhere else.
pub(crate) struct Server {
    process: Child,
    /// Each of these servers ends when this does: also when the bench is killed, and `Drop` with it.
    _input: Option<ChildStdin>,
}

impl Server {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Result<(Self, SocketAddr), String> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let input = process.stdin.take();
        let errors = process.stderr.take();
        let mut server = Self { process, _input: input };
        // Read to its end, or else a server that says much would be held up.
        let last =
            std::thread::spawn(move || errors.and_then(|all| BufReader::new(all).lines().map_while(Result::ok).last()));
        let started = Instant::now();
        loop {
            if let Some(status) = server.process.try_wait().map_err(|error| error.to_string())? {
                let last = last.join().ok().flatten().unwrap_or_default();
                return Err(format!("it ended with {status}: {last}"));
            }
            if let Some(address) = server.address()? {
                return Ok((server, address));
            }
            if started.elapsed() > PATIENCE {
                return Err(format!("it does not listen after {PATIENCE:?}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Where it listens, which must be loopback alone.
    pub(crate) fn address(&self) -> Result<Option<SocketAddr>, String> {
        let all = listening(self.process.id())?;
        match all.iter().find(|address| !address.ip().is_loopback()) {
            Some(open) => Err(format!("it listens on {open}, which is not loopback")),
            None => Ok(all.first().copied()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
