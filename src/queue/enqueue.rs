//! `enqueue`: a job onto the stream, as `redis-cli XADD` does it.

use redis::AsyncCommands;

use super::{Queue, QueueError};
use crate::job::RunId;

impl Queue {
    /// Adds a job and returns the id of its run. Tries once: its caller tells whoever asked.
    pub async fn enqueue(&self, fields: &[(&str, String)]) -> Result<RunId, QueueError> {
        let entry: Option<String> = self.connection().xadd(self.keys().jobs(), "*", fields).await?;
        entry.and_then(|entry| entry.parse().ok()).ok_or(QueueError::Answer("xadd"))
    }

    /// The fields of the job that a run came from, without `run`; nothing if the run isn't there or never began.
    pub async fn job_of(&self, run: &RunId) -> Result<Option<Vec<(String, String)>>, QueueError> {
        let job: Option<String> = self.connection().hget(self.keys().run(run), "job").await?;
        let Some(job) = job else { return Ok(None) };
        let words: Vec<String> = serde_json::from_str(&job).map_err(|_| QueueError::Answer("hget"))?;
        let mut words = words.into_iter();
        Ok(Some(std::iter::from_fn(|| Some((words.next()?, words.next()?))).collect()))
    }
}
