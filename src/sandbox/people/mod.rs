//! The people of a tenant: fictional, deterministic from the tenant's seed, the same on both sides but for
//! the differences that a first run is to find.
//!
//! A [`Population`] is a recipe, not a list: it yields one [`Entry`] after another, and each service's
//! emulator packs what it needs. An entry knows how the person stands in OfficeStation and, with the
//! edits of its [`Role`], in Kaonavi. Dates are relative to the day the sandbox was started on. HRMOS勤怠 and
//! mediment have people of their own from the same recipe: `clinic`.

pub(crate) mod clinic;
mod edge;
mod family;
mod fields;
mod generate;
mod kaonavi_seed;
mod names;
mod places;
mod roles;

use std::ops::{Index, IndexMut};

pub(crate) use fields::{DependentField, Field};
pub(crate) use generate::{MIN_EMPLOYEES, Population};
pub(crate) use kaonavi_seed::seed_members;
pub(crate) use places::PREFECTURES;
pub(crate) use roles::Role;

/// The values of one dependant; blank is the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependent {
    values: Vec<String>,
}

impl Dependent {
    /// A dependant of whom nothing is filled in.
    pub(crate) fn blank() -> Self {
        Self { values: vec![String::new(); DependentField::COUNT] }
    }

    /// The values in the order of [`DependentField::ALL`].
    pub(crate) fn into_values(self) -> Vec<String> {
        self.values
    }
}

impl Index<DependentField> for Dependent {
    type Output = String;

    fn index(&self, field: DependentField) -> &String {
        &self.values[field as usize]
    }
}

impl IndexMut<DependentField> for Dependent {
    fn index_mut(&mut self, field: DependentField) -> &mut String {
        &mut self.values[field as usize]
    }
}

/// One person as OfficeStation's ledger has it; blank is the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    values: Vec<String>,
    /// Under the person, in order.
    pub(crate) dependents: Vec<Dependent>,
    /// Items that the customer made up, as JSON; no link carries them.
    pub(crate) custom_items: Option<&'static str>,
}

impl Person {
    /// A person of whom nothing is filled in.
    pub(crate) fn blank() -> Self {
        Self { values: vec![String::new(); Field::COUNT], dependents: Vec::new(), custom_items: None }
    }

    /// The values in the order of [`Field::ALL`].
    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    /// Sets several fields.
    pub(crate) fn set(&mut self, values: &[(Field, &str)]) {
        for (field, value) in values {
            (*value).clone_into(&mut self[*field]);
        }
    }
}

impl Index<Field> for Person {
    type Output = String;

    fn index(&self, field: Field) -> &String {
        &self.values[field as usize]
    }
}

impl IndexMut<Field> for Person {
    fn index_mut(&mut self, field: Field) -> &mut String {
        &mut self.values[field as usize]
    }
}

/// One person and the part they play in a first run.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// As OfficeStation has the person.
    pub(crate) person: Person,
    /// What is different in Kaonavi.
    pub(crate) role: Role,
}

impl Entry {
    /// The person of OfficeStation's ledger; none if OfficeStation lacks them.
    pub(crate) fn in_officestation(self) -> Option<Person> {
        (self.role != Role::MissingInOfficestation).then_some(self.person)
    }

    /// The same person as Kaonavi knows them, still in OfficeStation's fields; none if Kaonavi lacks them.
    pub(crate) fn in_kaonavi(self) -> Option<Person> {
        let mut person = self.person;
        match self.role {
            Role::MissingInKaonavi => return None,
            Role::Differs(field) => {
                let older = roles::older_value(field, &person[field]);
                person[field] = older;
            }
            Role::Edge => edge::change_for_kaonavi(&mut person),
            Role::MissingInOfficestation | Role::Retired | Role::Future | Role::Ordinary => {}
        }
        Some(person)
    }
}

#[cfg(test)]
mod tests;
