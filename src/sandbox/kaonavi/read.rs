//! The answers of `GET /members` and `GET /sheets/{id}` (`reference/kaonavi-api.md` §4.2, §5.1).
//!
//! They hold everybody, in order of the code, and are written straight into bytes, piece by piece from a
//! snapshot, so that neither a lock nor the whole text is held while 100,000 members go out.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};

use super::departments;
use super::layout::{Field, Sheet};
use super::people::{Member, People};
use super::record::Record;
use super::standard;
use super::store::View;

/// A piece is handed on as soon as it has grown past this many bytes.
const PIECE: usize = 128 * 1024;

/// Writes one member; `false` if the member is not in the list at all.
type Write = Box<dyn Fn(&mut Vec<u8>, &str, &Member) -> bool + Send>;

/// An answer in pieces.
pub(super) struct Pieces {
    people: Arc<People>,
    write: Write,
    /// What comes before the first member; taken by the first piece.
    head: Option<Vec<u8>>,
    last: Option<Arc<str>>,
    first: bool,
    finished: bool,
}

impl Pieces {
    /// Whether the piece taken last was the end.
    pub(super) fn finished(&self) -> bool {
        self.finished
    }
}

impl Iterator for Pieces {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.finished {
            return None;
        }
        let mut out = self.head.take().unwrap_or_default();
        let after = self.last.take();
        let from = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        for (code, member) in self.people.range::<Arc<str>, _>((from, Bound::Unbounded)) {
            let start = out.len();
            if !self.first {
                out.push(b',');
            }
            if (self.write)(&mut out, code, member) {
                self.first = false;
            } else {
                out.truncate(start);
            }
            if out.len() >= PIECE {
                self.last = Some(Arc::clone(code));
                return Some(out);
            }
        }
        out.extend_from_slice(b"]}");
        self.finished = true;
        Some(out)
    }
}

/// The answer of `GET /members`.
pub(super) fn members(view: &View) -> Pieces {
    let mut head = b"{\"updated_at\":".to_vec();
    push(&mut head, &view.updated_at);
    head.extend_from_slice(b",\"member_data\":[");
    let writer = MemberWriter::new(view);
    pieces(view, head, Box::new(move |out, code, member| writer.write(out, code, member)))
}

/// The answer of `GET /sheets/{id}`.
pub(super) fn sheet(view: &View, sheet: &Sheet) -> Pieces {
    let about = json!({
        "id": sheet.id,
        "name": sheet.name,
        "record_type": sheet.records.wire(),
        "updated_at": view.updated_at,
    });
    let mut head = about.to_string().into_bytes();
    head.pop();
    head.extend_from_slice(b",\"member_data\":[");
    let names = Names::of(&sheet.fields);
    let id = sheet.id;
    let write = move |out: &mut Vec<u8>, code: &str, member: &Member| {
        let records = member.records(id);
        out.extend_from_slice(b"{\"code\":");
        push(out, code);
        out.extend_from_slice(b",\"records\":[");
        for (place, record) in records.iter().enumerate() {
            out.extend_from_slice(if place == 0 { b"" } else { b"," });
            out.extend_from_slice(b"{\"custom_fields\":[");
            names.write(out, record, None);
            out.extend_from_slice(b"]}");
        }
        out.extend_from_slice(b"]}");
        !records.is_empty()
    };
    pieces(view, head, Box::new(write))
}

fn pieces(view: &View, head: Vec<u8>, write: Write) -> Pieces {
    Pieces {
        people: Arc::clone(&view.people),
        write,
        head: Some(head),
        last: None,
        first: true,
        finished: false,
    }
}

/// Writes members; holds what is the same for all of them.
struct MemberWriter {
    /// Keys of the standard text items that the layout has, with the id of their value.
    keys: Vec<(&'static str, u32)>,
    departments: Vec<Vec<u8>>,
    has_department: bool,
    has_sub_departments: bool,
    names: Names,
    /// The calculated item, shown with `years_of_service`.
    calculated: Option<u32>,
    today: NaiveDate,
}

impl MemberWriter {
    fn new(view: &View) -> Self {
        let text = |key: &&str| !["code", "department", "sub_departments"].contains(key);
        let has = |key: &str| view.layout.standard(key).is_some();
        let keys = standard::KEYS.into_iter().filter(text).filter(|key| has(key));
        Self {
            keys: keys.filter_map(|key| Some((key, standard::key_id(key)?))).collect(),
            departments: departments::all().map(|one| one.json().to_string().into_bytes()).collect(),
            has_department: has("department"),
            has_sub_departments: has("sub_departments"),
            names: Names::of(&view.layout.custom),
            calculated: view.layout.custom.iter().find(|field| field.kind.read_only()).map(|field| field.id),
            today: view.today,
        }
    }

    fn write(&self, out: &mut Vec<u8>, code: &str, member: &Member) -> bool {
        out.extend_from_slice(b"{\"id\":");
        push(out, &member.id);
        out.extend_from_slice(b",\"code\":");
        push(out, code);
        let (mut birthday, mut entered, mut retired) = (None, None, None);
        for (key, id) in &self.keys {
            let value = member.basic.text(*id);
            out.extend_from_slice(b",\"");
            out.extend_from_slice(key.as_bytes());
            out.extend_from_slice(b"\":");
            push(out, value);
            match *key {
                "birthday" => birthday = day(value),
                "entered_date" => entered = day(value),
                "retired_date" => retired = day(value),
                _ => {}
            }
        }
        let until = retired.map_or(self.today, |day| day.min(self.today));
        let service = entered.map_or_else(String::new, |from| years_and_months(from, until));
        out.extend_from_slice(b",\"age\":");
        push(out, &birthday.map(|from| months_between(from, self.today) / 12));
        out.extend_from_slice(b",\"years_of_service\":");
        push(out, &service);
        self.write_departments(out, member);
        out.extend_from_slice(b",\"face_image\":null,\"custom_fields\":[");
        let calculated = self.calculated.filter(|_| !service.is_empty());
        self.names.write(out, &member.custom, calculated.map(|id| (id, service.as_str())));
        out.extend_from_slice(b"]}");
        true
    }

    fn write_departments(&self, out: &mut Vec<u8>, member: &Member) {
        if self.has_department {
            out.extend_from_slice(b",\"department\":");
            match member.department {
                Some(one) => out.extend_from_slice(&self.departments[one.place()]),
                None => out.extend_from_slice(b"null"),
            }
        }
        if self.has_sub_departments {
            out.extend_from_slice(b",\"sub_departments\":[");
            for (place, one) in member.sub_departments.iter().enumerate() {
                out.extend_from_slice(if place == 0 { b"" } else { b"," });
                out.extend_from_slice(&self.departments[one.place()]);
            }
            out.push(b']');
        }
    }
}

/// The beginning of each custom field's entry, `{"id":501,"name":"等級","values":`.
struct Names(BTreeMap<u32, Vec<u8>>);

impl Names {
    fn of(fields: &[Field]) -> Self {
        let starts = fields.iter().map(|field| {
            let mut start = format!("{{\"id\":{},\"name\":", field.id).into_bytes();
            push(&mut start, field.name.as_ref());
            start.extend_from_slice(b",\"values\":");
            (field.id, start)
        });
        Self(starts.collect())
    }

    /// Writes the items that have a value and are still in the layout, and then the calculated one.
    fn write(&self, out: &mut Vec<u8>, record: &Record, calculated: Option<(u32, &str)>) {
        let mut first = true;
        for (id, values) in record.items() {
            let Some(start) = self.0.get(&id) else { continue };
            out.extend_from_slice(if first { b"" } else { b"," });
            first = false;
            out.extend_from_slice(start);
            out.push(b'[');
            for (place, value) in values.enumerate() {
                out.extend_from_slice(if place == 0 { b"" } else { b"," });
                push(out, value);
            }
            out.extend_from_slice(b"]}");
        }
        if let Some((id, value)) = calculated
            && let Some(start) = self.0.get(&id)
        {
            out.extend_from_slice(if first { b"" } else { b"," });
            out.extend_from_slice(start);
            push(out, &[value]);
            out.push(b'}');
        }
    }
}

/// The state of one member or of all, by item names, for assertions in tests.
pub(super) fn by_names(view: &View, code: Option<&str>) -> Value {
    match code {
        Some(code) => view.people.get(code).map_or(Value::Null, |member| one_by_names(view, code, member)),
        None => view.people.iter().map(|(code, member)| one_by_names(view, code, member)).collect(),
    }
}

fn one_by_names(view: &View, code: &str, member: &Member) -> Value {
    let mut basic = named_values(&view.layout.custom, &member.custom);
    for field in &view.layout.standard {
        let value = match field.key {
            "code" => json!(code),
            "department" => json!(member.department.map_or("", departments::DepartmentId::code)),
            "sub_departments" => member.sub_departments.iter().map(|one| one.code()).collect(),
            _ => json!(member.basic.text(field.id)),
        };
        basic.insert(field.name.to_string(), value);
    }
    let mut object = serde_json::Map::new();
    object.insert("code".into(), json!(code));
    object.insert(super::layout::BASIC.into(), Value::Object(basic));
    for sheet in &view.layout.sheets {
        let mut records = member.records(sheet.id).iter().map(|one| named_values(&sheet.fields, one));
        let value = match sheet.records {
            super::layout::Records::Single => Value::Object(records.next().unwrap_or_default()),
            super::layout::Records::Multiple => records.map(Value::Object).collect(),
        };
        object.insert(sheet.name.to_string(), value);
    }
    Value::Object(object)
}

fn named_values(fields: &[Field], record: &Record) -> serde_json::Map<String, Value> {
    let named = fields.iter().filter_map(|field| {
        let values: Vec<&str> = record.get(field.id)?.collect();
        let value = match values.as_slice() {
            [one] if field.kind != super::layout::Kind::CheckBox => json!(one),
            many => json!(many),
        };
        Some((field.name.to_string(), value))
    });
    named.collect()
}

fn push<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("texts and numbers can always be written into memory");
}

fn day(text: &str) -> Option<NaiveDate> {
    if text.is_empty() { None } else { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() }
}

/// Whole months from one day to a later one, 0 if it is not later.
fn months_between(from: NaiveDate, to: NaiveDate) -> i32 {
    let month = |day: NaiveDate| day.year() * 12 + day.month0().cast_signed();
    let started = i32::from(to.day() < from.day());
    (month(to) - month(from) - started).max(0)
}

/// The form of `years_of_service`.
fn years_and_months(from: NaiveDate, to: NaiveDate) -> String {
    let months = months_between(from, to);
    format!("{}年{}ヵ月", months / 12, months % 12)
}

#[cfg(test)]
mod tests {
    use super::super::{Seed, SeedMember, Store};
    use super::*;
    use crate::sandbox::clock::Clock;

    fn on(text: &str) -> NaiveDate {
        day(text).expect("a date")
    }

    #[test]
    fn service_is_counted_in_whole_months() {
        assert_eq!(years_and_months(on("2012-04-01"), on("2026-03-02")), "13年11ヵ月");
        assert_eq!(years_and_months(on("2012-04-02"), on("2026-04-01")), "13年11ヵ月");
        assert_eq!(years_and_months(on("2026-12-01"), on("2026-11-21")), "0年0ヵ月");
    }

    #[test]
    fn a_list_shows_one_moment_even_if_people_change_while_it_goes_out() {
        let members =
            (0..5_000).map(|number| SeedMember { code: format!("P{number}"), ..SeedMember::default() });
        let seed = Seed { members: members.collect() };
        let store = Store::new("key".into(), "secret".into(), seed, Clock::starting(None));
        let mut list = super::members(&store.view());
        let mut text = list.next().expect("it has a first piece");
        assert!(!list.finished(), "one piece would prove nothing");
        let order = json!({ "delete": (0..5_000).map(|number| format!("P{number}")).collect::<Vec<_>>() });
        assert_eq!(store.apply_control(&order), Ok(5_000));
        text.extend(list.flatten());
        let body: Value = serde_json::from_slice(&text).expect("the pieces make one JSON text");
        assert_eq!(body["member_data"].as_array().map(Vec::len), Some(5_000));
        assert_eq!(store.read(None), json!([]));
    }

    #[test]
    fn age_changes_on_the_birthday() {
        assert_eq!(months_between(on("1989-11-20"), on("2026-11-19")) / 12, 36);
        assert_eq!(months_between(on("1989-11-20"), on("2026-11-20")) / 12, 37);
    }
}
