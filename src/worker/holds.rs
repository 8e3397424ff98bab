//! What a run does with holds: it heeds what people decided, tells what is new or old, and keeps what it found.
//!
//! The decisions are read once, when the flow starts: one that comes while the run is under way is for the next run.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::attempt::Attempt;
use crate::flows::{self, Decisions, Outcome, PersonReport, Report};
use crate::history::{self, Decision, Hold};
use crate::job::{DataSet, Flow, Job};
use crate::notify;
use crate::queue::{Closes, Found, KEPT_DAYS, MetPair, Queue, QueueError};

/// The holds of one flow of a link by the code of the source's person, as a run found them at its start.
#[derive(Debug, Default)]
pub(super) struct KnownHolds(BTreeMap<String, Vec<Hold>>);

impl KnownHolds {
    pub(super) async fn read(queue: &Queue, link: &str, flow: Flow) -> Result<Self, QueueError> {
        let mut known = KnownHolds::default();
        for hold in history::holds(queue, link).await?.into_iter().filter(|hold| hold.flow == flow) {
            known.0.entry(hold.code.clone()).or_default().push(hold);
        }
        Ok(known)
    }

    /// What the plan is to heed.
    pub(super) fn decisions(&self) -> Decisions {
        let verdict = |verdict| match verdict {
            history::Verdict::Approved => flows::Verdict::Approved,
            history::Verdict::Rejected => flows::Verdict::Rejected,
        };
        let decided = self.0.values().flatten().filter_map(|hold| {
            Some((hold.code.as_str(), hold.other.as_str(), verdict(hold.decision.as_ref()?.verdict)))
        });
        decided.collect()
    }

    fn find(&self, code: &str, other: &str) -> Option<&Hold> {
        self.0.get(code)?.iter().find(|hold| hold.other == other)
    }

    /// The decision that somebody was created, updated or held by: the last one, where there are several.
    pub(super) fn decision_of(&self, person: &PersonReport, report: &Report) -> Option<Decision> {
        let silenced = person.problems.iter().filter(|problem| problem.is_silenced());
        let silenced = silenced.filter_map(|problem| problem.hold.as_ref()).map(|hold| hold.other.as_str());
        let is_written = matches!(person.outcome, Outcome::Created | Outcome::Updated);
        let approved = report.approved.iter().filter(|pair| is_written && *pair.code == *person.code);
        let others = silenced.chain(approved.map(|pair| &*pair.other));
        let decisions = others.filter_map(|other| self.find(&person.code, other)?.decision.clone());
        decisions.max_by(|left, right| left.at.cmp(&right.at))
    }

    /// The lines of the mail: all but those that somebody silenced, old holds with their age.
    pub(super) fn lines(&self, report: &Report, today: NaiveDate) -> Vec<String> {
        let mut lines = Vec::new();
        for person in &report.people {
            for problem in person.problems.iter().filter(|problem| !problem.is_silenced()) {
                let known = problem.hold.as_ref().and_then(|hold| self.find(&person.code, &hold.other));
                let day = known.map_or(1, |hold| hold.day_number(today));
                lines.push(notify::held_line(&problem.message, day));
            }
        }
        lines
    }
}

/// How many held people somebody is to be told of.
pub(super) fn told(report: &Report) -> u64 {
    let is_told = |person: &&PersonReport| {
        person.outcome == Outcome::Held && !person.problems.iter().all(flows::Problem::is_silenced)
    };
    report.people.iter().filter(is_told).count() as u64
}

/// What the run found, to be kept with its end; nothing for a dry run.
pub(super) fn found(attempt: &Attempt<'_>, report: &Report) -> Option<Found> {
    let job = attempt.job;
    if job.dry_run {
        return None;
    }
    let held = report.people.iter().flat_map(|person| {
        let pair = |problem: &flows::Problem| {
            let other = problem.hold.as_ref()?.other.clone();
            Some(MetPair { kind: problem.code.to_owned(), code: person.code.clone(), other })
        };
        person.problems.iter().filter_map(pair)
    });
    let approved = report.approved.iter().map(|pair| MetPair {
        kind: pair.kind.to_owned(),
        code: pair.code.to_string(),
        other: pair.other.to_string(),
    });
    let today = attempt.first.date_naive();
    let forget_before = today.checked_sub_days(Days::new(KEPT_DAYS.into())).unwrap_or(today);
    let closes = if report.failure.is_some() || !looks_at_own(job) {
        Closes::Nobody
    } else if job.employees.is_empty() {
        Closes::Everybody
    } else {
        Closes::Named(flows::named_codes(attempt.link, job))
    };
    Some(Found {
        flow: job.flow.to_string(),
        day: today.to_string(),
        forget_before: forget_before.to_string(),
        met: held.chain(approved).collect(),
        closes,
    })
}

/// True if a person's own data is among what the job is about: without it nobody is created, and nobody held.
fn looks_at_own(job: &Job) -> bool {
    job.datasets.contains(&DataSet::Own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::{Hold as Suspicion, Problem};

    fn problem(code: &'static str, message: &str, hold: Option<(&str, bool)>) -> Problem {
        let hold = hold.map(|(other, silenced)| Suspicion { other: other.to_owned(), silenced });
        Problem { code, item: None, message: message.to_owned(), hold }
    }

    fn report(people: &[(&str, Outcome, &[Problem])]) -> Report {
        let person = |(code, outcome, problems): &(&str, Outcome, &[Problem])| PersonReport {
            code: (*code).to_owned(),
            outcome: *outcome,
            items: Vec::new(),
            problems: problems.to_vec(),
        };
        Report { people: people.iter().map(person).collect(), ..Report::default() }
    }

    #[test]
    fn a_silenced_hold_has_no_line_and_counts_for_no_mail() {
        let held = |silenced| problem("H_NEAR_DUPLICATE", "保留", Some(("A1", silenced)));
        let bad = problem("E_MASTER", "性別", None);
        let report = report(&[
            ("1", Outcome::Held, &[held(true)]),
            ("2", Outcome::Held, &[held(false)]),
            ("3", Outcome::Rejected, &[bad, held(true)]),
        ]);
        assert_eq!(told(&report), 1);
        let today = "2026-11-22".parse().unwrap();
        assert_eq!(KnownHolds::default().lines(&report, today), ["保留", "性別"]);
    }
}
