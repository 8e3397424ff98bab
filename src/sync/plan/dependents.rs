//! 扶養家族情報: a person's rows, compared and replaced as a whole and in order (`DESIGN` §6). A row has no key, only its place.

use std::borrow::Cow;

use super::bind::{BoundRule, BoundRules};
use super::draft::Draft;
use super::partners::partners;
use crate::sync::convert::{self, Bad};
use crate::sync::{Cell, Changes, DependentsEmpty, Policy, Problem, Resource, Row};

/// What becomes of one person's rows.
#[derive(Debug)]
pub(super) enum RowsDiff {
    /// They are the same.
    Same,
    /// The source has none, the destination keeps its own.
    Kept,
    /// They are replaced.
    Replaced(RowsChange),
    /// A value is bad.
    Bad {
        problems: Vec<Problem>,
        /// True if one of them may be a マイナンバー, which holds the whole person back.
        mynumber: bool,
    },
}

/// The rows that replace a person's.
#[derive(Debug)]
pub(super) struct RowsChange {
    pub(super) rows: Box<[Changes]>,
    /// What becomes of each item, by place among the dependants' rules.
    pub(super) items: Vec<ItemChange>,
    /// How many rows the destination has.
    pub(super) before: usize,
}

/// How one item changes over all rows of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ItemChange {
    pub(super) touched: bool,
    /// In some row from one value to another; only where the rows are as many as before, as places shift otherwise.
    pub(super) changed: bool,
    /// In some row from a value to none; likewise.
    pub(super) cleared: bool,
}

/// Compares one person's rows. A row of the source is nobody only if all of it is blank: what is absent may be somebody.
pub(super) fn diff<'r>(
    rules: &'r BoundRules<'r>,
    resource: &'r Resource,
    policy: &Policy,
    (code, source, held): (&str, &[Row], &[Row]),
    scratch: &mut String,
    draft: &mut Draft<'r>,
) -> RowsDiff {
    let mapped = &rules.dependents[..];
    let is_somebody = |row: &&Row| is_somebody(mapped, row);
    let is_held = |row: &&Row| is_held(mapped, row);
    let before = held.iter().filter(is_held).count();
    let after = source.iter().filter(is_somebody).count();
    let same = before == after
        && (source.iter().filter(is_somebody).zip(held.iter().filter(is_held)))
            .all(|(row, held)| is_same(mapped, policy, row, held, scratch));
    if same {
        return RowsDiff::Same;
    }
    if after == 0 && policy.dependents_empty == DependentsEmpty::Keep {
        return RowsDiff::Kept;
    }
    let (known, loose): (Vec<&Row>, Vec<&Row>) = held.iter().partition(is_held);
    let mut source: Vec<(usize, &Row)> =
        source.iter().enumerate().filter(|(_, row)| is_somebody(row)).collect();
    let mut partners = partners(mapped, policy, &source, &known, scratch);
    if hides_what_is_held(mapped, &source, &known, &partners, scratch) {
        return RowsDiff::Same;
    }
    // A row of which nothing is seen and which is nobody's says nothing.
    let says = |at: usize| partners[at].is_some() || mapped.iter().any(|bound| bound.is_filled(source[at].1));
    let says: Vec<bool> = (0..source.len()).map(says).collect();
    let mut kept = says.iter();
    source.retain(|_| kept.next() == Some(&true));
    let mut kept = says.iter();
    partners.retain(|_| kept.next() == Some(&true));
    let silent = source.len() < after;
    let same = silent
        && (source.is_empty() || source.len() == known.len())
        && (source.iter().zip(&known)).all(|((_, row), held)| is_same(mapped, policy, row, held, scratch));
    if same {
        return RowsDiff::Same;
    }
    let aligned = known.len() == source.len();
    let mut build = Build { rules, resource, policy, code, aligned, scratch, draft };
    build.rows(&source, &partners, &known, &loose)
}

/// True unless all of the source's row is blank.
fn is_somebody(rules: &[BoundRule<'_>], row: &Row) -> bool {
    !rules.iter().all(|bound| bound.is_blank(row))
}

/// True if the destination's row holds anything that is mapped.
fn is_held(rules: &[BoundRule<'_>], row: &Row) -> bool {
    rules.iter().any(|bound| bound.held(row).text().is_some())
}

/// How many dependants each side has.
pub(super) fn rows(rules: &BoundRules<'_>, source: &[Row], held: &[Row]) -> [usize; 2] {
    let mapped = &rules.dependents[..];
    let source = source.iter().filter(|row| is_somebody(mapped, row)).count();
    [source, held.iter().filter(|row| is_held(mapped, row)).count()]
}

/// True if a row that belongs to none of the destination's lacks a cell that one of those left over holds: it may be that row, and
/// what can't be seen must not be erased.
fn hides_what_is_held(
    rules: &[BoundRule<'_>],
    source: &[(usize, &Row)],
    held: &[&Row],
    partners: &[Option<usize>],
    scratch: &mut String,
) -> bool {
    let left_over: Vec<&Row> = (held.iter().enumerate())
        .filter(|(place, _)| !partners.contains(&Some(*place)))
        .map(|(_, row)| *row)
        .collect();
    let alone = source.iter().zip(partners).filter(|(_, partner)| partner.is_none());
    !left_over.is_empty()
        && alone.into_iter().any(|((_, row), _)| {
            rules.iter().any(|bound| {
                bound.value(row, scratch) == Cell::Absent
                    && left_over.iter().any(|held| bound.held(held).text().is_some())
            })
        })
}

fn is_same(rules: &[BoundRule<'_>], policy: &Policy, row: &Row, held: &Row, scratch: &mut String) -> bool {
    rules.iter().all(|bound| match (bound.value(row, scratch), bound.held(held)) {
        (Cell::Absent, _) | (Cell::Blank, Cell::Absent | Cell::Blank) => true,
        (Cell::Blank, Cell::Text(_)) | (Cell::Text(_), Cell::Absent | Cell::Blank) => false,
        (Cell::Text(value), Cell::Text(held)) => is_same_value(bound, policy, value, held),
    })
}

pub(super) fn is_same_value(bound: &BoundRule<'_>, policy: &Policy, value: &str, held: &str) -> bool {
    (value == held && convert::is_in_master(bound.rule, value))
        || convert::convert(bound.rule, policy.overlong, value)
            .is_ok_and(|value| convert::same(bound.rule, &value, held))
}

struct Build<'a, 'r> {
    rules: &'r BoundRules<'r>,
    resource: &'r Resource,
    policy: &'a Policy,
    code: &'a str,
    /// True if there are as many rows as before.
    aligned: bool,
    scratch: &'a mut String,
    draft: &'a mut Draft<'r>,
}

impl<'r> Build<'_, 'r> {
    /// The rows of the source, then those of the destination that hold nothing but what isn't mapped: they are nobody's to remove.
    fn rows(
        &mut self,
        source: &[(usize, &Row)],
        partners: &[Option<usize>],
        held: &[&Row],
        loose: &[&Row],
    ) -> RowsDiff {
        let mut rows = Vec::new();
        let mut items = vec![ItemChange::default(); self.rules.dependents.len()];
        let (mut problems, mut mynumber) = (Vec::new(), false);
        for (place, ((n, row), partner)) in source.iter().zip(partners).enumerate() {
            self.draft.reset();
            let partner = partner.map(|place| held[place]);
            for (bound, item) in self.rules.dependents.iter().zip(&mut items) {
                self.count(bound, row, held.get(place).copied(), item);
                self.cell(bound, row, partner);
            }
            self.carry(partner, Requirement::Met);
            for item in &self.resource.unfillable {
                self.draft.fault(usize::MAX, item, Bad::Required);
            }
            self.finish(n + 1, &mut rows, &mut problems, &mut mynumber);
        }
        for (bound, item) in self.rules.dependents.iter().zip(&mut items) {
            item.touched |= held.iter().skip(rows.len()).any(|row| bound.held(row).text().is_some());
        }
        for row in loose {
            self.draft.reset();
            self.carry(Some(row), Requirement::Waived);
            if !self.draft.is_clean() {
                self.finish(rows.len() + 1, &mut rows, &mut problems, &mut mynumber);
            }
        }
        if !problems.is_empty() {
            return RowsDiff::Bad { problems, mynumber };
        }
        let before = held.len() + rows.len().saturating_sub(source.len());
        RowsDiff::Replaced(RowsChange { rows: rows.into(), items, before })
    }

    /// Ends the row that is drafted, the `n`th.
    fn finish(
        &mut self,
        n: usize,
        rows: &mut Vec<Changes>,
        problems: &mut Vec<Problem>,
        mynumber: &mut bool,
    ) {
        self.draft.sort();
        for fault in &self.draft.faults {
            problems.push(fault.dependent_problem(self.code, n));
            *mynumber |= fault.bad == Bad::MyNumber;
        }
        rows.push(self.draft.changes());
    }

    /// Notes how an item changes at a place.
    fn count(&mut self, bound: &BoundRule<'_>, row: &Row, held: Option<&Row>, item: &mut ItemChange) {
        let held = held.map_or(Cell::Blank, |held| bound.held(held)).text();
        match bound.value(row, self.scratch) {
            Cell::Absent => {}
            Cell::Blank => {
                item.touched |= held.is_some();
                item.cleared |= self.aligned && held.is_some();
            }
            Cell::Text(value) => {
                let same = held.is_some_and(|held| is_same_value(bound, self.policy, value, held));
                item.touched |= !same;
                item.changed |= self.aligned && held.is_some() && !same;
            }
        }
    }

    /// Drafts a mapped cell. `held` is the same dependant in the destination.
    fn cell(&mut self, bound: &BoundRule<'r>, row: &Row, held: Option<&Row>) {
        let held = held.and_then(|held| bound.held(held).text());
        match bound.value(row, self.scratch) {
            // Absent is not blank: what can't be seen stays.
            Cell::Absent => {
                if let Some(held) = held {
                    let checked = convert::check_mynumber(bound.rule, held);
                    set(self.draft, bound, checked.map(|()| held.into()));
                }
            }
            Cell::Blank if bound.rule.required => set(self.draft, bound, Err(Bad::Required)),
            Cell::Blank => {}
            Cell::Text(value) => {
                let value = match held {
                    // The destination's form stays.
                    Some(held) if is_same_value(bound, self.policy, value, held) => Ok(held.into()),
                    _ => convert::convert(bound.rule, self.policy.overlong, value),
                };
                let checked =
                    value.and_then(|value| convert::check_outgoing(bound.rule, &value).map(|()| value));
                set(self.draft, bound, checked);
            }
        }
    }

    /// Drafts what the destination holds in items that aren't mapped: rows are replaced, and what is left out is erased.
    fn carry(&mut self, held: Option<&Row>, requirement: Requirement) {
        for bound in &self.rules.carried {
            match held.and_then(|held| bound.kept(held).text()) {
                Some(held) => {
                    let checked = convert::check_mynumber(bound.rule, held);
                    set(self.draft, bound, checked.map(|()| held.into()));
                }
                None if bound.rule.required && requirement == Requirement::Met => {
                    set(self.draft, bound, Err(Bad::Required));
                }
                None => {}
            }
        }
    }
}

/// Drafts a value, or what is wrong with it.
fn set<'r>(draft: &mut Draft<'r>, bound: &BoundRule<'r>, value: Result<Cow<'_, str>, Bad>) {
    match value {
        Ok(value) => draft.set(bound.index, &value),
        Err(bad) => draft.fault(bound.index, &bound.rule.target.item, bad),
    }
}

/// Whether a row must hold what its sheet requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Requirement {
    /// A dependant of the source must.
    Met,
    /// What goes back as it was needn't.
    Waived,
}
