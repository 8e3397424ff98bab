//! A set of item values, packed into one allocation.
//!
//! A tenant may hold 100,000 people with some forty values each. One `String` a value would cost several
//! times the text, so the values of one person (or of one record of a sheet) lie behind each other in one
//! byte string, sorted by item id:
//!
//! ```text
//! id: u32 LE · number of values: u32 LE · (length: u32 LE · UTF-8 text)…
//! ```
//!
//! What is stored never holds a blank value. What somebody wants written may: there a blank means "clear this
//! item".

use std::collections::BTreeMap;

/// Values by item id, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record(Box<[u8]>);

impl Record {
    /// Packs `items` as they are, blanks included; of two entries with one id the later one stays.
    pub(super) fn of<I, V>(items: I) -> Self
    where
        I: IntoIterator<Item = (u32, V)>,
        V: IntoIterator,
        V::Item: AsRef<str>,
    {
        let items: BTreeMap<u32, V> = items.into_iter().collect();
        let mut bytes = Vec::new();
        for (id, values) in items {
            push(&mut bytes, id, values);
        }
        Self(bytes.into_boxed_slice())
    }

    /// Every item that is there, by rising id.
    pub(super) fn items(&self) -> Items<'_> {
        Items { rest: &self.0 }
    }

    /// The values of one item.
    pub(super) fn get(&self, id: u32) -> Option<Values<'_>> {
        self.items().find_map(|(found, values)| (found == id).then_some(values))
    }

    /// The only value of an item, `""` when it has none.
    pub(super) fn text(&self, id: u32) -> &str {
        self.get(id).and_then(|mut values| values.next()).unwrap_or("")
    }

    /// Whether no item is there.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is stored once `patch` has been written over `self`: the items of the patch win, blank ones
    /// vanish.
    pub(super) fn merged(&self, patch: &Self) -> Self {
        let mut items: BTreeMap<u32, Values<'_>> = self.items().collect();
        items.extend(patch.items());
        items.retain(|_, values| values.clone().any(|value| !value.is_empty()));
        Self::of(items.into_iter().map(|(id, values)| (id, values.filter(|value| !value.is_empty()))))
    }

    /// What is stored when nothing was there before.
    pub(super) fn stored(&self) -> Self {
        Self::default().merged(self)
    }
}

fn push<V>(bytes: &mut Vec<u8>, id: u32, values: V)
where
    V: IntoIterator,
    V::Item: AsRef<str>,
{
    bytes.extend_from_slice(&id.to_le_bytes());
    let count_at = bytes.len();
    bytes.extend_from_slice(&[0; 4]);
    let mut count = 0_u32;
    for value in values {
        let text = value.as_ref();
        let length =
            u32::try_from(text.len()).expect("a request body, and so a value in it, is far below 4 GiB");
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
        count += 1;
    }
    bytes[count_at..count_at + 4].copy_from_slice(&count.to_le_bytes());
}

/// Walks over the items of a [`Record`].
#[derive(Clone)]
pub(super) struct Items<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Items<'a> {
    type Item = (u32, Values<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let id = take_number(&mut self.rest)?;
        let left = take_number(&mut self.rest)?;
        let values = Values { rest: self.rest, left };
        for _ in 0..left {
            take_text(&mut self.rest)?;
        }
        Some((id, values))
    }
}

/// Walks over the values of one item.
#[derive(Clone)]
pub(super) struct Values<'a> {
    rest: &'a [u8],
    left: u32,
}

impl<'a> Iterator for Values<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        let bytes = take_text(&mut self.rest)?;
        Some(std::str::from_utf8(bytes).expect("only text is ever packed"))
    }
}

fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let (head, tail) = rest.split_first_chunk::<4>()?;
    *rest = tail;
    Some(u32::from_le_bytes(*head))
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_number(rest)? as usize;
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::Record;

    fn unpacked(record: &Record) -> Vec<(u32, Vec<&str>)> {
        record.items().map(|(id, values)| (id, values.collect())).collect()
    }

    #[test]
    fn items_come_back_sorted_and_whole() {
        let record = Record::of([(7, vec!["簿記2級", "衛生管理者"]), (2, vec!["a\u{1f}b"])]);
        assert_eq!(unpacked(&record), [(2, vec!["a\u{1f}b"]), (7, vec!["簿記2級", "衛生管理者"])]);
        assert_eq!(record.text(7), "簿記2級");
        assert_eq!(record.text(3), "");
    }

    #[test]
    fn a_patch_wins_and_its_blanks_clear() {
        let stored = Record::of([(1, ["keep"]), (2, ["old"]), (3, ["gone"])]);
        let patch = Record::of([(2, ["new"]), (3, [""]), (4, ["more"])]);
        assert_eq!(
            unpacked(&stored.merged(&patch)),
            [(1, vec!["keep"]), (2, vec!["new"]), (4, vec!["more"])]
        );
    }

    #[test]
    fn nothing_blank_is_stored() {
        assert!(Record::of([(1, [""])]).stored().is_empty());
        assert!(!Record::of([(1, [""])]).is_empty());
    }
}
