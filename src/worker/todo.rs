//! What a run does with 要対応: it knows what is open already, tells what it found, and keeps that with its end.

use super::attempt::Attempt;
use crate::flows::{OpenTodo, Report};
use crate::history::{self, Todo};
use crate::queue::{QueueError, TodoList};

/// What earlier runs of the flow, and of the month, left open.
pub(super) async fn open(attempt: &Attempt<'_>) -> Result<Vec<OpenTodo>, QueueError> {
    let (queue, job) = (&attempt.worker.queue, attempt.job);
    let month = job.month.map(|month| month.to_string());
    let read = || history::open_todo(queue, &attempt.link.name, job.flow, month.as_deref());
    let open = queue.persist(read).await?.into_iter();
    // A day that somebody broke by hand is forgotten, not guessed.
    Ok(open
        .filter_map(|Todo { code, kind, since, .. }| {
            Some(OpenTodo { code, kind, since: since.parse().ok()? })
        })
        .collect())
}

/// What the run found, as the history tells it.
pub(super) fn found(report: &Report) -> Vec<Todo> {
    let todo = report.todo.iter().flatten().map(|todo| Todo {
        code: todo.code.clone(),
        kind: todo.kind.to_owned(),
        message: todo.message.clone(),
        since: todo.since.to_string(),
    });
    todo.collect()
}

/// What stays open after the run. A dry run changes nothing, and a run that came to no plan knows nothing.
pub(super) fn left_open(attempt: &Attempt<'_>, report: &Report, found: &[Todo]) -> Option<TodoList> {
    let job = attempt.job;
    if job.dry_run || report.todo.is_none() {
        return None;
    }
    let month = job.month.map(|month| month.to_string());
    Some(history::todo_list(job.flow, month.as_deref(), attempt.first.date_naive(), found))
}
