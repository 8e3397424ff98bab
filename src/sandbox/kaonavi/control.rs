//! Changing people past the API, for tests: `{"upsert": [...], "delete": [...]}` by item names.
//!
//! An upserted person is `{"code": "A0001", "基本情報": {"メールアドレス": "…"}, "<single-record sheet>": {…},
//! "<multi-record sheet>": [{…}]}`. Basic items and single records are merged, the list of a multi-record
//! sheet is replaced. Values are strings, numbers, lists (check boxes) or `null` and `""` (cleared). Nothing
//! but names is checked, so that bad values can be planted.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::departments::DepartmentId;
use super::layout::{BASIC, Field, Layout, Records};
use super::people::{Member, member_mut};
use super::record::Record;
use super::store::Store;
use super::{read, standard};

impl Store {
    /// Upserts and deletes people by item names, without any check of values. Returns how many people that
    /// were.
    ///
    /// # Errors
    /// Says which name is unknown or what has the wrong shape; nothing was changed then.
    pub fn apply_control(&self, order: &Value) -> Result<usize, String> {
        let (mut guard, _) = self.lock();
        let state = &mut *guard;
        let layout = Arc::clone(&state.layout);
        let upserts = list(order, "upsert")?;
        let edits: Vec<Edit> =
            upserts.iter().map(|person| Edit::read(person, &layout)).collect::<Result<_, _>>()?;
        let deletes = list(order, "delete")?;
        let codes: Vec<&str> = deletes
            .iter()
            .map(|code| code.as_str().ok_or("\"delete\" holds employee numbers, as strings"))
            .collect::<Result<_, _>>()?;

        let people = Arc::make_mut(&mut state.people);
        let mut changed = edits.len();
        for edit in edits {
            let code = Arc::clone(&edit.code);
            edit.write(member_mut(people, &code, &mut state.next_member));
        }
        changed += codes.into_iter().filter(|code| people.remove(*code).is_some()).count();
        self.touch(state);
        Ok(changed)
    }

    /// One member, or `null`; or without a code the list of all, by item names.
    ///
    /// A member is `{"code", "基本情報": {…}, "<single-record sheet>": {…}, "<multi-record sheet>": […]}`.
    /// Blank basic items are `""`, blank items of sheets are left out, departments are shown by code.
    pub fn read(&self, code: Option<&str>) -> Value {
        read::by_names(&self.view(), code)
    }
}

/// What one upsert does to one member.
struct Edit {
    code: Arc<str>,
    basic: Record,
    custom: Record,
    /// The main post; an empty list clears it.
    department: Option<Vec<DepartmentId>>,
    sub_departments: Option<Vec<DepartmentId>>,
    single: Vec<(u32, Record)>,
    multiple: Vec<(u32, Vec<Record>)>,
}

impl Edit {
    fn read(person: &Value, layout: &Layout) -> Result<Self, String> {
        let object = person.as_object().ok_or("\"upsert\" holds objects")?;
        let code = object.get("code").and_then(Value::as_str).ok_or("an upserted person needs a \"code\"")?;
        let mut edit = Self {
            code: Arc::from(code),
            basic: Record::default(),
            custom: Record::default(),
            department: None,
            sub_departments: None,
            single: Vec::new(),
            multiple: Vec::new(),
        };
        for (name, value) in object.iter().filter(|(name, _)| *name != "code") {
            if name == BASIC {
                edit.read_basic(value, layout)?;
                continue;
            }
            let sheet = layout.sheet_named(name).ok_or_else(|| unknown_sheet(name, layout))?;
            match sheet.records {
                Records::Single => edit.single.push((sheet.id, record(value, name, &sheet.fields)?)),
                Records::Multiple => {
                    let list = value.as_array().ok_or_else(|| format!("{name} holds a list of records"))?;
                    let records = list.iter().map(|one| record(one, name, &sheet.fields));
                    edit.multiple.push((sheet.id, records.collect::<Result<_, _>>()?));
                }
            }
        }
        Ok(edit)
    }

    fn read_basic(&mut self, value: &Value, layout: &Layout) -> Result<(), String> {
        let object = value.as_object().ok_or_else(|| format!("{BASIC} is an object"))?;
        let (mut basic, mut custom) = (Vec::new(), Vec::new());
        for (name, value) in object {
            if let Some(field) = layout.custom.iter().find(|field| field.name == *name) {
                custom.push((field.id, texts(value)?));
                continue;
            }
            let known = |field: &&Field| {
                field.name == *name
                    || field.key == name
                    || standard::standard_name(field.key, standard::Language::Japanese) == Some(name)
            };
            let field =
                layout.standard.iter().find(known).ok_or_else(|| format!("{BASIC} has no item {name}"))?;
            match field.key {
                "code" => return Err("the employee number is given as \"code\"".into()),
                "department" => self.department = Some(departments(value)?),
                "sub_departments" => self.sub_departments = Some(departments(value)?),
                _ => basic.push((field.id, texts(value)?)),
            }
        }
        (self.basic, self.custom) = (Record::of(basic), Record::of(custom));
        Ok(())
    }

    fn write(self, member: &mut Member) {
        member.basic = member.basic.merged(&self.basic);
        member.custom = member.custom.merged(&self.custom);
        if let Some(department) = self.department {
            member.department = department.first().copied();
        }
        if let Some(list) = self.sub_departments {
            member.sub_departments = list;
        }
        for (sheet, patch) in self.single {
            let before = member.records(sheet).first().cloned().unwrap_or_default();
            member.set_records(sheet, vec![before.merged(&patch)]);
        }
        for (sheet, records) in self.multiple {
            member.set_records(sheet, records.iter().map(Record::stored).collect());
        }
    }
}

fn list<'a>(order: &'a Value, key: &str) -> Result<&'a [Value], String> {
    match order.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(format!("{key:?} is a list")),
    }
}

fn record(value: &Value, sheet: &str, fields: &[Field]) -> Result<Record, String> {
    let object: &Map<String, Value> =
        value.as_object().ok_or_else(|| format!("a record of {sheet} is an object"))?;
    let items = object.iter().map(|(name, value)| {
        let field = fields.iter().find(|field| field.name == *name);
        let field = field.ok_or_else(|| format!("{sheet} has no item {name}"))?;
        Ok((field.id, texts(value)?))
    });
    Ok(Record::of(items.collect::<Result<Vec<_>, String>>()?))
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::Null => Ok(vec![String::new()]),
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Number(number) => Ok(vec![number.to_string()]),
        Value::Array(list) => {
            Ok(list.iter().map(texts).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        }
        Value::Bool(_) | Value::Object(_) => Err("a value is a string, a number, a list or null".into()),
    }
}

fn departments(value: &Value) -> Result<Vec<DepartmentId>, String> {
    let codes = texts(value)?;
    codes
        .iter()
        .filter(|code| !code.is_empty())
        .map(|code| DepartmentId::by_code(code).ok_or_else(|| format!("there is no department {code}")))
        .collect()
}

fn unknown_sheet(name: &str, layout: &Layout) -> String {
    let known: Vec<&str> = layout.sheets.iter().map(|sheet| sheet.name.as_ref()).collect();
    format!("there is no sheet {name}; known are {BASIC}, {}", known.join(", "))
}
