//! The shape of a body: one list of objects with known keys, or what its keys are called.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Sent;
use super::refusal::Refusal;

/// The most records of a batch.
const MOST: usize = 100;
/// As much of a key as is shown; none of the API's is longer.
const SHOWN: usize = 40;

/// One record of a batch.
pub(super) type Record = Map<String, Value>;

/// The records of a batch whose body is `{"<list>": [{…}]}`.
///
/// # Errors
/// 422 that names what is wrong, such as `employees[3].account_issued` for a key that `known` does not know; 413 for
/// more than 100 records.
pub(super) fn records<'a>(
    body: &'a Value,
    list: &str,
    known: impl Fn(&str) -> bool,
) -> Result<Vec<&'a Record>, Refusal> {
    let object = body.as_object().ok_or_else(|| Refusal::parameter(list))?;
    if let Some(other) = object.keys().find(|key| *key != list) {
        return Err(Refusal::parameter(other));
    }
    let entries = object.get(list).and_then(Value::as_array).ok_or_else(|| Refusal::parameter(list))?;
    if entries.is_empty() {
        return Err(Refusal::parameter(list));
    }
    if entries.len() > MOST {
        return Err(Refusal::too_many_records(entries.len(), MOST));
    }
    let record = |(index, entry): (usize, &'a Value)| {
        let record = entry.as_object().ok_or_else(|| Refusal::parameter(&format!("{list}[{index}]")))?;
        match record.keys().find(|key| !known(key)) {
            Some(key) => Err(Refusal::parameter(&format!("{list}[{index}].{key}"))),
            None => Ok(record),
        }
    };
    entries.iter().enumerate().map(record).collect()
}

/// What a body is made of, whether it is right or not; `list` is the key of a batch.
pub(super) fn sent(body: &Value, list: Option<&str>) -> Sent {
    let batch = list.and_then(|list| body.get(list)?.as_array());
    let objects: Vec<&Record> = match batch {
        Some(entries) => entries.iter().filter_map(Value::as_object).collect(),
        None => body.as_object().into_iter().collect(),
    };
    let names: BTreeSet<&String> = objects.into_iter().flat_map(Map::keys).collect();
    let keys = names.into_iter().map(|name| name.chars().take(SHOWN).collect()).collect();
    Sent { records: batch.map(Vec::len), keys }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(body: &Value) -> String {
        records(body, "employees", |key| key == "id")
            .map(|records| records.len())
            .expect_err("refused")
            .message
    }

    #[test]
    fn the_first_wrong_thing_is_named() {
        assert!(refused(&json!([])).contains(" employees "));
        assert!(refused(&json!({"employees": {}})).contains(" employees "));
        assert!(refused(&json!({"employees": []})).contains(" employees "));
        assert!(refused(&json!({"employees": [{"id": 1}], "dry": 1})).contains(" dry "));
        assert!(refused(&json!({"employees": [{"id": 1}, 2]})).contains(" employees[1] "));
        assert!(refused(&json!({"employees": [{"id": 1, "x": 2}]})).contains(" employees[0].x "));
        assert!(refused(&json!({"employees": vec![json!({"id": 1}); 101]})).contains("100件まで"));
        let whole = json!({"employees": vec![json!({"id": 1}); 100]});
        assert_eq!(records(&whole, "employees", |_| true).map(|records| records.len()), Ok(100));
    }

    #[test]
    fn what_was_sent_is_told_by_the_names_of_keys_and_nothing_else() {
        let body =
            json!({"employees": [{"id": "emp_1", "email": "x@example.jp"}, {"id": "emp_2", "office": null}]});
        let keys = vec!["email".to_owned(), "id".into(), "office".into()];
        assert_eq!(sent(&body, Some("employees")), Sent { records: Some(2), keys });
        let keys = vec!["consumer_key".to_owned()];
        assert_eq!(sent(&json!({"consumer_key": "k"}), None), Sent { records: None, keys });
        assert_eq!(sent(&json!("text"), Some("employees")), Sent { records: None, keys: Vec::new() });
    }
}
