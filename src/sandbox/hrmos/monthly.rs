//! The rows of `work_output_months` with all 59 keys (`reference/hrmos-kintai-api.md` §8.2).

use chrono::{DateTime, Days, Duration, FixedOffset, NaiveDate};
use serde_json::{Value, json};

use super::company::{Company, Edit, Object, Row, State, Stored, at_ten};
use super::{days, hours, stamp};
use crate::sandbox::people::clinic::{Blanks, Figures, MONTHS, Month};

/// The keys of a row beside `user_id`, `number`, `month`, the nested objects and the two date-times.
const PLAIN: [&str; 51] = [
    "prescribed_working_hours",
    "hours_in_prescribed_working_hours",
    "hours_in_statutory_working_hours",
    "excess_of_statutory_working_hours",
    "excess_of_statutory_working_hours_in_holidays",
    "working_hours_in_statutory_holidays",
    "late_night_overtime_working_hours",
    "total_working_hours",
    "actual_working_hours",
    "total_late_hours",
    "total_leave_early_hours",
    "lack_prescribed_work_time",
    "over_work_time",
    "over_work_time_36",
    "prescribed_working_days",
    "working_days",
    "working_days_in_non_statutory_holidays",
    "working_days_in_statutory_holidays",
    "absence_days",
    "tardy_days",
    // The vendor's spelling.
    "learve_early_days",
    "public_holidays",
    "paid_holidays",
    "remain_paid_holidays",
    "paid_holiday_with_time_paid",
    "time_paid_holiday",
    "time_paid_holiday_zansu",
    "kango_days",
    "kango_remain",
    "kango_time_paid_holiday",
    "kango_time_paid_holiday_zansu",
    "kango_paid_holiday_with_time_paid",
    "kaigo_days",
    "kaigo_remain",
    "kaigo_time_paid_holiday",
    "kaigo_time_paid_holiday_zansu",
    "kaigo_paid_holiday_with_time_paid",
    "expense",
    "daytime_prescribed_work_time",
    "midnight_prescribed_work_time",
    "daytime_statutory_work_overtime",
    "midnight_statutory_work_overtime",
    "daytime_out_statutory_work_time",
    "midnight_out_statutory_work_time",
    "daytime_out_statutory_holiday_work_time",
    "midnight_out_statutory_holiday_work_time",
    "daytime_statutory_holiday_work_time",
    "midnight_statutory_holiday_work_time",
    "jikangai_under_45",
    "jikangai_45_to_60",
    "jikangai_over_60",
];

const DISCRETION: [&str; 4] = [
    "considereds_time",
    "excess_of_statutory_working_hours_in_holidays",
    "working_hours_in_statutory_holidays",
    "discretion_time",
];

const FLEX: [&str; 20] = [
    "total_working_hours",
    "prescribed_working_hours",
    "statutory_time",
    "working_hours_in_statutory_holidays",
    "to_today_total_work_time",
    "to_today_total_work_time_36",
    "to_today_prescribed_time",
    "to_today_statutory_holiday_work_time",
    "to_today_statutory_overtime",
    "to_today_out_statutory_overtime",
    "to_today_overtime_36",
    "to_today_jikangai_under_45",
    "to_today_jikangai_45_to_60",
    "to_today_jikangai_over_60",
    "to_today_overtime",
    "to_today_lack_prescribed_work_time",
    "to_today_lack_statutory_work_time",
    "settlement_period_overtime",
    "settlement_period_lack_prescribed_work_time",
    "settlement_period_lack_statutory_work_time",
];

const VARIABLE: [&str; 17] = [
    "total_working_hours",
    "in_statutory_work_time",
    "statutory_time",
    "prescribed_time",
    "working_hours_in_statutory_holidays",
    "over_prescribed_work_time",
    "over_statutory_work_time",
    "variable_jikangai_under_45",
    "variable_jikangai_45_to_60",
    "variable_jikangai_over_60",
    "variable_period_total_working_hours",
    "variable_period_in_statutory_work_time",
    "variable_period_statutory_work_time",
    "variable_period_prescribed_time",
    "variable_period_working_hours_in_statutory_holidays",
    "variable_period_over_prescribed_work_time",
    "variable_period_over_statutory_work_time",
];

/// Whether a row has this key.
pub(super) fn is_known(key: &str) -> bool {
    let others = ["user_id", "number", "month", "discretion", "flex", "variable", "created_at", "updated_at"];
    PLAIN.contains(&key) || others.contains(&key)
}

/// A row that can be shown.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) user: u64,
    stored: Option<&'a Stored>,
    figures: Option<Figures>,
    edit: Option<&'a Edit>,
    /// 月締状況.
    pub(super) status: u8,
    created: DateTime<FixedOffset>,
    pub(super) updated: DateTime<FixedOffset>,
    month: Month,
}

impl Company {
    /// The rows of a month, by user id.
    pub(super) fn rows<'a>(&self, state: &'a State, month: Month) -> Vec<Found<'a>> {
        let users = state.users.iter().map(|stored| (stored.user.id, Some(stored)));
        let mut rows: Vec<Found<'a>> =
            users.filter_map(|(id, stored)| self.row(state, month, id, stored)).collect();
        // Control may give a row to somebody who isn't in the list of users.
        let of_month = state.edits.range((month, 0)..=(month, u64::MAX)).map(|((_, id), _)| *id);
        let strangers = of_month.filter(|id| state.user(*id).is_none());
        rows.extend(strangers.filter_map(|id| self.row(state, month, id, None)));
        rows.sort_by_key(|row| row.user);
        rows
    }

    /// The figures of a user's month, if the API shows that month by now.
    pub(super) fn figures(&self, stored: &Stored, month: Month) -> Option<Figures> {
        let now = Month::holding(self.clock.today(), stored.user.cutoff_date);
        let oldest = Month::of(self.population.today).back(MONTHS - 1);
        let shown = oldest <= month && month <= now;
        shown.then(|| stored.user.figures(self.population, month)).flatten()
    }

    fn row<'a>(
        &self,
        state: &'a State,
        month: Month,
        user: u64,
        stored: Option<&'a Stored>,
    ) -> Option<Found<'a>> {
        let edit = state.edits.get(&(month, user));
        let figures = stored.and_then(|stored| self.figures(stored, month));
        match edit.map(|edit| &edit.row) {
            Some(Row::Removed) => return None,
            Some(Row::Set(_)) => {}
            Some(Row::Made) | None => figures.as_ref().map(|_| ())?,
        }
        let cutoff = stored.map_or(31, |stored| stored.user.cutoff_date);
        let (first, last) = month.period(cutoff);
        let made = closing(last, user, self.population.today);
        let status = stored.map_or(0, |stored| stored.user.status(self.population, month));
        Some(Found {
            user,
            stored,
            figures,
            edit,
            status: edit.and_then(|edit| edit.status).unwrap_or(status),
            created: at_ten(first).min(made),
            updated: edit.filter(|edit| edit.row != Row::Made).map_or(made, |edit| edit.updated),
            month,
        })
    }
}

/// When a month was last changed: three days after it ended, or in the night before the sandbox was started.
fn closing(last: NaiveDate, user: u64, today: NaiveDate) -> DateTime<FixedOffset> {
    let day = last.checked_add_days(Days::new(3)).unwrap_or(last);
    let minutes = i64::try_from(user % 480).unwrap_or(0);
    if day < today || last > today {
        return at_ten(day) + Duration::minutes(minutes);
    }
    at_ten(today) - Duration::hours(10) - Duration::minutes(minutes)
}

impl Found<'_> {
    /// 社員番号 as the row shows it.
    pub(super) fn number(&self) -> Value {
        let set = match self.edit.map(|edit| &edit.row) {
            Some(Row::Set(set)) => set.get("number"),
            _ => None,
        };
        set.cloned().or_else(|| self.stored.map(Stored::number)).unwrap_or_default()
    }

    /// The row with all its keys.
    pub(super) fn json(&self) -> Value {
        let mut object: Object = PLAIN.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
        let figures = self.figures.filter(|figures| figures.blanks != Blanks::All);
        object.insert("user_id".into(), json!(self.user));
        object.insert("number".into(), self.number());
        object.insert("month".into(), json!(self.month.compact()));
        object.insert("created_at".into(), json!(stamp(self.created)));
        object.insert("updated_at".into(), json!(stamp(self.updated)));
        for (name, keys) in
            [("discretion", &DISCRETION[..]), ("flex", &FLEX[..]), ("variable", &VARIABLE[..])]
        {
            let value = if figures.is_some() { json!("0:00") } else { Value::Null };
            let nested: Object = keys.iter().map(|key| ((*key).to_owned(), value.clone())).collect();
            object.insert(name.into(), nested.into());
        }
        if let Some(figures) = &figures {
            fill(&mut object, figures);
        }
        if let Some(Row::Set(set)) = self.edit.map(|edit| &edit.row) {
            object.extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        object.into()
    }
}

fn fill(row: &mut Object, figures: &Figures) {
    for (key, value) in durations(figures).into_iter().chain(splits(figures)) {
        row.insert(key.into(), json!(hours(value)));
    }
    for (key, value) in day_counts(figures) {
        row.insert(key.into(), json!(days(value)));
    }
    for (key, value) in numbers(figures) {
        row.insert(key.into(), json!(value));
    }
    row.insert("expense".into(), json!("0"));
    let (total, prescribed) = (json!(hours(figures.total())), json!(hours(figures.prescribed)));
    row["flex"]["total_working_hours"] = total.clone();
    row["flex"]["prescribed_working_hours"] = prescribed.clone();
    row["flex"]["statutory_time"] = prescribed.clone();
    row["variable"]["total_working_hours"] = total;
    row["variable"]["statutory_time"] = prescribed.clone();
    row["variable"]["prescribed_time"] = prescribed;
    if figures.blanks == Blanks::ActualHours {
        for key in ["actual_working_hours", "total_working_hours", "total_late_hours"] {
            row.insert(key.into(), Value::Null);
        }
    }
}

fn durations(figures: &Figures) -> [(&'static str, u32); 17] {
    let Figures { within, within_statutory, over_statutory, holiday, statutory_holiday, .. } = *figures;
    let in_36 = over_statutory + holiday;
    let (forty_five, sixty) = (45 * 60, 60 * 60);
    [
        ("prescribed_working_hours", figures.prescribed),
        ("hours_in_prescribed_working_hours", within),
        ("hours_in_statutory_working_hours", within_statutory),
        ("excess_of_statutory_working_hours", over_statutory),
        ("excess_of_statutory_working_hours_in_holidays", holiday),
        ("working_hours_in_statutory_holidays", statutory_holiday),
        ("late_night_overtime_working_hours", figures.night),
        ("total_working_hours", figures.total()),
        ("actual_working_hours", figures.actual()),
        ("total_late_hours", figures.late),
        ("total_leave_early_hours", figures.early),
        ("lack_prescribed_work_time", figures.lack),
        ("over_work_time", within_statutory + over_statutory),
        ("over_work_time_36", in_36),
        ("jikangai_under_45", in_36.min(forty_five)),
        ("jikangai_45_to_60", in_36.min(sixty).saturating_sub(forty_five)),
        ("jikangai_over_60", in_36.saturating_sub(sixty)),
    ]
}

/// 日中 and 深夜; the 深夜 of ours is all 法定時間外.
fn splits(figures: &Figures) -> [(&'static str, u32); 10] {
    let night = figures.night.min(figures.over_statutory);
    [
        ("daytime_prescribed_work_time", figures.within),
        ("midnight_prescribed_work_time", 0),
        ("daytime_statutory_work_overtime", figures.within_statutory),
        ("midnight_statutory_work_overtime", 0),
        ("daytime_out_statutory_work_time", figures.over_statutory - night),
        ("midnight_out_statutory_work_time", night),
        ("daytime_out_statutory_holiday_work_time", figures.holiday),
        ("midnight_out_statutory_holiday_work_time", 0),
        ("daytime_statutory_holiday_work_time", figures.statutory_holiday),
        ("midnight_statutory_holiday_work_time", 0),
    ]
}

fn day_counts(figures: &Figures) -> [(&'static str, u32); 10] {
    [
        ("prescribed_working_days", figures.prescribed_days),
        ("working_days", figures.working_days),
        ("working_days_in_non_statutory_holidays", figures.holiday_days),
        ("working_days_in_statutory_holidays", figures.statutory_holiday_days),
        ("absence_days", figures.absence),
        ("tardy_days", figures.tardy),
        ("learve_early_days", figures.left_early),
        ("public_holidays", figures.public_holidays),
        ("paid_holidays", figures.paid),
        ("remain_paid_holidays", figures.remaining),
    ]
}

fn numbers(figures: &Figures) -> [(&'static str, f64); 13] {
    let (paid, hourly) = (f64::from(figures.paid) / 10.0, f64::from(figures.leave_hours));
    [
        ("paid_holiday_with_time_paid", paid + hourly / 8.0),
        ("time_paid_holiday", hourly),
        ("time_paid_holiday_zansu", 40.0 - hourly),
        ("kango_days", 0.0),
        ("kango_remain", 5.0),
        ("kango_time_paid_holiday", 0.0),
        ("kango_time_paid_holiday_zansu", 0.0),
        ("kango_paid_holiday_with_time_paid", 0.0),
        ("kaigo_days", 0.0),
        ("kaigo_remain", 5.0),
        ("kaigo_time_paid_holiday", 0.0),
        ("kaigo_time_paid_holiday_zansu", 0.0),
        ("kaigo_paid_holiday_with_time_paid", 0.0),
    ]
}
