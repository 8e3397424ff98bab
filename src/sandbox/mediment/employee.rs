//! One employee as the service holds and shows them.

use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};

use super::field::Field;
use crate::sandbox::clock::tokyo;

/// What an item holds; a blank one is none.
pub(super) type Held = Option<Box<str>>;

/// The items of an employee, in the order of [`Field::ALL`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Items([Held; Field::COUNT]);

impl Items {
    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.0[field as usize].as_deref()
    }

    pub(super) fn set(&mut self, field: Field, held: Held) {
        self.0[field as usize] = held;
    }

    /// Fills in what the service fills in by itself where nothing is held.
    pub(super) fn fill_automatic(&mut self) {
        for field in Field::ALL {
            let held = &mut self.0[field as usize];
            if held.is_none() {
                *held = field.automatic().map(Into::into);
            }
        }
    }

    /// The name without spaces and the mail in lower case, by which two entries are one person; none if a part
    /// is missing.
    pub(super) fn identity(&self) -> Option<String> {
        let (last, first) = (self.get(Field::LastName)?, self.get(Field::FirstName)?);
        let mail = self.get(Field::Email)?;
        let name = last.chars().chain(first.chars()).filter(|c| !c.is_whitespace());
        Some(name.chain(['\n']).chain(mail.to_lowercase().chars()).collect())
    }
}

/// An employee.
#[derive(Clone, Debug)]
pub(super) struct Employee {
    /// Shown as `emp_000123`.
    pub(super) id: u32,
    pub(super) items: Items,
    /// Whether a login was issued, which no request can do.
    pub(super) account_issued: bool,
    /// Seconds since 1970.
    pub(super) updated_at: i64,
}

impl Employee {
    /// The employee as `GET /employees` shows them.
    pub(super) fn json(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        shown.insert("id".into(), json!(id_text(self.id)));
        for field in Field::ALL {
            shown.insert(field.key().into(), json!(self.items.get(field)));
        }
        shown.insert("account_issued".into(), json!(self.account_issued));
        let at = DateTime::from_timestamp(self.updated_at, 0).unwrap_or_default().with_timezone(&tokyo());
        shown.insert("updated_at".into(), json!(at.to_rfc3339_opts(SecondsFormat::Secs, false)));
        shown
    }
}

/// How an id is shown.
pub(super) fn id_text(id: u32) -> String {
    format!("emp_{id:06}")
}

/// The id that a text shows.
pub(super) fn id_of(text: &str) -> Option<u32> {
    let id = text.strip_prefix("emp_")?.parse().ok()?;
    (id_text(id) == text).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_only_in_the_form_it_is_shown_in() {
        assert_eq!(id_of("emp_000123"), Some(123));
        assert_eq!(id_of("emp_1234567"), Some(1_234_567));
        for wrong in ["emp_123", "emp_0000123", "emp_+00123", "123", "emp_", "EMP_000123"] {
            assert_eq!(id_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_identity_looks_past_spaces_of_the_name_and_case_of_the_mail() {
        let items = |last: &str, first: &str, mail: Option<&str>| {
            let mut items = Items::default();
            items.set(Field::LastName, Some(last.into()));
            items.set(Field::FirstName, Some(first.into()));
            items.set(Field::Email, mail.map(Into::into));
            items.identity()
        };
        assert_eq!(
            items("山田", "花 子", Some("Hanako@Example.jp")),
            items("山田 ", "花子", Some("hanako@example.jp"))
        );
        assert_ne!(items("山田", "花子", Some("a@example.jp")), items("山田", "華子", Some("a@example.jp")));
        assert_eq!(items("山田", "花子", None), None);
    }
}
