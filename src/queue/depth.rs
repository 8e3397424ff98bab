//! How much work there is, for metrics and readiness.

use redis::Value;
use redis::streams::StreamInfoGroupsReply;

use super::{Queue, QueueError, WORKERS, times};
use crate::job::RunId;

/// Counts of open work by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Entries on the stream that nobody read; those of runs in line that may go are among them.
    pub ready: u64,
    /// Entries in some worker's hands.
    pub running: u64,
    /// Runs in line for an account.
    pub waiting: u64,
    /// Runs that wait for their next attempt.
    pub delayed: u64,
    /// How long the first entry on the stream that nobody read has been there, in milliseconds; 0 if there is none. It
    /// could start and has not: what is in somebody's hands or waits in line doesn't count.
    pub oldest_ms: u64,
}

/// The answers to the pipeline, in its order.
type Answer = ((u64, u64), u64, StreamInfoGroupsReply, u64, u64);

impl Queue {
    /// Counts the open work.
    ///
    /// # Errors
    /// If Redis is away, or has no stream of jobs or no group of workers yet.
    pub async fn depth(&self) -> Result<Depth, QueueError> {
        let keys = self.keys();
        let mut pipe = redis::pipe();
        pipe.cmd("TIME");
        pipe.xlen(keys.jobs());
        pipe.cmd("XINFO").arg("GROUPS").arg(keys.jobs());
        pipe.zcard(keys.waiting()).zcard(keys.delayed());
        let (time, entries, groups, waiting, delayed): Answer =
            pipe.query_async(&mut self.connection()).await?;
        let now = time.0 * 1000 + time.1 / 1000;
        let workers = groups.groups.into_iter().find(|group| group.name == WORKERS);
        let workers = workers.ok_or(QueueError::Answer("xinfo"))?;
        let running = u64::try_from(workers.pending).unwrap_or(u64::MAX);
        let oldest = self.first_after(&workers.last_delivered_id).await?;
        Ok(Depth {
            ready: entries.saturating_sub(running),
            running,
            waiting,
            delayed,
            oldest_ms: oldest.map_or(0, |entry| now.saturating_sub(times::parts(&entry).0)),
        })
    }

    /// The id of the first entry on the stream after this one.
    async fn first_after(&self, entry: &str) -> Result<Option<RunId>, QueueError> {
        let mut look = redis::cmd("XRANGE");
        look.arg(self.keys().jobs()).arg(format!("({entry}")).arg("+").arg("COUNT").arg(1);
        let found: Vec<(String, Value)> = look.query_async(&mut self.connection()).await?;
        Ok(found.first().and_then(|(id, _)| id.parse().ok()))
    }
}
