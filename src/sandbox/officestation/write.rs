//! Writing: create, update, batch (`reference/officestation-api.md` §4.7).

use std::collections::HashSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::api::{Answer, Session, header, object, ok};
use super::errors::Refusal;
use super::packed::Packed;
use super::read;
use super::tenant::State;
use super::validate::{self, Bench, ItemError, unknown_key};
use crate::sandbox::people::Field;

/// The most people of a batch.
const MAX_BATCH: usize = 100;
/// How long a batch's answer is kept for its idempotency key.
const KEPT_MS: i64 = 24 * 3600 * 1000;
/// The longest idempotency key.
const MAX_KEY: usize = 200;

type Body = Map<String, Value>;

/// `POST /employees`.
pub(super) fn create(session: &Session<'_>, state: &mut State) -> Result<Answer, Refusal> {
    session.no_parameters()?;
    let body = known(object(&session.call.body)?)?;
    let number = number_of(&body);
    if !number.is_empty() && state.ledger.find(&number).is_some() {
        return Err(Refusal::duplicate_number());
    }
    add(session, state, &body).map_err(Refusal::validation)?;
    read::employee(session, state, &number, StatusCode::CREATED)
}

/// `PATCH /employees/{employeeNumber}`.
pub(super) fn update(session: &Session<'_>, state: &mut State, number: &str) -> Result<Answer, Refusal> {
    session.no_parameters()?;
    let body = known(object(&session.call.body)?)?;
    let current = state.ledger.find(number).ok_or_else(Refusal::employee_not_found)?;
    if let Some(wanted) = header(&session.call.headers, "if-match") {
        let wanted = wanted.trim();
        if wanted != "*" && wanted.trim_matches('"') != current.version.to_string() {
            return Err(Refusal::version_conflict());
        }
    }
    change(session, state, number, &body).map_err(Refusal::validation)?;
    read::employee(session, state, number, StatusCode::OK)
}

/// `POST /employees/batch`: never all or nothing, one result a person, in the order of the request.
pub(super) fn batch(session: &Session<'_>, state: &mut State) -> Result<Answer, Refusal> {
    session.no_parameters()?;
    let mut body = object(&session.call.body)?;
    let items = body.remove("items");
    let key = body.remove("idempotencyKey");
    if let Some(unknown) = body.keys().next() {
        return Err(Refusal::unknown_field(unknown));
    }
    let Some(Value::Array(items)) = items else {
        return Err(Refusal::bad_request("itemsを指定してください。"));
    };
    let key = idempotency_key(key)?;
    if items.len() > MAX_BATCH {
        return Err(Refusal::too_many());
    }
    state.batches.retain(|_, (at, _)| session.now_ms - *at < KEPT_MS);
    if let Some((_, answer)) = key.as_ref().and_then(|key| state.batches.get(key)) {
        return Ok((StatusCode::OK, answer.clone()));
    }
    let items = items.into_iter().map(person).collect::<Result<Vec<Body>, Refusal>>()?;
    let mut seen = HashSet::new();
    let results: Vec<Value> = items.iter().map(|item| upsert(session, state, item, &mut seen)).collect();
    let (status, answer) = ok(&json!({ "results": results }));
    if let Some(key) = key {
        state.batches.insert(key, (session.now_ms, answer.clone()));
    }
    Ok((status, answer))
}

/// Absent, or a text of sensible length.
fn idempotency_key(key: Option<Value>) -> Result<Option<String>, Refusal> {
    match key {
        None => Ok(None),
        Some(Value::String(key)) if !key.is_empty() && key.chars().count() <= MAX_KEY => Ok(Some(key)),
        Some(_) => Err(Refusal::bad_request("idempotencyKeyの形式が正しくありません。")),
    }
}

fn person(item: Value) -> Result<Body, Refusal> {
    match item {
        Value::Object(body) => known(body),
        _ => Err(Refusal::bad_request("itemsの形式が正しくありません。")),
    }
}

fn upsert(session: &Session<'_>, state: &mut State, body: &Body, seen: &mut HashSet<String>) -> Value {
    let number = number_of(body);
    let sent = body.get(Field::EmployeeNumber.key()).cloned().unwrap_or_default();
    let repeated = !number.is_empty() && !seen.insert(number.clone());
    let result = if repeated {
        Err(vec![ItemError::new(Field::EmployeeNumber, "NOT_UNIQUE", &number)])
    } else if state.ledger.find(&number).is_some() {
        change(session, state, &number, body).map(|changed| if changed { "updated" } else { "unchanged" })
    } else {
        add(session, state, body).map(|()| "created")
    };
    match result {
        Ok(word) => json!({ "employeeNumber": sent, "result": word }),
        Err(errors) => {
            let errors: Vec<Value> = errors.iter().map(ItemError::json).collect();
            json!({ "employeeNumber": sent, "result": "error", "errors": errors })
        }
    }
}

fn add(session: &Session<'_>, state: &mut State, body: &Body) -> Result<(), Vec<ItemError>> {
    let changes = session.changes(state, None, body)?;
    let blank = Packed::new(&[""; Field::COUNT]);
    state.ledger.create(blank.with(&changes), session.now_ms / 1000);
    Ok(())
}

/// Writes what is different; says whether anything was.
fn change(
    session: &Session<'_>,
    state: &mut State,
    number: &str,
    body: &Body,
) -> Result<bool, Vec<ItemError>> {
    let Some(current) = state.ledger.find(number) else { return Ok(false) };
    let changes = session.changes(state, Some(current.values()), body)?;
    if current.values().with(&changes) == *current.values() {
        return Ok(false);
    }
    Ok(state.ledger.find_mut(number).is_some_and(|employee| employee.write(&changes, session.now_ms / 1000)))
}

fn number_of(body: &Body) -> String {
    let number = body.get(Field::EmployeeNumber.key()).and_then(Value::as_str);
    number.map(str::trim).unwrap_or_default().to_owned()
}

/// Refuses the whole request for a key that does not exist.
fn known(body: Body) -> Result<Body, Refusal> {
    match unknown_key(&body) {
        Some(key) => Err(Refusal::unknown_field(key)),
        None => Ok(body),
    }
}

impl Session<'_> {
    /// Which fields the caller sees.
    pub(super) fn visible(&self, state: &State) -> Result<[bool; Field::COUNT], Refusal> {
        let login = state.logins.get(&self.login).ok_or_else(Refusal::token_invalid)?;
        Ok(login.visible(&state.settings.absent))
    }

    /// The moment of the answer.
    pub(super) fn as_of(&self) -> String {
        let at = chrono::DateTime::from_timestamp_millis(self.now_ms).unwrap_or_default();
        at.with_timezone(&crate::sandbox::clock::tokyo()).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
    }

    fn changes(
        &self,
        state: &State,
        current: Option<&Packed>,
        body: &Body,
    ) -> Result<Vec<(usize, String)>, Vec<ItemError>> {
        let writable = self.visible(state).unwrap_or([true; Field::COUNT]);
        let bench = Bench {
            masters: &state.masters,
            today: self.today,
            truncate: state.settings.truncate_overlong,
            writable: &writable,
        };
        validate::changes(&bench, current, body)
    }
}
