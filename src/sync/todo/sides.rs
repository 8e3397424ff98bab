//! Who is meant by each kind of 要対応: both sides, and who is whom.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{LeftIn, OpenTodo, TodoRule};
use crate::sync::plan::{Match, choose, match_code, matches, met};
use crate::sync::scope::{Class, classify, day};
use crate::sync::{Cell, ItemRef, People, Person, PlanInput, Selection, Todo, fold};

/// `T_AUTOFILLED` closes this many days after it was first seen.
const AUTO_FILLED_DAYS: i64 = 30;

/// 社員番号 of those who are meant, each once.
pub(super) type Codes = BTreeSet<String>;

/// Both sides of a run.
pub(super) struct Sides<'a> {
    input: &'a PlanInput<'a>,
    source: Side<'a>,
    destination: Side<'a>,
    /// Who is whom, where 社員番号 alone doesn't tell.
    matches: Option<Vec<Match>>,
}

/// One side: its people's codes as they are matched, and where their days are.
struct Side<'a> {
    people: &'a [Person],
    codes: Vec<Cow<'a, str>>,
    /// The places by code.
    by_code: Vec<usize>,
    hire: Option<usize>,
    retire: Option<usize>,
}

impl<'a> Side<'a> {
    fn new(people: &'a People, codes: Vec<Cow<'a, str>>, hire: Option<&str>, retire: Option<&str>) -> Self {
        let column = |item: Option<&str>| item.and_then(|item| people.columns.position(item));
        let mut by_code: Vec<usize> = (0..codes.len()).collect();
        by_code.sort_by(|left, right| codes[*left].cmp(&codes[*right]));
        Side { people: &people.people, codes, by_code, hire: column(hire), retire: column(retire) }
    }

    /// Everybody with this code; nobody has the empty one.
    fn find(&self, code: &str) -> &[usize] {
        let first = self.by_code.partition_point(|place| &*self.codes[*place] < code);
        let last = self.by_code.partition_point(|place| &*self.codes[*place] <= code);
        if code.is_empty() { &[] } else { &self.by_code[first..last] }
    }

    fn has_left(&self, place: usize, today: NaiveDate) -> bool {
        self.class(place, today) == Class::Retired
    }

    fn class(&self, place: usize, today: NaiveDate) -> Class {
        let day = |column| day(self.cell(place, column));
        classify(day(self.hire), day(self.retire), today)
    }

    fn cell(&self, place: usize, column: Option<usize>) -> Cell<'a> {
        match column.map_or(Cell::Absent, |column| self.people[place].row.cell(column)) {
            Cell::Text(text) if fold::is_blank(text) => Cell::Blank,
            cell => cell,
        }
    }

    /// The column, if it was read of anybody.
    fn read(&self, column: Option<usize>) -> Option<usize> {
        let mut places = 0..self.people.len();
        column.filter(|_| places.is_empty() || places.any(|place| self.cell(place, column) != Cell::Absent))
    }
}

impl<'a> Sides<'a> {
    pub(super) fn new(input: &'a PlanInput<'a>) -> Self {
        let (roles, padding) = (input.rules.roles(), input.policy.padding);
        let (source, destination) = (input.source, input.destination);
        let keys = source.people.iter().map(|person| match_code(&person.code, padding)).collect();
        let codes = destination.people.iter().map(|person| Cow::Borrowed(fold::trim_code(&person.code)));
        let column = |item: &Option<ItemRef>| item.as_ref().map(ToString::to_string);
        let (hire, retire) = (column(&roles.todo.hire), column(&roles.todo.retire));
        Sides {
            input,
            source: Side::new(source, keys, roles.source.hire.as_deref(), roles.source.retire.as_deref()),
            destination: Side::new(destination, codes.collect(), hire.as_deref(), retire.as_deref()),
            matches: matches(input),
        }
    }

    /// Whom a rule means; `None` if the column that decides was not read.
    pub(super) fn look(&self, rule: &TodoRule, created: &Codes, open: &[OpenTodo]) -> Option<Codes> {
        match rule {
            TodoRule::RetiredLate(LeftIn::Source) => self.retired_late(&self.source, &self.destination),
            TodoRule::RetiredLate(LeftIn::Destination) => self.retired_late(&self.destination, &self.source),
            TodoRule::NoDepartment(item) => self.no_department(item, created),
            TodoRule::OnlyDestination => self.only_destination(),
            TodoRule::RetiredAccount => {
                self.source.read(self.source.retire)?;
                Some(self.known(|place| self.source.has_left(place, self.input.today)))
            }
            TodoRule::FutureLeaver => self.future_leavers(),
            TodoRule::AutoFilled(items) => Some(self.auto_filled(items, created, open)),
            TodoRule::NotClosed { column, .. } => {
                let column = self.source.read(self.input.source.columns.position(column))?;
                Some(self.known(|place| self.source.cell(place, Some(column)).text().is_some()))
            }
        }
    }

    /// Those who left on one side although the other side has no day. Who was hired again under the old code has not left.
    fn retired_late(&self, left: &Side<'a>, other: &Side<'a>) -> Option<Codes> {
        let blank = other.read(other.retire)?;
        left.read(left.retire)?;
        let stays = |place: &usize| other.cell(*place, Some(blank)) == Cell::Blank;
        let has_left = |place: &usize| {
            let alike = left.find(&left.codes[*place]);
            !alike.is_empty() && alike.iter().all(|place| left.has_left(*place, self.input.today))
        };
        let late = (0..left.people.len())
            .filter(has_left)
            .map(|place| &*left.codes[place])
            .filter(|code| other.find(code).iter().any(stays));
        Some(late.map(str::to_owned).collect())
    }

    fn no_department(&self, item: &ItemRef, created: &Codes) -> Option<Codes> {
        let column = self.destination.read(self.input.destination.columns.position(&item.to_string()))?;
        let everybody = Selection::default();
        let target = choose(&PlanInput { selection: &everybody, ..*self.input }).candidates;
        let lacks = |place: &usize| self.destination.cell(*place, Some(column)) == Cell::Blank;
        let known = target.iter().filter(|one| self.places(one.place).iter().any(lacks));
        let new = created.iter().filter(|code| self.destination.find(code).is_empty());
        Some(known.map(|one| one.code.to_string()).chain(new.cloned()).collect())
    }

    /// Who has no known day of leaving because it was not read may have left long ago.
    fn only_destination(&self) -> Option<Codes> {
        let retire = self.destination.read(self.destination.retire)?;
        let met = match &self.matches {
            Some(matches) => met(self.input, matches)?,
            None => self.source.codes.iter().flat_map(|code| self.destination.find(code)).copied().collect(),
        };
        let alone = (0..self.destination.people.len()).filter(|place| {
            !met.contains(place)
                && self.destination.cell(*place, Some(retire)) != Cell::Absent
                && !self.destination.has_left(*place, self.input.today)
        });
        Some(alone.map(|place| self.destination.codes[place].to_string()).collect())
    }

    fn future_leavers(&self) -> Option<Codes> {
        let retire = self.source.read(self.source.retire)?;
        let unknown = Match::Skipped("retired_unknown");
        let pairs = self.matches.iter().flatten().enumerate().filter(|(_, pair)| **pair == unknown);
        let is_to_come = |place: &usize| {
            day(self.source.cell(*place, Some(retire))).is_some_and(|day| day >= self.input.today)
        };
        let leavers = pairs.map(|(place, _)| place).filter(is_to_come);
        Some(leavers.map(|place| self.source.codes[place].to_string()).collect())
    }

    fn auto_filled(&self, items: &[(ItemRef, String)], created: &Codes, open: &[OpenTodo]) -> Codes {
        let columns = &self.input.destination.columns;
        let items: Vec<(Option<usize>, &str)> =
            items.iter().map(|(item, value)| (columns.position(&item.to_string()), value.as_str())).collect();
        let is_untouched = |place: &usize| {
            items.iter().all(|(column, value)| match self.destination.cell(*place, *column) {
                Cell::Absent => true,
                Cell::Blank => false,
                Cell::Text(text) => text == *value,
            })
        };
        let stays = |open: &&OpenTodo| {
            open.kind == Todo::AutoFilled.code()
                && (self.input.today - open.since).num_days() < AUTO_FILLED_DAYS
                && self.held_as(&open.code).iter().any(is_untouched)
        };
        let before = open.iter().filter(stays).map(|open| open.code.clone());
        created.iter().cloned().chain(before).collect()
    }

    /// The codes of those of the source whom the destination knows and who are meant.
    fn known(&self, is_meant: impl Fn(usize) -> bool) -> Codes {
        let known =
            (0..self.source.people.len()).filter(|place| is_meant(*place) && !self.places(*place).is_empty());
        known.map(|place| self.source.codes[place].to_string()).collect()
    }

    /// Where the destination has this person of the source.
    fn places(&self, place: usize) -> &[usize] {
        match &self.matches {
            None => self.destination.find(&self.source.codes[place]),
            Some(matches) => match &matches[place] {
                Match::Known(one) => std::slice::from_ref(one),
                _ => &[],
            },
        }
    }

    /// Where the destination has the person of this code: the source's, or its own if the source doesn't have it any more.
    fn held_as(&self, code: &str) -> Vec<usize> {
        let known: Vec<usize> =
            self.source.find(code).iter().flat_map(|place| self.places(*place)).copied().collect();
        if known.is_empty() { self.destination.find(code).to_vec() } else { known }
    }
}
