//! The scheduled flows and when to look at each, in memory.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::RETRY;
use super::due::{milliseconds, start};
use crate::config::{Config, Crontab};
use crate::job::Flow;

/// One scheduled flow.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) link: String,
    pub(super) flow: Flow,
    pub(super) schedule: Crontab,
    pub(super) zone: Tz,
    pub(super) catch_up: Duration,
    pub(super) months: u32,
    /// The tick (Unix milliseconds) up to which this process knows that there is nothing to do, whatever Redis says.
    pub(super) known: Option<u64>,
    /// When to look next; never for a schedule without a further time.
    look_at: Option<DateTime<Utc>>,
}

/// All scheduled flows of the configuration.
#[derive(Debug)]
pub(super) struct Book {
    flows: BTreeMap<(String, Flow), Watched>,
    /// False until the configuration that the process began with is in.
    begun: bool,
    /// The clock as last read.
    clock: DateTime<Utc>,
}

impl Book {
    pub(super) fn new(now: DateTime<Utc>) -> Book {
        Book { flows: BTreeMap::new(), begun: false, clock: now }
    }

    /// Takes over the configuration. What the process begins with may make up for missed ticks; a schedule that comes or
    /// changes later starts with this moment.
    pub(super) fn follow(&mut self, config: &Config, now: DateTime<Utc>) {
        let mut old = std::mem::take(&mut self.flows);
        let zone = config.timezone;
        for (name, link) in &config.links {
            for (flow, settings) in &link.flows {
                let Some(schedule) = &settings.schedule else { continue };
                let key = (name.clone(), *flow);
                let same = |old: &Watched| old.schedule == *schedule && old.zone == zone;
                let (known, look_at) = match old.remove(&key).filter(same) {
                    Some(old) => (old.known, old.look_at),
                    None if self.begun => {
                        (Some(milliseconds(&start(schedule, &now.with_timezone(&zone)))), Some(now))
                    }
                    None => (None, Some(now)),
                };
                let watched = Watched {
                    link: name.clone(),
                    flow: *flow,
                    schedule: schedule.clone(),
                    zone,
                    catch_up: settings.catch_up,
                    months: settings.months,
                    known,
                    look_at,
                };
                self.flows.insert(key, watched);
            }
        }
        self.begun = true;
    }

    /// Looks at everything again if the clock jumped back: the times to look at may be far ahead.
    pub(super) fn notice(&mut self, now: DateTime<Utc>) {
        if now < self.clock {
            tracing::warn!(from = %self.clock, to = %now, "the clock went back");
            self.flows.values_mut().for_each(|watched| watched.look_at = Some(now));
        }
        self.clock = now;
    }

    /// The flows to look at now.
    pub(super) fn ready(&mut self, now: DateTime<Utc>) -> impl Iterator<Item = &mut Watched> {
        self.flows.values_mut().filter(move |watched| watched.look_at.is_some_and(|at| at <= now))
    }

    /// When there is something to look at next.
    pub(super) fn wake(&self) -> Option<DateTime<Utc>> {
        self.flows.values().filter_map(|watched| watched.look_at).min()
    }
}

impl Watched {
    /// Notes that nothing up to `tick` is left to do, and that the flow was looked at `now`.
    pub(super) fn settled(&mut self, tick: Option<u64>, now: &DateTime<Tz>) {
        self.known = self.known.max(tick);
        self.look_at = self.schedule.next_after(now).map(|next| next.to_utc());
    }

    /// Looks again in a while.
    pub(super) fn retry(&mut self, now: DateTime<Utc>) {
        self.look_at = Some(now + RETRY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(schedules: &str) -> Config {
        let text = format!(
            "links:\n  clinic:\n    kind: hrmos-mediment\n    \
             hrmos: {{ company: demo, secret_key: key }}\n    \
             mediment: {{ base_url: \"https://mediment.example\", consumer_key: key, consumer_secret: secret }}\n    \
             schedule: {{ {schedules} }}\n"
        );
        crate::config::parse_str(&text).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+09:00").parse().unwrap()
    }

    const NIGHTLY: &str = "hrmos-to-mediment-employees: \"30 6 * * *\"";

    #[test]
    fn what_the_process_begins_with_is_looked_at_once_and_then_at_its_next_time() {
        let mut book = Book::new(at("2026-11-22T10:00"));
        book.follow(&config(NIGHTLY), at("2026-11-22T10:00"));
        let watched = book.ready(at("2026-11-22T10:00")).next().unwrap();
        assert_eq!((watched.link.as_str(), watched.known), ("clinic", None));
        watched.settled(Some(1), &at("2026-11-22T10:00").with_timezone(&watched.zone));
        assert_eq!(book.wake(), Some(at("2026-11-23T06:30")));
        assert_eq!(book.ready(at("2026-11-23T06:29")).count(), 0);
        assert_eq!(book.ready(at("2026-11-23T06:30")).count(), 1);
    }

    #[test]
    fn a_reload_touches_only_what_it_changes() {
        let mut book = Book::new(at("2026-11-22T10:00"));
        book.follow(&config(NIGHTLY), at("2026-11-22T10:00"));
        let watched = book.ready(at("2026-11-22T10:00")).next().unwrap();
        watched.settled(Some(1), &at("2026-11-22T10:00").with_timezone(&watched.zone));
        let more = format!("{NIGHTLY}, hrmos-to-mediment-attendance: \"0 7 5 * *\"");
        book.follow(&config(&more), at("2026-11-22T11:00"));
        let ready: Vec<_> =
            book.ready(at("2026-11-22T11:00")).map(|watched| (watched.flow, watched.known)).collect();
        let start = u64::try_from(at("2026-11-05T07:00").timestamp_millis()).unwrap();
        assert_eq!(ready, [(Flow::HrmosToMedimentAttendance, Some(start))]);
        book.follow(&config(NIGHTLY), at("2026-11-22T12:00"));
        assert_eq!(book.wake(), Some(at("2026-11-23T06:30")));
    }

    #[test]
    fn everything_is_looked_at_again_when_the_clock_went_back() {
        let mut book = Book::new(at("2026-11-22T10:00"));
        book.follow(&config(NIGHTLY), at("2026-11-22T10:00"));
        let watched = book.ready(at("2026-11-22T10:00")).next().unwrap();
        watched.settled(Some(1), &at("2026-11-22T10:00").with_timezone(&watched.zone));
        book.notice(at("2026-11-22T10:01"));
        assert_eq!(book.wake(), Some(at("2026-11-23T06:30")));
        book.notice(at("2026-11-22T09:00"));
        assert_eq!(book.wake(), Some(at("2026-11-22T09:00")));
    }
}
