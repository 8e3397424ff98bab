//! What a plan is made of.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::sync::{
    Changes, DataSet, Decisions, Failure, Measures, Pair, People, Policy, Problem, Rules, Selection, fold,
};

/// All that a plan depends on.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The day of the run in its time zone, fixed when it started.
    pub today: NaiveDate,
    /// Everybody of the source, of whatever class.
    pub source: &'a People,
    /// Everybody of the destination. Columns are named as [`Rule::column`](crate::sync::Rule::column); a person without a record in a sheet that
    /// was read whole is blank there.
    pub destination: &'a People,
    /// The rules.
    pub rules: &'a Rules,
    /// How doubt is settled.
    pub policy: &'a Policy,
    /// What the run is about.
    pub selection: &'a Selection,
    /// What earlier attempts of this run meant to write.
    pub earlier: &'a Earlier,
    /// What people decided about holds of this flow and link.
    pub decisions: &'a Decisions,
}

/// What earlier attempts of a run meant to write, by the code in the destination.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Earlier {
    /// The people of all recorded intents.
    pub people: HashMap<String, Intended>,
}

/// What an earlier attempt meant to write of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intended {
    /// True if the person was to be created.
    pub create: bool,
    /// The items as `sheet/item` or bare names; dependants' items among them.
    pub items: Vec<String>,
    /// True if the dependants were to be replaced.
    pub dependents: bool,
}

/// What a run would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The people to write, by code.
    pub writes: Vec<Write>,
    /// Everybody who is not simply unchanged, by code.
    pub outcomes: Vec<PersonOutcome>,
    /// The counts of the history.
    pub counts: Counts,
    /// 対象外 by reason: `retired`, `no_hire_date`, `not_in_destination`.
    pub skipped: BTreeMap<&'static str, u64>,
    /// What the guards look at.
    pub measures: Measures,
    /// People whose dependants in the destination stay although the source has none (`dependents_empty: keep`).
    pub dependents_kept: u64,
    /// The approvals that were met: without them these people would be held.
    pub approved: Vec<Pair>,
    /// Set if the policy forbids to write anything (`on_error: run`).
    pub failure: Option<Failure>,
}

/// One person to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// 社員番号 as the destination holds it, or is to hold it. Where 社員番号 isn't what tells people apart
    /// ([`Matching::Identity`](crate::sync::Matching::Identity)): as the source has it.
    pub code: Box<str>,
    /// The place among the destination's people; `None` for somebody new.
    pub place: Option<u32>,
    /// True if the destination doesn't have the person.
    pub create: bool,
    /// Basic and single-record items, in mapping order.
    pub own: Changes,
    /// The whole list of rows; `None` if it stays as it is. A blank item is left out of its row.
    pub dependents: Option<Box<[Changes]>>,
}

/// What becomes of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// New in the destination.
    Created,
    /// Changed in the destination.
    Updated,
    /// As before.
    Unchanged,
    /// Held until a person decides.
    Held,
    /// Something of the person could not be written (エラー).
    Rejected,
}

impl Outcome {
    /// The word in the history and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Created => "created",
            Outcome::Updated => "updated",
            Outcome::Unchanged => "unchanged",
            Outcome::Held => "held",
            Outcome::Rejected => "rejected",
        }
    }
}

/// What becomes of a person's dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dependents {
    /// Nothing.
    #[default]
    Untouched,
    /// They are replaced.
    Updated,
    /// They could not be written.
    Rejected,
}

/// One person's line in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonOutcome {
    /// 社員番号; empty for somebody of the source without one.
    pub code: Box<str>,
    /// What becomes of the person.
    pub outcome: Outcome,
    /// The rules that are written, in mapping order; [`Rules::names`] gives their items.
    pub rules: Vec<u16>,
    /// The error lines, in mapping order.
    pub problems: Vec<Problem>,
    /// What becomes of the dependants.
    pub dependents: Dependents,
}

/// The counts of a run. `target` = created + updated + unchanged + held + rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// 対象.
    pub target: u64,
    /// 新規追加.
    pub created: u64,
    /// 更新.
    pub updated: u64,
    /// 変更なし.
    pub unchanged: u64,
    /// 保留.
    pub held: u64,
    /// エラー.
    pub rejected: u64,
    /// 対象外, beside `target`.
    pub skipped: u64,
    /// People, by what becomes of their dependants.
    pub dependents: DependentCounts,
}

/// People by what becomes of their dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DependentCounts {
    /// Replaced.
    pub updated: u64,
    /// Not written.
    pub rejected: u64,
}

impl Counts {
    /// The count of an outcome.
    pub fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Held => &mut self.held,
            Outcome::Rejected => &mut self.rejected,
        }
    }

    fn of_dependents(&mut self, dependents: Dependents) -> Option<&mut u64> {
        match dependents {
            Dependents::Untouched => None,
            Dependents::Updated => Some(&mut self.dependents.updated),
            Dependents::Rejected => Some(&mut self.dependents.rejected),
        }
    }

    /// Counts one person of 対象.
    pub fn add(&mut self, outcome: Outcome, dependents: Dependents) {
        self.target += 1;
        *self.of(outcome) += 1;
        if let Some(count) = self.of_dependents(dependents) {
            *count += 1;
        }
    }
}

impl Plan {
    /// Says that nothing was written after all: a guard tripped, or [`Plan::failure`] is set. Who was to be created or updated is
    /// as before; who is held or rejected stays so, as a person must still look.
    pub fn cancel(&mut self) {
        self.writes.clear();
        let (created, updated) = (self.counts.created, self.counts.updated);
        self.counts.unchanged += created + updated;
        (self.counts.created, self.counts.updated, self.counts.dependents.updated) = (0, 0, 0);
        self.outcomes.retain(|person| !matches!(person.outcome, Outcome::Created | Outcome::Updated));
        for person in &mut self.outcomes {
            person.rules.clear();
            if person.dependents == Dependents::Updated {
                person.dependents = Dependents::Untouched;
            }
        }
    }

    /// Takes back what the destination refused of a person (`E_REFUSED`, `E_BATCH`): the person is rejected, and the items of
    /// `refused` no longer count as written. A code that the plan doesn't write is left alone.
    pub fn demote(&mut self, rules: &Rules, code: &str, refused: Refused, problems: Vec<Problem>) {
        let code = fold::trim_code(code);
        let first = self.outcomes.partition_point(|person| *person.code < *code);
        let mut alike = self.outcomes[first..].iter_mut().take_while(|person| *person.code == *code);
        // Who left may have the 社員番号 that somebody new has got: the one is written, the other held.
        let Some(person) = alike.find(|person| person.outcome != Outcome::Held) else { return };
        let before = (person.outcome, person.dependents);
        match refused {
            Refused::Person => {
                person.rules.clear();
                person.dependents = match person.dependents {
                    Dependents::Updated => Dependents::Rejected,
                    other => other,
                };
            }
            Refused::Resource(resource) => {
                person.rules.retain(|&rule| rules.get(usize::from(rule)).resource != resource);
                let multi = rules.resources.get(resource).is_some_and(|r| r.set() == DataSet::Dependents);
                if multi && person.dependents == Dependents::Updated {
                    person.dependents = Dependents::Rejected;
                }
            }
        }
        person.outcome = Outcome::Rejected;
        person.problems.extend(problems);
        let after = (person.outcome, person.dependents);
        *self.counts.of(before.0) -= 1;
        *self.counts.of(after.0) += 1;
        for (dependents, step) in [(before.1, -1), (after.1, 1)] {
            if let Some(count) = self.counts.of_dependents(dependents) {
                *count = count.saturating_add_signed(step);
            }
        }
    }
}

/// How much of a person was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Everything: the creation, or the whole update.
    Person,
    /// The items of one of [`Rules::resources`].
    Resource(usize),
}
