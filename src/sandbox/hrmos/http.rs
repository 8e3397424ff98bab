//! The HTTP face: which company, is it allowed, let a plain function answer, write headers.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, LINK, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Companies;
use super::company::{Company, State as Inside};
use super::endpoint::Endpoint;
use super::page::{Page, link, pages};
use super::query::Filters;
use super::refusal::Refusal;
use crate::sandbox::{HRMOS_ROOT, Tenant, path};

/// The most bytes that a request may send.
const MAX_BODY: usize = 1024 * 1024;

/// The page that every screen of the service shows while it is being maintained.
const MAINTENANCE: &str = "<!DOCTYPE html><html lang=\"ja\"><head><meta charset=\"utf-8\"><title>メンテナンス中</title></head>\
                           <body><h1>メンテナンス中</h1><p>ただいまメンテナンス中です。</p></body></html>";

/// What is answered.
enum Answer {
    Object(Value),
    List { page: Page, filters: Filters, leave: bool },
    Maintenance,
}

/// The API, with paths that begin with the company (`/demo/v1/users`).
///
/// Every answer of a company carries a [`Tenant`] with its name as an extension.
pub(crate) fn router(companies: Arc<dyn Companies>) -> Router {
    Router::new().fallback(handle).with_state(companies)
}

async fn handle(State(companies): State<Arc<dyn Companies>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // Read to the end, or the client may see a broken connection instead of the answer.
    let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    // Beside the runtime, because the first request of a large company makes its people.
    let work = tokio::task::spawn_blocking(move || respond(&*companies, &parts, &body));
    work.await.unwrap_or_else(|_| refused(&Refusal::broken()))
}

fn respond(companies: &dyn Companies, parts: &Parts, body: &[u8]) -> Response {
    let segments = path::segments(parts.uri.path()).unwrap_or_default();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let [name, "v1", rest @ ..] = segments.as_slice() else { return refused(&Refusal::not_found()) };
    let Some(company) = companies.by_company(name) else { return refused(&Refusal::not_found()) };
    let mut response = match company.answer(parts, rest, body) {
        Ok(Answer::Object(object)) => with_json(StatusCode::OK, &object),
        Ok(Answer::List { page, filters, leave }) => listed(parts, page, &filters, leave),
        Ok(Answer::Maintenance) => {
            let html = [(CONTENT_TYPE, "text/html; charset=utf-8")];
            (StatusCode::SERVICE_UNAVAILABLE, html, MAINTENANCE).into_response()
        }
        Err(refusal) => refused(&refusal),
    };
    response.extensions_mut().insert(Tenant(company.name().to_owned()));
    response
}

impl Company {
    fn answer(&self, parts: &Parts, segments: &[&str], body: &[u8]) -> Result<Answer, Refusal> {
        let mut state = self.lock();
        let now = self.now_ms();
        if state.knobs.maintenance {
            return Ok(Answer::Maintenance);
        }
        state.count(now)?;
        let endpoint = Endpoint::of(&parts.method, segments);
        if endpoint == Ok(Endpoint::Token) {
            return self.issue(&mut state, parts);
        }
        // Who has no token is not told which paths there are.
        let token = state.token(&parts.headers, now)?.to_owned();
        let endpoint = endpoint?;
        let life = state.knobs.token_seconds;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(query) = query.map_err(|_| Refusal::bad_request())?;
        let answer = match endpoint {
            Endpoint::Postpone => state.tokens.postpone(&token, now, life),
            Endpoint::Destroy => state.tokens.destroy(&token, now),
            Endpoint::Stamp if state.knobs.writes => Some(self.post_stamp(&mut state, &query, body)?),
            Endpoint::Stamp => None,
            _ => {
                let filters = Filters::read(&query)?;
                state.turn += 1;
                let page = self.list(&state, endpoint, &filters)?;
                let leave = matches!(endpoint, Endpoint::LeaveHistory { .. });
                return Ok(Answer::List { page, filters, leave });
            }
        };
        answer.map(Answer::Object).ok_or_else(Refusal::not_found)
    }

    fn issue(&self, state: &mut Inside, parts: &Parts) -> Result<Answer, Refusal> {
        if !state.has_key(&parts.headers) {
            return Err(Refusal::unauthorized());
        }
        let life = state.knobs.token_seconds;
        Ok(Answer::Object(state.tokens.issue(self.now_ms(), life)))
    }
}

fn listed(parts: &Parts, page: Page, filters: &Filters, leave: bool) -> Response {
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let links = link(&format!("http://{host}{HRMOS_ROOT}{}", parts.uri.path()), filters, page.total);
    let mut response = with_json(StatusCode::OK, &Value::Array(page.rows));
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-total-count"), page.total.into());
    headers.insert(HeaderName::from_static("x-total-page"), pages(page.total, filters.limit).into());
    if let Ok(links) = HeaderValue::from_str(&links) {
        headers.insert(LINK, links);
    }
    if leave {
        headers.insert(HeaderName::from_static("x-use-hour-holiday"), HeaderValue::from_static("true"));
    }
    response
}

fn refused(refusal: &Refusal) -> Response {
    let mut response = with_json(refusal.status, &refusal.json());
    if let Some(seconds) = refusal.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn with_json(status: StatusCode, body: &Value) -> Response {
    let json = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, json, Body::from(body.to_string())).into_response()
}
