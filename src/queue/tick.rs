//! `tick`: a scheduled time becomes jobs, once for all daemons.

use super::script;
use super::times;
use super::{Queue, QueueError};
use crate::job::RunId;

/// What became of a tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ticked {
    /// Its jobs are on the stream, in the order given.
    Fired(Vec<RunId>),
    /// Another daemon fired it, or a newer one.
    Old,
    /// A run of the last tick is still open. The tick is stored, nothing is added.
    Skipped,
}

impl Queue {
    /// The last stored tick of a flow of a link, in milliseconds.
    pub async fn last_tick(&self, link: &str, flow: &str) -> Result<Option<u64>, QueueError> {
        Ok(self.schedule(link, flow).await?.0)
    }

    /// Stores a tick (Unix milliseconds) and adds its jobs, if it is newer than the stored one and no run of the
    /// last tick is open. Without jobs it only stores the tick: the starting point of a new link.
    pub async fn tick(
        &self,
        link: &str,
        flow: &str,
        tick_ms: u64,
        jobs: &[Vec<(&'static str, String)>],
    ) -> Result<Ticked, QueueError> {
        loop {
            let (stored, runs) = self.schedule(link, flow).await?;
            if stored.is_some_and(|stored| stored >= tick_ms) {
                return Ok(Ticked::Old);
            }
            let answer = self.try_tick(link, flow, tick_ms, &runs, jobs).await?;
            let (word, fired) = answer.split_first().ok_or(QueueError::Answer("tick"))?;
            return match word.as_str() {
                "old" => Ok(Ticked::Old),
                "skipped" => Ok(Ticked::Skipped),
                "fired" => {
                    let runs: Result<Vec<RunId>, ()> = fired.iter().map(|run| run.parse()).collect();
                    runs.map(Ticked::Fired).map_err(|()| QueueError::Answer("tick"))
                }
                // Another daemon fired an older tick in between.
                "again" => continue,
                _ => Err(QueueError::Answer("tick")),
            };
        }
    }

    async fn schedule(&self, link: &str, flow: &str) -> Result<(Option<u64>, String), QueueError> {
        let mut ask = redis::cmd("HMGET");
        ask.arg(self.keys().schedule(link, flow)).arg("ms").arg("run");
        let (ms, runs): (Option<u64>, Option<String>) = ask.query_async(&mut self.connection()).await?;
        Ok((ms, runs.unwrap_or_default()))
    }

    async fn try_tick(
        &self,
        link: &str,
        flow: &str,
        tick_ms: u64,
        runs: &str,
        jobs: &[Vec<(&'static str, String)>],
    ) -> Result<Vec<String>, QueueError> {
        let keys = self.keys();
        let last: Vec<RunId> = runs.split_whitespace().filter_map(|run| run.parse().ok()).collect();
        let mut call = script::TICK.prepare_invoke();
        call.key(keys.schedule(link, flow)).key(keys.jobs());
        call.arg(tick_ms).arg(times::tokyo(tick_ms)).arg(runs).arg(last.len());
        for run in &last {
            call.key(keys.run(run)).arg(run.as_str());
        }
        for job in jobs {
            let words: Vec<&str> = job.iter().flat_map(|(name, value)| [*name, value.as_str()]).collect();
            call.arg(serde_json::Value::from(words).to_string());
        }
        self.call(&call).await
    }
}
