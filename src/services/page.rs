//! Pages that are objects: the list under one key, its counts under others.

use serde::de::{self, MapAccess};

use super::listing::Page;
use super::record::{List, Null, Object};

/// Reads one page. Without its list it is not the answer that was asked for.
pub(super) struct PageReader<T> {
    /// The key of how many records a page may hold.
    pub(super) size: &'static str,
    /// The key of how many records there are in all.
    pub(super) total: &'static str,
    /// The key of the list.
    pub(super) entries: &'static str,
    /// The list's objects.
    pub(super) of: T,
}

#[derive(Clone, Copy)]
pub(super) enum Key {
    Size,
    Total,
    Entries,
}

impl<T: Object> Object for PageReader<T> {
    type Key = Key;
    type State = (Option<usize>, Option<usize>, Option<Vec<T::Value>>);
    type Value = Page<T::Value>;

    fn key(&self, name: &str) -> Option<Key> {
        match name {
            name if name == self.size => Some(Key::Size),
            name if name == self.total => Some(Key::Total),
            name if name == self.entries => Some(Key::Entries),
            _ => None,
        }
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        (size, total, entries): &mut Self::State,
        key: Key,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            Key::Size => *size = map.next_value()?,
            Key::Total => *total = map.next_value()?,
            Key::Entries => *entries = Some(map.next_value_seed(List(&self.of, Null::Refused))?),
        }
        Ok(())
    }

    fn finish<E: de::Error>(&self, (size, total, entries): Self::State) -> Result<Self::Value, E> {
        let entries = entries.ok_or_else(|| E::missing_field(self.entries))?;
        Ok(Page { size, pages: None, total, entries })
    }
}
