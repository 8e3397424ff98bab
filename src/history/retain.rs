//! What is kept, and for how long (`DESIGN` §5.4, promise 7).
//!
//! Redis itself deletes a run's hash 400 days after its end and its people after 90, by the expiry that `finish` sets. What is
//! left to do here is to take such runs out of the indexes and to keep no more than so many ended runs a link. Runs that have
//! not ended are never touched.

use std::collections::{BTreeSet, VecDeque};

use super::page::{self, Order};
use super::run::Status;
use crate::job::RunId;
use crate::queue::{Queue, QueueError};

/// An index that is swept no more, because its link has no runs left, goes this many seconds later.
const INDEX_EXPIRY: u64 = 401 * 24 * 3600;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Ended runs kept a link, and of all runs without a valid link together.
    pub ended_runs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { ended_runs: 10_000 }
    }
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Index members whose run had expired.
    pub expired: usize,
    /// Ended runs deleted because there were too many.
    pub deleted: usize,
}

/// Brings the indexes in step with what exists and deletes ended runs beyond the limit, oldest first. Harmless to run at the
/// same time elsewhere. To be called about once an hour.
///
/// # Errors
/// Redis does not answer; what was done stays done.
pub async fn sweep(queue: &Queue, limits: Limits) -> Result<Swept, QueueError> {
    let mut swept = Swept::default();
    let links = sweep_all(queue, limits, &mut swept).await?;
    for link in links {
        sweep_link(queue, &link, limits, &mut swept).await?;
    }
    Ok(swept)
}

/// Walks the index of all runs, oldest first, and trims those without a link. Returns the links met.
async fn sweep_all(queue: &Queue, limits: Limits, swept: &mut Swept) -> Result<BTreeSet<String>, QueueError> {
    let (index, mut rank) = (queue.keys().runs(), 0);
    let (mut links, mut linkless) = (BTreeSet::new(), Newest::new(limits.ended_runs));
    loop {
        let ids = page::index(queue, &index, Order::OldestFirst, rank).await?;
        if ids.is_empty() {
            return Ok(links);
        }
        rank += ids.len();
        let found = page::fields(queue, &ids, &["status", "link"]).await?;
        let (mut gone, mut surplus) = (Vec::new(), Vec::new());
        for (id, values) in ids.into_iter().zip(found) {
            match (state(values.first()), values.get(1).cloned().flatten()) {
                (State::Gone, _) => gone.push(id),
                (_, Some(link)) => drop(links.insert(link)),
                (State::Open, None) => {}
                (State::Ended, None) => surplus.extend(linkless.add(id)),
            }
        }
        swept.expired += forget(queue, &index, &gone).await?;
        swept.deleted += delete(queue, &surplus, None).await?;
        // What was taken out moved the rest to lower ranks.
        rank -= gone.len() + surplus.len();
    }
}

/// Walks one link's index, oldest first, brings it in step and trims it. Runs that are open don't count.
async fn sweep_link(queue: &Queue, link: &str, limits: Limits, swept: &mut Swept) -> Result<(), QueueError> {
    let (index, mut rank) = (queue.keys().runs_of(link), 0);
    let mut newest = Newest::new(limits.ended_runs);
    loop {
        let (ids, states) = page_of_states(queue, &index, rank).await?;
        if ids.is_empty() {
            break;
        }
        rank += ids.len();
        let (mut gone, mut surplus) = (Vec::new(), Vec::new());
        for (id, state) in ids.into_iter().zip(states) {
            match state {
                State::Gone => gone.push(id),
                State::Open => {}
                State::Ended => surplus.extend(newest.add(id)),
            }
        }
        swept.expired += forget(queue, &index, &gone).await?;
        swept.deleted += delete(queue, &surplus, Some(link)).await?;
        // What was taken out moved the rest to lower ranks.
        rank -= gone.len() + surplus.len();
    }
    let mut expire = redis::cmd("EXPIRE");
    expire.arg(&index).arg(INDEX_EXPIRY);
    Ok(expire.query_async(&mut queue.connection()).await?)
}

/// The newest ended runs met on a walk from the oldest on. Two sweeps at once find the same ones surplus.
struct Newest {
    ended: VecDeque<RunId>,
    most: usize,
}

impl Newest {
    fn new(most: usize) -> Self {
        Newest { ended: VecDeque::new(), most }
    }

    /// Takes an ended run in; returns the oldest one if there are too many now.
    fn add(&mut self, id: RunId) -> Option<RunId> {
        self.ended.push_back(id);
        if self.ended.len() > self.most { self.ended.pop_front() } else { None }
    }
}

/// One page of an index, oldest first, with the state of each run.
async fn page_of_states(
    queue: &Queue,
    index: &str,
    rank: usize,
) -> Result<(Vec<RunId>, Vec<State>), QueueError> {
    let ids = page::index(queue, index, Order::OldestFirst, rank).await?;
    let found = page::fields(queue, &ids, &["status"]).await?;
    let states = found.iter().map(|values| state(values.first())).collect();
    Ok((ids, states))
}

enum State {
    Gone,
    Open,
    Ended,
}

fn state(status: Option<&Option<String>>) -> State {
    match status.and_then(Option::as_deref).map(str::parse::<Status>) {
        None => State::Gone,
        Some(Ok(status)) if status.is_ended() => State::Ended,
        // A word of a newer version is not ours to delete.
        Some(_) => State::Open,
    }
}

/// Takes runs that no longer exist out of an index.
async fn forget(queue: &Queue, index: &str, ids: &[RunId]) -> Result<usize, QueueError> {
    if ids.is_empty() {
        return Ok(0);
    }
    let names: Vec<&str> = ids.iter().map(RunId::as_str).collect();
    let mut remove = redis::cmd("ZREM");
    remove.arg(index).arg(names);
    Ok(remove.query_async(&mut queue.connection()).await?)
}

/// Deletes ended runs with their people. An ended run never opens again, so nothing can come between.
async fn delete(queue: &Queue, ids: &[RunId], link: Option<&str>) -> Result<usize, QueueError> {
    if ids.is_empty() {
        return Ok(0);
    }
    let mut pipe = redis::pipe();
    pipe.atomic();
    for id in ids {
        pipe.cmd("DEL").arg(queue.keys().run(id)).arg(queue.keys().people(id)).ignore();
    }
    let names: Vec<&str> = ids.iter().map(RunId::as_str).collect();
    pipe.cmd("ZREM").arg(queue.keys().runs()).arg(&names).ignore();
    if let Some(link) = link {
        pipe.cmd("ZREM").arg(queue.keys().runs_of(link)).arg(&names).ignore();
    }
    pipe.query_async::<()>(&mut queue.connection()).await?;
    Ok(ids.len())
}
