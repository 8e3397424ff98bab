//! `renkei retry RUN`: 再試行待ち is due now; an ended run becomes a new job with the same fields, without `tick` and `key`; one that
//! is on its way is left alone. Prints the run to look at.

use serde_json::json;

use super::args::{Format, Global, RetryArgs};
use super::connect::{block_on, config, queue, redis_error};
use super::error::{Exit, ExpectedError};
use super::history::find;
use super::{enqueue, output};
use crate::history::{self, Status};

pub(super) fn run(global: &Global, args: &RetryArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    block_on(async {
        let queue = queue(&config).await?;
        let failed = |error| redis_error(&config, error);
        let run = find(&config, &queue, &args.run).await?;
        let again = match run.status {
            Status::Retrying if queue.hasten(&run.id).await.map_err(failed)? => {
                if args.force {
                    eprintln!("renkei: the run keeps its own fields: --force is for ended runs");
                }
                run.id
            }
            Status::Completed | Status::Failed => {
                let job = queue.job_of(&run.id).await.map_err(failed)?.ok_or_else(|| {
                    ExpectedError::Failure(format!("run {} never had a valid job to be run again", run.id))
                })?;
                let fields = fields(history::retry_fields(job), args.force);
                enqueue::parse(&config, &fields)?;
                queue.enqueue(&fields).await.map_err(failed)?
            }
            status => {
                eprintln!("renkei: the run is {} already; nothing to do", status.as_str());
                run.id
            }
        };
        match global.format {
            Format::Json => output::json(&json!({ "run": again }))?,
            Format::Table => output::line(&again)?,
        }
        Ok(Exit::Done)
    })
}

fn fields(job: Vec<(String, String)>, force: bool) -> Vec<(&'static str, String)> {
    let known = crate::job::FIELDS;
    let named = |name: &str| known.iter().copied().find(|known| *known == name);
    let mut fields: Vec<_> =
        job.into_iter().filter_map(|(name, value)| Some((named(&name)?, value))).collect();
    if force {
        fields.retain(|(name, _)| *name != "force");
        fields.push(("force", "true".to_owned()));
    }
    fields
}
