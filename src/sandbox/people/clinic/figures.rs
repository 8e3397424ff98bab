//! What a user worked in a month: the numbers behind a row of `work_output_months`.
//!
//! They obey the identities of `reference/hrmos-kintai-api.md` §8.4. Saturdays are 法定外休日, Sundays 法定休日; other
//! holidays aren't known here. The month of the day that the sandbox was started on is filled up to the day before.

use chrono::{Datelike, NaiveDate, Weekday};

use super::month::Month;
use super::places::PART_TIME;
use super::{STREAM, User, Work};
use crate::sandbox::people::Population;
use crate::sandbox::random::{Random, mix};

/// A month of one user. Durations are in minutes, days and counts in tenths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    /// 所定時間.
    pub(crate) prescribed: u32,
    /// 所定内労働時間.
    pub(crate) within: u32,
    /// 法定内時間外労働時間.
    pub(crate) within_statutory: u32,
    /// 法定時間外労働時間.
    pub(crate) over_statutory: u32,
    /// 法定外休日労働時間.
    pub(crate) holiday: u32,
    /// 法定休日労働時間.
    pub(crate) statutory_holiday: u32,
    /// 深夜労働時間, part of the others.
    pub(crate) night: u32,
    /// Time of 有給休暇, part of 総労働時間 and not of 実働時間 (assumed).
    pub(crate) leave: u32,
    /// 遅刻時間.
    pub(crate) late: u32,
    /// 早退時間.
    pub(crate) early: u32,
    /// 所定不足時間.
    pub(crate) lack: u32,
    /// 所定日数.
    pub(crate) prescribed_days: u32,
    /// 出勤日数.
    pub(crate) working_days: u32,
    /// 法定外休日出勤日数.
    pub(crate) holiday_days: u32,
    /// 法定休日出勤日数.
    pub(crate) statutory_holiday_days: u32,
    /// 欠勤日数.
    pub(crate) absence: u32,
    /// 遅刻日数.
    pub(crate) tardy: u32,
    /// 早退日数.
    pub(crate) left_early: u32,
    /// 公休日数.
    pub(crate) public_holidays: u32,
    /// 有給休暇日数 as days.
    pub(crate) paid: u32,
    /// 有給休暇残数.
    pub(crate) remaining: u32,
    /// 時間有給休暇, in hours; an eighth of a day each.
    pub(crate) leave_hours: u32,
    /// Which of it is null in the row.
    pub(crate) blanks: Blanks,
}

/// What is null in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Blanks {
    #[default]
    None,
    /// 実働時間, 総労働時間 and 遅刻時間.
    ActualHours,
    /// Everything but whose row it is.
    All,
}

impl Figures {
    /// 実働時間.
    pub(crate) fn actual(&self) -> u32 {
        self.within + self.within_statutory + self.over_statutory + self.holiday + self.statutory_holiday
    }

    /// 総労働時間.
    pub(crate) fn total(&self) -> u32 {
        self.actual() + self.leave
    }
}

/// The figures of a user's month; none if they didn't work here then or the month was never opened.
pub(super) fn of(population: Population, user: &User, month: Month) -> Option<Figures> {
    let (first, last) = month.period(user.cutoff_date);
    let (first, last) = (first.max(user.start_date), last.min(user.end_date.unwrap_or(last)));
    if first > last || user.work == Work::NoRow {
        return None;
    }
    let mut random = random(population, user, month);
    let days = Days::of(first, last, population.today);
    let figures = ordinary(&mut random, days, user.employment_id == PART_TIME, user.work == Work::HalfDay);
    Some(match user.work {
        Work::VendorExample => vendor_example(),
        Work::Zero => {
            let Figures { prescribed, prescribed_days, remaining, .. } = figures;
            Figures { prescribed, prescribed_days, remaining, ..Figures::default() }
        }
        Work::WithoutActualHours => Figures { blanks: Blanks::ActualHours, ..figures },
        Work::AllNull => Figures { blanks: Blanks::All, ..figures },
        Work::Ordinary | Work::HalfDay | Work::NoRow => figures,
    })
}

/// The 月締状況: what lies long back is approved as a rule, the present month is not even applied for.
pub(super) fn status(population: Population, user: &User, month: Month) -> u8 {
    let mut random = random(population, user, month);
    // The figures take the same stream from its beginning; this is another one.
    let draw = mix(random.next()) % 100;
    let now = Month::of(population.today);
    let (approved, forced, applied, possible) = if month >= now {
        (0, 0, 0, 8)
    } else if month == now.back(1) {
        (70, 3, 14, 8)
    } else {
        (93, 5, 1, 0)
    };
    let choices = [(approved, 3), (forced, 99), (applied, 2), (possible, 1)];
    let mut below = 0;
    for (share, status) in choices {
        below += share;
        if draw < below {
            return status;
        }
    }
    0
}

fn random(population: Population, user: &User, month: Month) -> Random {
    Random::of(mix(population.seed ^ STREAM ^ mix(user.id)), month.number())
}

/// How many days of a period are what.
#[derive(Clone, Copy, Debug, Default)]
struct Days {
    weekdays: u32,
    /// Weekdays that are over.
    done: u32,
    saturdays_done: u32,
    sundays_done: u32,
}

impl Days {
    fn of(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> Self {
        let mut days = Self::default();
        // A month after the one that the sandbox was started in is complete as soon as somebody asks for it.
        let as_of = if first > today { last } else { today };
        for day in first.iter_days().take_while(|day| *day <= last) {
            let over = u32::from(day < as_of || first > today);
            match day.weekday() {
                Weekday::Sat => days.saturdays_done += over,
                Weekday::Sun => days.sundays_done += over,
                _ => {
                    days.weekdays += 1;
                    days.done += over;
                }
            }
        }
        days
    }
}

fn ordinary(random: &mut Random, days: Days, part_time: bool, half_day: bool) -> Figures {
    let day = if part_time { 300 } else { 480 };
    let done = days.done * 10;
    let draw = |random: &mut Random, percent, choices: &[u32]| {
        if random.percent(percent) { *random.pick(choices) } else { 0 }
    };
    let paid = draw(random, 40, &[5, 10, 10, 15, 20]);
    let paid = if half_day { 5 } else { paid }.min(done / 2);
    let absence = draw(random, 5, &[5, 10]).min((done - paid) / 2);
    let leave_hours = draw(random, 6, &[1, 2, 4]).min(done / 100);
    let worked = done - paid - absence;
    let busy = worked >= 50;
    let tardy = if busy { draw(random, 15, &[10, 10, 20]) } else { 0 };
    let left_early = if busy { draw(random, 8, &[10]) } else { 0 };
    let late = tardy / 10 * (5 + 5 * up_to(random, 8));
    let early = left_early / 10 * (15 + 15 * up_to(random, 6));
    let (holiday_days, holiday) = holiday_work(random, days.saturdays_done, 12);
    let (statutory_holiday_days, statutory_holiday) = holiday_work(random, days.sundays_done, 3);
    let over_statutory = overtime(random, days, part_time);
    let within_statutory = if part_time { up_to(random, 900) * days.done / days.weekdays.max(1) } else { 0 };
    let night = if random.percent(25) { up_to(random, 600).min(over_statutory) } else { 0 };
    Figures {
        prescribed: days.weekdays * day,
        within: worked * day / 10 - late - early - leave_hours * 60,
        within_statutory,
        over_statutory,
        holiday,
        statutory_holiday,
        night,
        leave: paid * day / 10 + leave_hours * 60,
        late,
        early,
        lack: late + early + absence * day / 10,
        prescribed_days: days.weekdays * 10,
        working_days: worked + holiday_days + statutory_holiday_days,
        holiday_days,
        statutory_holiday_days,
        absence,
        tardy,
        left_early,
        public_holidays: (days.saturdays_done + days.sundays_done) * 10,
        paid,
        remaining: 5 * up_to(random, 60),
        leave_hours,
        blanks: Blanks::None,
    }
}

/// 法定時間外労働時間: mostly below 45 hours a month, of a few above 60.
fn overtime(random: &mut Random, days: Days, part_time: bool) -> u32 {
    let most = match random.below(100) {
        _ if part_time => 0,
        0..4 => 80 * 60,
        4..40 => 45 * 60,
        _ => 12 * 60,
    };
    up_to(random, most) * days.done / days.weekdays.max(1)
}

/// Days, in tenths, and minutes worked on one of so many holidays, in `percent` of a hundred cases.
fn holiday_work(random: &mut Random, holidays: u32, percent: usize) -> (u32, u32) {
    let (works, minutes) = (random.percent(percent), 180 + 30 * up_to(random, 12));
    match (works && holidays > 0, minutes >= 300) {
        (false, _) => (0, 0),
        (true, true) => (10, minutes),
        (true, false) => (5, minutes),
    }
}

fn up_to(random: &mut Random, most: u32) -> u32 {
    u32::try_from(random.between(0, i64::from(most))).unwrap_or(0)
}

/// The example of `reference/mediment.md` B3 and D3 T01.
fn vendor_example() -> Figures {
    Figures {
        prescribed: 9600,
        within: 900,
        within_statutory: 60,
        over_statutory: 600,
        night: 120,
        late: 60,
        prescribed_days: 200,
        working_days: 290,
        tardy: 10,
        public_holidays: 10,
        remaining: 40,
        leave_hours: 4,
        ..Figures::default()
    }
}
