//! One employee of a ledger and how the service shows one (`reference/officestation-api.md` §4.5, §4.6).

use std::io::Write as _;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde_json::Value;

use super::packed::Packed;
use super::rules::{self, Kind};
use super::validate::parse_day;
use crate::sandbox::people::{DependentField, Field, Person};

/// What the service calls the states of a person (`officestation-kaonavi-link.md` §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Status {
    Expected,
    Active,
    Retired,
}

impl Status {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

/// An instant as the ledger keeps it: seconds since 1970.
pub(super) type Seconds = i64;

/// One dependant.
#[derive(Clone, Debug)]
pub(super) struct DependentRow {
    pub(super) id: u32,
    pub(super) updated: Seconds,
    /// In the order of [`DependentField::ALL`].
    pub(super) values: Packed,
}

/// One employee with the dependants.
#[derive(Clone, Debug)]
pub(super) struct Employee {
    pub(super) id: u32,
    pub(super) version: u32,
    pub(super) created: Seconds,
    pub(super) updated: Seconds,
    hire: Option<NaiveDate>,
    retire: Option<NaiveDate>,
    values: Packed,
    pub(super) dependents: Box<[DependentRow]>,
    /// `customItems` as JSON.
    pub(super) custom: Option<Box<str>>,
}

impl Employee {
    /// An employee with these values and no dependants.
    pub(super) fn new(id: u32, values: Packed, now: Seconds) -> Self {
        let mut employee = Self {
            id,
            version: 1,
            created: now,
            updated: now,
            hire: None,
            retire: None,
            values,
            dependents: Box::default(),
            custom: None,
        };
        employee.read_dates();
        employee
    }

    /// The employee of a generated person; `next_dependent` counts the dependants of the ledger.
    pub(super) fn of(person: Person, id: u32, now: Seconds, next_dependent: &mut u32) -> Self {
        let mut employee = Self::new(id, Packed::new(person.values()), now);
        employee.custom = person.custom_items.map(Into::into);
        let rows = person.dependents.into_iter().map(|dependent| {
            *next_dependent += 1;
            let values = Packed::new(&dependent.into_values());
            DependentRow { id: *next_dependent, updated: now, values }
        });
        employee.dependents = rows.collect();
        employee
    }

    pub(super) fn number(&self) -> &str {
        self.values.get(Field::EmployeeNumber as usize)
    }

    pub(super) fn values(&self) -> &Packed {
        &self.values
    }

    /// Writes values; says whether anything became different.
    pub(super) fn write(&mut self, changes: &[(usize, String)], now: Seconds) -> bool {
        let values = self.values.with(changes);
        if values == self.values {
            return false;
        }
        self.values = values;
        self.read_dates();
        self.touch(now);
        true
    }

    /// Marks the employee as changed.
    pub(super) fn touch(&mut self, now: Seconds) {
        self.version += 1;
        self.updated = now;
    }

    /// 退職者 first, then 入社予定者, else 現職者; both days themselves count as 現職者.
    pub(super) fn status(&self, day: NaiveDate) -> Status {
        if self.retire.is_some_and(|retire| retire < day) {
            Status::Retired
        } else if self.hire.is_some_and(|hire| hire > day) {
            Status::Expected
        } else {
            Status::Active
        }
    }

    fn read_dates(&mut self) {
        self.hire = parse_day(self.values.get(Field::HireDate as usize));
        self.retire = parse_day(self.values.get(Field::RetireDate as usize));
    }

    /// Appends the JSON object of the employee; fields of which `visible` is false are absent.
    pub(super) fn write_json(&self, out: &mut Vec<u8>, day: NaiveDate, visible: &[bool]) {
        open(out, "employeeId", &format!("01JD{:022}", self.id));
        push(out, &format!(",\"version\":{},\"status\":\"{}\"", self.version, self.status(day).name()));
        for (field, value) in Field::ALL.iter().zip(self.values.values()) {
            if visible[*field as usize] {
                member(out, field.key(), value, rules::kind(*field) == Kind::Integer);
            }
        }
        push(out, ",\"ledgers\":[\"労務用台帳\"],\"customItems\":");
        push(out, self.custom.as_deref().unwrap_or("[]"));
        text_member(out, "createdAt", &instant(self.created));
        text_member(out, "updatedAt", &instant(self.updated));
        out.push(b'}');
    }

    /// Appends the JSON object of the `index`-th dependant.
    pub(super) fn write_dependent(&self, out: &mut Vec<u8>, index: usize) {
        let Some(row) = self.dependents.get(index) else { return };
        open(out, "dependentId", &format!("01JE{:022}", row.id));
        text_member(out, "employeeNumber", self.number());
        push(out, &format!(",\"sortOrder\":{}", index + 1));
        for (field, value) in DependentField::ALL.iter().zip(row.values.values()) {
            member(out, field.key(), value, *field == DependentField::AnnualIncome);
        }
        text_member(out, "updatedAt", &instant(row.updated));
        out.push(b'}');
    }

    /// The employee with everything and the dependants, for a test to look at.
    pub(super) fn whole(&self, day: NaiveDate) -> Value {
        let mut out = Vec::new();
        self.write_json(&mut out, day, &[true; Field::COUNT]);
        let mut employee: Value = serde_json::from_slice(&out).unwrap_or_default();
        let rows = (0..self.dependents.len()).map(|index| {
            let mut out = Vec::new();
            self.write_dependent(&mut out, index);
            serde_json::from_slice::<Value>(&out).unwrap_or_default()
        });
        employee["dependents"] = rows.collect();
        employee
    }
}

/// RFC 3339 in Tokyo.
fn instant(seconds: Seconds) -> String {
    let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let at: DateTime<FixedOffset> = at.with_timezone(&crate::sandbox::clock::tokyo());
    at.to_rfc3339()
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn open(out: &mut Vec<u8>, key: &str, value: &str) {
    push(out, "{\"");
    push(out, key);
    push(out, "\":");
    text(out, value);
}

/// A value: blank is null, a number is bare if it is one.
fn member(out: &mut Vec<u8>, key: &str, value: &str, number: bool) {
    if value.is_empty() {
        push(out, ",\"");
        push(out, key);
        push(out, "\":null");
    } else if number && value.parse::<i64>().is_ok() {
        push(out, ",\"");
        push(out, key);
        push(out, "\":");
        push(out, value);
    } else {
        text_member(out, key, value);
    }
}

fn text_member(out: &mut Vec<u8>, key: &str, value: &str) {
    push(out, ",\"");
    push(out, key);
    push(out, "\":");
    text(out, value);
}

fn text(out: &mut Vec<u8>, value: &str) {
    // Writing to memory can't fail; a JSON string of any text exists.
    if serde_json::to_writer(&mut *out, value).is_err() {
        let _ = out.write_all(b"null");
    }
}
