//! Bodies of the batches, and what their answers say of each record (`reference/mediment.md` B2 to B4).
//!
//! An item has three states: left out it keeps its value, `None` empties it (`null`), `Some` sets it.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::wire::{self, Item, page, status};
use crate::job::Month;

/// The most records of a batch.
pub const BATCH: usize = wire::PER_BATCH;

/// What is written of one record: items by their names on the screens, each once. Values are as [`Rest`](super::Rest)
/// reads them: dates `YYYY-MM-DD`, 性別 男性, 女性 or その他, durations in minutes (`9600`), days with a decimal (`19.5`).
pub type Items<'a> = Vec<(&'a str, Option<&'a str>)>;

/// Whose attendance it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// By 社員番号.
    Number(&'a str),
    /// By the record's id, for people without 社員番号.
    Id(&'a str),
}

/// The body of one request that writes: at most [`BATCH`] records. It knows where it goes.
#[derive(Debug, Clone)]
pub struct Batch {
    pub(super) kind: Kind,
    pub(super) count: usize,
    pub(super) body: Bytes,
}

/// Which request a batch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Create,
    Update,
    Attendances(Month),
}

/// What became of one record of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The service holds what was sent.
    Accepted {
        /// The employee's id, where the service says it.
        id: Option<Box<str>>,
    },
    /// The service refused the record.
    Refused(Vec<Refusal>),
}

/// One complaint about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The code of `reference/mediment.md` B4, or `unknown`.
    pub code: &'static str,
    /// The item, where the service named one that is known.
    pub item: Option<&'static str>,
}

impl Batch {
    /// New employees.
    pub fn create<'a>(employees: impl IntoIterator<Item = Items<'a>>) -> Self {
        let records = employees.into_iter().map(|items| record(&wire::EMPLOYEE, &items));
        Self::new(Kind::Create, records)
    }

    /// Changes of employees, each by the record's id.
    pub fn update<'a>(employees: impl IntoIterator<Item = (&'a str, Items<'a>)>) -> Self {
        let records = employees.into_iter().map(|(id, items)| {
            let mut record = record(&wire::EMPLOYEE, &items);
            record.insert(wire::ID.to_owned(), id.into());
            record
        });
        Self::new(Kind::Update, records)
    }

    /// Changes of a month's attendance.
    pub fn attendances<'a>(month: Month, people: impl IntoIterator<Item = (Whose<'a>, Items<'a>)>) -> Self {
        let records = people.into_iter().map(|(whose, items)| {
            let mut record = record(&wire::ATTENDANCE, &items);
            let (key, value) = match whose {
                Whose::Number(number) => (wire::EMPLOYEE_NUMBER, number),
                Whose::Id(id) => (wire::EMPLOYEE_ID, id),
            };
            record.insert(key.to_owned(), value.into());
            record
        });
        Self::new(Kind::Attendances(month), records)
    }

    fn new(kind: Kind, records: impl Iterator<Item = Map<String, Value>>) -> Self {
        let records: Vec<Value> = records.map(Value::from).collect();
        let count = records.len();
        debug_assert!(count <= BATCH, "{count} records in a batch");
        let key = match kind {
            Kind::Create | Kind::Update => page::EMPLOYEES,
            Kind::Attendances(_) => page::RECORDS,
        };
        Batch { kind, count, body: serde_json::json!({ key: records }).to_string().into() }
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

fn record(table: &[Item], items: &Items<'_>) -> Map<String, Value> {
    let mut record = Map::new();
    for (item, value) in items {
        let Some((key, _, form)) = table.iter().find(|(_, name, _)| name == item) else {
            // Items are not configured: the flow's own table names another one than the wire's.
            debug_assert!(false, "mediment has no item {item}");
            continue;
        };
        record.insert((*key).to_owned(), value.map_or(Value::Null, |value| form.json(value)));
    }
    record
}

/// What became of everybody, in the batch's order. `None` if the answer doesn't say it of exactly those who were sent.
pub(super) fn results(count: usize, answer: wire::BatchAnswer) -> Option<Vec<Written>> {
    if answer.results.len() != count {
        return None;
    }
    let mut results: Vec<Option<Written>> = vec![None; count];
    for result in answer.results {
        let place = results.get_mut(result.index).filter(|place| place.is_none())?;
        *place = Some(match result.status.as_str() {
            status::CREATED | status::UPDATED | status::UNCHANGED => {
                Written::Accepted { id: result.id.filter(|id| !id.is_empty()).map(Into::into) }
            }
            status::ERROR => {
                let errors = result.errors.iter().flatten();
                Written::Refused(errors.map(|of| Refusal { code: of.code(), item: of.item() }).collect())
            }
            _ => return None,
        });
    }
    results.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(batch: &Batch) -> &str {
        std::str::from_utf8(&batch.body).unwrap()
    }

    #[test]
    fn an_item_is_left_out_emptied_or_set() {
        let new =
            Batch::create([vec![("社員番号", Some("A0001")), ("姓", Some("山田")), ("性別", Some("女性"))]]);
        assert_eq!(
            body(&new),
            r#"{"employees":[{"employee_number":"A0001","gender":"female","last_name":"山田"}]}"#
        );
        let changed = Batch::update([
            ("emp_000123", vec![("退職日", None), ("入社日", Some("2020-04-01"))]),
            ("emp_000124", vec![("所属部署1", Some("営業部"))]),
        ]);
        assert_eq!(
            body(&changed),
            concat!(
                r#"{"employees":[{"hired_on":"2020-04-01","id":"emp_000123","retired_on":null},"#,
                r#"{"department1":"営業部","id":"emp_000124"}]}"#
            )
        );
        assert_eq!((new.len(), changed.len(), changed.is_empty()), (1, 2, false));
    }

    #[test]
    fn the_references_row_of_attendance_is_made() {
        let values = ["29.0", "0.0", "1.0", "0.0", "1560", "60", "0", "900", "660", "600", "120", "0.0"];
        let items = || wire::ATTENDANCE_ITEMS.into_iter().zip(values.map(Some)).collect();
        let batch = Batch::attendances(
            "2026-05".parse().unwrap(),
            [(Whose::Number("A0001"), items()), (Whose::Id("emp_000123"), vec![("実働日数", None)])],
        );
        let sent: Value = serde_json::from_str(body(&batch)).unwrap();
        let expected = r#"{"employee_number":"A0001","working_days":"29.0","absence_count":"0.0","late_count":"1.0",
            "early_leave_count":"0.0","actual_minutes":1560,"late_minutes":60,"early_leave_minutes":0,"scheduled_minutes":900,
            "outside_scheduled_minutes":660,"outside_statutory_minutes":600,"night_minutes":120,"paid_leave_days":"0.0"}"#;
        assert_eq!(sent["records"][0], serde_json::from_str::<Value>(expected).unwrap());
        assert_eq!(
            sent["records"][1],
            serde_json::json!({"employee_id": "emp_000123", "working_days": null})
        );
    }

    #[cfg(debug_assertions)]
    #[test]
    #[should_panic(expected = "mediment has no item ストレスチェック対象者")]
    fn an_item_that_is_mediments_own_cannot_be_sent() {
        Batch::create([vec![("ストレスチェック対象者", Some("対象外"))]]);
    }

    #[test]
    fn an_answer_is_about_exactly_those_who_were_sent() {
        let answered = |count, json: &str| results(count, serde_json::from_str(json).unwrap());
        let both = r#"{"results":[
            {"index":1,"status":"error","errors":[{"field":"email","item":"メールアドレス","code":"invalid_format",
                "message":"山田"},{"field":"山田","item":"山田","code":"山田"}]},
            {"index":0,"status":"created","id":"emp_000124"}]}"#;
        let refusals = vec![
            Refusal { code: "invalid_format", item: Some("メールアドレス") },
            Refusal { code: "unknown", item: None },
        ];
        let accepted = Written::Accepted { id: Some("emp_000124".into()) };
        assert_eq!(answered(2, both), Some(vec![accepted, Written::Refused(refusals)]));
        assert_eq!(answered(0, r#"{"results":[]}"#), Some(Vec::new()));
        for wrong in [
            r#"{"results":[{"index":0,"status":"updated"}]}"#,
            r#"{"results":[{"index":0,"status":"updated"},{"index":0,"status":"updated"}]}"#,
            r#"{"results":[{"index":0,"status":"updated"},{"index":2,"status":"updated"}]}"#,
            r#"{"results":[{"index":0,"status":"updated"},{"index":1,"status":"deleted"}]}"#,
            r#"{"results":[{"index":0,"status":"updated"},{"index":1,"status":"unchanged"},{"index":1,"status":"error"}]}"#,
        ] {
            assert_eq!(answered(2, wrong), None, "{wrong}");
        }
    }
}
