//! Why one person is created, updated, held, skipped or rejected, step by step.
//!
//! An explanation belongs to a plan over everybody: conflicts, near-duplicates and guards need all people. It asks what the plan asked,
//! scope, pairs, the diffs of 本人情報 and 扶養家族情報, and tells what the answers were. Nothing of people's data is in it but with
//! [`Values::Shown`].

mod items;
mod model;
mod rows;
mod seen;

pub use model::{
    Action, By, Comparison, Explained, Explanation, Found, InScope, ItemStep, ItemVerdict, Reading, RowsStep,
    RowsVerdict, Seen, Values, Withheld,
};

use std::collections::HashMap;

use super::bind::BoundRules;
use super::matching::{self, Match, Trace};
use super::model::{Outcome, PersonOutcome, Plan, PlanInput, Write};
use super::own::OwnDiff;
use super::people::{self, Candidate, Chosen, Scoping};
use super::person;
use super::person::{by_code, not_created};
use crate::sync::{People, Person, fold};
use items::Own;
use rows::Planned;

/// Explains what a plan does with whoever goes by a 社員番号 on either side. `plan` is that of the same input, with nobody selected.
pub fn explain(input: &PlanInput<'_>, plan: &Plan, code: &str, values: Values) -> Explanation {
    let case = Case {
        input,
        plan,
        bound: &BoundRules::new(input.rules, input.source, input.destination),
        matches: matching::matches(input),
        known: by_code(input.destination),
        chosen: people::choose(input),
        values,
    };
    let (sources, destinations) = (case.sources(code), case.destinations(code));
    let pointing = |place: &usize| case.points_at_any(*place, &destinations);
    let people = match (&sources[..], &destinations[..]) {
        ([], []) => Vec::new(),
        ([], held) => {
            let found: Vec<usize> = (0..input.source.people.len()).filter(pointing).collect();
            match &found[..] {
                [] => held.iter().map(|place| case.only_destination(*place)).collect(),
                found => found.iter().map(|place| case.explained(*place)).collect(),
            }
        }
        (sources, _) => sources.iter().map(|place| case.explained(*place)).collect(),
    };
    Explanation {
        source: reading(input.source, &sources),
        destination: reading(input.destination, &destinations),
        people,
    }
}

fn reading(side: &People, found: &[usize]) -> Reading {
    let announced = side.announced.filter(|announced| *announced != side.people.len());
    let found = found.iter().map(|place| side.people[*place].code.to_string()).collect();
    Reading { people: side.people.len(), announced, found }
}

/// All that the steps look at.
struct Case<'a, 'i> {
    input: &'i PlanInput<'a>,
    plan: &'i Plan,
    bound: &'i BoundRules<'i>,
    /// Who is whom, where 社員番号 alone doesn't tell.
    matches: Option<Vec<Match>>,
    /// The destination's people by code.
    known: HashMap<&'a str, usize>,
    chosen: Chosen<'a>,
    values: Values,
}

impl<'a> Case<'a, '_> {
    /// The places of the source's people who go by the code.
    fn sources(&self, code: &str) -> Vec<usize> {
        let padding = self.input.policy.padding;
        let wanted = people::key(code, padding);
        self.places(self.input.source, |other| people::key(other, padding) == wanted, code)
    }

    /// The same of the destination, whose codes nobody pads.
    fn destinations(&self, code: &str) -> Vec<usize> {
        let wanted =
            [people::key(code, self.input.policy.padding).into_owned(), fold::trim_code(code).to_owned()];
        let is_wanted = |other: &str| wanted.iter().any(|wanted| fold::trim_code(other) == wanted);
        self.places(self.input.destination, is_wanted, code)
    }

    fn places(&self, side: &People, is_wanted: impl Fn(&str) -> bool, code: &str) -> Vec<usize> {
        let folded = self.matches.is_some().then(|| fold::number(code));
        let alike = |other: &str| folded.as_ref().is_some_and(|code| fold::number(other) == *code);
        let people = side.people.iter().enumerate();
        let wanted = people.filter(|(_, person)| !fold::trim_code(&person.code).is_empty());
        wanted.filter(|(_, p)| is_wanted(&p.code) || alike(&p.code)).map(|(place, _)| place).collect()
    }

    /// True if somebody of the source was found to be any of these, under whatever code.
    fn points_at_any(&self, place: usize, destinations: &[usize]) -> bool {
        match self.matches.as_ref().map(|found| &found[place]) {
            Some(Match::Known(other) | Match::NumberReused(other)) => destinations.contains(other),
            Some(Match::Conflict) => {
                let trace = self.trace(place);
                trace.by_number.iter().chain(&trace.by_person).any(|other| destinations.contains(other))
            }
            _ => false,
        }
    }

    fn only_destination(&self, place: usize) -> Explained {
        Explained {
            source: None,
            destination: Some(self.held(place).code.to_string()),
            scope: None,
            found: Found::OnlyDestination,
            comparison: None,
            action: Action::OnlyDestination,
        }
    }

    fn held(&self, place: usize) -> &'a Person {
        &self.input.destination.people[place]
    }

    fn explained(&self, place: usize) -> Explained {
        let person = &self.input.source.people[place];
        let scoping = Scoping::new(self.input);
        let scoped = scoping.of(person);
        let [hire, retire] = scoping.dates(person).map(|cell| Seen::of(cell, self.values));
        let scope = InScope { class: scoped.class, hire, retire, left_out: scoped.reason };
        let code = people::key(&person.code, self.input.policy.padding);
        let mut explained = Explained {
            source: Some(code.to_string()),
            destination: None,
            scope: Some(scope),
            found: Found::NotAsked,
            comparison: None,
            action: Action::Skipped(scoped.reason.unwrap_or("not_selected")),
        };
        if let Some(candidate) = self.chosen.candidates.iter().find(|candidate| candidate.place == place) {
            self.matched(candidate, &mut explained);
        }
        explained
    }

    /// Looks for somebody of 対象 in the destination, and goes on from there.
    fn matched(&self, candidate: &Candidate<'a>, explained: &mut Explained) {
        explained.action = self.planned(candidate);
        let alike = self.chosen.candidates.iter().filter(|other| other.code == candidate.code).count();
        let found = match &self.matches {
            Some(found) => found[candidate.place].clone(),
            None if alike > 1 => {
                explained.found = Found::Duplicate { people: alike };
                return;
            }
            None => self.known.get(&*candidate.code).map_or(Match::New, |place| Match::Known(*place)),
        };
        explained.found = match found {
            Match::Known(at) => {
                explained.destination = Some(self.held(at).code.to_string());
                explained.comparison = Some(self.compared(candidate, Some(at)));
                Found::Known(self.by(candidate.place, at))
            }
            Match::New => match not_created(self.input, candidate) {
                Some(reason) => Found::LeftOut(reason),
                None => self.unknown(candidate, explained),
            },
            Match::Skipped(reason) => Found::LeftOut(reason),
            Match::SameMail(_) | Match::NumberReused(_) => self.unknown(candidate, explained),
            Match::Conflict => self.conflict(candidate.place),
        };
        if let Found::LeftOut(reason) = explained.found {
            explained.action = Action::Skipped(reason);
        }
    }

    /// Somebody whom the destination doesn't have, or not surely.
    fn unknown(&self, candidate: &Candidate<'a>, explained: &mut Explained) -> Found {
        let problems = self.outcome(candidate).map_or(&[][..], |person| &person.problems);
        let hold = problems.iter().find_map(|problem| Some((problem.code, problem.hold.as_ref()?)));
        let found = match hold.map(|(code, hold)| (code, hold.other.clone())) {
            Some(("H_SAME_MAIL", other)) => return Found::SameMail { other },
            Some(("H_NUMBER_REUSED", other)) => return Found::NumberReused { other },
            Some((_, other)) => Found::NearDuplicate { other },
            None => {
                let approved = self.plan.approved.iter().filter(|pair| *pair.code == *candidate.code);
                let others: Vec<String> = approved.map(|pair| pair.other.to_string()).collect();
                if others.is_empty() { Found::New } else { Found::Approved { others } }
            }
        };
        explained.comparison = Some(self.compared(candidate, None));
        found
    }

    /// How somebody of the source was found.
    fn trace(&self, place: usize) -> Trace {
        matching::trace(self.input, self.matches.as_deref().unwrap_or_default(), place)
    }

    /// What the person was found by.
    fn by(&self, place: usize, at: usize) -> By {
        let trace = self.trace(place);
        match (trace.by_number.contains(&at), trace.by_person.contains(&at)) {
            (true, true) => By::Both,
            (false, true) => By::Person,
            _ => By::Number,
        }
    }

    fn conflict(&self, place: usize) -> Found {
        let trace = self.trace(place);
        let mut held = [trace.by_number, trace.by_person].concat();
        held.sort_unstable();
        held.dedup();
        let code = |side: &People, place: usize| side.people[place].code.to_string();
        Found::Conflict {
            destination: held.into_iter().map(|place| code(self.input.destination, place)).collect(),
            source: trace.rivals.into_iter().map(|place| code(self.input.source, place)).collect(),
        }
    }

    fn outcome(&self, candidate: &Candidate<'_>) -> Option<&PersonOutcome> {
        let outcomes = &self.plan.outcomes;
        let first = outcomes.partition_point(|person| *person.code < *candidate.code);
        let alike = || outcomes[first..].iter().take_while(|person| *person.code == *candidate.code);
        // Who left may have the 社員番号 that somebody new has got: the one is written, the other held.
        let found = self.matches.as_ref().map(|found| &found[candidate.place]);
        let is_suspected = matches!(found, Some(Match::SameMail(_) | Match::NumberReused(_)));
        alike().find(|person| (person.outcome == Outcome::Held) == is_suspected).or_else(|| alike().next())
    }

    fn planned(&self, candidate: &Candidate<'_>) -> Action {
        let outcome = self.outcome(candidate);
        let items = outcome.map_or_else(Vec::new, |person| self.input.rules.names(&person.rules));
        Action::Planned {
            outcome: outcome.map_or(Outcome::Unchanged, |person| person.outcome),
            items: items.into_iter().map(str::to_owned).collect(),
            problems: outcome.map_or_else(Vec::new, |person| person.problems.clone()),
        }
    }

    fn compared(&self, candidate: &Candidate<'_>, at: Option<usize>) -> Comparison {
        let held = at.map(|at| self.held(at));
        let (source, mut scratch) = (&candidate.person.row, String::new());
        let mut diff = OwnDiff::new(self.bound, self.input.rules, self.input.policy);
        match held {
            Some(held) => {
                diff.update(person::items(self.input, candidate, held), source, &held.row, &mut scratch);
            }
            None => diff.create(&candidate.code, source, &mut scratch),
        }
        let (outcome, write) = (self.outcome(candidate), self.write(candidate, at));
        let is_held = outcome.is_some_and(|p| p.problems.iter().any(|problem| problem.hold.is_some()));
        let own = Own {
            rules: self.bound,
            diff: &diff,
            source,
            held: held.map(|held| &held.row),
            is_written: write.is_some_and(|write| write.create || !write.own.is_empty()),
            withheld: if is_held { Withheld::Held } else { Withheld::BadRows },
            values: self.values,
        };
        let planned = Planned {
            outcome,
            write,
            is_compared: held.is_some() || (diff.is_writable() && !is_held),
            withheld: if is_held { Withheld::Held } else { Withheld::BadValue },
        };
        let rows = held.map(|held| &held.dependents[..]);
        Comparison {
            items: own.steps(),
            dependents: rows::step(self.input, self.bound, candidate, rows, &planned),
        }
    }

    fn write(&self, candidate: &Candidate<'_>, at: Option<usize>) -> Option<&Write> {
        self.plan.writes.iter().find(|write| match at {
            Some(at) => write.place.is_some_and(|place| place as usize == at),
            None => write.create && *write.code == *candidate.code,
        })
    }
}
