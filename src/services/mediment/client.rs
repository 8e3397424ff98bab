//! What renkei asks of mediment's API.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeSeed;
use tokio::time::Instant;

use super::batch::{Kind, results};
use super::read::{Entry, EntryReader, attendances, employees};
use super::{Account, Batch, Records, Written, wire};
use crate::http::{
    Call, Dialect, Entry as Way, Http, HttpError, Limit, Meter, Method, Payload, Repeat, Session, Stop,
    Token, TokenCell,
};
use crate::job::{Month, Service};
use crate::services::listing::{Listing, read_all};
use crate::services::page::PageReader;
use crate::services::record::Answer;
use crate::services::{AuthReason, ServiceError};

/// One tenant of mediment in one run, by its API.
#[derive(Debug)]
pub struct Rest {
    session: Session,
    account: Arc<Account>,
    tokens: Arc<TokenCell<()>>,
    limits: [Limit; 1],
}

const UPDATE: &str = "update";

/// The quota's word that one batch may leave now.
#[derive(Debug)]
#[must_use]
pub struct Slot(());

impl Rest {
    /// A tenant, with the run's meter and stop.
    pub fn new(http: &Http, account: Arc<Account>, meter: &Meter, stop: &Stop) -> Self {
        let session = Session {
            http: http.clone(),
            service: Service::Mediment,
            account: account.id.as_str().into(),
            base: format!("{}{}", account.base_url.trim_end_matches('/'), wire::ROOT).into(),
            dialect: Dialect { details: wire::details },
            meter: meter.clone(),
            stop: stop.clone(),
        };
        let credentials = [account.consumer_key.expose_secret(), account.consumer_secret.expose_secret()];
        let tokens = session.tokens(&credentials);
        let window = Duration::from_secs(60) + account.quota_margin;
        let limits = [Limit { class: None, count: account.requests_per_minute, window }];
        Rest { session, account, tokens, limits }
    }

    /// Logs in, unless a token is there.
    ///
    /// # Errors
    /// [`ServiceError::Auth`] if the credentials are wrong.
    pub async fn login(&self) -> Result<(), ServiceError> {
        self.token(None).await.map(drop)
    }

    /// Everybody. [`People::announced`](crate::sync::People::announced) is set if even a second reading was not provably complete.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Transient`] if the list changes faster than it can be read.
    pub async fn employees(&self) -> Result<Records, ServiceError> {
        Ok(Records::new(&wire::EMPLOYEE_READ, self.list(wire::EMPLOYEES, employees).await?))
    }

    /// A month's attendance, of everybody who has any.
    ///
    /// # Errors
    /// As [`Rest::employees`].
    pub async fn attendances(&self, month: Month) -> Result<Records, ServiceError> {
        Ok(Records::new(&wire::ATTENDANCE, self.list(&wire::attendances(month), attendances).await?))
    }

    /// Waits until one batch may leave, with a token at hand. Ask for it before the intent of a write is recorded, so that no wait
    /// comes between them.
    ///
    /// # Errors
    /// [`ServiceError::Transient`] with the wait if the quota is used up for long, [`ServiceError::Stopped`]; those of a login.
    pub async fn slot(&self) -> Result<Slot, ServiceError> {
        self.token(None).await?;
        let admitted = self.session.admit(UPDATE, &self.limits).await;
        admitted
            .map(|()| Slot(()))
            .map_err(|error| ServiceError::of(self.session.service, "a batch", true, error))
    }

    /// Writes a batch, each record by itself; the results are in the batch's order. New employees are sent once: after
    /// [`Effect::Unknown`](crate::http::Effect::Unknown) read before writing again. The others may be repeated, for they only
    /// set values.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Protocol`] if the answer is not about exactly those who were sent.
    pub async fn write(&self, slot: Slot, batch: &Batch) -> Result<Vec<Written>, ServiceError> {
        let Slot(()) = slot;
        let (method, path, repeat) = match batch.kind {
            Kind::Create => (Method::Post, wire::CREATE.to_owned(), Repeat::Never),
            Kind::Update => (Method::Post, wire::UPDATE.to_owned(), Repeat::Quick),
            Kind::Attendances(month) => (Method::Put, wire::attendances(month), Repeat::Quick),
        };
        let call = Call {
            method,
            payload: Payload::Json(batch.body.clone()),
            repeat,
            writes: true,
            class: UPDATE,
            entry: Way::Admitted,
            ..Call::get(path, &self.limits)
        };
        let what = format!("{} {}", method.as_str(), call.path);
        let answer = self.ask(call, || PhantomData::<wire::BatchAnswer>).await?;
        results(batch.count, answer)
            .ok_or_else(|| self.protocol(&what, "the answer is not about those who were sent"))
    }

    async fn list(
        &self,
        path: &str,
        reader: fn() -> PageReader<EntryReader>,
    ) -> Result<Listing<Entry>, ServiceError> {
        let listing = read_all(wire::PER_PAGE, |number| async move {
            let (size, page) = (wire::PER_PAGE.to_string(), number.to_string());
            let query = vec![(wire::page::NUMBER, page), (wire::page::SIZE, size)];
            let page = self.ask(Call { query, ..Call::get(path, &self.limits) }, || Answer(reader())).await?;
            if page.total.is_none() {
                let what = "the answer doesn't say how many records there are";
                return Err(self.protocol(&format!("GET {path}"), what));
            }
            Ok(page)
        });
        listing.await?.unmoved(self.session.service, path)
    }

    fn protocol(&self, what: &str, why: &str) -> ServiceError {
        ServiceError::Protocol { service: self.session.service, what: format!("{what}: {why}") }
    }

    /// Sends a call with a token; a 401 gets one new token and one repeat, for it says that nothing was done.
    async fn ask<T, S>(&self, mut call: Call<'_>, seed: impl Fn() -> S) -> Result<T, ServiceError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let token = self.token(None).await?;
        call.headers = vec![bearer(&token.text)];
        let mut answer = self.session.fetch_with(&call, &seed).await;
        if matches!(answer, Err(HttpError::Unauthorized { .. })) {
            let token = self.token(Some(&token)).await?;
            call.headers = vec![bearer(&token.text)];
            call.entry = Way::Gate;
            answer = self.session.fetch_with(&call, &seed).await;
        }
        let what = || format!("{} {}", call.method.as_str(), call.path);
        answer.map_err(|error| ServiceError::of(self.session.service, &what(), call.writes, error))
    }

    async fn token(&self, refused: Option<&Arc<Token<()>>>) -> Result<Arc<Token<()>>, ServiceError> {
        self.tokens.get(refused, self.issue()).await
    }

    async fn issue(&self) -> Result<Token<()>, ServiceError> {
        let body = serde_json::to_string(&wire::TokenRequest {
            consumer_key: self.account.consumer_key.expose_secret(),
            consumer_secret: self.account.consumer_secret.expose_secret(),
        });
        let call = Call {
            method: Method::Post,
            payload: Payload::SecretJson(body.expect("two texts are always JSON").into()),
            class: "token",
            ..Call::get(wire::TOKEN, &self.limits)
        };
        let service = self.session.service;
        let answer: wire::TokenAnswer = self.session.fetch(&call).await.map_err(|error| match error {
            HttpError::Unauthorized { .. } => ServiceError::Auth { service, reason: AuthReason::Credentials },
            HttpError::Refused { status: 403, .. } => {
                ServiceError::Auth { service, reason: AuthReason::NotAllowed }
            }
            error => ServiceError::of(service, &format!("POST {}", wire::TOKEN), false, error),
        })?;
        let life = Duration::from_secs(
            answer.expires_in.map_or(wire::TOKEN_LIFE, |life| life.min(wire::TOKEN_LONGEST)),
        );
        let renew_at = Instant::now() + life.saturating_sub(wire::TOKEN_MARGIN).max(life / 2);
        Ok(Token { text: answer.access_token.into(), rights: (), renew_at })
    }
}

fn bearer(token: &SecretString) -> (&'static str, SecretString) {
    ("authorization", format!("Bearer {}", token.expose_secret()).into())
}
