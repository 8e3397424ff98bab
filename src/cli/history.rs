//! `renkei history` and `renkei history show RUN`: the 実行履歴.

use super::args::{Format, Global, HistoryArgs, HistoryCommand};
use super::connect::{block_on, config, queue, redis_error};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::config::Config;
use crate::history::{self, Filter, Run, Status, list_table, show_table};
use crate::job::RunId;
use crate::notify::failure_hint;
use crate::queue::Queue;

pub(super) fn run(global: &Global, args: &HistoryArgs) -> Result<Exit, ExpectedError> {
    let status = args.status.as_deref().map(status).transpose()?;
    let config = config(global)?;
    block_on(async {
        let queue = queue(&config).await?;
        match &args.command {
            Some(HistoryCommand::Show { run }) => {
                let run = find(&config, &queue, run).await?;
                match global.format {
                    Format::Json => output::json(&run)?,
                    Format::Table => {
                        output::text(&show_table(&run, Some(&hint(&config, &run)), output::width()))?;
                    }
                }
            }
            None => {
                let filter = Filter { link: args.link.clone(), status, limit: args.limit };
                let runs =
                    history::list(&queue, &filter).await.map_err(|error| redis_error(&config, error))?;
                match global.format {
                    Format::Json => output::json(&runs)?,
                    Format::Table => output::text(&list_table(&runs))?,
                }
            }
        }
        Ok(Exit::Done)
    })
}

/// The run of this id, with its people.
pub(super) async fn find(config: &Config, queue: &Queue, run: &str) -> Result<Run, ExpectedError> {
    let missing = || ExpectedError::NoRun(run.to_owned());
    let id: RunId = run.parse().map_err(|()| missing())?;
    history::show(queue, &id).await.map_err(|error| redis_error(config, error))?.ok_or_else(missing)
}

/// Whom to ask about an 異常終了.
fn hint(config: &Config, run: &Run) -> String {
    let organization = run.organization.as_deref().unwrap_or(Config::DEFAULT_ORGANIZATION);
    failure_hint(run.id.as_str(), config.support_of(organization))
}

fn status(word: &str) -> Result<Status, ExpectedError> {
    word.parse().map_err(|()| {
        let words: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
        ExpectedError::Usage(format!("`{word}` is no status; write one of {}", words.join(", ")))
    })
}
