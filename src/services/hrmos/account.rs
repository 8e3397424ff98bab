//! One company of HRMOS勤怠 and how it may be used.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::HrmosAccount;

/// One company of HRMOS勤怠.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id (`DESIGN` §2), for tokens, quota and locks.
    pub id: String,
    /// Everything before `/api/…`; `https://ieyasu.co`.
    pub base_url: String,
    /// The path part of the company's login page.
    pub company: String,
    /// API KEY (Secret Key), Base64 already: it is sent as it is (`reference/hrmos-kintai-api.md` §2).
    pub secret_key: SecretString,
    /// Requests in any 60 s, evenly spread, tokens included; 60 (§4).
    pub requests_per_minute: u32,
    /// Waits after a 429 that names no time, one before each further try; 5, 10, 15, 20 s (§4).
    pub busy_waits: Vec<Duration>,
}

impl Account {
    /// The public host.
    pub const BASE_URL: &'static str = "https://ieyasu.co";

    /// A company with the usual limits.
    pub fn new(id: impl Into<String>, company: impl Into<String>, secret_key: SecretString) -> Self {
        Account {
            id: id.into(),
            base_url: Self::BASE_URL.to_owned(),
            company: company.into(),
            secret_key,
            requests_per_minute: 60,
            busy_waits: [5, 10, 15, 20].map(Duration::from_secs).to_vec(),
        }
    }
}

impl From<&HrmosAccount> for Account {
    fn from(account: &HrmosAccount) -> Self {
        Account {
            base_url: account.base_url.to_string(),
            requests_per_minute: account.requests_per_minute,
            busy_waits: account.busy_waits.clone(),
            ..Account::new(account.id(), &account.company, account.secret_key.value().clone())
        }
    }
}
