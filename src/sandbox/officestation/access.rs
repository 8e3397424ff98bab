//! Logins, tokens, quota (`reference/officestation-api.md` §4.2, §4.3).
//!
//! A token belongs to a station and a login; the login's rights are looked up at every call, so that a change of
//! rights holds at once. Five failures in a row lock a login for thirty minutes.

use std::collections::{HashMap, VecDeque};

use super::errors::Refusal;
use super::rules::{self, Category};
use crate::sandbox::people::Field;

/// Failures in a row that lock a login.
const MAX_FAILURES: u32 = 5;
/// How long a login stays locked.
const LOCK_SECONDS: i64 = 30 * 60;
/// Over what span requests are counted.
const WINDOW_MS: i64 = 60_000;
/// How many tokens are kept before those past their life are dropped.
const TOKENS_BEFORE_CLEANING: usize = 4096;

/// A 利用者 of a tenant.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) password: String,
    pub(super) role: String,
    /// 給与情報の取り扱い.
    pub(super) payroll: bool,
    /// 閲覧制限.
    pub(super) hidden: Vec<(String, Category)>,
    pub(super) mfa: bool,
    pub(super) api_allowed: bool,
    pub(super) locked_until_ms: Option<i64>,
    failures: u32,
}

impl Login {
    /// An unrestricted 管理者.
    pub(super) fn new(password: &str) -> Self {
        Self {
            password: password.into(),
            role: "管理者".into(),
            payroll: true,
            hidden: Vec::new(),
            mfa: false,
            api_allowed: true,
            locked_until_ms: None,
            failures: 0,
        }
    }

    /// Checks a password at `now_ms`, counting failures.
    pub(super) fn log_in(&mut self, password: &str, now_ms: i64) -> Result<(), Refusal> {
        if self.locked_until_ms.is_some_and(|until| now_ms < until) {
            return Err(Refusal::locked());
        }
        self.locked_until_ms = None;
        if password != self.password {
            self.failures += 1;
            if self.failures >= MAX_FAILURES {
                self.failures = 0;
                self.locked_until_ms = Some(now_ms + LOCK_SECONDS * 1000);
            }
            return Err(Refusal::auth_failed());
        }
        self.failures = 0;
        if self.mfa {
            return Err(Refusal::mfa_required());
        }
        if self.api_allowed { Ok(()) } else { Err(Refusal::api_not_allowed()) }
    }

    /// Whether a part of the ledger is hidden from this login.
    pub(super) fn hides(&self, category: Category) -> bool {
        match category {
            Category::Payroll => !self.payroll,
            _ => self.hidden.iter().any(|(_, hidden)| *hidden == category),
        }
    }

    /// Which fields this login sees.
    pub(super) fn visible(&self, absent: &[Field]) -> [bool; Field::COUNT] {
        let mut visible = [true; Field::COUNT];
        for field in Field::ALL {
            visible[*field as usize] = !self.hides(rules::category(*field)) && !absent.contains(field);
        }
        visible
    }
}

/// What a token stands for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) station: String,
    pub(super) login: String,
    expires_ms: i64,
}

/// All tokens of all stations.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    grants: HashMap<String, Grant>,
}

impl Tokens {
    pub(super) fn issue(&mut self, token: String, station: &str, login: &str, now_ms: i64, seconds: i64) {
        if self.grants.len() >= TOKENS_BEFORE_CLEANING {
            // A while after its end a token is still told apart from one that never was.
            self.grants.retain(|_, grant| grant.expires_ms + 3_600_000 > now_ms);
        }
        let expires_ms = now_ms + seconds * 1000;
        self.grants.insert(token, Grant { station: station.into(), login: login.into(), expires_ms });
    }

    pub(super) fn look_up(&self, token: &str, now_ms: i64) -> Result<Grant, Refusal> {
        let grant = self.grants.get(token).ok_or_else(Refusal::token_invalid)?;
        if grant.expires_ms <= now_ms { Err(Refusal::token_expired()) } else { Ok(grant.clone()) }
    }

    /// Ends the tokens of one station, or of all.
    pub(super) fn expire(&mut self, station: Option<&str>) {
        for grant in self.grants.values_mut().filter(|grant| station.is_none_or(|s| grant.station == s)) {
            grant.expires_ms = 0;
        }
    }

    pub(super) fn clear(&mut self) {
        self.grants.clear();
    }
}

/// Where a station stands with its quota after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) limit: usize,
    pub(super) remaining: usize,
    /// Seconds until a place becomes free, rounded up.
    pub(super) reset: i64,
}

/// The requests of the last minute.
#[derive(Debug, Default)]
pub(super) struct Quota {
    times: VecDeque<i64>,
}

impl Quota {
    /// Counts a request, or refuses it; `limit` 0 is no limit, and then there is no standing.
    pub(super) fn take(&mut self, limit: usize, now_ms: i64) -> (Option<Standing>, Result<(), Refusal>) {
        // A clock that was put back leaves requests of the future behind: they count no more.
        if self.times.back().is_some_and(|time| *time > now_ms) {
            self.times.clear();
        }
        while self.times.front().is_some_and(|time| *time <= now_ms - WINDOW_MS) {
            self.times.pop_front();
        }
        if limit == 0 {
            return (None, Ok(()));
        }
        let full = self.times.len() >= limit;
        if !full {
            self.times.push_back(now_ms);
        }
        let oldest = self.times.front().copied().unwrap_or(now_ms);
        let reset = ((oldest + WINDOW_MS - now_ms) + 999) / 1000;
        let standing = Standing { limit, remaining: limit.saturating_sub(self.times.len()), reset };
        (Some(standing), if full { Err(Refusal::rate_limited(reset.max(1))) } else { Ok(()) })
    }

    /// Uses up what is left.
    pub(super) fn exhaust(&mut self, limit: usize, now_ms: i64) {
        self.times.resize(limit.max(self.times.len()), now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_in_a_row_lock_for_half_an_hour() {
        let mut login = Login::new("right");
        for _ in 0..4 {
            assert_eq!(login.log_in("wrong", 0).map_err(|r| r.code), Err("AUTH_FAILED"));
        }
        assert!(login.log_in("right", 0).is_ok());
        for _ in 0..5 {
            assert_eq!(login.log_in("wrong", 0).map_err(|r| r.code), Err("AUTH_FAILED"));
        }
        assert_eq!(login.log_in("right", 1_799_999).map_err(|r| r.code), Err("ACCOUNT_LOCKED"));
        assert!(login.log_in("right", 1_800_000).is_ok());
    }

    #[test]
    fn the_window_of_the_quota_slides() {
        let mut quota = Quota::default();
        assert_eq!(quota.take(2, 0).0, Some(Standing { limit: 2, remaining: 1, reset: 60 }));
        assert!(quota.take(2, 30_000).1.is_ok());
        let (standing, refused) = quota.take(2, 59_000);
        assert_eq!((standing, refused.is_err()), (Some(Standing { limit: 2, remaining: 0, reset: 1 }), true));
        assert!(quota.take(2, 60_000).1.is_ok());
    }
}
