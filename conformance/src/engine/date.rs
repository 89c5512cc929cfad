use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day in UTC.
///
/// ```
/// use pretoken::engine::Date;
/// assert_eq!(Date::of_day(20_089).to_string(), "2025-01-01");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Four digits.
    pub year: u16,
    /// From 1 on.
    pub month: u8,
    /// From 1 on.
    pub day: u8,
}

impl Date {
    /// Today.
    pub fn today() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::of_day(since.as_secs() / 86_400)
    }

    /// A day by its number since 1970-01-01. Days beyond the year 9999 are its last day.
    ///
    /// The days are counted in eras of 400 years that begin in March, as Howard Hinnant's `civil_from_days` does: a library
    /// for so little would be the larger part of its file.
    pub fn of_day(day: u64) -> Self {
        let shifted = day.min(LAST) + 719_468;
        let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = era * 400 + year_of_era + u64::from(month <= 2);
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Self { year: u16::try_from(year).unwrap_or(u16::MAX), month: small(month), day: small(day) }
    }
}

/// 9999-12-31.
const LAST: u64 = 2_932_896;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_known_dates_and_keep_their_order() {
        let days = [
            (0, "1970-01-01"),
            (11_015, "2000-02-28"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
            (LAST, "9999-12-31"),
            (u64::MAX, "9999-12-31"),
        ];
        for (day, expected) in days {
            assert_eq!(Date::of_day(day).to_string(), expected);
        }
        assert!(days.is_sorted_by_key(|(day, _)| Date::of_day(*day)));
    }
}
