//! What mediment holds at the start, as plain data (`reference/mediment.md` B2, B3).

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;

/// The people and the attendance that a tenant of mediment starts with.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    /// 従業員情報, in the order of their ids.
    pub employees: Vec<SeedEmployee>,
    /// 勤怠情報, month by month.
    pub attendance: SeedMonths,
}

/// One person of a [`Seed`], with the keys of B2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeedEmployee {
    /// `emp_000123`; unique.
    pub id: String,
    /// 社員番号; none for a person who has none, never `""`.
    pub employee_number: Option<String>,
    /// 姓.
    pub last_name: String,
    /// 名.
    pub first_name: String,
    /// セイ, full-width katakana.
    pub last_name_kana: Option<String>,
    /// メイ, full-width katakana.
    pub first_name_kana: Option<String>,
    /// メールアドレス.
    pub email: Option<String>,
    /// 事業所, by name.
    pub office: Option<String>,
    /// 所属部署1, by name.
    pub department1: Option<String>,
    /// 入社日.
    pub hired_on: Option<NaiveDate>,
    /// 退職日.
    pub retired_on: Option<NaiveDate>,
    /// 性別: `male`, `female` or `other`; put in by hand, for HRMOS勤怠 has no such field.
    pub gender: Option<String>,
    /// 社会保険の加入有無: `加入` or `未加入`.
    pub social_insurance: String,
    /// ストレスチェック対象者: `対象` or `対象外`.
    pub stress_check_target: String,
    /// 健康診断対象者: `対象` or `対象外`.
    pub health_check_target: String,
    /// Whether a login was issued.
    pub account_issued: bool,
}

/// One person's month of a [`Seed`], with the keys of B3. Days and counts are in tenths (`195` is `"19.5"`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeedAttendance {
    /// The [`SeedEmployee::id`].
    pub employee_id: String,
    /// 実働日数, in tenths.
    pub working_days: Option<u32>,
    /// 欠勤回数, in tenths.
    pub absence_count: Option<u32>,
    /// 遅刻回数, in tenths.
    pub late_count: Option<u32>,
    /// 早退回数, in tenths.
    pub early_leave_count: Option<u32>,
    /// 実労働時間.
    pub actual_minutes: Option<u32>,
    /// 休憩時間; only ever put in by hand.
    pub break_minutes: Option<u32>,
    /// 遅刻時間.
    pub late_minutes: Option<u32>,
    /// 早退時間.
    pub early_leave_minutes: Option<u32>,
    /// 所定労働時間.
    pub scheduled_minutes: Option<u32>,
    /// 所定外労働時間.
    pub outside_scheduled_minutes: Option<u32>,
    /// 法定外労働時間.
    pub outside_statutory_minutes: Option<u32>,
    /// 実深夜時間.
    pub night_minutes: Option<u32>,
    /// 有給時間; only ever put in by hand.
    pub paid_leave_minutes: Option<u32>,
    /// 有給日数, in tenths.
    pub paid_leave_days: Option<u32>,
}

/// The attendance of a [`Seed`]: made when a month is first used, for a thousand tenants of fourteen months each would
/// fill the memory with rows that nobody reads.
#[derive(Clone)]
pub struct SeedMonths(Arc<Make>);

type Make = dyn Fn(&str) -> Vec<SeedAttendance> + Send + Sync;

impl SeedMonths {
    /// Months that `make` makes from their names, such as `2026-05`; it gives the same rows each time.
    pub fn of(make: impl Fn(&str) -> Vec<SeedAttendance> + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    /// The rows of a month (`2026-05`); none for a month that nothing was sent for.
    pub fn month(&self, name: &str) -> Vec<SeedAttendance> {
        self.0(name)
    }
}

impl Default for SeedMonths {
    fn default() -> Self {
        Self::of(|_| Vec::new())
    }
}

impl fmt::Debug for SeedMonths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SeedMonths")
    }
}
