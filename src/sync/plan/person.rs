//! One person after the other becomes a write and an outcome.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::bind::BoundRules;
use super::dependents::{self, RowsChange, RowsDiff};
use super::draft::Draft;
use super::matching::{self, Match};
use super::measure::Tally;
use super::model::{Dependents, Intended, Outcome, PersonOutcome, Plan, PlanInput, Write};
use super::near::NearIndex;
use super::own::{Items, OwnDiff};
use super::people::Candidate;
use crate::sync::changes::narrow;
use crate::sync::convert::Bad;
use crate::sync::{
    Changes, DataSet, Matching, Message, NO_CODE, NearDuplicates, Pair, People, Person, Problem, Resource,
    ResourceKind, Retired, Rule, Rules, fold,
};

/// Plans people under one set of rules.
#[derive(Debug)]
pub(super) struct Planner<'a, 'r> {
    input: &'r PlanInput<'a>,
    rules: &'r BoundRules<'r>,
    multi: Option<&'r Resource>,
    /// The destination's people by code: their places.
    known: HashMap<&'a str, usize>,
    near: OnceCell<NearIndex<'a>>,
    own: OwnDiff<'r>,
    row: Draft<'r>,
    scratch: String,
    tally: Tally,
    plan: Plan,
    /// Those whom an earlier attempt of the run created.
    resumed: Vec<(String, &'a Person)>,
}

/// What was found out about one person, before it is decided.
#[derive(Debug, Default)]
struct Findings {
    create: bool,
    own: Changes,
    rows: Option<RowsChange>,
    problems: Vec<Problem>,
    rejected: bool,
    held: bool,
    dependents: Dependents,
}

impl Findings {
    fn hold(&mut self, problem: Problem) {
        self.problems.push(problem);
        self.held = true;
    }
}

impl<'a, 'r> Planner<'a, 'r> {
    pub(super) fn new(input: &'r PlanInput<'a>, rules: &'r BoundRules<'r>) -> Self
    where
        'a: 'r,
    {
        let resources = input.rules.resources();
        Planner {
            input,
            rules,
            multi: resources.iter().find(|resource| resource.kind == ResourceKind::Multi),
            known: by_code(input.destination),
            near: OnceCell::new(),
            own: OwnDiff::new(rules, input.rules, input.policy),
            row: Draft::default(),
            scratch: String::new(),
            tally: Tally::new(input),
            plan: Plan::default(),
            resumed: Vec::new(),
        }
    }

    /// Rejects somebody before anything is compared.
    pub(super) fn reject(&mut self, code: &str, message: Message<'_>) {
        self.plan.counts.add(Outcome::Rejected, Dependents::Untouched);
        self.plan.outcomes.push(PersonOutcome {
            code: code.into(),
            outcome: Outcome::Rejected,
            rules: Vec::new(),
            problems: vec![message.problem()],
            dependents: Dependents::Untouched,
        });
    }

    /// Who in the destination has this code.
    pub(super) fn find(&self, code: &str) -> Match {
        self.known.get(code).map_or(Match::New, |place| Match::Known(*place))
    }

    /// Plans one person of 対象. Those whom the destination has come first: who is to be created is compared with them as they will be.
    pub(super) fn person(&mut self, candidate: &Candidate<'a>, found: &Match) {
        let mut findings = Findings::default();
        let code = &*candidate.code;
        let mut known = None;
        match found {
            Match::Known(place) => {
                known = Some(*place);
                self.update(candidate, &self.input.destination.people[*place], &mut findings);
            }
            Match::New => match not_created(self.input, candidate) {
                Some(reason) => return self.skip(reason),
                None => self.create(candidate, &mut findings),
            },
            Match::Skipped(reason) => return self.skip(reason),
            Match::Conflict => return self.reject(code, Message::Conflict { code }),
            Match::SameMail(others) => {
                self.suspect(candidate, others, Message::SameMail { code }, &mut findings);
            }
            Match::NumberReused(other) => {
                self.suspect(candidate, &[*other], Message::NumberReused { code }, &mut findings);
            }
        }
        self.decide(candidate, known, findings);
    }

    /// Holds somebody who may be one of these people of the destination, unless it was approved that it is none of them.
    fn suspect(
        &mut self,
        candidate: &Candidate<'a>,
        others: &[usize],
        message: Message<'_>,
        findings: &mut Findings,
    ) {
        let others = self.approve(&candidate.code, others, message.code());
        match self.input.decisions.remaining(&candidate.code, &others) {
            Some((other, verdict)) => findings.hold(message.problem().held(other, verdict)),
            None => self.create(candidate, findings),
        }
    }

    /// Notes the approvals that somebody is none of the people at these places; their 社員番号.
    fn approve(&mut self, code: &str, others: &[usize], kind: &'static str) -> Vec<&'a str> {
        let people = &self.input.destination.people;
        let others: Vec<&str> = others.iter().map(|place| fold::trim_code(&people[*place].code)).collect();
        for other in self.input.decisions.approved(code, &others) {
            let other = if other.is_empty() { NO_CODE } else { other };
            self.plan.approved.push(Pair { kind, code: code.into(), other: other.into() });
        }
        others
    }

    /// Notes the approvals that those rest on whom an earlier attempt of the run created, as in a run of one attempt.
    pub(super) fn approve_made(&mut self, candidates: &[Candidate<'a>], found: &[Match]) {
        if self.input.decisions.is_empty() {
            return;
        }
        for (at, others) in matching::made(self.input, found) {
            if let Some(candidate) = candidates.iter().find(|candidate| candidate.place == at) {
                let code = &*candidate.code;
                self.approve(code, &others, Message::SameMail { code }.code());
            }
        }
    }

    fn skip(&mut self, reason: &'static str) {
        *self.plan.skipped.entry(reason).or_default() += 1;
    }

    fn update(&mut self, candidate: &Candidate<'a>, held: &'a Person, findings: &mut Findings) {
        self.tally.measures.matched += 1;
        self.own.update(
            items(self.input, candidate, held),
            &candidate.person.row,
            &held.row,
            &mut self.scratch,
        );
        self.take_own(candidate, findings);
        self.dependents(candidate, &held.dependents, findings);
        if !findings.own.is_empty() {
            let rules = &self.rules.own;
            self.tally.update(&self.own.draft, |rule| rules[rule].held(&held.row));
        }
    }

    fn create(&mut self, candidate: &Candidate<'a>, findings: &mut Findings) {
        self.own.create(&candidate.code, &candidate.person.row, &mut self.scratch);
        self.take_own(candidate, findings);
        if self.own.is_writable() && self.input.policy.near_duplicates == NearDuplicates::Hold {
            let others = self.near(&candidate.code, candidate.person);
            if let Some((other, verdict)) = self.input.decisions.remaining(&candidate.code, &others) {
                let message = Message::NearDuplicate { code: &candidate.code, other };
                findings.hold(message.problem().held(other, verdict));
            }
        }
        findings.create = !findings.held && self.own.is_writable();
        if findings.create {
            self.dependents(candidate, &[], findings);
        } else {
            findings.own = Changes::default();
        }
    }

    /// The codes of all in the destination who may be this person. Approvals among them are noted.
    fn near(&mut self, code: &str, person: &Person) -> Vec<&'a str> {
        let near = self.near.get_or_init(|| NearIndex::new(self.input, &self.plan.writes));
        let others = near.find(code, &person.row);
        for other in self.input.decisions.approved(code, &others) {
            let (code, other) = (code.into(), other.into());
            self.plan.approved.push(Pair { kind: "H_NEAR_DUPLICATE", code, other });
        }
        others
    }

    fn take_own(&mut self, candidate: &Candidate<'_>, findings: &mut Findings) {
        let draft = &self.own.draft;
        let service = self.input.rules.roles().destination.service;
        if draft.is_clean() {
            return;
        }
        findings.problems.extend(draft.faults.iter().map(|fault| fault.problem(&candidate.code, service)));
        findings.rejected |= !draft.faults.is_empty();
        if self.own.is_writable() {
            findings.own = draft.changes();
        }
    }

    fn dependents(&mut self, candidate: &Candidate<'_>, held: &[crate::sync::Row], findings: &mut Findings) {
        let Some(multi) = self.multi else { return };
        if candidate.shares_dependents {
            findings.problems.push(Message::CodeDuplicate { code: &candidate.code }.problem());
            findings.rejected = true;
            findings.dependents = Dependents::Rejected;
            return;
        }
        self.tally.with_rows += u64::from(!held.is_empty());
        let rows = (&*candidate.code, &*candidate.person.dependents, held);
        let policy = self.input.policy;
        let (scratch, draft) = (&mut self.scratch, &mut self.row);
        let mut mynumber = self.own.draft.faults.iter().any(|fault| fault.bad == Bad::MyNumber);
        match dependents::diff(self.rules, multi, policy, rows, scratch, draft) {
            RowsDiff::Same => {}
            RowsDiff::Kept => self.plan.dependents_kept += 1,
            RowsDiff::Replaced(change) => findings.rows = Some(change),
            RowsDiff::Bad { problems, mynumber: found } => {
                findings.problems.extend(problems);
                findings.rejected = true;
                findings.dependents = Dependents::Rejected;
                mynumber |= found;
            }
        }
        // A マイナンバー anywhere means that the record as a whole is not to be trusted.
        if mynumber {
            if findings.rows.take().is_some() {
                findings.dependents = Dependents::Rejected;
            }
            findings.own = Changes::default();
            findings.create = false;
        }
    }

    fn decide(&mut self, candidate: &Candidate<'a>, known: Option<usize>, findings: Findings) {
        let by_code = self.input.rules.roles().matching == Matching::Code;
        let held = known.filter(|_| by_code).map(|place| &*self.input.destination.people[place].code);
        let code = held.unwrap_or(&candidate.code);
        let earlier = self.input.earlier.people.get(code).filter(|_| known.is_some() || findings.create);
        let resumed = known.is_some() && earlier.is_some_and(|earlier| earlier.create);
        if resumed {
            self.resumed.push((candidate.code.to_string(), candidate.person));
            self.tally.resumed();
        }
        let dependents = if findings.dependents == Dependents::Rejected {
            Dependents::Rejected
        } else if findings.rows.is_some() || earlier.is_some_and(|earlier| earlier.dependents) {
            Dependents::Updated
        } else {
            Dependents::Untouched
        };
        let rules = written(self.input.rules, &findings, earlier);
        let writes = findings.create || !findings.own.is_empty() || findings.rows.is_some();
        let outcome = if findings.rejected {
            Outcome::Rejected
        } else if findings.held {
            Outcome::Held
        } else if findings.create || earlier.is_some_and(|earlier| earlier.create) {
            Outcome::Created
        } else if writes || earlier.is_some() {
            Outcome::Updated
        } else {
            Outcome::Unchanged
        };
        self.plan.counts.add(outcome, dependents);
        if outcome != Outcome::Unchanged {
            self.plan.outcomes.push(PersonOutcome {
                code: (&*candidate.code).into(),
                outcome,
                rules,
                problems: findings.problems,
                dependents,
            });
        }
        if findings.create || resumed {
            self.tally.measures.creations += 1;
            self.tally.measures.joiners += u64::from(candidate.joiner);
            self.tally.measures.retired += u64::from(candidate.retired);
        }
        if let Some(change) = &findings.rows {
            self.tally.rows(self.input.rules.own().len(), change);
        }
        if writes {
            self.plan.writes.push(Write {
                code: code.into(),
                place: known.map(|place| u32::try_from(place).unwrap_or(u32::MAX)),
                create: findings.create,
                own: findings.own,
                dependents: findings.rows.map(|change| change.rows),
            });
        }
    }

    /// The plan, its outcomes not yet in order.
    pub(super) fn finish(mut self, in_scope: u64) -> Plan {
        // Whom an earlier attempt created rests on the same approvals as in a run of one attempt.
        if !self.input.decisions.is_empty() && self.input.policy.near_duplicates == NearDuplicates::Hold {
            for (code, person) in std::mem::take(&mut self.resumed) {
                self.near(&code, person);
            }
        }
        // Who turned out to be 対象外 only when the destination was looked at doesn't make up for somebody who is gone.
        self.tally.measures.in_scope = in_scope - self.plan.skipped.values().sum::<u64>();
        self.plan.measures = self.tally.finish(self.input.rules);
        self.plan
    }
}

/// A side's people by code: their places.
pub(super) fn by_code(side: &People) -> HashMap<&str, usize> {
    let people = &side.people;
    let mut known: HashMap<&str, usize> = HashMap::with_capacity(people.len());
    for (place, person) in people.iter().enumerate() {
        let known = known.entry(fold::trim_code(&person.code)).or_insert(place);
        // Two codes that differ in their spaces alone: the same one must win in whatever order they come.
        if person.code < people[*known].code {
            *known = place;
        }
    }
    known
}

/// Why somebody whom the destination doesn't know is 対象外.
pub(super) fn not_created(input: &PlanInput<'_>, candidate: &Candidate<'_>) -> Option<&'static str> {
    if candidate.retired && input.policy.retired == Retired::Skip {
        Some("retired")
    } else if input.rules.has(DataSet::Own) {
        None
    } else {
        Some("not_in_destination")
    }
}

/// Which items of somebody known are compared.
pub(super) fn items(input: &PlanInput<'_>, candidate: &Candidate<'_>, held: &Person) -> Items {
    let by_code = input.rules.roles().matching == Matching::Code;
    let earlier = input.earlier.people.get(if by_code { &*held.code } else { &*candidate.code });
    if earlier.is_some_and(|earlier| earlier.create) { Items::All } else { Items::Selected }
}

/// The rules whose items are written now or were meant to be written by an earlier attempt, in mapping order.
fn written(rules: &Rules, findings: &Findings, earlier: Option<&Intended>) -> Vec<u16> {
    let own = rules.own().len();
    let mut written: Vec<u16> = findings.own.iter().map(|change| narrow(change.rule)).collect();
    if let Some(change) = &findings.rows {
        let touched = change.items.iter().enumerate().filter(|(_, item)| item.touched);
        written.extend(touched.map(|(place, _)| narrow(own + place)));
    }
    if let Some(earlier) = earlier {
        let named = |rule: &Rule| earlier.items.iter().any(|item| rule.target.is_named(item));
        let all = rules.own().iter().chain(rules.dependents()).enumerate();
        let before = all.filter(|(place, rule)| (*place < own || earlier.dependents) && named(rule));
        written.extend(before.map(|(place, _)| narrow(place)));
        written.sort_unstable();
        written.dedup();
    }
    written
}
