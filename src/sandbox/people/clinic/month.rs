//! A 稼働月 and the days that belong to it.

use std::fmt;

use chrono::{Datelike, Months, NaiveDate};

/// A month such as `2026-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The calendar month of a day.
    pub(crate) fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    /// Reads `YYYY-MM`, digits only.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        (1..=12).contains(&month).then_some(Self { year, month })
    }

    /// As rows show it: `202605`.
    pub(crate) fn compact(self) -> String {
        format!("{:04}{:02}", self.year, self.month)
    }

    /// A number that another month doesn't have.
    pub(crate) fn number(self) -> u64 {
        u64::try_from(self.year).unwrap_or(0) * 12 + u64::from(self.month) - 1
    }

    /// The month so many months before.
    pub(crate) fn back(self, months: u32) -> Self {
        Self::of(self.first_day().checked_sub_months(Months::new(months)).unwrap_or_default())
    }

    /// The first and the last day of a user's month that closes on `cutoff` (31: the calendar month). With 25, May is
    /// 26 April to 25 May (`reference/hrmos-kintai-api.md` §8.5).
    pub(crate) fn period(self, cutoff: u32) -> (NaiveDate, NaiveDate) {
        let last_of = |month: Self| {
            let end = month.first_day().checked_add_months(Months::new(1)).and_then(|day| day.pred_opt());
            let end = end.unwrap_or_default();
            end.with_day(cutoff.min(end.day())).unwrap_or(end)
        };
        let before = last_of(self.back(1));
        (before.succ_opt().unwrap_or(before), last_of(self))
    }

    /// The 稼働月 that a day belongs to when the month closes on `cutoff`.
    pub(crate) fn holding(day: NaiveDate, cutoff: u32) -> Self {
        let calendar = Self::of(day);
        if day <= calendar.period(cutoff).1 {
            return calendar;
        }
        Self::of(calendar.first_day().checked_add_months(Months::new(1)).unwrap_or(day))
    }

    fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn only_four_digits_and_a_real_month_are_a_month() {
        assert_eq!(month("2026-05").compact(), "202605");
        for bad in
            ["2026-13", "2026-00", "2026-5", "202605", "26-05", "2026-05-01", "+026-05", "２０２６-05", ""]
        {
            assert_eq!(Month::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_month_that_closes_on_the_25th_begins_on_the_26th_before() {
        let days = |text: &str, cutoff| {
            let (first, last) = month(text).period(cutoff);
            (first.to_string(), last.to_string())
        };
        assert_eq!(days("2026-05", 31), ("2026-05-01".into(), "2026-05-31".into()));
        assert_eq!(days("2026-05", 25), ("2026-04-26".into(), "2026-05-25".into()));
        assert_eq!(days("2026-02", 31), ("2026-02-01".into(), "2026-02-28".into()));
        assert_eq!(days("2026-01", 25), ("2025-12-26".into(), "2026-01-25".into()));
    }

    #[test]
    fn every_day_belongs_to_exactly_the_month_whose_period_holds_it() {
        let mut day = NaiveDate::from_ymd_opt(2025, 12, 1).expect("a day");
        for _ in 0..120 {
            for cutoff in [20, 25, 31] {
                let (first, last) = Month::holding(day, cutoff).period(cutoff);
                assert!(first <= day && day <= last, "{day} {cutoff}");
            }
            day = day.succ_opt().expect("a next day");
        }
    }
}
