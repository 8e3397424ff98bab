//! The people of a run and what is left to do for them, as the history keeps them: codes and item names, never a value.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::holds::Decision;

/// One person of a run who was created, updated, held or rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedPerson {
    /// 社員番号; empty if the source gave none.
    pub code: String,
    /// `created`, `updated`, `held` or `rejected`.
    pub outcome: String,
    /// Bare names of the items written.
    pub items: Vec<String>,
    /// What kept items, or the person, back.
    pub errors: Vec<PersonProblem>,
    /// The decision about a hold that this rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// One thing that kept a person or an item back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonProblem {
    /// `E_MASTER` and the like.
    pub code: String,
    /// The bare item name; null if it is about the person.
    pub item: Option<String>,
    /// The sentence that staff read, as in the mail.
    pub message: String,
}

/// One 要対応: what the link cannot carry and a person must do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Todo {
    /// 社員番号.
    pub code: String,
    /// `T_RETIRED_LATE` and the like.
    pub kind: String,
    /// The sentence that staff read.
    pub message: String,
    /// The day since which it stands, `YYYY-MM-DD`.
    pub since: String,
}

/// The fields of a person's entry in the run's stream of people. `n` is the person's place in the run; the same person
/// recorded again must have the same `n`.
pub fn person_fields(n: usize, person: &RecordedPerson) -> Vec<(String, String)> {
    let mut fields = vec![
        ("n".to_owned(), n.to_string()),
        ("code".to_owned(), person.code.clone()),
        ("outcome".to_owned(), person.outcome.clone()),
        ("items".to_owned(), json(&person.items)),
        ("errors".to_owned(), json(&person.errors)),
    ];
    fields.extend(person.decision.as_ref().map(|decision| ("decision".to_owned(), json(decision))));
    fields
}

/// JSON of plain texts and lists of them.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("texts and lists of texts always have a JSON form")
}

/// Reads an entry; the first part is its place, `None` for an entry without one.
pub(super) fn person_from(fields: &HashMap<String, String>) -> (Option<usize>, RecordedPerson) {
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let person = RecordedPerson {
        code: text("code"),
        outcome: text("outcome"),
        items: serde_json::from_str(&text("items")).unwrap_or_default(),
        errors: serde_json::from_str(&text("errors")).unwrap_or_default(),
        decision: serde_json::from_str(&text("decision")).ok(),
    };
    (fields.get("n").and_then(|n| n.parse().ok()), person)
}
