//! `POST /employees/batch_create` and `/batch_update` (`reference/mediment.md` §B2, §B4).
//!
//! Records are taken in order, so the second of two with the same number meets the first one.

use serde_json::Value;

use super::body::{self, Record};
use super::check::held;
use super::employee::{Items, id_of, id_text};
use super::field::Field;
use super::ledger::Ledger;
use super::page::Page;
use super::problem::{Problem, done, failed};
use super::refusal::Refusal;
use super::settings::Knobs;

/// How an update says whom it is about.
const ID: (&str, &str) = ("id", "従業員ID");

/// A page of everybody, by ascending id.
pub(super) fn list(ledger: &Ledger, page: Page) -> Value {
    let total = ledger.len();
    let entries = ledger.part(page.range(total)).iter().map(|employee| employee.json().into());
    page.answer("employees", entries.collect(), total)
}

/// Creates those who are right; one result for each record.
pub(super) fn create(
    ledger: &mut Ledger,
    knobs: &Knobs,
    sent: &Value,
    now: i64,
) -> Result<Vec<Value>, Refusal> {
    let records = body::records(sent, "employees", |key| Field::of_key(key).is_some())?;
    let result = |(index, record): (usize, &Record)| match new_items(ledger, knobs, record) {
        Ok(items) => done(index, "created", &id_text(ledger.add(items, now))),
        Err(problems) => failed(index, &problems),
    };
    Ok(records.into_iter().enumerate().map(result).collect())
}

/// Updates those who are right; one result for each record.
pub(super) fn update(
    ledger: &mut Ledger,
    knobs: &Knobs,
    sent: &Value,
    now: i64,
) -> Result<Vec<Value>, Refusal> {
    let known = |key: &str| key == ID.0 || Field::of_key(key).is_some();
    let records = body::records(sent, "employees", known)?;
    let result = |(index, record): (usize, &Record)| match changed_items(ledger, knobs, record) {
        Ok((id, items)) => {
            let status = if ledger.write(id, &items, now) { "updated" } else { "unchanged" };
            done(index, status, &id_text(id))
        }
        Err(problems) => failed(index, &problems),
    };
    Ok(records.into_iter().enumerate().map(result).collect())
}

fn new_items(ledger: &Ledger, knobs: &Knobs, record: &Record) -> Result<Items, Vec<Problem>> {
    let mut items = Items::default();
    let mut problems = write(&mut items, ledger, knobs, record);
    let needed = [Field::LastName, Field::FirstName, Field::Email];
    for field in needed.into_iter().filter(|field| is_required(*field, knobs)) {
        if !record.contains_key(field.key()) {
            problems.push(Problem::required((field.key(), field.item())));
        }
    }
    problems.extend(taken_number(&items, ledger, None));
    if items.identity().is_some_and(|identity| ledger.has_identity(&identity)) {
        let mail = items.get(Field::Email).unwrap_or_default();
        let message = format!("氏名とメールアドレス「{mail}」が同じ従業員が既に登録されています");
        problems.push(Problem::of(Field::Email, "duplicate_name_email", message));
    }
    items.fill_automatic();
    if problems.is_empty() { Ok(items) } else { Err(problems) }
}

fn changed_items(ledger: &Ledger, knobs: &Knobs, record: &Record) -> Result<(u32, Items), Vec<Problem>> {
    let id = record.get(ID.0).filter(|id| !id.is_null()).ok_or_else(|| vec![Problem::required(ID)])?;
    let employee = id.as_str().and_then(id_of).and_then(|id| ledger.get(id));
    let employee = employee.ok_or_else(|| vec![Problem::not_found(ID, id)])?;
    let mut items = employee.items.clone();
    let mut problems = write(&mut items, ledger, knobs, record);
    if record.contains_key(Field::EmployeeNumber.key()) {
        problems.extend(taken_number(&items, ledger, Some(employee.id)));
    }
    if problems.is_empty() { Ok((employee.id, items)) } else { Err(problems) }
}

/// Writes what the record names; what is wrong with it.
fn write(items: &mut Items, ledger: &Ledger, knobs: &Knobs, record: &Record) -> Vec<Problem> {
    let mut problems = Vec::new();
    for field in Field::ALL {
        let Some(sent) = record.get(field.key()) else { continue };
        match held(field, sent, knobs, ledger) {
            Ok(None) if is_required(field, knobs) => {
                problems.push(Problem::required((field.key(), field.item())));
            }
            Ok(held) => items.set(field, held),
            Err(problem) => problems.push(problem),
        }
    }
    problems
}

fn is_required(field: Field, knobs: &Knobs) -> bool {
    match field {
        Field::LastName | Field::FirstName => true,
        Field::Email => knobs.require_email,
        _ => false,
    }
}

fn taken_number(items: &Items, ledger: &Ledger, own: Option<u32>) -> Option<Problem> {
    let number = items.get(Field::EmployeeNumber)?;
    let taken = ledger.with_number(number).iter().any(|holder| Some(*holder) != own);
    taken.then(|| {
        let message = format!("社員番号「{number}」は既に使用されています");
        Problem::of(Field::EmployeeNumber, "duplicate_employee_number", message)
    })
}
