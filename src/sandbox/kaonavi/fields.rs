//! Checking a list of custom fields, of a member or of a record of a sheet.
//!
//! It looks like `[{"id": 501, "values": ["G1"]}]`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::layout::{Field, Kind};
use super::problems::{Place, Problems};
use super::record::Record;
use super::values::{self, Dates};

/// What a required item asks of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Required {
    /// It has to be there with a value.
    Filled,
    /// It may be left out, but not be cleared.
    NotCleared,
}

impl Required {
    /// Whether an item that was sent with a value (`true`), blank (`false`) or not at all (`None`) breaks the
    /// rule.
    pub(super) fn misses(self, filled: Option<bool>) -> bool {
        match self {
            Self::Filled => filled != Some(true),
            Self::NotCleared => filled == Some(false),
        }
    }
}

/// Checks a list of custom fields; `find` knows the fields of that place by id.
pub(super) fn check<'l>(
    sent: &Value,
    find: impl Fn(u32) -> Option<&'l Field>,
    dates: Dates,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Record {
    let Some(list) = sent.as_array() else {
        problems.add(place, "配列で指定してください。");
        return Record::default();
    };
    let mut found: BTreeMap<u32, Vec<Cow<'_, str>>> = BTreeMap::new();
    for (index, entry) in list.iter().enumerate() {
        let here = place.index(index);
        let Some(object) = entry.as_object() else {
            problems.add(&here, "オブジェクトで指定してください。");
            continue;
        };
        // The name is sent by some clients and means nothing on write (§4.1).
        for key in object.keys().filter(|key| !["id", "name", "values"].contains(&key.as_str())) {
            problems.add(&here.key(key), "指定できない項目です。");
        }
        let id = object.get("id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
        let Some(field) = id.and_then(&find) else {
            problems.add(&here.key("id"), "選択されたidは正しくありません。");
            continue;
        };
        let values = field_values(field, object.get("values"), dates, &here.key("values"), problems);
        if found.insert(field.id, values).is_some() {
            problems.add(&here.key("id"), "idには異なった値を指定してください。");
        }
    }
    Record::of(found)
}

fn field_values<'a>(
    field: &Field,
    sent: Option<&'a Value>,
    dates: Dates,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Vec<Cow<'a, str>> {
    let Some(list) = sent.and_then(Value::as_array).filter(|list| !list.is_empty()) else {
        problems.add(place, format_args!("{}は必ず指定してください。", field.name));
        return Vec::new();
    };
    if list.len() > 1 && field.kind != Kind::CheckBox {
        problems.add(place, format_args!("{}には値を1つだけ指定してください。", field.name));
    }
    let mut kept = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let here = place.index(index);
        let Some(text) = values::text(value, &here, problems) else { continue };
        match values::check(field, text, dates) {
            Ok(value) => kept.push(value),
            Err(text) => problems.add(&here, text),
        }
    }
    kept
}

/// Checks what the required ones among `fields` ask of `sent`.
pub(super) fn required<'l>(
    fields: impl Iterator<Item = &'l Field>,
    sent: &Record,
    required: Required,
    place: &Place<'_>,
    problems: &mut Problems,
) {
    for field in fields.filter(|field| field.required) {
        let filled = sent.get(field.id).map(|mut values| values.any(|value| !value.is_empty()));
        if required.misses(filled) {
            problems.add(place, format_args!("{}は必ず指定してください。", field.name));
        }
    }
}
