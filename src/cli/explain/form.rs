//! The stable JSON of an explanation. Texts of people are null but with `--show-values`; `rule`s are sentences for people.

use serde_json::{Value, json};

use super::{Asked, words};
use crate::flows::{Connection, FlowError, Told, Values};
use crate::job::Flow;
use crate::sync::{
    Action, Comparison, Explained, Failure, Found, InScope, ItemStep, ItemVerdict, Reading, RowsStep, Seen,
};

pub(super) fn json(asked: &Asked<'_>) -> Value {
    let flow = asked.job.flow;
    let told = asked.answer.told.as_ref();
    let people =
        |told: &Told| -> Vec<Value> { told.explanation.people.iter().map(|one| person(flow, one)).collect() };
    json!({
        "link": asked.job.link,
        "flow": flow.as_str(),
        "month": asked.job.month.map(|month| month.to_string()),
        "code": asked.code,
        "trigger": asked.job.trigger().as_str(),
        "trigger_differs": asked.is_spot_only,
        "values_shown": asked.values == Values::Shown,
        "connection": asked.answer.connection.iter().map(|one| connection(flow, one)).collect::<Vec<_>>(),
        "stopped": told.err().and_then(failure_of).map(failure),
        "reading": told.ok().map(reading),
        "people": told.map(people).unwrap_or_default(),
        "run": told.ok().map(run),
    })
}

/// The failure that a run would end with.
pub(super) fn failure_of(error: &FlowError) -> Option<&Failure> {
    match error {
        FlowError::Permanent(failure) | FlowError::Transient { failure, .. } => Some(failure),
        FlowError::Halted(_) => None,
    }
}

fn failure(failure: &Failure) -> Value {
    json!({ "code": failure.code, "message": failure.message, "remedy": failure.remedy })
}

fn connection(flow: Flow, connection: &Connection) -> Value {
    json!({
        "service": connection.service.as_str(),
        "side": if flow.services().0 == connection.service { "source" } else { "destination" },
        "reached": connection.error.is_none(),
        "failure": connection.error.as_ref().and_then(failure_of).map(failure),
    })
}

fn reading(told: &Told) -> Value {
    let side = |side: &Reading| {
        json!({
            "people": side.people, "announced": side.announced, "complete": side.is_complete(), "found": side.found,
        })
    };
    json!({
        "source": side(&told.explanation.source),
        "destination": side(&told.explanation.destination),
        "similar": told.similar,
    })
}

fn run(told: &Told) -> Value {
    json!({
        "guards": told.trips.iter().map(|trip| json!({
            "guard": trip.guard, "message": trip.message(), "n": trip.n, "max": trip.max,
        })).collect::<Vec<_>>(),
        "failure": told.failure.as_ref().map(failure),
        "hold_decisions_considered": false,
    })
}

fn person(flow: Flow, person: &Explained) -> Value {
    let (found, rule) = words::found(flow, &person.found);
    json!({
        "source": person.source,
        "destination": person.destination,
        "scope": person.scope.as_ref().map(|of| scope(flow, of)),
        "match": { "found": found, "by": words::by(&person.found), "others": others(&person.found), "rule": rule },
        "comparison": person.comparison.as_ref().map(comparison),
        "action": action(&person.action),
    })
}

fn scope(flow: Flow, scope: &InScope) -> Value {
    let [key, name, why] = words::class(scope.class);
    json!({
        "class": key,
        "hire_date": seen(&scope.hire),
        "retire_date": seen(&scope.retire),
        "in_scope": scope.left_out.is_none(),
        "reason": scope.left_out,
        "rule": format!("{why}{}", words::scope(flow, name, scope.left_out)),
    })
}

/// The codes of others whom it may be.
fn others(found: &Found) -> Vec<&str> {
    match found {
        Found::NearDuplicate { other } | Found::SameMail { other } | Found::NumberReused { other } => {
            vec![other]
        }
        Found::Approved { others } => others.iter().map(String::as_str).collect(),
        Found::Conflict { destination, source } => {
            destination.iter().chain(source).map(String::as_str).collect()
        }
        _ => Vec::new(),
    }
}

fn comparison(comparison: &Comparison) -> Value {
    json!({
        "items": comparison.items.iter().map(item).collect::<Vec<_>>(),
        "dependents": comparison.dependents.as_ref().map(rows),
    })
}

fn item(step: &ItemStep) -> Value {
    let (key, _, rule) = words::verdict(&step.verdict);
    let codes = match &step.verdict {
        ItemVerdict::Bad(codes) => &codes[..],
        _ => &[],
    };
    json!({
        "item": step.item.to_string(), "verdict": key, "errors": codes, "rule": rule,
        "source": seen(&step.source), "destination": seen(&step.held), "written": step.written,
    })
}

fn rows(step: &RowsStep) -> Value {
    let [key, _, rule] = words::rows(step.verdict);
    json!({
        "verdict": key, "rule": rule, "source_rows": step.source, "destination_rows": step.held, "items": step.items,
    })
}

fn action(action: &Action) -> Value {
    match action {
        Action::OnlyDestination => {
            json!({ "outcome": "only_destination", "reason": null, "items": [], "errors": [] })
        }
        Action::Skipped(reason) => {
            json!({ "outcome": "skipped", "reason": reason, "items": [], "errors": [] })
        }
        Action::Planned { outcome, items, problems } => json!({
            "outcome": outcome.as_str(), "reason": null, "items": items,
            "errors": problems.iter().map(|problem| json!({
                "code": problem.code, "item": problem.item, "message": problem.message,
            })).collect::<Vec<_>>(),
        }),
    }
}

/// What is in a cell: `absent`, `blank` or `filled`, and the text where it is shown.
fn seen(seen: &Seen) -> Value {
    let state = match seen {
        Seen::Absent => "absent",
        Seen::Blank => "blank",
        Seen::Text(_) => "filled",
    };
    let text = match seen {
        Seen::Text(text) => text.as_deref(),
        _ => None,
    };
    json!({ "state": state, "value": text })
}
