//! How an attempt ends: the run is finished, put back, or left to whoever has it now.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::attempt::{Attempt, Ended};
use super::holds::{self, KnownHolds};
use super::retry::{Failed, Next, next_attempt};
use super::todo;
use crate::flows::{
    self, Failure, FlowError, Handover, Intent, Outcome, PersonReport, Report, RunFailure, applied,
};
use crate::history::{self, Counts, DependentCounts, PersonProblem, Reason, RecordedPerson, Status};
use crate::job::{Job, now};
use crate::notify::{self, Import, MailInput, OutboxEntry};
use crate::queue::{Back, End, Held, QueueError, Record, Retain};
use crate::telemetry::{self, AttemptClass, PersonOutcome, RunStatus};

/// Ends an attempt of a flow.
pub(super) async fn end(attempt: &Attempt<'_>, ended: Ended, intents: &[Intent]) -> Result<(), QueueError> {
    let class = match ended {
        Ended::Flow(result) => match *result {
            Ok(report) => finish(attempt, report).await?,
            Err(FlowError::Permanent(failure)) => finish(attempt, failed(failure, intents)).await?,
            Err(FlowError::Transient { failure, what, retry_after }) => {
                retry(attempt, failure, &what, retry_after, intents).await?
            }
            Err(FlowError::Halted(_)) => lost(),
        },
        Ended::Lost => lost(),
        Ended::Drained => {
            let record = Record { fields: attempt.requests.fields(), people: Vec::new() };
            attempt.worker.queue.record(&attempt.claim, &record).await?;
            attempt.worker.queue.put_back(&attempt.claim, &Back::Drain).await?;
            tracing::info!("the run is put back: the daemon drains");
            AttemptClass::Drained
        }
        Ended::Panicked => {
            tracing::error!("the attempt panicked");
            let fields = attempt.requests.fields();
            match attempt.worker.queue.put_back(&attempt.claim, &Back::Crash { fields }).await? {
                Held::Poisoned => finish(attempt, failed(RunFailure::Crash.into(), intents)).await?,
                _ => AttemptClass::Crashed,
            }
        }
    };
    telemetry::attempt_ended(&attempt.link.name, class);
    Ok(())
}

fn lost() -> AttemptClass {
    tracing::warn!("the run is another worker's now; this attempt stops");
    AttemptClass::Lost
}

/// Ends a run whose attempts crashed too often.
pub(super) async fn crashed(attempt: &Attempt<'_>, intents: &[Intent]) -> Result<(), QueueError> {
    telemetry::attempt_ended(&attempt.link.name, AttemptClass::Crashed);
    finish(attempt, failed(RunFailure::Crash.into(), intents)).await.map(drop)
}

/// The report of a run that could not do its work: what it had written until then, and why it ended.
fn failed(failure: Failure, intents: &[Intent]) -> Report {
    Report { failure: Some(failure), ..applied(intents) }
}

async fn retry(
    attempt: &Attempt<'_>,
    failure: Failure,
    what: &str,
    retry_after: Option<Duration>,
    intents: &[Intent],
) -> Result<AttemptClass, QueueError> {
    let since_first = (now() - attempt.first).to_std().unwrap_or_default();
    let state = Failed { attempts: attempt.claim.attempt, since_first, retry_after };
    match next_attempt(state, &attempt.config.worker.retry, chance()) {
        Next::GiveUp => {
            tracing::warn!(error = what, "the run is given up");
            finish(attempt, failed(failure, intents)).await
        }
        Next::After(after) => {
            let due = now() + after;
            tracing::warn!(
                error = what,
                retry_in_ms = after.as_millis(),
                "the attempt failed; the run is tried again"
            );
            let mut fields = history::reason_fields(&reason(&failure));
            fields.push(("next_attempt_at".to_owned(), history::timestamp(due.to_utc())));
            fields.extend(attempt.requests.fields());
            attempt.worker.queue.put_back(&attempt.claim, &Back::Retry { after, fields }).await?;
            Ok(AttemptClass::Transient)
        }
    }
}

/// Ends a run for good: its people, its record, its mail.
async fn finish(attempt: &Attempt<'_>, report: Report) -> Result<AttemptClass, QueueError> {
    let status = if report.failure.is_some() { Status::Failed } else { Status::Completed };
    let nothing = KnownHolds::default();
    let known = attempt.holds.get().unwrap_or(&nothing);
    let people = report
        .people
        .iter()
        .enumerate()
        .map(|(n, person)| history::person_fields(n, &recorded(person, &report, known)));
    let record = Record { fields: Vec::new(), people: people.collect() };
    if attempt.worker.queue.record(&attempt.claim, &record).await? != Held::Yes {
        return Ok(AttemptClass::Lost);
    }
    let finished_at = now();
    let ended = history::Report {
        status,
        finished_at: history::timestamp(finished_at.to_utc()),
        counts: counts(&report.counts),
        skipped: report.skipped.iter().map(|(reason, n)| ((*reason).to_owned(), *n)).collect(),
        requests: attempt.requests.total(),
        handover: report.handover.as_ref().map(handover),
        reason: report.failure.as_ref().map(reason),
        todo: todo::found(&report),
        full: is_full(attempt.job) && status == Status::Completed,
    };
    let mail = mail(attempt, &report, known, &ended.finished_at).map(|entry| entry.to_fields());
    let end = End {
        fields: history::finish_fields(&ended),
        retain: Retain::default(),
        mail,
        holds: holds::found(attempt, &report),
        todo: todo::left_open(attempt, &report, &ended.todo).await?,
    };
    if attempt.worker.queue.finish(&attempt.claim, &end).await? != Held::Yes {
        return Ok(AttemptClass::Lost);
    }
    tell(attempt, &report, status);
    Ok(match &report.failure {
        None => AttemptClass::Completed,
        Some(failure) if failure.code == "F_TIMEOUT" => AttemptClass::Transient,
        Some(_) => AttemptClass::Permanent,
    })
}

/// True if the job is about everybody and everything: its 対象 is a measure for later runs.
fn is_full(job: &Job) -> bool {
    job.employees.is_empty() && !job.dry_run && job.datasets == job.flow.datasets()
}

/// Log and metrics of a run that ended.
fn tell(attempt: &Attempt<'_>, report: &Report, status: Status) {
    let (link, flow) = (attempt.link.name.as_str(), attempt.job.flow.as_str());
    let took = (now() - attempt.first).to_std().unwrap_or_default();
    let counts = &report.counts;
    if let Some(failure) = &report.failure {
        tracing::warn!(code = failure.code, "the run ended 異常終了");
    } else {
        tracing::info!(
            in_scope = counts.target,
            created = counts.created,
            updated = counts.updated,
            held = counts.held,
            rejected = counts.rejected,
            "the run ended 完了"
        );
    }
    let ended = if status == Status::Completed { RunStatus::Completed } else { RunStatus::Failed };
    telemetry::run_ended(Some(link), Some(flow), ended, took);
    if status == Status::Completed && !attempt.job.dry_run {
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
        telemetry::last_success(link, flow, now().timestamp() as f64);
    }
    for (outcome, n) in [
        (PersonOutcome::Created, counts.created),
        (PersonOutcome::Updated, counts.updated),
        (PersonOutcome::Unchanged, counts.unchanged),
        (PersonOutcome::Held, counts.held),
        (PersonOutcome::Rejected, counts.rejected),
        (PersonOutcome::Skipped, counts.skipped),
    ] {
        telemetry::people(link, flow, outcome, n);
    }
}

/// The mail of a run, if somebody is to be told and there is an address.
fn mail(attempt: &Attempt<'_>, report: &Report, known: &KnownHolds, created: &str) -> Option<OutboxEntry> {
    let failure = report.failure.as_ref();
    let outcome = notify::Outcome {
        held: holds::told(report),
        rejected: report.counts.rejected,
        failure: failure.map(|failure| failure.code),
        dry_run: attempt.job.dry_run,
        duplicate: false,
    };
    let organization = attempt.link.organization.as_str();
    if !notify::is_due(&outcome) || attempt.config.mail_to(organization).is_empty() {
        return None;
    }
    let run = attempt.claim.run.as_str();
    let support = attempt.config.support_of(organization);
    let lines = known.lines(report, attempt.first.date_naive());
    let input = MailInput {
        kind: attempt.link.kind,
        run,
        support,
        failure: failure.map(|failure| failure.message.as_str()),
        import: report
            .handover
            .as_ref()
            .and_then(|files| Some(Import { files: &files.files, next: files.next.as_deref()? })),
        lines: lines.iter().map(String::as_str).collect(),
        todo: report.todo.as_ref().map_or(0, Vec::len),
    };
    Some(OutboxEntry {
        run: run.to_owned(),
        organization: organization.to_owned(),
        kind: attempt.link.kind,
        mail: notify::compose(&input),
        message_id: notify::message_id(
            run,
            &[organization, &attempt.link.name],
            attempt.config.mail.as_ref().map(|mail| mail.from.as_str()),
        ),
        created: created.to_owned(),
    })
}

fn handover(files: &Handover) -> history::Handover {
    let Handover { service, read, files, by_hand, next } = files.clone();
    history::Handover {
        form: Handover::FORM.to_owned(),
        service: service.as_str().to_owned(),
        read,
        files,
        by_hand,
        next,
    }
}

fn reason(failure: &Failure) -> Reason {
    let remedy = Some(failure.remedy.clone()).filter(|remedy| !remedy.is_empty());
    Reason { code: failure.code.to_owned(), message: failure.message.clone(), remedy }
}

fn recorded(person: &PersonReport, report: &Report, known: &KnownHolds) -> RecordedPerson {
    let problem = |problem: &flows::Problem| PersonProblem {
        code: problem.code.to_owned(),
        item: problem.item.clone(),
        message: problem.message.clone(),
    };
    RecordedPerson {
        code: person.code.clone(),
        outcome: Outcome::as_str(person.outcome).to_owned(),
        items: person.items.clone(),
        errors: person.problems.iter().map(problem).collect(),
        decision: known.decision_of(person, report),
    }
}

fn counts(counts: &flows::Counts) -> Counts {
    let flows::Counts { target, created, updated, unchanged, held, rejected, skipped, dependents } = *counts;
    let dependents = DependentCounts { updated: dependents.updated, rejected: dependents.rejected };
    Counts { target, created, updated, unchanged, held, rejected, skipped, dependents }
}

/// A number from 0 to 1 for the jitter, from the operating system's randomness.
fn chance() -> f64 {
    const BITS: u32 = 32;
    let bits = u32::try_from(RandomState::new().hash_one(0u8) >> BITS).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}
