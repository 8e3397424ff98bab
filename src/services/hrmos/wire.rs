//! HRMOS勤怠's paths, keys and words: the only place that spells them (`reference/hrmos-kintai-api.md`).

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::http::Detail;
use crate::job::Month;

/// §2.
pub(super) const TOKEN: &str = "/authentication/token";
/// §2.
pub(super) const POSTPONE: &str = "/authentication/postpone";
/// §7.
pub(super) const USERS: &str = "/users";
/// §6.
pub(super) const DEPARTMENTS: &str = "/departments";
/// §6.
pub(super) const LODGMENTS: &str = "/lodgments";
/// §3: the most rows of a page.
pub(super) const PER_PAGE: usize = 100;
/// §3: how many rows a query has.
pub(super) const TOTAL_COUNT: &str = "x-total-count";
/// §3: how many pages that are.
pub(super) const TOTAL_PAGE: &str = "x-total-page";
/// §3.
pub(super) const PAGE: &str = "page";
/// §3.
pub(super) const LIMIT: &str = "limit";
/// §8.1: 承認 and 強制承認, the months that are closed.
pub(super) const CLOSED: (&str, &str) = ("status", "3,99");
/// §2: in its last hour a token is postponed.
pub(super) const TOKEN_MARGIN: Duration = Duration::from_secs(3600);
/// §2: a token's life.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);

/// §1: everything before a call's path. The company is opaque and may hold any character.
pub(super) fn base(base_url: &str, company: &str) -> String {
    let mut base = format!("{}/api/", base_url.trim_end_matches('/'));
    for byte in company.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            base.push(char::from(byte));
        } else {
            write!(base, "%{byte:02X}").expect("writing to a string can't fail");
        }
    }
    base.push_str("/v1");
    base
}

/// §2: the header with a token.
pub(super) fn authorization(token: &SecretString) -> (&'static str, SecretString) {
    ("authorization", format!("Token {}", token.expose_secret()).into())
}

/// §2: the header with the key. It is Base64 already and sent as it is.
pub(super) fn basic(key: &SecretString) -> (&'static str, SecretString) {
    ("authorization", format!("Basic {}", key.expose_secret()).into())
}

/// §8.1.
pub(super) fn months(month: Month) -> String {
    format!("/work_output_months/monthly/{month}")
}

/// §8.2: a month as its rows name it.
pub(super) fn month_of_row(month: Month) -> String {
    format!("{:04}{:02}", month.year(), month.month())
}

/// §2.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) token: String,
    expired_at: Option<String>,
}

impl TokenAnswer {
    /// How long the token lives. An end that no day explains comes from a clock that is not ours; a 401 will tell.
    pub(super) fn life(&self, now: DateTime<Utc>) -> Duration {
        let end = self.expired_at.as_deref().and_then(|end| DateTime::parse_from_rfc3339(end).ok());
        let left = end.and_then(|end| (end.to_utc() - now).to_std().ok());
        left.filter(|left| *left <= TOKEN_LIFE + TOKEN_MARGIN).unwrap_or(TOKEN_LIFE)
    }
}

#[derive(Deserialize)]
struct ErrorAnswer {
    code: Option<i64>,
}

/// The code of an error (§4), a number. The message is left behind.
pub(super) fn details(body: &[u8]) -> Vec<Detail> {
    let answer: Option<ErrorAnswer> = serde_json::from_slice(body).ok();
    let code = answer.and_then(|answer| answer.code);
    code.into_iter().map(|code| Detail { code: code.to_string(), item: None }).collect()
}

/// §6 and §7.1: the key of a record.
pub(super) const ID: &str = "id";
/// §6.
pub(super) const NAME: &str = "name";
/// §8.2.
pub(super) const USER_ID: &str = "user_id";
/// §8.2.
pub(super) const NUMBER: &str = "number";
/// §8.2.
pub(super) const MONTH: &str = "month";

/// What is read of a user (§7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserField {
    /// 社員番号.
    Number,
    /// 姓.
    LastName,
    /// 名.
    FirstName,
    /// セイ.
    LastNameKana,
    /// メイ.
    FirstNameKana,
    /// メールアドレス.
    Email,
    /// 入社日, `YYYY-MM-DD`.
    StartDate,
    /// 退社日, `YYYY-MM-DD`; it may be in the future.
    EndDate,
    /// The id of the 拠点.
    LodgmentId,
    /// The id of the 部門.
    DepartmentId,
}

impl UserField {
    /// All of them, in the order of their places.
    pub(super) const ALL: [(UserField, &'static str); 10] = [
        (UserField::Number, "number"),
        (UserField::LastName, "last_name"),
        (UserField::FirstName, "first_name"),
        (UserField::LastNameKana, "last_name_kana"),
        (UserField::FirstNameKana, "first_name_kana"),
        (UserField::Email, "email"),
        (UserField::StartDate, "start_date"),
        (UserField::EndDate, "end_date"),
        (UserField::LodgmentId, "lodgment_id"),
        (UserField::DepartmentId, "department_id"),
    ];
}

/// Durations of a month (§8.2, §8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeField {
    /// 実働時間.
    ActualWorking,
    /// 総労働時間.
    TotalWorking,
    /// 遅刻時間.
    Late,
    /// 早退時間.
    LeaveEarly,
    /// 所定内労働時間.
    Prescribed,
    /// 法定時間外労働時間.
    ExcessOfStatutory,
    /// 深夜労働時間.
    LateNight,
}

impl TimeField {
    /// All of them, in the order of their places.
    pub(super) const ALL: [(TimeField, &'static str, &'static str); 7] = [
        (TimeField::ActualWorking, "actual_working_hours", "実働時間"),
        (TimeField::TotalWorking, "total_working_hours", "総労働時間"),
        (TimeField::Late, "total_late_hours", "遅刻時間"),
        (TimeField::LeaveEarly, "total_leave_early_hours", "早退時間"),
        (TimeField::Prescribed, "hours_in_prescribed_working_hours", "所定内労働時間"),
        (TimeField::ExcessOfStatutory, "excess_of_statutory_working_hours", "法定時間外労働時間"),
        (TimeField::LateNight, "late_night_overtime_working_hours", "深夜労働時間"),
    ];

    /// The item's name on HRMOS勤怠's screens.
    pub fn item(self) -> &'static str {
        Self::ALL[self as usize].2
    }
}

/// Counts of days of a month (§8.2, §8.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayField {
    /// 出勤日数.
    Working,
    /// 欠勤日数.
    Absence,
    /// 遅刻日数.
    Tardy,
    /// 早退日数.
    LeaveEarly,
    /// 有給休暇日数, a text.
    PaidHolidays,
    /// 有給休暇日数 with 時間有給休暇, a number.
    PaidHolidaysWithTime,
}

impl DayField {
    /// All of them, in the order of their places. `learve_early_days` is how the service spells it.
    pub(super) const ALL: [(DayField, &'static str, &'static str); 6] = [
        (DayField::Working, "working_days", "出勤日数"),
        (DayField::Absence, "absence_days", "欠勤日数"),
        (DayField::Tardy, "tardy_days", "遅刻日数"),
        (DayField::LeaveEarly, "learve_early_days", "早退日数"),
        (DayField::PaidHolidays, "paid_holidays", "有給休暇日数"),
        (DayField::PaidHolidaysWithTime, "paid_holiday_with_time_paid", "有給休暇日数"),
    ];

    /// The item's name on HRMOS勤怠's screens.
    pub fn item(self) -> &'static str {
        Self::ALL[self as usize].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_at_their_places() {
        assert!(UserField::ALL.iter().enumerate().all(|(place, (field, _))| *field as usize == place));
        assert!(TimeField::ALL.iter().enumerate().all(|(place, (field, ..))| *field as usize == place));
        assert!(DayField::ALL.iter().enumerate().all(|(place, (field, ..))| *field as usize == place));
    }

    #[test]
    fn a_company_is_one_segment_of_the_address() {
        for (company, base_of) in [
            ("demo", "https://ieyasu.co/api/demo/v1"),
            ("My_Firm-1", "https://ieyasu.co/api/My_Firm-1/v1"),
            ("a/b?c", "https://ieyasu.co/api/a%2Fb%3Fc/v1"),
            ("勤", "https://ieyasu.co/api/%E5%8B%A4/v1"),
        ] {
            assert_eq!(base("https://ieyasu.co/", company), base_of);
        }
    }

    #[test]
    fn a_token_ends_when_it_says_unless_the_clocks_differ() {
        let now = DateTime::parse_from_rfc3339("2026-06-30T10:00:12+09:00").unwrap().to_utc();
        let life = |end: &str| {
            let answer = format!(r#"{{"expired_at":"{end}","token":"Em94Vf961af8gSB2QtTVmGgn"}}"#);
            serde_json::from_str::<TokenAnswer>(&answer).unwrap().life(now).as_secs()
        };
        assert_eq!(life("2026-07-01T09:30:12.000+09:00"), 23 * 3600 + 1800);
        assert_eq!(life("2026-06-30T10:30:12.000+09:00"), 1800);
        for odd in ["2026-06-30T09:00:00.000+09:00", "2027-01-01T00:00:00.000+09:00", "tomorrow"] {
            assert_eq!(life(odd), 24 * 3600, "{odd}");
        }
    }

    #[test]
    fn an_error_keeps_its_code_and_no_text() {
        let detail = |code: &str| Detail { code: code.into(), item: None };
        assert_eq!(details(r#"{"code":401,"message":"山田"}"#.as_bytes()), [detail("401")]);
        for odd in ["", "<html>メンテナンス中</html>", r#"{"code":"山田"}"#, r#"{"message":"x"}"#, "[]"]
        {
            assert_eq!(details(odd.as_bytes()), [], "{odd}");
        }
    }
}
