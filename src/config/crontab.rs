//! crontab(5) times: five fields, minute, hour, day of month, month, day of week.
//!
//! 0 and 7 are Sunday, 1 is Monday; months and days of the week have names; lists, ranges and steps are allowed. If both day fields
//! are restricted (neither begins with `*`), either one matches, otherwise both do.
//!
//! The crate `cron` finds the times, but it wants seconds, counts Sunday as 1 and lets both day fields match; `fields` reads the text
//! and this module writes the crate's. It is asked in local time without a zone. A time that a change of clocks skips falls due
//! right after the gap; one that comes twice falls due the first time.

mod fields;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, LocalResult, NaiveDateTime, SubsecRound, TimeZone, Utc};
use cron::Schedule;

use fields::{Field, Values};

/// A crontab(5) time.
#[derive(Debug, Clone)]
pub struct Crontab {
    text: String,
    /// One schedule, or one for each day field if either matches.
    schedules: Vec<Schedule>,
}

/// Why a text is no crontab(5) time, and what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {help}")]
pub struct CrontabError {
    /// What is wrong.
    pub reason: String,
    /// What to write instead.
    pub help: String,
}

impl Crontab {
    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first due time later than `after`, in its zone.
    pub fn next_after<Z: TimeZone>(&self, after: &DateTime<Z>) -> Option<DateTime<Z>> {
        let zone = after.timezone();
        let mut from = after.naive_local();
        loop {
            let next = self.schedules.iter().filter_map(|schedule| next_naive(schedule, from)).min()?;
            let instant = resolve(&zone, next)?;
            // In the hour that comes twice the local time lies behind; the first pass has fired it.
            if instant > *after {
                return Some(instant);
            }
            from = next;
        }
    }

    /// The last due time that is not later than `until`, in its zone: the tick that a scheduler may have missed.
    pub fn last_until<Z: TimeZone>(&self, until: &DateTime<Z>) -> Option<DateTime<Z>> {
        let before = until.naive_local().trunc_subsecs(0) + Duration::seconds(1);
        let last = self.schedules.iter().filter_map(|schedule| last_naive(schedule, before)).max()?;
        resolve(&until.timezone(), last)
    }
}

impl FromStr for Crontab {
    type Err = CrontabError;

    fn from_str(text: &str) -> Result<Self, CrontabError> {
        let parts: Vec<&str> = text.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday] = parts[..] else {
            return Err(CrontabError {
                reason: format!("a schedule has five fields, this has {}", parts.len()),
                help: "write minute hour day month weekday, such as \"0 6 * * *\" for every day at 6:00"
                    .into(),
            });
        };
        let [minute, hour] =
            [(Field::Minute, minute), (Field::Hour, hour)].map(|(field, text)| field.read(text));
        let (minute, hour) = (minute?, hour?);
        let (day, month) = (Field::Day.read(day)?, Field::Month.read(month)?);
        let weekday = Field::Weekday.read(weekday)?;
        let either = day.restricted && weekday.restricted;
        let days = if either {
            vec![(day.list(), "*".to_owned()), ("*".to_owned(), weekday.list())]
        } else {
            vec![(day.list(), weekday.list())]
        };
        let time = format!("0 {} {}", minute.list(), hour.list());
        let schedules = days.iter().map(|(day, weekday)| schedule(&time, day, &month, weekday));
        let crontab = Crontab { text: text.to_owned(), schedules: schedules.collect::<Result<_, _>>()? };
        crontab.falls_due()
    }
}

impl Crontab {
    /// Refuses the 30th of February: looked at from a year before a leap year, so that its 29th is found.
    fn falls_due(self) -> Result<Self, CrontabError> {
        let start = DateTime::<Utc>::UNIX_EPOCH.naive_utc() + Duration::days(365 * 40);
        if self.schedules.iter().any(|schedule| next_naive(schedule, start).is_some()) {
            return Ok(self);
        }
        Err(CrontabError {
            reason: "no day of the calendar matches this schedule".into(),
            help: "write a day that the month has, such as \"0 6 28 2 *\"".into(),
        })
    }
}

fn schedule(time: &str, day: &str, month: &Values, weekday: &str) -> Result<Schedule, CrontabError> {
    let expression = format!("{time} {day} {} {weekday}", month.list());
    Schedule::from_str(&expression).map_err(|_| CrontabError {
        reason: "this schedule cannot be read".into(),
        help: "write minute hour day month weekday, such as \"0 6 * * 1-5\"".into(),
    })
}

fn next_naive(schedule: &Schedule, after: NaiveDateTime) -> Option<NaiveDateTime> {
    schedule.after(&after.and_utc()).next().map(|time| time.naive_utc())
}

fn last_naive(schedule: &Schedule, before: NaiveDateTime) -> Option<NaiveDateTime> {
    schedule.after(&before.and_utc()).next_back().map(|time| time.naive_utc())
}

/// The instant of a local time; in a gap the first one after it.
fn resolve<Z: TimeZone>(zone: &Z, local: NaiveDateTime) -> Option<DateTime<Z>> {
    let mut local = local;
    // No zone has ever skipped more than a day.
    for _ in 0..=24 * 60 {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => return Some(instant),
            LocalResult::None => local += Duration::minutes(1),
        }
    }
    None
}

impl fmt::Display for Crontab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Crontab {
    fn eq(&self, other: &Self) -> bool {
        self.text.split_ascii_whitespace().eq(other.text.split_ascii_whitespace())
    }
}

impl Eq for Crontab {}
