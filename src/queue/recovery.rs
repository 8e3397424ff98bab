//! Promise: Redis may go away. Whoever meets an outage says so, waits here until Redis is back and goes on.

use std::future::Future;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use redis::Value;
use tokio::sync::watch;

use super::{Queue, QueueError, SCHEMA, WORKERS};

const SHORTEST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Queue {
    /// Whether Redis was there when it was last used, to watch.
    pub fn up(&self) -> watch::Receiver<bool> {
        self.inner.up.subscribe()
    }

    /// Looks once whether Redis is there and usable, and makes what is missing in it.
    ///
    /// # Errors
    /// If Redis can't be reached or refuses, or if its data is of a newer schema.
    pub async fn check(&self) -> Result<(), QueueError> {
        self.prepare().await?;
        self.note_up();
        Ok(())
    }

    /// Waits until Redis is there.
    ///
    /// # Errors
    /// If waiting can't help: the data is of a newer schema, or Redis refuses for good.
    pub async fn wait_ready(&self) -> Result<(), QueueError> {
        self.persist(|| self.check()).await
    }

    /// Repeats an operation until it doesn't fail for an outage. It may be carried out twice if its answer was lost.
    ///
    /// # Errors
    /// Any failure that waiting can't mend.
    pub async fn persist<T, F, W>(&self, operation: F) -> Result<T, QueueError>
    where
        F: Fn() -> W,
        W: Future<Output = Result<T, QueueError>>,
    {
        let mut wait = SHORTEST_WAIT;
        loop {
            match operation().await {
                Ok(value) => return Ok(value),
                Err(error) if error.is_outage() || error.is_missing_group() => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    self.recover(&error).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Notes an outage, once in the log, and waits until Redis is back and has what it needs.
    pub(super) async fn recover(&self, error: &QueueError) {
        if !error.is_missing_group() {
            self.note_down(error);
        }
        let _one_at_a_time = self.inner.recovery.lock().await;
        if *self.inner.up.borrow() && !error.is_missing_group() {
            return;
        }
        let mut wait = SHORTEST_WAIT;
        while let Err(error) = self.prepare().await {
            if error.is_outage() {
                self.note_down(&error);
            } else if self.inner.up.send_replace(false) {
                tracing::error!(%error, "failed to use redis after it came back; waiting");
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
        self.note_up();
    }

    /// Whether owners had the time to renew their leases since Redis came back, so that what is still idle is dead.
    pub(super) fn settled(&self) -> bool {
        let restored = *self.inner.restored.lock().unwrap_or_else(PoisonError::into_inner);
        *self.inner.up.borrow() && restored.is_none_or(|at| at.elapsed() >= self.inner.settings.renew)
    }

    fn note_down(&self, error: &QueueError) {
        let mut restored = self.inner.restored.lock().unwrap_or_else(PoisonError::into_inner);
        // From the first outage on a time is there; before, the start of the program counts like one only if
        // Redis was away then.
        let first = restored.is_none();
        *restored = Some(Instant::now());
        drop(restored);
        if self.inner.up.send_replace(false) || first {
            tracing::warn!(%error, "failed to reach redis; waiting for it");
        }
    }

    fn note_up(&self) {
        if self.inner.up.send_replace(true) {
            return;
        }
        let mut restored = self.inner.restored.lock().unwrap_or_else(PoisonError::into_inner);
        if restored.is_some() {
            *restored = Some(Instant::now());
            tracing::info!("redis is back");
        }
    }

    /// Makes the schema version and the consumer group if they are missing. Every command here writes, so that a
    /// read-only or full Redis counts as away.
    async fn prepare(&self) -> Result<(), QueueError> {
        let meta = self.inner.keys.meta();
        let mut connection = self.connection();
        let mut pipe = redis::pipe();
        pipe.hset_nx(&meta, "schema", SCHEMA).ignore().hget(&meta, "schema");
        let (found,): (String,) = pipe.query_async(&mut connection).await?;
        if found.parse::<u64>().map_or(true, |version| version > SCHEMA) {
            return Err(QueueError::Schema { found, known: SCHEMA });
        }
        self.ensure_group(&self.inner.keys.jobs(), WORKERS).await
    }

    /// Makes a consumer group that reads a stream from its start, and the stream, unless they exist.
    pub async fn ensure_group(&self, stream: &str, group: &str) -> Result<(), QueueError> {
        let mut create = redis::cmd("XGROUP");
        create.arg("CREATE").arg(stream).arg(group).arg("0").arg("MKSTREAM");
        match create.query_async::<Value>(&mut self.connection()).await {
            Err(error) if error.code() != Some("BUSYGROUP") => Err(error.into()),
            _ => Ok(()),
        }
    }
}
