//! The rows of `work_outputs` with all 59 keys (`reference/hrmos-kintai-api.md` §9).
//!
//! They are derived from the month in the simplest way: every weekday that is over was worked by the clock, with the
//! month's overtime spread evenly. Their sums are not the month's, as in the real service (§8.3). A month
//! without a monthly row has no daily rows either.

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::company::{Company, State, Stored, at_ten};
use super::{hours, stamp};
use crate::sandbox::people::clinic::{Blanks, Figures, Month};

/// A day of a user.
#[derive(Debug)]
pub(super) struct Day<'a> {
    pub(super) stored: &'a Stored,
    month: Month,
    date: NaiveDate,
    pub(super) shift: Option<Shift>,
    /// Whether the month was applied for or approved.
    closed: bool,
}

/// The hours of a worked day, in minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) start: u32,
    pub(super) end: u32,
    /// 所定内.
    within: u32,
    pause: u32,
    /// 法定時間外.
    over: u32,
}

impl Company {
    /// The days of everybody's month, or of one user's, by user and day.
    pub(super) fn days_of_month<'a>(
        &self,
        state: &'a State,
        month: Month,
        only: Option<u64>,
    ) -> Vec<Day<'a>> {
        let users = state.users.iter().filter(|stored| only.is_none_or(|id| id == stored.user.id));
        users.flat_map(|stored| self.days(stored, month)).collect()
    }

    /// One day of everybody.
    pub(super) fn days_of_day<'a>(&self, state: &'a State, day: NaiveDate) -> Vec<Day<'a>> {
        let one = |stored: &'a Stored| {
            let month = Month::holding(day, stored.user.cutoff_date);
            let figures = self.figures(stored, month)?;
            let (first, last) = period(stored, month);
            (first <= day && day <= last).then(|| self.day(stored, &figures, month, day))
        };
        state.users.iter().filter_map(one).collect()
    }

    fn days<'a>(&self, stored: &'a Stored, month: Month) -> Vec<Day<'a>> {
        let Some(figures) = self.figures(stored, month) else { return Vec::new() };
        let (first, last) = period(stored, month);
        let days = first.iter_days().take_while(|day| *day <= last);
        days.map(|day| self.day(stored, &figures, month, day)).collect()
    }

    fn day<'a>(&self, stored: &'a Stored, figures: &Figures, month: Month, day: NaiveDate) -> Day<'a> {
        let status = stored.user.status(self.population, month);
        let over = day < self.clock.today();
        let shift = over.then(|| shift(figures, day)).flatten();
        Day { stored, month, date: day, shift, closed: matches!(status, 2 | 3 | 99) }
    }
}

/// The days of a month on which the user was here.
fn period(stored: &Stored, month: Month) -> (NaiveDate, NaiveDate) {
    let (first, last) = month.period(stored.user.cutoff_date);
    (first.max(stored.user.start_date), last.min(stored.user.end_date.unwrap_or(last)))
}

fn wday(day: NaiveDate) -> &'static str {
    let from_monday = day.weekday().num_days_from_monday() as usize;
    ["月", "火", "水", "木", "金", "土", "日"][from_monday]
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn shift(figures: &Figures, day: NaiveDate) -> Option<Shift> {
    let works = figures.working_days > 0 && figures.prescribed_days > 0 && figures.blanks != Blanks::All;
    if !works || is_weekend(day) {
        return None;
    }
    let within = figures.prescribed * 10 / figures.prescribed_days;
    let pause = if within > 360 { 60 } else { 0 };
    let over = figures.over_statutory * 10 / figures.working_days.max(100);
    let start = 9 * 60;
    Some(Shift { start, end: start + within + pause + over, within, pause, over })
}

impl Day<'_> {
    /// When the row was last changed: in the evening of the day, or when the month was opened.
    pub(super) fn updated(&self) -> DateTime<FixedOffset> {
        match self.shift {
            Some(_) => at_ten(self.date) + Duration::hours(9),
            None => self.opened(),
        }
    }

    fn opened(&self) -> DateTime<FixedOffset> {
        at_ten(self.month.period(self.stored.user.cutoff_date).0)
    }

    /// The instant of a time of this day.
    pub(super) fn at(&self, minutes: u32) -> DateTime<FixedOffset> {
        at_ten(self.date) - Duration::hours(10) + Duration::minutes(i64::from(minutes))
    }

    /// The row with all its keys.
    pub(super) fn json(&self) -> Value {
        let user = &self.stored.user;
        let name =
            |key: &str, made: &str| self.stored.set(key).and_then(Value::as_str).unwrap_or(made).to_owned();
        let full_name = name("last_name", &user.last_name) + name("first_name", &user.first_name).as_str();
        let segment = if is_weekend(self.date) { "公休" } else { "出勤" };
        let mut row = json!({
            "user_id": user.id,
            "number": self.stored.number(),
            "full_name": full_name,
            "month": self.month.compact(),
            "day": self.date,
            "wday": wday(self.date),
            "segment_title": segment,
            "segment_display_title": segment,
            "extra_breaks": [],
            "time_paid_holiday": "00:00",
            "status": if self.closed { 3 } else { 1 },
            "expense": 0,
            "paid_holiday_with_time_paid": 0.0,
            "notes": "",
            "image_attachment_ids": [],
            "pdf_attachment_ids": [],
            "work": self.work(),
            "created_at": stamp(self.opened()),
            "updated_at": stamp(self.updated()),
        });
        self.add_clock(&mut row);
        self.add_totals(&mut row);
        row
    }

    fn work(&self) -> Value {
        let id = self.stored.user.id * 100_000
            + u64::try_from(self.date.num_days_from_ce() % 100_000).unwrap_or(0);
        json!({
            "id": id, "user_id": self.stored.user.id, "day": self.date,
            "main_operation_ratio": null, "sub_operation_ratio": null, "other_operation_ratio": null,
        })
    }

    fn add_clock(&self, row: &mut Value) {
        let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        let pause = self.shift.filter(|shift| shift.pause > 0);
        let times = [
            ("start_at", self.shift.map(|shift| clock(shift.start))),
            ("end_at", self.shift.map(|shift| clock(shift.end))),
            ("stamping_start_at", self.shift.map(|shift| clock(shift.start - 5))),
            ("stamping_end_at", self.shift.map(|shift| clock(shift.end + 3))),
            ("break_1_start_at", pause.map(|_| clock(12 * 60))),
            ("break_1_end_at", pause.map(|_| clock(13 * 60))),
            ("break_2_start_at", None),
            ("break_2_end_at", None),
            ("stamping_break_1_start_at", None),
            ("stamping_break_1_end_at", None),
            ("stamping_break_2_start_at", None),
            ("stamping_break_2_end_at", None),
            ("procedure_overtime_end_at", None),
        ];
        for (key, time) in times {
            row[key] = json!(time);
        }
        for key in ["start", "break_1_start", "break_1_end", "break_2_start", "break_2_end"] {
            row[format!("next_day_{key}")] = json!(0);
        }
        row["next_day_end"] = json!(u32::from(self.shift.is_some_and(|shift| shift.end >= 24 * 60)));
    }

    fn add_totals(&self, row: &mut Value) {
        let (within, over) = self.shift.map_or((0, 0), |shift| (shift.within, shift.over));
        let pause = self.shift.map_or(0, |shift| shift.pause);
        let durations = [
            ("total_break_time", pause),
            ("total_over_work_time", over),
            ("total_over_work_time_36", over),
            ("total_working_hours", within + over),
            ("actual_working_hours", within + over),
            ("hours_in_prescribed_working_hours", within),
            ("hours_in_statutory_working_hours", 0),
            ("excess_of_statutory_working_hours", over),
            ("excess_of_statutory_working_hours_in_holidays", 0),
            // Not the name that the monthly row has for it.
            ("hours_in_statutory_working_hours_in_holidays", 0),
            ("late_night_overtime_working_hours", 0),
        ];
        for (key, minutes) in durations {
            row[key] = json!(hours(minutes));
        }
        // These alone are seconds.
        for part in [
            "prescribed_work_time",
            "statutory_work_overtime",
            "out_statutory_work_time",
            "out_statutory_holiday_work_time",
            "statutory_holiday_work_time",
        ] {
            let daytime = match part {
                "prescribed_work_time" => within,
                "out_statutory_work_time" => over,
                _ => 0,
            };
            row[format!("daytime_{part}")] = json!(daytime * 60);
            row[format!("midnight_{part}")] = json!(0);
        }
    }
}
