//! Bodies of updates, cut so that none is too large.
//!
//! A field has three states: left out of the list it keeps its value, `None` clears it (`""`, never `null`), `Some` sets it.

use std::iter::Peekable;

use bytes::Bytes;
use serde_json::Value;

use super::Field;
use super::wire::{MEMBER_DATA, Standard};
use crate::sync::Cell;

/// What is written of one member: basic items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberWrite<'a> {
    /// 社員番号.
    pub code: &'a str,
    /// The fields that change. The values of a check box are joined by [`Cell::SEPARATOR`]. 社員番号, 所属 and 兼務情報 are
    /// never written and left out.
    pub fields: Vec<(Field, Option<&'a str>)>,
}

/// What is written of one member in a sheet: in a single-record sheet one record with what changes, in a multi-record sheet all
/// records with all items, for they are replaced as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetWrite<'a> {
    /// 社員番号.
    pub code: &'a str,
    /// The records, each item by its id.
    pub records: Vec<Vec<(u64, Option<&'a str>)>>,
}

/// How large a request may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// People; 20,000.
    pub people: usize,
    /// Bytes; 50 MB. One person larger than this goes alone.
    pub bytes: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        BatchLimits { people: 20_000, bytes: 50_000_000 }
    }
}

/// The body of one update and whom it names.
#[derive(Debug, Clone)]
pub struct Batch {
    /// 社員番号, in the order of the body.
    pub codes: Vec<Box<str>>,
    pub(super) body: Bytes,
}

impl Batch {
    /// The body's size.
    pub fn bytes(&self) -> usize {
        self.body.len()
    }
}

/// The batches of POST and PATCH members, made one by one.
pub fn member_batches<'a, I>(writes: I, limits: BatchLimits) -> Batches<I::IntoIter>
where
    I: IntoIterator<Item = MemberWrite<'a>>,
{
    Batches { writes: writes.into_iter().peekable(), limits, next: None }
}

/// The batches of PATCH of one sheet, made one by one.
pub fn sheet_batches<'a, I>(writes: I, limits: BatchLimits) -> Batches<I::IntoIter>
where
    I: IntoIterator<Item = SheetWrite<'a>>,
{
    Batches { writes: writes.into_iter().peekable(), limits, next: None }
}

/// Makes batches as they are asked for, so that one is in memory at a time.
pub struct Batches<I: Iterator> {
    writes: Peekable<I>,
    limits: BatchLimits,
    /// The person who had no more room in the batch before.
    next: Option<(Box<str>, Vec<u8>)>,
}

impl<I> Iterator for Batches<I>
where
    I: Iterator<Item: Record>,
{
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if self.next.is_none() && self.writes.peek().is_none() {
            return None;
        }
        let mut body = format!("{{\"{MEMBER_DATA}\":[").into_bytes();
        let mut codes = Vec::new();
        while let Some((code, record)) =
            self.next.take().or_else(|| self.writes.next().map(|write| encode(&write)))
        {
            let full = codes.len() >= self.limits.people || body.len() + record.len() + 3 > self.limits.bytes;
            if full && !codes.is_empty() {
                self.next = Some((code, record));
                break;
            }
            if !codes.is_empty() {
                body.push(b',');
            }
            body.extend_from_slice(&record);
            codes.push(code);
        }
        body.extend_from_slice(b"]}");
        Some(Batch { codes, body: body.into() })
    }
}

fn encode(write: &impl Record) -> (Box<str>, Vec<u8>) {
    (write.code().into(), write.json().to_string().into_bytes())
}

/// One element of `member_data`.
pub trait Record {
    /// 社員番号.
    fn code(&self) -> &str;
    /// Its JSON.
    fn json(&self) -> Value;
}

impl Record for MemberWrite<'_> {
    fn code(&self) -> &str {
        self.code
    }

    fn json(&self) -> Value {
        let mut member = serde_json::Map::new();
        member.insert(Standard::Code.key().to_owned(), self.code.into());
        let mut custom = Vec::new();
        for &(field, value) in &self.fields {
            match field {
                Field::Standard(Standard::Code | Standard::Department | Standard::SubDepartments) => {}
                Field::Standard(standard) => {
                    member.insert(standard.key().to_owned(), value.unwrap_or_default().into());
                }
                Field::Custom(id) => custom.push(item(id, value)),
            }
        }
        if !custom.is_empty() {
            member.insert("custom_fields".to_owned(), custom.into());
        }
        member.into()
    }
}

impl Record for SheetWrite<'_> {
    fn code(&self) -> &str {
        self.code
    }

    fn json(&self) -> Value {
        let record = |fields: &Vec<(u64, Option<&str>)>| {
            let fields: Vec<Value> = fields.iter().map(|&(id, value)| item(id, value)).collect();
            serde_json::json!({ "custom_fields": fields })
        };
        let records: Vec<Value> = self.records.iter().map(record).collect();
        serde_json::json!({ "code": self.code, "records": records })
    }
}

fn item(id: u64, value: Option<&str>) -> Value {
    let values: Vec<&str> = value.unwrap_or_default().split(Cell::SEPARATOR).collect();
    serde_json::json!({ "id": id, "values": values })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies<I: Iterator<Item: Record>>(batches: Batches<I>) -> Vec<String> {
        batches.map(|batch| String::from_utf8(batch.body.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_field_is_left_out_cleared_or_set_and_never_null() {
        let write = MemberWrite {
            code: "A0001",
            fields: vec![
                (Field::Standard(Standard::Name), Some("山田\u{3000}太郎")),
                (Field::Standard(Standard::RetiredDate), None),
                (Field::Custom(502), Some("簿記2級\u{1f}衛生管理者")),
                (Field::Custom(501), None),
                (Field::Standard(Standard::Department), Some("D0310")),
            ],
        };
        assert_eq!(
            bodies(member_batches([write], BatchLimits::default())),
            [concat!(
                r#"{"member_data":[{"code":"A0001","custom_fields":[{"id":502,"values":["簿記2級","衛生管理者"]},"#,
                r#"{"id":501,"values":[""]}],"name":"山田　太郎","retired_date":""}]}"#
            )]
        );
    }

    #[test]
    fn a_sheet_has_its_records_in_order() {
        let write =
            SheetWrite { code: "A0001", records: vec![vec![(7, Some("妻"))], vec![(7, Some("子"))]] };
        let none = SheetWrite { code: "A0007", records: Vec::new() };
        assert_eq!(
            bodies(sheet_batches([write, none], BatchLimits::default())),
            [concat!(
                r#"{"member_data":[{"code":"A0001","records":[{"custom_fields":[{"id":7,"values":["妻"]}]},"#,
                r#"{"custom_fields":[{"id":7,"values":["子"]}]}]},{"code":"A0007","records":[]}]}"#
            )]
        );
    }

    #[test]
    fn batches_keep_to_both_limits_and_lose_nobody() {
        let codes: Vec<String> = (0..25).map(|n| format!("{n:04}")).collect();
        let writes = || codes.iter().map(|code| MemberWrite { code, fields: Vec::new() });
        let by_people = BatchLimits { people: 10, bytes: 1 << 20 };
        let sizes: Vec<usize> = member_batches(writes(), by_people).map(|batch| batch.codes.len()).collect();
        assert_eq!(sizes, [10, 10, 5]);
        let by_bytes = BatchLimits { people: 100, bytes: 100 };
        let batches: Vec<Batch> = member_batches(writes(), by_bytes).collect();
        assert!(batches.iter().all(|batch| batch.bytes() <= 100));
        let all: Vec<&str> = batches.iter().flat_map(|batch| &batch.codes).map(|code| &**code).collect();
        assert_eq!(all, codes);
        let tiny = BatchLimits { people: 100, bytes: 1 };
        assert_eq!(member_batches(writes(), tiny).count(), 25, "one too large goes alone");
        assert_eq!(member_batches([], tiny).count(), 0);
    }
}
