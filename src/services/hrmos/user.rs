//! Users: one text a person with the places of the wanted fields (`reference/hrmos-kintai-api.md` §7).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::de::{self, MapAccess};

use super::wire::{self, UserField};
use crate::services::listing::Record;
use crate::services::record::{Draft, Object};
use crate::sync::{Cell, Row};

/// One user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// 社員ID, which attendance calls `user_id`; not 社員番号.
    pub id: u64,
    row: Row,
}

impl User {
    /// A field, without spaces at its ends. `null`, `""` and spaces alone are blank; a key that the service doesn't give is absent.
    pub fn cell(&self, field: UserField) -> Cell<'_> {
        self.row.cell(field as usize)
    }

    /// The further field of this place among those that were asked for.
    pub fn extra(&self, place: usize) -> Cell<'_> {
        self.row.cell(UserField::ALL.len() + place)
    }
}

impl Record for User {
    type Id = u64;

    fn id(&mut self) -> Option<u64> {
        Some(self.id)
    }
}

/// Which key feeds which columns. A further field may be one that is read anyway.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    keys: Arc<HashMap<Box<str>, [Option<usize>; 2]>>,
    width: usize,
}

impl Wanted {
    /// The usual fields and these further ones.
    pub(super) fn new(extra: &[&str]) -> Self {
        let mut keys: HashMap<Box<str>, [Option<usize>; 2]> = HashMap::new();
        let usual = UserField::ALL.iter().map(|(_, key)| *key);
        for (column, key) in usual.chain(extra.iter().copied()).enumerate() {
            let columns = keys.entry(key.into()).or_default();
            columns[usize::from(column >= UserField::ALL.len())] = Some(column);
        }
        Wanted { keys: Arc::new(keys), width: UserField::ALL.len() + extra.len() }
    }
}

/// Reads the users of one page.
pub(super) struct UserReader {
    wanted: Wanted,
    draft: RefCell<Draft>,
}

impl UserReader {
    pub(super) fn new(wanted: &Wanted) -> Self {
        let mut draft = Draft::default();
        draft.begin(wanted.width);
        UserReader { wanted: wanted.clone(), draft: RefCell::new(draft) }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    Id,
    Columns([Option<usize>; 2]),
}

impl Object for UserReader {
    type Key = Key;
    type State = Option<u64>;
    type Value = User;

    fn key(&self, name: &str) -> Option<Key> {
        match name {
            wire::ID => Some(Key::Id),
            name => self.wanted.keys.get(name).copied().map(Key::Columns),
        }
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        id: &mut Option<u64>,
        key: Key,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            Key::Id => *id = map.next_value()?,
            Key::Columns(columns) => {
                let mut draft = self.draft.borrow_mut();
                let mark = draft.mark();
                map.next_value_seed(draft.reader())?;
                let mark = draft.trim(mark);
                for column in columns.into_iter().flatten() {
                    draft.assign(column, mark);
                }
            }
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, id: Option<u64>) -> Result<User, E> {
        let mut draft = self.draft.borrow_mut();
        let row = draft.finish();
        draft.begin(self.wanted.width);
        Ok(User { id: id.ok_or_else(|| E::missing_field(wire::ID))?, row })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::*;
    use crate::services::record::{List, Null};

    fn read(json: &str, extra: &[&str]) -> Result<Vec<User>, serde_json::Error> {
        let reader = UserReader::new(&Wanted::new(extra));
        List(&reader, Null::Refused).deserialize(&mut serde_json::Deserializer::from_str(json))
    }

    const SAMPLE: &str = r#"{"id":3,"number":"A0001","last_name":"山田","first_name":"花子","last_name_kana":"ヤマダ",
        "first_name_kana":"ハナコ","start_date":"2020-04-01","end_date":null,"cutoff_date":31,"nfc_tag_pc":null,
        "email":"hanako@example.com","lodgment_id":1,"agreement36_id":1,"department_id":12,"employment_id":1,
        "segment":"1,2,5,6","default_segment_id":1,"comment":null,"group1_approvers":[{"id":9,"last_name":"佐藤"}],
        "created_at":"2020-03-20T10:00:00.000+09:00","updated_at":"2026-06-01T09:00:00.000+09:00"}"#;

    #[test]
    fn the_vendors_sample_is_read() {
        let users = read(&format!("[{SAMPLE}]"), &["cutoff_date", "gender", "email"]).unwrap();
        let user = &users[0];
        assert_eq!(user.id, 3);
        let cells: Vec<Cell<'_>> = UserField::ALL.iter().map(|(field, _)| user.cell(*field)).collect();
        let text = Cell::Text;
        assert_eq!(
            cells,
            [
                text("A0001"),
                text("山田"),
                text("花子"),
                text("ヤマダ"),
                text("ハナコ"),
                text("hanako@example.com"),
                text("2020-04-01"),
                Cell::Blank,
                text("1"),
                text("12")
            ]
        );
        let extra: Vec<Cell<'_>> = (0..4).map(|place| user.extra(place)).collect();
        assert_eq!(extra, [text("31"), Cell::Absent, text("hanako@example.com"), Cell::Absent]);
    }

    #[test]
    fn blank_is_not_absent_and_ends_are_trimmed() {
        let json =
            r#"[{"id":1,"number":"","last_name":" 山　田　","email":"　 ","lodgment_id":null},{"id":2}]"#;
        let users = read(json, &[]).unwrap();
        assert_eq!(users[0].cell(UserField::Number), Cell::Blank);
        assert_eq!(users[0].cell(UserField::LastName), Cell::Text("山　田"));
        assert_eq!(users[0].cell(UserField::Email), Cell::Blank);
        assert_eq!(users[0].cell(UserField::LodgmentId), Cell::Blank);
        assert_eq!(users[0].cell(UserField::EndDate), Cell::Absent);
        assert!(UserField::ALL.iter().all(|(field, _)| users[1].cell(*field) == Cell::Absent));
    }

    #[test]
    fn an_answer_that_is_no_list_of_users_is_refused() {
        for json in [r#"{"code":500,"message":"x"}"#, "null", r#"[{"number":"A0001"}]"#, r#"[{"id":"A"}]"#] {
            assert!(read(json, &[]).is_err(), "{json}");
        }
        assert!(read("[]", &[]).unwrap().is_empty());
    }
}
