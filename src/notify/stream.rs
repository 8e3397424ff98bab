//! The outbox in Redis, as one mailer of the group sees it.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisResult, Value, from_redis_value};

use super::outbox::OutboxEntry;
use crate::queue::Queue;

const GROUP: &str = "mailers";
/// A mailer that has been silent for so long and has no entries is forgotten.
const FORGET_AFTER_MS: u64 = 3_600_000;
/// Seconds for which it is known who has a mail already: far longer than one is put off.
const SERVED_EXPIRY: u64 = 30 * 24 * 3600;

/// The stream and who reads it.
pub(super) struct Outbox {
    connection: ConnectionManager,
    key: String,
    consumer: String,
}

/// An entry's names and values by turns.
type Words = Vec<Vec<u8>>;

/// What an entry turned out to be.
pub(super) enum Found {
    /// One to send, with the marks of those who have it already.
    Entry(OutboxEntry, Vec<String>),
    /// An entry that is none of ours.
    Unreadable,
    /// Somebody else has it now, or it is gone.
    NotOurs,
}

impl Outbox {
    pub(super) fn new(queue: &Queue, consumer: String) -> Self {
        Outbox { connection: queue.connection(), key: queue.keys().mail(), consumer }
    }

    /// Makes the group, from the beginning of the stream, if there is none.
    pub(super) async fn make_group(&mut self) -> RedisResult<()> {
        let mut command = redis::cmd("XGROUP");
        command.arg("CREATE").arg(&self.key).arg(GROUP).arg("0").arg("MKSTREAM");
        match command.query_async::<()>(&mut self.connection).await {
            Err(error) if error.code() == Some("BUSYGROUP") => Ok(()),
            made => made,
        }
    }

    /// Reads ids of entries that nobody has yet.
    pub(super) async fn read(&mut self, most: usize) -> RedisResult<Vec<String>> {
        let mut command = redis::cmd("XREADGROUP");
        command.arg("GROUP").arg(GROUP).arg(&self.consumer).arg("COUNT").arg(most);
        command.arg("STREAMS").arg(&self.key).arg(">");
        let reply: Option<redis::streams::StreamReadReply> =
            command.query_async(&mut self.connection).await?;
        let keys = reply.map(|reply| reply.keys).unwrap_or_default();
        Ok(keys.into_iter().flat_map(|key| key.ids).map(|entry| entry.id).collect())
    }

    /// Takes over ids of entries whose mailer has been silent for `idle`. Keeps its own fresh as well, were they that old.
    pub(super) async fn take_over(&mut self, idle: Duration, most: usize) -> RedisResult<Vec<String>> {
        let mut command = redis::cmd("XAUTOCLAIM");
        command.arg(&self.key).arg(GROUP).arg(&self.consumer).arg(milliseconds(idle)).arg("0-0");
        command.arg("COUNT").arg(most).arg("JUSTID");
        let reply: Vec<Value> = command.query_async(&mut self.connection).await?;
        match reply.into_iter().nth(1) {
            Some(ids) => Ok(from_redis_value(ids)?),
            None => Ok(Vec::new()),
        }
    }

    /// Says that this mailer is alive and still has these entries. Without any, it asks whether Redis is there.
    pub(super) async fn keep(&mut self, ids: &[&String]) -> RedisResult<()> {
        if ids.is_empty() {
            return redis::cmd("PING").query_async(&mut self.connection).await;
        }
        // Claiming is unconditional; entries that somebody else has by now must not be taken back.
        for id in self.owned(ids).await? {
            let mut command = redis::cmd("XCLAIM");
            command.arg(&self.key).arg(GROUP).arg(&self.consumer).arg(0).arg(id).arg("JUSTID");
            command.query_async::<()>(&mut self.connection).await?;
        }
        Ok(())
    }

    async fn owned<'a>(&mut self, ids: &[&'a String]) -> RedisResult<Vec<&'a String>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for id in ids {
            pipe.cmd("XPENDING").arg(&self.key).arg(GROUP).arg(id).arg(id).arg(1).arg(&self.consumer);
        }
        let pending: Vec<Vec<Value>> = pipe.query_async(&mut self.connection).await?;
        Ok(ids.iter().zip(pending).filter(|(_, pending)| !pending.is_empty()).map(|(id, _)| *id).collect())
    }

    /// The entry, if it is still this mailer's.
    pub(super) async fn fetch(&mut self, id: &str) -> RedisResult<Found> {
        let id = id.to_owned();
        if self.owned(&[&id]).await?.is_empty() {
            return Ok(Found::NotOurs);
        }
        let mut pipe = redis::pipe();
        pipe.cmd("XRANGE").arg(&self.key).arg(&id).arg(&id);
        pipe.cmd("SMEMBERS").arg(self.served_key(&id));
        let (found, served): (Vec<(String, Words)>, Vec<String>) =
            pipe.query_async(&mut self.connection).await?;
        let Some((_, words)) = found.into_iter().next() else { return Ok(Found::Unreadable) };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (pairs, _) = words.as_chunks::<2>();
        let fields: HashMap<_, _> = pairs.iter().map(|[name, value]| (text(name), text(value))).collect();
        let entry = OutboxEntry::from_fields(&fields);
        Ok(entry.map_or(Found::Unreadable, |entry| Found::Entry(entry, served)))
    }

    /// Notes who has an entry's mail already, by their marks, for whoever sends it to the rest.
    pub(super) async fn note_served(&mut self, id: &str, marks: &BTreeSet<String>) -> RedisResult<()> {
        let key = self.served_key(id);
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.cmd("SADD").arg(&key).arg(marks).ignore();
        pipe.cmd("EXPIRE").arg(&key).arg(SERVED_EXPIRY).ignore();
        pipe.query_async(&mut self.connection).await
    }

    fn served_key(&self, id: &str) -> String {
        format!("{}:served:{id}", self.key)
    }

    /// Acknowledges and deletes an entry.
    pub(super) async fn settle(&mut self, id: &str) -> RedisResult<()> {
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.cmd("XACK").arg(&self.key).arg(GROUP).arg(id).ignore();
        pipe.cmd("XDEL").arg(&self.key).arg(id).ignore();
        pipe.cmd("DEL").arg(self.served_key(id)).ignore();
        pipe.query_async(&mut self.connection).await
    }

    /// Forgets mailers of processes that are long gone. One that has entries stays until they are taken over.
    pub(super) async fn forget_dead(&mut self) -> RedisResult<()> {
        let mut command = redis::cmd("XINFO");
        command.arg("CONSUMERS").arg(&self.key).arg(GROUP);
        let found: redis::streams::StreamInfoConsumersReply =
            command.query_async(&mut self.connection).await?;
        let dead = |c: &redis::streams::StreamInfoConsumer| {
            c.pending == 0
                && u64::try_from(c.idle).is_ok_and(|idle| idle > FORGET_AFTER_MS)
                && c.name != self.consumer
        };
        let names: Vec<String> = found.consumers.into_iter().filter(dead).map(|c| c.name).collect();
        for name in names {
            let mut command = redis::cmd("XGROUP");
            command.arg("DELCONSUMER").arg(&self.key).arg(GROUP).arg(name);
            command.query_async::<()>(&mut self.connection).await?;
        }
        Ok(())
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
