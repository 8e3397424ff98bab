//! What a flow says when it is through.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Act, Answer, Handover, Intent};
use crate::job::Flow;
use crate::sync::{
    Counts, Dependents, Failure, ItemMeasure, Outcome, Pair, PersonOutcome, Plan, Problem, Rules, Todo,
    TodoItem, Trip, guard_failure,
};

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// People by outcome.
    pub counts: Counts,
    /// 対象外 by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Everybody created, updated, held or rejected, by code.
    pub people: Vec<PersonReport>,
    /// Why the run is 異常終了 although it came to its end.
    pub failure: Option<Failure>,
    /// The guards that tripped, gone past or not.
    pub trips: Vec<Trip>,
    /// What went through files instead of requests.
    pub handover: Option<Handover>,
    /// The approved pairs that were met, by code: without their approval these people would be held.
    pub approved: Vec<Pair>,
    /// 要対応 by code and kind; `None` if the run came to no plan, or may not have read both sides whole: nothing is known then.
    pub todo: Option<Vec<TodoItem>>,
}

/// One person's line in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonReport {
    /// 社員番号.
    pub code: String,
    /// What became of the person.
    pub outcome: Outcome,
    /// The bare names of the items that were written.
    pub items: Vec<String>,
    /// What was not written, and why.
    pub problems: Vec<Problem>,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What its report would be.
    pub report: Report,
    /// How many update requests it would take, at the least.
    pub updates: usize,
    /// The items in which something that the destination holds would be overwritten or cleared, and for how many people.
    pub overwrites: Vec<ItemMeasure>,
    /// How many of the people to create are 退職者.
    pub retired: u64,
}

impl Report {
    /// The report of a plan that was carried out, or would be.
    pub(super) fn of(plan: Plan, rules: &Rules, trips: Vec<Trip>) -> Self {
        let people = plan.outcomes.iter().map(|person| PersonReport::of(person, rules)).collect();
        Report {
            counts: plan.counts,
            skipped: plan.skipped,
            people,
            failure: plan.failure,
            trips,
            handover: None,
            approved: plan.approved,
            todo: None,
        }
    }

    /// The report of a plan that its trips stop.
    pub(super) fn stopped(mut self) -> Self {
        self.failure = guard_failure(&self.trips).or(self.failure);
        self
    }
}

impl Report {
    /// 要対応 that creating people leaves however the run ended: what mediment filled in by itself (`reference/mediment.md` A). No later
    /// run can tell who was created.
    pub fn left_by_creating(&self, flow: Flow, today: NaiveDate) -> Vec<TodoItem> {
        if flow != Flow::HrmosToMedimentEmployees {
            return Vec::new();
        }
        let created = self.people.iter().filter(|person| person.outcome == Outcome::Created);
        let filled = created.map(|person| TodoItem {
            code: person.code.clone(),
            kind: Todo::AutoFilled.code(),
            message: Todo::AutoFilled.to_string(),
            since: today,
        });
        filled.collect()
    }

    /// Adds what an earlier attempt of the run wrote: those people count as written, not as left alone.
    pub(super) fn with(mut self, written: Report) -> Self {
        if written.people.is_empty() {
            return self;
        }
        let n = written.people.len();
        if let Some(failure) = &mut self.failure {
            let before = format!("この実行のこれまでの試行で{n}名を登録・更新しています。");
            failure.message.push_str(&before);
        }
        for person in written.people {
            if let Err(at) = self.people.binary_search_by(|known| known.code.cmp(&person.code)) {
                *self.counts.of(person.outcome) += 1;
                self.counts.unchanged = self.counts.unchanged.saturating_sub(1);
                self.people.insert(at, person);
            }
        }
        self.counts.dependents.updated += written.counts.dependents.updated;
        self
    }
}

impl PersonReport {
    fn of(person: &PersonOutcome, rules: &Rules) -> Self {
        PersonReport {
            code: person.code.to_string(),
            outcome: person.outcome,
            items: rules.names(&person.rules).into_iter().map(str::to_owned).collect(),
            problems: person.problems.clone(),
        }
    }
}

/// What is known to have been written by a run that could not be brought to its end: the history of an 異常終了 doesn't hide it.
pub fn applied(intents: &[Intent]) -> Report {
    let mut people: BTreeMap<&str, (PersonReport, Dependents)> = BTreeMap::new();
    let is_done = |intent: &&Intent| matches!(intent.answer, Answer::Done | Answer::Except(_));
    for intent in intents.iter().filter(is_done) {
        for (code, positions) in intent.accepted() {
            let new = || PersonReport {
                code: code.to_owned(),
                outcome: Outcome::Updated,
                items: Vec::new(),
                problems: Vec::new(),
            };
            let (person, dependents) = people.entry(code).or_insert_with(|| (new(), Dependents::Untouched));
            if intent.creates(code) {
                person.outcome = Outcome::Created;
            }
            if intent.act == Act::Replace {
                *dependents = Dependents::Updated;
            }
            for item in intent.items_of(positions) {
                if !person.items.iter().any(|known| known == item) {
                    person.items.push(item.to_owned());
                }
            }
        }
    }
    let mut report = Report::default();
    for (person, dependents) in people.into_values() {
        report.counts.add(person.outcome, dependents);
        report.people.push(person);
    }
    report
}
