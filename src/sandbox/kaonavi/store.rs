//! One tenant: its layout, people, tasks, tokens and limits, behind one lock that no one holds while waiting.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::change::{self, Change};
use super::layout::Layout;

use super::people::{self, People};
use super::refusal::Refusal;
use super::settings::{CountedUpdates, Knobs};
use super::tasks::{Outcome, Shown, Tasks};
use super::values::Dates;
use super::{Seed, standard};
use crate::sandbox::clock::Clock;
use crate::sandbox::limits::{HOUR, MINUTE, Window};

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
    pub(super) layout: Arc<Layout>,
    pub(super) people: Arc<People>,
    pub(super) next_member: u32,
    pub(super) tasks: Tasks,
    pub(super) knobs: Knobs,
    pub(super) updates: Window,
    requests: Window,
    issued: Window,
    /// When each token ends.
    pub(super) tokens: HashMap<String, i64>,
    token_salt: u64,
    token_count: u64,
    /// When anything was last written, as the lists show it.
    pub(super) updated_at: String,
    last_seen: i64,
}

/// A snapshot to read from and to check bodies against.
pub(super) struct View {
    pub(super) layout: Arc<Layout>,
    pub(super) people: Arc<People>,
    pub(super) updated_at: String,
    pub(super) today: NaiveDate,
    pub(super) dates: Dates,
}

/// A token that was just issued.
pub(super) struct Token {
    pub(super) text: String,
    /// In milliseconds since 1970.
    pub(super) issued: i64,
    /// In seconds.
    pub(super) life: i64,
}

/// Whether a request counts as an update (`reference/kaonavi-api.md` §0.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Update,
}

impl Store {
    /// A tenant with these credentials and people, on this clock.
    pub fn new(key: String, secret: String, seed: Seed, clock: Clock) -> Self {
        let layout = standard::layout(&key);
        let people = people::seeded(seed, &layout);
        let digest = Sha256::digest(key.as_bytes());
        let now = clock.now();
        let state = State {
            next_member: u32::try_from(people.len()).unwrap_or(u32::MAX - 1) + 1,
            layout: Arc::new(layout),
            people: Arc::new(people),
            tasks: Tasks::new(9_000 + u64::from(digest[4]) * 100),
            knobs: Knobs::default(),
            updates: Window::new(MINUTE),
            requests: Window::new(HOUR),
            issued: Window::new(HOUR),
            tokens: HashMap::new(),
            token_salt: RandomState::new().build_hasher().finish(),
            token_count: 0,
            updated_at: stamp(&clock),
            last_seen: now.timestamp_millis(),
        };
        Self { inner: Arc::new(Inner { key, secret, clock, state: Mutex::new(state) }) }
    }

    /// The tenant's consumer key.
    pub fn key(&self) -> &str {
        &self.inner.key
    }

    /// Voids every token of this tenant at once, as re-issuing the key does.
    pub fn expire_tokens(&self) {
        self.lock().0.tokens.clear();
    }

    /// Uses up the update requests of the coming minute, as another integration of the same company may do.
    pub fn exhaust_quota(&self) {
        let (mut state, now) = self.lock();
        let limit = state.knobs.updates_per_minute;
        state.updates.fill(now, limit);
    }

    /// Lets the next `times` tasks end as `status` (`NG` or `ERROR`, anything else means `ERROR`) with these
    /// messages, without any effect. Dry runs are not counted.
    pub fn fail_next_tasks(&self, status: &str, messages: Vec<String>, times: usize) {
        let status = if status == "NG" { "NG" } else { "ERROR" };
        self.lock().0.tasks.plan(&Outcome { status, messages }, times);
    }

    /// Whether this is the tenant's secret.
    pub(super) fn has_secret(&self, secret: &str) -> bool {
        self.inner.secret == secret
    }

    /// Issues a token. Older ones live on.
    pub(super) fn issue_token(&self) -> Result<Token, Refusal> {
        let (mut state, now) = self.lock();
        let limit = state.knobs.tokens_per_hour;
        if !state.issued.has_room(now, limit) {
            return Err(Refusal::too_many_tokens());
        }
        state.issued.count(now);
        state.token_count += 1;
        let text = uuid_like(&self.inner.key, state.token_salt, state.token_count);
        let life = state.knobs.token_seconds;
        state.tokens.retain(|_, ends| *ends > now);
        state.tokens.insert(text.clone(), now + life * 1_000);
        Ok(Token { text, issued: now, life })
    }

    /// Lets an authenticated request in and counts it. `operation` names it as the `disable` setting does, in
    /// several ways.
    pub(super) fn admit(
        &self,
        token: &str,
        access: Access,
        operation: impl Fn(&Layout) -> Vec<String>,
    ) -> Result<(), Refusal> {
        let (mut state, now) = self.lock();
        if state.tokens.get(token).is_none_or(|ends| *ends <= now) {
            return Err(Refusal::bad_token());
        }
        let limit = state.knobs.requests_per_hour;
        if !state.requests.has_room(now, limit) {
            return Err(Refusal::too_many_requests());
        }
        state.requests.count(now);
        if access == Access::Update {
            let limit = state.knobs.updates_per_minute;
            if !state.updates.has_room(now, limit) {
                return Err(Refusal::too_many_updates());
            }
            if state.knobs.counted == CountedUpdates::All {
                state.updates.count(now);
            }
        }
        if operation(&state.layout).iter().any(|name| state.knobs.disabled.contains(name)) {
            return Err(Refusal::disabled());
        }
        Ok(())
    }

    /// The present state, to read and to check against.
    pub(super) fn view(&self) -> View {
        let (state, _) = self.lock();
        View {
            layout: Arc::clone(&state.layout),
            people: Arc::clone(&state.people),
            updated_at: state.updated_at.clone(),
            today: self.inner.clock.today(),
            dates: state.knobs.dates,
        }
    }

    /// Accepts a checked update: queues its task, and counts it if that was not done before. Returns the task's id.
    pub(super) fn submit(&self, change: Change) -> Result<u64, Refusal> {
        let (mut state, now) = self.lock();
        if state.knobs.counted == CountedUpdates::Accepted {
            let limit = state.knobs.updates_per_minute;
            // Asked once more, because requests that came at the same time may have been accepted since.
            if !state.updates.has_room(now, limit) {
                return Err(Refusal::too_many_updates());
            }
            state.updates.count(now);
        }
        let duration = state.knobs.task_ms;
        Ok(state.tasks.push(change, now, duration))
    }

    /// The answer of `GET /tasks/{id}`; `None` if there is no such task.
    pub(super) fn task(&self, id: u64) -> Option<Value> {
        let (state, now) = self.lock();
        Some(match state.tasks.show(id, now)? {
            Shown::Waiting => json!({ "id": id, "status": "WAITING", "messages": [] }),
            Shown::Running => json!({ "id": id, "status": "RUNNING", "messages": [] }),
            Shown::Ended(outcome) => {
                json!({ "id": id, "status": outcome.status, "messages": outcome.messages })
            }
        })
    }

    /// The most bytes a body may have.
    pub(super) fn max_body_bytes(&self) -> usize {
        self.lock().0.knobs.max_body_bytes
    }

    /// Locks the tenant and brings it up to the present: tasks that are due take effect. Returns the present
    /// too.
    pub(super) fn lock(&self) -> (MutexGuard<'_, State>, i64) {
        let mut state = self.inner.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.inner.clock.now().timestamp_millis();
        settle(&mut state, now, &self.inner.clock);
        (state, now)
    }

    /// Notes that something was written now.
    pub(super) fn touch(&self, state: &mut State) {
        state.updated_at = stamp(&self.inner.clock);
    }
}

/// Lets what is due take effect.
fn settle(state: &mut State, now: i64, clock: &Clock) {
    let back = state.last_seen - now;
    if back > 0 {
        // Somebody set the clock back: what lay behind and ahead keeps its distance to the present.
        state.tasks.shift(back);
        state.updates.shift(back);
        state.requests.shift(back);
        state.issued.shift(back);
        for ends in state.tokens.values_mut() {
            *ends -= back;
        }
    }
    state.last_seen = now;
    while let Some(task) = state.tasks.due(now) {
        let dry = matches!(task.change, Change::Nothing);
        let outcome = task.planned.unwrap_or_else(|| {
            let people = Arc::make_mut(&mut state.people);
            match change::apply(task.change, &state.layout, people, &mut state.next_member) {
                Ok(()) => Outcome::ok(),
                Err(messages) => Outcome::ng(messages),
            }
        });
        if outcome.status == "OK" && !dry {
            state.updated_at = stamp(clock);
        }
        state.tasks.end(task.id, outcome);
    }
}

/// The form of `updated_at`: Tokyo's time without a zone.
fn stamp(clock: &Clock) -> String {
    clock.now().format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A text that looks like a UUID and is another one in each process, store and call.
fn uuid_like(key: &str, salt: u64, count: u64) -> String {
    let mut hasher = Sha256::new();
    hasher.update(key.as_bytes());
    hasher.update(salt.to_le_bytes());
    hasher.update(count.to_le_bytes());
    let digest = hasher.finalize();
    let number = |from: usize, to: usize| {
        digest[from..to].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        number(0, 4),
        number(4, 6),
        number(6, 8) & 0xfff,
        number(8, 10) & 0xfff,
        number(10, 16)
    )
}
