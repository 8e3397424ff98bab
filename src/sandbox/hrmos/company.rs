//! One company: its users, tokens and settings.

use serde_json::{Map, Value, json};

use crate::sandbox::clock::Clock;
use crate::sandbox::people::Population;
use crate::sandbox::people::clinic::{Clinic, Month};

type Object = Map<String, Value>;

/// A company.
pub(crate) struct Company {
    name: String,
    clinic: Clinic,
}

impl Company {
    /// A company with this Secret Key and these people, on this clock.
    pub(crate) fn new(name: String, key: String, population: Population, clock: Clock) -> Self {
        drop((key, clock));
        Self { name, clinic: Clinic::of(population) }
    }

    /// Voids every token.
    pub(crate) fn expire_tokens(&self) {}

    /// Uses up the requests of the coming minute.
    pub(crate) fn exhaust_quota(&self) {}

    /// Applies settings.
    pub(crate) fn apply_settings(&self, order: &Object) -> Result<(), String> {
        Err(format!("{} has no settings yet: {order:?}", self.name))
    }

    /// Changes people.
    pub(crate) fn apply_people(&self, order: &Object) -> Result<usize, String> {
        Err(format!("{} can't be changed yet: {order:?}", self.name))
    }

    /// Everybody, or who has this number or id.
    pub(crate) fn read_people(&self, code: Option<&str>) -> Value {
        let _ = code;
        json!(self.clinic.users.len())
    }

    /// The rows of a month.
    pub(crate) fn read_month(&self, month: &str, code: Option<&str>) -> Result<Value, String> {
        let _ = code;
        let month = Month::parse(month).ok_or("expected a month such as 2026-05")?;
        let rows = self.clinic.users.iter().filter_map(|user| {
            Some((self.clinic.figures(user, month)?.total(), self.clinic.status(user, month)))
        });
        Ok(json!(rows.count()))
    }
}
