use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use thiserror::Error;

use super::Exit;

/// Where the command writes. Findings go to `out`, everything about the run itself to `err`.
pub(super) struct Streams {
    /// Strips ANSI codes where they are not wanted.
    pub(super) out: Box<dyn Write>,
    /// Whether `err` is a terminal, on which a line can be overwritten.
    pub(super) live: bool,
    /// The columns of `out`.
    pub(super) width: usize,
    err: Err,
}

/// What stands for standard error.
enum Err {
    Stderr(ColorChoice),
    Kept(Kept),
}

/// Output that is kept, for whoever wants to look at it.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Vec<u8>>>);

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// At a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Why a command ends early.
#[derive(Debug, Error)]
pub(super) enum Failure {
    /// What was asked for makes no sense, or a file cannot be used.
    #[error("{0}")]
    Usage(String),
    /// There can be no verdict.
    #[error("{0}")]
    NoVerdict(String),
    /// Ctrl-C came before there was anything to report.
    #[error("interrupted")]
    Interrupted,
    /// Nobody reads the output any more (`pretoken events | head`): nothing to complain about.
    #[error("the output was closed")]
    Closed,
    /// The output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
}

impl Streams {
    pub(super) fn new(color: Color) -> Self {
        let stdout = io::stdout();
        let width = terminal_size::terminal_size_of(&stdout).map_or(WIDTH, |(width, _)| usize::from(width.0));
        Self {
            // One write for many lines: thousands of events go through here.
            out: Box::new(BufWriter::new(AutoStream::new(stdout, color.choice()))),
            live: io::stderr().is_terminal(),
            width,
            err: Err::Stderr(color.choice()),
        }
    }

    /// Streams that keep what is written, without colours and 80 columns wide.
    pub(super) fn kept(out: &Kept, err: &Kept) -> Self {
        let stripped: Box<dyn Write> = Box::new(out.clone());
        Self {
            out: Box::new(AutoStream::new(stripped, ColorChoice::Never)),
            live: false,
            width: WIDTH,
            err: Err::Kept(err.clone()),
        }
    }

    /// Standard error, for a line or two.
    pub(super) fn err(&self) -> Box<dyn Write + Send> {
        match &self.err {
            Err::Stderr(choice) => Box::new(AutoStream::new(io::stderr(), *choice)),
            Err::Kept(kept) => {
                let stripped: Box<dyn Write + Send> = Box::new(kept.clone());
                Box::new(AutoStream::new(stripped, ColorChoice::Never))
            }
        }
    }

    pub(super) fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.out.write_all(text.as_bytes())?;
        Ok(())
    }

    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Says why the command ended early. That standard error is closed is no further reason to fail.
    pub(super) fn complain(&self, failure: &Failure) {
        let _ = writeln!(self.err(), "{}: {failure}", crate::report::painted(crate::report::look::BAD, "error"));
    }
}

/// The columns of what is no terminal.
const WIDTH: usize = 80;

impl Color {
    const fn choice(self) -> ColorChoice {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

impl Kept {
    pub(super) fn text(&self) -> String {
        self.0.lock().map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().map_err(|_| io::Error::other("another thread failed while it wrote"))?;
        kept.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Failure {
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::NoVerdict(_) | Self::Output(_) => Exit::NoVerdict,
            Self::Interrupted => Exit::Interrupted,
            Self::Closed => Exit::Success,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Output(error) }
    }
}
