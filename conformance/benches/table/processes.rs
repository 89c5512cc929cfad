//! Triggers as processes, beside the bare loop; and two of them at work beside one.

use crate::print::Line;
use crate::row::{Figure, Row};
use crate::speed;

/// Fewer than `just bench-targets` makes, so that every trigger has its turn within two minutes.
const ROUNDS: usize = 5;

pub(crate) fn lines() -> Vec<Line> {
    let mut lines = vec![Line::Heading(
        "Runtime API: events/s of one job beside a bare loop that serves the same process; slices of 64 events, the upper tenth of 5 rounds that take turns\n\
         (a virtual machine may halt idle cores, and waking one is dear: that slows the bare loop most)",
    )];
    let mut whole = vec![Line::Heading(
        "Runtime API: whole runs with two jobs beside one, starts included; the best of the same 5 rounds",
    )];
    for row in speed::rows(ROUNDS, &[]) {
        match row {
            Ok(speed::Row { name, bare, invoke, run, one, two, .. }) => {
                let [bare, invoke, run, one, two] =
                    [bare, invoke, run, one, two].map(|number| Figure::new(number, "events/s"));
                let beside_bare = |what: &str, figure| {
                    Row::new(format!("{name}, {what}"), figure).of("the bare loop", bare).ratio_at_least(0.9).into()
                };
                lines.push(beside_bare("sent and answers read", invoke));
                lines.push(beside_bare("made, sent and judged", run));
                let two = Row::new(format!("{name}, two jobs"), two).beside("one job", one);
                whole.push(two.ratio_at_least(1.7).into());
            }
            Err((name, why)) => lines.push(Line::LeftOut(format!("{name}: {why}"))),
        }
    }
    lines.extend(whole);
    lines
}
