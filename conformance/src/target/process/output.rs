use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdout};

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
#[derive(Debug)]
pub(super) struct Output {
    stdout: Stream<ChildStdout>,
    stderr: Stream<ChildStderr>,
    last: VecDeque<String>,
    portion: Vec<u8>,
}

impl Output {
    pub(super) fn of(child: &mut Child) -> Self {
        Self {
            stdout: Stream::new(child.stdout.take()),
            stderr: Stream::new(child.stderr.take()),
            last: VecDeque::new(),
            portion: vec![0; PORTION],
        }
    }

    /// Reads for as long as it is polled.
    pub(super) async fn pump(&mut self) -> Infallible {
        std::future::poll_fn(|context| {
            self.read(context);
            Poll::Pending
        })
        .await
    }

    /// Reads all that has been printed by now.
    pub(super) async fn catch_up(&mut self) {
        // One turn of the event loop tells which streams can be read.
        tokio::task::yield_now().await;
        self.read_on().await;
    }

    /// Reads all that the last turn of the event loop has told of.
    pub(super) async fn read_on(&mut self) {
        // The budget that tokio gives a task would end the reading early.
        let read = std::future::poll_fn(|context| {
            self.read(context);
            Poll::Ready(())
        });
        tokio::task::unconstrained(read).await;
    }

    /// The last lines, including one that has not ended.
    pub(super) fn take(&mut self) -> Vec<String> {
        self.stdout.end_line(&mut self.last);
        self.stderr.end_line(&mut self.last);
        self.last.drain(..).collect()
    }

    fn read(&mut self, context: &mut Context<'_>) {
        let more = self.stdout.read(context, &mut self.portion, &mut self.last)
            | self.stderr.read(context, &mut self.portion, &mut self.last);
        if more {
            context.waker().wake_by_ref();
        }
    }
}

#[derive(Debug)]
struct Stream<S> {
    source: Option<S>,
    line: Line,
}

impl<S: AsyncRead + Unpin> Stream<S> {
    fn new(source: Option<S>) -> Self {
        Self { source, line: Line::default() }
    }

    /// Reads what is there. True: there may be more.
    fn read(&mut self, context: &mut Context<'_>, portion: &mut [u8], last: &mut VecDeque<String>) -> bool {
        for _ in 0..PORTIONS {
            let Some(source) = &mut self.source else { return false };
            let mut buffer = ReadBuf::new(portion);
            match Pin::new(source).poll_read(context, &mut buffer) {
                Poll::Pending => return false,
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.line.add(buffer.filled(), last),
                Poll::Ready(_) => self.source = None,
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
