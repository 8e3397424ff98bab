//! Run ids as times, and times as history shows them.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};

use crate::job::RunId;

const TOKYO: FixedOffset = FixedOffset::east_opt(9 * 3600).expect("nine hours are a valid offset");

/// The start of the year 9999. Producers choose stream ids, so a later time is no fault of this program.
const LAST: u64 = 253_370_764_800_000;

/// The milliseconds and the sequence number in a run's id.
pub(super) fn parts(run: &RunId) -> (u64, u64) {
    let (milliseconds, sequence) = run.as_str().split_once('-').unwrap_or((run.as_str(), "0"));
    (milliseconds.parse().unwrap_or(u64::MAX), sequence.parse().unwrap_or(u64::MAX))
}

/// A run's place in line: its enqueue time in milliseconds, its sequence number as a fraction.
///
/// A double holds today's milliseconds and 12 more bits exactly, 4,096 jobs of one millisecond; beyond them the
/// run's id decides.
pub(super) fn place(run: &RunId) -> String {
    let (milliseconds, sequence) = parts(run);
    let fraction = sequence.min(4095) * 10_000 * 10_000 * 10_000 / 4096;
    format!("{milliseconds}.{fraction:012}")
}

/// A time as history stores it: RFC 3339 in Japan's time, to the millisecond.
pub fn tokyo(milliseconds: u64) -> String {
    i64::try_from(milliseconds.min(LAST))
        .ok()
        .and_then(DateTime::<Utc>::from_timestamp_millis)
        .unwrap_or_default()
        .with_timezone(&TOKYO)
        .to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// The time of this machine, for showing only: order and expiry follow Redis.
pub(super) fn now() -> String {
    tokyo(u64::try_from(Utc::now().timestamp_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> RunId {
        text.parse().expect("a run id")
    }

    #[test]
    fn places_follow_the_sequence_number_within_a_millisecond() {
        let place = |text| place(&run(text)).parse::<f64>().expect("a number");
        assert!(place("1763700000000-2") < place("1763700000000-10"));
        assert!(place("1763700000000-4095") < place("1763700000001-0"));
    }

    #[test]
    fn times_are_shown_in_japan() {
        assert_eq!(tokyo(1_763_700_000_123), "2025-11-21T13:40:00.123+09:00");
    }

    #[test]
    fn a_time_beyond_all_calendars_does_not_panic() {
        assert_eq!(tokyo(u64::MAX), "9999-01-01T09:00:00.000+09:00");
    }
}
