//! The sandbox's clock: real time plus an offset that control can move.
//!
//! Token lives, quota windows, lock-outs and the running of tasks all read this clock, so that a test can
//! let an hour pass at once. Days are days in Asia/Tokyo, as in every service that the sandbox plays.

use std::sync::{Arc, RwLock};

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveTime, Utc};
use serde_json::Value;

/// Asia/Tokyo is nine hours ahead of UTC the whole year.
const TOKYO_SECONDS: i32 = 9 * 3600;

/// A clock that can be moved. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    offset: Arc<RwLock<Duration>>,
}

impl Clock {
    /// A clock that starts at 09:00 of `day` in Tokyo and runs on, or at the real time.
    pub fn starting(day: Option<NaiveDate>) -> Self {
        let clock = Self { offset: Arc::new(RwLock::new(Duration::zero())) };
        clock.restart(day);
        clock
    }

    /// Puts the clock back to where [`Clock::starting`] would put it.
    pub fn restart(&self, day: Option<NaiveDate>) {
        match day {
            Some(day) => self.set(morning(day)),
            None => self.write(Duration::zero()),
        }
    }

    /// The present instant, in Tokyo's time.
    pub fn now(&self) -> DateTime<FixedOffset> {
        let offset = *self.offset.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        (Utc::now() + offset).with_timezone(&tokyo())
    }

    /// The present day in Tokyo.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Makes `now` the present instant.
    pub fn set(&self, now: DateTime<FixedOffset>) {
        self.write(now.with_timezone(&Utc) - Utc::now());
    }

    /// Lets `seconds` pass.
    pub fn advance(&self, seconds: i64) {
        let step = Duration::try_seconds(seconds).unwrap_or_else(Duration::zero);
        let mut offset = self.offset.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *offset += step;
    }

    /// Obeys `{"now": "2026-11-21" | RFC 3339}` or `{"advance_seconds": n}`.
    ///
    /// A bare day means 09:00 of that day.
    pub fn apply(&self, order: &Value) -> Result<(), String> {
        let shape = "expected {\"now\": \"YYYY-MM-DD\" or RFC 3339} or {\"advance_seconds\": n}";
        match (order.get("now"), order.get("advance_seconds")) {
            (Some(now), None) => {
                let text = now.as_str().ok_or(shape)?;
                self.set(parse_instant(text).ok_or(shape)?);
                Ok(())
            }
            (None, Some(seconds)) => {
                let seconds = seconds.as_i64().filter(|s| s.abs() <= 400 * 365 * 86_400).ok_or(shape)?;
                self.advance(seconds);
                Ok(())
            }
            _ => Err(shape.into()),
        }
    }

    fn write(&self, offset: Duration) {
        *self.offset.write().unwrap_or_else(std::sync::PoisonError::into_inner) = offset;
    }
}

/// Tokyo's offset from UTC.
pub(crate) fn tokyo() -> FixedOffset {
    FixedOffset::east_opt(TOKYO_SECONDS).expect("nine hours are less than a day")
}

/// Reads a day (09:00 in Tokyo) or an RFC 3339 instant.
fn parse_instant(text: &str) -> Option<DateTime<FixedOffset>> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(morning(day));
    }
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&tokyo()))
}

fn morning(day: NaiveDate) -> DateTime<FixedOffset> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("nine o'clock exists");
    day.and_time(nine).and_local_timezone(tokyo()).single().expect("a fixed offset has no gaps")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_day_is_the_morning_of_that_day_in_tokyo_and_runs_on() {
        let clock = Clock::starting(NaiveDate::from_ymd_opt(2026, 11, 21));
        assert_eq!(clock.today().to_string(), "2026-11-21");
        assert!(clock.now().to_rfc3339().starts_with("2026-11-21T09:00"));
        clock.advance(15 * 3600);
        assert_eq!(clock.today().to_string(), "2026-11-22");
    }

    #[test]
    fn clones_show_the_same_time() {
        let clock = Clock::starting(None);
        let other = clock.clone();
        clock.apply(&json!({"now": "2030-01-01T00:30:00+09:00"})).expect("a good order");
        assert_eq!(other.today().to_string(), "2030-01-01");
    }

    #[test]
    fn an_order_that_is_neither_is_refused() {
        let clock = Clock::starting(None);
        for bad in [json!({}), json!({"now": "tomorrow"}), json!({"now": "2026-01-01", "advance_seconds": 1})]
        {
            assert!(clock.apply(&bad).is_err(), "{bad}");
        }
    }
}
