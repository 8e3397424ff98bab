//! The hooks of the sandbox's control requests: settings, planted data, a look at the ledger.
//!
//! Nothing is validated on purpose, so that a test can plant bad values; only names are checked.

use serde_json::{Map, Value};

use super::access::Login;
use super::employee::{DependentRow, Employee, Seconds};
use super::ledger::Ledger;
use super::packed::Packed;
use super::rules::Category;
use super::tenant::{State, Tenant};
use crate::sandbox::clock::Clock;
use crate::sandbox::people::{DependentField, Field};

type Object = Map<String, Value>;

impl Tenant {
    /// Obeys `{"upsert": […], "insert": […], "delete": […]}`; says how many people it changed.
    ///
    /// `upsert` changes the first person of that number or adds one; `insert` always adds one, also a number that
    /// exists or a blank one. `dependents` replaces the person's dependants, `customItems` their custom items.
    pub(crate) fn apply_people(&self, order: &Object, clock: &Clock) -> Result<usize, String> {
        let now = clock.now().timestamp();
        let upserts = list(order, "upsert")?.iter().map(Planted::read).collect::<Result<Vec<_>, _>>()?;
        let inserts = list(order, "insert")?.iter().map(Planted::read).collect::<Result<Vec<_>, _>>()?;
        let mut state = self.lock();
        let ledger = &mut state.ledger;
        let mut changed = 0;
        for planted in upserts {
            changed += 1;
            if ledger.find(&planted.number).is_none() {
                planted.add(ledger, now);
                continue;
            }
            planted.write(ledger, now);
        }
        for planted in inserts {
            changed += 1;
            planted.add(ledger, now);
        }
        for number in list(order, "delete")? {
            changed += ledger.delete(number.as_str().ok_or("delete: expected employee numbers")?);
        }
        Ok(changed)
    }

    /// Everybody as `GET /employees/{…}` shows them to a login without limits, with `dependents`; or who has one
    /// number.
    pub(crate) fn read_people(&self, number: Option<&str>, clock: &Clock) -> Value {
        let today = clock.today();
        let state = self.lock();
        let employees = state.ledger.employees().iter();
        let wanted = employees.filter(|employee| number.is_none_or(|number| employee.number() == number));
        wanted.map(|employee| employee.whole(today)).collect()
    }

    /// Obeys the settings of `settings`: `rate_per_minute`, `token_seconds`, `truncate_overlong`, `masters`,
    /// `absent` (keys that no login sees) and `login`.
    pub(crate) fn apply_settings(&self, settings: &Object) -> Result<(), String> {
        let mut state = self.lock();
        for (name, value) in settings {
            apply_setting(&mut state, name, value)?;
        }
        Ok(())
    }

    /// Uses up the quota of the present minute.
    pub(crate) fn exhaust_quota(&self, clock: &Clock) {
        let mut state = self.lock();
        let limit = state.settings.rate_per_minute;
        state.quota.exhaust(limit, clock.now().timestamp_millis());
    }
}

fn apply_setting(state: &mut State, name: &str, value: &Value) -> Result<(), String> {
    let number = || value.as_u64().ok_or_else(|| format!("{name}: expected a number"));
    match name {
        "rate_per_minute" => state.settings.rate_per_minute = usize::try_from(number()?).unwrap_or(0),
        "token_seconds" => state.settings.token_seconds = i64::try_from(number()?).unwrap_or(i64::MAX / 2000),
        "truncate_overlong" => state.settings.truncate_overlong = flag(name, value)?,
        "masters" => state.masters.replace(value.as_object().ok_or("masters: expected an object")?)?,
        "absent" => {
            let keys = value.as_array().ok_or("absent: expected a list of keys")?;
            let field = |key: &Value| key.as_str().and_then(Field::from_key);
            let fields = keys.iter().map(|key| field(key).ok_or_else(|| format!("unknown key {key}")));
            state.settings.absent = fields.collect::<Result<_, _>>()?;
        }
        "login" => set_login(state, value.as_object().ok_or("login: expected an object")?)?,
        _ => return Err(format!("unknown setting {name:?} of officestation")),
    }
    Ok(())
}

/// `{"loginId"?, "password"?, "role"?, "payroll"?, "hiddenCategories"?, "mfa"?, "api"?, "locked"?}`; the demo login
/// unless named, which is made if it does not exist.
fn set_login(state: &mut State, wanted: &Object) -> Result<(), String> {
    let id = wanted.get("loginId").map_or(Some("renkei-api"), Value::as_str);
    let id = id.ok_or("loginId: expected a text")?.to_owned();
    let login = state.logins.entry(id).or_insert_with(|| Login::new("demo-password"));
    for (name, value) in wanted {
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| format!("{name}: expected a text"));
        match name.as_str() {
            "loginId" => {}
            "password" => login.password = text()?,
            "role" => login.role = text()?,
            "payroll" => login.payroll = flag(name, value)?,
            "mfa" => login.mfa = flag(name, value)?,
            "api" => login.api_allowed = flag(name, value)?,
            "locked" => login.locked_until_ms = flag(name, value)?.then_some(i64::MAX),
            "hiddenCategories" => {
                let names = value.as_array().ok_or("hiddenCategories: expected a list")?;
                login.hidden = names.iter().map(hidden).collect::<Result<_, _>>()?;
            }
            _ => return Err(format!("unknown key {name:?} of login")),
        }
    }
    Ok(())
}

fn hidden(name: &Value) -> Result<(String, Category), String> {
    let text = name.as_str().unwrap_or_default();
    Category::from_name(text).map(|category| (text.to_owned(), category)).ok_or_else(|| {
        format!("unknown category {name}; known: 基本情報, 扶養家族情報, 扶養控除申告書, 社会保険, 労働保険, 緊急連絡先")
    })
}

fn flag(name: &str, value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("{name}: expected true or false"))
}

fn list<'a>(order: &'a Object, name: &str) -> Result<&'a [Value], String> {
    match order.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("{name}: expected a list")),
    }
}

/// One person to plant.
struct Planted {
    number: String,
    values: Vec<(usize, String)>,
    dependents: Option<Vec<Packed>>,
    custom: Option<String>,
}

impl Planted {
    fn read(person: &Value) -> Result<Self, String> {
        let person = person.as_object().ok_or("expected a person: an object with employeeNumber")?;
        let number =
            person.get("employeeNumber").and_then(Value::as_str).ok_or("employeeNumber is missing")?;
        let mut planted =
            Self { number: number.to_owned(), values: Vec::new(), dependents: None, custom: None };
        for (key, value) in person {
            match (key.as_str(), Field::from_key(key)) {
                (_, Some(field)) => planted.values.push((field as usize, text(key, value)?)),
                ("dependents", None) => {
                    let rows = value.as_array().ok_or("dependents: expected a list")?;
                    planted.dependents = Some(rows.iter().map(dependent).collect::<Result<_, _>>()?);
                }
                ("customItems", None) => planted.custom = Some(value.to_string()),
                _ => return Err(format!("unknown key {key:?}")),
            }
        }
        Ok(planted)
    }

    fn add(self, ledger: &mut Ledger, now: Seconds) {
        let values = Packed::new(&[""; Field::COUNT]).with(&self.values);
        let rows = self.rows(ledger, now);
        let custom = self.custom;
        let employee = ledger.create(values, now);
        employee.dependents = rows.unwrap_or_default();
        employee.custom = custom.map(Into::into);
    }

    fn write(self, ledger: &mut Ledger, now: Seconds) {
        let rows = self.rows(ledger, now);
        let Some(employee) = ledger.find_mut(&self.number) else { return };
        let Employee { version, .. } = *employee;
        employee.write(&self.values, now);
        if let Some(rows) = rows {
            employee.dependents = rows;
        }
        if let Some(custom) = self.custom {
            employee.custom = Some(custom.into());
        }
        if employee.version == version {
            employee.touch(now);
        }
    }

    /// The rows that replace the person's dependants. A row in the place of an older one keeps its id.
    fn rows(&self, ledger: &mut Ledger, now: Seconds) -> Option<Box<[DependentRow]>> {
        let known: Vec<u32> = ledger
            .find(&self.number)
            .map(|e| e.dependents.iter().map(|row| row.id).collect())
            .unwrap_or_default();
        let planted = self.dependents.as_ref()?;
        let rows = planted.iter().enumerate().map(|(index, values)| {
            let id = known.get(index).copied().unwrap_or_else(|| ledger.dependent_id());
            DependentRow { id, updated: now, values: values.clone() }
        });
        Some(rows.collect())
    }
}

fn dependent(row: &Value) -> Result<Packed, String> {
    let row = row.as_object().ok_or("dependents: expected objects")?;
    let mut values = vec![String::new(); DependentField::COUNT];
    for (key, value) in row {
        let field =
            DependentField::from_key(key).ok_or_else(|| format!("unknown key {key:?} of a dependant"))?;
        values[field as usize] = text(key, value)?;
    }
    Ok(Packed::new(&values))
}

fn text(key: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(format!("{key}: expected a text, a number or null")),
    }
}
