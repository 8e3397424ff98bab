//! Changing a company past its API, for tests. Nothing but names of keys is checked, so that bad values can be planted.
//!
//! | key | value |
//! | --- | --- |
//! | `upsert` | `[{"id" or "number", …}]`: sets these keys of the user of that id, else of the first of that number, or adds one |
//! | `insert` | `[{…}]`: always adds a user, with the next id unless one is given |
//! | `delete` | `["A0001", 17]`: by 社員番号 or id |
//! | `months` | `[{"month": "2026-10", "user": "A0001" or 17, "row"?: {…}, "status"?: 3}]`, `"row": null` removes the row |
//! | `departments`, `lodgments` | `[{"id": 7, "name": "…"}]` sets or adds, `{"id": 7, "delete": true}` removes |
//!
//! A user has the keys of the API and those of the setting `extra_user_fields`, a row the keys of the API. A row
//! that wasn't there is all null but for what is given; an id that no user has is allowed there. `start_date`, `end_date`
//! and `cutoff_date` also decide which monthly rows there are.

use serde_json::{Value, json};

use super::company::{Company, Object, Row, State, Stored};
use super::masters::{Entry, new_department, new_lodgment};
use super::{monthly, users};
use crate::sandbox::people::clinic::{Month, User};

impl Company {
    /// Obeys the orders of the module's documentation, in its order; says how many users, rows and entries that were.
    /// Only a month of a number that nobody has is refused in the middle, for the orders before it may have changed that.
    pub(crate) fn apply_people(&self, order: &Object) -> Result<usize, String> {
        let known = ["upsert", "insert", "delete", "months", "departments", "lodgments"];
        if let Some(key) = order.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("unknown key {key:?}; expected service, tenant, {}", known.join(", ")));
        }
        let mut guard = self.lock();
        let state = &mut *guard;
        check(state, order)?;
        let mut changed = 0;
        for user in list(order, "upsert")? {
            changed += 1;
            match find(state, user) {
                Some(at) => self.set_user(&mut state.users[at], user),
                None => self.add_user(state, user),
            }
        }
        for user in list(order, "insert")? {
            changed += 1;
            self.add_user(state, user);
        }
        for code in list(order, "delete")? {
            let before = state.users.len();
            state.users.retain(|stored| !is_code(stored, code));
            changed += before - state.users.len();
        }
        for month in list(order, "months")? {
            changed += 1;
            self.set_month(state, month)?;
        }
        for (key, new) in [("departments", new_department as fn(u64) -> Object), ("lodgments", new_lodgment)]
        {
            for entry in list(order, key)? {
                changed += 1;
                let entries = match key {
                    "departments" => &mut state.masters.departments,
                    _ => &mut state.masters.lodgments,
                };
                self.set_entry(entries, entry, new);
            }
        }
        Ok(changed)
    }

    /// Everybody as the API shows them, or who has this 社員番号 or id.
    pub(crate) fn read_people(&self, code: Option<&str>) -> Value {
        let state = self.lock();
        let wanted = state.users.iter().filter(|stored| matches(stored, code));
        wanted.map(|stored| users::json(&state, stored, self.population.today)).collect()
    }

    /// The rows of a month as the API shows them, with their 月締状況 as `status`.
    pub(crate) fn read_month(&self, month: &str, code: Option<&str>) -> Result<Value, String> {
        let month = Month::parse(month).ok_or("month: expected YYYY-MM")?;
        let state = self.lock();
        let rows = self.rows(&state, month);
        let wanted = rows.iter().filter(|row| match state.user(row.user) {
            Some(stored) => matches(stored, code),
            None => code.is_none_or(|code| code == row.user.to_string()),
        });
        let shown = wanted.map(|row| {
            let mut json = row.json();
            json["status"] = json!(row.status);
            json
        });
        Ok(shown.collect())
    }

    fn set_user(&self, stored: &mut Stored, user: &Value) {
        let Some(user) = user.as_object() else { return };
        stored.updated = self.clock.now();
        for (key, value) in user.iter().filter(|(key, _)| *key != "id") {
            let day = || value.as_str().and_then(|text| text.parse().ok());
            match key.as_str() {
                "start_date" => stored.user.start_date = day().unwrap_or(stored.user.start_date),
                "end_date" => stored.user.end_date = day(),
                "cutoff_date" => {
                    let cutoff = value.as_u64().filter(|day| (1..=31).contains(day));
                    stored.user.cutoff_date = cutoff.and_then(|day| u32::try_from(day).ok()).unwrap_or(31);
                }
                _ => {}
            }
            stored.set.get_or_insert_default().insert(key.clone(), value.clone());
        }
    }

    fn add_user(&self, state: &mut State, user: &Value) {
        let next = state.users.last().map_or(1, |stored| stored.user.id + 1);
        let id = user["id"].as_u64().filter(|id| state.user(*id).is_none()).unwrap_or(next);
        let today = self.clock.today();
        let mut stored = Stored { user: User::blank(id, today), set: None, updated: self.clock.now() };
        self.set_user(&mut stored, user);
        state.users.push(stored);
        state.users.sort_by_key(|stored| stored.user.id);
    }

    fn set_month(&self, state: &mut State, order: &Value) -> Result<(), String> {
        let month = order["month"].as_str().and_then(Month::parse).ok_or("months: expected a \"month\"")?;
        let code = &order["user"];
        let known = state.users.iter().find(|stored| is_code(stored, code)).map(|stored| stored.user.id);
        let user =
            known.or_else(|| code.as_u64()).ok_or_else(|| format!("months: there is no user {code}"))?;
        let edit = state.edits.entry((month, user)).or_default();
        match order.get("row") {
            None => {}
            Some(Value::Object(row)) => {
                let mut set = match &edit.row {
                    Row::Set(before) => before.clone(),
                    Row::Made | Row::Removed => Object::new(),
                };
                set.extend(row.clone());
                edit.row = Row::Set(set);
            }
            Some(_) => edit.row = Row::Removed,
        }
        if let Some(status) = order.get("status") {
            edit.status = status.as_u64().and_then(|status| u8::try_from(status).ok());
        }
        edit.updated = self.clock.now();
        Ok(())
    }

    fn set_entry(&self, entries: &mut Vec<Entry>, order: &Value, new: fn(u64) -> Object) {
        let Some(id) = order["id"].as_u64() else { return };
        if order["delete"] == true {
            entries.retain(|entry| entry.id != id);
            return;
        }
        let at = entries.iter().position(|entry| entry.id == id).unwrap_or_else(|| {
            entries.push(Entry { id, json: new(id), updated: self.clock.now() });
            entries.len() - 1
        });
        let entry = &mut entries[at];
        entry.json.extend(order.as_object().cloned().unwrap_or_default());
        entry.updated = self.clock.now();
    }
}

/// Refuses an order of another shape, or with a key that users or rows don't have, before anything is changed.
fn check(state: &State, order: &Object) -> Result<(), String> {
    for user in list(order, "upsert")?.iter().chain(list(order, "insert")?) {
        let user = user.as_object().ok_or("expected a user: an object")?;
        let known = |key: &str| users::is_known(key) || state.knobs.extra_user_fields.contains_key(key);
        if let Some(key) = user.keys().find(|key| !known(key)) {
            return Err(format!("unknown key {key:?} of a user"));
        }
    }
    for user in list(order, "upsert")? {
        if !user["id"].is_u64() && !user["number"].is_string() {
            return Err("upsert: expected an \"id\" or a \"number\"".into());
        }
    }
    for month in list(order, "months")? {
        let month = month.as_object().ok_or("months: expected objects")?;
        let name = month.get("month").and_then(Value::as_str);
        name.and_then(Month::parse).ok_or("months: expected a \"month\" such as 2026-10")?;
        if let Some(key) =
            month.keys().find(|key| !["month", "user", "row", "status"].contains(&key.as_str()))
        {
            return Err(format!("unknown key {key:?} of months; expected month, user, row, status"));
        }
        let row = month.get("row").and_then(Value::as_object);
        if let Some(key) = row.and_then(|row| row.keys().find(|key| !monthly::is_known(key))) {
            return Err(format!("unknown key {key:?} of a row"));
        }
    }
    for entry in list(order, "departments")?.iter().chain(list(order, "lodgments")?) {
        entry["id"].as_u64().ok_or("departments, lodgments: expected an \"id\"")?;
    }
    Ok(())
}

fn find(state: &State, user: &Value) -> Option<usize> {
    if let Some(id) = user["id"].as_u64() {
        return state.users.iter().position(|stored| stored.user.id == id);
    }
    state.users.iter().position(|stored| stored.number() == user["number"])
}

fn is_code(stored: &Stored, code: &Value) -> bool {
    match code.as_u64() {
        Some(id) => stored.user.id == id,
        None => code.is_string() && stored.number() == *code,
    }
}

fn matches(stored: &Stored, code: Option<&str>) -> bool {
    code.is_none_or(|code| stored.number() == code || stored.user.id.to_string() == code)
}

fn list<'a>(order: &'a Object, name: &str) -> Result<&'a [Value], String> {
    match order.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{name}: expected a list")),
    }
}
