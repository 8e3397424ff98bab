//! Turns the objects of a JSON answer into [`Row`]s while they are read, keeping only the wanted columns.
//!
//! Reading is lenient: keys come in any order, unknown ones are skipped, a number or a truth value becomes its text, `null` and
//! `""` are blank, a list is its non-blank elements joined by [`Cell::SEPARATOR`].

use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use crate::sync::{Cell, Row, RowBuilder};

/// One record in the making. One is used for all records of an answer.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    cells: Vec<Option<Range<usize>>>,
    builder: RowBuilder,
}

impl Draft {
    /// Forgets the last record; every one of the columns is absent.
    pub(super) fn begin(&mut self, columns: usize) {
        self.text.clear();
        self.cells.clear();
        self.cells.resize(columns, None);
    }

    /// Where the next text begins.
    pub(super) fn mark(&self) -> usize {
        self.text.len()
    }

    /// Takes spaces off the ends of what was read since the mark; where it begins now.
    pub(super) fn trim(&mut self, mark: usize) -> usize {
        let end = mark + self.text[mark..].trim_end().len();
        self.text.truncate(end);
        end - self.text[mark..].trim_start().len()
    }

    /// What was read since the mark belongs to this column.
    pub(super) fn assign(&mut self, column: usize, mark: usize) {
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = Some(mark..self.text.len());
        }
    }

    /// The columns of the range that are still absent are blank.
    pub(super) fn blank(&mut self, columns: Range<usize>) {
        for cell in self.cells.get_mut(columns).into_iter().flatten() {
            cell.get_or_insert(0..0);
        }
    }

    /// The record.
    pub(super) fn finish(&mut self) -> Row {
        for cell in &self.cells {
            self.builder
                .push(cell.as_ref().map_or(Cell::Absent, |range| Cell::of(&self.text[range.clone()])));
        }
        self.builder.finish()
    }

    /// Reads a value's text to the end of the draft.
    pub(super) fn reader(&mut self) -> TextSeed<'_> {
        TextSeed(&mut self.text)
    }
}

/// Appends a JSON value's text.
pub(super) struct TextSeed<'a>(pub(super) &'a mut String);

impl<'de> DeserializeSeed<'de> for TextSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let text = self.0;
        let start = text.len();
        loop {
            let before = text.len();
            if before > start {
                text.push(Cell::SEPARATOR);
            }
            let filled = text.len();
            let more = list.next_element_seed(TextSeed(text))?.is_some();
            if text.len() == filled {
                text.truncate(before);
            }
            if !more {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// A kind of object in an answer: which keys are wanted and what becomes of them. What is shared by all objects of an answer
/// is behind `&self`; what belongs to one is its `State`.
pub(super) trait Object {
    /// What a wanted key stands for.
    type Key: Copy;
    /// What is known of the object so far.
    type State: Default;
    /// What the object becomes.
    type Value;

    /// The wanted key of this name.
    fn key(&self, name: &str) -> Option<Self::Key>;

    /// Reads the value of a wanted key.
    fn read<'de, A: MapAccess<'de>>(
        &self,
        state: &mut Self::State,
        key: Self::Key,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// The object has ended.
    fn finish<E: de::Error>(&self, state: Self::State) -> Result<Self::Value, E>;
}

/// Reads one object; `null` is one without keys.
pub(super) struct One<'a, T>(pub(super) &'a T);

impl<'de, T: Object> DeserializeSeed<'de> for One<'_, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Object> Visitor<'de> for One<'_, T> {
    type Value = T::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: de::Error>(self) -> Result<T::Value, E> {
        self.0.finish(T::State::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T::Value, A::Error> {
        let mut state = T::State::default();
        while let Some(key) = map.next_key_seed(KeySeed(self.0))? {
            match key {
                Some(key) => self.0.read(&mut state, key, &mut map)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        self.0.finish(state)
    }
}

/// Finds what a key stands for without keeping its text.
struct KeySeed<'a, T>(&'a T);

impl<'de, T: Object> DeserializeSeed<'de> for KeySeed<'_, T> {
    type Value = Option<T::Key>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T::Key>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Object> Visitor<'_> for KeySeed<'_, T> {
    type Value = Option<T::Key>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<T::Key>, E> {
        Ok(self.0.key(key))
    }
}

/// What `null` in the place of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    /// An empty list.
    Empty,
    /// Not the answer that was asked for.
    Refused,
}

/// Reads a list of objects.
pub(super) struct List<'a, T>(pub(super) &'a T, pub(super) Null);

impl<'de, T: Object> DeserializeSeed<'de> for List<'_, T> {
    type Value = Vec<T::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T::Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Object> Visitor<'de> for List<'_, T> {
    type Value = Vec<T::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<T::Value>, E> {
        match self.1 {
            Null::Empty => Ok(Vec::new()),
            Null::Refused => Err(E::invalid_type(Unexpected::Unit, &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T::Value>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(One(self.0))? {
            values.push(value);
        }
        Ok(values)
    }
}

/// An object of which only the list under one key matters; without it, it is not the answer that was asked for.
pub(super) struct Envelope<T> {
    /// The key of the list.
    pub(super) key: &'static str,
    /// The list's objects.
    pub(super) of: T,
}

impl<T: Object> Object for Envelope<T> {
    type Key = ();
    type State = Option<Vec<T::Value>>;
    type Value = Vec<T::Value>;

    fn key(&self, name: &str) -> Option<()> {
        (name == self.key).then_some(())
    }

    fn read<'de, A: MapAccess<'de>>(
        &self,
        state: &mut Self::State,
        (): (),
        map: &mut A,
    ) -> Result<(), A::Error> {
        *state = Some(map.next_value_seed(List(&self.of, Null::Refused))?);
        Ok(())
    }

    fn finish<E: de::Error>(&self, state: Self::State) -> Result<Self::Value, E> {
        state.ok_or_else(|| E::missing_field(self.key))
    }
}

/// A whole answer that is one object: what [`Session::fetch_with`](crate::http::Session::fetch_with) takes.
pub(super) struct Answer<T>(pub(super) T);

impl<'de, T: Object> DeserializeSeed<'de> for Answer<T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        One(&self.0).deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> String {
        let mut text = String::new();
        TextSeed(&mut text).deserialize(&mut serde_json::Deserializer::from_str(json)).unwrap();
        text
    }

    #[test]
    fn every_kind_of_value_becomes_its_text() {
        let cases = [
            (r#""山田""#, "山田"),
            ("null", ""),
            ("300000", "300000"),
            ("-1", "-1"),
            ("1.5", "1.5"),
            ("true", "true"),
            ("[]", ""),
            (r#"["簿記2級","衛生管理者"]"#, "簿記2級\u{1f}衛生管理者"),
            (r#"[null,"",  "G1", null]"#, "G1"),
            (r#"["",null,"A","","B",""]"#, "A\u{1f}B"),
            (r#"{"code":"D0310"}"#, ""),
        ];
        for (json, expected) in cases {
            assert_eq!(text(json), expected, "{json}");
        }
    }

    #[test]
    fn a_draft_forgets_the_record_before() {
        let mut draft = Draft::default();
        draft.begin(2);
        draft.text.push_str("東京都");
        draft.assign(1, 0);
        assert_eq!(draft.finish(), Row::of([Cell::Absent, Cell::Text("東京都")]));
        draft.begin(2);
        draft.blank(0..1);
        assert_eq!(draft.finish(), Row::of([Cell::Blank, Cell::Absent]));
    }
}
