//! What a tenant holds: employees by id, who has which number, known organizations, attendance by month.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use super::employee::{Employee, Items, id_of};
use super::field::Field;
use super::item::Row;
use super::{Seed, SeedMonths, seed};
use crate::sandbox::people::clinic::Month;

/// The data of one tenant. Whoever changes it has checked what is to be checked.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// By ascending id.
    employees: Vec<Employee>,
    last_id: u32,
    /// Who has a 社員番号; several only if that was planted.
    numbers: HashMap<Box<str>, Vec<u32>>,
    /// How many have the same name and mail.
    identities: HashMap<String, usize>,
    offices: BTreeSet<Box<str>>,
    departments: BTreeSet<Box<str>>,
    /// The months that were used so far.
    months: BTreeMap<Month, BTreeMap<u32, Row>>,
    /// What the others start with.
    seeded: SeedMonths,
}

impl Ledger {
    /// What a tenant starts with; `now` in seconds since 1970.
    pub(super) fn of(seed: Seed, now: i64) -> Self {
        let mut ledger = Self { seeded: seed.attendance, ..Self::default() };
        let mut employees: Vec<Employee> =
            seed.employees.iter().filter_map(|person| seed::employee(person, now)).collect();
        employees.sort_by_key(|employee| employee.id);
        for employee in &employees {
            ledger.link(employee.id, &employee.items);
        }
        ledger.last_id = employees.last().map_or(0, |employee| employee.id);
        ledger.employees = employees;
        ledger
    }

    /// Adds somebody; their id.
    pub(super) fn add(&mut self, items: Items, now: i64) -> u32 {
        self.last_id += 1;
        let id = self.last_id;
        self.link(id, &items);
        self.employees.push(Employee { id, items, account_issued: false, updated_at: now });
        id
    }

    /// Lets somebody hold these items; whether that changed anything.
    pub(super) fn write(&mut self, id: u32, items: &Items, now: i64) -> bool {
        let Some(at) = self.place_of(id) else { return false };
        if self.employees[at].items == *items {
            return false;
        }
        let before = std::mem::replace(&mut self.employees[at].items, items.clone());
        self.employees[at].updated_at = now;
        self.unlink(id, &before);
        self.link(id, items);
        true
    }

    /// Somebody's record, to change what is not one of the items.
    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut Employee> {
        self.place_of(id).map(|at| &mut self.employees[at])
    }

    /// Takes somebody and their attendance out, as an administrator may do by hand.
    pub(super) fn remove(&mut self, id: u32) {
        let Some(at) = self.place_of(id) else { return };
        let employee = self.employees.remove(at);
        self.unlink(id, &employee.items);
        for rows in self.months.values_mut() {
            rows.remove(&id);
        }
    }

    pub(super) fn get(&self, id: u32) -> Option<&Employee> {
        self.place_of(id).map(|at| &self.employees[at])
    }

    /// Who has this 社員番号, exactly.
    pub(super) fn with_number(&self, number: &str) -> &[u32] {
        self.numbers.get(number).map_or(&[], Vec::as_slice)
    }

    /// Whether somebody has this name and mail ([`Items::identity`]).
    pub(super) fn has_identity(&self, identity: &str) -> bool {
        self.identities.contains_key(identity)
    }

    pub(super) fn len(&self) -> usize {
        self.employees.len()
    }

    /// Some of the employees, by their places.
    pub(super) fn part(&self, places: Range<usize>) -> &[Employee] {
        self.employees.get(places).unwrap_or_default()
    }

    pub(super) fn has_office(&self, name: &str) -> bool {
        self.offices.contains(name)
    }

    pub(super) fn has_department(&self, name: &str) -> bool {
        self.departments.contains(name)
    }

    /// Only these 事業所 are known from now on, and those that somebody is given later.
    pub(super) fn replace_offices(&mut self, names: impl Iterator<Item = String>) {
        self.offices = names.map(Into::into).collect();
    }

    /// Only these 部署 are known from now on, and those that somebody is given later.
    pub(super) fn replace_departments(&mut self, names: impl Iterator<Item = String>) {
        self.departments = names.map(Into::into).collect();
    }

    /// The rows of a month by the ids of the employees.
    pub(super) fn rows(&mut self, month: Month) -> &BTreeMap<u32, Row> {
        self.rows_mut(month)
    }

    /// The row of a month of somebody, made if there is none.
    pub(super) fn row_mut(&mut self, month: Month, id: u32) -> &mut Row {
        self.rows_mut(month).entry(id).or_default()
    }

    /// Takes a row out, as an administrator may do by hand.
    pub(super) fn remove_row(&mut self, month: Month, id: u32) {
        self.rows_mut(month).remove(&id);
    }

    fn rows_mut(&mut self, month: Month) -> &mut BTreeMap<u32, Row> {
        let employees = &self.employees;
        self.months.entry(month).or_insert_with(|| {
            let seeded = self.seeded.month(&month.to_string());
            let rows = seeded.iter().filter_map(|row| Some((id_of(&row.employee_id)?, seed::row(row))));
            // Whoever was taken out since then has no rows either.
            rows.filter(|(id, _)| place_in(employees, *id).is_some()).collect()
        })
    }

    fn place_of(&self, id: u32) -> Option<usize> {
        place_in(&self.employees, id)
    }

    fn link(&mut self, id: u32, items: &Items) {
        if let Some(number) = items.get(Field::EmployeeNumber) {
            self.numbers.entry(number.into()).or_default().push(id);
        }
        if let Some(identity) = items.identity() {
            *self.identities.entry(identity).or_default() += 1;
        }
        self.offices.extend(items.get(Field::Office).map(Into::into));
        self.departments.extend(items.get(Field::Department).map(Into::into));
    }

    fn unlink(&mut self, id: u32, items: &Items) {
        if let Some(number) = items.get(Field::EmployeeNumber)
            && let Some(holders) = self.numbers.get_mut(number)
        {
            holders.retain(|holder| *holder != id);
            if holders.is_empty() {
                self.numbers.remove(number);
            }
        }
        if let Some(identity) = items.identity()
            && let Some(count) = self.identities.get_mut(&identity)
        {
            *count -= 1;
            if *count == 0 {
                self.identities.remove(&identity);
            }
        }
    }
}

fn place_in(employees: &[Employee], id: u32) -> Option<usize> {
    employees.binary_search_by_key(&id, |employee| employee.id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(number: &str) -> Items {
        let mut items = Items::default();
        for (field, text) in [
            (Field::EmployeeNumber, number),
            (Field::LastName, "山田"),
            (Field::FirstName, "花子"),
            (Field::Email, "hanako@example.jp"),
        ] {
            items.set(field, Some(text.into()));
        }
        items
    }

    #[test]
    fn numbers_and_identities_follow_every_change() {
        let mut ledger = Ledger::default();
        let (first, second) = (ledger.add(person("A1"), 0), ledger.add(person("A2"), 0));
        let identity = person("").identity().expect("name and mail");
        assert!(ledger.write(first, &person("A3"), 1));
        assert!(!ledger.write(first, &person("A3"), 2), "nothing changed");
        assert!(ledger.with_number("A1").is_empty());
        assert_eq!(ledger.with_number("A3"), [first]);
        ledger.remove(first);
        assert!(ledger.has_identity(&identity), "the other has it still");
        ledger.remove(second);
        assert!(!ledger.has_identity(&identity));
        assert_eq!((ledger.len(), ledger.add(person("A1"), 3)), (0, 3), "ids are not used again");
    }
}
