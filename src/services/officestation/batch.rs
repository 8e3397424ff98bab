//! Bodies of the batch upsert, and what its answer says of each person (`reference/officestation-api.md` §4.7).
//!
//! An item has three states: left out it keeps its value, `None` clears it (`""`), `Some` sets it. A batch is named by its run and
//! its content, so that the service answers a repeated one with its first answer.

use std::collections::HashMap;
use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::wire;

/// The most people of a batch.
pub const BATCH: usize = wire::PER_BATCH;

/// What is written of one employee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeWrite<'a> {
    /// 従業員番号. Whoever has none of this number is created.
    pub number: &'a str,
    /// The items that change, by name. One that the service doesn't know is left out, as is 従業員番号.
    pub items: Vec<(&'a str, Option<&'a str>)>,
}

/// The body of one batch and whom it names.
#[derive(Debug, Clone)]
pub struct Batch {
    /// 従業員番号, in the order of the body.
    pub numbers: Vec<Box<str>>,
    pub(super) body: Bytes,
}

/// What became of one person of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upserted {
    /// The service holds what was sent.
    Accepted,
    /// The service refused the person for these items, by name; those that it named by no known key are left out.
    Refused(Vec<&'static str>),
}

impl Batch {
    /// A batch of these people, at most [`BATCH`], for a run.
    pub fn new<'a>(run: &str, writes: impl IntoIterator<Item = EmployeeWrite<'a>>) -> Self {
        let mut numbers = Vec::new();
        let mut items = Vec::new();
        for write in writes {
            numbers.push(write.number.into());
            items.push(employee(&write));
        }
        let items = Value::from(items);
        let mut key = format!("{run}-");
        for byte in &Sha256::digest(items.to_string())[..8] {
            write!(key, "{byte:02x}").expect("writing to a string can't fail");
        }
        let body = serde_json::json!({ wire::batch::KEY: key, wire::batch::ITEMS: items });
        Batch { numbers, body: body.to_string().into() }
    }
}

fn employee(write: &EmployeeWrite<'_>) -> Value {
    let mut employee = Map::new();
    let items = write.items.iter().filter_map(|(item, value)| Some((wire::own_key(item)?, value)));
    for (key, value) in items {
        employee.insert(key.to_owned(), value.unwrap_or_default().into());
    }
    employee.insert(wire::record::EMPLOYEE_NUMBER.to_owned(), write.number.into());
    employee.into()
}

/// What became of everybody, in the batch's order. `None` if the answer doesn't name exactly those who were sent.
pub(super) fn results(batch: &Batch, answer: wire::BatchAnswer) -> Option<Vec<Upserted>> {
    let count = answer.results.len();
    let mut results = HashMap::with_capacity(count);
    for result in answer.results {
        let upserted = match result.result.as_str() {
            wire::batch::CREATED | wire::batch::UPDATED | wire::batch::UNCHANGED => Upserted::Accepted,
            wire::batch::ERROR => Upserted::Refused(wire::items_of(result.errors.as_deref())),
            _ => return None,
        };
        results.insert(result.employee_number, upserted);
    }
    if count != batch.numbers.len() {
        return None;
    }
    batch.numbers.iter().map(|number| results.remove(&**number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(batch: &Batch) -> String {
        String::from_utf8(batch.body.to_vec()).unwrap()
    }

    fn write<'a>(number: &'a str, items: &[(&'a str, Option<&'a str>)]) -> EmployeeWrite<'a> {
        EmployeeWrite { number, items: items.to_vec() }
    }

    #[test]
    fn an_item_is_left_out_cleared_or_set_and_the_key_names_run_and_content() {
        let items = [("メールアドレス", Some("a@example.jp")), ("電話番号", None), ("血液型", Some("A"))];
        let batch = Batch::new("1-0", [write("A0001", &items)]);
        let text = body(&batch);
        assert!(
            text.ends_with(
                r#""items":[{"email":"a@example.jp","employeeNumber":"A0001","phoneNumber":""}]}"#
            ),
            "{text}"
        );
        let key = |batch: &Batch| {
            let value: Value = serde_json::from_slice(&batch.body).unwrap();
            value["idempotencyKey"].as_str().unwrap().to_owned()
        };
        let (run, hash) =
            key(&batch).rsplit_once('-').map(|(run, hash)| (run.to_owned(), hash.to_owned())).unwrap();
        assert_eq!((run.as_str(), hash.len()), ("1-0", 16));
        assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(key(&batch), key(&Batch::new("1-0", [write("A0001", &items)])), "the same content");
        assert_ne!(key(&batch), key(&Batch::new("1-0", [write("A0001", &items[..1])])), "another content");
        assert_ne!(key(&batch), key(&Batch::new("2-0", [write("A0001", &items)])), "another run");
    }

    #[test]
    fn an_answer_names_exactly_those_who_were_sent() {
        let batch = Batch::new("1-0", [write("A1", &[]), write("A2", &[])]);
        let answered = |json: &str| results(&batch, serde_json::from_str(json).unwrap());
        let both = r#"{"results":[{"employeeNumber":"A2","result":"error","errors":[
            {"item":"gender","label":"性別","code":"INVALID_CHOICE","message":"山田"},{"item":"山田"},{"item":"gender"}]},
            {"employeeNumber":"A1","result":"updated"}]}"#;
        assert_eq!(answered(both), Some(vec![Upserted::Accepted, Upserted::Refused(vec!["性別"])]));
        for wrong in [
            r#"{"results":[{"employeeNumber":"A1","result":"updated"}]}"#,
            r#"{"results":[{"employeeNumber":"A1","result":"updated"},{"employeeNumber":"A3","result":"updated"}]}"#,
            r#"{"results":[{"employeeNumber":"A1","result":"updated"},{"employeeNumber":"A1","result":"updated"}]}"#,
            r#"{"results":[{"employeeNumber":"A1","result":"updated"},{"employeeNumber":"A2","result":"deleted"}]}"#,
        ] {
            assert_eq!(answered(wrong), None, "{wrong}");
        }
    }
}
