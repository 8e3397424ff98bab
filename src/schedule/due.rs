//! What is due: pure functions of the schedule, the stored tick and the clock.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta};
use chrono_tz::Tz;

use crate::config::Crontab;
use crate::job::{Flow, Job, Month};

/// A tick is on time for so long, even where `catch_up` makes up for nothing.
const ON_TIME: Duration = Duration::from_secs(60);

/// What a look at a schedule found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing is stored yet: the link is new and makes up for nothing. Its [`start`] is to be stored.
    New,
    /// Nothing fell due since the stored tick.
    Nothing,
    /// This tick is to be fired: the last one that fell due, if several did.
    Fire(DateTime<Tz>),
    /// This tick fell due, but longer than `catch_up` ago.
    Missed(DateTime<Tz>),
}

/// What is due `now`, if `stored` (Unix milliseconds) is the last tick that was fired, skipped or begun with.
pub fn due(schedule: &Crontab, stored: Option<u64>, now: &DateTime<Tz>, catch_up: Duration) -> Due {
    let Some(stored) = stored else { return Due::New };
    let Some(tick) = last_until(schedule, now).filter(|tick| milliseconds(tick) > stored) else {
        return Due::Nothing;
    };
    // A catch-up beyond all calendars has no limit.
    let limit = TimeDelta::from_std(catch_up.max(ON_TIME)).unwrap_or(TimeDelta::MAX);
    if *now - tick > limit { Due::Missed(tick) } else { Due::Fire(tick) }
}

/// The starting point of a schedule that is first seen `now`: only what falls due after it is fired. It is a due time where there
/// is one, so that all daemons find the same.
pub fn start(schedule: &Crontab, now: &DateTime<Tz>) -> DateTime<Tz> {
    last_until(schedule, now).unwrap_or(*now)
}

/// The jobs of a tick: one, or for a monthly flow one for each of the last `months` months before the tick's, oldest first.
pub fn jobs(link: &str, flow: Flow, months: u32, tick: &DateTime<Tz>) -> Vec<Job> {
    let job = Job { tick: Some(tick.fixed_offset()), ..Job::new(link, flow) };
    if !flow.is_monthly() {
        return vec![job];
    }
    let this = Month::of(tick.date_naive());
    let before = std::iter::successors(Some(this.previous()), |month| Some(month.previous()));
    let mut last: Vec<Month> = before.take(months as usize).collect();
    last.reverse();
    last.into_iter().map(|month| Job { month: Some(month), ..job.clone() }).collect()
}

/// Unix milliseconds; a time before 1970 is 0.
pub(super) fn milliseconds(tick: &DateTime<Tz>) -> u64 {
    u64::try_from(tick.timestamp_millis()).unwrap_or(0)
}

/// The last due time that is not later than `now`. The clock is cut to the second, so that half a second before a tick isn't its time.
fn last_until(schedule: &Crontab, now: &DateTime<Tz>) -> Option<DateTime<Tz>> {
    schedule.last_until(&now.trunc_subsecs(0)).filter(|tick| tick <= now)
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;
