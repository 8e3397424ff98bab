//! Which operation a method and a path mean (`reference/hrmos-kintai-api.md` §5).

use axum::http::Method;
use chrono::NaiveDate;

use super::refusal::Refusal;
use crate::sandbox::people::clinic::Month;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    Token,
    Postpone,
    Destroy,
    Users,
    Master(Master),
    MonthlyRows(Month),
    DailyOfMonth(Month),
    DailyOfDay(NaiveDate),
    StampsOfDay(NaiveDate),
    StampsOfUser(u64),
    /// 休暇管理情報 of a leave, a user and a year.
    LeaveHistory {
        leave: u64,
        user: u64,
        year: i32,
    },
    /// 打刻登録, only where a setting allows it.
    Stamp,
}

/// A list that has nothing to do with people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Master {
    Departments,
    Lodgments,
    Employments,
    Segments,
    Prefecturals,
    PaidHolidays,
}

impl Endpoint {
    /// The operation of a request; `segments` are those after the company and `v1`.
    ///
    /// # Errors
    /// 404 for what does not exist, 400 for a month or day in another form.
    pub(super) fn of(method: &Method, segments: &[&str]) -> Result<Self, Refusal> {
        match segments {
            ["authentication", "token"] if method == Method::GET => return Ok(Self::Token),
            ["authentication", "postpone"] if method == Method::PUT => return Ok(Self::Postpone),
            ["authentication", "destroy"] if method == Method::DELETE => return Ok(Self::Destroy),
            ["stamp_logs"] if method == Method::POST => return Ok(Self::Stamp),
            // What the vendor's API writes elsewhere is not played.
            _ if method != Method::GET => return Err(Refusal::not_found()),
            _ => {}
        }
        let found = match segments {
            ["users"] => Self::Users,
            ["departments"] => Self::Master(Master::Departments),
            ["lodgments"] => Self::Master(Master::Lodgments),
            ["employments"] => Self::Master(Master::Employments),
            ["segments"] => Self::Master(Master::Segments),
            ["prefecturals"] => Self::Master(Master::Prefecturals),
            ["paid_holidays"] => Self::Master(Master::PaidHolidays),
            ["paid_holidays", leave, "users", user, "year", year] => Self::LeaveHistory {
                leave: number(leave)?,
                user: number(user)?,
                year: year.parse().map_err(|_| Refusal::bad_request())?,
            },
            ["work_output_months", "monthly", text] => Self::MonthlyRows(month(text)?),
            ["work_outputs", "monthly", text] => Self::DailyOfMonth(month(text)?),
            ["work_outputs", "daily", text] => Self::DailyOfDay(day(text)?),
            ["stamp_logs", "daily", text] => Self::StampsOfDay(day(text)?),
            ["stamp_logs", "user", id] => Self::StampsOfUser(number(id)?),
            _ => return Err(Refusal::not_found()),
        };
        Ok(found)
    }
}

fn month(text: &str) -> Result<Month, Refusal> {
    Month::parse(text).ok_or_else(Refusal::bad_request)
}

fn day(text: &str) -> Result<NaiveDate, Refusal> {
    let exact = text.len() == 10;
    text.parse().ok().filter(|_| exact).ok_or_else(Refusal::bad_request)
}

fn number(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| Refusal::not_found())
}
