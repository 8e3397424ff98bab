//! The tasks of one tenant: one worker, first in, first out (`reference/kaonavi-api.md` §2, §6).
//!
//! A task is `WAITING` until the worker takes it, `RUNNING` until it is done, then `OK`, `NG` or `ERROR` for
//! good. Nothing runs in the background: each task knows from the start when it begins and ends, and whoever
//! looks at the tenant first lets the tasks that are due by then take effect. All times are milliseconds
//! since 1970.

use std::collections::{BTreeMap, VecDeque};

use super::change::Change;

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// `OK`, `NG` or `ERROR`.
    pub(super) status: &'static str,
    pub(super) messages: Vec<String>,
}

impl Outcome {
    /// A task that did what it was asked to.
    pub(super) fn ok() -> Self {
        Self { status: "OK", messages: Vec::new() }
    }

    /// A task that found its change impossible.
    pub(super) fn ng(messages: Vec<String>) -> Self {
        Self { status: "NG", messages }
    }
}

/// A task that has not ended.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: u64,
    starts: i64,
    ends: i64,
    pub(super) change: Change,
    /// Set by a control request: the task ends this way and changes nothing.
    pub(super) planned: Option<Outcome>,
}

/// What `GET /tasks/{id}` shows.
pub(super) enum Shown<'a> {
    Waiting,
    Running,
    Ended(&'a Outcome),
}

/// The queue and what came of it.
#[derive(Debug)]
pub(super) struct Tasks {
    next_id: u64,
    pending: VecDeque<Pending>,
    ended: BTreeMap<u64, Outcome>,
    /// Outcomes for the tasks to come, the next one first.
    planned: VecDeque<Outcome>,
}

impl Tasks {
    /// No tasks; the first one will be `first_id`.
    pub(super) fn new(first_id: u64) -> Self {
        Self { next_id: first_id, pending: VecDeque::new(), ended: BTreeMap::new(), planned: VecDeque::new() }
    }

    /// Queues a task that takes `duration` from now on if the worker is free: a third of it waiting, the rest
    /// running.
    pub(super) fn push(&mut self, change: Change, now: i64, duration: i64) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let wait = duration / 3;
        let free = self.pending.back().map_or(now, |last| last.ends);
        let starts = free.max(now + wait);
        let planned = if matches!(change, Change::Nothing) { None } else { self.planned.pop_front() };
        self.pending.push_back(Pending { id, starts, ends: starts + duration - wait, change, planned });
        id
    }

    /// Takes out the next task that is due.
    pub(super) fn due(&mut self, now: i64) -> Option<Pending> {
        if self.pending.front()?.ends > now {
            return None;
        }
        self.pending.pop_front()
    }

    /// Notes how a task ended.
    pub(super) fn end(&mut self, id: u64, outcome: Outcome) {
        self.ended.insert(id, outcome);
    }

    /// The state of a task; `None` if there never was one of this id.
    pub(super) fn show(&self, id: u64, now: i64) -> Option<Shown<'_>> {
        if let Some(outcome) = self.ended.get(&id) {
            return Some(Shown::Ended(outcome));
        }
        let task = self.pending.iter().find(|task| task.id == id)?;
        Some(if now < task.starts { Shown::Waiting } else { Shown::Running })
    }

    /// Lets the next `times` tasks end as `outcome`.
    pub(super) fn plan(&mut self, outcome: &Outcome, times: usize) {
        self.planned.extend(std::iter::repeat_n(outcome.clone(), times));
    }

    /// Moves everything that lies ahead, because the clock was set back by `by`.
    pub(super) fn shift(&mut self, by: i64) {
        for task in &mut self.pending {
            task.starts -= by;
            task.ends -= by;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(tasks: &Tasks, id: u64, now: i64) -> &'static str {
        match tasks.show(id, now) {
            None => "unknown",
            Some(Shown::Waiting) => "WAITING",
            Some(Shown::Running) => "RUNNING",
            Some(Shown::Ended(outcome)) => outcome.status,
        }
    }

    #[test]
    fn a_task_waits_then_runs_then_ends() {
        let mut tasks = Tasks::new(5);
        let id = tasks.push(Change::Delete(Vec::new()), 1_000, 300);
        assert_eq!([state(&tasks, id, 1_099), state(&tasks, id, 1_100)], ["WAITING", "RUNNING"]);
        assert!(tasks.due(1_299).is_none());
        let task = tasks.due(1_300).expect("it is due");
        tasks.end(task.id, Outcome::ok());
        assert_eq!([state(&tasks, id, 1_300), state(&tasks, id + 1, 1_300)], ["OK", "unknown"]);
    }

    #[test]
    fn the_second_task_starts_when_the_first_has_ended() {
        let mut tasks = Tasks::new(1);
        tasks.push(Change::Delete(Vec::new()), 0, 300);
        let second = tasks.push(Change::Delete(Vec::new()), 0, 300);
        assert_eq!([state(&tasks, second, 299), state(&tasks, second, 300)], ["WAITING", "RUNNING"]);
    }

    #[test]
    fn a_planned_outcome_is_used_up_and_skips_dry_runs() {
        let mut tasks = Tasks::new(1);
        tasks.plan(&Outcome::ng(vec!["x".into()]), 1);
        for change in [Change::Nothing, Change::Delete(Vec::new()), Change::Delete(Vec::new())] {
            tasks.push(change, 0, 0);
        }
        let planned: Vec<bool> =
            std::iter::from_fn(|| tasks.due(0)).map(|task| task.planned.is_some()).collect();
        assert_eq!(planned, [false, true, false]);
    }
}
