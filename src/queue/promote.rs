//! `promote`: due and startable runs go back on the stream.

use std::sync::atomic::Ordering;

use futures::future::join_all;
use redis::AsyncCommands;

use super::script::{self, add_accounts};
use super::{Queue, QueueError, WORKERS, times};
use crate::job::RunId;

/// The most runs that one call moves, and the most that it looks at.
const PAGE: usize = 100;

/// A run that may be due.
struct Candidate {
    run: RunId,
    /// Its accounts as the run's hash has them.
    accounts: String,
    /// The account in whose line it was found, if it was. Where that is none of its accounts, it has no place there.
    line: Option<String>,
}

impl Queue {
    /// Puts due delayed runs and startable waiting runs back on the stream, at most 100, and says how many.
    ///
    /// Of the waiting runs it looks at the head of each account's line, for the accounts on one page of
    /// `renkei:waiting`; the next call takes the next page.
    pub async fn promote(&self) -> Result<usize, QueueError> {
        let (due, page) = self.pages().await?;
        let lines = self.with_accounts(&page).await?;
        let mut candidates = self.heads(&lines).await?;
        // A run without accounts stands in no line: its own place on the page is all there is.
        candidates.extend(lines.into_iter().filter(|line| line.accounts.is_empty()));
        // Half of the page is the due runs', if there are as many.
        candidates.truncate(PAGE - due.len().min(PAGE / 2));
        let mut due = self.with_accounts(&due).await?;
        due.truncate(PAGE - candidates.len());
        candidates.extend(due);
        self.promote_all(&candidates).await
    }

    /// Makes a run that waits for its next attempt due now. `false` if it doesn't wait for one.
    pub async fn hasten(&self, run: &RunId) -> Result<bool, QueueError> {
        let mut connection = self.connection();
        let mut add = redis::cmd("ZADD");
        add.arg(self.keys().delayed()).arg("XX").arg("CH").arg(0).arg(run.as_str());
        let waits: Option<f64> = connection.zscore(self.keys().delayed(), run.as_str()).await?;
        let changed: i64 = add.query_async(&mut connection).await?;
        self.promote().await?;
        Ok(changed > 0 || waits == Some(0.0))
    }

    /// Lets the oldest run of each account go, after the accounts became free. What fails here the next sweep does.
    pub(super) async fn promote_heads(&self, accounts: &[String], heads: &[String]) {
        let found =
            heads.iter().zip(accounts).filter_map(|(head, account)| Some((head.parse().ok()?, account)));
        let (runs, lines): (Vec<RunId>, Vec<&String>) = found.unzip();
        if runs.is_empty() {
            return;
        }
        let promoted = match self.in_lines(&runs, lines).await {
            Ok(candidates) => self.promote_all(&candidates).await,
            Err(error) => Err(error),
        };
        if let Err(error) = promoted {
            tracing::debug!(%error, "left waiting runs to the next sweep");
        }
    }

    /// The due delayed runs and the next page of waiting ones.
    async fn pages(&self) -> Result<(Vec<RunId>, Vec<RunId>), QueueError> {
        let keys = self.keys();
        let mut connection = self.connection();
        let (seconds, micros): (u64, u64) = redis::cmd("TIME").query_async(&mut connection).await?;
        let now = seconds * 1000 + micros / 1000;
        let from = self.inner.promoted_to.load(Ordering::Relaxed);
        let last = from + PAGE as u64 - 1;
        let mut pipe = redis::pipe();
        pipe.cmd("ZRANGEBYSCORE")
            .arg(keys.delayed())
            .arg("-inf")
            .arg(now)
            .arg("LIMIT")
            .arg(0)
            .arg(PAGE)
            .cmd("ZRANGE")
            .arg(keys.waiting())
            .arg(from)
            .arg(last);
        let (due, page): (Vec<String>, Vec<String>) = pipe.query_async(&mut connection).await?;
        let next = if page.len() < PAGE { 0 } else { last + 1 };
        self.inner.promoted_to.store(next, Ordering::Relaxed);
        let parsed = |ids: Vec<String>| ids.iter().filter_map(|id| id.parse().ok()).collect();
        Ok((parsed(due), parsed(page)))
    }

    async fn with_accounts(&self, runs: &[RunId]) -> Result<Vec<Candidate>, QueueError> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for run in runs {
            pipe.hget(self.keys().run(run), "accounts");
        }
        let accounts: Vec<Option<String>> = pipe.query_async(&mut self.connection()).await?;
        let pairs = runs.iter().cloned().zip(accounts);
        let candidate = |(run, accounts): (RunId, Option<String>)| Candidate {
            run,
            accounts: accounts.unwrap_or_default(),
            line: None,
        };
        Ok(pairs.map(candidate).collect())
    }

    /// Runs that were found in the lines of these accounts, one in each.
    async fn in_lines(
        &self,
        runs: &[RunId],
        lines: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Vec<Candidate>, QueueError> {
        let mut candidates = self.with_accounts(runs).await?;
        for (candidate, line) in candidates.iter_mut().zip(lines) {
            candidate.line = Some(line.into());
        }
        Ok(candidates)
    }

    /// The oldest run in the line of each account of `lines`.
    async fn heads(&self, lines: &[Candidate]) -> Result<Vec<Candidate>, QueueError> {
        let mut accounts: Vec<&str> = lines.iter().flat_map(|line| line.accounts.split(' ')).collect();
        accounts.retain(|account| !account.is_empty());
        accounts.sort_unstable();
        accounts.dedup();
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipe = redis::pipe();
        for account in &accounts {
            pipe.zrange(self.keys().waiting_of(account), 0, 0);
        }
        let heads: Vec<Vec<String>> = pipe.query_async(&mut self.connection()).await?;
        let (runs, found): (Vec<RunId>, Vec<&str>) = heads
            .iter()
            .zip(accounts)
            .filter_map(|(head, account)| Some((head.first()?.parse().ok()?, account)))
            .unzip();
        self.in_lines(&runs, found).await
    }

    async fn promote_all(&self, candidates: &[Candidate]) -> Result<usize, QueueError> {
        let mut promoted = 0;
        for moved in join_all(candidates.iter().map(|candidate| self.promote_one(candidate))).await {
            promoted += moved?;
        }
        Ok(promoted)
    }

    async fn promote_one(&self, candidate: &Candidate) -> Result<usize, QueueError> {
        let keys = self.keys();
        let accounts: Vec<String> = candidate.accounts.split_whitespace().map(str::to_owned).collect();
        let mut call = script::PROMOTE.prepare_invoke();
        call.key(keys.jobs()).key(keys.run(&candidate.run)).key(keys.waiting()).key(keys.delayed());
        call.key(candidate.line.as_ref().map_or_else(|| keys.waiting(), |line| keys.waiting_of(line)));
        add_accounts(&mut call, keys, &accounts);
        call.arg(WORKERS)
            .arg(candidate.run.as_str())
            .arg(times::place(&candidate.run))
            .arg(&candidate.accounts)
            .arg(candidate.line.as_deref().unwrap_or_default());
        self.call(&call).await
    }
}
