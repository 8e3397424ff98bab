//! Checking what somebody wants to write about one person (`reference/officestation-api.md` §4.5, §4.7).
//!
//! All mistakes are reported, in the order of the ledger's fields.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::convert::convert;
use super::masters::Masters;
use super::packed::Packed;
use super::rules::{self, Kind};
use crate::sandbox::people::Field;
use crate::sandbox::people::PREFECTURES;

/// Keys that the service shows and nobody writes.
pub(super) const SYSTEM_KEYS: [&str; 7] =
    ["employeeId", "version", "status", "ledgers", "customItems", "createdAt", "updatedAt"];

/// One refused value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ItemError {
    pub(super) item: String,
    pub(super) label: &'static str,
    pub(super) code: &'static str,
    pub(super) value: Option<String>,
    pub(super) message: String,
}

impl ItemError {
    pub(super) fn new(field: Field, code: &'static str, value: &str) -> Self {
        let label = field.label();
        let message = match code {
            "REQUIRED" => format!("{label}は必須です。"),
            "INVALID_CHOICE" => format!("{label}の値が正しくありません。"),
            "INVALID_DATE" => format!("{label}は日付(YYYY-MM-DD)で入力してください。"),
            "TOO_LONG" => {
                format!(
                    "{label}は{}文字以内で入力してください。",
                    rules::max_length(field).unwrap_or_default()
                )
            }
            "NOT_KATAKANA" => format!("{label}は全角カタカナで入力してください。"),
            "DATE_ORDER" => "退職年月日は入社年月日以降の日付を入力してください。".into(),
            "READ_ONLY" => format!("{label}は更新できません。"),
            "NOT_UNIQUE" => format!("{label}が重複しています。"),
            _ => format!("{label}の形式が正しくありません。"),
        };
        let value = (!value.is_empty()).then(|| value.to_owned());
        Self { item: field.key().into(), label, code, value, message }
    }

    fn system(key: &'static str) -> Self {
        let message = format!("{key}は更新できません。");
        Self { item: key.into(), label: key, code: "READ_ONLY", value: None, message }
    }

    pub(super) fn json(&self) -> Value {
        let mut error = json!({
            "item": self.item, "label": self.label, "code": self.code, "message": self.message,
        });
        if let Some(value) = &self.value {
            error["value"] = json!(value);
        }
        error
    }
}

/// What the checks depend on beside the values.
pub(super) struct Bench<'a> {
    pub(super) masters: &'a Masters,
    pub(super) today: NaiveDate,
    /// Cut an over-long text instead of refusing it.
    pub(super) truncate: bool,
    /// Which fields the login may write.
    pub(super) writable: &'a [bool],
}

/// The first key that is no field of the service at all.
pub(super) fn unknown_key(body: &Map<String, Value>) -> Option<&str> {
    let known = |key: &str| Field::from_key(key).is_some() || SYSTEM_KEYS.contains(&key);
    body.keys().map(String::as_str).find(|key| !known(key))
}

/// The changes that `body` asks for, by field number, or everything that is wrong with it.
///
/// `current` is the person as they are, or none if they are to be created.
pub(super) fn changes(
    bench: &Bench<'_>,
    current: Option<&Packed>,
    body: &Map<String, Value>,
) -> Result<Vec<(usize, String)>, Vec<ItemError>> {
    let mut changes = Vec::new();
    let mut errors = Vec::new();
    for field in Field::ALL {
        match body.get(field.key()) {
            None if current.is_none() && rules::required(*field) => {
                errors.push(ItemError::new(*field, "REQUIRED", ""));
            }
            None => {}
            Some(value) => match checked(bench, current, body, *field, value) {
                Ok(value) => changes.push((*field as usize, value)),
                Err(code) => errors.push(ItemError::new(*field, code, value.as_str().unwrap_or(""))),
            },
        }
    }
    errors.extend(SYSTEM_KEYS.into_iter().filter(|key| body.contains_key(*key)).map(ItemError::system));
    if current.is_none() {
        add_defaults(&mut changes);
    }
    if let Some(error) = date_order(current, &changes) {
        errors.push(error);
    }
    if errors.is_empty() { Ok(changes) } else { Err(errors) }
}

/// One value, converted and checked; or the code of what is wrong with it.
fn checked(
    bench: &Bench<'_>,
    current: Option<&Packed>,
    body: &Map<String, Value>,
    field: Field,
    value: &Value,
) -> Result<String, &'static str> {
    let kind = rules::kind(field);
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => convert(kind, text),
        _ => return Err("INVALID_FORMAT"),
    };
    if field == Field::EmployeeNumber && current.is_some() {
        return if current.map(|row| row.get(0)) == Some(&text) { Ok(text) } else { Err("READ_ONLY") };
    }
    if kind == Kind::Integer || !bench.writable[field as usize] {
        return Err("READ_ONLY");
    }
    if text.is_empty() {
        return if rules::required(field) { Err("REQUIRED") } else { Ok(text) };
    }
    let text = fitted(bench, field, text)?;
    well_formed(bench, current, body, field, &text)?;
    Ok(text)
}

fn fitted(bench: &Bench<'_>, field: Field, text: String) -> Result<String, &'static str> {
    match rules::max_length(field) {
        Some(max) if text.chars().count() > max && bench.truncate && field != Field::EmployeeNumber => {
            Ok(text.chars().take(max).collect())
        }
        Some(max) if text.chars().count() > max => Err("TOO_LONG"),
        _ => Ok(text),
    }
}

fn well_formed(
    bench: &Bench<'_>,
    current: Option<&Packed>,
    body: &Map<String, Value>,
    field: Field,
    text: &str,
) -> Result<(), &'static str> {
    let (good, code) = match rules::kind(field) {
        Kind::Number => {
            (text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')), "INVALID_FORMAT")
        }
        Kind::Kana => (text.chars().all(|c| is_katakana(c) || matches!(c, ' ' | '\u{3000}')), "NOT_KATAKANA"),
        Kind::AddressKana => (text.chars().all(is_address_kana), "NOT_KATAKANA"),
        Kind::Choice(master) => (bench.masters.allows(master, text), "INVALID_CHOICE"),
        Kind::CategoryDetail => {
            let now = current.map_or("正社員", |row| row.get(Field::EmployeeCategory as usize));
            let category = body.get(Field::EmployeeCategory.key()).and_then(Value::as_str).unwrap_or(now);
            (bench.masters.allows_detail(category.trim(), text), "INVALID_CHOICE")
        }
        Kind::Date => (parse_day(text).is_some(), "INVALID_DATE"),
        Kind::PastDate => (parse_day(text).is_some_and(|day| day <= bench.today), "INVALID_DATE"),
        Kind::Email => (is_mail(text), "INVALID_FORMAT"),
        Kind::Phone => (text.chars().all(|c| c.is_ascii_digit() || c == '-'), "INVALID_FORMAT"),
        Kind::PostalCode => (is_postal_code(text), "INVALID_FORMAT"),
        Kind::Prefecture => (PREFECTURES.contains(&text), "INVALID_CHOICE"),
        Kind::Text | Kind::Integer => (true, ""),
    };
    if good { Ok(()) } else { Err(code) }
}

/// A new person is a 正社員 from their 入社年月日 on, unless said.
fn add_defaults(changes: &mut Vec<(usize, String)>) {
    let value_of = |changes: &[(usize, String)], field: Field| {
        changes.iter().find(|(at, _)| *at == field as usize).map(|(_, value)| value.clone())
    };
    let category = value_of(changes, Field::EmployeeCategory).filter(|value| !value.is_empty());
    let since = value_of(changes, Field::EmployeeCategoryFrom).filter(|value| !value.is_empty());
    let hired = value_of(changes, Field::HireDate);
    if category.is_none() {
        changes.push((Field::EmployeeCategory as usize, "正社員".into()));
    }
    if let (None, Some(hired)) = (since, hired) {
        changes.push((Field::EmployeeCategoryFrom as usize, hired));
    }
}

/// The mistake of leaving before coming, if the request would make it.
fn date_order(current: Option<&Packed>, changes: &[(usize, String)]) -> Option<ItemError> {
    let value_of = |field: Field| {
        let sent = changes.iter().find(|(at, _)| *at == field as usize).map(|(_, value)| value.as_str());
        sent.or_else(|| current.map(|row| row.get(field as usize))).unwrap_or("")
    };
    let touched = |field: Field| changes.iter().any(|(at, _)| *at == field as usize);
    if !touched(Field::HireDate) && !touched(Field::RetireDate) {
        return None;
    }
    let (hired, left) = (parse_day(value_of(Field::HireDate))?, parse_day(value_of(Field::RetireDate))?);
    (left < hired).then(|| ItemError::new(Field::RetireDate, "DATE_ORDER", value_of(Field::RetireDate)))
}

/// A day in the service's own spelling.
pub(super) fn parse_day(text: &str) -> Option<NaiveDate> {
    if text.len() != 10 {
        return None;
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn is_katakana(c: char) -> bool {
    ('ァ'..='ヶ').contains(&c) || matches!(c, 'ー' | '・' | 'ヽ' | 'ヾ')
}

fn is_address_kana(c: char) -> bool {
    let wide_digit = ('\u{ff10}'..='\u{ff19}').contains(&c);
    is_katakana(c) || c.is_ascii_digit() || wide_digit || matches!(c, '-' | '\u{ff0d}' | ' ' | '\u{3000}')
}

fn is_mail(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_graphic());
    let parts = text.split_once('@').filter(|(name, host)| !name.is_empty() && !host.contains('@'));
    plain
        && parts
            .is_some_and(|(_, host)| host.split('.').count() > 1 && host.split('.').all(|l| !l.is_empty()))
}

fn is_postal_code(text: &str) -> bool {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    digits(text, 7) || text.split_once('-').is_some_and(|(area, town)| digits(area, 3) && digits(town, 4))
}
