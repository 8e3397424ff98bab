//! Which row of the destination is the same dependant as one of the source. Rows have no key: 氏名 and 生年月日 tell them apart.

use super::bind::BoundRule;
use super::dependents::is_same_value;
use crate::sync::{Cell, Policy, Row, Source, Text};

/// What tells two dependants apart.
struct Identity<'r> {
    names: Vec<&'r BoundRule<'r>>,
    born: Vec<&'r BoundRule<'r>>,
    all: Vec<&'r BoundRule<'r>>,
}

impl<'r> Identity<'r> {
    fn of(rules: &'r [BoundRule<'r>]) -> Self {
        let born = |bound: &&BoundRule<'_>| matches!(&bound.rule.source, Source::Item(item) if item == BORN);
        Identity {
            names: rules.iter().filter(|bound| bound.rule.text == Text::Name).collect(),
            born: rules.iter().filter(born).collect(),
            all: rules.iter().collect(),
        }
    }

    /// The sets of items by which rows are matched, the surest first. Where neither 氏名 nor 生年月日 is mapped only a row that is
    /// the same in all that is mapped is the same dependant.
    fn passes(&self) -> Vec<Vec<&'r BoundRule<'r>>> {
        let both = [&self.names[..], &self.born[..]].concat();
        let passes = if both.is_empty() {
            vec![self.all.clone()]
        } else {
            vec![both, self.names.clone(), self.born.clone()]
        };
        passes.into_iter().filter(|rules| !rules.is_empty()).collect()
    }
}

/// The source's item that holds a dependant's birthday (`reference/officestation-api.md` §6).
const BORN: &str = "生年月日";

/// Finds for each row of the source its row of the destination. Among several alike the order decides, the same place first.
/// What is left stands at its place where there are as many rows as before, unless both 氏名 and 生年月日 are another's.
pub(super) fn partners(
    rules: &[BoundRule<'_>],
    policy: &Policy,
    source: &[(usize, &Row)],
    held: &[&Row],
    scratch: &mut String,
) -> Vec<Option<usize>> {
    let identity = Identity::of(rules);
    let mut partners: Vec<Option<usize>> = vec![None; source.len()];
    for rules in identity.passes() {
        let mut alike = |row: &Row, held: &Row| is_alike(&rules, policy, row, held, scratch);
        let same_place = (0..source.len().min(held.len())).map(|place| (place, place));
        let any_place = (0..source.len()).flat_map(|at| (0..held.len()).map(move |place| (at, place)));
        for (at, place) in same_place.chain(any_place) {
            if is_free(&partners, at, place) && alike(source[at].1, held[place]) {
                partners[at] = Some(place);
            }
        }
    }
    if source.len() == held.len() {
        for place in 0..held.len() {
            let mut other = |rules: &[&BoundRule<'_>]| {
                rules.iter().any(|bound| is_other(bound, policy, source[place].1, held[place], scratch))
            };
            if is_free(&partners, place, place) && !(other(&identity.names) && other(&identity.born)) {
                partners[place] = Some(place);
            }
        }
    }
    partners
}

fn is_free(partners: &[Option<usize>], at: usize, place: usize) -> bool {
    partners[at].is_none() && !partners.contains(&Some(place))
}

/// True if all of these items are the same, as far as they can be seen, and at least one is filled.
fn is_alike(rules: &[&BoundRule<'_>], policy: &Policy, row: &Row, held: &Row, scratch: &mut String) -> bool {
    let mut filled = false;
    rules.iter().all(|bound| match (bound.value(row, scratch), bound.held(held)) {
        (Cell::Absent, _) | (Cell::Blank, Cell::Absent | Cell::Blank) => true,
        (Cell::Text(value), Cell::Text(held)) => {
            filled = true;
            is_same_value(bound, policy, value, held)
        }
        (Cell::Blank, Cell::Text(_)) | (Cell::Text(_), Cell::Absent | Cell::Blank) => false,
    }) && filled
}

/// True if both sides are filled and differ.
fn is_other(bound: &BoundRule<'_>, policy: &Policy, row: &Row, held: &Row, scratch: &mut String) -> bool {
    match (bound.value(row, scratch), bound.held(held)) {
        (Cell::Text(value), Cell::Text(held)) => !is_same_value(bound, policy, value, held),
        _ => false,
    }
}
