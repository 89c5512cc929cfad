use std::collections::VecDeque;
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use pipes::Pipe;

/// How many lines are kept: enough for a Rust backtrace, whose first line says what happened.
const LINES: usize = 100;
/// How much of a line is kept, in bytes.
const WIDTH: usize = 2_000;
/// How much is read at once, and how often before others get their turn.
const PORTION: usize = 64 * 1024;
const PORTIONS: usize = 16;
/// How long is waited for more before it is asked whether anybody still wants to know: less than a second.
const LOOK: Duration = Duration::from_millis(200);

/// What a process prints: read all the time, so that it never waits for us, and forgotten but for the last lines.
///
/// Within each of the two streams the order is the process's own; between them it is as it was read.
#[derive(Clone, Default)]
pub(super) struct Output(Arc<Mutex<Printed>>);

#[derive(Default)]
struct Printed {
    streams: Vec<Stream>,
    last: VecDeque<String>,
    portion: Vec<u8>,
}

impl Output {
    /// Reads what this process prints, from now on.
    pub(super) fn read_from(&self, child: &mut Child) {
        let streams = pipes::of(child).into_iter().map(|pipe| Stream { pipe: Arc::new(pipe), line: Line::default() });
        *self.printed() = Printed { streams: streams.collect(), last: VecDeque::new(), portion: vec![0; PORTION] };
        let printed = Arc::downgrade(&self.0);
        let read = move || {
            while let Some(output) = printed.upgrade().map(Self) {
                let open: Vec<Arc<Pipe>> =
                    output.printed().streams.iter().map(|stream| Arc::clone(&stream.pipe)).collect();
                drop(output);
                if open.is_empty() {
                    return;
                }
                pipes::wait(&open, LOOK);
                if let Some(output) = printed.upgrade().map(Self) {
                    output.catch_up();
                }
            }
        };
        // Where no thread can be had, what it prints is read with its answers alone.
        let _ = thread::Builder::new().name("output".to_owned()).spawn(read);
    }

    /// The last lines of all that has been printed by now, including one that has not ended.
    pub(super) fn take(&self) -> Vec<String> {
        self.catch_up();
        let mut printed = self.printed();
        let Printed { streams, last, .. } = &mut *printed;
        streams.iter_mut().for_each(|stream| stream.end_line(last));
        last.drain(..).collect()
    }

    /// Reads all that has been printed by now.
    fn catch_up(&self) {
        let mut printed = self.printed();
        let Printed { streams, last, portion } = &mut *printed;
        let open: Vec<&Pipe> = streams.iter().map(|stream| &*stream.pipe).collect();
        if pipes::wait(&open, Duration::ZERO) {
            streams.retain_mut(|stream| stream.read(portion, last));
        }
    }

    fn printed(&self) -> MutexGuard<'_, Printed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Stream {
    pipe: Arc<Pipe>,
    line: Line,
}

impl Stream {
    /// Reads what there is. False at its end: what is always ready to say so is not to be waited for.
    fn read(&mut self, portion: &mut [u8], last: &mut VecDeque<String>) -> bool {
        for _ in 0..PORTIONS {
            match pipes::read(&self.pipe, portion) {
                Some(0) => {
                    self.end_line(last);
                    return false;
                }
                Some(read) => self.line.add(portion.get(..read).unwrap_or_default(), last),
                None => return true,
            }
        }
        true
    }

    fn end_line(&mut self, last: &mut VecDeque<String>) {
        if !self.line.bytes.is_empty() {
            self.line.end(last);
        }
    }
}

/// The reading ends, which give what there is and never wait for more.
#[cfg(unix)]
mod pipes {
    use std::os::fd::{AsFd, OwnedFd};
    use std::process::Child;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::{Errno, ioctl_fionbio, read as read_from};

    pub(super) type Pipe = OwnedFd;

    pub(super) fn of(child: &mut Child) -> Vec<Pipe> {
        let pipes = [child.stdout.take().map(OwnedFd::from), child.stderr.take().map(OwnedFd::from)];
        pipes.into_iter().flatten().filter(|pipe| ioctl_fionbio(pipe, true).is_ok()).collect()
    }

    /// Waits until something can be read, or so long: whether it can.
    pub(super) fn wait<P: AsFd>(pipes: &[P], patience: Duration) -> bool {
        let mut polled: Vec<PollFd<'_>> = pipes.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        let patience = Timespec { tv_sec: 0, tv_nsec: patience.subsec_nanos().into() };
        poll(&mut polled, Some(&patience)).is_ok_and(|ready| ready > 0)
    }

    /// Reads what there is: so many bytes, none at the end. Nothing comes back while there is nothing.
    pub(super) fn read(pipe: &Pipe, portion: &mut [u8]) -> Option<usize> {
        loop {
            match read_from(pipe, &mut *portion) {
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return None,
                read => return Some(read.unwrap_or(0)),
            }
        }
    }
}

/// Elsewhere nothing is known of a pipe without waiting for it: what a process prints is read, and not shown.
#[cfg(not(unix))]
mod pipes {
    use std::process::Child;

    pub(super) enum Pipe {}

    pub(super) fn of(child: &mut Child) -> Vec<Pipe> {
        for mut pipe in [child.stdout.take().map(boxed), child.stderr.take().map(boxed)].into_iter().flatten() {
            let _ = std::thread::spawn(move || std::io::copy(&mut pipe, &mut std::io::sink()));
        }
        Vec::new()
    }

    fn boxed(pipe: impl std::io::Read + Send + 'static) -> Box<dyn std::io::Read + Send> {
        Box::new(pipe)
    }

    pub(super) fn wait<P>(_: &[P], _: std::time::Duration) -> bool {
        false
    }

    pub(super) fn read(pipe: &Pipe, _: &mut [u8]) -> Option<usize> {
        match *pipe {}
    }
}

/// A line that has not ended yet.
#[derive(Debug, Default)]
struct Line {
    bytes: Vec<u8>,
}

impl Line {
    /// Lines end with a line feed, or with the carriage return that Lambda's runtimes put into a text of several lines.
    fn add(&mut self, bytes: &[u8], last: &mut VecDeque<String>) {
        let mut pieces = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
        if let Some(first) = pieces.next() {
            self.extend(first);
        }
        for piece in pieces {
            if !self.bytes.is_empty() {
                self.end(last);
            }
            self.extend(piece);
        }
    }

    fn extend(&mut self, piece: &[u8]) {
        let room = WIDTH.saturating_sub(self.bytes.len());
        self.bytes.extend(piece.iter().take(room));
    }

    fn end(&mut self, last: &mut VecDeque<String>) {
        keep(last, String::from_utf8_lossy(&self.bytes).into_owned());
        self.bytes.clear();
    }
}

fn keep(last: &mut VecDeque<String>, line: String) {
    if last.len() == LINES {
        last.pop_front();
    }
    last.push_back(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(portions: &[&[u8]]) -> Vec<String> {
        let (mut line, mut last) = (Line::default(), VecDeque::new());
        for portion in portions {
            line.add(portion, &mut last);
        }
        last.into()
    }

    #[test]
    fn lines_may_come_in_pieces_and_end_in_several_ways() {
        assert_eq!(lines(&[b"on", b"e\ntwo\r\nthr", b"ee\rfour"]), ["one", "two", "three"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_stream_that_has_ended_is_not_asked_again_while_the_other_one_goes_on() {
        use std::process::{Command, Stdio};

        let mut shell = Command::new("sh");
        shell.args(["-c", "printf 'last words' >&2; exec 2>&-; read line; echo $line"]);
        let pipes = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        let output = Output::default();
        output.read_from(&mut child);
        let open = || output.printed().streams.len();
        let since = std::time::Instant::now();
        while open() == 2 && since.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(1));
        }
        assert_eq!((open(), output.take()), (1, vec!["last words".to_owned()]));
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"more\n").unwrap();
        child.wait().unwrap();
        assert_eq!(output.take(), ["more"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_kept_as_replacements() {
        assert_eq!(lines(&[b"a\xffb\n"]), ["a\u{fffd}b"]);
    }

    #[test]
    fn only_the_last_lines_and_the_start_of_each_are_kept() {
        let many = "x\n".repeat(LINES + 10);
        assert_eq!(lines(&[b"first\n", many.as_bytes()]).len(), LINES);
        let long = vec![b'x'; 3 * WIDTH];
        assert_eq!(lines(&[&long, &long, b"\n"]), ["x".repeat(WIDTH)]);
    }
}
