//! The way of one attempt, from the delivered entry to its last script.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use futures::FutureExt;
use tokio::sync::watch;
use tracing::Instrument;

use super::holds::KnownHolds;
use super::journal::RunJournal;
use super::requests::Requests;
use super::{Worker, ending, todo};
use crate::config::{Config, Link};
use crate::flows::{self, FlowError, Halt, Intent, Report, Request, RunFailure, Settle, Stop, Tools};
use crate::history;
use crate::job::{Job, JobError, now};
use crate::queue::{Begun, Claim, Delivery, Earlier, Lease, NewRun, QueueError};
use crate::telemetry;

/// How the attempt of a flow ended.
pub(super) enum Ended {
    /// The flow came to its end, or says why not.
    Flow(Box<Result<Report, FlowError>>),
    /// It panicked.
    Panicked,
    /// The daemon drains.
    Drained,
    /// Somebody else has the run.
    Lost,
}

/// An attempt that began.
pub(super) struct Attempt<'a> {
    pub(super) worker: &'a Worker,
    pub(super) config: &'a Config,
    pub(super) link: &'a Link,
    pub(super) job: &'a Job,
    pub(super) claim: Arc<Claim>,
    /// When the run's first attempt began: its day is the run's, however many attempts follow.
    pub(super) first: DateTime<FixedOffset>,
    pub(super) requests: Requests,
    /// The holds of the flow, once it runs.
    pub(super) holds: OnceLock<KnownHolds>,
}

/// Takes a delivered entry to the end of its attempt. Whatever fails for good here is left to the lease: the entry is taken over.
pub(super) async fn live(worker: &Worker, delivery: Delivery) {
    let config = Arc::clone(&worker.config.borrow());
    let done = match Job::parse(&delivery.fields, &*config, now().date_naive()) {
        Ok(job) => begin(worker, &config, &delivery, &job).await,
        Err(error) => reject(worker, &delivery, &error).await,
    };
    if let Err(error) = done {
        tracing::error!(entry = delivery.entry, %error, "failed to carry a job on; it is taken over later");
    }
}

/// Ends an entry that is no valid job, with a sentence that helps. Its content is never logged.
async fn reject(worker: &Worker, delivery: &Delivery, error: &JobError) -> Result<(), QueueError> {
    let config = Arc::clone(&worker.config.borrow());
    let link = error.link.as_deref().and_then(|name| config.links.get(name));
    let link = link.map(|link| (link.name.as_str(), link.organization.as_str()));
    let fields = history::rejected_fields(&error.to_string(), link, &history::timestamp(now().to_utc()));
    let reason = error.reason.as_str();
    worker.queue.reject(delivery, &fields, reason).await?;
    telemetry::job_rejected(reason);
    tracing::warn!(run = delivery.entry, reason, "a job was refused");
    Ok(())
}

async fn begin(worker: &Worker, config: &Config, delivery: &Delivery, job: &Job) -> Result<(), QueueError> {
    let link = &config.links[&job.link];
    match worker.queue.begin(delivery, &new_run(link, job)).await? {
        Begun::Started(claim, earlier) => {
            let attempt = attempt(worker, config, link, job, claim, &earlier).await;
            let run = telemetry::run_span(attempt.claim.run.as_str(), &link.name, job.flow.as_str());
            let number = attempt.claim.attempt;
            let work =
                async { carry_out(&attempt, &earlier).instrument(telemetry::attempt_span(number)).await };
            work.instrument(run).await
        }
        Begun::Crashed(claim, earlier) => {
            let attempt = attempt(worker, config, link, job, claim, &earlier).await;
            ending::crashed(&attempt, &intents(&earlier)).await
        }
        Begun::Waiting { run } => {
            tracing::info!(%run, link = link.name, "the account is busy; the run waits");
            Ok(())
        }
        Begun::Duplicate { run, of } => {
            tracing::info!(%run, %of, link = link.name, "a job with this key ran already");
            Ok(())
        }
        Begun::Ended => Ok(()),
        Begun::Unknown => reject(worker, delivery, &JobError::unknown_run(&job.link)).await,
    }
}

async fn attempt<'a>(
    worker: &'a Worker,
    config: &'a Config,
    link: &'a Link,
    job: &'a Job,
    claim: Claim,
    earlier: &Earlier,
) -> Attempt<'a> {
    let first = DateTime::parse_from_rfc3339(&earlier.started_at).unwrap_or_else(|_| now());
    let requests = Requests::of(&worker.queue, &claim, job.flow).await;
    let holds = OnceLock::new();
    Attempt { worker, config, link, job, claim: Arc::new(claim), first, requests, holds }
}

fn new_run(link: &Link, job: &Job) -> NewRun {
    NewRun {
        fields: history::begin_fields(job, &link.organization),
        link: link.name.clone(),
        accounts: link.accounts(),
        key: job.key.clone(),
        run: job.run.clone(),
    }
}

/// Runs the flow under a lease, then ends the attempt as the flow says.
async fn carry_out(attempt: &Attempt<'_>, earlier: &Earlier) -> Result<(), QueueError> {
    let worker = attempt.worker;
    let settings = &attempt.config.worker;
    tracing::info!(enqueued_ms = attempt.claim.enqueued_ms, "the attempt begins");
    let lease = Arc::new(worker.queue.hold(&attempt.claim));
    let intents = intents(earlier);
    let journal = RunJournal::new(
        worker.queue.clone(),
        Arc::clone(&attempt.claim),
        Arc::clone(&lease),
        settings.write_margin,
        worker.drain.clone(),
        intents.clone(),
        attempt.requests.clone(),
    );
    let ended = tokio::select! {
        biased;
        () = lease.lost() => Ended::Lost,
        () = drained(worker.drain.clone(), &journal, settings.drain) => Ended::Drained,
        result = AssertUnwindSafe(flow(attempt, &lease, &journal, &intents)).catch_unwind() => match result {
            Ok(Err(FlowError::Halted(Halt::Draining))) => Ended::Drained,
            Ok(Err(FlowError::Halted(Halt::Lost))) => Ended::Lost,
            Ok(result) => Ended::Flow(Box::new(result)),
            Err(_) => Ended::Panicked,
        },
    };
    ending::end(attempt, ended, &journal.intents()).await
}

/// What earlier attempts meant to write. Only renkei's own words stand there; what can't be read comes from a newer one.
fn intents(earlier: &Earlier) -> Vec<Intent> {
    if earlier.intents.is_empty() {
        return Vec::new();
    }
    serde_json::from_str(&earlier.intents).unwrap_or_else(|error| {
        tracing::error!(%error, "failed to read the intents of earlier attempts; both sides are read without them");
        Vec::new()
    })
}

async fn flow(
    attempt: &Attempt<'_>,
    lease: &Arc<Lease>,
    journal: &RunJournal,
    intents: &[Intent],
) -> Result<Report, FlowError> {
    let settings = &attempt.config.worker;
    let margin = settings.write_margin;
    let lease = Arc::clone(lease);
    let tools = Tools {
        http: attempt.worker.http.clone(),
        meter: attempt.requests.meter.clone(),
        stop: Stop::never().with_lease(move || lease.may_write(margin)),
    };
    let decisions = holds(attempt).await?.decisions();
    let open = todo::open(attempt).await.map_err(|error| unanswered(&error))?;
    let request = Request {
        link: attempt.link,
        run: attempt.claim.run.as_str(),
        job: attempt.job,
        began: attempt.first,
        last_full: last_full(attempt).await?,
        decisions: &decisions,
        todo: &open,
        intents,
        settle: Settle { limit: settings.settle, every: settings.settle_poll },
    };
    flows::run(&tools, &request, journal).await
}

/// The measure of the guard on a shrunken source. Without an answer there is no run: the guard would be open.
async fn last_full(attempt: &Attempt<'_>) -> Result<Option<u64>, FlowError> {
    let queue = &attempt.worker.queue;
    let month = attempt.job.month.map(|month| month.to_string());
    let read = || history::last_full(queue, &attempt.link.name, attempt.job.flow, month.as_deref());
    queue.persist(read).await.map_err(|error| unanswered(&error))
}

/// What people decided. Without an answer there is no run: somebody whom they know to be another would be held again, and mailed.
async fn holds<'a>(attempt: &'a Attempt<'_>) -> Result<&'a KnownHolds, FlowError> {
    let queue = &attempt.worker.queue;
    let read = || KnownHolds::read(queue, &attempt.link.name, attempt.job.flow);
    let holds = queue.persist(read).await.map_err(|error| unanswered(&error))?;
    Ok(attempt.holds.get_or_init(|| holds))
}

fn unanswered(error: &QueueError) -> FlowError {
    FlowError::Transient {
        failure: RunFailure::Timeout { service: "Redis" }.into(),
        what: error.to_string(),
        retry_after: None,
    }
}

/// Returns when the daemon drains and no write is in flight, or one has had its time.
async fn drained(mut drain: watch::Receiver<bool>, journal: &RunJournal, limit: Duration) {
    if drain.wait_for(|drain| *drain).await.is_err() {
        std::future::pending::<()>().await;
    }
    // A write that takes longer stays an intent; the next attempt settles it.
    let _ = tokio::time::timeout(limit, journal.no_write_in_flight()).await;
}
