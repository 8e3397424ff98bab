//! Checking the bodies of update requests: everything that is wrong is named, and one problem refuses the
//! whole request (`reference/kaonavi-api.md` §4.3, §5.3, §8.3).
//!
//! Stricter than may be needed where the reference knows nothing: `null` values, empty lists of values,
//! unknown keys and what the service computes itself (`id`, `age`, …) are refused, because a careful client
//! sends none of them.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::body;
use super::change::{MemberVerb, MemberWrite, SheetVerb, SheetWrite};
use super::departments::DepartmentId;
use super::fields::{self, Required};
use super::layout::{Field, Records, Sheet};
use super::problems::{Place, Problems};
use super::record::Record;
use super::refusal::Refusal;
use super::store::View;
use super::values;

const MUST: &str = "必ず指定してください。";

/// Checks the body of `POST`, `PATCH` and `PUT /members` and `PUT /members/overwrite`.
pub(super) fn members(body: &[u8], verb: MemberVerb, view: &View) -> Result<Vec<MemberWrite>, Refusal> {
    let mut problems = Problems::default();
    let root = Place::root("member_data");
    let mut codes = Codes::of(view, verb);
    let mut writes = Vec::new();
    body::each(body, "member_data", |index, entry| {
        writes.extend(member(entry, verb, view, &mut codes, &root.index(index), &mut problems));
    })?;
    problems.none_or(writes)
}

fn member(
    entry: &Value,
    verb: MemberVerb,
    view: &View,
    codes: &mut Codes<'_>,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Option<MemberWrite> {
    let object = object(entry, place, problems)?;
    let code = codes.check(object, place, problems);
    let required = if verb == MemberVerb::Patch { Required::NotCleared } else { Required::Filled };
    let basic = basic_items(object, required, view, place, problems);

    let no_fields = Value::Array(Vec::new());
    let sent = object.get("custom_fields").unwrap_or(&no_fields);
    let here = place.key("custom_fields");
    let custom = fields::check(sent, |id| view.layout.custom(id), view.dates, &here, problems);
    fields::required(view.layout.custom.iter(), &custom, required, &here, problems);

    let department =
        object.get("department").and_then(|value| one_department(value, &place.key("department"), problems));
    let sub_departments = object
        .get("sub_departments")
        .map(|value| departments(value, &place.key("sub_departments"), problems));
    let posts = [
        ("department", object.contains_key("department").then_some(true)),
        ("sub_departments", sub_departments.as_ref().map(|list| !list.is_empty())),
    ];
    for (key, filled) in posts {
        let field = view.layout.standard(key).filter(|field| field.required && required.misses(filled));
        if let Some(field) = field {
            problems.add(place, format_args!("{}は{MUST}", field.name));
        }
    }
    Some(MemberWrite { code: code?, basic, custom, department, sub_departments })
}

/// The standard items of a member that are texts.
fn basic_items(
    object: &Map<String, Value>,
    required: Required,
    view: &View,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Record {
    let is_text = |field: &Field| field.key != "code" && !field.kind.is_department();
    let mut kept = Vec::new();
    for (key, value) in object.iter().filter(|(key, _)| *key != "custom_fields") {
        let here = place.key(key);
        let Some(field) = view.layout.standard(key) else {
            problems.add(&here, "指定できない項目です。");
            continue;
        };
        if !is_text(field) {
            continue;
        }
        let Some(text) = values::text(value, &here, problems) else { continue };
        match values::check(field, text, view.dates) {
            Ok(value) => kept.push((field.id, [value])),
            Err(text) => problems.add(&here, text),
        }
    }
    let kept = Record::of(kept);
    let text_items = view.layout.standard.iter().filter(|field| is_text(field));
    fields::required(text_items, &kept, required, place, problems);
    kept
}

fn departments(value: &Value, place: &Place<'_>, problems: &mut Problems) -> Vec<DepartmentId> {
    let Some(list) = value.as_array() else {
        problems.add(place, "配列で指定してください。");
        return Vec::new();
    };
    let found =
        list.iter().enumerate().filter_map(|(at, one)| one_department(one, &place.index(at), problems));
    found.collect()
}

fn one_department(value: &Value, place: &Place<'_>, problems: &mut Problems) -> Option<DepartmentId> {
    let object = object(value, place, problems)?;
    let found = object.get("code").and_then(Value::as_str).and_then(DepartmentId::by_code);
    if found.is_none() {
        problems.add(&place.key("code"), "選択された所属は正しくありません。");
    }
    found
}

/// Checks the body of `PUT` and `PATCH /sheets/{id}` and `POST /sheets/{id}/add`.
pub(super) fn sheet(
    body: &[u8],
    verb: SheetVerb,
    sheet: &Sheet,
    view: &View,
) -> Result<Vec<SheetWrite>, Refusal> {
    let mut problems = Problems::default();
    let root = Place::root("member_data");
    if verb == SheetVerb::Add && sheet.records == Records::Single {
        problems.add(&root, "単一レコードのシートには追加できません。");
    }
    let mut codes = Codes { view, expected: Expected::Known, seen: HashSet::new() };
    let mut writes = Vec::new();
    body::each(body, "member_data", |index, entry| {
        let place = root.index(index);
        let Some(object) = object(entry, &place, &mut problems) else { return };
        unknown_keys(object, &["code", "records"], &place, &mut problems);
        let code = codes.check(object, &place, &mut problems);
        let records = records(object, verb, sheet, view, code.as_deref(), &place, &mut problems);
        writes.extend(code.map(|code| SheetWrite { code, records }));
    })?;
    problems.none_or(writes)
}

fn records(
    object: &Map<String, Value>,
    verb: SheetVerb,
    sheet: &Sheet,
    view: &View,
    code: Option<&str>,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Vec<Record> {
    let here = place.key("records");
    let Some(list) = object.get("records").and_then(Value::as_array) else {
        problems.add(&here, MUST);
        return Vec::new();
    };
    if sheet.records == Records::Single && list.len() != 1 {
        problems.add(&here, "単一レコードのシートには1件だけ指定してください。");
    }
    if verb == SheetVerb::Add && list.is_empty() {
        problems.add(&here, MUST);
    }
    // A PATCH of a single record keeps what it does not name, so only a new record has to be complete.
    let has_record = code
        .and_then(|code| view.people.get(code))
        .is_some_and(|member| !member.records(sheet.id).is_empty());
    let keeps = verb == SheetVerb::Patch && sheet.records == Records::Single && has_record;
    let required = if keeps { Required::NotCleared } else { Required::Filled };
    list.iter()
        .enumerate()
        .map(|(at, entry)| {
            let place = here.index(at);
            let Some(object) = self::object(entry, &place, problems) else { return Record::default() };
            unknown_keys(object, &["custom_fields"], &place, problems);
            let here = place.key("custom_fields");
            let sent = object.get("custom_fields").unwrap_or(&Value::Null);
            if sent.as_array().is_some_and(Vec::is_empty) {
                problems.add(&here, MUST);
            }
            let record = fields::check(sent, |id| sheet.field(id), view.dates, &here, problems);
            fields::required(sheet.fields.iter(), &record, required, &here, problems);
            record
        })
        .collect()
}

/// Checks the body of `POST /members/delete`.
pub(super) fn delete(body: &[u8], view: &View) -> Result<Vec<Arc<str>>, Refusal> {
    let mut problems = Problems::default();
    let root = Place::root("codes");
    let mut codes = Codes { view, expected: Expected::Known, seen: HashSet::new() };
    let mut found = Vec::new();
    body::each(body, "codes", |index, value| {
        found.extend(codes.check_one(Some(value), &root.index(index), &mut problems));
    })?;
    problems.none_or(found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Known,
    Unknown,
    Either,
}

/// The employee numbers of one body.
struct Codes<'a> {
    view: &'a View,
    expected: Expected,
    seen: HashSet<String>,
}

impl<'a> Codes<'a> {
    fn of(view: &'a View, verb: MemberVerb) -> Self {
        let expected = match verb {
            MemberVerb::Create => Expected::Unknown,
            MemberVerb::Patch | MemberVerb::Replace => Expected::Known,
            MemberVerb::Overwrite => Expected::Either,
        };
        Self { view, expected, seen: HashSet::new() }
    }

    fn check(
        &mut self,
        object: &Map<String, Value>,
        place: &Place<'_>,
        problems: &mut Problems,
    ) -> Option<Arc<str>> {
        self.check_one(object.get("code"), &place.key("code"), problems)
    }

    fn check_one(
        &mut self,
        value: Option<&Value>,
        place: &Place<'_>,
        problems: &mut Problems,
    ) -> Option<Arc<str>> {
        let code = values::text(value.unwrap_or(&Value::Null), place, problems)?;
        let field = self.view.layout.standard("code");
        if code.is_empty() {
            problems.add(place, format_args!("社員番号は{MUST}"));
            return None;
        }
        if let Some(Err(text)) = field.map(|field| values::check(field, code, self.view.dates)) {
            problems.add(place, text);
        }
        if !self.seen.insert(code.to_owned()) {
            problems.add(place, "社員番号には異なった値を指定してください。");
        }
        let known = self.view.people.contains_key(code);
        match (self.expected, known) {
            (Expected::Known, false) => {
                problems.add(place, format_args!("選択された社員番号は正しくありません。「{code}」"));
            }
            (Expected::Unknown, true) => {
                problems.add(place, format_args!("社員番号「{code}」は既に登録されています。"));
            }
            _ => {}
        }
        Some(Arc::from(code))
    }
}

fn object<'a>(
    value: &'a Value,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Option<&'a Map<String, Value>> {
    let object = value.as_object();
    if object.is_none() {
        problems.add(place, "オブジェクトで指定してください。");
    }
    object
}

fn unknown_keys(object: &Map<String, Value>, known: &[&str], place: &Place<'_>, problems: &mut Problems) {
    for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
        problems.add(&place.key(key), "指定できない項目です。");
    }
}
