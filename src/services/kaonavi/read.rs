//! Turns the members' and the sheets' answers into rows while they arrive.

use std::cell::RefCell;
use std::sync::Arc;

use serde::de::{self, IgnoredAny, MapAccess};

use super::join::Joining;
use super::plan::{Place, ReadPlan, SheetPlan, Wanted};
use super::wire::{MEMBER_DATA, Standard};
use crate::services::record::{Draft, Envelope, List, Null, Object, One, TextSeed};
use crate::sync::{Cell, Person, Row};

/// What reads GET /members.
pub(super) fn members(plan: &ReadPlan) -> Envelope<Member> {
    Envelope { key: MEMBER_DATA, of: Member(Reader::new(&plan.basic)) }
}

/// What reads GET /sheets/{id} and joins its records to the members.
pub(super) fn records(sheet: &SheetPlan, joining: &Joining) -> Envelope<SheetMember> {
    joining.restart(sheet);
    let record = Record(Reader::new(&sheet.wanted));
    Envelope { key: MEMBER_DATA, of: SheetMember { record, place: sheet.place, joining: joining.clone() } }
}

/// What the objects of one answer share: the columns, and the record in the making.
struct Reader {
    wanted: Arc<Wanted>,
    draft: RefCell<Draft>,
}

impl Reader {
    fn new(wanted: &Arc<Wanted>) -> Self {
        let mut draft = Draft::default();
        draft.begin(wanted.names.len());
        Reader { wanted: Arc::clone(wanted), draft: RefCell::new(draft) }
    }

    /// The record; every item of the layout without an entry is blank.
    fn finish(&self) -> Row {
        let width = self.wanted.names.len();
        let mut draft = self.draft.borrow_mut();
        draft.blank(0..width);
        let row = draft.finish();
        draft.begin(width);
        row
    }

    /// Reads a value into a column.
    fn value<'de, A: MapAccess<'de>>(&self, column: usize, map: &mut A) -> Result<(), A::Error> {
        let mut draft = self.draft.borrow_mut();
        let mark = draft.mark();
        map.next_value_seed(draft.reader())?;
        draft.assign(column, mark);
        Ok(())
    }

    fn text(&self, column: usize, text: &str) {
        let mut draft = self.draft.borrow_mut();
        let mark = draft.mark();
        draft.reader().0.push_str(text);
        draft.assign(column, mark);
    }

    fn custom_fields<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<(), A::Error> {
        map.next_value_seed(List(&CustomField(self), Null::Empty)).map(drop)
    }
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    Code,
    Standard(Standard, usize),
    CustomFields,
    Records,
}

/// §4.1: one member with the basic items.
pub(super) struct Member(Reader);

impl Object for Member {
    type Key = Key;
    type State = String;
    type Value = Person;

    fn key(&self, name: &str) -> Option<Key> {
        match name {
            "code" => Some(Key::Code),
            "custom_fields" if !self.0.wanted.custom.is_empty() => Some(Key::CustomFields),
            name => self.0.wanted.standard.get(name).map(|(item, column)| Key::Standard(*item, *column)),
        }
    }

    fn read<'de, A: MapAccess<'de>>(&self, code: &mut String, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Code => map.next_value_seed(TextSeed(code)),
            Key::CustomFields | Key::Records => self.0.custom_fields(map),
            Key::Standard(Standard::Department, column) => {
                let name = map.next_value_seed(One(&Department))?;
                self.0.text(column, &name);
                Ok(())
            }
            Key::Standard(Standard::SubDepartments, column) => {
                let mut names = map.next_value_seed(List(&Department, Null::Empty))?;
                names.retain(|name| !name.is_empty());
                self.0.text(column, &names.join(&Cell::SEPARATOR.to_string()));
                Ok(())
            }
            Key::Standard(_, column) => self.0.value(column, map),
        }
    }

    fn finish<E: de::Error>(&self, code: String) -> Result<Person, E> {
        if let Some((_, column)) = self.0.wanted.standard.get("code") {
            self.0.text(*column, &code);
        }
        Ok(Person { code: code.into(), row: self.0.finish(), dependents: Vec::new() })
    }
}

/// §4.1: a post, by its path of names, or by its code where it has none.
struct Department;

impl Object for Department {
    type Key = usize;
    type State = [String; 2];
    type Value = String;

    fn key(&self, name: &str) -> Option<usize> {
        ["name", "code"].iter().position(|key| *key == name)
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        state: &mut [String; 2],
        key: usize,
        map: &mut A,
    ) -> Result<(), A::Error> {
        map.next_value_seed(TextSeed(&mut state[key]))
    }

    fn finish<E: de::Error>(&self, [name, code]: [String; 2]) -> Result<String, E> {
        Ok(if name.is_empty() { code } else { name })
    }
}

/// §4.1: an entry of `custom_fields`.
struct CustomField<'a>(&'a Reader);

/// The column, once the id is known, and where its values begin, once they were read.
#[derive(Default)]
pub(super) struct Entry {
    column: Option<usize>,
    skip: bool,
    values: Option<usize>,
}

#[derive(Clone, Copy)]
enum EntryKey {
    Id,
    Values,
}

impl Object for CustomField<'_> {
    type Key = EntryKey;
    type State = Entry;
    type Value = ();

    fn key(&self, name: &str) -> Option<EntryKey> {
        match name {
            "id" => Some(EntryKey::Id),
            "values" => Some(EntryKey::Values),
            _ => None,
        }
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        entry: &mut Entry,
        key: EntryKey,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            EntryKey::Id => {
                entry.column = self.0.wanted.custom.get(&map.next_value()?).copied();
                entry.skip = entry.column.is_none();
            }
            EntryKey::Values if entry.skip => drop(map.next_value::<IgnoredAny>()?),
            EntryKey::Values => {
                let mut draft = self.0.draft.borrow_mut();
                entry.values = Some(draft.mark());
                map.next_value_seed(draft.reader())?;
            }
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, entry: Entry) -> Result<(), E> {
        if let (Some(column), Some(mark)) = (entry.column, entry.values) {
            self.0.draft.borrow_mut().assign(column, mark);
        }
        Ok(())
    }
}

/// §5.1: one member's records in a sheet.
pub(super) struct SheetMember {
    record: Record,
    place: Place,
    joining: Joining,
}

impl Object for SheetMember {
    type Key = Key;
    type State = (String, Vec<Row>);
    type Value = ();

    fn key(&self, name: &str) -> Option<Key> {
        match name {
            "code" => Some(Key::Code),
            "records" => Some(Key::Records),
            _ => None,
        }
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        (code, rows): &mut (String, Vec<Row>),
        key: Key,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            Key::Code => map.next_value_seed(TextSeed(code))?,
            _ => *rows = map.next_value_seed(List(&self.record, Null::Empty))?,
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, (code, rows): (String, Vec<Row>)) -> Result<(), E> {
        self.joining.add(self.place, &code, rows);
        Ok(())
    }
}

/// §5.1: one record of a sheet.
struct Record(Reader);

impl Object for Record {
    type Key = ();
    type State = ();
    type Value = Row;

    fn key(&self, name: &str) -> Option<()> {
        (name == "custom_fields").then_some(())
    }

    fn read<'de, A: MapAccess<'de>>(&self, (): &mut (), (): (), map: &mut A) -> Result<(), A::Error> {
        self.0.custom_fields(map)
    }

    fn finish<E: de::Error>(&self, (): ()) -> Result<Row, E> {
        Ok(self.0.finish())
    }
}
