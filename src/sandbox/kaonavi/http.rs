//! The HTTP face: who asks, is it allowed, read the body, let a plain function answer.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use super::change::Change;
use super::endpoint::Endpoint;
use super::layout::Calculated;
use super::read::{self, Pieces};
use super::refusal::Refusal;
use super::store::{Access, Store, Token, View};
use super::{Tenants, departments, token, validate};
use crate::sandbox::Tenant;

/// The most bytes that a request without a tenant may send.
const STRANGERS_BODY: usize = 1024 * 1024;

/// What all requests share.
#[derive(Clone)]
pub(super) struct App {
    tenants: Arc<dyn Tenants>,
    issued: Arc<Mutex<Issued>>,
}

/// The consumer key and the end of every token that was issued; a tenant itself knows which of its own still
/// live.
#[derive(Default)]
struct Issued {
    tokens: HashMap<String, (String, i64)>,
    /// Dead tokens are swept out when there are more than this many.
    sweep_above: usize,
}

impl App {
    /// The tenant with this consumer key.
    pub(super) fn tenant(&self, key: &str) -> Option<Store> {
        self.tenants.by_key(key)
    }

    /// Remembers whose token this is.
    pub(super) fn remember(&self, token: &Token, key: &str) {
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        if issued.tokens.len() > issued.sweep_above {
            issued.tokens.retain(|_, (_, ends)| *ends > token.issued);
            issued.sweep_above = 2 * issued.tokens.len() + 1_000;
        }
        issued.tokens.insert(token.text.clone(), (key.to_owned(), token.issued + token.life * 1_000));
    }

    fn of_token(&self, token: &str) -> Option<Store> {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let key = issued.tokens.get(token).map(|(key, _)| key.clone());
        drop(issued);
        self.tenant(&key?)
    }
}

/// The API, with paths relative to its root (`/token`, `/members`, …).
///
/// Every answer to a request whose tenant is known carries a [`Tenant`] with the consumer key as an
/// extension.
pub fn router(tenants: Arc<dyn Tenants>) -> Router {
    let app = App { tenants, issued: Arc::default() };
    Router::new().fallback(handle).with_state(app)
}

async fn handle(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let endpoint = match Endpoint::of(&parts.method, parts.uri.path()) {
        Ok(endpoint) => endpoint,
        Err(refusal) => return refused(&refusal),
    };
    if endpoint == Endpoint::Token {
        let body = to_bytes(body, STRANGERS_BODY).await.unwrap_or_default();
        let (store, answer) = token::issue(&app, &parts.headers, &body);
        return of_tenant(store.as_ref(), answer.map_or_else(|refusal| refused(&refusal), |json| ok(&json)));
    }
    let token = text_header(&parts.headers, "kaonavi-token").unwrap_or_default().to_owned();
    let Some(store) = app.of_token(&token) else {
        // Read to the end, or the client may see a broken connection instead of the answer.
        let _ = to_bytes(body, STRANGERS_BODY).await;
        return refused(&Refusal::bad_token());
    };
    let response = match to_bytes(body, store.max_body_bytes()).await {
        Ok(body) => authenticated(store.clone(), token, endpoint, parts, body).await,
        Err(_) => refused(&Refusal::too_large()),
    };
    of_tenant(Some(&store), response)
}

/// Answers beside the runtime, because checking or listing 100,000 people takes its time.
async fn authenticated(
    store: Store,
    token: String,
    endpoint: Endpoint,
    parts: Parts,
    body: Bytes,
) -> Response {
    let work = tokio::task::spawn_blocking(move || {
        let operations = |layout: &_| endpoint.operations(&parts.method, parts.uri.path(), layout);
        store.admit(&token, endpoint.access(), operations)?;
        match endpoint.access() {
            Access::Read => answer(&store, endpoint, &parts.uri),
            Access::Update => update(&store, endpoint, &parts.headers, &body).map(|json| ok(&json)),
        }
    });
    let answer = work.await.unwrap_or_else(|_| Err(Refusal::broken()));
    answer.unwrap_or_else(|refusal| refused(&refusal))
}

fn answer(store: &Store, endpoint: Endpoint, uri: &Uri) -> Result<Response, Refusal> {
    let view = store.view();
    let layout = &view.layout;
    Ok(match endpoint {
        Endpoint::MemberLayout => ok(&layout.member_json(calculated(uri))),
        Endpoint::SheetLayouts => ok(&layout.sheets_json(calculated(uri))),
        Endpoint::SheetLayout(id) => {
            ok(&layout.sheet(id).ok_or_else(Refusal::not_found)?.json(calculated(uri)))
        }
        Endpoint::Members => in_pieces(read::members(&view)),
        Endpoint::Sheet(id) => {
            in_pieces(read::sheet(&view, layout.sheet(id).ok_or_else(Refusal::not_found)?))
        }
        Endpoint::Task(id) => ok(&store.task(id).ok_or_else(Refusal::not_found)?),
        Endpoint::Departments => ok(&departments::json()),
        _ => return Err(Refusal::not_found()),
    })
}

fn update(store: &Store, endpoint: Endpoint, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refusal> {
    let is_json =
        text_header(headers, "content-type").is_some_and(|text| text.starts_with("application/json"));
    if !is_json {
        return Err(Refusal::bad("Content-Typeにはapplication/jsonを指定してください。"));
    }
    let change = checked(&store.view(), endpoint, body)?;
    let dry = text_header(headers, "dry-run") == Some("1");
    let task = store.submit(if dry { Change::Nothing } else { change })?;
    Ok(json!({ "task_id": task }))
}

fn checked(view: &View, endpoint: Endpoint, body: &[u8]) -> Result<Change, Refusal> {
    Ok(match endpoint {
        Endpoint::WriteMembers(verb) => Change::Members(verb, validate::members(body, verb, view)?),
        Endpoint::DeleteMembers => Change::Delete(validate::delete(body, view)?),
        Endpoint::WriteSheet(verb, id) => {
            let sheet = view.layout.sheet(id).ok_or_else(Refusal::not_found)?;
            Change::Sheet(verb, id, validate::sheet(body, verb, sheet, view)?)
        }
        _ => return Err(Refusal::not_found()),
    })
}

fn calculated(uri: &Uri) -> Calculated {
    let asked = uri.query().unwrap_or_default().split('&').any(|pair| pair == "get_calc_type=true");
    if asked { Calculated::Listed } else { Calculated::LeftOut }
}

/// The text of a header, if there is one.
pub(super) fn text_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn ok(body: &Value) -> Response {
    with_json(StatusCode::OK, Body::from(body.to_string()))
}

fn refused(refusal: &Refusal) -> Response {
    with_json(refusal.status, Body::from(json!({ "errors": refusal.errors }).to_string()))
}

/// A small list goes out as a whole, a large one as it is written.
fn in_pieces(mut pieces: Pieces) -> Response {
    let first = pieces.next().unwrap_or_default();
    if pieces.finished() {
        return with_json(StatusCode::OK, Body::from(first));
    }
    let all = std::iter::once(first).chain(pieces).map(|piece| Ok::<_, Infallible>(Bytes::from(piece)));
    with_json(StatusCode::OK, Body::from_stream(futures::stream::iter(all)))
}

fn with_json(status: StatusCode, body: Body) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn of_tenant(store: Option<&Store>, mut response: Response) -> Response {
    if let Some(store) = store {
        response.extensions_mut().insert(Tenant(store.key().to_owned()));
    }
    response
}
