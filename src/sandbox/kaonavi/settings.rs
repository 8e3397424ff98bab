//! Turning a tenant's knobs and changing its layout, for tests.
//!
//! One JSON object; each key is one setting. Those that change the layout take one object or a list of them.
//! A sheet is given by its present name, the basic information as `基本情報`. Their order in one object means
//! nothing, so settings that build on each other come in several requests.
//!
//! | key | value |
//! | --- | --- |
//! | `task_ms` | how long a task takes, in milliseconds (300) |
//! | `updates_per_minute`, `requests_per_hour`, `tokens_per_hour` | limits (5, 3,000, 60); 0 = none |
//! | `count_refused_updates` | `true` as at the start: updates that are refused count to the limit too |
//! | `token_seconds` | life of tokens issued from now on (3,600) |
//! | `max_body_bytes` | 413 above (250 MB) |
//! | `strict_dates` | `true`: only `YYYY-MM-DD` is accepted on write |
//! | `disable` | operations that answer 403, a list that replaces the former one |
//! | `language` | `"ja"`, `"en"`: the names of the ten standard items |
//! | `rename_sheet` | `{from, to}` |
//! | `rename_item` | `{sheet, from, to}` |
//! | `duplicate_sheet` | the name of a sheet; an empty one of the same name and items is added |
//! | `duplicate_item` | `{sheet, item}` |
//! | `remove_sheet` | the name of a sheet |
//! | `remove_item` | `{sheet, item}` |
//! | `enum` | `{sheet, item, values}` |
//! | `required` | `{sheet, item, required}` |
//! | `max_length` | `{sheet, item, max_length}` (`null`: none) |
//!
//! An operation is `"PATCH /members"`, `"GET /sheets"` for all sheets or `"PATCH /sheets/<name or id>"` for
//! one.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::layout::{BASIC, Field, Layout};
use super::standard::{self, Language};
use super::store::Store;
use super::values::Dates;

/// Which updates count to the limit of a minute. The service doesn't tell (`reference/kaonavi-api.md` §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountedUpdates {
    /// Every one that is within the limit, also if it is refused for another reason (§11).
    All,
    /// Those that became a task.
    Accepted,
}

/// The settings that are not part of the layout.
#[derive(Clone, Debug)]
pub(super) struct Knobs {
    pub(super) task_ms: i64,
    pub(super) updates_per_minute: usize,
    pub(super) counted: CountedUpdates,
    pub(super) requests_per_hour: usize,
    pub(super) tokens_per_hour: usize,
    pub(super) token_seconds: i64,
    pub(super) max_body_bytes: usize,
    pub(super) dates: Dates,
    pub(super) disabled: Vec<String>,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            task_ms: 300,
            updates_per_minute: 5,
            counted: CountedUpdates::All,
            requests_per_hour: 3_000,
            tokens_per_hour: 60,
            token_seconds: 3_600,
            max_body_bytes: 250 * 1024 * 1024,
            dates: Dates::Lenient,
            disabled: Vec::new(),
        }
    }
}

impl Store {
    /// Applies settings; the module's documentation lists them.
    ///
    /// # Errors
    /// Says which setting is unknown or wrong; none was applied then.
    pub fn settings(&self, order: &Value) -> Result<(), String> {
        let object = order.as_object().ok_or("settings are an object")?;
        let (mut state, _) = self.lock();
        let mut knobs = state.knobs.clone();
        let mut layout = Layout::clone(&state.layout);
        for (key, value) in object {
            let known = knob(&mut knobs, key, value)? || layout_setting(&mut layout, key, value)?;
            if !known {
                return Err(format!("there is no setting {key} for kaonavi"));
            }
        }
        state.knobs = knobs;
        state.layout = Arc::new(layout);
        Ok(())
    }
}

/// Sets one knob; `false` if there is none of this name.
fn knob(knobs: &mut Knobs, key: &str, value: &Value) -> Result<bool, String> {
    match key {
        "task_ms" => knobs.task_ms = number(key, value)?,
        "updates_per_minute" => knobs.updates_per_minute = number(key, value)?,
        "count_refused_updates" => {
            let all = value.as_bool().ok_or("count_refused_updates is true or false")?;
            knobs.counted = if all { CountedUpdates::All } else { CountedUpdates::Accepted };
        }
        "requests_per_hour" => knobs.requests_per_hour = number(key, value)?,
        "tokens_per_hour" => knobs.tokens_per_hour = number(key, value)?,
        "token_seconds" => knobs.token_seconds = number(key, value)?,
        "max_body_bytes" => knobs.max_body_bytes = number(key, value)?,
        "strict_dates" => {
            let strict = value.as_bool().ok_or("strict_dates is true or false")?;
            knobs.dates = if strict { Dates::Strict } else { Dates::Lenient };
        }
        "disable" => {
            let list = value.as_array().ok_or("disable is a list such as [\"PATCH /members\"]")?;
            let texts = list.iter().map(|one| one.as_str().map(str::to_owned));
            knobs.disabled = texts.collect::<Option<_>>().ok_or("disable is a list of strings")?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn number<T: TryFrom<u64>>(key: &str, value: &Value) -> Result<T, String> {
    // A day of milliseconds, or 4 GiB: more is a mistake.
    let number = value.as_u64().filter(|number| *number <= 1 << 32);
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| format!("{key} is a whole number"))
}

/// Changes the layout; `false` if there is no such setting.
fn layout_setting(layout: &mut Layout, key: &str, value: &Value) -> Result<bool, String> {
    let change: fn(&mut Layout, &Value) -> Result<(), String> = match key {
        "language" => language,
        "rename_sheet" => rename_sheet,
        "rename_item" => rename_item,
        "duplicate_sheet" => duplicate_sheet,
        "duplicate_item" => duplicate_item,
        "remove_sheet" => remove_sheet,
        "remove_item" => remove_item,
        "enum" => set_choices,
        "required" => set_required,
        "max_length" => set_max_length,
        _ => return Ok(false),
    };
    let orders = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for order in orders {
        change(layout, order).map_err(|text| format!("{key}: {text}"))?;
    }
    Ok(true)
}

fn language(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let language = match order.as_str() {
        Some("ja") => Language::Japanese,
        Some("en") => Language::English,
        _ => return Err("\"ja\" or \"en\"".into()),
    };
    for field in &mut layout.standard {
        if let Some(name) = standard::standard_name(field.key, language) {
            field.name = Cow::Borrowed(name);
        }
    }
    Ok(())
}

fn rename_sheet(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let (from, to) = (part(order, "from")?, part(order, "to")?.to_owned());
    let at = sheet_place(layout, from)?;
    layout.sheets[at].name = Cow::Owned(to);
    Ok(())
}

fn rename_item(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let to = part(order, "to")?.to_owned();
    item(layout, order, "from")?.name = Cow::Owned(to);
    Ok(())
}

fn duplicate_sheet(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let at = sheet_place(layout, order.as_str().ok_or("the name of a sheet")?)?;
    let mut copy = layout.sheets[at].clone();
    copy.id = layout.next_sheet;
    layout.next_sheet += 1;
    for field in &mut copy.fields {
        field.id = layout.next_field;
        layout.next_field += 1;
    }
    layout.sheets.push(copy);
    Ok(())
}

fn duplicate_item(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let mut copy = item(layout, order, "item")?.clone();
    copy.id = layout.next_field;
    copy.key = "";
    layout.next_field += 1;
    match part(order, "sheet")? {
        BASIC => layout.custom.push(copy),
        name => {
            let at = sheet_place(layout, name)?;
            layout.sheets[at].fields.push(copy);
        }
    }
    Ok(())
}

fn remove_sheet(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let at = sheet_place(layout, order.as_str().ok_or("the name of a sheet")?)?;
    layout.sheets.remove(at);
    Ok(())
}

fn remove_item(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let field = item(layout, order, "item")?.clone();
    if field.key == "code" {
        return Err("members cannot do without the employee number".into());
    }
    let gone = |other: &Field| other.id == field.id && other.key == field.key;
    layout.standard.retain(|other| !gone(other));
    layout.custom.retain(|other| !gone(other));
    for sheet in &mut layout.sheets {
        sheet.fields.retain(|other| !gone(other));
    }
    Ok(())
}

fn set_choices(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let list = order.get("values").and_then(Value::as_array).ok_or("\"values\" is missing")?;
    let texts = list.iter().map(|one| one.as_str().map(|text| Cow::Owned(text.to_owned())));
    let choices = texts.collect::<Option<_>>().ok_or("\"values\" are strings")?;
    item(layout, order, "item")?.choices = choices;
    Ok(())
}

fn set_required(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let required = order.get("required").and_then(Value::as_bool).ok_or("\"required\" is missing")?;
    item(layout, order, "item")?.required = required;
    Ok(())
}

fn set_max_length(layout: &mut Layout, order: &Value) -> Result<(), String> {
    let max_length = match order.get("max_length") {
        Some(Value::Null) => None,
        Some(value) => Some(number("max_length", value)?),
        None => return Err("\"max_length\" is missing".into()),
    };
    item(layout, order, "item")?.max_length = max_length;
    Ok(())
}

fn part<'a>(order: &'a Value, key: &str) -> Result<&'a str, String> {
    order.get(key).and_then(Value::as_str).ok_or_else(|| format!("{key:?} is missing"))
}

fn sheet_place(layout: &Layout, name: &str) -> Result<usize, String> {
    layout
        .sheets
        .iter()
        .position(|sheet| sheet.name == name)
        .ok_or_else(|| format!("there is no sheet {name}"))
}

/// The item that `order` names under `key`, in the sheet that it names under `sheet`.
fn item<'a>(layout: &'a mut Layout, order: &Value, key: &str) -> Result<&'a mut Field, String> {
    let (sheet, name) = (part(order, "sheet")?, part(order, key)?);
    let found = if sheet == BASIC {
        layout.standard.iter_mut().chain(&mut layout.custom).find(|field| field.name == name)
    } else {
        let at = sheet_place(layout, sheet)?;
        layout.sheets[at].fields.iter_mut().find(|field| field.name == name)
    };
    found.ok_or_else(|| format!("{sheet} has no item {name}"))
}
