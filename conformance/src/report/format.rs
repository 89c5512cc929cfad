use super::{Report, github, human, json, junit, sarif};

/// A way of writing a report.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name, as in `--format`.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Whether programs read it: they get a report even of a run that never began.
    pub for_programs: bool,
    /// Writes the report, for a terminal or a file of this many columns. Colours are ANSI codes; whoever prints the
    /// text strips them where they are not wanted.
    pub render: fn(&Report, usize) -> String,
}

/// Every format, the default first.
///
/// ```
/// assert_eq!(pretoken::report::FORMATS[0].name, "human");
/// ```
pub static FORMATS: &[Format] = &[
    Format { name: "human", about: "for people, at a terminal or in a log", for_programs: false, render: human },
    Format {
        name: "json",
        about: "one JSON document, as the schema `report.json` describes it",
        for_programs: true,
        render: json,
    },
    Format { name: "junit", about: "JUnit XML, for CI dashboards", for_programs: true, render: junit },
    Format { name: "sarif", about: "SARIF 2.1.0, for code scanning and editors", for_programs: true, render: sarif },
    Format {
        name: "github",
        about: "annotations of GitHub Actions, for a step's own output",
        for_programs: true,
        render: github,
    },
];

impl Format {
    /// The format of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }
}
