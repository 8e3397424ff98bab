//! What renkei asks of OfficeStation's API.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeSeed;
use serde_json::Value;
use tokio::time::Instant;

use super::batch::results;
use super::read::{Entry, Wanted, page_reader};
use super::{Account, Batch, Upserted, error, wire};
use crate::http::{
    Call, Dialect, Entry as Way, Http, HttpError, Limit, Meter, Method, Payload, Session, Stop, Token,
    TokenCell,
};
use crate::job::Service;
use crate::services::ServiceError;
use crate::services::listing::{Listing, read_all};
use crate::services::record::Answer;
use crate::sync::{Columns, People, Person};

/// One tenant of OfficeStation in one run, by its API.
#[derive(Debug)]
pub struct Rest {
    session: Session,
    account: Arc<Account>,
    tokens: Arc<TokenCell<Rights>>,
    limits: [Limit; 1],
}

const UPDATE: &str = "update";

/// The quota's word that one update may leave now.
#[derive(Debug)]
#[must_use]
pub struct Slot(());

/// What the login may see (`reference/officestation-api.md` §4.2). What it may not see is absent, never an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// 給与情報の取り扱い: without it 標準報酬月額 is absent. `None` if the service doesn't say.
    pub payroll: Option<bool>,
    /// 閲覧制限: the categories whose items are absent.
    pub hidden_categories: Vec<String>,
}

/// Whose tenant it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Company {
    /// The `StationID`.
    pub station_id: Option<String>,
    /// The company's name.
    pub name: Option<String>,
}

/// The value lists of select items, by item name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masters(BTreeMap<&'static str, Vec<String>>);

impl Masters {
    /// The values of an item; `None` if it has no list.
    pub fn values(&self, item: &str) -> Option<&[String]> {
        self.0.get(item).map(Vec::as_slice)
    }
}

impl Rest {
    /// A tenant, with the run's meter and stop.
    pub fn new(http: &Http, account: Arc<Account>, meter: &Meter, stop: &Stop) -> Self {
        let session = Session {
            http: http.clone(),
            service: Service::OfficeStation,
            account: account.id.as_str().into(),
            base: format!("{}{}", account.base_url.trim_end_matches('/'), wire::ROOT).into(),
            dialect: Dialect { details: wire::details },
            meter: meter.clone(),
            stop: stop.clone(),
        };
        let credentials = [&*account.station_id, &*account.login_id, account.password.expose_secret()];
        let tokens = session.tokens(&credentials);
        let window = Duration::from_secs(60) + account.quota_margin;
        let limits = [Limit { class: None, count: account.requests_per_minute, window }];
        Rest { session, account, tokens, limits }
    }

    /// Logs in, unless a token is there, and says what the login may see.
    ///
    /// # Errors
    /// [`ServiceError::Auth`] with the reason.
    pub async fn login(&self) -> Result<Rights, ServiceError> {
        Ok(self.token(None).await?.rights.clone())
    }

    /// Whose tenant it is: a cheap test of the connection.
    ///
    /// # Errors
    /// As any call: [`ServiceError`].
    pub async fn company(&self) -> Result<Company, ServiceError> {
        let call = Call::get(wire::COMPANY, &self.limits);
        let answer = self.ask(call, || PhantomData::<wire::CompanyAnswer>).await?;
        Ok(Company { station_id: answer.station_id, name: answer.company_name })
    }

    /// The value lists. 社員区分詳細 has the details of every 社員区分.
    ///
    /// # Errors
    /// As any call: [`ServiceError`].
    pub async fn masters(&self) -> Result<Masters, ServiceError> {
        let call = Call::get(wire::MASTERS, &self.limits);
        let answer = self.ask(call, || PhantomData::<wire::MastersAnswer>).await?;
        let items = wire::SELF_ITEMS.iter().chain(&wire::DEPENDENT_ITEMS);
        let lists = items.filter_map(|(key, name)| Some((*name, values(answer.get(*key)?))));
        Ok(Masters(lists.collect()))
    }

    /// Reads everybody, whatever their status, and their dependants unless `dependents` is empty.
    ///
    /// The columns are these items in their order; one that the service doesn't know, or that this login may not see, is
    /// absent. [`People::announced`] is set if even a second reading was not provably complete.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Transient`] if the dependants change faster than they can be read.
    pub async fn read(&self, items: &[&str], dependents: &[&str]) -> Result<People, ServiceError> {
        let wanted = Wanted::new(items, wire::own_key);
        let listing = self.list(wire::EMPLOYEES, wire::record::EMPLOYEE_ID, &wanted).await?;
        let Listing { entries, announced, .. } = listing.unmoved(self.session.service, wire::EMPLOYEES)?;
        let person =
            |entry: Entry| Person { code: entry.number.into(), row: entry.row, dependents: Vec::new() };
        let mut people = People {
            columns: Columns::new(items.iter().copied()),
            dependent_columns: Columns::new(dependents.iter().copied()),
            people: entries.into_iter().map(person).collect(),
            announced,
        };
        if !dependents.is_empty() {
            let wanted = Wanted::new(dependents, wire::dependent_key);
            let listing = self.list(wire::DEPENDENTS, wire::record::DEPENDENT_ID, &wanted).await?;
            // [`People::announced`] counts people only.
            join(&mut people, listing.complete(self.session.service, wire::DEPENDENTS)?);
        }
        Ok(people)
    }

    /// Waits until one update may leave. Ask for it before the intent of a write is recorded, so that no wait comes between them.
    ///
    /// # Errors
    /// [`ServiceError::Transient`] with the wait if the quota is used up for long, [`ServiceError::Stopped`].
    pub async fn slot(&self) -> Result<Slot, ServiceError> {
        let admitted = self.session.admit(UPDATE, &self.limits).await;
        admitted
            .map(|()| Slot(()))
            .map_err(|error| ServiceError::of(self.session.service, "an update", true, error))
    }

    /// POST /employees/batch: creates or changes people, each by itself. It may be repeated: the service answers the same batch of a run
    /// with its first answer.
    ///
    /// # Errors
    /// As any call: [`ServiceError`]; [`ServiceError::Protocol`] if the answer does not name exactly those who were sent.
    pub async fn upsert(&self, slot: Slot, batch: &Batch) -> Result<Vec<Upserted>, ServiceError> {
        let Slot(()) = slot;
        let call = Call {
            method: Method::Post,
            payload: Payload::Json(batch.body.clone()),
            writes: true,
            class: UPDATE,
            entry: Way::Admitted,
            ..Call::get(wire::UPSERT, &self.limits)
        };
        let answer = self.ask(call, || PhantomData::<wire::BatchAnswer>).await?;
        results(batch, answer).ok_or_else(|| ServiceError::Protocol {
            service: self.session.service,
            what: format!("POST {}: the answer doesn't name those who were sent", wire::UPSERT),
        })
    }

    async fn list(
        &self,
        path: &str,
        id: &'static str,
        wanted: &Wanted,
    ) -> Result<Listing<Entry>, ServiceError> {
        read_all(wire::PER_PAGE, |number| {
            let query = vec![("page", number.to_string()), ("perPage", wire::PER_PAGE.to_string())];
            let call = Call { query, ..Call::get(path, &self.limits) };
            self.ask(call, || Answer(page_reader(id, wanted)))
        })
        .await
    }

    /// Sends a call with a token; a 401 gets one new token and one repeat.
    async fn ask<T, S>(&self, mut call: Call<'_>, seed: impl Fn() -> S) -> Result<T, ServiceError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let token = self.token(None).await?;
        call.headers = self.headers(&token.text);
        let mut answer = self.session.fetch_with(&call, &seed).await;
        if matches!(answer, Err(HttpError::Unauthorized { .. })) {
            let token = self.token(Some(&token)).await?;
            call.headers = self.headers(&token.text);
            call.entry = Way::Gate;
            answer = self.session.fetch_with(&call, &seed).await;
        }
        let what = || format!("{} {}", call.method.as_str(), call.path);
        answer.map_err(|error| error::of_call(&what(), call.writes, error))
    }

    fn headers(&self, token: &SecretString) -> Vec<(&'static str, SecretString)> {
        let bearer = format!("Bearer {}", token.expose_secret());
        let station = self.account.station_id.clone();
        vec![("authorization", bearer.into()), (wire::STATION_HEADER, station.into())]
    }

    async fn token(&self, refused: Option<&Arc<Token<Rights>>>) -> Result<Arc<Token<Rights>>, ServiceError> {
        self.tokens.get(refused, self.issue()).await
    }

    async fn issue(&self) -> Result<Token<Rights>, ServiceError> {
        let body = serde_json::to_string(&wire::TokenRequest {
            station_id: &self.account.station_id,
            login_id: &self.account.login_id,
            password: self.account.password.expose_secret(),
        });
        let call = Call {
            method: Method::Post,
            payload: Payload::SecretJson(body.expect("three texts are always JSON").into()),
            class: "token",
            ..Call::get(wire::TOKEN, &self.limits)
        };
        let answer: wire::TokenAnswer = self.session.fetch(&call).await.map_err(error::of_login)?;
        let life = Duration::from_secs(answer.expires_in.unwrap_or(wire::TOKEN_LIFE));
        let permissions = answer.user.and_then(|user| user.permissions);
        let rights = permissions.map_or_else(Rights::default, |permissions| Rights {
            payroll: permissions.payroll,
            hidden_categories: permissions.hidden_categories.unwrap_or_default(),
        });
        let renew_at = Instant::now() + life.saturating_sub(wire::TOKEN_MARGIN).max(life / 2);
        Ok(Token { text: answer.access_token.into(), rights, renew_at })
    }
}

/// Gives each employee the dependants of that 従業員番号, in `sortOrder`. Where several have it (a rehire), the first one holds them
/// all for the plan to see: nobody's are touched then.
fn join(people: &mut People, mut dependents: Vec<Entry>) {
    let mut places: HashMap<Box<str>, usize> = HashMap::new();
    for (place, person) in people.people.iter().enumerate() {
        places.entry(person.code.clone()).or_insert(place);
    }
    // Stable: dependants without an order stay as they came.
    dependents.sort_by_key(|dependent| dependent.order);
    for dependent in dependents {
        if let Some(place) = places.get(dependent.number.as_str()) {
            people.people[*place].dependents.push(dependent.row);
        }
    }
}

/// The texts of a list, or of the lists under an object's keys, each once.
fn values(master: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    let lists: Vec<&Value> = match master {
        Value::Object(lists) => lists.values().collect(),
        list => vec![list],
    };
    for text in lists.into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str) {
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
        }
    }
    texts
}
