//! Joins the sheets' records to the members by 社員番号, one record at a time while the answer arrives, so that no second copy
//! of anybody is in memory.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::plan::{Place, ReadPlan, SheetPlan};
use crate::sync::{Cell, People, Person, Row, RowBuilder};

/// The people as far as they are read; shared with the parser of the answer that is arriving.
#[derive(Debug, Clone)]
pub(super) struct Joining(Arc<Mutex<Reading>>);

#[derive(Debug)]
struct Reading {
    people: Vec<Person>,
    places: HashMap<Box<str>, usize>,
    builder: RowBuilder,
}

impl Joining {
    /// The members, with the cells of the basic items.
    pub(super) fn new(people: Vec<Person>) -> Self {
        let places = people.iter().enumerate().map(|(place, person)| (person.code.clone(), place)).collect();
        Joining(Arc::new(Mutex::new(Reading { people, places, builder: RowBuilder::default() })))
    }

    /// Forgets what an earlier try of this sheet brought before it broke off.
    pub(super) fn restart(&self, sheet: &SheetPlan) {
        let mut reading = self.lock();
        let Reading { people, builder, .. } = &mut *reading;
        for person in people {
            match sheet.place {
                Place::Dependents => person.dependents = Vec::new(),
                Place::After(before) if person.row.len() > before => {
                    person.row = extended(builder, &person.row, 0..before, None);
                }
                Place::After(_) => {}
            }
        }
    }

    /// Adds one member's records of a sheet. Those of a code that is no member's are nobody's.
    pub(super) fn add(&self, place: Place, code: &str, rows: Vec<Row>) {
        let mut reading = self.lock();
        let Reading { people, places, builder } = &mut *reading;
        let Some(person) = places.get(code).and_then(|place| people.get_mut(*place)) else { return };
        match (place, rows) {
            (Place::Dependents, mut rows) => {
                rows.shrink_to_fit();
                person.dependents = rows;
            }
            (Place::After(before), rows) => {
                if let Some(row) = rows.first() {
                    person.row = extended(builder, &person.row, 0..before, Some(row));
                }
            }
        }
    }

    /// The people, when all is read. A member without a record in a sheet that was read whole is blank there.
    pub(super) fn finish(&self, plan: &ReadPlan) -> People {
        let people = self.people(plan.width());
        let (columns, dependent_columns) = (plan.columns.clone(), plan.dependent_columns.clone());
        People { columns, dependent_columns, people, announced: None }
    }

    fn people(&self, width: usize) -> Vec<Person> {
        let mut reading = self.lock();
        let Reading { people, builder, .. } = &mut *reading;
        for person in people.iter_mut().filter(|person| person.row.len() < width) {
            person.row = extended(builder, &person.row, 0..width, None);
        }
        std::mem::take(people)
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// These cells of a row, blank past its end, and those of the record.
fn extended(builder: &mut RowBuilder, row: &Row, cells: Range<usize>, record: Option<&Row>) -> Row {
    for column in cells {
        builder.push(if column < row.len() { row.cell(column) } else { Cell::Blank });
    }
    let record = record.into_iter().flat_map(|record| (0..record.len()).map(|column| record.cell(column)));
    record.for_each(|cell| builder.push(cell));
    builder.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::plan::Wanted;
    use super::*;

    fn row(text: &str) -> Row {
        Row::of(text.split(',').map(Cell::of))
    }

    fn sheet(place: Place) -> SheetPlan {
        SheetPlan { id: 1, wanted: Arc::new(Wanted::default()), place }
    }

    fn rows(joining: &Joining, width: usize) -> BTreeMap<String, (Row, Vec<Row>)> {
        let people = joining.people(width);
        people.into_iter().map(|person| (person.code.into(), (person.row, person.dependents))).collect()
    }

    fn members() -> Joining {
        let person = |code: &str| Person { code: code.into(), row: row(code), dependents: Vec::new() };
        Joining::new(vec![person("a"), person("b")])
    }

    #[test]
    fn who_has_no_record_is_blank() {
        let joining = members();
        joining.add(Place::After(1), "a", vec![row("1,2")]);
        joining.add(Place::After(3), "b", vec![row("3")]);
        joining.add(Place::After(3), "nobody", vec![row("4")]);
        joining.add(Place::After(3), "a", Vec::new());
        let rows = rows(&joining, 4);
        assert_eq!(rows["a"].0, row("a,1,2,"));
        assert_eq!(rows["b"].0, row("b,,,3"));
    }

    #[test]
    fn a_second_try_leaves_nothing_of_the_first() {
        let joining = members();
        for place in [Place::After(1), Place::Dependents] {
            joining.restart(&sheet(place));
            joining.add(place, "a", vec![row("old")]);
            joining.add(place, "b", vec![row("old")]);
            joining.restart(&sheet(place));
            joining.add(place, "a", vec![row("new")]);
        }
        let rows = rows(&joining, 2);
        assert_eq!(rows["a"], (row("a,new"), vec![row("new")]));
        assert_eq!(rows["b"], (row("b,"), Vec::new()));
    }
}
