//! Entries of dead workers: taken over when they were idle past the lease, released when this worker leaves.

use redis::Value;
use tokio::sync::OwnedSemaphorePermit;

use super::consumer::{Consumer, Taken};
use super::delivery::Running;
use super::entries;
use super::script;
use super::{Queue, QueueError, WORKERS};

/// The most pages of idle entries that one look turns.
const PAGES: usize = 20;
/// The most entries that one look at the own pending entries sees.
const OWN: usize = 1000;
/// An idleness beyond every lease: a day.
const LONG_IDLE_MS: u64 = 24 * 3600 * 1000;

impl Consumer {
    /// Takes over as many idle entries as there are free slots, except those that this process runs: their own
    /// guards renew them.
    pub(super) async fn take_over(&mut self, free: &mut Vec<OwnedSemaphorePermit>) -> Result<(), QueueError> {
        if !self.queue.settled() {
            return Ok(());
        }
        for _ in 0..PAGES {
            if free.is_empty() {
                break;
            }
            let mut claim = redis::cmd("XAUTOCLAIM");
            claim.arg(self.queue.keys().jobs()).arg(WORKERS).arg(&*self.name).arg(self.queue.lease_ms());
            claim.arg(&self.cursor).arg("COUNT").arg(free.len());
            let answer: Value = claim.query_async(&mut self.queue.connection()).await?;
            let (cursor, idle) = entries::from_claim(answer).ok_or(QueueError::Answer("xautoclaim"))?;
            self.cursor = cursor;
            for entry in idle {
                if !self.running.contains(&entry.id) {
                    self.deliver(entry, free, Taken::Over).await;
                }
            }
            if self.cursor == "0-0" {
                break;
            }
        }
        Ok(())
    }
}

impl Queue {
    /// Acknowledges an entry that is no longer on the stream.
    pub(super) async fn forget(&self, entry: &str) {
        let mut ack = redis::cmd("XACK");
        ack.arg(self.keys().jobs()).arg(WORKERS).arg(entry);
        if let Err(error) = ack.query_async::<Value>(&mut self.connection()).await {
            tracing::debug!(%error, "left a deleted entry to the next look");
        }
    }

    /// Releases what the consumer has but nobody carries, until nothing is carried any more; then the consumer
    /// leaves the group. If Redis is away, the lease does the same later.
    pub(super) async fn leave(&self, consumer: &str, running: &Running) {
        loop {
            if let Err(error) = self.release_idle(consumer, running).await {
                tracing::debug!(%error, "left entries to their lease");
                return;
            }
            if running.is_empty() {
                break;
            }
            running.let_go().await;
        }
        if let Err(error) = self.delete_consumers(consumer, Whose::Own).await {
            tracing::debug!(%error, "left the consumer's name to the others");
        }
    }

    async fn release_idle(&self, consumer: &str, running: &Running) -> Result<(), QueueError> {
        let jobs = self.keys().jobs();
        let mut ask = redis::cmd("XPENDING");
        ask.arg(&jobs).arg(WORKERS).arg("-").arg("+").arg(OWN).arg(consumer);
        let pending: Vec<(String, String, u64, u64)> = ask.query_async(&mut self.connection()).await?;
        for (entry, ..) in pending.iter().filter(|(entry, ..)| !running.contains(entry)) {
            let mut call = script::RELEASE.prepare_invoke();
            call.key(&jobs).arg(WORKERS).arg(consumer).arg(entry).arg(LONG_IDLE_MS);
            self.call::<i64>(&call).await?;
        }
        Ok(())
    }

    /// Deletes consumers without pending entries: the caller's own name, or those of dead processes.
    pub(super) async fn delete_consumers(&self, own: &str, whose: Whose) -> Result<u64, QueueError> {
        let mut call = script::CONSUMERS.prepare_invoke();
        let word = match whose {
            Whose::Own => "own",
            Whose::Dead => "dead",
        };
        call.key(self.keys().jobs()).arg(WORKERS).arg(own).arg(self.lease_ms().saturating_mul(10)).arg(word);
        self.call(&call).await
    }
}

/// Which consumers to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The caller's.
    Own,
    /// Those that did nothing for ten leases.
    Dead,
}
