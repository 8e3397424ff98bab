//! One tenant: its data, tokens and limits, behind one lock that no one holds while waiting.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::Seed;
use super::ledger::Ledger;
use super::refusal::Refusal;
use super::settings::Knobs;
use crate::sandbox::clock::Clock;

/// Over what span requests are counted.
const WINDOW_MS: i64 = 60_000;

/// A handle on one tenant; clones are the same tenant.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    key: String,
    secret: String,
    clock: Clock,
    state: Mutex<State>,
}

/// What changes of a tenant.
pub(super) struct State {
    pub(super) ledger: Ledger,
    pub(super) knobs: Knobs,
    /// When each token ends, in milliseconds since 1970.
    tokens: HashMap<String, i64>,
    token_salt: u64,
    token_count: u64,
    /// The requests of the last minute.
    requests: VecDeque<i64>,
}

impl Store {
    /// A tenant with these credentials and people, on this clock.
    pub fn new(key: String, secret: String, seed: Seed, clock: Clock) -> Self {
        let state = State {
            ledger: Ledger::of(seed, clock.now().timestamp()),
            knobs: Knobs::default(),
            tokens: HashMap::new(),
            token_salt: RandomState::new().build_hasher().finish(),
            token_count: 0,
            requests: VecDeque::new(),
        };
        Self { inner: Arc::new(Inner { key, secret, clock, state: Mutex::new(state) }) }
    }

    /// The tenant's consumer key.
    pub fn key(&self) -> &str {
        &self.inner.key
    }

    /// Voids every token of this tenant at once.
    pub fn expire_tokens(&self) {
        self.lock().0.tokens.clear();
    }

    /// Uses up the requests of the coming minute; without a limit nothing happens.
    pub fn exhaust_quota(&self) {
        let (mut state, now) = self.lock();
        let most = state.knobs.rate_limit.max(state.requests.len());
        state.requests.resize(most, now);
    }

    /// Whether this is the tenant's secret.
    pub(super) fn has_secret(&self, secret: &str) -> bool {
        self.inner.secret == secret
    }

    /// Issues a token; its text and its life in seconds. Older ones live on.
    pub(super) fn issue_token(&self) -> (String, i64) {
        let (mut state, now) = self.lock();
        state.token_count += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.inner.key.as_bytes());
        hasher.update(state.token_salt.to_le_bytes());
        hasher.update(state.token_count.to_le_bytes());
        let chance = URL_SAFE_NO_PAD.encode(&hasher.finalize()[..24]);
        let text = format!("{}.{chance}", URL_SAFE_NO_PAD.encode(&self.inner.key));
        let life = state.knobs.token_seconds;
        state.tokens.retain(|_, ends| *ends > now);
        state.tokens.insert(text.clone(), now + life * 1_000);
        (text, life)
    }

    /// Lets a request in and counts it; how long it is to wait.
    ///
    /// # Errors
    /// 401, 429, 403 or 500, in this order.
    pub(super) fn admit(&self, token: &str, operation: &str) -> Result<Duration, Refusal> {
        let (mut guard, now) = self.lock();
        let state = &mut *guard;
        if state.tokens.get(token).is_none_or(|ends| *ends <= now) {
            return Err(Refusal::invalid_token());
        }
        count(&mut state.requests, state.knobs.rate_limit, now)?;
        if state.knobs.disabled.iter().any(|name| name == operation) {
            return Err(Refusal::forbidden());
        }
        if state.knobs.fail_next > 0 {
            state.knobs.fail_next -= 1;
            return Err(Refusal::broken());
        }
        Ok(state.knobs.slow)
    }

    /// Locks the tenant; also says the present, in milliseconds since 1970.
    pub(super) fn lock(&self) -> (MutexGuard<'_, State>, i64) {
        let state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state, self.inner.clock.now().timestamp_millis())
    }

    /// The present day.
    pub(super) fn today(&self) -> NaiveDate {
        self.inner.clock.today()
    }
}

/// The consumer key of the tenant that may have issued this token.
pub(super) fn key_of_token(token: &str) -> Option<String> {
    let (key, _) = token.split_once('.')?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(key).ok()?).ok()
}

/// Counts a request, or refuses it; a `limit` of 0 is none.
fn count(requests: &mut VecDeque<i64>, limit: usize, now: i64) -> Result<(), Refusal> {
    // A clock that was put back leaves requests of the future behind: they count no more.
    if requests.back().is_some_and(|time| *time > now) {
        requests.clear();
    }
    while requests.front().is_some_and(|time| *time <= now - WINDOW_MS) {
        requests.pop_front();
    }
    if limit == 0 {
        return Ok(());
    }
    if requests.len() >= limit {
        let oldest = requests.front().copied().unwrap_or(now);
        let wait = (oldest + WINDOW_MS - now + 999) / 1_000;
        return Err(Refusal::rate_limited(wait.max(1)));
    }
    requests.push_back(now);
    Ok(())
}
