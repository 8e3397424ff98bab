//! The HTTP face: who asks, is it allowed, read the body, let a plain function answer.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::endpoint::Endpoint;
use super::page::Page;
use super::refusal::Refusal;
use super::store::{Store, key_of_token};
use super::{Sent, Tenants, attendances, body, employees};
use crate::sandbox::Tenant;

/// The most bytes that a body may have.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The API, with paths relative to its root (`/oauth/token`, `/employees`, …).
///
/// Every answer to a request whose tenant is known carries a [`Tenant`] with the consumer key as an extension, and
/// every answer to a request with a JSON body a [`Sent`].
pub fn router(tenants: Arc<dyn Tenants>) -> Router {
    Router::new().fallback(handle).with_state(tenants)
}

async fn handle(State(tenants): State<Arc<dyn Tenants>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let endpoint = Endpoint::of(&parts.method, parts.uri.path());
    // Read to the end in any case, or the client may see a broken connection instead of the answer.
    let Ok(body) = to_bytes(body, MAX_BODY).await else { return refused(&Refusal::too_large()) };
    let json: Option<Value> = serde_json::from_slice(&body).ok();
    let list = endpoint.as_ref().ok().and_then(Endpoint::list);
    let sent = json.as_ref().map(|json| body::sent(json, list));
    let (store, answer) = match endpoint {
        Ok(Endpoint::Token) => token(tenants, parts, json).await,
        Ok(endpoint) => {
            let token = bearer(&parts.headers).unwrap_or_default().to_owned();
            match key_of_token(&token).and_then(|key| tenants.by_key(&key)) {
                Some(store) => (Some(store.clone()), admitted(store, &token, endpoint, parts, json).await),
                None => (None, Err(Refusal::invalid_token())),
            }
        }
        Err(refusal) => {
            let key = bearer(&parts.headers).and_then(key_of_token);
            (key.and_then(|key| tenants.by_key(&key)), Err(refusal))
        }
    };
    let mut response =
        answer.map_or_else(|refusal| refused(&refusal), |json| with_json(StatusCode::OK, &json));
    if let Some(store) = store {
        response.extensions_mut().insert(Tenant(store.key().to_owned()));
    }
    if let Some(sent) = sent {
        response.extensions_mut().insert::<Sent>(sent);
    }
    response
}

/// `POST /oauth/token`, beside the runtime: the first request of a large tenant makes its people.
async fn token(
    tenants: Arc<dyn Tenants>,
    parts: Parts,
    body: Option<Value>,
) -> (Option<Store>, Result<Value, Refusal>) {
    let work = tokio::task::spawn_blocking(move || {
        let (key, secret) = match credentials(&parts.headers, body.as_ref()) {
            Ok(credentials) => credentials,
            Err(refusal) => return (None, Err(refusal)),
        };
        let Some(store) = tenants.by_key(&key) else { return (None, Err(Refusal::invalid_client())) };
        if !store.has_secret(&secret) {
            return (Some(store), Err(Refusal::invalid_client()));
        }
        let (text, life) = store.issue_token();
        (Some(store), Ok(json!({ "access_token": text, "token_type": "Bearer", "expires_in": life })))
    });
    work.await.unwrap_or_else(|_| (None, Err(Refusal::broken())))
}

fn credentials(headers: &HeaderMap, body: Option<&Value>) -> Result<(String, String), Refusal> {
    let object = of_json(headers, body)?.as_object().ok_or_else(|| Refusal::parameter("consumer_key"))?;
    if let Some(other) =
        object.keys().find(|key| !["consumer_key", "consumer_secret"].contains(&key.as_str()))
    {
        return Err(Refusal::parameter(other));
    }
    let text = |name: &str| {
        let text = object.get(name).and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| Refusal::parameter(name))
    };
    Ok((text("consumer_key")?, text("consumer_secret")?))
}

/// Answers a request of a known tenant, beside the runtime.
async fn admitted(
    store: Store,
    token: &str,
    endpoint: Endpoint,
    parts: Parts,
    body: Option<Value>,
) -> Result<Value, Refusal> {
    let wait = store.admit(token, endpoint.operation())?;
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let work = tokio::task::spawn_blocking(move || {
        if endpoint.list().is_none() {
            return read(&store, &endpoint, &parts.uri);
        }
        write(&store, &endpoint, of_json(&parts.headers, body.as_ref())?)
    });
    work.await.unwrap_or_else(|_| Err(Refusal::broken()))
}

fn read(store: &Store, endpoint: &Endpoint, uri: &Uri) -> Result<Value, Refusal> {
    let page = Page::of(uri)?;
    let (mut state, _) = store.lock();
    match endpoint {
        Endpoint::Employees => Ok(employees::list(&state.ledger, page)),
        Endpoint::Attendances(month) => {
            Ok(attendances::list(&mut state.ledger, attendances::month_of(month)?, page))
        }
        _ => Err(Refusal::not_found()),
    }
}

fn write(store: &Store, endpoint: &Endpoint, body: &Value) -> Result<Value, Refusal> {
    let today = store.today();
    let (mut guard, now) = store.lock();
    let state = &mut *guard;
    let (ledger, knobs, now) = (&mut state.ledger, &state.knobs, now / 1_000);
    let results = match endpoint {
        Endpoint::CreateEmployees => employees::create(ledger, knobs, body, now)?,
        Endpoint::UpdateEmployees => employees::update(ledger, knobs, body, now)?,
        Endpoint::PutAttendances(month) => {
            attendances::put(ledger, knobs, (attendances::month_of(month)?, today), body)?
        }
        _ => return Err(Refusal::not_found()),
    };
    Ok(json!({ "results": results }))
}

/// The body, if it is JSON and said to be.
fn of_json<'a>(headers: &HeaderMap, body: Option<&'a Value>) -> Result<&'a Value, Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = kind.split(';').next().unwrap_or_default().trim();
    body.filter(|_| media.eq_ignore_ascii_case("application/json")).ok_or_else(Refusal::invalid_json)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn refused(refusal: &Refusal) -> Response {
    let mut response = with_json(refusal.status, &refusal.json());
    if let Some(seconds) = refusal.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn with_json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, Body::from(body.to_string())).into_response();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
