//! `/__sandbox`: what a test or an operator does to the sandbox. Answers are JSON; a bad order is 400 `{"error": …}`.
//!
//! | method, path | body or query | answer |
//! | --- | --- | --- |
//! | GET `/` | | `{now, employees, seed, tenants}` |
//! | GET `/requests` | `?service=&tenant=` | `[{at, service, tenant, method, path, status}]`, newest last |
//! | DELETE `/requests` | | `{}` |
//! | POST `/reset` | `{employees?, seed?, now?}`; what is left out stays | `{now, employees, seed, tenants}` |
//! | POST `/clock` | `{now}` or `{advance_seconds}` | `{now}` |
//! | POST `/people` | `{service, tenant?, upsert?, insert?, delete?, …}` | `{changed}` |
//! | GET `/people` | `?service=&tenant=&code=` | `[person]`: everybody, or who has that number |
//! | GET `/attendance` | `?service=&month=&tenant=&code=` | `[row]`: a month of `hrmos` or `mediment` |
//! | GET `/mediment/requests` | `?tenant=` | `[{at, tenant, method, path, status, records, keys}]`, no values |
//! | POST `/faults` | a fault or a list of them | `{planted}` |
//! | GET, DELETE `/faults` | | what is still to happen; `{}` |
//! | POST `/settings` | `{service, tenant?, …}`, tenant `*` for all | `{}` |
//! | GET, DELETE `/mail` | | `[{from, to, raw}]`; `{}` |
//!
//! `tenant` is a `StationID`, a consumer key or a company, the demo tenant if left out. The keys of `/people` beside these
//! are those of the service: `officestation/control`, `kaonavi/control`, `hrmos/control`, `mediment`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::Service;
use super::server::Shared;

type Answer = Result<Json<Value>, Refused>;
type Parameters = Query<HashMap<String, String>>;
type Object = Map<String, Value>;

/// Why an order was not obeyed.
struct Refused(String);

impl From<String> for Refused {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Refused {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

/// The routes, relative to `/__sandbox`.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/requests", get(requests).delete(forget_requests))
        .route("/reset", post(reset))
        .route("/clock", get(time).post(clock))
        .route("/people", get(look).post(people))
        .route("/attendance", get(attendance))
        .route("/mediment/requests", get(mediment_requests))
        .route("/faults", get(faults).post(plant).delete(clear_faults))
        .route("/settings", post(settings))
        .route("/mail", get(mail).delete(forget_mail))
        .with_state(shared)
}

async fn overview(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let plan = shared.registry.plan();
    Json(json!({
        "now": shared.registry.clock().now().to_rfc3339(),
        "employees": plan.employees,
        "seed": plan.seed,
        "tenants": {
            "officestation": shared.registry.names(Service::Officestation).len(),
            "kaonavi": shared.registry.names(Service::Kaonavi).len(),
            "hrmos": shared.registry.names(Service::Hrmos).len(),
            "mediment": shared.registry.names(Service::Mediment).len(),
        },
    }))
}

async fn requests(State(shared): State<Arc<Shared>>, Query(query): Parameters) -> Answer {
    let service = query.get("service").map(|name| service_named(&json!(name))).transpose()?;
    Ok(Json(shared.journal.json(service, query.get("tenant").map(String::as_str))))
}

async fn forget_requests(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.journal.clear();
    Json(json!({}))
}

async fn reset(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let order = if body.is_empty() { Object::new() } else { object(&body)? };
    let mut options = shared.options();
    for (name, value) in &order {
        match name.as_str() {
            "employees" => {
                let count = value.as_u64().ok_or("employees: expected a number")?;
                options.employees = usize::try_from(count).map_err(|_| "employees: too many".to_owned())?;
            }
            "seed" => options.seed = value.as_u64().ok_or("seed: expected a number")?,
            "now" if value.is_null() => options.now = None,
            "now" => {
                let day: Option<NaiveDate> = value.as_str().and_then(|text| text.parse().ok());
                options.now = Some(day.ok_or("now: expected \"YYYY-MM-DD\" or null")?);
            }
            _ => return Err(format!("unknown key {name:?}; expected employees, seed, now").into()),
        }
    }
    options.check()?;
    shared.reset(options);
    Ok(overview(State(shared)).await)
}

async fn time(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({ "now": shared.registry.clock().now().to_rfc3339() }))
}

async fn clock(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    shared.registry.clock().apply(&Value::Object(object(&body)?))?;
    Ok(time(State(shared)).await)
}

async fn people(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let mut order = object(&body)?;
    let (service, tenant) = addressee(&mut order)?;
    let lists = ["upsert", "insert", "delete"];
    let strict = matches!(service, Service::Officestation | Service::Kaonavi);
    if let Some(key) = order.keys().find(|key| strict && !lists.contains(&key.as_str())) {
        return Err(format!("unknown key {key:?}; expected service, tenant, upsert, insert, delete").into());
    }
    let registry = &shared.registry;
    let changed = match service {
        Service::Officestation => {
            registry.station(tenant.as_deref())?.apply_people(&order, registry.clock())?
        }
        Service::Kaonavi if order.contains_key("insert") => {
            return Err("kaonavi knows upsert and delete".into());
        }
        Service::Kaonavi => registry.company(tenant.as_deref())?.apply_control(&Value::Object(order))?,
        Service::Hrmos => registry.hrmos(tenant.as_deref())?.apply_people(&order)?,
        Service::Mediment => registry.mediment(tenant.as_deref())?.apply_control(&Value::Object(order))?,
        Service::Smtp => return Err("smtp has no people".into()),
    };
    Ok(Json(json!({ "changed": changed })))
}

async fn look(State(shared): State<Arc<Shared>>, Query(query): Parameters) -> Answer {
    let text = |name: &str| query.get(name).map(String::as_str);
    let registry = &shared.registry;
    let service = service_named(&json!(text("service").ok_or("service is missing")?))?;
    let found = match service {
        Service::Officestation => {
            registry.station(text("tenant"))?.read_people(text("code"), registry.clock())
        }
        Service::Kaonavi => registry.company(text("tenant"))?.read(text("code")),
        Service::Hrmos => registry.hrmos(text("tenant"))?.read_people(text("code")),
        Service::Mediment => registry.mediment(text("tenant"))?.read(text("code")),
        Service::Smtp => return Err("smtp has no people".into()),
    };
    // One person is shown as a list of one or none, so that a reader needs no second shape.
    Ok(Json(match found {
        Value::Array(_) => found,
        Value::Null => json!([]),
        person => json!([person]),
    }))
}

async fn attendance(State(shared): State<Arc<Shared>>, Query(query): Parameters) -> Answer {
    let text = |name: &str| query.get(name).map(String::as_str);
    let registry = &shared.registry;
    let month = text("month").ok_or("month is missing")?;
    Ok(Json(match service_named(&json!(text("service").ok_or("service is missing")?))? {
        Service::Hrmos => registry.hrmos(text("tenant"))?.read_month(month, text("code"))?,
        Service::Mediment => registry.mediment(text("tenant"))?.read_attendance(month, text("code"))?,
        _ => return Err("only hrmos and mediment have attendance".into()),
    }))
}

async fn mediment_requests(State(shared): State<Arc<Shared>>, Query(query): Parameters) -> Json<Value> {
    Json(shared.journal.mediment_json(query.get("tenant").map(String::as_str)))
}

async fn faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.faults.json())
}

async fn plant(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let order = serde_json::from_slice(&body).map_err(|error| format!("no JSON: {error}"))?;
    Ok(Json(json!({ "planted": shared.faults.plant(order)? })))
}

async fn clear_faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.faults.clear();
    Json(json!({}))
}

async fn settings(State(shared): State<Arc<Shared>>, body: Bytes) -> Answer {
    let mut order = object(&body)?;
    let (service, tenant) = addressee(&mut order)?;
    shared.registry.apply_settings(service, tenant.as_deref(), &order)?;
    Ok(Json(json!({})))
}

async fn mail(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(shared.mailbox.json())
}

async fn forget_mail(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.mailbox.clear();
    Json(json!({}))
}

/// Takes `service` and `tenant` out of an order.
fn addressee(order: &mut Object) -> Result<(Service, Option<String>), Refused> {
    let service = service_named(&order.remove("service").ok_or("service is missing")?)?;
    let tenant = match order.remove("tenant") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name),
        Some(_) => return Err("tenant: expected a text".into()),
    };
    Ok((service, tenant))
}

fn service_named(name: &Value) -> Result<Service, Refused> {
    let unknown = |_| {
        Refused(format!("unknown service {name}; expected kaonavi, officestation, hrmos, mediment or smtp"))
    };
    serde_json::from_value(name.clone()).map_err(unknown)
}

fn object(body: &[u8]) -> Result<Object, Refused> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("expected a JSON object".into()),
        Err(error) => Err(format!("no JSON: {error}").into()),
    }
}
