use std::collections::VecDeque;
use std::process::Child;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use pipes::Pipe;

/// How many lines are kept: enough for a Rust backtrace, whose first line says what happened.
const LINES: usize = 100;
/// How much of a line is kept, in bytes.
const WIDTH: usize = 2_000;
/// How much is read at once, and how often before others get their turn.
const PORTION: usize = 64 * 1024;
const PORTIONS: usize = 16;

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
        let pipes: Vec<Arc<Pipe>> = pipes::of(child).into_iter().map(Arc::new).collect();
        let streams = pipes.iter().map(|pipe| Stream { pipe: Arc::clone(pipe), line: Line::default() }).collect();
        *self.printed() = Printed { streams, last: VecDeque::new(), portion: vec![0; PORTION] };
        let printed = Arc::downgrade(&self.0);
        let read = move || {
            let mut pipes: Vec<&Pipe> = pipes.iter().map(|pipe| &**pipe).collect();
            while let (true, Some(printed)) = (pipes::wait(&mut pipes), printed.upgrade()) {
                Self(printed).catch_up();
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
        for stream in streams.iter_mut().filter(|stream| !stream.line.bytes.is_empty()) {
            stream.line.end(last);
        }
        last.drain(..).collect()
    }

    /// Reads all that has been printed by now.
    fn catch_up(&self) {
        let mut printed = self.printed();
        let Printed { streams, last, portion } = &mut *printed;
        if pipes::are_ready(streams.iter().map(|stream| &*stream.pipe)) {
            streams.iter_mut().for_each(|stream| stream.read(portion, last));
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
    fn read(&mut self, portion: &mut [u8], last: &mut VecDeque<String>) {
        for _ in 0..PORTIONS {
            let read = pipes::read(&self.pipe, portion);
            if read == 0 {
                return;
            }
            self.line.add(portion.get(..read).unwrap_or_default(), last);
        }
    }
}

/// The reading ends, which give what there is and never wait for more.
#[cfg(unix)]
mod pipes {
    use std::os::fd::OwnedFd;
    use std::process::Child;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::{Errno, ioctl_fionbio, read as read_from};

    pub(super) type Pipe = OwnedFd;

    /// How long is waited before it is asked whether anybody still wants to know, in nanoseconds.
    const LOOK: i64 = 200_000_000;

    pub(super) fn of(child: &mut Child) -> Vec<Pipe> {
        let pipes = [child.stdout.take().map(OwnedFd::from), child.stderr.take().map(OwnedFd::from)];
        pipes.into_iter().flatten().filter(|pipe| ioctl_fionbio(pipe, true).is_ok()).collect()
    }

    /// Waits until something can be read, or a while; false once nothing more comes from any.
    pub(super) fn wait(pipes: &mut Vec<&Pipe>) -> bool {
        let mut polled: Vec<PollFd<'_>> = pipes.iter().map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        let _ = poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: LOOK }));
        // What is still in a pipe that nobody writes to is read before that is said of it.
        let open: Vec<bool> = polled
            .iter()
            .map(|polled| polled.revents().is_empty() || polled.revents().contains(PollFlags::IN))
            .collect();
        let mut open = open.into_iter();
        pipes.retain(|_| open.next().unwrap_or(false));
        !pipes.is_empty()
    }

    /// Whether anything can be read now.
    pub(super) fn are_ready<'p>(pipes: impl Iterator<Item = &'p Pipe>) -> bool {
        let mut polled: Vec<PollFd<'_>> = pipes.map(|pipe| PollFd::new(pipe, PollFlags::IN)).collect();
        poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).is_ok_and(|ready| ready > 0)
    }

    /// Reads what there is; nothing at the end, too.
    pub(super) fn read(pipe: &Pipe, portion: &mut [u8]) -> usize {
        loop {
            match read_from(pipe, &mut *portion) {
                Err(Errno::INTR) => {}
                read => return read.unwrap_or(0),
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

    pub(super) fn wait(_: &mut Vec<&Pipe>) -> bool {
        false
    }

    pub(super) fn are_ready<'p>(_: impl Iterator<Item = &'p Pipe>) -> bool {
        false
    }

    pub(super) fn read(pipe: &Pipe, _: &mut [u8]) -> usize {
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
