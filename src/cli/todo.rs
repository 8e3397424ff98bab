//! `renkei todo`: 要対応, what the last run of each flow found that a link can't carry and a person must still do.

use chrono::NaiveDate;
use serde::Serialize;

use super::args::{Format, Global, TodoArgs};
use super::connect::{block_on, config, queue, redis_error};
use super::error::{Exit, ExpectedError};
use super::output;
use crate::config::Config;
use crate::history::{self, OpenTodos, Todo, todo_table};
use crate::job::{Flow, nearest, now};

/// One 要対応 as JSON.
#[derive(Debug, Serialize)]
struct Line<'a> {
    link: &'a str,
    flow: Flow,
    month: Option<&'a str>,
    /// The day of the last run that looked at everybody.
    as_of: NaiveDate,
    /// How many this flow, and month, has in all; of very many only the first are listed.
    count: u64,
    #[serde(flatten)]
    todo: &'a Todo,
}

pub(super) fn run(global: &Global, args: &TodoArgs) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    let link = args.link.as_deref();
    link.map_or(Ok(()), |link| known(&config, link))?;
    let today = now().date_naive();
    let open = block_on(async {
        let queue = queue(&config).await?;
        let mut open = Vec::new();
        for name in config.links.keys().filter(|name| link.is_none_or(|link| link == name.as_str())) {
            let of_link = history::open_todos(&queue, name, today).await;
            open.extend(of_link.map_err(|error| redis_error(&config, error))?);
        }
        Ok(open)
    })?;
    match global.format {
        Format::Json => output::json(&open.iter().flat_map(lines).collect::<Vec<_>>())?,
        Format::Table => output::text(&todo_table(&open, output::width()))?,
    }
    Ok(Exit::Done)
}

fn lines(open: &OpenTodos) -> impl Iterator<Item = Line<'_>> {
    open.list.todo.iter().map(|todo| Line {
        link: &open.link,
        flow: open.flow,
        month: open.month.as_deref(),
        as_of: open.list.day,
        count: open.list.count,
        todo,
    })
}

/// Refuses a link that is not configured: nothing to do would be a wrong answer.
fn known(config: &Config, link: &str) -> Result<(), ExpectedError> {
    if config.links.contains_key(link) {
        return Ok(());
    }
    let names: Vec<&str> = config.links.keys().map(String::as_str).collect();
    let hint = match nearest(link, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("configured are: {}", names.join(", ")),
    };
    Err(ExpectedError::Failure(format!("there is no link `{link}`; {hint}")))
}
