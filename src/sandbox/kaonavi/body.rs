//! Reading a body such as `{"member_data": [...]}` entry by entry.
//!
//! A body may have 250 MB, and the whole of it as one JSON value takes ten times that. Only one entry is held
//! at a time.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::refusal::Refusal;

/// Hands every entry of the list under `key` to `visit`, with its place in the list.
///
/// # Errors
/// 400 if the body is no JSON, or not an object with that one list, or the list is empty.
pub(super) fn each(
    body: &[u8],
    key: &'static str,
    mut visit: impl FnMut(usize, &Value),
) -> Result<(), Refusal> {
    let mut count = 0;
    let mut counted = |entry: &Value| {
        visit(count, entry);
        count += 1;
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = json.deserialize_map(Body { key, visit: &mut counted }).and_then(|()| json.end());
    match read {
        Err(error) if error.is_data() => Err(Refusal::bad(&format!("{key}だけを配列で指定してください。"))),
        Err(_) => Err(Refusal::bad("JSONの形式が正しくありません。")),
        Ok(()) if count == 0 => Err(Refusal::bad(&format!("{key}は必ず指定してください。"))),
        Ok(()) => Ok(()),
    }
}

struct Body<'v> {
    key: &'static str,
    visit: &'v mut dyn FnMut(&Value),
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the list {}", self.key)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key != self.key {
                return Err(A::Error::custom("an unknown key"));
            }
            map.next_value_seed(List { visit: self.visit })?;
        }
        Ok(())
    }
}

struct List<'v> {
    visit: &'v mut dyn FnMut(&Value),
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element::<Value>()? {
            (self.visit)(&entry);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(body: &str) -> Result<Vec<(usize, Value)>, Refusal> {
        let mut found = Vec::new();
        each(body.as_bytes(), "codes", |index, entry| found.push((index, entry.clone())))?;
        Ok(found)
    }

    #[test]
    fn entries_come_in_order() {
        assert_eq!(entries(r#"{"codes": ["a", 2]}"#), Ok(vec![(0, "a".into()), (1, 2.into())]));
    }

    #[test]
    fn anything_else_is_refused() {
        for body in [
            "",
            "[]",
            "{}",
            "null",
            "{\"codes\": []}",
            "{\"codes\": null}",
            "{\"codes\": {}}",
            "{\"codes\": [1]} x",
            "{\"codes\": [1]",
            "{\"codes\": [1], \"more\": 1}",
            "{\"member_data\": [1]}",
        ] {
            let refusal = entries(body).expect_err(body);
            assert_eq!(refusal.status.as_u16(), 400, "{body}");
        }
    }
}
