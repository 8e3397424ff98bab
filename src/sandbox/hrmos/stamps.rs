//! 打刻: one on arriving and one on leaving each worked day, and those that were posted
//! (`reference/hrmos-kintai-api.md` §10).

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde_json::{Value, json};

use super::company::{Company, Object, State};
use super::daily::Day;
use super::refusal::Refusal;
use super::stamp;
use crate::sandbox::people::clinic::{MONTHS, Month};

/// A 打刻.
#[derive(Clone, Debug)]
pub(super) struct Posted {
    pub(super) user: u64,
    /// 1 出勤, 2 退勤, 7 休憩開始, 8 休憩終了.
    pub(super) stamp_type: u64,
    pub(super) at: DateTime<FixedOffset>,
    details: Option<Box<Object>>,
    lodgment: Option<u64>,
}

impl Posted {
    /// The 打刻 with all its keys.
    pub(super) fn json(&self) -> Value {
        let detail = |key: &str| self.details.as_ref().and_then(|details| details.get(key));
        json!({
            "user_id": self.user,
            "stamp_type": self.stamp_type,
            "created_at": stamp(self.at),
            "latitude": detail("latitude"),
            "longitude": detail("longitude"),
            "address": detail("address"),
            "user_agent": detail("user_agent"),
            "lodgment_id": self.lodgment,
            "stamp_lodgment_id": self.lodgment,
        })
    }
}

impl Company {
    /// Everybody's 打刻 of a day, by time.
    pub(super) fn stamps_of_day(&self, state: &State, day: NaiveDate) -> Vec<Posted> {
        let mut stamps: Vec<Posted> = self.days_of_day(state, day).iter().flat_map(of_day).collect();
        stamps.extend(state.stamps.iter().filter(|posted| posted.at.date_naive() == day).cloned());
        stamps.sort_by_key(|posted| (posted.at, posted.user));
        stamps
    }

    /// A user's 打刻, the newest first.
    pub(super) fn stamps_of_user(&self, state: &State, user: u64) -> Result<Vec<Posted>, Refusal> {
        state.user(user).ok_or_else(Refusal::not_found)?;
        let newest = Month::of(self.clock.today());
        let months = (0..=MONTHS).map(|back| newest.back(back));
        let days = months.flat_map(|month| self.days_of_month(state, month, Some(user)));
        let mut stamps: Vec<Posted> = days.flat_map(|day| of_day(&day)).collect();
        stamps.extend(state.stamps.iter().filter(|posted| posted.user == user).cloned());
        stamps.sort_by_key(|posted| std::cmp::Reverse(posted.at));
        Ok(stamps)
    }

    /// Registers a 打刻 from a query or a JSON body; real clients send either.
    pub(super) fn post_stamp(
        &self,
        state: &mut State,
        query: &[(String, String)],
        body: &[u8],
    ) -> Result<Value, Refusal> {
        let mut sent: Object = serde_json::from_slice(body).unwrap_or_default();
        sent.extend(query.iter().map(|(key, value)| (key.clone(), json!(value))));
        let number = |key: &str| match sent.get(key) {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let user = number("user_id").ok_or_else(Refusal::bad_request)?;
        let known = |stamp_type: &u64| matches!(stamp_type, 1 | 2 | 7 | 8);
        let stamp_type = number("stamp_type").filter(known).ok_or_else(Refusal::bad_request)?;
        let at = match sent.get("datetime").and_then(Value::as_str) {
            Some(text) => DateTime::parse_from_rfc3339(text).map_err(|_| Refusal::bad_request())?,
            None => self.clock.now(),
        };
        let lodgment = state.user(user).ok_or_else(Refusal::not_found)?.user.lodgment_id;
        let posted = Posted { user, stamp_type, at, details: Some(Box::new(sent)), lodgment };
        let answer = posted.json();
        state.stamps.push(posted);
        Ok(answer)
    }
}

fn of_day(day: &Day<'_>) -> Vec<Posted> {
    let Some(shift) = day.shift else { return Vec::new() };
    let user = &day.stored.user;
    let one = |stamp_type, minutes| Posted {
        user: user.id,
        stamp_type,
        at: day.at(minutes),
        details: None,
        lodgment: user.lodgment_id,
    };
    vec![one(1, shift.start - 5), one(2, shift.end + 3)]
}
