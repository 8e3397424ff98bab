//! What renkei asks of HRMOS勤怠.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use secrecy::ExposeSecret;
use serde::de::DeserializeSeed;
use tokio::time::Instant;

use super::month::{Checked, MonthReader};
use super::names::EntryReader;
use super::page::PageSeed;
use super::user::{UserReader, Wanted};
use super::{Account, MonthRow, Names, User, error, wire};
use crate::http::{
    Call, Dialect, Headers, Http, HttpError, Limit, Meter, Method, Session, Stop, Token, TokenCell,
};
use crate::job::{Month, Service};
use crate::services::ServiceError;
use crate::services::listing::{Listing, Record, read_all};
use crate::services::record::Object;

/// One company of HRMOS勤怠 in one run.
#[derive(Debug)]
pub struct Hrmos {
    session: Session,
    account: Arc<Account>,
    tokens: Arc<TokenCell<Life>>,
    limits: [Limit; 1],
}

/// A list as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// The rows, each once, in the service's order.
    pub rows: Vec<T>,
    /// How many rows the service says that there are, if even a second reading brought another number: a read that is not
    /// provably complete ([`People::announced`](crate::sync::People::announced)).
    pub announced: Option<usize>,
}

/// When a token ends.
#[derive(Debug)]
struct Life {
    ends: Instant,
}

impl Hrmos {
    /// A company, with the run's meter and stop.
    pub fn new(http: &Http, account: Arc<Account>, meter: &Meter, stop: &Stop) -> Self {
        let session = Session {
            http: http.clone(),
            service: Service::Hrmos,
            account: account.id.as_str().into(),
            base: wire::base(&account.base_url, &account.company).into(),
            dialect: Dialect { details: wire::details },
            meter: meter.clone(),
            stop: stop.clone(),
        };
        let tokens = session.tokens(&[&account.company, account.secret_key.expose_secret()]);
        // Evenly spread, for the length of the service's window is all that is known of it.
        let window = Duration::from_secs(60) / account.requests_per_minute.max(1);
        let limits = [Limit { class: None, count: 1, window }];
        Hrmos { session, account, tokens, limits }
    }

    /// Logs in, unless a token is there.
    ///
    /// # Errors
    /// [`ServiceError::Auth`] if the key is wrong or over, or the company is another one.
    pub async fn login(&self) -> Result<(), ServiceError> {
        self.token(None).await.map(drop)
    }

    /// Everybody, whoever left included, with these further fields by their keys.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Transient`] if the list changes faster than it can be read.
    pub async fn users(&self, extra: &[&str]) -> Result<Read<User>, ServiceError> {
        let wanted = Wanted::new(extra);
        let listing = self.list(wire::USERS, &[], || UserReader::new(&wanted)).await?;
        let Listing { entries, announced, .. } = listing.unmoved(Service::Hrmos, wire::USERS)?;
        Ok(Read { rows: entries, announced })
    }

    /// The names of the 部門.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Transient`] if the list is not provably complete.
    pub async fn departments(&self) -> Result<Names, ServiceError> {
        self.names(wire::DEPARTMENTS).await
    }

    /// The names of the 拠点.
    ///
    /// # Errors
    /// As [`Hrmos::departments`].
    pub async fn lodgments(&self) -> Result<Names, ServiceError> {
        self.names(wire::LODGMENTS).await
    }

    /// The totals of a month, of everybody who has any.
    ///
    /// # Errors
    /// As [`Hrmos::users`]; [`ServiceError::Protocol`] if a row is of another month.
    pub async fn months(&self, month: Month) -> Result<Read<MonthRow>, ServiceError> {
        let Listing { entries, announced, .. } = self.month(month, &[]).await?;
        Ok(Read { rows: entries.into_iter().map(|checked| checked.row).collect(), announced })
    }

    /// The ids of those whose month is 承認 or 強制承認.
    ///
    /// # Errors
    /// As [`Hrmos::months`]; [`ServiceError::Transient`] if the list is not provably complete.
    pub async fn closed(&self, month: Month) -> Result<HashSet<u64>, ServiceError> {
        let rows =
            self.month(month, &[wire::CLOSED]).await?.complete(Service::Hrmos, &wire::months(month))?;
        Ok(rows.into_iter().map(|checked| checked.row.user_id).collect())
    }

    async fn names(&self, path: &str) -> Result<Names, ServiceError> {
        let listing = self.list(path, &[], || EntryReader).await?;
        Ok(listing.complete(Service::Hrmos, path)?.into_iter().collect())
    }

    async fn month(
        &self,
        month: Month,
        filter: &[(&'static str, &str)],
    ) -> Result<Listing<Checked>, ServiceError> {
        let path = wire::months(month);
        let reader = || MonthReader { month: wire::month_of_row(month) };
        let listing = self.list(&path, filter, reader).await?.unmoved(Service::Hrmos, &path)?;
        if listing.entries.iter().any(|checked| !checked.same_month) {
            return Err(error::protocol(&path, "a row is of another month"));
        }
        Ok(listing)
    }

    async fn list<R>(
        &self,
        path: &str,
        filter: &[(&'static str, &str)],
        reader: impl Fn() -> R,
    ) -> Result<Listing<R::Value>, ServiceError>
    where
        R: Object + Send + 'static,
        R::Value: Record + Send + 'static,
    {
        let reader = &reader;
        read_all(wire::PER_PAGE, |number| async move {
            let mut call = self.get(path);
            call.query = vec![(wire::LIMIT, wire::PER_PAGE.to_string()), (wire::PAGE, number.to_string())];
            call.query.extend(filter.iter().map(|(name, value)| (*name, (*value).to_owned())));
            let page = self.ask(call, |headers: Headers<'_>| PageSeed::new(headers, reader())).await?;
            if page.total.is_none() {
                return Err(error::protocol(path, "the answer doesn't say how many rows there are"));
            }
            Ok(page)
        })
        .await
    }

    fn get(&self, path: &str) -> Call<'_> {
        Call { busy: &self.account.busy_waits, ..Call::get(path, &self.limits) }
    }

    /// Sends a call with a token; a 401 gets one new token and one repeat.
    async fn ask<T, S>(&self, mut call: Call<'_>, seed: impl Fn(Headers<'_>) -> S) -> Result<T, ServiceError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let token = self.token(None).await?;
        call.headers = vec![wire::authorization(&token.text)];
        let mut answer = self.session.fetch_headed(&call, &seed).await;
        if matches!(answer, Err(HttpError::Unauthorized { .. })) {
            let token = self.token(Some(&token)).await?;
            call.headers = vec![wire::authorization(&token.text)];
            answer = self.session.fetch_headed(&call, &seed).await;
        }
        let what = || format!("{} {}", call.method.as_str(), call.path);
        answer.map_err(|error| ServiceError::of(Service::Hrmos, &what(), false, error))
    }

    async fn token(&self, refused: Option<&Arc<Token<Life>>>) -> Result<Arc<Token<Life>>, ServiceError> {
        self.tokens.get_or_renew(refused, |held| self.issue(held)).await
    }

    /// A token: the one that is held with a later end while it lives, else another one.
    async fn issue(&self, held: Option<Arc<Token<Life>>>) -> Result<Token<Life>, ServiceError> {
        if let Some(held) = held.filter(|held| Instant::now() < held.rights.ends) {
            match self.postpone(&held).await {
                Ok(token) => return Ok(token),
                Err(HttpError::Stopped) => return Err(ServiceError::Stopped { service: Service::Hrmos }),
                // Whatever it was, another token may do as well.
                Err(_) => {}
            }
        }
        let headers = vec![wire::basic(&self.account.secret_key)];
        let call = Call { headers, class: TOKEN, ..self.get(wire::TOKEN) };
        let answer: wire::TokenAnswer = self.session.fetch(&call).await.map_err(error::of_login)?;
        let life = answer.life(Utc::now());
        Ok(token(answer, life, life.saturating_sub(wire::TOKEN_MARGIN)))
    }

    async fn postpone(&self, held: &Token<Life>) -> Result<Token<Life>, HttpError> {
        let headers = vec![wire::authorization(&held.text)];
        let call = Call { method: Method::Put, headers, class: TOKEN, ..self.get(wire::POSTPONE) };
        let answer: wire::TokenAnswer = self.session.fetch(&call).await?;
        let life = answer.life(Utc::now());
        // A service whose tokens never live for more than an hour is not asked for one before each call.
        Ok(token(answer, life, life.saturating_sub(wire::TOKEN_MARGIN).max(life / 2)))
    }
}

const TOKEN: &str = "token";

fn token(answer: wire::TokenAnswer, life: Duration, renew_in: Duration) -> Token<Life> {
    let now = Instant::now();
    Token { text: answer.token.into(), rights: Life { ends: now + life }, renew_at: now + renew_in }
}
