//! One tenant of mediment and how it may be used.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::MedimentApi;

/// One tenant of mediment.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id (`DESIGN` §2), for tokens, quota and locks.
    pub id: String,
    /// Everything before `/api/…`; there is no public host.
    pub base_url: String,
    /// Consumer Key.
    pub consumer_key: SecretString,
    /// Consumer Secret.
    pub consumer_secret: SecretString,
    /// Requests in any 60 s, tokens included; 120, for no number is public.
    pub requests_per_minute: u32,
    /// Added to the window, for requests that arrive sooner or later than they leave; 1 s.
    pub quota_margin: Duration,
}

impl Account {
    /// A tenant with the usual limits.
    pub fn new(
        id: impl Into<String>,
        base_url: impl Into<String>,
        consumer_key: SecretString,
        consumer_secret: SecretString,
    ) -> Self {
        Account {
            id: id.into(),
            base_url: base_url.into(),
            consumer_key,
            consumer_secret,
            requests_per_minute: 120,
            quota_margin: Duration::from_secs(1),
        }
    }
}

impl From<&MedimentApi> for Account {
    fn from(account: &MedimentApi) -> Self {
        let (key, secret) = (account.consumer_key.value().clone(), account.consumer_secret.value().clone());
        Account {
            requests_per_minute: account.requests_per_minute,
            ..Account::new(account.id(), account.base_url.to_string(), key, secret)
        }
    }
}
