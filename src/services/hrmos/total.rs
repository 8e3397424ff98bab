//! The totals of a month (`reference/hrmos-kintai-api.md` §11): exact numbers, never rounded, and never 0 for nothing.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that is not what the reference says: `25:75`, a duration as a bare number, three decimals of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// What a row says of a total: nothing (`null`, `""` or no such key), a value, or something that is none.
pub type Reading<T> = Result<Option<T>, Malformed>;

/// A duration in minutes. It prints as the plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minutes(pub i32);

/// A count of days in thousandths: tenths as a rule, finer where hours are counted (one of eight is 0.125). It prints with one
/// decimal, or more where needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days(pub i32);

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, thousandths) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let text = format!("{:03}", thousandths % 1000);
        let decimals = text.trim_end_matches('0');
        write!(f, "{sign}{}.{}", thousandths / 1000, if decimals.is_empty() { "0" } else { decimals })
    }
}

/// How a kind of total is spelt.
pub(super) trait Total: Sized {
    /// Of a text that is not empty.
    fn of_text(text: &str) -> Option<Self>;

    /// Of a JSON number, given as decimal text.
    fn of_number(number: &str) -> Option<Self>;
}

impl Total for Minutes {
    /// `^(-?)(\d+):([0-5]\d)$`.
    fn of_text(text: &str) -> Option<Self> {
        let (negative, text) = signed(text);
        let (hours, minutes) = text.split_once(':')?;
        let minutes = Some(digits(minutes)?).filter(|of| minutes.len() == 2 && *of < 60)?;
        let minutes = digits(hours)?.checked_mul(60)?.checked_add(minutes)?;
        Some(Minutes(if negative { -minutes } else { minutes }))
    }

    /// None of the durations that are read is one of those that the service gives in seconds.
    fn of_number(_number: &str) -> Option<Self> {
        None
    }
}

impl Total for Days {
    fn of_text(text: &str) -> Option<Self> {
        days(text, 2)
    }

    /// Only the count with hours is a number, and hours have more decimals.
    fn of_number(number: &str) -> Option<Self> {
        days(number, 3)
    }
}

fn days(text: &str, most_decimals: usize) -> Option<Days> {
    let (negative, text) = signed(text);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if decimals.len() > most_decimals {
        return None;
    }
    let scale = [1000, 100, 10, 1].get(decimals.len())?;
    let thousandths = digits(whole)?.checked_mul(1000)?.checked_add(digits(decimals)? * scale)?;
    Some(Days(if negative { -thousandths } else { thousandths }))
}

fn signed(text: &str) -> (bool, &str) {
    text.strip_prefix('-').map_or((false, text), |text| (true, text))
}

/// ASCII digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<i32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Reads one total.
pub(super) struct TotalSeed<T>(PhantomData<T>);

impl<T> TotalSeed<T> {
    pub(super) fn new() -> Self {
        TotalSeed(PhantomData)
    }
}

impl<'de, T: Total> DeserializeSeed<'de> for TotalSeed<T> {
    type Value = Reading<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Reading<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Total> Visitor<'de> for TotalSeed<T> {
    type Value = Reading<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a total")
    }

    fn visit_str<E>(self, text: &str) -> Result<Reading<T>, E> {
        Ok(if text.is_empty() { Ok(None) } else { T::of_text(text).map(Some).ok_or(Malformed) })
    }

    fn visit_unit<E>(self) -> Result<Reading<T>, E> {
        Ok(Ok(None))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Reading<T>, E> {
        Ok(T::of_number(&number.to_string()).map(Some).ok_or(Malformed))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Reading<T>, E> {
        Ok(T::of_number(&number.to_string()).map(Some).ok_or(Malformed))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Reading<T>, E> {
        Ok(T::of_number(&number.to_string()).map(Some).ok_or(Malformed))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Reading<T>, E> {
        Ok(Err(Malformed))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Reading<T>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(Malformed))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reading<T>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err(Malformed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Total>(json: &str) -> Reading<T> {
        TotalSeed::new().deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap()
    }

    #[test]
    fn durations_are_hours_and_minutes() {
        for (json, minutes) in [
            (r#""160:00""#, 9600),
            (r#""1000:30""#, 60_030),
            (r#""0:05""#, 5),
            (r#""00:00""#, 0),
            (r#""-1:30""#, -90),
            (r#""26:00""#, 1560),
        ] {
            assert_eq!(read(json), Ok(Some(Minutes(minutes))), "{json}");
        }
    }

    #[test]
    fn what_is_no_duration_is_not_guessed() {
        for json in [
            r#""1:60""#,
            r#""1:5""#,
            r#""1:005""#,
            r#"":30""#,
            r#""+1:30""#,
            r#""1:+3""#,
            r#""1.5""#,
            r#"" 1:30""#,
            r#""１:30""#,
            r#""99999999999:00""#,
            "28800",
            "1.5",
            "true",
            r#"["1:30"]"#,
            r#"{"a":1}"#,
        ] {
            assert_eq!(read::<Minutes>(json), Err(Malformed), "{json}");
        }
    }

    #[test]
    fn days_are_exact() {
        for (json, thousandths, text) in [
            (r#""20.0""#, 20_000, "20.0"),
            (r#""19.5""#, 19_500, "19.5"),
            (r#""0.25""#, 250, "0.25"),
            (r#""20""#, 20_000, "20.0"),
            (r#""-0.5""#, -500, "-0.5"),
            (r#""0.05""#, 50, "0.05"),
            ("0.5", 500, "0.5"),
            ("1.25", 1250, "1.25"),
            ("0.125", 125, "0.125"),
            ("3", 3000, "3.0"),
            ("0", 0, "0.0"),
        ] {
            assert_eq!(read(json), Ok(Some(Days(thousandths))), "{json}");
            assert_eq!(Days(thousandths).to_string(), text);
        }
        for json in [
            r#""1.125""#,
            "0.0625",
            r#""1.""#,
            r#"".5""#,
            r#""1日""#,
            r#""1,5""#,
            "1e300",
            "false",
            r#""99999999999""#,
        ] {
            assert_eq!(read::<Days>(json), Err(Malformed), "{json}");
        }
    }

    #[test]
    fn nothing_is_not_zero() {
        for json in ["null", r#""""#] {
            assert_eq!(read::<Minutes>(json), Ok(None), "{json}");
            assert_eq!(read::<Days>(json), Ok(None), "{json}");
        }
    }
}
