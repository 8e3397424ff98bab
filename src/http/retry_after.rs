//! `Retry-After`: seconds or an HTTP date (RFC 9110 §10.2.3).

use std::time::Duration;

use chrono::{DateTime, Utc};

/// A server that asks for more is answered by the run's own schedule.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// The wait that a header asks for; `None` if it can't be read.
pub(super) fn parse(header: &str, now: DateTime<Utc>) -> Option<Duration> {
    let header = header.trim();
    let wait = match header.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date in the past asks for no wait.
        Err(_) => (DateTime::parse_from_rfc2822(header).ok()?.to_utc() - now).to_std().unwrap_or_default(),
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read() {
        let now = DateTime::parse_from_rfc3339("2026-11-21T02:00:00Z").unwrap().to_utc();
        let cases = [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Sat, 21 Nov 2026 02:01:30 GMT", Some(90)),
            ("Sat, 21 Nov 2026 01:00:00 GMT", Some(0)),
            ("999999999", Some(21600)),
            ("soon", None),
            ("-3", None),
            ("", None),
        ];
        for (header, seconds) in cases {
            assert_eq!(parse(header, now), seconds.map(Duration::from_secs), "{header:?}");
        }
    }
}
