//! `POST /token` (`reference/kaonavi-api.md` §1).

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::http::{App, text_header};
use super::refusal::Refusal;
use super::store::Store;

/// Answers a request for a token; also returns the tenant, if the key is known.
pub(super) fn issue(app: &App, headers: &HeaderMap, body: &[u8]) -> (Option<Store>, Result<Value, Refusal>) {
    let Some((key, secret)) = credentials(headers) else {
        return (None, Err(Refusal::bad_key()));
    };
    let Some(store) = app.tenant(&key) else {
        return (None, Err(Refusal::bad_key()));
    };
    let answer = issue_to(app, &store, &secret, headers, body);
    (Some(store), answer)
}

fn issue_to(
    app: &App,
    store: &Store,
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Refusal> {
    if !store.has_secret(secret) {
        return Err(Refusal::bad_key());
    }
    let is_form = text_header(headers, "content-type")
        .is_some_and(|text| text.starts_with("application/x-www-form-urlencoded"));
    if !is_form || !body.split(|byte| *byte == b'&').any(|pair| pair == b"grant_type=client_credentials") {
        return Err(Refusal::bad("grant_typeにはclient_credentialsを指定してください。"));
    }
    let token = store.issue_token()?;
    app.remember(&token, store.key());
    // The field is `expire_in`, without the s of OAuth (§1.2).
    Ok(json!({ "access_token": token.text, "token_type": "Bearer", "expire_in": token.life }))
}

/// The key and the secret of `Authorization: Basic …`.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = text_header(headers, "authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (key, secret) = text.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}
