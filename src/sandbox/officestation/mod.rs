//! The OfficeStation emulator: the assumed contract of `reference/officestation-api.md` §4 and §5, as strict as it.
//!
//! Each tenant is a [`Tenant`]: a ledger of employees, logins with their rights, value lists, a quota. A request
//! goes through token, station and quota before anything else; what it is refused for is answered in the
//! service's own error shape. Nothing runs in the background.
//!
//! | file | what |
//! | --- | --- |
//! | `http`, `api`, `errors` | from a request to an answer |
//! | `access`, `tenant` | logins, tokens, quota, settings |
//! | `ledger`, `employee`, `packed` | what a tenant holds and how it is shown |
//! | `read`, `query` | lists |
//! | `write`, `validate`, `convert`, `rules`, `masters` | what may be written |
//! | `control` | the hooks of the sandbox's control requests |
//!
//! Where the contract is silent: the quota is a sliding window of 60 s per station, `X-RateLimit-Reset` is in seconds
//! from now; an unknown query parameter is `INVALID_PARAMETER`; `idempotencyKey` may be left out; a number that
//! occurs twice in a batch is `NOT_UNIQUE` the second time; a field hidden from a login is `READ_ONLY` for it; the
//! fifth wrong password still answers `AUTH_FAILED`, the sixth try `ACCOUNT_LOCKED`.

mod access;
mod api;
mod control;
mod convert;
mod employee;
mod errors;
mod http;
mod ledger;
mod masters;
mod packed;
mod query;
mod read;
mod rules;
mod tenant;
mod validate;
mod write;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use http::{error_response, router};
pub(crate) use tenant::Tenant;

use crate::sandbox::clock::Clock;
use crate::sandbox::random::mix;
use access::{Grant, Tokens};
use errors::Refusal;

/// Knows the tenants by `StationID`, and may make one on first use.
pub(crate) trait Stations: Send + Sync + 'static {
    /// The tenant with this `StationID`; `None` if there can be none.
    fn by_station(&self, station: &str) -> Option<Arc<Tenant>>;

    /// Whether there can be such a tenant.
    fn is_station(&self, station: &str) -> bool;
}

/// What the endpoints share: the tenants, the tokens, the clock.
pub(crate) struct OfficeStation {
    stations: Arc<dyn Stations>,
    clock: Clock,
    tokens: Mutex<Tokens>,
    counter: AtomicU64,
    salt: u64,
}

impl OfficeStation {
    /// The service over these tenants.
    pub(crate) fn new(stations: Arc<dyn Stations>, clock: Clock) -> Self {
        let salt = mix(chrono::Utc::now().timestamp_nanos_opt().unwrap_or_default().unsigned_abs());
        Self { stations, clock, tokens: Mutex::default(), counter: AtomicU64::new(1), salt }
    }

    /// Ends all tokens of a station.
    pub(crate) fn expire_tokens(&self, station: &str) {
        self.tokens().expire(Some(station));
    }

    /// Forgets all tokens.
    pub(crate) fn forget_tokens(&self) {
        self.tokens().clear();
    }

    /// An id for `X-Request-Id`.
    pub(crate) fn next_request_id(&self) -> String {
        format!("req-{:016x}", mix(self.salt ^ self.counter.fetch_add(1, Ordering::Relaxed)))
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn tenant(&self, station: &str) -> Option<Arc<Tenant>> {
        self.stations.by_station(station)
    }

    fn knows(&self, station: &str) -> bool {
        self.stations.is_station(station)
    }

    fn look_up(&self, token: &str) -> Result<Grant, Refusal> {
        self.tokens().look_up(token, self.clock.now().timestamp_millis())
    }

    fn issue(&self, station: &str, login: &str, now_ms: i64, seconds: i64) -> String {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let token =
            format!("{:016x}{:016x}", mix(self.salt ^ number), mix(self.salt.rotate_left(17) ^ number));
        self.tokens().issue(token.clone(), station, login, now_ms, seconds);
        token
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
