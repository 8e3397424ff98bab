//! Changing people past the API, for tests and as an administrator does on the screen:
//! `{"upsert": […], "insert": […], "delete": […]}`.
//!
//! An upserted person has the keys of an employee on the wire, and is found by `id` or else by `employee_number`; who
//! has neither yet is added with the items that the service fills in. `insert` always adds, also without a number or
//! with one that exists. `delete` holds ids and numbers. `account_issued` can be set here and nowhere else.
//! `attendances` is `{"2026-10": {"break_minutes": 60, …}, "2026-09": null}`: a month's items are merged into its
//! row, minutes as numbers, days as numbers or texts; `null` takes the row, or the item's value, away. Nothing but
//! names and shapes is checked, so that bad values can be planted.

use serde_json::Value;

use super::attendances;
use super::employee::{Employee, Held, Items, id_of, id_text};
use super::field::Field;
use super::item::{ITEMS, Item, Kind, Row, place, tenths};
use super::ledger::Ledger;
use super::store::Store;
use crate::sandbox::people::clinic::Month;

impl Store {
    /// Changes people; how many that were.
    ///
    /// # Errors
    /// Says which name is unknown or what has the wrong shape; nothing was changed then.
    pub fn apply_control(&self, order: &Value) -> Result<usize, String> {
        let object = order.as_object().ok_or("an order is an object")?;
        if let Some(key) = object.keys().find(|key| !["upsert", "insert", "delete"].contains(&key.as_str())) {
            return Err(format!("unknown key {key:?}; expected service, tenant, upsert, insert, delete"));
        }
        let (mut state, now) = self.lock();
        let (ledger, now) = (&mut state.ledger, now / 1_000);
        let upserts: Vec<Edit> = list(order, "upsert")?.iter().map(Edit::read).collect::<Result<_, _>>()?;
        let inserts: Vec<Edit> = list(order, "insert")?.iter().map(Edit::read).collect::<Result<_, _>>()?;
        if let Some(unknown) = upserts.iter().find_map(|edit| edit.id.filter(|id| ledger.get(*id).is_none()))
        {
            return Err(format!("there is no employee {}", id_text(unknown)));
        }
        if upserts.iter().any(|edit| edit.id.is_none() && edit.number().is_none()) {
            return Err("upsert: a person is named by id or employee_number; insert adds one without".into());
        }
        if inserts.iter().any(|edit| edit.id.is_some()) {
            return Err("insert: the id is given by mediment".into());
        }
        let deletes = list(order, "delete")?
            .iter()
            .map(|name| name.as_str().ok_or_else(|| "delete: expected ids or employee numbers".to_owned()));
        let deletes: Vec<&str> = deletes.collect::<Result<_, _>>()?;

        let mut changed = upserts.len() + inserts.len();
        for edit in upserts {
            let id = edit.id.or_else(|| ledger.with_number(edit.number()?).first().copied());
            edit.write(ledger, id, now);
        }
        for edit in inserts {
            edit.write(ledger, None, now);
        }
        for name in deletes {
            let ids = named(ledger, name);
            changed += ids.len();
            for id in ids {
                ledger.remove(id);
            }
        }
        Ok(changed)
    }

    /// Everybody, or who has this id or number, as on the wire.
    pub fn read(&self, code: Option<&str>) -> Value {
        let (state, _) = self.lock();
        let ledger = &state.ledger;
        match code {
            Some(code) => {
                named(ledger, code).into_iter().filter_map(|id| ledger.get(id)).map(Employee::json).collect()
            }
            None => ledger.part(0..ledger.len()).iter().map(Employee::json).collect(),
        }
    }

    /// The attendance of a month (`2026-05`) of everybody who has a row, or of who has this id or number, as on the
    /// wire.
    ///
    /// # Errors
    /// Says that the month is none.
    pub fn read_attendance(&self, month: &str, code: Option<&str>) -> Result<Value, String> {
        let month =
            Month::parse(month).ok_or_else(|| format!("{month:?} is no month such as \"2026-05\""))?;
        let (mut state, _) = self.lock();
        let wanted = code.map(|code| named(&state.ledger, code));
        let rows = state.ledger.rows(month).iter();
        let rows = rows.filter(|(id, _)| wanted.as_ref().is_none_or(|wanted| wanted.contains(id)));
        let rows: Vec<(u32, Row)> = rows.map(|(id, row)| (*id, row.clone())).collect();
        Ok(rows.iter().map(|(id, row)| attendances::shown(&state.ledger, *id, row)).collect())
    }
}

/// Who has this id or number.
fn named(ledger: &Ledger, name: &str) -> Vec<u32> {
    match id_of(name).filter(|id| ledger.get(*id).is_some()) {
        Some(id) => vec![id],
        None => ledger.with_number(name).to_vec(),
    }
}

/// A month, and values by their places in its row; none takes the row away.
type PlantedRow = (Month, Option<Vec<(usize, Option<i32>)>>);

/// What is planted of one person.
struct Edit {
    id: Option<u32>,
    items: Vec<(Field, Held)>,
    account_issued: Option<bool>,
    rows: Vec<PlantedRow>,
}

impl Edit {
    fn read(person: &Value) -> Result<Self, String> {
        let object = person.as_object().ok_or("expected a person: an object with id or employee_number")?;
        let mut edit = Self { id: None, items: Vec::new(), account_issued: None, rows: Vec::new() };
        for (key, value) in object {
            match (key.as_str(), Field::of_key(key)) {
                (_, Some(field)) => edit.items.push((field, text(key, value)?)),
                ("id", None) => {
                    let id = value.as_str().and_then(id_of);
                    edit.id = Some(id.ok_or("id: expected a text such as emp_000001")?);
                }
                ("account_issued", None) => {
                    edit.account_issued = Some(value.as_bool().ok_or("account_issued: true or false")?);
                }
                ("attendances", None) => {
                    let months = value.as_object().ok_or("attendances: expected an object of months")?;
                    edit.rows = months.iter().map(row).collect::<Result<_, _>>()?;
                }
                _ => return Err(format!("unknown key {key:?}")),
            }
        }
        Ok(edit)
    }

    fn number(&self) -> Option<&str> {
        let (_, number) = self.items.iter().find(|(field, _)| *field == Field::EmployeeNumber)?;
        number.as_deref()
    }

    fn write(self, ledger: &mut Ledger, id: Option<u32>, now: i64) {
        let before = id.and_then(|id| ledger.get(id)).map(|employee| employee.items.clone());
        let mut items = before.unwrap_or_else(|| {
            let mut items = Items::default();
            items.fill_automatic();
            items
        });
        for (field, held) in self.items {
            items.set(field, held);
        }
        let id = match id {
            Some(id) => {
                ledger.write(id, &items, now);
                id
            }
            None => ledger.add(items, now),
        };
        if let (Some(issued), Some(employee)) = (self.account_issued, ledger.get_mut(id)) {
            employee.account_issued = issued;
        }
        for (month, values) in self.rows {
            let Some(values) = values else {
                ledger.remove_row(month, id);
                continue;
            };
            let row = ledger.row_mut(month, id);
            for (place, value) in values {
                row.0[place] = value;
            }
        }
    }
}

fn row((month, items): (&String, &Value)) -> Result<PlantedRow, String> {
    let month = Month::parse(month).ok_or_else(|| format!("attendances: {month:?} is no month"))?;
    let items = match items {
        Value::Null => return Ok((month, None)),
        Value::Object(items) => items,
        _ => return Err("attendances: expected an object or null for a month".into()),
    };
    let values = items.iter().map(|(key, value)| {
        let place = place(key).ok_or_else(|| format!("attendances: unknown key {key:?}"))?;
        Ok((place, amount(&ITEMS[place], value)?))
    });
    Ok((month, Some(values.collect::<Result<_, String>>()?)))
}

fn amount(item: &Item, value: &Value) -> Result<Option<i32>, String> {
    if value.is_null() {
        return Ok(None);
    }
    let whole = value.as_i64().and_then(|number| i32::try_from(number).ok());
    let read = match item.kind {
        Kind::Minutes => whole,
        Kind::Days | Kind::Times => tenths(&match value {
            Value::String(text) => text.clone(),
            Value::Number(_) if whole.is_some() => format!("{value}.0"),
            other => other.to_string(),
        }),
    };
    read.map(Some).ok_or_else(|| format!("{}: expected minutes, or days with one decimal", item.key))
}

fn list<'a>(order: &'a Value, key: &str) -> Result<&'a [Value], String> {
    match order.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(format!("{key}: expected a list")),
    }
}

fn text(key: &str, value: &Value) -> Result<Held, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok((!text.is_empty()).then(|| text.as_str().into())),
        Value::Number(number) => Ok(Some(number.to_string().into())),
        _ => Err(format!("{key}: expected a text, a number or null")),
    }
}
