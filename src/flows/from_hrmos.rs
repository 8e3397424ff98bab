//! HRMOS勤怠 as a source: users with the names of their 拠点 and 部門 joined in, and a month's totals joined to the users
//! (`reference/hrmos-kintai-api.md` §7.3, §8.4).
//!
//! Somebody without 社員番号 goes by `(ID:n)`, n being HRMOS勤怠's own id: in the history, in mail and in a job's `employees`.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::carry_out::Origin;
use super::gender::Gender;
use crate::config::{ActualSource, AttendanceSettings, NegativeOvertime, PaidSource};
use crate::job::Month;
use crate::services::ServiceError;
use crate::services::hrmos::{
    DayField, Days, Hrmos, Malformed, Minutes, MonthRow, Names, Read, Reading, TimeField, User, UserField,
};
use crate::sync::{Cell, Columns, IdentityItems, People, Person, RowBuilder, Rules, SourceRoles};

const NUMBER: &str = "社員番号";
const MAIL: &str = "メールアドレス";
const HIRE: &str = "入社日";
const RETIRE: &str = "退職日";
const GENDER: &str = "性別";
/// 拠点 and 部門, whose ids users carry.
const JOINED: [&str; 2] = ["拠点", "部門"];

/// What is read of a user as it is, by HRMOS勤怠's item names.
const USER: [(&str, UserField); 8] = [
    (NUMBER, UserField::Number),
    ("姓", UserField::LastName),
    ("名", UserField::FirstName),
    ("セイ", UserField::LastNameKana),
    ("メイ", UserField::FirstNameKana),
    (MAIL, UserField::Email),
    (HIRE, UserField::StartDate),
    (RETIRE, UserField::EndDate),
];

const DAYS: [(&str, DayField); 4] = [
    ("出勤日数", DayField::Working),
    ("欠勤日数", DayField::Absence),
    ("遅刻日数", DayField::Tardy),
    ("早退日数", DayField::LeaveEarly),
];
const TIMES: [(&str, TimeField); 4] = [
    ("遅刻時間", TimeField::Late),
    ("早退時間", TimeField::LeaveEarly),
    ("法定時間外労働時間", TimeField::ExcessOfStatutory),
    ("深夜労働時間", TimeField::LateNight),
];
const ACTUAL: &str = "実稼働時間";
const SCHEDULED: &str = "所定内労働時間";
const OVERTIME: &str = "所定外労働時間";
const PAID: &str = "有給休暇日数";
/// Blank for a closed month.
pub(super) const NOT_CLOSED: &str = "月締";
const EXCLUDED: &str = "対象外";

/// What stands for a total that is none: no destination takes it for a number.
const MALFORMED: &str = "?";

/// What tells who somebody is.
pub(super) fn identity() -> IdentityItems {
    IdentityItems {
        number: NUMBER.to_owned(),
        name: ["姓".to_owned(), "名".to_owned()],
        first_kana: "メイ".to_owned(),
        mail: MAIL.to_owned(),
        hire: HIRE.to_owned(),
    }
}

/// The columns that play a part of their own.
pub(super) fn roles() -> SourceRoles {
    SourceRoles {
        hire: Some(HIRE.to_owned()),
        retire: Some(RETIRE.to_owned()),
        excluded: Some(EXCLUDED.to_owned()),
        ..SourceRoles::default()
    }
}

/// 従業員情報 of a company.
pub(super) struct Employees<'a> {
    pub(super) hrmos: &'a Hrmos,
    pub(super) gender: &'a Gender,
}

impl Origin for Employees<'_> {
    async fn read(&self, _rules: &Rules) -> Result<People, ServiceError> {
        let extra = match self.gender {
            Gender::Field(key) => vec![key.as_str()],
            Gender::None | Gender::Listed(_) => Vec::new(),
        };
        let users = self.hrmos.users(&extra).await?;
        let (offices, departments) = (self.hrmos.lodgments().await?, self.hrmos.departments().await?);
        Ok(self.people(&users, [&offices, &departments]))
    }
}

impl Employees<'_> {
    fn people(&self, users: &Read<User>, joined: [&Names; 2]) -> People {
        let mut row = RowBuilder::default();
        let mut unresolved = BTreeMap::new();
        let person = |user: &User| {
            push_user(&mut row, user);
            for ((item, names), field) in
                JOINED.into_iter().zip(joined).zip([UserField::LodgmentId, UserField::DepartmentId])
            {
                row.push(match user.cell(field) {
                    Cell::Text(id) => names.get(id).map_or_else(
                        || {
                            *unresolved.entry(item).or_insert(0) += 1;
                            Cell::Absent
                        },
                        Cell::of,
                    ),
                    cell => cell,
                });
            }
            row.push(match self.gender {
                Gender::None => Cell::Absent,
                Gender::Field(_) => user.extra(0),
                Gender::Listed(listed) => {
                    let number = user.cell(UserField::Number).text();
                    number.and_then(|number| listed.get(number)).map_or(Cell::Absent, Cell::of)
                }
            });
            Person { code: code(user), row: row.finish(), dependents: Vec::new() }
        };
        let people = users.rows.iter().map(person).collect();
        for (item, people) in unresolved {
            tracing::warn!(
                item,
                people,
                "users name an entry that its list doesn't have; the item is left alone"
            );
        }
        let columns = USER.iter().map(|(item, _)| *item).chain(JOINED).chain([GENDER]);
        People { columns: Columns::new(columns), people, announced: users.announced, ..People::default() }
    }
}

/// 社員番号, or what stands for it.
fn code(user: &User) -> Box<str> {
    user.cell(UserField::Number).text().map_or_else(|| format!("(ID:{})", user.id).into(), Into::into)
}

fn push_user(row: &mut RowBuilder, user: &User) {
    for (_, field) in USER {
        row.push(user.cell(field));
    }
}

/// 勤怠情報 of a company in a month: every user, with the totals of those who have any.
pub(super) struct Attendance<'a> {
    pub(super) hrmos: &'a Hrmos,
    pub(super) settings: AttendanceSettings,
    pub(super) month: Month,
}

impl Origin for Attendance<'_> {
    async fn read(&self, _rules: &Rules) -> Result<People, ServiceError> {
        let users = self.hrmos.users(&[]).await?;
        let months = self.hrmos.months(self.month).await?;
        let closed = self.hrmos.closed(self.month).await?;
        Ok(self.people(&users, &months, &closed))
    }
}

impl Attendance<'_> {
    fn people(&self, users: &Read<User>, months: &Read<MonthRow>, closed: &HashSet<u64>) -> People {
        let by_user: HashMap<u64, &MonthRow> = months.rows.iter().map(|row| (row.user_id, row)).collect();
        let mut row = RowBuilder::default();
        let mut below_zero = 0_u64;
        let person = |user: &User| {
            push_user(&mut row, user);
            let month = by_user.get(&user.id).copied();
            let totals = self.totals(month, &mut below_zero);
            for total in &totals {
                row.push(total.as_deref().map_or(Cell::Blank, Cell::of));
            }
            let is_closed = closed.contains(&user.id);
            row.push(if is_closed || month.is_none() { Cell::Blank } else { Cell::Text("未締め") });
            row.push(match month {
                None => Cell::Text("no_monthly_row"),
                Some(_) if totals.iter().all(Option::is_none) => Cell::Text("no_data"),
                Some(_) if self.settings.only_closed && !is_closed => Cell::Text("not_closed"),
                Some(_) => Cell::Blank,
            });
            Person { code: code(user), row: row.finish(), dependents: Vec::new() }
        };
        let people: Vec<Person> = users.rows.iter().map(person).collect();
        if below_zero > 0 {
            tracing::warn!(people = below_zero, "所定外労働時間 is below zero; 0 is sent");
        }
        let known: HashSet<u64> = users.rows.iter().map(|user| user.id).collect();
        let strangers = months.rows.iter().filter(|row| !known.contains(&row.user_id)).count();
        if strangers > 0 {
            tracing::warn!(rows = strangers, "monthly rows are of users that the list of users doesn't have");
        }
        // A month that isn't provably complete is told by so many people too many.
        let missing = months.announced.map(|announced| announced.abs_diff(months.rows.len()));
        let announced = users.announced.or_else(|| Some(people.len() + missing?));
        People { columns: columns(), people, announced, ..People::default() }
    }

    /// The twelve totals in the order of [`columns`]. Nothing is not zero.
    fn totals(&self, month: Option<&MonthRow>, below_zero: &mut u64) -> Vec<Option<String>> {
        let Some(month) = month else { return vec![None; DAYS.len() + TIMES.len() + 4] };
        let actual = month.time(match self.settings.actual {
            ActualSource::Actual => TimeField::ActualWorking,
            ActualSource::Total => TimeField::TotalWorking,
        });
        let scheduled = month.time(TimeField::Prescribed);
        let overtime = match (actual, scheduled) {
            (Ok(Some(actual)), Ok(Some(scheduled))) => Ok(Some(Minutes(actual.0 - scheduled.0))),
            _ => Ok(None),
        };
        let overtime = overtime.map(|minutes: Option<Minutes>| match minutes {
            Some(Minutes(..0)) if self.settings.negative_overtime == NegativeOvertime::Zero => {
                *below_zero += 1;
                Some(Minutes(0))
            }
            other => other,
        });
        let paid = month.days(match self.settings.paid {
            PaidSource::Days => DayField::PaidHolidays,
            PaidSource::WithHours => DayField::PaidHolidaysWithTime,
        });
        let days = DAYS.iter().map(|(_, field)| text(month.days(*field)));
        let times = TIMES.iter().map(|(_, field)| text(month.time(*field)));
        let rest = [text(actual), text(scheduled), text(overtime), text::<Days>(paid)];
        days.chain(times).chain(rest).collect()
    }
}

fn columns() -> Columns {
    let user = USER.iter().map(|(item, _)| *item);
    let totals = DAYS.iter().map(|(item, _)| *item).chain(TIMES.iter().map(|(item, _)| *item));
    Columns::new(user.chain(totals).chain([ACTUAL, SCHEDULED, OVERTIME, PAID, NOT_CLOSED, EXCLUDED]))
}

fn text<T: ToString>(total: Reading<T>) -> Option<String> {
    match total {
        Ok(total) => total.map(|total| total.to_string()),
        Err(Malformed) => Some(MALFORMED.to_owned()),
    }
}
