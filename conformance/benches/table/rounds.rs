/// What the rounds of a measurement came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    /// Half of the range between the first and the third quarter, in parts of the median.
    pub(crate) half: f64,
}

impl Spread {
    pub(crate) fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        let at = |part: usize| rounds.get(rounds.len() * part / 4).copied().unwrap_or(f64::NAN);
        let median = at(2);
        Self { median, half: (at(3) - at(1)) / 2.0 / median }
    }

    /// The rounds of several things that take turns, so that whatever else the machine does meets all alike.
    pub(crate) fn in_turns<const N: usize>(
        rounds: usize,
        mut measure: impl FnMut(usize) -> Result<f64, String>,
    ) -> Result<[Self; N], String> {
        let mut numbers = [const { Vec::new() }; N];
        for _ in 0..rounds {
            for (which, numbers) in numbers.iter_mut().enumerate() {
                numbers.push(measure(which)?);
            }
        }
        Ok(numbers.map(Self::of))
    }
}
