//! mediment's paths, keys, words and codes: every guess of `reference/mediment.md` part B (`mediment-wire v0`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::Detail;
use crate::job::Month;

/// After the account's base address.
pub(super) const ROOT: &str = "/api/v0";
/// B1.
pub(super) const TOKEN: &str = "/oauth/token";
/// B2.
pub(super) const EMPLOYEES: &str = "/employees";
/// B2.
pub(super) const CREATE: &str = "/employees/batch_create";
/// B2.
pub(super) const UPDATE: &str = "/employees/batch_update";
/// B2 and B3: the most records of a batch.
pub(super) const PER_BATCH: usize = 100;
/// B2: the most records of a page.
pub(super) const PER_PAGE: usize = 100;
/// B1: a token's life where the answer doesn't say.
pub(super) const TOKEN_LIFE: u64 = 3600;
/// A token that says to live longer is renewed all the same.
pub(super) const TOKEN_LONGEST: u64 = 24 * 3600;
/// A token of which less is left is renewed.
pub(super) const TOKEN_MARGIN: Duration = Duration::from_secs(60);

/// B3.
pub(super) fn attendances(month: Month) -> String {
    format!("/attendances/{month}")
}

/// B1.
#[derive(Serialize)]
pub(super) struct TokenRequest<'a> {
    pub(super) consumer_key: &'a str,
    pub(super) consumer_secret: &'a str,
}

/// B1.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    pub(super) expires_in: Option<u64>,
}

/// B2 and B3, the keys of a page.
pub(super) mod page {
    pub(crate) const NUMBER: &str = "page";
    pub(crate) const SIZE: &str = "per_page";
    pub(crate) const TOTAL: &str = "total_count";
    pub(crate) const EMPLOYEES: &str = "employees";
    pub(crate) const RECORDS: &str = "records";
}

/// The key of an employee's id among employees.
pub(super) const ID: &str = "id";
/// The key of an employee's id among attendance.
pub(super) const EMPLOYEE_ID: &str = "employee_id";
/// The key of 社員番号 everywhere.
pub(super) const EMPLOYEE_NUMBER: &str = "employee_number";

/// How an item's value is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Text,
    /// One of [`GENDERS`].
    Gender,
    /// Days as a text with a decimal.
    Days,
    /// Minutes as an integer.
    Minutes,
}

/// An item: its key, its name on the screens and its form.
pub(super) type Item = (&'static str, &'static str, Form);

/// B2. 社会保険の加入有無, ストレスチェック対象者 and 健康診断対象者 are mediment's own and in no body.
pub(super) const EMPLOYEE: [Item; 11] = [
    (EMPLOYEE_NUMBER, "社員番号", Form::Text),
    ("last_name", "姓", Form::Text),
    ("first_name", "名", Form::Text),
    ("last_name_kana", "セイ", Form::Text),
    ("first_name_kana", "メイ", Form::Text),
    ("email", "メールアドレス", Form::Text),
    ("office", "事業所", Form::Text),
    ("department1", "所属部署1", Form::Text),
    ("hired_on", "入社日", Form::Text),
    ("retired_on", "退職日", Form::Text),
    ("gender", "性別", Form::Gender),
];

/// B2. What mediment fills in by itself when somebody is created, with what it fills in: read, and never sent.
const FILLED: [(Item, &str); 3] = [
    (("social_insurance", "社会保険の加入有無", Form::Text), "加入"),
    (("stress_check_target", "ストレスチェック対象者", Form::Text), "対象"),
    (("health_check_target", "健康診断対象者", Form::Text), "対象"),
];

/// All that is read of an employee: [`EMPLOYEE`], then what mediment fills in by itself.
pub(super) const EMPLOYEE_READ: [Item; 14] = {
    let mut items = [FILLED[0].0; 14];
    let mut place = 0;
    while place < 14 {
        items[place] = if place < 11 { EMPLOYEE[place] } else { FILLED[place - 11].0 };
        place += 1;
    }
    items
};

/// B3. 休憩時間 and 有給時間 are typed in by hand and in no body.
pub(super) const ATTENDANCE: [Item; 12] = [
    ("working_days", "実働日数", Form::Days),
    ("absence_count", "欠勤回数", Form::Days),
    ("late_count", "遅刻回数", Form::Days),
    ("early_leave_count", "早退回数", Form::Days),
    ("actual_minutes", "実労働時間", Form::Minutes),
    ("late_minutes", "遅刻時間", Form::Minutes),
    ("early_leave_minutes", "早退時間", Form::Minutes),
    ("scheduled_minutes", "所定労働時間", Form::Minutes),
    ("outside_scheduled_minutes", "所定外労働時間", Form::Minutes),
    ("outside_statutory_minutes", "法定外労働時間", Form::Minutes),
    ("night_minutes", "実深夜時間", Form::Minutes),
    ("paid_leave_days", "有給日数", Form::Days),
];

/// The items of an employee that are read and may be written, by name.
pub const EMPLOYEE_ITEMS: [&str; 11] = names(EMPLOYEE);

/// The items that mediment fills in by itself when somebody is created, by name, with what it fills in. They are read after
/// [`EMPLOYEE_ITEMS`].
pub const FILLED_ITEMS: [(&str, &str); 3] = {
    let mut items = [("", ""); 3];
    let mut place = 0;
    while place < 3 {
        items[place] = (FILLED[place].0.1, FILLED[place].1);
        place += 1;
    }
    items
};

/// The items of a month that are read and may be written, by name.
pub const ATTENDANCE_ITEMS: [&str; 12] = names(ATTENDANCE);

const fn names<const N: usize>(items: [Item; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut place = 0;
    while place < N {
        names[place] = items[place].1;
        place += 1;
    }
    names
}

/// B2: the words of 性別 on the wire and on the screens.
const GENDERS: [(&str, &str); 3] = [("male", "男性"), ("female", "女性"), ("other", "その他")];

impl Form {
    /// A value as mappings know it, of the wire's text. A word that is not known stays.
    pub(super) fn name_of(self, word: &str) -> Option<&'static str> {
        let known = GENDERS.iter().find(|(wire, _)| self == Form::Gender && *wire == word);
        known.map(|(_, name)| *name)
    }

    /// The JSON of a value as mappings know it. What the form can't spell goes as it is: the service refuses the record.
    pub(super) fn json(self, value: &str) -> Value {
        match self {
            Form::Gender => {
                GENDERS.iter().find(|(_, name)| *name == value).map_or(value, |(wire, _)| *wire).into()
            }
            Form::Days if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("{value}.0").into()
            }
            Form::Text | Form::Days => value.into(),
            Form::Minutes => value.parse::<i64>().map_or_else(|_| value.into(), Value::from),
        }
    }
}

/// B4, the words of a batch's answer.
pub(super) mod status {
    pub(crate) const CREATED: &str = "created";
    pub(crate) const UPDATED: &str = "updated";
    pub(crate) const UNCHANGED: &str = "unchanged";
    pub(crate) const ERROR: &str = "error";
}

/// B4.
#[derive(Deserialize)]
pub(super) struct BatchAnswer {
    pub(super) results: Vec<RecordAnswer>,
}

/// B4.
#[derive(Deserialize)]
pub(super) struct RecordAnswer {
    pub(super) index: usize,
    pub(super) status: String,
    pub(super) id: Option<String>,
    pub(super) errors: Option<Vec<RecordError>>,
}

/// B4, without the message: it may quote a value.
#[derive(Deserialize)]
pub(super) struct RecordError {
    field: Option<String>,
    code: Option<String>,
}

/// B4: why a record may be refused.
const CODES: [&str; 11] = [
    "required",
    "invalid_format",
    "too_long",
    "duplicate_employee_number",
    "duplicate_name_email",
    "not_found",
    "unknown_office",
    "unknown_department",
    "invalid_date",
    "negative_value",
    "invalid_year_month",
];

impl RecordError {
    /// The code, `unknown` for one that the reference doesn't know.
    pub(super) fn code(&self) -> &'static str {
        CODES.iter().find(|code| self.code.as_deref() == Some(**code)).unwrap_or(&"unknown")
    }

    /// The name of the item that it is about, where there is one.
    pub(super) fn item(&self) -> Option<&'static str> {
        let items = EMPLOYEE.iter().chain(&ATTENDANCE);
        items.clone().find(|(key, ..)| self.field.as_deref() == Some(*key)).map(|(_, name, _)| *name)
    }
}

#[derive(Deserialize)]
struct ErrorAnswer {
    errors: Vec<RecordError>,
}

/// The codes of an error (B4). Messages are left behind, and a code is kept only if it looks like one.
pub(super) fn details(body: &[u8]) -> Vec<Detail> {
    let Ok(ErrorAnswer { errors }) = serde_json::from_slice(body) else { return Vec::new() };
    let is_word = |code: &String| {
        code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    let detail = |error: RecordError| {
        let item = error.item().map(str::to_owned);
        Detail { code: error.code.filter(is_word).unwrap_or_default(), item }
    };
    errors.into_iter().map(detail).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_item_has_two_keys_and_mediments_own_items_are_not_there() {
        for items in [&EMPLOYEE[..], &ATTENDANCE[..]] {
            let mut keys: Vec<&str> = items.iter().flat_map(|(key, name, _)| [*key, *name]).collect();
            let count = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), count);
            for own in [
                "social_insurance",
                "stress_check_target",
                "health_check_target",
                "account_issued",
                "break_minutes",
                "paid_leave_minutes",
            ] {
                assert!(!keys.contains(&own), "{own}");
            }
        }
        assert_eq!((EMPLOYEE_ITEMS[0], ATTENDANCE_ITEMS[11]), ("社員番号", "有給日数"));
    }

    #[test]
    fn values_have_the_wires_form() {
        for (form, value, spelt) in [
            (Form::Text, "2026-04-01", json!("2026-04-01")),
            (Form::Gender, "男性", json!("male")),
            (Form::Gender, "女性", json!("female")),
            (Form::Gender, "その他", json!("other")),
            (Form::Gender, "男", json!("男")),
            (Form::Minutes, "9600", json!(9600)),
            (Form::Minutes, "-60", json!(-60)),
            (Form::Minutes, "160:00", json!("160:00")),
            (Form::Days, "19.5", json!("19.5")),
            (Form::Days, "20", json!("20.0")),
            (Form::Days, "0.25", json!("0.25")),
        ] {
            assert_eq!(form.json(value), spelt, "{value}");
        }
        assert_eq!(Form::Gender.name_of("female"), Some("女性"));
        assert_eq!((Form::Gender.name_of("女"), Form::Text.name_of("female")), (None, None));
    }

    #[test]
    fn an_error_keeps_codes_and_items_and_no_text() {
        let detail =
            |code: &str, item: Option<&str>| Detail { code: code.into(), item: item.map(Into::into) };
        let body = r#"{"errors":[{"code":"invalid_parameter","message":"山田"},{"code":"required","field":"email"},
            {"code":"山田太郎","field":"山田太郎"}]}"#;
        let details_of = |body: &str| details(body.as_bytes());
        assert_eq!(
            details_of(body),
            [detail("invalid_parameter", None), detail("required", Some("メールアドレス")), detail("", None)]
        );
        assert_eq!((details_of("<html>"), details_of("{}")), (Vec::new(), Vec::new()));
    }
}
