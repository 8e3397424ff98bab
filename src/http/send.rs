//! One try of one call.

use std::time::Duration;

use chrono::Utc;
use reqwest::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url};
use secrecy::ExposeSecret;
use serde::de::DeserializeSeed;
use tokio::time::{Instant, timeout};

use super::body::{self, Caps};
use super::{Call, Effect, Headers, HttpError, Method, Payload, Session, Size, retry_after};
use crate::telemetry::metrics;

/// Headers by which a service names a request, to quote to its support.
const REQUEST_IDS: [&str; 2] = ["x-request-id", "x-amzn-trace-id"];
/// How much of an error's body is looked at for codes: enough for 100 people's complaints, not for a book.
const ERROR_BODY: u64 = 1 << 20;

impl Session {
    /// Sends it once and judges the answer.
    pub(super) async fn send<T, S>(
        &self,
        call: &Call<'_>,
        seed: &impl Fn(Headers<'_>) -> S,
    ) -> Result<T, HttpError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let request = self.request(call)?;
        self.meter.sent(self.service);
        let started = Instant::now();
        let mut answer = Seen::default();
        // In a box, for it is large and every caller's future would hold it.
        let exchange = Box::pin(self.exchange(call, request, seed, &mut answer));
        let result = timeout(self.http.settings().total_timeout, exchange)
            .await
            .unwrap_or_else(|_| Err(HttpError::lost("the request took too long")));
        let took = started.elapsed();
        metrics::request(self.service, call.method.as_str(), answer.status, took);
        tracing::debug!(
            service = %self.service,
            method = call.method.as_str(),
            path = call.path,
            status = answer.status,
            request_id = answer.request_id,
            ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            error = result.as_ref().err().map(tracing::field::display),
            "request"
        );
        result
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::RequestBuilder, HttpError> {
        let address = format!("{}{}", self.base.trim_end_matches('/'), call.path);
        let mut url =
            Url::parse(&address).map_err(|_| HttpError::Protocol("the base address is no URL".to_owned()))?;
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let client = self.http.client(&url);
        let mut request = match call.method {
            Method::Get => client.get(url),
            Method::Post => client.post(url),
            Method::Put => client.put(url),
            Method::Patch => client.patch(url),
        };
        for (name, value) in &call.headers {
            let mut value = HeaderValue::from_str(value.expose_secret())
                .map_err(|_| HttpError::Protocol(format!("the header {name} can't hold its value")))?;
            value.set_sensitive(true);
            request = request.header(*name, value);
        }
        let json = "application/json";
        Ok(match &call.payload {
            Payload::Empty => request,
            Payload::Json(body) => request.header(CONTENT_TYPE, json).body(body.clone()),
            Payload::SecretJson(body) => {
                request.header(CONTENT_TYPE, json).body(body.expose_secret().to_owned())
            }
            Payload::Form(body) => {
                request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(*body)
            }
        })
    }

    async fn exchange<T, S>(
        &self,
        call: &Call<'_>,
        request: reqwest::RequestBuilder,
        seed: &impl Fn(Headers<'_>) -> S,
        answer: &mut Seen,
    ) -> Result<T, HttpError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let settings = self.http.settings();
        let (first_byte, bytes) = match call.size {
            Size::Small => (settings.read_timeout, settings.small_body),
            Size::Large => (settings.large_timeout, settings.max_body),
        };
        let response = timeout(first_byte, request.send())
            .await
            .map_err(|_| HttpError::lost(format!("no answer within {} s", first_byte.as_secs())))?
            .map_err(|error| unanswered(&error))?;
        answer.note(&response);
        let status = response.status();
        let caps = Caps { bytes, silence: settings.read_timeout };
        if status.is_redirection() {
            Err(redirected(&response))
        } else if !status.is_success() {
            let wait = wait_asked(&response);
            let start = body::start(response, Caps { bytes: ERROR_BODY, ..caps }).await;
            Err(HttpError::of_status(status.as_u16(), wait, (self.dialect.details)(&start)))
        } else if is_page(&response) {
            Err(HttpError::Transient {
                what: "the service answered with a page instead of JSON".to_owned(),
                status: Some(status.as_u16()),
                retry_after: wait_asked(&response),
                effect: Effect::Unknown,
            })
        } else {
            let seed = seed(Headers(response.headers()));
            body::json(response, caps, seed).await
        }
    }
}

/// What is logged of an answer.
#[derive(Debug, Default)]
struct Seen {
    status: Option<u16>,
    request_id: Option<String>,
}

impl Seen {
    fn note(&mut self, response: &Response) {
        self.status = Some(response.status().as_u16());
        self.request_id = REQUEST_IDS
            .iter()
            .find_map(|name| response.headers().get(*name)?.to_str().ok())
            .map(|id| id.chars().take(128).collect());
    }
}

fn wait_asked(response: &Response) -> Option<Duration> {
    retry_after::parse(response.headers().get(RETRY_AFTER)?.to_str().ok()?, Utc::now())
}

fn is_page(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// A redirect is never followed. A permanent one is a wrong address; any other may be a maintenance page.
fn redirected(response: &Response) -> HttpError {
    let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let host = target.and_then(|target| response.url().join(target).ok());
    let host = host.as_ref().and_then(Url::host_str).unwrap_or("an unnamed host");
    let what = format!("the service redirects to {host}, which is not followed");
    match response.status().as_u16() {
        301 | 308 => HttpError::Protocol(what),
        status => HttpError::Transient {
            what,
            status: Some(status),
            retry_after: wait_asked(response),
            effect: Effect::None,
        },
    }
}

/// Why there was no answer. Only what failed below HTTP is quoted.
fn unanswered(error: &reqwest::Error) -> HttpError {
    if error.is_builder() {
        return HttpError::Protocol("the request can't be made of its address".to_owned());
    }
    if !error.is_connect() {
        return HttpError::lost("the connection was lost before the answer");
    }
    if error.is_timeout() {
        return HttpError::unsent("connecting took too long", None);
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    HttpError::unsent(format!("connecting failed: {cause}"), None)
}
