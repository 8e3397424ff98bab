//! Reading Redis a page at a time, in one round trip a page.

use std::collections::HashMap;

use crate::job::RunId;
use crate::queue::{Queue, QueueError};

/// Members of an index and entries of a stream per round trip.
pub(super) const PAGE: usize = 200;

/// Which end of an index comes first.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

/// One page of an index, from a rank on.
pub(super) async fn index(
    queue: &Queue,
    key: &str,
    order: Order,
    from: usize,
) -> Result<Vec<RunId>, QueueError> {
    let command = match order {
        Order::OldestFirst => "ZRANGE",
        Order::NewestFirst => "ZREVRANGE",
    };
    let mut range = redis::cmd(command);
    range.arg(key).arg(from).arg(from + PAGE - 1);
    let ids: Vec<String> = range.query_async(&mut queue.connection()).await?;
    // Nobody but the queue writes the indexes, and it writes ids.
    Ok(ids.into_iter().filter_map(|id| id.parse().ok()).collect())
}

/// Some fields of several runs, in the order asked for. What is missing or not text is `None`.
pub(super) async fn fields(
    queue: &Queue,
    ids: &[RunId],
    names: &[&str],
) -> Result<Vec<Vec<Option<String>>>, QueueError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut pipe = redis::pipe();
    for id in ids {
        pipe.cmd("HMGET").arg(queue.keys().run(id)).arg(names);
    }
    let found: Vec<Vec<Option<Vec<u8>>>> = pipe.query_async(&mut queue.connection()).await?;
    let text = |value: Option<Vec<u8>>| value.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(found.into_iter().map(|values| values.into_iter().map(text).collect()).collect())
}

/// The whole hashes of several runs; one that is gone is empty.
pub(super) async fn hashes(queue: &Queue, ids: &[RunId]) -> Result<Vec<HashMap<String, String>>, QueueError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut pipe = redis::pipe();
    for id in ids {
        pipe.cmd("HGETALL").arg(queue.keys().run(id));
    }
    let found: Vec<HashMap<Vec<u8>, Vec<u8>>> = pipe.query_async(&mut queue.connection()).await?;
    Ok(found.into_iter().map(lossy).collect())
}

/// An entry of a stream: its id and its fields, names and values by turns. Producers may write any bytes.
pub(super) type Entry = (String, Vec<Vec<u8>>);

/// One page of a stream, oldest first, after an id (`None`: from the start).
pub(super) async fn stream(queue: &Queue, key: &str, after: Option<&str>) -> Result<Vec<Entry>, QueueError> {
    let start = after.map_or_else(|| "-".to_owned(), |id| format!("({id}"));
    let mut range = redis::cmd("XRANGE");
    range.arg(key).arg(start).arg("+").arg("COUNT").arg(PAGE);
    Ok(range.query_async(&mut queue.connection()).await?)
}

/// One page of a stream, newest first, before an id (`None`: from the end).
pub(super) async fn stream_back(
    queue: &Queue,
    key: &str,
    before: Option<&str>,
) -> Result<Vec<Entry>, QueueError> {
    let start = before.map_or_else(|| "+".to_owned(), |id| format!("({id}"));
    let mut range = redis::cmd("XREVRANGE");
    range.arg(key).arg(start).arg("-").arg("COUNT").arg(PAGE);
    Ok(range.query_async(&mut queue.connection()).await?)
}

/// An entry's fields as text. The last of several fields of a name counts.
pub(super) fn entry_fields(fields: Vec<Vec<u8>>) -> HashMap<String, String> {
    let mut map = HashMap::new();
    let mut fields = fields.into_iter();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        map.insert(name, value);
    }
    lossy(map)
}

fn lossy(map: HashMap<Vec<u8>, Vec<u8>>) -> HashMap<String, String> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    map.into_iter().map(|(name, value)| (text(name), text(value))).collect()
}
