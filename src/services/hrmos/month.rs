//! Monthly totals: one row a person (`reference/hrmos-kintai-api.md` §8).

use serde::de::{self, MapAccess};

use super::total::TotalSeed;
use super::wire::{self, DayField, TimeField};
use super::{Days, Minutes, Reading};
use crate::services::listing::Record;
use crate::services::record::{Object, TextSeed};

/// The totals of one person in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRow {
    /// The user's id.
    pub user_id: u64,
    /// 社員番号 as attendance has it, which may be an old one.
    pub number: Option<Box<str>>,
    times: [Reading<Minutes>; TimeField::ALL.len()],
    days: [Reading<Days>; DayField::ALL.len()],
}

impl MonthRow {
    /// A duration.
    ///
    /// # Errors
    /// [`Malformed`](super::Malformed) if it is none.
    pub fn time(&self, field: TimeField) -> Reading<Minutes> {
        self.times[field as usize]
    }

    /// A count of days.
    ///
    /// # Errors
    /// [`Malformed`](super::Malformed) if it is none.
    pub fn days(&self, field: DayField) -> Reading<Days> {
        self.days[field as usize]
    }
}

/// A row and whether it is of the month that was asked for.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) row: MonthRow,
    pub(super) same_month: bool,
}

impl Record for Checked {
    type Id = u64;

    fn id(&mut self) -> Option<u64> {
        Some(self.row.user_id)
    }
}

/// Reads the rows of a month, named as its rows do.
pub(super) struct MonthReader {
    pub(super) month: String,
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    User,
    Number,
    Month,
    Time(usize),
    Days(usize),
}

pub(super) struct State {
    user: Option<u64>,
    number: String,
    month: String,
    times: [Reading<Minutes>; TimeField::ALL.len()],
    days: [Reading<Days>; DayField::ALL.len()],
}

impl Default for State {
    fn default() -> Self {
        State {
            user: None,
            number: String::new(),
            month: String::new(),
            times: [Ok(None); TimeField::ALL.len()],
            days: [Ok(None); DayField::ALL.len()],
        }
    }
}

impl Object for MonthReader {
    type Key = Key;
    type State = State;
    type Value = Checked;

    fn key(&self, name: &str) -> Option<Key> {
        match name {
            wire::USER_ID => Some(Key::User),
            wire::NUMBER => Some(Key::Number),
            wire::MONTH => Some(Key::Month),
            name => {
                let time = || TimeField::ALL.iter().position(|(_, key, _)| *key == name).map(Key::Time);
                let days = || DayField::ALL.iter().position(|(_, key, _)| *key == name).map(Key::Days);
                time().or_else(days)
            }
        }
    }

    fn read<'de, A: MapAccess<'de>>(&self, state: &mut State, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::User => state.user = map.next_value()?,
            Key::Number => map.next_value_seed(TextSeed(&mut state.number))?,
            Key::Month => map.next_value_seed(TextSeed(&mut state.month))?,
            Key::Time(place) => state.times[place] = map.next_value_seed(TotalSeed::new())?,
            Key::Days(place) => state.days[place] = map.next_value_seed(TotalSeed::new())?,
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, state: State) -> Result<Checked, E> {
        let number = Some(state.number.trim()).filter(|number| !number.is_empty()).map(Into::into);
        let user_id = state.user.ok_or_else(|| E::missing_field(wire::USER_ID))?;
        let row = MonthRow { user_id, number, times: state.times, days: state.days };
        Ok(Checked { row, same_month: state.month == self.month })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::super::Malformed;
    use super::*;
    use crate::services::record::{List, Null};

    fn read(json: &str) -> Vec<Checked> {
        let reader = MonthReader { month: "202605".to_owned() };
        let list = List(&reader, Null::Refused);
        list.deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap()
    }

    /// The vendor's example, as far as the requirement's table goes.
    const SAMPLE: &str = r#"{"user_id":3,"number":"A0001","month":"202605","prescribed_working_hours":"160:00",
        "hours_in_prescribed_working_hours":"15:00","hours_in_statutory_working_hours":"1:00",
        "excess_of_statutory_working_hours":"10:00","late_night_overtime_working_hours":"2:00",
        "total_working_hours":"28:00","actual_working_hours":"26:00","total_late_hours":"1:00",
        "total_leave_early_hours":"0:00","working_days":"29.0","absence_days":"0.0","tardy_days":"1.0",
        "learve_early_days":"0.5","paid_holidays":"1.0","paid_holiday_with_time_paid":1.5,"time_paid_holiday":4,
        "flex":{"total_working_hours":"999:00"},"updated_at":"2026-06-03T09:07:00.000+09:00"}"#;

    #[test]
    fn the_vendors_example_is_read() {
        let checked = read(&format!("[{SAMPLE}]")).remove(0);
        assert!(checked.same_month);
        let row = checked.row;
        assert_eq!((row.user_id, row.number.as_deref()), (3, Some("A0001")));
        let times = TimeField::ALL.map(|(field, ..)| row.time(field).unwrap().unwrap().0);
        assert_eq!(times, [1560, 1680, 60, 0, 900, 600, 120]);
        let days = DayField::ALL.map(|(field, ..)| row.days(field).unwrap().unwrap().to_string());
        assert_eq!(days, ["29.0", "0.0", "1.0", "0.5", "1.0", "1.5"]);
        assert_eq!(
            (TimeField::Prescribed.item(), DayField::LeaveEarly.item()),
            ("所定内労働時間", "早退日数")
        );
    }

    #[test]
    fn a_row_without_values_has_none_and_a_bad_value_is_told() {
        let json = r#"[{"user_id":1,"number":"","month":"202605","working_days":null,"actual_working_hours":""},
            {"user_id":2,"month":"202605","actual_working_hours":28800,"working_days":"x"}]"#;
        let rows = read(json);
        assert_eq!(
            (rows[0].row.number.as_deref(), rows[0].row.time(TimeField::ActualWorking)),
            (None, Ok(None))
        );
        assert!(DayField::ALL.iter().all(|(field, ..)| rows[0].row.days(*field) == Ok(None)));
        assert_eq!(rows[1].row.time(TimeField::ActualWorking), Err(Malformed));
        assert_eq!(rows[1].row.days(DayField::Working), Err(Malformed));
        assert_eq!(rows[1].row.time(TimeField::Late), Ok(None));
    }

    #[test]
    fn a_row_of_another_month_is_noticed() {
        let json = r#"[{"user_id":1,"month":"202604"},{"user_id":2,"month":"2026-05"},{"user_id":3},{"user_id":4,"month":"202605"}]"#;
        let same: Vec<bool> = read(json).iter().map(|checked| checked.same_month).collect();
        assert_eq!(same, [false, false, false, true]);
    }
}
