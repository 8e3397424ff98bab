//! From a request to an answer (`reference/officestation-api.md` §4.4).
//!
//! Every request takes the same way: find the endpoint, check token, station and quota, then do the one thing.
//! Everything here is synchronous; the body has been read before.

use std::sync::Arc;

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value, json};

use super::access::{Grant, Standing};
use super::errors::Refusal;
use super::ledger::Rows;
use super::rules::Category;
use super::tenant::{State, Tenant};
use super::{OfficeStation, read, write};
use crate::sandbox::path;

/// A request with its body.
pub(super) struct Call {
    pub(super) method: Method,
    /// Relative to the API's root, still percent-encoded.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// An answer that is no refusal: status and JSON.
pub(super) type Answer = (StatusCode, Vec<u8>);

/// What came of a call, with what its headers need.
pub(super) struct Outcome {
    pub(super) station: Option<String>,
    pub(super) standing: Option<Standing>,
    pub(super) result: Result<Answer, Refusal>,
}

/// The endpoints.
enum Endpoint {
    Token,
    Company,
    Masters,
    List(Rows),
    Employee(String),
    DependentsOf(String),
    Create,
    Update(String),
    Batch,
}

/// A call that passed the door.
pub(super) struct Session<'a> {
    pub(super) call: &'a Call,
    pub(super) login: String,
    pub(super) now_ms: i64,
    pub(super) today: chrono::NaiveDate,
}

impl OfficeStation {
    /// Does what the call asks for.
    pub(super) fn answer(&self, call: &Call) -> Outcome {
        let endpoint = match endpoint(call) {
            Ok(endpoint) => endpoint,
            Err(refusal) => return Outcome { station: None, standing: None, result: Err(refusal) },
        };
        if matches!(endpoint, Endpoint::Token) {
            return self.token(call);
        }
        match self.admit(call) {
            Err(refusal) => {
                let station = header(&call.headers, "x-station-id").filter(|name| self.knows(name));
                Outcome { station: station.map(str::to_owned), standing: None, result: Err(refusal) }
            }
            Ok((tenant, grant)) => self.serve(call, &endpoint, &tenant, grant),
        }
    }

    /// Checks token and station.
    fn admit(&self, call: &Call) -> Result<(Arc<Tenant>, Grant), Refusal> {
        let token = header(&call.headers, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        let grant = self.look_up(token.ok_or_else(Refusal::token_invalid)?.trim())?;
        if header(&call.headers, "x-station-id") != Some(grant.station.as_str()) {
            return Err(Refusal::station_mismatch());
        }
        let tenant = self.tenant(&grant.station).ok_or_else(Refusal::token_invalid)?;
        Ok((tenant, grant))
    }

    fn serve(&self, call: &Call, endpoint: &Endpoint, tenant: &Arc<Tenant>, grant: Grant) -> Outcome {
        let now = self.clock().now();
        let session =
            Session { call, login: grant.login, now_ms: now.timestamp_millis(), today: now.date_naive() };
        let mut state = tenant.lock();
        let limit = state.settings.rate_per_minute;
        let (standing, room) = state.quota.take(limit, session.now_ms);
        let result = room
            .and_then(|()| session.permit(&state, endpoint))
            .and_then(|()| session.perform(&mut state, endpoint, tenant.station()));
        Outcome { station: Some(grant.station), standing, result }
    }

    /// `POST /auth/token`.
    fn token(&self, call: &Call) -> Outcome {
        let mut outcome = Outcome { station: None, standing: None, result: Err(Refusal::auth_failed()) };
        let texts = object(&call.body).and_then(|body| {
            if let Some(key) =
                body.keys().find(|k| !["stationId", "loginId", "password"].contains(&k.as_str()))
            {
                return Err(Refusal::unknown_field(key));
            }
            let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
            text("stationId")
                .zip(text("loginId"))
                .zip(text("password"))
                .ok_or_else(|| Refusal::bad_request("stationId、loginId、passwordを指定してください。"))
        });
        let ((station, login), password) = match texts {
            Ok(texts) => texts,
            Err(refusal) => return Outcome { result: Err(refusal), ..outcome },
        };
        let Some(tenant) = self.tenant(&station) else { return outcome };
        let now_ms = self.clock().now().timestamp_millis();
        let mut state = tenant.lock();
        let limit = state.settings.rate_per_minute;
        let (standing, room) = state.quota.take(limit, now_ms);
        outcome.station = Some(station.clone());
        outcome.standing = standing;
        let seconds = state.settings.token_seconds;
        outcome.result = room.and_then(|()| {
            let user = state.logins.get_mut(&login).ok_or_else(Refusal::auth_failed)?;
            user.log_in(&password, now_ms)?;
            let token = self.issue(&station, &login, now_ms, seconds);
            let hidden: Vec<&str> = user.hidden.iter().map(|(name, _)| name.as_str()).collect();
            Ok(ok(&json!({
                "accessToken": token, "tokenType": "Bearer", "expiresIn": seconds,
                "user": { "loginId": login, "role": user.role,
                          "permissions": { "payroll": user.payroll, "hiddenCategories": hidden } },
            })))
        });
        outcome
    }
}

impl Session<'_> {
    /// Checks what the login may do.
    fn permit(&self, state: &State, endpoint: &Endpoint) -> Result<(), Refusal> {
        let login = state.logins.get(&self.login).ok_or_else(Refusal::token_invalid)?;
        let about_people = !matches!(endpoint, Endpoint::Company | Endpoint::Masters | Endpoint::Token);
        let family = matches!(endpoint, Endpoint::List(Rows::Dependents) | Endpoint::DependentsOf(_));
        if (about_people && login.hides(Category::Basic)) || (family && login.hides(Category::Dependents)) {
            return Err(Refusal::forbidden());
        }
        Ok(())
    }

    fn perform(&self, state: &mut State, endpoint: &Endpoint, station: &str) -> Result<Answer, Refusal> {
        match endpoint {
            Endpoint::Token => Err(Refusal::not_found()),
            Endpoint::Company => {
                self.no_parameters()?;
                let name = format!("株式会社サンドボックス({station})");
                Ok(ok(&json!({ "stationId": station, "companyName": name, "plan": ["労務"] })))
            }
            Endpoint::Masters => {
                self.no_parameters()?;
                Ok((StatusCode::OK, serde_json::to_vec(state.masters.json()).unwrap_or_default()))
            }
            Endpoint::List(rows) => read::list(self, state, *rows),
            Endpoint::Employee(number) => read::one(self, state, number),
            Endpoint::DependentsOf(number) => read::dependents_of(self, state, number),
            Endpoint::Create => write::create(self, state),
            Endpoint::Update(number) => write::update(self, state, number),
            Endpoint::Batch => write::batch(self, state),
        }
    }

    /// Refuses any query parameter.
    pub(super) fn no_parameters(&self) -> Result<(), Refusal> {
        self.call.query.first().map_or(Ok(()), |(name, _)| Err(Refusal::parameter(name)))
    }
}

/// Which endpoint a path and method mean.
fn endpoint(call: &Call) -> Result<Endpoint, Refusal> {
    let segments = path::segments(&call.path).ok_or_else(Refusal::not_found)?;
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (get, post) = (call.method == Method::GET, call.method == Method::POST);
    let endpoint = match segments.as_slice() {
        ["auth", "token"] => post.then_some(Endpoint::Token),
        ["company"] => get.then_some(Endpoint::Company),
        ["masters"] => get.then_some(Endpoint::Masters),
        ["dependents"] => get.then_some(Endpoint::List(Rows::Dependents)),
        ["employees"] if post => Some(Endpoint::Create),
        ["employees"] => get.then_some(Endpoint::List(Rows::Employees)),
        ["employees", "batch"] if post => Some(Endpoint::Batch),
        ["employees", number] if !number.is_empty() => match call.method {
            Method::GET => Some(Endpoint::Employee((*number).to_owned())),
            Method::PATCH => Some(Endpoint::Update((*number).to_owned())),
            _ => None,
        },
        ["employees", number, "dependents"] => get.then(|| Endpoint::DependentsOf((*number).to_owned())),
        _ => return Err(Refusal::not_found()),
    };
    endpoint.ok_or_else(Refusal::method_not_allowed)
}

/// The JSON object of a body.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Refusal::bad_request("リクエストの形式が正しくありません。")),
    }
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

pub(super) fn ok(body: &Value) -> Answer {
    (StatusCode::OK, body.to_string().into_bytes())
}
