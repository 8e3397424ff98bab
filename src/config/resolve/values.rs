//! Single values: durations, numbers, sizes, words of a list, URLs.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use reqwest::Url;

use super::Checks;
use crate::config::raw::Text;
use crate::job::nearest;

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZES: [(&str, u64); 4] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)];

/// Whether a duration may be nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zero {
    Allowed,
    Refused,
}

impl Checks<'_> {
    /// A duration such as `30s`, up to a year.
    pub(super) fn duration(&self, raw: Option<&Text>, zero: Zero, default: Duration) -> Duration {
        let Some(raw) = raw else { return default };
        match scaled(&raw.value, &UNITS).filter(|ms| *ms <= 366 * 86_400_000) {
            Some(0) if zero == Zero::Refused => {
                self.problem(
                    raw,
                    format!("`{}` is no time at all", raw.value),
                    "write a longer time, such as 1s",
                );
                default
            }
            Some(ms) => Duration::from_millis(ms),
            None => {
                let help = "write a whole number with a unit: 500ms, 30s, 5m, 6h or 2d";
                self.problem(raw, format!("`{}` is no duration", raw.value), help);
                default
            }
        }
    }

    /// A size such as `512MiB`.
    pub(super) fn size(&self, raw: Option<&Text>, default: u64) -> u64 {
        let Some(raw) = raw else { return default };
        scaled(&raw.value, &SIZES).filter(|size| *size > 0).unwrap_or_else(|| {
            let help = "write a whole number with a unit: 64KiB, 512MiB or 1GiB";
            self.problem(raw, format!("`{}` is no size", raw.value), help);
            default
        })
    }

    /// A whole number within a range.
    pub(super) fn number<N>(&self, raw: Option<&Text>, range: RangeInclusive<N>, default: N) -> N
    where
        N: FromStr + PartialOrd + Display,
    {
        let Some(raw) = raw else { return default };
        match raw.value.trim().parse::<N>() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                let help = format!("write a whole number from {} to {}", range.start(), range.end());
                self.problem(raw, format!("`{}` is not allowed here", raw.value), help);
                default
            }
        }
    }

    /// A day such as `2026-09-01`; none if it is left out.
    pub(super) fn date(&self, raw: Option<&Text>) -> Option<NaiveDate> {
        let raw = raw?;
        let day = day(&raw.value);
        if day.is_none() {
            let help = "write year, month and day, such as 2026-09-01";
            self.problem(raw, format!("`{}` is no date", raw.value), help);
        }
        day
    }

    /// A time of day such as `09:00`.
    pub(super) fn time_of_day(&self, raw: Option<&Text>, default: NaiveTime) -> NaiveTime {
        let Some(raw) = raw else { return default };
        let written = Some(&raw.value).filter(|text| text.len() == 5);
        written.and_then(|text| NaiveTime::parse_from_str(text, "%H:%M").ok()).unwrap_or_else(|| {
            let help = "write hours and minutes, such as \"09:00\"";
            self.problem(raw, format!("`{}` is no time of day", raw.value), help);
            default
        })
    }

    /// One of a few words.
    pub(in crate::config) fn choice<T: Copy>(
        &self,
        raw: Option<&Text>,
        words: &[(&str, T)],
        default: T,
    ) -> T {
        let Some(raw) = raw else { return default };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == raw.value) {
            return *value;
        }
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let help = match nearest(&raw.value, words.iter().map(|(word, _)| *word)) {
            Some(near) => format!("write `{near}`; allowed are {}", all.join(", ")),
            None => format!("write one of {}", all.join(", ")),
        };
        self.problem(raw, format!("`{}` is not allowed here", raw.value), help);
        default
    }

    /// The base URL of a service: `http` or `https`, without what a client adds.
    pub(super) fn base_url(&self, raw: &Text, plaintext: Plaintext, example: &str) -> Option<Url> {
        let refuse = |reason: String, help: String| {
            self.problem(raw, reason, help);
            None
        };
        let Some(url) = Url::parse(raw.value.trim()).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
        }) else {
            let shown = if raw.value.contains('@') { "this" } else { &format!("`{}`", raw.value) };
            return refuse(
                format!("{shown} is no http or https URL"),
                format!("write an address such as {example}"),
            );
        };
        if !url.username().is_empty() || url.password().is_some() {
            let help = "write the credentials under their own keys".to_owned();
            return refuse("the URL holds a user name or a password".into(), help);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(
                "the URL has a query or a fragment".into(),
                "leave out `?`, `#` and what follows".into(),
            );
        }
        if let Some(at) = format!("{}/", url.path()).find("/api/") {
            let help = format!("leave out `{}`: renkei adds it itself", &url.path()[at..]);
            return refuse("the base URL ends before `/api/`".into(), help);
        }
        if url.scheme() == "http" && plaintext == Plaintext::Refused && !is_loopback(&url) {
            let help = "write https://, or add `allow_plaintext: true` beside it".to_owned();
            return refuse(
                "credentials and employee records would go over the network unencrypted".into(),
                help,
            );
        }
        Some(url)
    }
}

/// Whether an unencrypted connection to another machine is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plaintext {
    Allowed,
    Refused,
}

impl From<Option<bool>> for Plaintext {
    fn from(allowed: Option<bool>) -> Self {
        if allowed == Some(true) { Plaintext::Allowed } else { Plaintext::Refused }
    }
}

/// True if the host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

/// True for `localhost`, names below it, 127.0.0.0/8 and `::1`.
pub(super) fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    address || host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost")
}

/// A day of this century, with four, two and two digits: a year that lost a digit is a mistake, not an end long ago.
fn day(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| {
        bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let shape = bytes.len() == 10 && digits(0..4) && digits(5..7) && digits(8..10) && text.starts_with("20");
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, scale) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_need_a_unit() {
        let durations = ["500ms", "30s", "5m", "6h", "2d", "1 s"].map(|text| scaled(text, &UNITS));
        assert_eq!(durations, [500, 30_000, 300_000, 21_600_000, 172_800_000, 1_000].map(Some));
        for text in ["", "30", "s", "-1s", "1.5h", "30S", "99999999999999999999d"] {
            assert_eq!(scaled(text, &UNITS), None, "{text}");
        }
        assert_eq!(scaled("512MiB", &SIZES), Some(512 << 20));
    }

    #[test]
    fn days_are_written_in_full_and_are_in_the_calendar() {
        assert_eq!(day("2026-09-01"), NaiveDate::from_ymd_opt(2026, 9, 1));
        assert_eq!(day("2028-02-29"), NaiveDate::from_ymd_opt(2028, 2, 29));
        let wrong = [
            "",
            "2026-9-1",
            "26-09-01",
            "2026/09/01",
            "20260901",
            "2026-13-01",
            "2026-09-31",
            "2027-02-29",
            "0206-09-01",
            "2026-09-1é",
        ];
        for text in wrong {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for host in ["localhost", "LOCALHOST", "redis.localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in ["localhost.example.jp", "10.0.0.1", "redis", "127.0.0.1.example.jp", "::2"] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }
}
