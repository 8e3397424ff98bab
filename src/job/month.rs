//! A month of attendance.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Month { year: day.year(), month: day.month() }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        if self.month == 1 {
            Month { year: self.year - 1, month: 12 }
        } else {
            Month { month: self.month - 1, ..self }
        }
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.month
    }
}

impl FromStr for Month {
    type Err = ();

    /// Takes four digits, a hyphen and two digits, from 1900-01.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        let digits =
            |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(());
        }
        let (year, month) = (year.parse().map_err(|_| ())?, month.parse().map_err(|_| ())?);
        if year >= 1900 && (1..=12).contains(&month) { Ok(Month { year, month }) } else { Err(()) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_four_digits_and_two() {
        for text in ["2026-10", "1900-01", "2026-12"] {
            assert_eq!(text.parse::<Month>().map(|month| month.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "202610",
            "2026/10",
            "+026-10",
            "２０２６-10",
            "1899-12",
        ] {
            assert_eq!(text.parse::<Month>(), Err(()), "{text}");
        }
    }

    #[test]
    fn the_month_before_january_is_december() {
        let previous = |text: &str| text.parse::<Month>().unwrap().previous().to_string();
        assert_eq!([previous("2026-01"), previous("2026-11")], ["2025-12", "2026-10"]);
    }
}
