//! Stream entries as Redis sends them. The library's own type keeps fields in a map of strings, which loses their
//! order, repeated names and names that aren't UTF-8.

use redis::Value;

/// An entry's id and its fields; no fields if it was deleted while it was pending.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) fields: Option<Vec<(Vec<u8>, Vec<u8>)>>,
}

/// The entries in the answer to XREADGROUP on one stream. No answer means no entries.
pub(super) fn from_read(answer: Value) -> Option<Vec<Entry>> {
    match answer {
        Value::Nil => Some(Vec::new()),
        Value::Array(streams) => {
            let Some(Value::Array(stream)) = streams.into_iter().next() else { return None };
            list(stream.into_iter().nth(1)?)
        }
        Value::Map(streams) => list(streams.into_iter().next()?.1),
        _ => None,
    }
}

/// The next cursor and the entries in the answer to XAUTOCLAIM. Redis 7 adds a third part, which isn't needed.
pub(super) fn from_claim(answer: Value) -> Option<(String, Vec<Entry>)> {
    let Value::Array(parts) = answer else { return None };
    let mut parts = parts.into_iter();
    let cursor = text(parts.next()?)?;
    let Value::Array(rows) = parts.next()? else { return None };
    // Redis 6.2 answers nil for an entry that is gone from the stream, without telling which.
    Some((cursor, list(Value::Array(rows.into_iter().filter(|row| *row != Value::Nil).collect()))?))
}

fn list(rows: Value) -> Option<Vec<Entry>> {
    let Value::Array(rows) = rows else { return None };
    rows.into_iter().map(entry).collect()
}

fn entry(row: Value) -> Option<Entry> {
    let Value::Array(parts) = row else { return None };
    let mut parts = parts.into_iter();
    let id = text(parts.next()?)?;
    let words = match parts.next()? {
        Value::Array(words) => words,
        Value::Nil => return Some(Entry { id, fields: None }),
        _ => return None,
    };
    let mut words = words.into_iter().map(bytes);
    let mut fields = Vec::with_capacity(words.len() / 2);
    while let (Some(name), Some(value)) = (words.next(), words.next()) {
        fields.push((name?, value?));
    }
    Some(Entry { id, fields: Some(fields) })
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Some(bytes),
        Value::SimpleString(text) => Some(text.into_bytes()),
        _ => None,
    }
}

fn text(value: Value) -> Option<String> {
    String::from_utf8(bytes(value)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bulk(text: &str) -> Value {
        Value::BulkString(text.as_bytes().to_vec())
    }

    fn row(id: &str) -> Value {
        let fields = [bulk("link"), bulk("acme"), bulk("link"), Value::BulkString(vec![0xff])];
        Value::Array(vec![bulk(id), Value::Array(fields.into())])
    }

    #[test]
    fn repeated_and_odd_fields_are_kept() {
        let answer =
            Value::Array(vec![Value::Array(vec![bulk("renkei:jobs"), Value::Array(vec![row("1-0")])])]);
        let entries = from_read(answer).expect("it is an answer");
        let fields = entries[0].fields.as_ref().expect("it has fields");
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[1], (b"link".to_vec(), vec![0xff]));
    }

    #[test]
    fn no_answer_is_no_entry() {
        assert_eq!(from_read(Value::Nil), Some(Vec::new()));
    }

    #[test]
    fn a_claim_tells_the_next_cursor_and_passes_over_what_is_gone() {
        let gone = Value::Array(vec![bulk("3-0"), Value::Nil]);
        let answer = Value::Array(vec![bulk("9-0"), Value::Array(vec![row("1-0"), Value::Nil, gone])]);
        let (cursor, entries) = from_claim(answer).expect("it is an answer");
        assert_eq!(cursor, "9-0");
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1], Entry { id: "3-0".to_owned(), fields: None });
    }

    #[test]
    fn another_answer_is_refused() {
        assert_eq!(from_read(Value::Int(1)), None);
        assert_eq!(from_claim(Value::Nil), None);
    }
}
