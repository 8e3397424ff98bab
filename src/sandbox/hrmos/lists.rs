//! Which list an endpoint answers with.

use serde_json::{Value, json};

use super::company::{Company, State, at_ten};
use super::endpoint::{Endpoint, Master};
use super::page::{Page, cut};
use super::query::Filters;
use super::refusal::Refusal;
use super::users;
use crate::sandbox::people::clinic::Month;

/// 有給休暇 in the list of leaves.
const PAID_LEAVE: u64 = 1;

impl Company {
    /// The page of a list.
    pub(super) fn list(&self, state: &State, endpoint: Endpoint, filters: &Filters) -> Result<Page, Refusal> {
        let (paging, turn) = (state.knobs.paging, state.turn);
        let today = self.population.today;
        Ok(match endpoint {
            Endpoint::Users => {
                let users = state.users.iter().filter(|stored| filters.covers(stored.updated)).collect();
                cut(users, filters, paging, turn, |stored| users::json(state, stored, today))
            }
            Endpoint::Master(master) => {
                let mut entries = state.masters.list(master);
                entries.retain(|entry| {
                    let elsewhere =
                        |id: u64| entry.json.get("prefectural_id").and_then(Value::as_u64) != Some(id);
                    filters.covers(entry.updated)
                        && !(master == Master::Lodgments && filters.prefectural.is_some_and(elsewhere))
                });
                cut(entries, filters, paging, turn, |entry| Value::Object(entry.json))
            }
            Endpoint::MonthlyRows(month) => {
                let mut rows = self.rows(state, month);
                rows.retain(|row| {
                    let number = || row.number();
                    filters.covers(row.updated)
                        && filters.statuses.as_ref().is_none_or(|statuses| statuses.contains(&row.status))
                        && filters.numbers.as_ref().is_none_or(|numbers| {
                            number().as_str().is_some_and(|number| numbers.iter().any(|one| one == number))
                        })
                });
                cut(rows, filters, paging, turn, |row| row.json())
            }
            Endpoint::DailyOfMonth(month) => {
                let mut days = self.days_of_month(state, month, filters.user);
                days.retain(|day| filters.covers(day.updated()));
                cut(days, filters, paging, turn, |day| day.json())
            }
            Endpoint::DailyOfDay(day) => {
                let mut days = self.days_of_day(state, day);
                days.retain(|day| filters.covers(day.updated()));
                cut(days, filters, paging, turn, |day| day.json())
            }
            Endpoint::StampsOfDay(day) => {
                let mut stamps = self.stamps_of_day(state, day);
                stamps.retain(|posted| filters.covers(posted.at));
                cut(stamps, filters, paging, turn, |posted| posted.json())
            }
            Endpoint::StampsOfUser(user) => {
                let mut stamps = self.stamps_of_user(state, user)?;
                stamps.retain(|posted| {
                    filters.covers(posted.at)
                        && filters.stamp_type.is_none_or(|wanted| wanted == posted.stamp_type)
                });
                cut(stamps, filters, paging, turn, |posted| posted.json())
            }
            Endpoint::LeaveHistory { leave, user, year } => {
                let rows = self.leave_history(state, leave, user, year)?;
                cut(rows, filters, paging, turn, |row| row)
            }
            Endpoint::Token | Endpoint::Postpone | Endpoint::Destroy | Endpoint::Stamp => {
                return Err(Refusal::not_found());
            }
        })
    }

    /// 休暇管理情報: a row for each month of the year (from April) that has a monthly row.
    fn leave_history(&self, state: &State, leave: u64, user: u64, year: i32) -> Result<Vec<Value>, Refusal> {
        let stored = state.user(user).filter(|_| leave == PAID_LEAVE).ok_or_else(Refusal::not_found)?;
        let months = (4..=12).map(|month| (year, month)).chain((1..=3).map(|month| (year + 1, month)));
        let row = |(year, month): (i32, u32)| {
            let month = Month::parse(&format!("{year:04}-{month:02}"))?;
            let figures = self.figures(stored, month)?;
            let taken = f64::from(figures.paid) / 10.0;
            let remaining = f64::from(figures.remaining) / 10.0;
            let date = at_ten(month.period(31).0).date_naive();
            Some(json!({
                "user_id": user, "date": date,
                "leftover_days": remaining + taken, "leftover_hours": 0,
                "received_days": 0, "received_hours": 0,
                "taken_days": taken, "taken_hours": figures.leave_hours,
                "expired_days": 0, "expired_hours": 0,
                "adjusted_days": 0, "adjusted_hours": 0,
                "remaining_days": remaining, "remaining_hours": 0,
            }))
        };
        Ok(months.filter_map(row).collect())
    }
}
