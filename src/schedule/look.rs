//! One look at the flows whose time has come: read the stored tick, decide, fire.

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;

use super::Clock;
use super::book::{Book, Watched};
use super::due::{Due, due, jobs, milliseconds, start};
use crate::job::{Job, RunId};
use crate::queue::{Queue, QueueError, Ticked, tokyo};
use crate::telemetry::metrics;

/// A stored tick so far ahead of this machine's clock is none of a daemon whose clock goes a little fast.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// Looks at every flow whose time has come.
///
/// # Errors
/// If Redis is away; what was not looked at stays due. Any other failure is of one flow: it is logged, and that flow is tried again later.
pub(super) async fn at_all_due(queue: &Queue, clock: &impl Clock, book: &mut Book) -> Result<(), QueueError> {
    for watched in book.ready(clock.now()) {
        match at(queue, clock, watched).await {
            Ok(()) => {}
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => {
                let (link, flow) = (&watched.link, watched.flow);
                tracing::error!(%link, %flow, %error, "failed to fire a schedule; trying again in a while");
                watched.retry(clock.now());
            }
        }
    }
    Ok(())
}

async fn at(queue: &Queue, clock: &impl Clock, watched: &mut Watched) -> Result<(), QueueError> {
    let stored = queue.last_tick(&watched.link, watched.flow.as_str()).await?;
    // Not before: the answer may have waited for Redis.
    let now = clock.now().with_timezone(&watched.zone);
    let begun = stored.max(watched.known);
    let settled = match due(&watched.schedule, begun, &now, watched.catch_up) {
        Due::New => {
            let start = milliseconds(&start(&watched.schedule, &now));
            begin(queue, watched, start).await?;
            Some(start)
        }
        Due::Fire(tick) => {
            fire(queue, watched, &tick).await?;
            Some(milliseconds(&tick))
        }
        Due::Missed(tick) => {
            let (link, flow) = (&watched.link, watched.flow);
            tracing::warn!(%link, %flow, tick = %tick.to_rfc3339(), "missed a tick that is too old to make up for");
            Some(milliseconds(&tick))
        }
        Due::Nothing => {
            warn_of_the_future(watched, stored, &now);
            match begun {
                Some(begun) if stored < Some(begun) => begin(queue, watched, begun).await?,
                _ => {}
            }
            None
        }
    };
    watched.settled(settled, &now);
    Ok(())
}

/// Stores a starting point, unless another daemon did.
async fn begin(queue: &Queue, watched: &Watched, start: u64) -> Result<(), QueueError> {
    let (link, flow) = (&watched.link, watched.flow);
    queue.tick(link, flow.as_str(), start, &[]).await?;
    tracing::debug!(%link, %flow, from = %tokyo(start), "a schedule starts");
    Ok(())
}

async fn fire(queue: &Queue, watched: &Watched, tick: &DateTime<Tz>) -> Result<(), QueueError> {
    let (link, flow) = (&watched.link, watched.flow);
    let jobs: Vec<_> = jobs(link, flow, watched.months, tick).iter().map(Job::to_fields).collect();
    let ticked = queue.tick(link, flow.as_str(), milliseconds(tick), &jobs).await?;
    let tick = tick.to_rfc3339();
    match ticked {
        Ticked::Fired(runs) => {
            let runs: Vec<&str> = runs.iter().map(RunId::as_str).collect();
            tracing::info!(%link, %flow, %tick, runs = %runs.join(" "), "fired a tick");
        }
        Ticked::Skipped => {
            metrics::tick_skipped();
            tracing::warn!(%link, %flow, %tick, "skipped a tick: a run of the last one is still open");
        }
        Ticked::Old => tracing::debug!(%link, %flow, %tick, "another daemon fired the tick"),
    }
    Ok(())
}

/// A clock that once was wrong can have stored a tick of the future. Nothing fires before it, so somebody must know.
fn warn_of_the_future(watched: &Watched, stored: Option<u64>, now: &DateTime<Tz>) {
    if let Some(stored) = stored.filter(|stored| *stored > milliseconds(&(*now + AHEAD))) {
        let (link, flow) = (&watched.link, watched.flow);
        tracing::warn!(%link, %flow, stored = %tokyo(stored), "the last tick lies in the future; nothing fires before it");
    }
}
