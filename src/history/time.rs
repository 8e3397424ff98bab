//! Times of the history: RFC 3339 in Japan's time, to the millisecond.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::{Deserialize as _, Deserializer, Serializer};

/// Japan has had no summer time since 1951; its offset is a constant.
fn japan() -> FixedOffset {
    FixedOffset::east_opt(9 * 3600).expect("nine hours are less than a day")
}

/// A time as the history writes it: `2026-11-22T06:00:00.000+09:00`.
pub fn timestamp(at: DateTime<Utc>) -> String {
    text(&at.with_timezone(&japan()))
}

/// The time in the first half of a stream id.
pub(super) fn of_stream_id(id: &str) -> Option<DateTime<FixedOffset>> {
    let milliseconds = id.split_once('-')?.0.parse().ok()?;
    Some(DateTime::from_timestamp_millis(milliseconds)?.with_timezone(&japan()))
}

/// A time of the hash. One that cannot be read is null: a record is shown as far as it is readable.
pub(super) fn parse(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&japan()))
}

/// Day and time of day, for tables.
pub(super) fn short(at: &DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn text(at: &DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// serde's form of a time that may be null.
pub(super) mod optional {
    use super::{DateTime, Deserializer, FixedOffset, Serializer, text};

    #[expect(clippy::ref_option, reason = "serde passes the field by reference")]
    pub(in crate::history) fn serialize<S: Serializer>(
        at: &Option<DateTime<FixedOffset>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&text(at)),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::history) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
        super::read(deserializer)
    }
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.as_deref().and_then(parse))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_id_says_when_it_was_enqueued() {
        let at = of_stream_id("1763700000000-3").unwrap();
        assert_eq!(text(&at), "2025-11-21T13:40:00.000+09:00");
        assert_eq!(timestamp(at.with_timezone(&Utc)), text(&at));
        assert_eq!(of_stream_id("rubbish"), None);
    }

    #[test]
    fn any_offset_is_read_and_written_in_japans_time() {
        let at = parse("2026-11-21T21:00:00.25Z").unwrap();
        assert_eq!(text(&at), "2026-11-22T06:00:00.250+09:00");
        assert_eq!(short(&at), "2026-11-22 06:00:00");
        assert_eq!(parse("yesterday"), None);
    }
}
