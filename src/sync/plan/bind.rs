//! Rules bound to the columns of what was read: a cell is found by its place, never by name.

use super::names::Names;
use crate::sync::{Cell, Columns, People, Row, Rule, Rules, Source, fold};

/// A [`Source`] bound to columns. A column that was not read is absent from every row.
#[derive(Debug)]
pub(super) enum Bound<'r> {
    Column(Option<usize>),
    Join { columns: Vec<Option<usize>>, separator: &'r str },
    Prefer { when: Vec<Option<usize>>, preferred: Box<Bound<'r>>, otherwise: Box<Bound<'r>> },
}

pub(super) fn cell(row: &Row, column: Option<usize>) -> Cell<'_> {
    match column.map_or(Cell::Absent, |column| row.cell(column)) {
        Cell::Text(text) if fold::is_blank(text) => Cell::Blank,
        cell => cell,
    }
}

impl<'r> Bound<'r> {
    pub(super) fn new(source: &'r Source, columns: &Columns) -> Self {
        let place = |item: &String| columns.position(item);
        match source {
            Source::Item(item) => Bound::Column(place(item)),
            Source::Join { items, separator } => {
                Bound::Join { columns: items.iter().map(place).collect(), separator }
            }
            Source::Prefer { when_filled, preferred, otherwise } => Bound::Prefer {
                when: when_filled.iter().map(place).collect(),
                preferred: Box::new(Bound::new(preferred, columns)),
                otherwise: Box::new(Bound::new(otherwise, columns)),
            },
        }
    }

    /// The value of a row. A text of spaces is blank. What can't be known because a part of it is absent is absent: a name
    /// without its 氏, or a legal name that may have a ビジネスネーム, must not be written.
    pub(super) fn eval<'a>(&self, row: &'a Row, scratch: &'a mut String) -> Cell<'a> {
        match self {
            Bound::Column(column) => cell(row, *column),
            Bound::Join { columns, separator } => {
                scratch.clear();
                for column in columns {
                    match cell(row, *column) {
                        Cell::Absent => return Cell::Absent,
                        Cell::Blank => {}
                        Cell::Text(text) => {
                            if !scratch.is_empty() {
                                scratch.push_str(separator);
                            }
                            scratch.push_str(text);
                        }
                    }
                }
                Cell::of(scratch)
            }
            Bound::Prefer { when, preferred, otherwise } => {
                let mut absent = false;
                for column in when {
                    match cell(row, *column) {
                        Cell::Text(_) => return preferred.eval(row, scratch),
                        Cell::Absent => absent = true,
                        Cell::Blank => {}
                    }
                }
                if absent { Cell::Absent } else { otherwise.eval(row, scratch) }
            }
        }
    }
}

impl Bound<'_> {
    /// True if all that the value could be made of is there and holds nothing.
    fn is_blank(&self, row: &Row) -> bool {
        match self {
            Bound::Column(column) => cell(row, *column) == Cell::Blank,
            Bound::Join { columns, .. } => columns.iter().all(|column| cell(row, *column) == Cell::Blank),
            Bound::Prefer { preferred, otherwise, .. } => preferred.is_blank(row) && otherwise.is_blank(row),
        }
    }

    /// True if the row holds anything that the value could be made of.
    fn is_filled(&self, row: &Row) -> bool {
        match self {
            Bound::Column(column) => cell(row, *column).text().is_some(),
            Bound::Join { columns, .. } => columns.iter().any(|column| cell(row, *column).text().is_some()),
            Bound::Prefer { preferred, otherwise, .. } => {
                preferred.is_filled(row) || otherwise.is_filled(row)
            }
        }
    }
}

/// One rule with the places of its cells on both sides.
#[derive(Debug)]
pub(super) struct BoundRule<'r> {
    pub(super) index: usize,
    pub(super) rule: &'r Rule,
    source: Bound<'r>,
    held: Option<usize>,
}

impl BoundRule<'_> {
    /// What the source says, translated by the rule's `value_map`.
    pub(super) fn value<'a>(&'a self, row: &'a Row, scratch: &'a mut String) -> Cell<'a> {
        match self.source.eval(row, scratch) {
            Cell::Text(text) if !self.rule.value_map.is_empty() => {
                Cell::of(self.rule.value_map.get(text).map_or(text, String::as_str))
            }
            cell => cell,
        }
    }

    /// True if both sides hold the very same cell: what nearly every comparison finds, without looking into the text.
    pub(super) fn is_equal(&self, source: &Row, held: &Row) -> bool {
        match (&self.source, self.held) {
            (Bound::Column(Some(column)), Some(held_column)) if self.rule.value_map.is_empty() => {
                source.cell(*column) == held.cell(held_column)
            }
            _ => false,
        }
    }

    /// True if the source's row holds anything for this rule.
    pub(super) fn is_filled(&self, row: &Row) -> bool {
        self.source.is_filled(row)
    }

    /// True if the source's row has everything for this rule, and all of it is blank.
    pub(super) fn is_blank(&self, row: &Row) -> bool {
        self.source.is_blank(row)
    }

    /// What the destination holds, spaces as they are: what goes back unchanged.
    pub(super) fn kept<'a>(&self, row: &'a Row) -> Cell<'a> {
        self.held.map_or(Cell::Absent, |column| row.cell(column))
    }

    /// What the destination holds.
    pub(super) fn held<'a>(&self, row: &'a Row) -> Cell<'a> {
        cell(row, self.held)
    }
}

/// All rules of a run, bound.
#[derive(Debug)]
pub(super) struct BoundRules<'r> {
    pub(super) own: Vec<BoundRule<'r>>,
    pub(super) dependents: Vec<BoundRule<'r>>,
    pub(super) names: Names,
    /// Items of the dependants' sheet that aren't mapped.
    pub(super) carried: Vec<BoundRule<'r>>,
}

impl<'r> BoundRules<'r> {
    pub(super) fn new(rules: &'r Rules, source: &People, destination: &People) -> Self {
        let bind = |first: usize, rules: &'r [Rule], from: &Columns, to: &Columns| {
            let bound = |(place, rule): (usize, &'r Rule)| BoundRule {
                index: first + place,
                rule,
                source: Bound::new(&rule.source, from),
                held: to.position(&rule.column),
            };
            rules.iter().enumerate().map(bound).collect()
        };
        let (own, mapped) = (rules.own().len(), rules.own().len() + rules.dependents().len());
        let (from, to) = (&source.dependent_columns, &destination.dependent_columns);
        BoundRules {
            names: Names::new(rules, destination),
            own: bind(0, rules.own(), &source.columns, &destination.columns),
            dependents: bind(own, rules.dependents(), from, to),
            carried: bind(mapped, rules.carried(), from, to),
        }
    }
}
