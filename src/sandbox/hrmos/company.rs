//! One company: its users and what control changed, masters, tokens and limits, behind one lock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use serde_json::{Map, Value};

use super::masters::Masters;
use super::refusal::Refusal;
use super::settings::Knobs;
use super::stamps::Posted;
use super::token::Tokens;
use crate::sandbox::clock::{Clock, tokyo};
use crate::sandbox::limits::{MINUTE, Window};
use crate::sandbox::people::Population;
use crate::sandbox::people::clinic::{Clinic, Month, User};
use crate::sandbox::random::Random;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// A company; handlers lock it for as long as they need, never across an await.
#[derive(Debug)]
pub(crate) struct Company {
    name: String,
    pub(super) clock: Clock,
    pub(super) population: Population,
    state: Mutex<State>,
}

/// What is inside.
#[derive(Debug)]
pub(super) struct State {
    /// By ascending id.
    pub(super) users: Vec<Stored>,
    /// What control changed of monthly rows, by month and user id.
    pub(super) edits: BTreeMap<(Month, u64), Edit>,
    pub(super) masters: Masters,
    /// 打刻 that were posted.
    pub(super) stamps: Vec<Posted>,
    pub(super) tokens: Tokens,
    pub(super) knobs: Knobs,
    requests: Window,
    /// How many lists were answered.
    pub(super) turn: u64,
}

/// A user and what control set.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) user: User,
    /// By key of the API; wins over what the user has.
    pub(super) set: Option<Box<Object>>,
    pub(super) updated: DateTime<FixedOffset>,
}

/// What control changed of one user's month.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    pub(super) row: Row,
    pub(super) status: Option<u8>,
    pub(super) updated: DateTime<FixedOffset>,
}

/// What becomes of a monthly row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Row {
    /// As it was made.
    #[default]
    Made,
    /// These keys are different; a row that wasn't there is there.
    Set(Object),
    /// There is no row.
    Removed,
}

impl Company {
    /// A company with this Secret Key and these people, on this clock.
    pub(crate) fn new(name: String, key: String, population: Population, clock: Clock) -> Self {
        let users = Clinic::of(population).users.into_iter().map(|user| {
            let updated = last_update(&user, population.today);
            Stored { user, set: None, updated }
        });
        let state = State {
            users: users.collect(),
            edits: BTreeMap::new(),
            masters: Masters::standard(),
            stamps: Vec::new(),
            tokens: Tokens::new(),
            knobs: Knobs::new(key),
            requests: Window::new(MINUTE),
            turn: 0,
        };
        Self { name, clock, population, state: Mutex::new(state) }
    }

    /// The path part by which the company is called.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Voids every token at once.
    pub(crate) fn expire_tokens(&self) {
        self.lock().tokens.clear();
    }

    /// Uses up the requests of the coming minute; without a limit nothing happens.
    pub(crate) fn exhaust_quota(&self) {
        let mut state = self.lock();
        let limit = state.knobs.rate_limit;
        state.requests.fill(self.now_ms(), limit);
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a request, also one that fails later.
    pub(super) fn count(&mut self, now: i64) -> Result<(), Refusal> {
        if !self.requests.has_room(now, self.knobs.rate_limit) {
            return Err(Refusal::too_many(self.knobs.retry_after));
        }
        if self.knobs.rate_limit > 0 {
            self.requests.count(now);
        }
        Ok(())
    }

    /// Whether `Authorization` is `Basic` with the Secret Key as it is shown.
    pub(super) fn has_key(&self, headers: &HeaderMap) -> bool {
        let Some(sent) = authorization(headers).and_then(|text| text.strip_prefix("Basic ")) else {
            return false;
        };
        let key = &self.knobs.key;
        let double = || [key.clone(), format!("{key}:")].iter().any(|text| STANDARD.encode(text) == sent);
        !self.knobs.revoked && (sent == key || (self.knobs.accept_double_encoded && double()))
    }

    /// The live token that a request came with.
    pub(super) fn token<'a>(&self, headers: &'a HeaderMap, now: i64) -> Result<&'a str, Refusal> {
        let text = authorization(headers).ok_or_else(Refusal::unauthorized)?;
        let bearer = || text.strip_prefix("Bearer ").filter(|_| self.knobs.accept_bearer);
        let token = text.strip_prefix("Token ").or_else(bearer).ok_or_else(Refusal::unauthorized)?;
        let alive = !self.knobs.revoked && self.tokens.is_alive(token, now);
        alive.then_some(token).ok_or_else(Refusal::unauthorized)
    }

    /// The user with this id.
    pub(super) fn user(&self, id: u64) -> Option<&Stored> {
        let at = self.users.binary_search_by_key(&id, |stored| stored.user.id).ok()?;
        self.users.get(at)
    }
}

impl Stored {
    /// A value that control set.
    pub(super) fn set(&self, key: &str) -> Option<&Value> {
        self.set.as_ref()?.get(key)
    }

    /// 社員番号 as the API shows it now.
    pub(super) fn number(&self) -> Value {
        self.set("number").cloned().unwrap_or_else(|| self.user.number.clone().into())
    }

    /// When the user was entered: on the first day, or the evening before the sandbox was started.
    pub(super) fn created(&self, today: NaiveDate) -> DateTime<FixedOffset> {
        creation(&self.user, today)
    }
}

fn authorization(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()
}

fn creation(user: &User, today: NaiveDate) -> DateTime<FixedOffset> {
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    at_ten(user.start_date.min(yesterday))
}

/// Some time between the user's creation and the day before the sandbox was started.
fn last_update(user: &User, today: NaiveDate) -> DateTime<FixedOffset> {
    let created = creation(user, today);
    let age = (today - created.date_naive()).num_days().clamp(1, 900);
    let days = Random::of(user.id, 0).between(1, age);
    let day = u64::try_from(days).ok().and_then(|days| today.checked_sub_days(Days::new(days)));
    at_ten(day.unwrap_or(today)).max(created)
}

/// Ten o'clock of a day in Tokyo.
pub(super) fn at_ten(day: NaiveDate) -> DateTime<FixedOffset> {
    let at = day.and_hms_opt(10, 0, 0).unwrap_or_default();
    at.and_local_timezone(tokyo()).single().unwrap_or_default()
}
