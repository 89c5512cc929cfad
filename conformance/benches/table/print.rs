use std::fmt::Write as _;

use crate::row::Row;

/// A line of the table.
pub(crate) enum Line {
    /// What the rows below are about, and how they were measured.
    Heading(&'static str),
    Row(Row),
    /// What is not there, and why.
    LeftOut(String),
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self::Row(row)
    }
}

/// The whole table.
pub(crate) fn table(lines: &[Line]) -> String {
    let titles = ["", "figure", "beside", "", "ratio", "goal", ""].map(str::to_owned);
    let rows = lines.iter().filter_map(|line| if let Line::Row(row) = line { Some(row.cells()) } else { None });
    let all: Vec<_> = std::iter::once(titles.clone()).chain(rows).collect();
    let widths: [usize; 7] =
        std::array::from_fn(|column| all.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default());
    let mut text = laid_out(&titles, widths);
    for line in lines {
        match line {
            Line::Heading(words) => _ = writeln!(text, "\n{words}"),
            Line::Row(row) => text.push_str(&laid_out(&row.cells(), widths)),
            Line::LeftOut(words) => _ = writeln!(text, "  left out: {words}"),
        }
    }
    text
}

fn laid_out(cells: &[String; 7], widths: [usize; 7]) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        // Numbers end where those above and below them end.
        let _ = if matches!(column, 1 | 3 | 4 | 5) {
            write!(line, "  {cell:>width$}")
        } else {
            write!(line, "  {cell:width$}")
        };
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}
