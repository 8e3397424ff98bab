//! Who is planned: 対象 by code, and everybody who is left out with the reason.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use chrono::{Days, NaiveDate};

use super::model::PlanInput;
use crate::sync::scope::day;
use crate::sync::{Cell, Class, Padding, Person, fold, scope};

/// One person of the source who is in scope.
#[derive(Debug)]
pub(in crate::sync) struct Candidate<'a> {
    /// 社員番号 for matching: trimmed and padded; may be empty.
    pub(in crate::sync) code: Cow<'a, str>,
    pub(super) person: &'a Person,
    /// The place among the source's people.
    pub(in crate::sync) place: usize,
    /// True if 入社日 lies from 31 days ago to 60 days ahead.
    pub(super) joiner: bool,
    /// True for a 退職者.
    pub(super) retired: bool,
    /// True if somebody who is 対象外 has the same code and either of them has dependants: a source that knows dependants by
    /// 従業員番号 alone (a rehire keeps it) can't say whose they are.
    pub(super) shares_dependents: bool,
}

/// The people of a run.
#[derive(Debug, Default)]
pub(in crate::sync) struct Chosen<'a> {
    /// 対象, by code.
    pub(in crate::sync) candidates: Vec<Candidate<'a>>,
    /// 対象外 by reason.
    pub(super) skipped: BTreeMap<&'static str, u64>,
    /// Codes that the job names and the source doesn't have, in order.
    pub(super) missing: Vec<String>,
}

/// A 社員番号 of the source as it is matched (`reference/officestation-kaonavi-link.md` §4, §5).
pub fn key(code: &str, padding: Option<Padding>) -> Cow<'_, str> {
    let code = fold::trim_code(code);
    match padding {
        Some(padding) if code.len() < usize::from(padding.digits) => Cow::Owned(padding.pad(code)),
        _ => Cow::Borrowed(code),
    }
}

/// Where the source's records say whether somebody is 対象.
pub(super) struct Scoping<'a> {
    input: &'a PlanInput<'a>,
    hire: Option<usize>,
    retire: Option<usize>,
    excluded: Option<usize>,
}

/// What a record says of that.
pub(super) struct Scoped {
    pub(super) class: Class,
    hire_day: Option<NaiveDate>,
    /// Why the person is 対象外.
    pub(super) reason: Option<&'static str>,
}

impl<'a> Scoping<'a> {
    pub(super) fn new(input: &'a PlanInput<'a>) -> Self {
        let roles = &input.rules.roles().source;
        let columns = &input.source.columns;
        let place = |item: &Option<String>| item.as_ref().and_then(|item| columns.position(item));
        let (hire, retire) = (place(&roles.hire), place(&roles.retire));
        Scoping { input, hire, retire, excluded: place(&roles.excluded) }
    }

    /// 入社日 and 退職日 as the source has them.
    pub(super) fn dates<'p>(&self, person: &'p Person) -> [Cell<'p>; 2] {
        [self.hire, self.retire].map(|place| cell(person, place))
    }

    pub(super) fn of(&self, person: &Person) -> Scoped {
        let [hire, retire] = self.dates(person);
        let hire_day = day(hire);
        let class = scope::classify(hire_day, day(retire), self.input.today);
        let no_hire = hire.text().is_none_or(fold::is_blank);
        let reason = if let Some(reason) = cell(person, self.excluded).text().and_then(scope::exclusion) {
            Some(reason)
        } else if !self.input.rules.roles().scope.includes(class) {
            Some("retired")
        } else if self.input.policy.require_hire_date && no_hire {
            Some("no_hire_date")
        } else {
            None
        };
        Scoped { class, hire_day, reason }
    }
}

fn cell(person: &Person, place: Option<usize>) -> Cell<'_> {
    place.map_or(Cell::Absent, |place| person.row.cell(place))
}

/// Sorts the source's people into those of 対象 and the others.
pub(in crate::sync) fn choose<'a>(input: &PlanInput<'a>) -> Chosen<'a> {
    let padding = input.policy.padding;
    let wanted: HashSet<Cow<'_, str>> =
        input.selection.employees.iter().map(|code| key(code, padding)).collect();
    let mut found: HashSet<Cow<'_, str>> = HashSet::new();
    let scoping = Scoping::new(input);
    let mut chosen = Chosen::default();
    let mut others: Vec<(Cow<'_, str>, bool)> = Vec::new();
    for (at, person) in input.source.people.iter().enumerate() {
        let code = key(&person.code, padding);
        if !wanted.is_empty() {
            if !wanted.contains(&code) {
                continue;
            }
            found.insert(code.clone());
        }
        let Scoped { class, hire_day, reason } = scoping.of(person);
        if let Some(reason) = reason {
            *chosen.skipped.entry(reason).or_default() += 1;
            others.push((code, !person.dependents.is_empty()));
            continue;
        }
        let joiner = hire_day.is_some_and(|day| joins_around(day, input.today));
        chosen.candidates.push(Candidate {
            code,
            person,
            place: at,
            joiner,
            shares_dependents: false,
            retired: class == Class::Retired,
        });
    }
    chosen.candidates.sort_by(|left, right| left.code.cmp(&right.code));
    for (code, has_dependents) in others {
        let first = chosen.candidates.partition_point(|candidate| candidate.code < code);
        for candidate in chosen.candidates[first..].iter_mut().take_while(|candidate| candidate.code == code)
        {
            candidate.shares_dependents |= has_dependents || !candidate.person.dependents.is_empty();
        }
    }
    chosen.missing = wanted.difference(&found).map(ToString::to_string).collect();
    chosen.missing.sort();
    chosen
}

/// True if somebody who joins on this day is expected to be new: the guard on creations leaves them out at first.
fn joins_around(day: NaiveDate, today: NaiveDate) -> bool {
    let first = today.checked_sub_days(Days::new(31)).unwrap_or(today);
    let last = today.checked_add_days(Days::new(60)).unwrap_or(today);
    (first..=last).contains(&day)
}
