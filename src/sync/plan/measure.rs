//! Counts for the guards what a plan would change.

use super::dependents::RowsChange;
use super::draft::Draft;
use super::model::PlanInput;
use crate::sync::{Cell, Columns, ItemMeasure, Measures, Row, Rules};

/// Counts changes by rule while people are planned.
#[derive(Debug)]
pub(super) struct Tally {
    /// Changed and cleared people by rule.
    items: Vec<(u64, u64)>,
    /// People of 対象 with rows in the destination.
    pub(super) with_rows: u64,
    pub(super) measures: Measures,
}

impl Tally {
    pub(super) fn new(input: &PlanInput<'_>) -> Self {
        let (source, destination) = (input.source, input.destination);
        let incomplete: usize = [source, destination]
            .iter()
            .map(|side| side.announced.map_or(0, |announced| announced.abs_diff(side.people.len())))
            .sum();
        let measures = Measures {
            full: input.selection.is_full(),
            guarded: input.rules.roles().guarded,
            read: source.people.len() as u64,
            incomplete: (incomplete > 0).then_some(incomplete as u64),
            destination: destination.people.len() as u64,
            absent: absent(input),
            ..Measures::default()
        };
        let rules = input.rules.own().len() + input.rules.dependents().len();
        Tally { items: vec![(0, 0); rules], with_rows: 0, measures }
    }

    /// Counts what is written of somebody whom the destination has.
    pub(super) fn update<'a>(&mut self, draft: &Draft<'_>, held: impl Fn(usize) -> Cell<'a>) {
        for change in draft.iter() {
            if held(change.rule).text().is_some() {
                let (changed, cleared) = &mut self.items[change.rule];
                *if change.value.is_some() { changed } else { cleared } += 1;
            }
        }
    }

    /// Takes somebody whom an earlier attempt of the run created out of those whom the destination had: the guards judge a resumed run as
    /// they judged its first attempt.
    pub(super) fn resumed(&mut self) {
        self.measures.matched = self.measures.matched.saturating_sub(1);
        self.measures.destination = self.measures.destination.saturating_sub(1);
    }

    /// Counts rows that are replaced.
    pub(super) fn rows(&mut self, first: usize, change: &RowsChange) {
        self.measures.rows_before += change.before as u64;
        self.measures.rows_after += change.rows.len() as u64;
        for (item, (changed, cleared)) in change.items.iter().zip(&mut self.items[first..]) {
            *changed += u64::from(item.changed);
            *cleared += u64::from(item.cleared);
        }
    }

    pub(super) fn finish(mut self, rules: &Rules) -> Measures {
        let own = rules.own().len();
        for (rule, (changed, cleared)) in self.items.into_iter().enumerate() {
            if changed + cleared > 0 {
                self.measures.items.push(ItemMeasure {
                    item: rules.get(rule).target.item.clone(),
                    changed,
                    cleared,
                    people: if rule < own { self.measures.matched } else { self.with_rows },
                    exempt: rules.get(rule).guard_exempt,
                });
            }
        }
        self.measures
    }
}

/// The source items that no record has, and how many records there are. Without a record nothing can be said.
fn absent(input: &PlanInput<'_>) -> Vec<(String, u64)> {
    let source = input.source;
    let people = || source.people.iter().map(|person| &person.row);
    let rows = || source.people.iter().flat_map(|person| &person.dependents);
    let mut absent = unseen(&input.rules.needed_source_items(), &source.columns, people());
    absent.extend(unseen(&input.rules.source_dependent_items(), &source.dependent_columns, rows()));
    absent
}

fn unseen<'a>(items: &[&str], columns: &Columns, rows: impl Iterator<Item = &'a Row>) -> Vec<(String, u64)> {
    let mut unseen: Vec<(&str, Option<usize>)> =
        items.iter().map(|item| (*item, columns.position(item))).collect();
    let mut count = 0;
    for row in rows {
        count += 1;
        if !unseen.is_empty() {
            unseen.retain(|(_, place)| place.is_none_or(|place| row.cell(place) == Cell::Absent));
        }
    }
    if count == 0 {
        return Vec::new();
    }
    unseen.into_iter().map(|(item, _)| (item.to_owned(), count)).collect()
}
