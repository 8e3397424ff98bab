//! What a run does with 要対応: it knows what is open already, tells what it found, and keeps that with its end.

use chrono::NaiveDate;

use super::attempt::Attempt;
use crate::config::Link;
use crate::flows::{OpenTodo, Report, TodoItem};
use crate::history::{self, KeptTodos, Todo};
use crate::job::{Flow, Job, Month};
use crate::queue::{QueueError, TodoList};

/// The list as earlier runs of the flow, and of the month, left it.
async fn kept(attempt: &Attempt<'_>) -> Result<Option<KeptTodos>, QueueError> {
    let (queue, job) = (&attempt.worker.queue, attempt.job);
    let month = job.month.map(|month| month.to_string());
    let read = || history::open_todo(queue, &attempt.link.name, job.flow, month.as_deref());
    let today = attempt.first.date_naive();
    Ok(queue.persist(read).await?.filter(|list| list.is_current(today)))
}

/// What earlier runs of the flow, and of the month, left open.
pub(super) async fn open(attempt: &Attempt<'_>) -> Result<Vec<OpenTodo>, QueueError> {
    let open = kept(attempt).await?.map(|list| list.todo).unwrap_or_default();
    // A day that somebody broke by hand is forgotten, not guessed.
    let open = open.into_iter().filter_map(|Todo { code, kind, since, .. }| {
        Some(OpenTodo { code, kind, since: since.parse().ok()? })
    });
    Ok(open.collect())
}

/// What the run found, as the history tells it.
pub(super) fn found(report: &Report) -> Vec<Todo> {
    report.todo.iter().flatten().map(told).collect()
}

fn told(todo: &TodoItem) -> Todo {
    Todo {
        code: todo.code.clone(),
        kind: todo.kind.to_owned(),
        message: todo.message.clone(),
        since: todo.since.to_string(),
    }
}

/// What stays open after the run. A dry run changes nothing. A run that came to no plan knows only whom it created. One about named
/// people looked at nobody else, so that the list is no newer than it was.
pub(super) async fn left_open(
    attempt: &Attempt<'_>,
    report: &Report,
    found: &[Todo],
) -> Result<Option<TodoList>, QueueError> {
    let (job, today) = (attempt.job, attempt.first.date_naive());
    let created = report.left_by_creating(job.flow, today);
    if job.dry_run || (report.todo.is_none() && created.is_empty()) {
        return Ok(None);
    }
    let nothing = KeptTodos::new(today, Vec::new());
    let list = match &report.todo {
        Some(_) if job.employees.is_empty() => nothing.renewed(found.to_vec()),
        Some(_) => kept(attempt).await?.unwrap_or(nothing).renewed(found.to_vec()),
        None => kept(attempt).await?.unwrap_or(nothing).with(created.iter().map(told).collect()),
    };
    let month = job.month.map(|month| month.to_string());
    let list = history::todo_list(job.flow, month.as_deref(), &list);
    let forget_before = forget_before(attempt.link, job, today, &list.forget_before);
    Ok(Some(TodoList { forget_before, ..list }))
}

/// The oldest month whose list stays. A run of 勤怠情報 forgets what no tick renews any more; another flow's leaves all that to it, and
/// forgets what is old by age, unless ticks still renew that.
fn forget_before(link: &Link, job: &Job, today: NaiveDate, by_age: &str) -> String {
    let renewed = link.flows.get(&Flow::HrmosToMedimentAttendance).map(|flow| oldest(today, flow.months));
    match renewed.map(|month| month.to_string()) {
        Some(renewed) if job.flow.is_monthly() => renewed,
        Some(renewed) => renewed.min(by_age.to_owned()),
        None => by_age.to_owned(),
    }
}

/// The oldest month that stays: of the last `months` months before today's, which a tick sends, the oldest, and one more.
fn oldest(today: NaiveDate, months: u32) -> Month {
    (0..=months).fold(Month::of(today), |month, _| month.previous())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_month_more_stays_than_ticks_send() {
        let oldest = |day: &str, months| oldest(day.parse().unwrap(), months).to_string();
        assert_eq!(oldest("2026-11-21", 2), "2026-08");
        assert_eq!(oldest("2026-01-31", 1), "2025-11");
        assert_eq!(oldest("2026-11-01", 24), "2024-10", "far older than what is forgotten by age");
    }
}
