//! What is wrong with one record of a batch (`reference/mediment.md` §B4).
//!
//! The texts quote what was sent, as a service may well do: a client must neither branch on them nor pass them on.

use serde_json::{Value, json};

use super::field::Field;

/// One error of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    field: &'static str,
    item: &'static str,
    pub(super) code: &'static str,
    message: String,
}

impl Problem {
    /// A problem of the item with this key and name.
    pub(super) fn new(
        (field, item): (&'static str, &'static str),
        code: &'static str,
        message: String,
    ) -> Self {
        Self { field, item, code, message }
    }

    /// A problem of an item of an employee.
    pub(super) fn of(field: Field, code: &'static str, message: String) -> Self {
        Self::new((field.key(), field.item()), code, message)
    }

    /// What must be there is not.
    pub(super) fn required(names: (&'static str, &'static str)) -> Self {
        Self::new(names, "required", format!("{}は必ず入力してください", names.1))
    }

    /// A value of another form than it has to have.
    pub(super) fn format(names: (&'static str, &'static str), sent: &Value) -> Self {
        Self::new(names, "invalid_format", format!("{}「{}」の形式が不正です", names.1, quoted(sent)))
    }

    /// Nobody is meant.
    pub(super) fn not_found(names: (&'static str, &'static str), sent: &Value) -> Self {
        let message = format!("{}「{}」の従業員は存在しません", names.1, quoted(sent));
        Self::new(names, "not_found", message)
    }
}

/// What was sent, as a text to quote.
pub(super) fn quoted(sent: &Value) -> String {
    sent.as_str().map_or_else(|| sent.to_string(), str::to_owned)
}

/// The result of a record that was written: `created`, `updated` or `unchanged`.
pub(super) fn done(index: usize, status: &str, id: &str) -> Value {
    json!({ "index": index, "status": status, "id": id })
}

/// The result of a record that was not.
pub(super) fn failed(index: usize, problems: &[Problem]) -> Value {
    let errors: Value = problems
        .iter()
        .map(|problem| {
            json!({
                "field": problem.field, "item": problem.item, "code": problem.code, "message": problem.message,
            })
        })
        .collect();
    json!({ "index": index, "status": "error", "errors": errors })
}
