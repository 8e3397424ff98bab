//! A tenant's 従業員台帳: its employees, sorted by number, and the views that lists page through.
//!
//! Numbers are unique as far as the service goes; control may plant a number twice, so the order is by number
//! and then by id. A filtered view is kept until the ledger changes, so that walking through the pages of a
//! large ledger is not quadratic.

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::employee::{Employee, Seconds, Status};
use super::packed::Packed;
use crate::sandbox::people::Population;

/// Which employees a list is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) statuses: Vec<Status>,
    pub(super) day: NaiveDate,
    pub(super) updated_since: Option<Seconds>,
    pub(super) numbers: Option<Vec<String>>,
}

/// What a list goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    Employees,
    Dependents,
}

/// Places in the ledger: an employee, and for a list of dependants which of the employee's.
pub(super) type View = Arc<Vec<(u32, u16)>>;

#[derive(Debug)]
pub(super) struct Ledger {
    employees: Vec<Employee>,
    next_id: u32,
    next_dependent: u32,
    revision: u64,
    views: Vec<(u64, Rows, Filter, View)>,
}

impl Ledger {
    /// The people that OfficeStation has at the start, last touched on the evening before.
    pub(super) fn of(population: Population) -> Self {
        let mut ledger =
            Self { employees: Vec::new(), next_id: 0, next_dependent: 0, revision: 0, views: Vec::new() };
        let evening =
            population.today.checked_sub_days(Days::new(1)).and_then(|day| day.and_hms_opt(9, 12, 44));
        let touched = evening.map_or(0, |at| at.and_utc().timestamp());
        for person in population.entries().filter_map(crate::sandbox::people::Entry::in_officestation) {
            ledger.next_id += 1;
            let employee = Employee::of(person, ledger.next_id, touched, &mut ledger.next_dependent);
            ledger.employees.push(employee);
        }
        ledger.sort();
        ledger
    }

    pub(super) fn employees(&self) -> &[Employee] {
        &self.employees
    }

    /// The first employee with this number.
    pub(super) fn find(&self, number: &str) -> Option<&Employee> {
        self.employees.get(self.place(number)?)
    }

    /// The same, to change; views are forgotten.
    pub(super) fn find_mut(&mut self, number: &str) -> Option<&mut Employee> {
        let place = self.place(number)?;
        self.revision += 1;
        self.employees.get_mut(place)
    }

    /// Adds an employee in the right place.
    pub(super) fn create(&mut self, values: Packed, now: Seconds) -> &mut Employee {
        self.revision += 1;
        self.next_id += 1;
        let employee = Employee::new(self.next_id, values, now);
        let place = self.employees.partition_point(|other| other.number() <= employee.number());
        self.employees.insert(place, employee);
        &mut self.employees[place]
    }

    /// Removes everybody with this number; says how many.
    pub(super) fn delete(&mut self, number: &str) -> usize {
        let before = self.employees.len();
        self.revision += 1;
        self.employees.retain(|employee| employee.number() != number);
        before - self.employees.len()
    }

    /// An id for a new dependant.
    pub(super) fn dependent_id(&mut self) -> u32 {
        self.next_dependent += 1;
        self.next_dependent
    }

    /// The places that `filter` leaves, in the order of the list.
    pub(super) fn view(&mut self, rows: Rows, filter: &Filter) -> View {
        let current = self.revision;
        self.views.retain(|(revision, ..)| *revision == current);
        if let Some((.., view)) = self.views.iter().find(|(_, r, f, _)| *r == rows && f == filter) {
            return view.clone();
        }
        let mut places = Vec::new();
        for (place, employee) in (0_u32..).zip(&self.employees) {
            if !filter.lets_through(employee) {
                continue;
            }
            match rows {
                Rows::Employees => places.push((place, 0)),
                Rows::Dependents => {
                    places.extend((0_u16..).take(employee.dependents.len()).map(|index| (place, index)));
                }
            }
        }
        let view = Arc::new(places);
        if self.views.len() >= 4 {
            self.views.remove(0);
        }
        self.views.push((current, rows, filter.clone(), view.clone()));
        view
    }

    fn place(&self, number: &str) -> Option<usize> {
        let place = self.employees.partition_point(|other| other.number() < number);
        self.employees.get(place).filter(|found| found.number() == number).map(|_| place)
    }

    fn sort(&mut self) {
        self.employees.sort_by(|a, b| a.number().cmp(b.number()).then(a.id.cmp(&b.id)));
    }
}

impl Filter {
    fn lets_through(&self, employee: &Employee) -> bool {
        self.statuses.contains(&employee.status(self.day))
            && self.updated_since.is_none_or(|since| employee.updated >= since)
            && self.numbers.as_ref().is_none_or(|numbers| numbers.iter().any(|n| n == employee.number()))
    }
}
