//! Reading the history: the list, one run with its people, and the last full run.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::page::{self, Order, PAGE};
use super::people::{RecordedPerson, person_from};
use super::run::{Run, Status};
use super::todo::read_recorded;
use crate::job::{Flow, RunId};
use crate::queue::{Queue, QueueError};

/// Texts of a job that no worker has checked yet are shown up to this many characters.
const UNCHECKED: usize = 100;

/// Which runs to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only this link's.
    pub link: Option<String>,
    /// Only those in this state.
    pub status: Option<Status>,
    /// At most this many.
    pub limit: usize,
}

/// The runs that match, newest first, without `people` and `todo`. Entries of the job stream that no worker has begun are
/// among them as 実行待ち.
///
/// # Errors
/// Redis does not answer.
pub async fn list(queue: &Queue, filter: &Filter) -> Result<Vec<Run>, QueueError> {
    // In this order: a job that is begun between the two readings is in both, not in neither, and the second knows more of it.
    let unread = unread(queue, filter).await?;
    let mut runs = indexed(queue, filter).await?;
    runs.extend(unread);
    runs.sort_by_key(|run| std::cmp::Reverse(order(&run.id)));
    runs.dedup_by(|later, earlier| later.id == earlier.id);
    runs.truncate(filter.limit);
    Ok(runs)
}

/// One run with its people and 要対応; `None` if there is no such run.
///
/// # Errors
/// Redis does not answer.
pub async fn show(queue: &Queue, id: &RunId) -> Result<Option<Run>, QueueError> {
    let Some(hash) = hash(queue, id).await? else {
        return waiting_entry(queue, id).await;
    };
    let mut run = Run::from_hash(id.clone(), &hash);
    let people = match hash.get("people_epoch").and_then(|epoch| epoch.parse().ok()) {
        Some(epoch) if !run.status.is_ended() => queue.keys().people_of(id, epoch),
        _ => queue.keys().people(id),
    };
    run.people = Some(read_people(queue, &people).await?);
    run.todo = Some(hash.get("todo").map(|todo| read_recorded(todo)).unwrap_or_default());
    Ok(Some(run))
}

/// The whole hash of a run, inner fields included; `None` if there is none.
///
/// # Errors
/// Redis does not answer.
pub async fn hash(queue: &Queue, id: &RunId) -> Result<Option<HashMap<String, String>>, QueueError> {
    let found = page::hashes(queue, std::slice::from_ref(id)).await?;
    Ok(found.into_iter().next().filter(|hash| !hash.is_empty()))
}

/// How many people the last run of a flow had that was full and 完了, `month` included for attendance; `None` if there is none.
///
/// It is looked up in the link's index, newest first. The index is bounded, so no second record of the same fact is kept.
///
/// # Errors
/// Redis does not answer.
pub async fn last_full(
    queue: &Queue,
    link: &str,
    flow: Flow,
    month: Option<&str>,
) -> Result<Option<u64>, QueueError> {
    let index = queue.keys().runs_of(link);
    let names = ["status", "full", "flow", "month", "counts.target"];
    let mut rank = 0;
    loop {
        let ids = page::index(queue, &index, Order::NewestFirst, rank).await?;
        if ids.is_empty() {
            return Ok(None);
        }
        rank += ids.len();
        for values in page::fields(queue, &ids, &names).await? {
            let [status, full, of_flow, of_month, target] = values.as_slice() else { continue };
            let counts =
                status.as_deref() == Some(Status::Completed.as_str()) && full.as_deref() == Some("true");
            let same = of_flow.as_deref() == Some(flow.as_str()) && of_month.as_deref() == month;
            if let (true, Some(target)) = (counts && same, target.as_ref().and_then(|n| n.parse().ok())) {
                return Ok(Some(target));
            }
        }
    }
}

/// Runs of the index that match, newest first, at most as many as asked for.
async fn indexed(queue: &Queue, filter: &Filter) -> Result<Vec<Run>, QueueError> {
    let index = filter.link.as_ref().map_or_else(|| queue.keys().runs(), |link| queue.keys().runs_of(link));
    let (mut runs, mut seen, mut rank) = (Vec::new(), HashSet::new(), 0);
    while runs.len() < filter.limit {
        let mut ids = page::index(queue, &index, Order::NewestFirst, rank).await?;
        if ids.is_empty() {
            break;
        }
        rank += ids.len();
        // Runs that come in meanwhile shift the ranks, so that a member may turn up twice.
        ids.retain(|id| seen.insert(id.clone()));
        if let Some(status) = filter.status {
            let found = page::fields(queue, &ids, &["status"]).await?;
            let mut is_wanted =
                found.iter().map(|v| v.first().cloned().flatten().as_deref() == Some(status.as_str()));
            ids.retain(|_| is_wanted.next().unwrap_or(false));
        }
        ids.truncate(filter.limit - runs.len());
        let hashes = page::hashes(queue, &ids).await?;
        let found = ids.iter().zip(&hashes).filter(|(_, hash)| !hash.is_empty());
        runs.extend(found.map(|(id, hash)| Run::from_hash(id.clone(), hash)));
    }
    Ok(runs)
}

/// Entries of the job stream that match and that no worker has begun, newest first, at most as many as asked for.
async fn unread(queue: &Queue, filter: &Filter) -> Result<Vec<Run>, QueueError> {
    if filter.status.is_some_and(|status| status != Status::Waiting) {
        return Ok(Vec::new());
    }
    let (mut runs, mut before) = (Vec::new(), None::<String>);
    while runs.len() < filter.limit {
        let entries = page::stream_back(queue, &queue.keys().jobs(), before.as_deref()).await?;
        before = entries.last().map(|(id, _)| id.clone());
        let last_page = entries.len() < PAGE;
        let ids: Vec<RunId> = entries.iter().filter_map(|(id, _)| id.parse().ok()).collect();
        let begun = page::fields(queue, &ids, &["status"]).await?;
        let fresh = entries.into_iter().zip(begun).filter(|(_, status)| status.iter().all(Option::is_none));
        let found = fresh.filter_map(|((id, fields), _)| from_entry(&id, fields));
        runs.extend(found.filter(|run| filter.link.is_none() || run.link == filter.link));
        if last_page {
            break;
        }
    }
    runs.truncate(filter.limit);
    Ok(runs)
}

/// The run of an entry that no worker has begun.
async fn waiting_entry(queue: &Queue, id: &RunId) -> Result<Option<Run>, QueueError> {
    let mut command = redis::cmd("XRANGE");
    command.arg(queue.keys().jobs()).arg(id.as_str()).arg(id.as_str());
    let found: redis::RedisResult<Vec<page::Entry>> = command.query_async(&mut queue.connection()).await;
    let entries = match found {
        Ok(entries) => entries,
        // An id of digits that Redis cannot count to names nothing.
        Err(error) if error.kind() == redis::ErrorKind::Server(redis::ServerErrorKind::ResponseError) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let run = entries.into_iter().next().and_then(|(id, fields)| from_entry(&id, fields));
    Ok(run.map(|run| Run { people: Some(Vec::new()), todo: Some(Vec::new()), ..run }))
}

/// An entry as a run that is 実行待ち. An entry of a run that came back (field `run`) is that run, not one of its own.
fn from_entry(id: &str, fields: Vec<Vec<u8>>) -> Option<Run> {
    let mut fields = page::entry_fields(fields);
    if fields.contains_key("run") {
        return None;
    }
    let allowed = ["link", "flow", "month", "requested_by", "dry_run", "force"];
    let tick = fields.contains_key("tick");
    fields.retain(|name, text| {
        allowed.contains(&name.as_str())
            && text.chars().count() <= UNCHECKED
            && !text.chars().any(|c| c.is_control() || c == char::REPLACEMENT_CHARACTER)
    });
    if tick {
        fields.insert("trigger".to_owned(), "periodic".to_owned());
    }
    Some(Run::from_hash(id.parse().ok()?, &fields))
}

/// The people of a run in their order.
async fn read_people(queue: &Queue, key: &str) -> Result<Vec<RecordedPerson>, QueueError> {
    let (mut placed, mut others, mut after) = (BTreeMap::new(), Vec::new(), None::<String>);
    loop {
        let entries = page::stream(queue, key, after.as_deref()).await?;
        let last_page = entries.len() < PAGE;
        after = entries.last().map(|(id, _)| id.clone());
        for (_, fields) in entries {
            match person_from(&page::entry_fields(fields)) {
                (Some(n), person) => drop(placed.insert(n, person)),
                (None, person) => others.push(person),
            }
        }
        if last_page {
            break;
        }
    }
    Ok(placed.into_values().chain(others).collect())
}

/// The place of an id in time.
fn order(id: &RunId) -> (u64, u64) {
    let (milliseconds, sequence) = id.as_str().split_once('-').unwrap_or_default();
    (milliseconds.parse().unwrap_or(u64::MAX), sequence.parse().unwrap_or(u64::MAX))
}
