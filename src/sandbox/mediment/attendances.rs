//! `GET` and `PUT /attendances/{year-month}` (`reference/mediment.md` §B3, §B4).

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::body::{self, Record};
use super::employee::{id_of, id_text};
use super::field::Field;
use super::item::{ITEMS, Item, Kind, Row, place, tenths};
use super::ledger::Ledger;
use super::page::Page;
use super::problem::{Problem, done, failed, quoted};
use super::refusal::Refusal;
use super::settings::Knobs;
use crate::sandbox::people::clinic::Month;

/// How a record says whom it is about, beside 社員番号.
const EMPLOYEE_ID: (&str, &str) = ("employee_id", "従業員ID");
/// What a record's month is called.
const YEAR_MONTH: (&str, &str) = ("year_month", "対象の年月");

/// The month of a path.
pub(super) fn month_of(text: &str) -> Result<Month, Refusal> {
    Month::parse(text).ok_or_else(|| Refusal::parameter(YEAR_MONTH.0))
}

/// A page of the month's rows, by ascending id of the employee.
pub(super) fn list(ledger: &mut Ledger, month: Month, page: Page) -> Value {
    let rows = ledger.rows(month);
    let total = rows.len();
    let places = page.range(total);
    let part: Vec<(u32, Row)> =
        rows.iter().skip(places.start).take(places.len()).map(|(id, row)| (*id, row.clone())).collect();
    let entries = part.into_iter().map(|(id, row)| shown(ledger, id, &row).into()).collect();
    page.answer("records", entries, total)
}

/// A row as it is listed, with whom it is about.
pub(super) fn shown(ledger: &Ledger, id: u32, row: &Row) -> Map<String, Value> {
    let mut shown = row.json();
    let number = ledger.get(id).and_then(|employee| employee.items.get(Field::EmployeeNumber));
    shown.insert(EMPLOYEE_ID.0.into(), json!(id_text(id)));
    shown.insert(Field::EmployeeNumber.key().into(), json!(number));
    shown
}

/// Writes the records that are right; one result for each. Items that a record does not name keep what they hold.
pub(super) fn put(
    ledger: &mut Ledger,
    knobs: &Knobs,
    (month, today): (Month, NaiveDate),
    sent: &Value,
) -> Result<Vec<Value>, Refusal> {
    let known =
        |key: &str| key == EMPLOYEE_ID.0 || key == Field::EmployeeNumber.key() || place(key).is_some();
    let records = body::records(sent, "records", known)?;
    let result = |(index, record): (usize, &Record)| {
        if month > Month::of(today) {
            let message = format!("対象の年月「{month}」は登録できません");
            return failed(index, &[Problem::new(YEAR_MONTH, "invalid_year_month", message)]);
        }
        match checked(ledger, knobs, record) {
            Ok((id, values)) => done(index, write(ledger, month, id, &values), &id_text(id)),
            Err(problems) => failed(index, &problems),
        }
    };
    Ok(records.into_iter().enumerate().map(result).collect())
}

/// Values by their places in a row.
type Values = Vec<(usize, Option<i32>)>;

fn write(ledger: &mut Ledger, month: Month, id: u32, values: &Values) -> &'static str {
    let is_new = !ledger.rows(month).contains_key(&id);
    let row = ledger.row_mut(month, id);
    let before: Row = row.clone();
    for (place, value) in values {
        row.0[*place] = *value;
    }
    match (is_new, *row == before) {
        (true, _) => "created",
        (false, true) => "unchanged",
        (false, false) => "updated",
    }
}

fn checked(ledger: &Ledger, knobs: &Knobs, record: &Record) -> Result<(u32, Values), Vec<Problem>> {
    let id = employee(ledger, record).map_err(|problem| vec![problem])?;
    let (mut values, mut problems) = (Values::new(), Vec::new());
    for (place, item) in ITEMS.iter().enumerate() {
        let Some(sent) = record.get(item.key) else { continue };
        match value(item, sent, knobs) {
            Ok(value) => values.push((place, value)),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok((id, values)) } else { Err(problems) }
}

/// Whom a record is about. Number and id that disagree are nobody's.
fn employee(ledger: &Ledger, record: &Record) -> Result<u32, Problem> {
    let number_names = (Field::EmployeeNumber.key(), Field::EmployeeNumber.item());
    let given = |key: &str| record.get(key).filter(|value| !value.is_null() && *value != "");
    let by_id = given(EMPLOYEE_ID.0)
        .map(|sent| {
            let id = sent.as_str().ok_or_else(|| Problem::format(EMPLOYEE_ID, sent))?;
            let known = id_of(id).filter(|id| ledger.get(*id).is_some());
            known.ok_or_else(|| Problem::not_found(EMPLOYEE_ID, sent))
        })
        .transpose()?;
    let Some(sent) = given(number_names.0) else {
        return by_id.ok_or_else(|| Problem::required(number_names));
    };
    let number = sent.as_str().ok_or_else(|| Problem::format(number_names, sent))?;
    let holders = ledger.with_number(number);
    let holder = match by_id {
        Some(id) => holders.iter().find(|holder| **holder == id),
        None => holders.first(),
    };
    holder.copied().ok_or_else(|| Problem::not_found(number_names, sent))
}

fn value(item: &Item, sent: &Value, knobs: &Knobs) -> Result<Option<i32>, Problem> {
    let names = (item.key, item.name);
    if sent.is_null() {
        return Ok(None);
    }
    let read = match item.kind {
        Kind::Minutes => sent.as_i64().and_then(|minutes| i32::try_from(minutes).ok()),
        Kind::Days | Kind::Times => sent.as_str().and_then(tenths),
    };
    let read = read.ok_or_else(|| Problem::format(names, sent))?;
    if read < 0 || sent.as_str().is_some_and(|text| text.starts_with('-')) {
        let message = format!("{}「{}」に負の値は登録できません", item.name, quoted(sent));
        return Err(Problem::new(names, "negative_value", message));
    }
    if item.kind == Kind::Times && knobs.integer_counts && read % 10 != 0 {
        return Err(Problem::format(names, sent));
    }
    Ok(Some(read))
}
