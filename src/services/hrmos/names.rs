//! Master lists: the names of 拠点 and 部門 by their ids (`reference/hrmos-kintai-api.md` §6).

use std::collections::HashMap;

use serde::de::{self, MapAccess};

use super::wire;
use crate::services::listing::Record;
use crate::services::record::{Object, TextSeed};

/// The names of a master list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names(HashMap<Box<str>, Box<str>>);

impl Names {
    /// The name of an id as a user's cell gives it; `None` if the list has no such entry, as after its deletion.
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|name| &**name)
    }
}

impl FromIterator<Entry> for Names {
    /// An entry without an id or a name names nothing.
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let named = entries.into_iter().filter(|entry| !entry.id.is_empty() && !entry.name.is_empty());
        Names(named.map(|entry| (entry.id.into(), entry.name.into())).collect())
    }
}

/// One entry of a master list.
#[derive(Debug, Default)]
pub(super) struct Entry {
    id: String,
    name: String,
}

impl Record for Entry {
    type Id = Box<str>;

    fn id(&mut self) -> Option<Box<str>> {
        (!self.id.is_empty()).then(|| self.id.as_str().into())
    }
}

/// Reads the entries of a master list.
pub(super) struct EntryReader;

#[derive(Clone, Copy)]
pub(super) enum Key {
    Id,
    Name,
}

impl Object for EntryReader {
    type Key = Key;
    type State = Entry;
    type Value = Entry;

    fn key(&self, name: &str) -> Option<Key> {
        match name {
            wire::ID => Some(Key::Id),
            wire::NAME => Some(Key::Name),
            _ => None,
        }
    }

    fn read<'de, A: MapAccess<'de>>(&self, entry: &mut Entry, key: Key, map: &mut A) -> Result<(), A::Error> {
        let text = match key {
            Key::Id => &mut entry.id,
            Key::Name => &mut entry.name,
        };
        map.next_value_seed(TextSeed(text))
    }

    fn finish<E: de::Error>(&self, entry: Entry) -> Result<Entry, E> {
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed;

    use super::*;
    use crate::services::record::{List, Null};

    #[test]
    fn an_entry_that_names_nothing_is_passed_over() {
        let json = r#"[{"id":1,"name":"本社","sequence":1,"segments":[1,2],"address":null},{"name":"支社","sequence":2},
            {"id":3,"name":""},{"id":4,"name":"大阪"}]"#;
        let list = List(&EntryReader, Null::Refused);
        let entries = list.deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
        let names: Names = entries.into_iter().collect();
        assert_eq!((names.get("1"), names.get("4")), (Some("本社"), Some("大阪")));
        assert_eq!((names.get("2"), names.get("3"), names.get("")), (None, None, None));
    }
}
