//! Days and months as services and people write them (`reference/officestation-kaonavi-link.md` §8).
//!
//! Understood, with full-width digits too: `2026-11-21`, `2026/11/21`, `2026年11月21日`, `R6.4.1`, `令和6年4月1日`, `令和元年5月1日`. An era's
//! year may run on past its end (平成31年5月1日 is in many a register); nothing else is guessed.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use unicode_normalization::UnicodeNormalization;

/// The eras: name, initial, and the year before their first.
const ERAS: [(&str, char, i32); 5] =
    [("令和", 'R', 2018), ("平成", 'H', 1988), ("昭和", 'S', 1925), ("大正", 'T', 1911), ("明治", 'M', 1867)];

/// The day that a text means; `None` if it means none.
pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    if let Some(day) = iso(text) {
        return Some(day);
    }
    let text = normal(text);
    let (year, rest) = year(&text)?;
    let (month, rest) = number(rest)?;
    let rest = separated(&text, rest, '月')?;
    let (day, rest) = number(rest)?;
    let ends = if text.contains('年') { rest == "日" } else { rest.is_empty() };
    ends.then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten()
}

/// The first day of the month that a text means: a month, or any day of it.
pub(super) fn parse_year_month(text: &str) -> Option<NaiveDate> {
    if let Some(day) = parse_date(text) {
        return day.with_day(1);
    }
    let text = normal(text);
    let (year, rest) = year(&text)?;
    let (month, rest) = number(rest)?;
    let ends = if text.contains('年') { rest == "月" } else { rest.is_empty() };
    ends.then(|| NaiveDate::from_ymd_opt(year, month, 1)).flatten()
}

/// `2026-11-21`: nearly every date of a run is written so, and is read without an allocation.
fn iso(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let digits = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let year = i32::try_from(digits(0, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(5, 7)?, digits(8, 10)?)
}

/// Half-width, without spaces at the ends.
fn normal(text: &str) -> String {
    text.trim().nfkc().collect()
}

/// The year in our reckoning and what follows its separator.
fn year(text: &str) -> Option<(i32, &str)> {
    for (name, initial, before) in ERAS {
        let era = text
            .strip_prefix(name)
            .or_else(|| text.strip_prefix(initial))
            .or_else(|| text.strip_prefix(initial.to_ascii_lowercase()));
        let Some(rest) = era else { continue };
        let rest = rest.trim_start();
        let (year, rest) = match rest.strip_prefix('元') {
            Some(rest) => (1, rest),
            None => number(rest)?,
        };
        let year = i32::try_from(year).ok().filter(|year| (1..=99).contains(year))?;
        return Some((before + year, separated(text, rest, '年')?));
    }
    let (year, rest) = number(text)?;
    let four = text.len() - rest.len() == 4;
    let year = i32::try_from(year).ok().filter(|_| four)?;
    Some((year, separated(text, rest, '年')?))
}

/// What follows a separator: the unit's character where the text is written with 年, else one of `-/.`, the same throughout.
fn separated<'a>(text: &str, rest: &'a str, unit: char) -> Option<&'a str> {
    if text.contains('年') {
        return rest.strip_prefix(unit);
    }
    let first = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    rest.strip_prefix(first)
}

/// Leading digits as a number, and what follows.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4)
        .contains(&digits)
        .then(|| text.split_at(digits))
        .and_then(|(digits, rest)| digits.parse().ok().map(|number| (number, rest)))
}

/// `YYYY-MM-DD`; the text itself if it is written so already.
pub(super) fn date(text: &str) -> Option<Cow<'_, str>> {
    if iso(text).is_some() {
        return Some(Cow::Borrowed(text));
    }
    parse_date(text).map(|day| Cow::Owned(day.format("%Y-%m-%d").to_string()))
}

/// `YYYY-MM`.
pub(super) fn year_month(text: &str) -> Option<Cow<'_, str>> {
    parse_year_month(text).map(|day| Cow::Owned(day.format("%Y-%m").to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_understood_as_people_write_them() {
        for (text, day) in [
            ("2024-04-01", "2024-04-01"),
            ("2024/04/01", "2024-04-01"),
            ("2024/4/1", "2024-04-01"),
            ("2024.4.1", "2024-04-01"),
            ("2024年4月1日", "2024-04-01"),
            (" ２０２４／０４／０１ ", "2024-04-01"),
            ("R6.4.1", "2024-04-01"),
            ("r6/04/01", "2024-04-01"),
            ("Ｒ６．４．１", "2024-04-01"),
            ("R06-04-01", "2024-04-01"),
            ("令和6年4月1日", "2024-04-01"),
            ("令和 6年4月1日", "2024-04-01"),
            ("令和６年４月１日", "2024-04-01"),
            ("令和元年5月1日", "2019-05-01"),
            ("平成31年5月1日", "2019-05-01"),
            ("H1.1.8", "1989-01-08"),
            ("昭和64年1月7日", "1989-01-07"),
            ("S40.12.31", "1965-12-31"),
            ("大正15年12月24日", "1926-12-24"),
            ("明治45年7月29日", "1912-07-29"),
            ("2024-02-29", "2024-02-29"),
        ] {
            assert_eq!(date(text).as_deref(), Some(day), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_not_guessed() {
        for text in [
            "",
            "不明",
            "2024-13-01",
            "2023-02-29",
            "24/4/1",
            "20240401",
            "2024-04",
            "2024-04-01T00:00:00",
            "R6",
            "R0.4.1",
            "令和6年4月",
            "2024/4-1",
            "2024年4/1",
            "04/01/2024",
            "2024-04-01x",
            "R6.4.1日",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_understood_from_months_and_days() {
        for (text, month) in [
            ("2024-04", "2024-04"),
            ("2024/4", "2024-04"),
            ("2024年4月", "2024-04"),
            ("令和6年4月", "2024-04"),
            ("R6.4", "2024-04"),
            ("2024-04-15", "2024-04"),
        ] {
            assert_eq!(year_month(text).as_deref(), Some(month), "{text}");
        }
        assert_eq!(year_month("2024-13"), None);
        assert_eq!(year_month("4月"), None);
    }
}
