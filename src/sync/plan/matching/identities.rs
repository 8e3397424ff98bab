//! What tells who somebody is, in the form in which it is compared (`reference/mediment.md` D0).

use std::collections::{BTreeSet, HashMap};

use crate::sync::scope::day;
use crate::sync::{Cell, Columns, IdentityItems, People, Row, fold};

/// Where a side keeps what tells who somebody is.
pub(super) struct Identities {
    number: Option<usize>,
    name: [Option<usize>; 2],
    first_kana: Option<usize>,
    mail: Option<usize>,
    hire: Option<usize>,
}

impl Identities {
    pub(super) fn new(items: &IdentityItems, people: &People) -> Self {
        let columns: &Columns = &people.columns;
        let place = |item: &String| columns.position(item);
        Identities {
            number: place(&items.number),
            name: [place(&items.name[0]), place(&items.name[1])],
            first_kana: place(&items.first_kana),
            mail: place(&items.mail),
            hire: place(&items.hire),
        }
    }

    pub(super) fn number(&self, row: &Row) -> Option<String> {
        filled(fold::number(text(row, self.number)))
    }

    pub(super) fn mail(&self, row: &Row) -> Option<String> {
        filled(fold::mail(text(row, self.mail)))
    }

    pub(super) fn name(&self, row: &Row) -> Option<String> {
        filled(fold::whole_name(self.name.map(|column| text(row, column))))
    }

    pub(super) fn first_kana(&self, row: &Row) -> Option<String> {
        filled(fold::kana(text(row, self.first_kana)).collect())
    }

    pub(super) fn hire(&self, row: &Row) -> Option<String> {
        day(self.hire.map_or(Cell::Absent, |column| row.cell(column))).map(|day| day.to_string())
    }

    /// 社員番号, and 氏名 with メールアドレス, as keys that can't be taken for one another.
    pub(super) fn keys(&self, row: &Row) -> [Option<String>; 2] {
        let person = self.name(row).zip(self.mail(row));
        [
            self.number(row).map(|number| format!("number {number}")),
            person.map(|(name, mail)| format!("person {name}\n{mail}")),
        ]
    }
}

fn text(row: &Row, column: Option<usize>) -> &str {
    column.and_then(|column| row.cell(column).text()).unwrap_or_default()
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The destination's people by what they are found by: their places.
pub(super) struct Index {
    pub(super) keys: HashMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn new(identities: &Identities, people: &People) -> Self {
        let mut index = Index { keys: HashMap::new() };
        for (place, person) in people.people.iter().enumerate() {
            for key in identities.keys(&person.row).into_iter().flatten() {
                index.keys.entry(key).or_default().push(place);
            }
        }
        index
    }

    pub(super) fn find(&self, identities: &Identities, row: &Row) -> BTreeSet<usize> {
        let keys = identities.keys(row).into_iter().flatten();
        keys.filter_map(|key| self.keys.get(&key)).flatten().copied().collect()
    }
}
