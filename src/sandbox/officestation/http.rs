//! The HTTP face: reads the body, asks the API, writes headers.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use super::OfficeStation;
use super::api::{Call, Outcome};
use super::errors::{Refusal, error_body};
use crate::sandbox::Tenant as TenantName;

/// The largest body that is read.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// The service's routes, relative to the API's root.
pub(crate) fn router(service: Arc<OfficeStation>) -> Router {
    Router::new().fallback(handle).with_state(service)
}

async fn handle(State(service): State<Arc<OfficeStation>>, request: Request) -> Response {
    let request_id = service.next_request_id();
    let outcome = match call(request).await {
        Ok(call) => answered(service, call).await,
        Err(refusal) => Outcome { station: None, standing: None, result: Err(refusal) },
    };
    respond(outcome, &request_id)
}

/// Answers beside the runtime: the first request of a large tenant makes its people.
async fn answered(service: Arc<OfficeStation>, call: Call) -> Outcome {
    let work = tokio::task::spawn_blocking(move || service.answer(&call));
    work.await.unwrap_or_else(|_| {
        let broken = Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_ERROR",
            "システムエラーが発生しました。",
        );
        Outcome { station: None, standing: None, result: Err(broken) }
    })
}

async fn call(request: Request) -> Result<Call, Refusal> {
    let (parts, body) = request.into_parts();
    let query =
        Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Refusal::parameter("?"))?;
    let too_large =
        |_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", "リクエストが大きすぎます。");
    let body = to_bytes(body, MAX_BODY).await.map_err(too_large)?;
    Ok(Call {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: query.0,
        headers: parts.headers,
        body: body.into(),
    })
}

fn respond(outcome: Outcome, request_id: &str) -> Response {
    let mut response = match outcome.result {
        Ok((status, body)) => json_response(status, body),
        Err(refusal) => {
            let body = refusal.json(request_id).to_string().into_bytes();
            let mut response = json_response(refusal.status, body);
            if let Some(seconds) = refusal.retry_after {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
    };
    let headers = response.headers_mut();
    if let Some(standing) = outcome.standing {
        let values = [standing.limit as u64, standing.remaining as u64, standing.reset.unsigned_abs()];
        let names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
        for (name, value) in names.into_iter().zip(values) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
    sign(&mut response, request_id);
    if let Some(station) = outcome.station {
        response.extensions_mut().insert(TenantName(station));
    }
    response
}

fn json_response(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

fn sign(response: &mut Response, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// An error of §4.3 that a planted fault asks for.
pub(crate) fn error_response(status: StatusCode, code: Option<&str>, request_id: &str) -> Response {
    let (usual, message) = match status.as_u16() {
        429 => ("RATE_LIMITED", "リクエスト数の上限を超えました。"),
        503 => ("MAINTENANCE", "メンテナンス中です。"),
        500.. => ("INTERNAL_ERROR", "システムエラーが発生しました。"),
        404 => ("NOT_FOUND", "指定されたURLは存在しません。"),
        403 => ("FORBIDDEN", "この操作の権限がありません。"),
        401 => ("TOKEN_INVALID", "アクセストークンが無効です。"),
        _ => ("BAD_REQUEST", "リクエストの形式が正しくありません。"),
    };
    let body = error_body(code.unwrap_or(usual), message, request_id, &[]);
    let mut response = json_response(status, body.to_string().into_bytes());
    sign(&mut response, request_id);
    response
}
