//! Employees and attendance, turned into rows under the names of their items.

use std::cell::RefCell;

use serde::de::{self, MapAccess};

use super::wire::{self, Form, Item, page};
use crate::services::listing::{Listing, Record};
use crate::services::page::PageReader;
use crate::services::record::{Draft, Object, TextSeed};
use crate::sync::{Columns, People, Person, Row};

/// What was read: employees, or the attendance of one month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// The records. [`Person::code`] is 社員番号, which may be empty; the columns are
    /// [`EMPLOYEE_ITEMS`](super::EMPLOYEE_ITEMS) with [`FILLED_ITEMS`](super::FILLED_ITEMS), or [`ATTENDANCE_ITEMS`](super::ATTENDANCE_ITEMS).
    pub people: People,
    /// The employees' ids, each at its record's place. Empty where attendance doesn't say it.
    pub ids: Vec<Box<str>>,
}

impl Records {
    pub(super) fn new(table: &[Item], listing: Listing<Entry>) -> Self {
        let (ids, people) = listing
            .entries
            .into_iter()
            .map(|entry| {
                let code = entry.number.into();
                (Box::from(entry.id), Person { code, row: entry.row, dependents: Vec::new() })
            })
            .unzip();
        let columns = Columns::new(table.iter().map(|(_, name, _)| *name));
        let dependent_columns = Columns::default();
        Records { people: People { columns, dependent_columns, people, announced: listing.announced }, ids }
    }
}

/// One record.
#[derive(Debug, Default)]
pub(super) struct Entry {
    id: String,
    number: String,
    row: Row,
}

impl Record for Entry {
    type Id = (bool, Box<str>);

    /// Attendance may name its employee by 社員番号 alone.
    fn id(&mut self) -> Option<Self::Id> {
        let by_id = !self.id.is_empty();
        let name = if by_id { &self.id } else { &self.number };
        (!name.is_empty()).then(|| (by_id, name.as_str().into()))
    }
}

/// What reads one page of employees.
pub(super) fn employees() -> PageReader<EntryReader> {
    reader(page::EMPLOYEES, wire::ID, &wire::EMPLOYEE_READ)
}

/// What reads one page of attendance.
pub(super) fn attendances() -> PageReader<EntryReader> {
    reader(page::RECORDS, wire::EMPLOYEE_ID, &wire::ATTENDANCE)
}

fn reader(entries: &'static str, id: &'static str, table: &'static [Item]) -> PageReader<EntryReader> {
    let mut draft = Draft::default();
    draft.begin(table.len());
    let of = EntryReader { id, table, draft: RefCell::new(draft) };
    PageReader { size: page::SIZE, total: page::TOTAL, entries, of }
}

/// Reads one record.
pub(super) struct EntryReader {
    id: &'static str,
    table: &'static [Item],
    draft: RefCell<Draft>,
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    Id,
    Number(Option<usize>),
    Item(usize, Form),
}

impl EntryReader {
    fn text(&self, column: usize, text: &str) {
        let mut draft = self.draft.borrow_mut();
        let mark = draft.mark();
        draft.reader().0.push_str(text);
        draft.assign(column, mark);
    }
}

impl Object for EntryReader {
    type Key = Key;
    type State = Entry;
    type Value = Entry;

    fn key(&self, name: &str) -> Option<Key> {
        let column = || self.table.iter().position(|(key, ..)| *key == name);
        match name {
            wire::EMPLOYEE_NUMBER => Some(Key::Number(column())),
            name if name == self.id => Some(Key::Id),
            _ => column().map(|column| Key::Item(column, self.table[column].2)),
        }
    }

    fn read<'de, A: MapAccess<'de>>(&self, entry: &mut Entry, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Id => map.next_value_seed(TextSeed(&mut entry.id))?,
            Key::Number(column) => {
                map.next_value_seed(TextSeed(&mut entry.number))?;
                if let Some(column) = column {
                    self.text(column, &entry.number);
                }
            }
            Key::Item(column, Form::Gender) => {
                let mut word = String::new();
                map.next_value_seed(TextSeed(&mut word))?;
                self.text(column, Form::Gender.name_of(&word).unwrap_or(&word));
            }
            Key::Item(column, _) => {
                let mut draft = self.draft.borrow_mut();
                let mark = draft.mark();
                map.next_value_seed(draft.reader())?;
                draft.assign(column, mark);
            }
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, entry: Entry) -> Result<Entry, E> {
        if self.id == wire::ID && entry.id.is_empty() {
            return Err(E::missing_field(wire::ID));
        }
        let mut draft = self.draft.borrow_mut();
        let row = draft.finish();
        draft.begin(self.table.len());
        Ok(Entry { row, ..entry })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::*;
    use crate::services::listing::Page;
    use crate::services::record::Answer;
    use crate::sync::Cell;

    fn read(reader: PageReader<EntryReader>, json: &str) -> Result<Page<Entry>, serde_json::Error> {
        Answer(reader).deserialize(&mut serde_json::Deserializer::from_str(json))
    }

    fn cells(row: &Row) -> Vec<Cell<'_>> {
        (0..row.len()).map(|column| row.cell(column)).collect()
    }

    #[test]
    fn the_references_employee_is_read() {
        let json = r#"{"employees":[{"id":"emp_000123","employee_number":"A0001","last_name":"山田","first_name":"花子",
            "last_name_kana":"ヤマダ","first_name_kana":"ハナコ","email":"hanako@example.com","office":"本社",
            "department1":"営業部","hired_on":"2020-04-01","retired_on":null,"gender":"female","social_insurance":"加入",
            "stress_check_target":"対象","health_check_target":"対象","account_issued":false,
            "updated_at":"2026-06-03T09:07:00+09:00"},{"id":"emp_000124","employee_number":null,"gender":"x"}],
            "page":1,"per_page":100,"total_count":234}"#;
        let page = read(employees(), json).unwrap();
        assert_eq!((page.size, page.total, page.pages), (Some(100), Some(234), None));
        let [hanako, other] = &page.entries[..] else { panic!("two records") };
        assert_eq!((hanako.id.as_str(), hanako.number.as_str()), ("emp_000123", "A0001"));
        let text = Cell::Text;
        assert_eq!(
            cells(&hanako.row),
            [
                text("A0001"),
                text("山田"),
                text("花子"),
                text("ヤマダ"),
                text("ハナコ"),
                text("hanako@example.com"),
                text("本社"),
                text("営業部"),
                text("2020-04-01"),
                Cell::Blank,
                text("女性"),
                text("加入"),
                text("対象"),
                text("対象")
            ]
        );
        assert_eq!(
            (other.number.as_str(), other.row.cell(0), other.row.cell(1)),
            ("", Cell::Blank, Cell::Absent)
        );
        assert_eq!(other.row.cell(10), text("x"));
    }

    #[test]
    fn the_references_row_of_attendance_is_read() {
        let json = r#"{"total_count":2,"records":[{"employee_number":"A0001","working_days":"29.0","absence_count":"0.0",
            "late_count":"1.0","early_leave_count":"0.0","actual_minutes":1560,"break_minutes":45,"late_minutes":60,
            "early_leave_minutes":0,"scheduled_minutes":900,"outside_scheduled_minutes":660,"outside_statutory_minutes":600,
            "night_minutes":120,"paid_leave_minutes":null,"paid_leave_days":"0.0"},{"employee_id":"emp_7","actual_minutes":null}]}"#;
        let page = read(attendances(), json).unwrap();
        let values = ["29.0", "0.0", "1.0", "0.0", "1560", "60", "0", "900", "660", "600", "120", "0.0"];
        assert_eq!(cells(&page.entries[0].row), values.map(Cell::Text));
        assert_eq!((page.entries[0].number.as_str(), page.entries[1].id.as_str()), ("A0001", "emp_7"));
        assert_eq!((page.entries[1].row.cell(4), page.entries[1].row.cell(0)), (Cell::Blank, Cell::Absent));
    }

    #[test]
    fn an_answer_without_records_is_not_an_empty_page() {
        assert!(read(employees(), r#"{"errors":[]}"#).is_err());
        assert!(read(employees(), r#"{"records":[],"total_count":0}"#).is_err());
        assert!(read(attendances(), r#"{"records":[],"total_count":0}"#).unwrap().entries.is_empty());
    }
}
