//! What renkei asks of Kaonavi.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::ExposeSecret;
use serde::de::DeserializeSeed;
use tokio::time::Instant;

use super::join::Joining;
use super::plan::ReadPlan;
use super::read::{members, records};
use super::{Account, Batch, TaskId, TaskState, Tenant, wire};
use crate::http::{
    Call, Dialect, Entry, Http, HttpError, Limit, Meter, Method, Payload, Repeat, Session, Size, Stop, Token,
    TokenCell,
};
use crate::job::Service;
use crate::services::record::Answer;
use crate::services::{AuthReason, ServiceError};
use crate::sync::{ItemRef, People};

/// One tenant of Kaonavi in one run.
#[derive(Debug)]
pub struct Kaonavi {
    session: Session,
    account: Arc<Account>,
    tokens: Arc<TokenCell<()>>,
    limits: Vec<Limit>,
}

/// The quota's word that one update may leave now. Ask for it before the intent of a write is recorded, so that no wait comes
/// between the record and the write.
#[derive(Debug)]
#[must_use]
pub struct Slot(());

impl Kaonavi {
    /// A tenant, with the run's meter and stop.
    pub fn new(http: &Http, account: Arc<Account>, meter: &Meter, stop: &Stop) -> Self {
        let session = Session {
            http: http.clone(),
            service: Service::Kaonavi,
            account: account.id.as_str().into(),
            base: format!("{}{}", account.base_url.trim_end_matches('/'), wire::ROOT).into(),
            dialect: Dialect { details: wire::details },
            meter: meter.clone(),
            stop: stop.clone(),
        };
        let credentials = [account.consumer_key.expose_secret(), account.consumer_secret.expose_secret()];
        let tokens = session.tokens(&credentials);
        let limits = limits(&account);
        Kaonavi { session, account, tokens, limits }
    }

    /// Logs in, unless a token is there.
    ///
    /// # Errors
    /// [`ServiceError::Auth`] if the credentials are wrong.
    pub async fn login(&self) -> Result<(), ServiceError> {
        self.token(None).await.map(drop)
    }

    /// Reads the layouts, calculated items included (`reference/kaonavi-api.md` §3).
    ///
    /// # Errors
    /// As any call: [`ServiceError`].
    pub async fn tenant(&self) -> Result<Tenant, ServiceError> {
        let layout = |path| {
            let (name, value) = wire::CALCULATED;
            Call { query: vec![(name, value.to_owned())], ..Call::get(path, &self.limits) }
        };
        let members = self.ask(layout(wire::MEMBER_LAYOUTS), || std::marker::PhantomData).await?;
        let sheets = self.ask(layout(wire::SHEET_LAYOUTS), || std::marker::PhantomData).await?;
        Ok(Tenant::new(members, sheets))
    }

    /// Reads everybody: members, and each sheet that an item is in.
    ///
    /// `items` are basic items and items of single-record sheets, `dependents` items of one multi-record sheet; neither needs
    /// to exist. The columns are named as [`ItemRef`] prints, each once, in the order of the resources. An item that the
    /// tenant's layout has is blank where a member has no entry or no record; one that it hasn't is absent.
    ///
    /// # Errors
    /// As any call: [`ServiceError`].
    pub async fn read(
        &self,
        tenant: &Tenant,
        items: &[ItemRef],
        dependents: &[ItemRef],
    ) -> Result<People, ServiceError> {
        let plan = ReadPlan::new(tenant, items, dependents);
        let people = self.ask(self.everything(wire::MEMBERS), || Answer(members(&plan))).await?;
        let joining = Joining::new(people);
        for sheet in &plan.sheets {
            let call = self.everything(wire::sheet(sheet.id));
            self.ask(call, || Answer(records(sheet, &joining))).await?;
        }
        Ok(joining.finish(&plan))
    }

    /// Waits until one update may leave.
    ///
    /// # Errors
    /// [`ServiceError::Transient`] with the wait if the quota is used up for long, [`ServiceError::Stopped`].
    pub async fn slot(&self) -> Result<Slot, ServiceError> {
        let admitted = self.session.admit(UPDATE, &self.limits).await;
        admitted.map(|()| Slot(())).map_err(|error| self.error("an update", true, error))
    }

    /// POST /members: registers people. It is sent once; after [`Effect::Unknown`](crate::http::Effect::Unknown) read before
    /// writing again.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Refused`] if somebody in the batch can't be registered, then nobody is.
    pub async fn create_members(&self, slot: Slot, batch: &Batch) -> Result<TaskId, ServiceError> {
        self.update(slot, Method::Post, wire::MEMBERS.to_owned(), batch).await
    }

    /// PATCH /members: changes what is sent.
    ///
    /// # Errors
    /// As [`Kaonavi::create_members`].
    pub async fn update_members(&self, slot: Slot, batch: &Batch) -> Result<TaskId, ServiceError> {
        self.update(slot, Method::Patch, wire::MEMBERS.to_owned(), batch).await
    }

    /// PATCH of a sheet: changes what is sent of a single record, replaces all records of the people named in a multi-record
    /// sheet.
    ///
    /// # Errors
    /// As [`Kaonavi::create_members`].
    pub async fn update_sheet(&self, slot: Slot, sheet: u64, batch: &Batch) -> Result<TaskId, ServiceError> {
        self.update(slot, Method::Patch, wire::sheet(sheet), batch).await
    }

    /// How far a task is.
    ///
    /// # Errors
    /// As any call: [`ServiceError`].
    pub async fn task(&self, id: TaskId) -> Result<TaskState, ServiceError> {
        let call = Call::get(wire::task(id), &self.limits);
        match self.ask(call, || std::marker::PhantomData::<wire::TaskAnswer>).await {
            Ok(answer) => Ok(TaskState::parse(&answer.status)),
            Err(ServiceError::Refused { status: 404, .. }) => Ok(TaskState::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Waits for a task's end; the state is final.
    ///
    /// # Errors
    /// [`ServiceError::Transient`] if it is still open after the account's patience, else as any call.
    pub async fn wait(&self, id: TaskId) -> Result<TaskState, ServiceError> {
        let started = Instant::now();
        let mut pauses = self.account.task_poll.iter().copied();
        let mut pause = Duration::from_secs(15);
        loop {
            pause = pauses.next().unwrap_or(pause);
            if !self.session.stop.sleep(pause).await {
                return Err(ServiceError::Stopped { service: Service::Kaonavi });
            }
            let state = self.task(id).await?;
            if state.is_final() {
                return Ok(state);
            }
            if started.elapsed() >= self.account.task_patience {
                let error = HttpError::lost(format!("still open after {} s", started.elapsed().as_secs()));
                return Err(self.error(&format!("task {id}"), false, error));
            }
        }
    }

    async fn update(
        &self,
        slot: Slot,
        method: Method,
        path: String,
        batch: &Batch,
    ) -> Result<TaskId, ServiceError> {
        let Slot(()) = slot;
        let call = Call {
            method,
            payload: Payload::Json(batch.body.clone()),
            repeat: if method == Method::Post { Repeat::Never } else { Repeat::Quick },
            writes: true,
            size: Size::Large,
            class: UPDATE,
            entry: Entry::Admitted,
            ..Call::get(path, &self.limits)
        };
        let accepted = self.ask(call, || std::marker::PhantomData::<wire::Accepted>).await?;
        Ok(accepted.task_id)
    }

    fn everything(&self, path: impl Into<String>) -> Call<'_> {
        Call { size: Size::Large, ..Call::get(path, &self.limits) }
    }

    /// Sends a call with a token; a 401 gets one new token and one repeat, for it says that nothing was done.
    async fn ask<T, S>(&self, mut call: Call<'_>, seed: impl Fn() -> S) -> Result<T, ServiceError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let token = self.token(None).await?;
        call.headers = vec![(wire::TOKEN_HEADER, token.text.clone())];
        let mut answer = self.session.fetch_with(&call, &seed).await;
        if matches!(answer, Err(HttpError::Unauthorized { .. })) {
            let token = self.token(Some(&token)).await?;
            call.headers = vec![(wire::TOKEN_HEADER, token.text.clone())];
            call.entry = Entry::Gate;
            answer = self.session.fetch_with(&call, &seed).await;
        }
        let what = || format!("{} {}", call.method.as_str(), call.path);
        answer.map_err(|error| self.error(&what(), call.writes, error))
    }

    async fn token(&self, refused: Option<&Arc<Token<()>>>) -> Result<Arc<Token<()>>, ServiceError> {
        self.tokens.get(refused, self.issue()).await
    }

    async fn issue(&self) -> Result<Token<()>, ServiceError> {
        let (key, secret) = (&self.account.consumer_key, &self.account.consumer_secret);
        let pair = BASE64.encode(format!("{}:{}", key.expose_secret(), secret.expose_secret()));
        let call = Call {
            method: Method::Post,
            headers: vec![("authorization", format!("Basic {pair}").into())],
            payload: Payload::Form(wire::TOKEN_FORM),
            class: TOKEN,
            ..Call::get(wire::TOKEN, &self.limits)
        };
        let answer: wire::TokenAnswer = self.session.fetch(&call).await.map_err(|error| match error {
            HttpError::Unauthorized { .. } | HttpError::Refused { status: 400, .. } => {
                ServiceError::Auth { service: Service::Kaonavi, reason: AuthReason::Credentials }
            }
            HttpError::Refused { status: 403, .. } => {
                ServiceError::Auth { service: Service::Kaonavi, reason: AuthReason::NotAllowed }
            }
            error => self.error("POST /token", false, error),
        })?;
        let life = Duration::from_secs(answer.expire_in.unwrap_or(3600));
        let renew_at = Instant::now() + life.saturating_sub(wire::TOKEN_MARGIN).max(life / 2);
        Ok(Token { text: answer.access_token.into(), rights: (), renew_at })
    }

    fn error(&self, what: &str, writes: bool, error: HttpError) -> ServiceError {
        let error = match error {
            // A quota that somebody else used up opens a minute later (`reference/kaonavi-api.md` §2).
            HttpError::Transient { what, status: Some(429), retry_after: None, effect } if writes => {
                let retry_after = Some(wire::UPDATE_PENALTY);
                HttpError::Transient { what, status: Some(429), retry_after, effect }
            }
            error => error,
        };
        ServiceError::of(self.session.service, what, writes, error)
    }
}

const UPDATE: &str = "update";
const TOKEN: &str = "token";

fn limits(account: &Account) -> Vec<Limit> {
    let margin = account.quota_margin;
    let (minute, hour) = (Duration::from_secs(60) + margin, Duration::from_secs(3600) + margin);
    vec![
        Limit { class: Some(UPDATE), count: account.updates_per_minute, window: minute },
        Limit { class: Some(TOKEN), count: account.tokens_per_hour, window: hour },
        Limit { class: None, count: account.requests_per_hour, window: hour },
    ]
}
