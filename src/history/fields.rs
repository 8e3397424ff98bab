//! What is written into a run's hash at its begin and at its end, and how its job is got back out of it.

use std::collections::BTreeMap;

use super::handover::Handover;
use super::people::{Todo, json};
use super::run::{Counts, Reason, Status};
use super::todo::{self, MOST_KEPT};
use crate::job::Job;

/// The fields of a run's hash that its job decides. Status, attempts and times of attempts are the queue's to write, and so
/// is the job itself.
pub fn begin_fields(job: &Job, organization: &str) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("organization", organization.to_owned()),
        ("link", job.link.clone()),
        ("flow", job.flow.to_string()),
        ("trigger", job.trigger().as_str().to_owned()),
        ("dry_run", job.dry_run.to_string()),
        ("force", job.force.to_string()),
    ];
    fields.extend(job.requested_by.clone().map(|text| ("requested_by", text)));
    fields.extend(job.month.map(|month| ("month", month.to_string())));
    fields
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Report {
    /// 完了 or 異常終了.
    pub status: Status,
    /// When, as [`super::timestamp`] writes it.
    pub finished_at: String,
    /// People by outcome.
    pub counts: Counts,
    /// 対象外 by reason (`retired`, `no_hire_date`, …).
    pub skipped: BTreeMap<String, u64>,
    /// Requests by service, all attempts together.
    pub requests: BTreeMap<String, u64>,
    /// Files in the place of requests.
    pub handover: Option<Handover>,
    /// Why, if 異常終了.
    pub reason: Option<Reason>,
    /// 要対応 by code and kind; of many the first are recorded and all are counted.
    pub todo: Vec<Todo>,
    /// Whether the run may be the measure of later guards: a run of everyone, without `employees`, that is no dry run.
    pub full: bool,
}

/// The fields that the end of a run adds to its hash.
pub fn finish_fields(report: &Report) -> Vec<(String, String)> {
    let mut fields = vec![
        ("status".to_owned(), report.status.as_str().to_owned()),
        ("finished_at".to_owned(), report.finished_at.clone()),
    ];
    fields.extend(report.counts.fields().map(|(name, n)| (name.to_owned(), n.to_string())));
    let groups = [("skipped", &report.skipped), ("requests", &report.requests)];
    for (prefix, group) in groups {
        fields.extend(group.iter().map(|(name, n)| (format!("{prefix}.{name}"), n.to_string())));
    }
    if let Some(handover) = &report.handover {
        fields.push(("handover".to_owned(), json(handover)));
    }
    if let Some(reason) = &report.reason {
        fields.extend(reason_fields(reason));
    }
    if !report.todo.is_empty() {
        fields.push(("todo".to_owned(), todo::recorded(&report.todo)));
    }
    if report.todo.len() > MOST_KEPT {
        fields.push(("todo_count".to_owned(), report.todo.len().to_string()));
    }
    if report.full {
        fields.push(("full".to_owned(), "true".to_owned()));
    }
    fields
}

/// The fields of a reason, for a run that ends or waits for its next attempt.
pub fn reason_fields(reason: &Reason) -> Vec<(String, String)> {
    let mut fields = vec![
        ("reason.code".to_owned(), reason.code.clone()),
        ("reason.message".to_owned(), reason.message.clone()),
    ];
    if let Some(remedy) = &reason.remedy {
        fields.push(("reason.remedy".to_owned(), remedy.clone()));
    }
    fields
}

/// The hash of an entry that was no valid job: a run that is 異常終了 with `F_JOB` and the sentence that says what to write
/// instead. `link` and its organization are there only if the entry named a configured link.
pub fn rejected_fields(message: &str, link: Option<(&str, &str)>, now: &str) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("status", Status::Failed.as_str().to_owned()),
        ("finished_at", now.to_owned()),
        ("reason.code", "F_JOB".to_owned()),
        ("reason.message", message.to_owned()),
    ];
    if let Some((link, organization)) = link {
        fields.extend([("link", link.to_owned()), ("organization", organization.to_owned())]);
    }
    fields
}

/// The fields of a new job that asks for what this run's job asked for ([`crate::queue::Queue::job_of`]), but is a job of its
/// own: without `tick` and `key` (`renkei retry`).
pub fn retry_fields(job: Vec<(String, String)>) -> Vec<(String, String)> {
    job.into_iter().filter(|(name, _)| !matches!(name.as_str(), "tick" | "key" | "run")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::history::{Run, label};
    use crate::job::{Flow, Trigger};

    fn report() -> Report {
        Report {
            status: Status::Completed,
            finished_at: "2026-11-22T06:00:01.000+09:00".to_owned(),
            counts: Counts { target: 10, rejected: 5, ..Counts::default() },
            skipped: BTreeMap::from([("retired".to_owned(), 4)]),
            requests: BTreeMap::from([("kaonavi".to_owned(), 9)]),
            handover: Some(Handover {
                form: "csv".to_owned(),
                service: "officestation".to_owned(),
                read: vec!["従業員.csv".to_owned()],
                files: vec!["officestation_new_20261122-060000_1763700000000-0.csv".to_owned()],
                by_hand: 2,
                next: Some("取り込んでください。".to_owned()),
            }),
            reason: None,
            todo: Vec::new(),
            full: true,
        }
    }

    fn hash(parts: impl IntoIterator<Item = (String, String)>) -> HashMap<String, String> {
        parts.into_iter().collect()
    }

    #[test]
    fn what_is_written_at_begin_and_finish_is_read_back() {
        let job = Job {
            force: true,
            requested_by: Some("sato".to_owned()),
            ..Job::new("acme", Flow::OfficeStationToKaonavi)
        };
        let begin = begin_fields(&job, "default").into_iter().map(|(name, text)| (name.to_owned(), text));
        let hash = hash(begin.chain(finish_fields(&report())));
        let run = Run::from_hash("1763700000000-0".parse().unwrap(), &hash);
        assert_eq!(
            (run.link.as_deref(), run.flow, run.trigger),
            (Some("acme"), Some(job.flow), Trigger::Spot)
        );
        assert_eq!(
            (run.organization.as_deref(), run.requested_by.as_deref()),
            (Some("default"), Some("sato"))
        );
        assert!(run.force && !run.dry_run);
        assert_eq!(run.skipped, report().skipped);
        assert_eq!(run.requests, report().requests);
        assert_eq!(run.counts, report().counts);
        assert_eq!(run.handover, report().handover);
        assert_eq!(label(&run), "完了(エラー5件)");
    }

    #[test]
    fn a_retried_run_asks_for_the_same_without_key_and_tick() {
        let job = [
            ("link", "acme"),
            ("tick", "2026-11-22T06:00:00+09:00"),
            ("employees", "A0001,A0002"),
            ("key", "once"),
        ];
        let job = job.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
        let again: Vec<_> =
            retry_fields(job).into_iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(again.join(" "), "link=acme employees=A0001,A0002");
    }

    #[test]
    fn an_invalid_job_is_a_failed_run_without_a_link() {
        let fields = rejected_fields("フローがありません。", None, "2026-11-22T06:00:00.000+09:00");
        let fields = hash(fields.into_iter().map(|(name, text)| (name.to_owned(), text)));
        let run = Run::from_hash("1763700000000-0".parse().unwrap(), &fields);
        assert_eq!((run.link.clone(), run.status), (None, Status::Failed));
        assert_eq!(run.reason.unwrap().code, "F_JOB");
    }
}
