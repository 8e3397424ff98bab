//! Pages of employees and dependants, turned into rows.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::de::{self, MapAccess};

use super::wire::{page, record};
use crate::services::listing::Record;
use crate::services::page::PageReader;
use crate::services::record::{Draft, Object, TextSeed};
use crate::sync::Row;

/// Which key feeds which column. A column that no key feeds is absent in every row.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    keys: Arc<HashMap<&'static str, usize>>,
    width: usize,
}

impl Wanted {
    /// The columns of these items, in their order.
    pub(super) fn new(items: &[&str], key: impl Fn(&str) -> Option<&'static str>) -> Self {
        let keys = items.iter().enumerate().filter_map(|(column, item)| Some((key(item)?, column)));
        Wanted { keys: Arc::new(keys.collect()), width: items.len() }
    }
}

/// One employee or dependant.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// `employeeId` or `dependentId`; empty if there is none, or once it was looked at.
    pub(super) id: String,
    /// 従業員番号; of a dependant that of the employee. Empty if there is none.
    pub(super) number: String,
    /// The place among the employee's dependants.
    pub(super) order: i64,
    /// The wanted columns.
    pub(super) row: Row,
}

impl Record for Entry {
    type Id = Box<str>;

    fn id(&mut self) -> Option<Box<str>> {
        (!self.id.is_empty()).then(|| std::mem::take(&mut self.id).into())
    }
}

/// What reads one page (§4.4) of employees or dependants, with these columns of records whose id stands under this key.
pub(super) fn page_reader(id: &'static str, wanted: &Wanted) -> PageReader<EntryReader> {
    let mut draft = Draft::default();
    draft.begin(wanted.width);
    let of = EntryReader { id, wanted: wanted.clone(), draft: RefCell::new(draft) };
    PageReader { size: page::SIZE, total: page::TOTAL, entries: page::ITEMS, of }
}

/// Reads one employee or dependant.
pub(super) struct EntryReader {
    id: &'static str,
    wanted: Wanted,
    draft: RefCell<Draft>,
}

#[derive(Clone, Copy)]
pub(super) enum EntryKey {
    Id,
    Number,
    Order,
    Item(usize),
}

impl Object for EntryReader {
    type Key = EntryKey;
    type State = Entry;
    type Value = Entry;

    fn key(&self, name: &str) -> Option<EntryKey> {
        match name {
            record::EMPLOYEE_NUMBER => Some(EntryKey::Number),
            record::SORT_ORDER => Some(EntryKey::Order),
            name if name == self.id => Some(EntryKey::Id),
            name => self.wanted.keys.get(name).copied().map(EntryKey::Item),
        }
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        entry: &mut Entry,
        key: EntryKey,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let mut draft = self.draft.borrow_mut();
        match key {
            EntryKey::Id => map.next_value_seed(TextSeed(&mut entry.id))?,
            EntryKey::Order => entry.order = map.next_value::<Option<i64>>()?.unwrap_or_default(),
            EntryKey::Number => {
                map.next_value_seed(TextSeed(&mut entry.number))?;
                if let Some(column) = self.wanted.keys.get(record::EMPLOYEE_NUMBER) {
                    let mark = draft.mark();
                    draft.reader().0.push_str(&entry.number);
                    draft.assign(*column, mark);
                }
            }
            EntryKey::Item(column) => {
                let mark = draft.mark();
                map.next_value_seed(draft.reader())?;
                draft.assign(column, mark);
            }
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, entry: Entry) -> Result<Entry, E> {
        let mut draft = self.draft.borrow_mut();
        let row = draft.finish();
        draft.begin(self.wanted.width);
        Ok(Entry { row, ..entry })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::super::wire::own_key;
    use super::*;
    use crate::services::listing::Page;
    use crate::services::record::Answer;
    use crate::sync::Cell;

    fn read(json: &str, items: &[&str]) -> Result<Page<Entry>, serde_json::Error> {
        let reader = page_reader(record::EMPLOYEE_ID, &Wanted::new(items, own_key));
        Answer(reader).deserialize(&mut serde_json::Deserializer::from_str(json))
    }

    #[test]
    fn an_absent_key_is_not_a_blank_one() {
        let json = r#"{"page":1,"perPage":100,"totalCount":1,"asOf":"x","items":[{"employeeId":"01","version":3,
            "employeeNumber":"A0001","lastName":"山田","building":null,"city":"","standardMonthlyRemuneration":300000,
            "ledgers":["労務用台帳"],"customItems":[{"name":"制服サイズ","value":"L"}]}]}"#;
        let items = ["標準報酬月額", "氏", "名", "建物名・部屋番号等", "市区町村", "従業員番号", "血液型"];
        let page = read(json, &items).unwrap();
        assert_eq!((page.size, page.total), (Some(100), Some(1)));
        let entry = &page.entries[0];
        assert_eq!((entry.id.as_str(), entry.number.as_str()), ("01", "A0001"));
        let cells: Vec<Cell<'_>> = (0..items.len()).map(|column| entry.row.cell(column)).collect();
        assert_eq!(
            cells,
            [
                Cell::Text("300000"),
                Cell::Text("山田"),
                Cell::Absent,
                Cell::Blank,
                Cell::Blank,
                Cell::Text("A0001"),
                Cell::Absent
            ]
        );
    }

    #[test]
    fn an_answer_without_items_is_not_an_empty_page() {
        assert!(read(r#"{"message":"maintenance"}"#, &["氏"]).is_err());
        assert!(read(r#"{"items":null}"#, &["氏"]).is_err());
        assert!(read(r#"{"items":[]}"#, &["氏"]).unwrap().entries.is_empty());
    }
}
