//! One tenant of Kaonavi and how it may be used.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::KaonaviAccount;

/// One tenant of Kaonavi.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id (`DESIGN` §2), for tokens, quota and locks.
    pub id: String,
    /// Everything before `/api/…`; `https://api.kaonavi.jp`.
    pub base_url: String,
    /// 公開API v2 情報 > 認証情報.
    pub consumer_key: SecretString,
    /// Its secret.
    pub consumer_secret: SecretString,
    /// Updates in any 60 s; 5 (`reference/kaonavi-api.md` §2).
    pub updates_per_minute: u32,
    /// Requests in any hour; 3,000.
    pub requests_per_hour: u32,
    /// Tokens in any hour; 60 (`DESIGN` §12).
    pub tokens_per_hour: u32,
    /// Added to the windows, for requests that arrive sooner or later than they leave; 2 s.
    pub quota_margin: Duration,
    /// Waits between two looks at a task, the last one again and again; 2, 5, 10, 15 s.
    pub task_poll: Vec<Duration>,
    /// How long an attempt waits for one task; 60 min.
    pub task_patience: Duration,
}

impl Account {
    /// The public host.
    pub const BASE_URL: &'static str = "https://api.kaonavi.jp";

    /// A tenant with the usual limits.
    pub fn new(id: impl Into<String>, consumer_key: SecretString, consumer_secret: SecretString) -> Self {
        Account {
            id: id.into(),
            base_url: Self::BASE_URL.to_owned(),
            consumer_key,
            consumer_secret,
            updates_per_minute: 5,
            requests_per_hour: 3000,
            tokens_per_hour: 60,
            quota_margin: Duration::from_secs(2),
            task_poll: [2, 5, 10, 15].map(Duration::from_secs).to_vec(),
            task_patience: Duration::from_secs(3600),
        }
    }
}

impl From<&KaonaviAccount> for Account {
    fn from(account: &KaonaviAccount) -> Self {
        Account {
            base_url: account.base_url.to_string(),
            updates_per_minute: account.updates_per_minute,
            requests_per_hour: account.requests_per_hour,
            tokens_per_hour: account.tokens_per_hour,
            task_poll: account.task_poll.clone(),
            ..Account::new(
                account.id(),
                account.consumer_key.value().clone(),
                account.consumer_secret.value().clone(),
            )
        }
    }
}
