//! One tenant of OfficeStation and how it may be used.

use std::time::Duration;

use secrecy::SecretString;

use crate::config::OfficeStationApi;

/// One tenant of OfficeStation, with the login that reads it.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account's id (`DESIGN` §2), for tokens, quota and locks.
    pub id: String,
    /// Everything before `/api/…`; there is no public host.
    pub base_url: String,
    /// The `StationID`, from マスタ管理 > 企業設定.
    pub station_id: String,
    /// ログインID of the 利用者 for the API.
    pub login_id: String,
    /// Its パスワード.
    pub password: SecretString,
    /// Requests in any 60 s, tokens included; 120 (`reference/officestation-api.md` §4.3).
    pub requests_per_minute: u32,
    /// Added to the window, for requests that arrive sooner or later than they leave; 1 s.
    pub quota_margin: Duration,
}

impl Account {
    /// A tenant with the usual limits.
    pub fn new(
        id: impl Into<String>,
        base_url: impl Into<String>,
        station_id: impl Into<String>,
        login_id: impl Into<String>,
        password: SecretString,
    ) -> Self {
        Account {
            id: id.into(),
            base_url: base_url.into(),
            station_id: station_id.into(),
            login_id: login_id.into(),
            password,
            requests_per_minute: 120,
            quota_margin: Duration::from_secs(1),
        }
    }
}

impl From<&OfficeStationApi> for Account {
    fn from(account: &OfficeStationApi) -> Self {
        let (id, base_url) = (account.id(), account.base_url.to_string());
        let password = account.password.value().clone();
        Account {
            requests_per_minute: account.requests_per_minute,
            ..Account::new(id, base_url, &account.station_id, &account.login_id, password)
        }
    }
}
