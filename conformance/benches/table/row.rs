use std::fmt;

use crate::rounds::Spread;

/// Something that was measured, beside something else.
pub(crate) struct Row {
    what: String,
    figure: Figure,
    beside: Option<(String, Figure)>,
    ratio: Option<Ratio>,
    goal: Option<Goal>,
}

/// How two figures stand to each other.
#[derive(Clone, Copy)]
enum Ratio {
    Times(f64),
    Part(f64),
}

/// A number with its unit.
#[derive(Clone, Copy)]
pub(crate) struct Figure {
    pub(crate) number: f64,
    unit: &'static str,
    /// As in [`Spread`].
    spread: Option<f64>,
}

/// What a figure or a ratio should be.
struct Goal {
    words: String,
    reached: bool,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, figure: Figure) -> Self {
        Self { what: what.into(), figure, beside: None, ratio: None, goal: None }
    }

    /// What it is compared with: rates by how many times it is as fast.
    pub(crate) fn beside(self, what: impl Into<String>, other: Figure) -> Self {
        let ratio = self.figure.number / other.number;
        Self { beside: Some((what.into(), other)), ratio: Some(Ratio::Times(ratio)), ..self }
    }

    /// The same for times: by how many times it takes less.
    pub(crate) fn instead_of(self, what: impl Into<String>, other: Figure) -> Self {
        let ratio = other.number / self.figure.number;
        Self { ratio: Some(Ratio::Times(ratio)), ..self.beside(what, other) }
    }

    /// What it is a part of, or what it comes near to.
    pub(crate) fn of(self, what: impl Into<String>, other: Figure) -> Self {
        let ratio = self.figure.number / other.number;
        Self { ratio: Some(Ratio::Part(ratio)), ..self.beside(what, other) }
    }

    /// What the figure should be at least.
    pub(crate) fn at_least(self, number: f64) -> Self {
        let goal = Goal { words: format!("≥ {}", grouped(number)), reached: self.figure.number >= number };
        Self { goal: Some(goal), ..self }
    }

    /// What the figure should be at most.
    pub(crate) fn at_most(self, number: f64) -> Self {
        let goal = Goal { words: format!("≤ {}", grouped(number)), reached: self.figure.number <= number };
        Self { goal: Some(goal), ..self }
    }

    /// What the ratio should be at least.
    pub(crate) fn ratio_at_least(self, number: f64) -> Self {
        let (words, reached) = match self.ratio {
            Some(Ratio::Times(times)) => (Ratio::Times(number).to_string(), times >= number),
            Some(Ratio::Part(part)) => (Ratio::Part(number).to_string(), part >= number),
            None => (grouped(number), false),
        };
        Self { goal: Some(Goal { words: format!("≥ {words}"), reached }), ..self }
    }

    pub(crate) fn cells(&self) -> [String; 7] {
        let (beside, other) = match &self.beside {
            Some((what, figure)) => (what.clone(), figure.to_string()),
            None => Default::default(),
        };
        let ratio = self.ratio.map(|ratio| ratio.to_string()).unwrap_or_default();
        let (goal, verdict) = match &self.goal {
            Some(Goal { words, reached }) => (words.clone(), if *reached { "reached" } else { "missed" }),
            None => Default::default(),
        };
        [self.what.clone(), self.figure.to_string(), beside, other, ratio, goal, verdict.to_owned()]
    }
}

impl Figure {
    pub(crate) const fn new(number: f64, unit: &'static str) -> Self {
        Self { number, unit, spread: None }
    }

    /// The median of the rounds, and how far they lie apart.
    pub(crate) const fn of(spread: Spread, unit: &'static str) -> Self {
        Self { number: spread.median, unit, spread: Some(spread.half) }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "{} ×", grouped(*times)),
            Self::Part(part) => write!(f, "{:.0} %", part * 100.0),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", grouped(self.number), self.unit)?;
        self.spread.map_or(Ok(()), |spread| write!(f, " ±{:<4}", format!("{:.0} %", spread * 100.0)))
    }
}

/// Three digits that count, or all before the point, in groups.
fn grouped(number: f64) -> String {
    let decimals = match number {
        small if small < 9.995 => 2,
        medium if medium < 99.95 => 1,
        _ => 0,
    };
    let text = format!("{number:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { grouped } else { format!("{grouped}.{rest}") }
}
