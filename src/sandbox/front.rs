//! What every request to a service passes: planted faults and the journal.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use serde_json::{Value, json};

use super::faults::{Action, Seen, Truncate};
use super::journal::Entry;
use super::line::Line;
use super::mediment::Sent;
use super::server::Shared;
use super::{HRMOS_ROOT, KAONAVI_ROOT, MEDIMENT_ROOT, OFFICESTATION_ROOT, Service, Tenant, officestation};

/// The largest token request, and the largest answer that is cut short.
const MAX_SMALL: usize = 64 * 1024;
/// More than any answer of the services.
const MAX_ANSWER: usize = 2 * 1024 * 1024 * 1024;

/// Whose tokens of Kaonavi and mediment were issued, learned from the answers, so that a fault can be narrowed to a tenant.
#[derive(Debug, Default)]
pub(super) struct TokenOwners(Mutex<HashMap<String, String>>);

impl TokenOwners {
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn owner(&self, token: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }

    async fn learn(&self, response: Response) -> Response {
        let Some(Tenant(owner)) = response.extensions().get::<Tenant>().cloned() else { return response };
        let (parts, body) = response.into_parts();
        let Ok(body) = to_bytes(body, MAX_SMALL).await else { return parts.into_response() };
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        if let Some(token) = answer["access_token"].as_str() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(token.to_owned(), owner);
        }
        Response::from_parts(parts, Body::from(body))
    }
}

/// The middleware around all routes.
pub(super) async fn pass(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let Some(service) = Service::of_path(request.uri().path()) else { return next.run(request).await };
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let (fault, tenant, request) = if shared.faults.is_empty() {
        (None, None, request)
    } else {
        let (tenant, request) = tenant_of(&shared, service, request).await;
        let seen = Seen { service, tenant: tenant.as_deref(), method: &method, path: &path };
        (shared.faults.take(seen), tenant, request)
    };
    let served = serve(&shared, service, tenant.as_deref(), fault, request, next).await;
    let owner = served.as_ref().and_then(|response| response.extensions().get::<Tenant>().cloned());
    let lost = served.as_ref().is_none_or(|response| response.extensions().get::<Lost>().is_some());
    let response = served.unwrap_or_default();
    shared.journal.add(Entry {
        at: shared.registry.clock().now(),
        service,
        tenant: owner.map(|Tenant(name)| name).or(tenant),
        method,
        path,
        status: if lost { 0 } else { response.status().as_u16() },
        sent: response.extensions().get::<Sent>().cloned(),
    });
    if lost {
        line.cut();
    }
    response
}

/// Marks a response that must not arrive.
#[derive(Clone)]
struct Lost;

/// Serves a request under a fault; none if the connection is to be closed without serving.
async fn serve(
    shared: &Shared,
    service: Service,
    tenant: Option<&str>,
    fault: Option<Action>,
    request: Request,
    next: Next,
) -> Option<Response> {
    let token_request = match service {
        Service::Kaonavi => request.uri().path() == format!("{KAONAVI_ROOT}/token"),
        Service::Mediment => request.uri().path() == format!("{MEDIMENT_ROOT}/oauth/token"),
        Service::Officestation | Service::Hrmos | Service::Smtp => false,
    };
    let action = fault.unwrap_or_default();
    if let Some(delay) = action.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if action.drop {
        return None;
    }
    if action.html || action.status.is_some() {
        drain(request).await;
        return Some(planted_answer(shared, service, &action));
    }
    prepare(shared, service, tenant, &action);
    let mut response = next.run(request).await;
    if token_request {
        response = shared.token_owners.learn(response).await;
    }
    match action.truncate {
        Some(Truncate::Flag(true)) => response = cut_short(response, Cut::Connection).await,
        Some(Truncate::Kind(_)) => response = cut_short(response, Cut::Json).await,
        Some(Truncate::Flag(false)) | None => {}
    }
    if action.lose_answer {
        response.extensions_mut().insert(Lost);
    }
    Some(response)
}

/// Puts the tenant into the state that the fault asks for, before the request is served.
fn prepare(shared: &Shared, service: Service, tenant: Option<&str>, action: &Action) {
    let Some(tenant) = tenant else { return };
    let registry = &shared.registry;
    match service {
        Service::Kaonavi => {
            let Ok(store) = registry.company(Some(tenant)) else { return };
            if action.expire_token {
                store.expire_tokens();
            }
            if action.quota {
                store.exhaust_quota();
            }
            if let Some(status) = &action.task {
                store.fail_next_tasks(status, action.messages.clone(), 1);
            }
        }
        Service::Officestation => {
            if action.expire_token {
                shared.officestation.expire_tokens(tenant);
            }
            if action.quota
                && let Ok(station) = registry.station(Some(tenant))
            {
                station.exhaust_quota(registry.clock());
            }
        }
        Service::Hrmos => {
            let Ok(company) = registry.hrmos(Some(tenant)) else { return };
            if action.expire_token {
                company.expire_tokens();
            }
            if action.quota {
                company.exhaust_quota();
            }
        }
        Service::Mediment => {
            let Ok(store) = registry.mediment(Some(tenant)) else { return };
            if action.expire_token {
                store.expire_tokens();
            }
            if action.quota {
                store.exhaust_quota();
            }
        }
        Service::Smtp => {}
    }
}

/// Whose request it is, as far as it can be told before it is served.
async fn tenant_of(shared: &Shared, service: Service, request: Request) -> (Option<String>, Request) {
    let path = request.uri().path();
    let named = match service {
        Service::Hrmos => company_in(path),
        _ => tenant_in_headers(shared, service, request.headers()),
    };
    let key = if path == format!("{OFFICESTATION_ROOT}/auth/token") {
        "stationId"
    } else if path == format!("{MEDIMENT_ROOT}/oauth/token") {
        "consumer_key"
    } else {
        return (named, request);
    };
    if named.is_some() {
        return (named, request);
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_SMALL).await.unwrap_or_default();
    let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
    let tenant = sent[key].as_str().map(str::to_owned);
    (tenant, Request::from_parts(parts, Body::from(body)))
}

/// The company in a path of HRMOS勤怠.
fn company_in(path: &str) -> Option<String> {
    let company = path.strip_prefix(HRMOS_ROOT)?.strip_prefix('/')?.split('/').next()?;
    (!company.is_empty()).then(|| company.to_owned())
}

fn tenant_in_headers(shared: &Shared, service: Service, headers: &HeaderMap) -> Option<String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if service == Service::Officestation {
        return header("x-station-id").map(str::to_owned);
    }
    if service == Service::Mediment {
        return shared.token_owners.owner(header("authorization")?.strip_prefix("Bearer ")?);
    }
    let owner = header("kaonavi-token").and_then(|token| shared.token_owners.owner(token));
    owner.or_else(|| {
        let encoded = header("authorization")?.strip_prefix("Basic ")?;
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        text.split_once(':').map(|(key, _)| key.to_owned())
    })
}

/// Reads what the client sends, or it might see a broken connection instead of the answer.
async fn drain(request: Request) {
    let mut stream = request.into_body().into_data_stream();
    while let Some(Ok(_)) = stream.next().await {}
}

fn planted_answer(shared: &Shared, service: Service, action: &Action) -> Response {
    let status = action.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK);
    let mut response = if action.html {
        let page = "<!DOCTYPE html><html lang=\"ja\"><head><title>メンテナンス中</title></head>\
                    <body><h1>ただいまメンテナンス中です。</h1></body></html>";
        (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
    } else {
        error_of(shared, service, status, action.code.as_deref())
    };
    if let Some(seconds) = action.retry_after {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An error in the shape of its service.
fn error_of(shared: &Shared, service: Service, status: StatusCode, code: Option<&str>) -> Response {
    let text = "エラーが発生しました。";
    let body = match service {
        Service::Officestation => {
            let request_id = shared.officestation.next_request_id();
            return officestation::error_response(status, code, &request_id);
        }
        Service::Hrmos => json!({ "code": status.as_u16(), "message": text }),
        Service::Mediment => {
            let usual = match status.as_u16() {
                429 => "rate_limited",
                401 => "invalid_token",
                403 => "forbidden",
                404 => "not_found",
                413 => "too_many_records",
                422 => "invalid_parameter",
                503 => "maintenance",
                500.. => "internal_error",
                _ => "invalid_json",
            };
            json!({ "errors": [{ "code": code.unwrap_or(usual), "message": text }] })
        }
        Service::Kaonavi | Service::Smtp => json!({ "errors": [text] }),
    };
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// How an answer is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The length of the whole is announced, half of it is sent, then the connection breaks.
    Connection,
    /// Half is announced and sent.
    Json,
}

async fn cut_short(response: Response, cut: Cut) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, MAX_ANSWER).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    if cut == Cut::Json {
        parts.headers.remove(CONTENT_LENGTH);
        return Response::from_parts(parts, Body::from(half));
    }
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    Response::from_parts(parts, Body::from_stream(broken_off(half)))
}

/// The bytes, a moment for them to be sent, and then an error that makes the server give the connection up.
fn broken_off(half: Bytes) -> impl futures::Stream<Item = Result<Bytes, io::Error>> + Send + 'static {
    let sent = futures::stream::once(async move { Ok::<_, Infallible>(half) });
    let error = futures::stream::once(async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        Err(io::ErrorKind::ConnectionReset.into())
    });
    sent.map(|bytes| bytes.map_err(|never| match never {})).chain(error)
}
