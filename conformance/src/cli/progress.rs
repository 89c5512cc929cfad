use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::engine::{Phase, Progress};
use crate::report::{counted, thousands};

/// Shows a run's progress: one live line on a terminal, else a line for each phase.
pub(super) struct Meter<W> {
    state: Mutex<State<W>>,
}

struct State<W> {
    err: W,
    live: bool,
    started: Instant,
    drawn: Option<Instant>,
    /// Up to which case each phase reaches.
    phases: Vec<(Phase, u64)>,
    done: u64,
    shrinking: bool,
}

/// Often enough to look alive.
const REDRAW: Duration = Duration::from_millis(100);

impl<W: Write> Meter<W> {
    pub(super) fn new(err: W, live: bool) -> Self {
        let state =
            State { err, live, started: Instant::now(), drawn: None, phases: Vec::new(), done: 0, shrinking: false };
        Self { state: Mutex::new(state) }
    }

    /// Takes in what the engine tells.
    pub(super) fn told(&self, progress: Progress<'_>) {
        // A poisoned lock or a closed standard error costs the progress, never the run.
        if let Ok(mut state) = self.state.lock() {
            let _ = state.told(progress);
        }
    }

    /// Wipes the live line away.
    pub(super) fn finish(self) {
        if let Ok(mut state) = self.state.into_inner()
            && state.drawn.is_some()
        {
            let _ = write!(state.err, "\r{ERASE}").and_then(|()| state.err.flush());
        }
    }
}

/// Erases to the end of the line.
const ERASE: &str = "\u{1b}[K";

impl<W: Write> State<W> {
    fn told(&mut self, progress: Progress<'_>) -> std::io::Result<()> {
        match progress {
            Progress::Phase { phase, cases } => {
                let before = self.phases.last().map_or(0, |(_, end)| *end);
                self.phases.push((phase, before + cases));
                if !self.live {
                    writeln!(self.err, "{}: {}", phase.label(), counted(cases, "case", "cases"))?;
                }
                Ok(())
            }
            Progress::Cases { done, total, findings } => {
                // Jobs overtake one another.
                self.done = self.done.max(done);
                let line = self.running(total, findings);
                self.draw(&line, false)
            }
            Progress::Comparing if self.live => self.draw("comparing answers", true),
            Progress::Comparing => writeln!(self.err, "comparing answers"),
            Progress::Found { .. } | Progress::Rerun { .. } | Progress::Shrunk { .. } => Ok(()),
            Progress::Shrinking { rule, number, of } => {
                if !self.live && !self.shrinking {
                    writeln!(self.err, "shrinking: {}", counted(of as u64, "finding", "findings"))?;
                }
                let first = !self.shrinking;
                self.shrinking = true;
                self.draw(&format!("shrinking finding {number} of {of}: {}", rule.id), first)
            }
        }
    }

    fn running(&self, total: u64, findings: usize) -> String {
        let phase = self.phases.iter().find(|(_, end)| self.done < *end).or(self.phases.last());
        let seconds = self.started.elapsed().as_secs_f64().max(1e-3);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rate for the eye"
        )]
        let rate = (self.done as f64 / seconds) as u64;
        format!(
            "{}: {} of {}, {}/s, {}",
            phase.map_or("cases", |(phase, _)| phase.label()),
            thousands(self.done),
            counted(total, "case", "cases"),
            thousands(rate),
            counted(findings as u64, "finding", "findings"),
        )
    }

    fn draw(&mut self, line: &str, now: bool) -> std::io::Result<()> {
        let due = now || self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW);
        if !self.live || !due {
            return Ok(());
        }
        self.drawn = Some(Instant::now());
        let line: String = line.chars().take(79).collect();
        write!(self.err, "\r{line}{ERASE}")?;
        self.err.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    fn shown(live: bool) -> String {
        let mut out = Vec::new();
        let meter = Meter::new(&mut out, live);
        meter.told(Progress::Phase { phase: Phase::Documented, cases: 1 });
        meter.told(Progress::Phase { phase: Phase::Random, cases: 2_000 });
        meter.told(Progress::Cases { done: 64, total: 2_001, findings: 1 });
        meter.told(Progress::Shrinking { rule: rules::ALL[0], number: 1, of: 1 });
        meter.finish();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_log_gets_a_line_for_each_phase() {
        assert_eq!(shown(false), "documented: 1 case\nrandom: 2,000 cases\nshrinking: 1 finding\n");
    }

    #[test]
    fn a_terminal_gets_one_line_that_is_gone_in_the_end() {
        let text = shown(true);
        assert!(text.contains("\rrandom: 64 of 2,001 cases, "), "{text:?}");
        assert!(text.contains("shrinking finding 1 of 1: "), "{text:?}");
        assert!(!text.contains('\n'), "{text:?}");
        assert!(text.ends_with("\r\u{1b}[K"), "{text:?}");
    }
}
