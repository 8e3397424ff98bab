//! One tenant of OfficeStation: its ledger, logins, value lists, quota and settings.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::access::{Login, Quota};
use super::ledger::Ledger;
use super::masters::Masters;
use crate::sandbox::people::{Field, Population};

/// The login that every tenant has.
const LOGIN: (&str, &str) = ("renkei-api", "demo-password");

/// Requests a minute (§4.3).
const RATE_PER_MINUTE: usize = 120;
/// The life of a token (§4.2).
const TOKEN_SECONDS: i64 = 1800;

/// A tenant; handlers lock it for as long as they need, never across an await.
#[derive(Debug)]
pub(crate) struct Tenant {
    station: String,
    state: Mutex<State>,
}

/// What is inside.
#[derive(Debug)]
pub(super) struct State {
    pub(super) ledger: Ledger,
    pub(super) masters: Masters,
    pub(super) logins: HashMap<String, Login>,
    pub(super) quota: Quota,
    /// Answers of batches by idempotency key, with the time of the first.
    pub(super) batches: HashMap<String, (i64, Vec<u8>)>,
    pub(super) settings: Settings,
}

/// What control can turn.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// 0: no limit.
    pub(super) rate_per_minute: usize,
    pub(super) token_seconds: i64,
    /// Cut over-long texts instead of refusing them.
    pub(super) truncate_overlong: bool,
    /// Fields that no login sees.
    pub(super) absent: Vec<Field>,
}

impl Tenant {
    /// A tenant with these people, as on its first day.
    pub(crate) fn new(station: String, population: Population) -> Self {
        let state = State {
            ledger: Ledger::of(population),
            masters: Masters::standard(),
            logins: HashMap::from([(LOGIN.0.to_owned(), Login::new(LOGIN.1))]),
            quota: Quota::default(),
            batches: HashMap::new(),
            settings: Settings {
                rate_per_minute: RATE_PER_MINUTE,
                token_seconds: TOKEN_SECONDS,
                truncate_overlong: false,
                absent: Vec::new(),
            },
        };
        Self { station, state: Mutex::new(state) }
    }

    /// Its `StationID`.
    pub(crate) fn station(&self) -> &str {
        &self.station
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
