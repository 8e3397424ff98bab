//! `renkei enqueue LINK FLOW …`: checks a job as the daemon would, adds it, and with `--wait` tells how it ended.

use std::time::Duration;

use serde_json::json;

use super::args::{EnqueueArgs, Format, Global, JobArgs};
use super::connect::{block_on, config, queue, redis_error};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::config::Config;
use crate::history::{self, Run, Status, label};
use crate::job::{Job, RunId, now};
use crate::queue::Queue;

/// How often `--wait` looks.
const LOOK: Duration = Duration::from_millis(200);

pub(super) fn run(global: &Global, args: &EnqueueArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let mut fields = fields(&args.job);
    let flag = |set: bool| set.then(|| "true".to_owned());
    let further = [
        ("dry_run", flag(args.dry_run)),
        ("requested_by", args.requested_by.clone()),
        ("key", args.key.clone()),
    ];
    fields.extend(further.into_iter().filter_map(|(name, value)| Some((name, value?))));
    parse(&config, &fields)?;
    block_on(async {
        let queue = queue(&config).await?;
        let run = queue.enqueue(&fields).await.map_err(|error| redis_error(&config, error))?;
        if args.wait {
            let ended = wait(&config, &queue, &run).await?;
            print_run(global.format, &ended)?;
            return Ok(exit_of(&ended));
        }
        match global.format {
            Format::Json => output::json(&json!({ "run": run }))?,
            Format::Table => output::line(&run)?,
        }
        Ok(Exit::Done)
    })
}

/// The fields of a job as they were typed.
pub(super) fn fields(args: &JobArgs) -> Vec<(&'static str, String)> {
    let mut fields = vec![("link", args.link.clone()), ("flow", args.flow.clone())];
    let further = [
        ("month", args.month.clone()),
        ("employees", args.employees.clone()),
        ("datasets", args.datasets.clone()),
        ("items", args.items.clone()),
        ("force", args.force.then(|| "true".to_owned())),
    ];
    fields.extend(further.into_iter().filter_map(|(name, value)| Some((name, value?))));
    fields
}

/// The job that the daemon would read from these fields.
pub(super) fn parse(config: &Config, fields: &[(&str, String)]) -> Result<Job, ExpectedError> {
    let fields: Vec<(Vec<u8>, Vec<u8>)> =
        fields.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect();
    Ok(Job::parse(&fields, config, now().date_naive())?)
}

/// Waits for a run's end; for a duplicate, for the end of the run that had the key first.
pub(super) async fn wait(config: &Config, queue: &Queue, run: &RunId) -> Result<Run, ExpectedError> {
    let mut run = run.clone();
    loop {
        let shown = history::show(queue, &run).await.map_err(|error| redis_error(config, error))?;
        let first = shown.as_ref().and_then(|shown| shown.duplicate_of.as_ref()?.parse().ok());
        match (shown, first) {
            (Some(_), Some(first)) => run = first,
            (Some(shown), None) if shown.status.is_ended() => return Ok(shown),
            _ => tokio::time::sleep(LOOK).await,
        }
    }
}

/// How a run's end is told by an exit code.
pub(super) fn exit_of(run: &Run) -> Exit {
    match run.status {
        Status::Failed => Exit::Failed,
        _ if run.counts.held + run.counts.rejected > 0 => Exit::People,
        _ => Exit::Done,
    }
}

fn print_run(format: Format, run: &Run) -> Result<(), ExpectedError> {
    match format {
        Format::Json => output::json(run),
        Format::Table => output::line(format!("{} {}", run.id, label(run))),
    }
}
