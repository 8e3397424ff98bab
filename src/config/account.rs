//! The accounts of a link: one tenant of one service each, with what is needed to log in and the service's limits.
//!
//! An account's id stands in Redis keys (locks, quota): the first 16 hexadecimal digits of SHA-256 over the base URL, a line feed and
//! the station id, consumer key or company (`DESIGN` §2); of an account in files, over `folder`, a line feed and the folder's path. Two links that name the same tenant share the id, hence the lock.

use std::path::Path;
use std::time::Duration;

use reqwest::Url;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::{MedimentFiles, OfficeStationFiles, Secret};

/// A station of OfficeStation, by the form in which renkei reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfficeStationAccount {
    /// `form: rest`, the default: by the API.
    Rest(OfficeStationApi),
    /// `form: csv`: by the files of its own screens.
    Csv(OfficeStationFiles),
}

/// A station of OfficeStation with its API (`reference/officestation-api.md` §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeStationApi {
    /// Everything before `/api/v1`, without a trailing slash in the path. There is no public default.
    pub base_url: Url,
    /// The `StationID` of the 企業設定 screen.
    pub station_id: String,
    /// ログインID of the 利用者 made for the API.
    pub login_id: String,
    /// パスワード of that 利用者.
    pub password: Secret,
    /// Requests that the station may make in 60 s, tokens included; 120.
    pub requests_per_minute: u32,
}

/// A tenant of Kaonavi (`reference/kaonavi-api.md` §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KaonaviAccount {
    /// Everything before `/api/v2.0`; `https://api.kaonavi.jp`.
    pub base_url: Url,
    /// Consumer Key.
    pub consumer_key: Secret,
    /// Consumer Secret.
    pub consumer_secret: Secret,
    /// Waits between the polls of a task; the last one repeats. 2 s, 5 s, 10 s, 15 s.
    pub task_poll: Vec<Duration>,
    /// Update requests that the tenant may make in 60 s; 5.
    pub updates_per_minute: u32,
    /// Requests that the tenant may make in an hour; 3,000.
    pub requests_per_hour: u32,
    /// Tokens that the tenant may ask for in an hour; 60.
    pub tokens_per_hour: u32,
}

/// A company of HRMOS勤怠 (`reference/hrmos-kintai-api.md` §1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HrmosAccount {
    /// Everything before `/api/{company}/v1`; `https://ieyasu.co`.
    pub base_url: Url,
    /// The path part of the company's login page.
    pub company: String,
    /// API KEY (Secret Key); it lives for three months.
    pub secret_key: Secret,
    /// Requests that the company may make in 60 s, evenly spread; 60. The vendor publishes no number (`reference/hrmos-kintai-api.md` §4).
    pub requests_per_minute: u32,
    /// Waits after a 429 that names no time, one before each further try. 5 s, 10 s, 15 s, 20 s.
    pub busy_waits: Vec<Duration>,
}

/// A tenant of mediment, by the form in which renkei reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MedimentAccount {
    /// `form: rest`, the default: by the assumed API.
    Rest(MedimentApi),
    /// `form: csv`: by the files of its own screens.
    Csv(MedimentFiles),
}

/// A tenant of mediment with its API (`reference/mediment.md` B1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedimentApi {
    /// Everything before `/api/v0`. There is no public default.
    pub base_url: Url,
    /// Consumer Key.
    pub consumer_key: Secret,
    /// Consumer Secret.
    pub consumer_secret: Secret,
    /// Requests that the tenant may make in 60 s, tokens included; 120. No number is public.
    pub requests_per_minute: u32,
}

impl OfficeStationAccount {
    /// 16 hexadecimal digits; see the module.
    pub fn id(&self) -> String {
        match self {
            OfficeStationAccount::Rest(api) => api.id(),
            OfficeStationAccount::Csv(csv) => folder_id(&csv.files.folder),
        }
    }
}

impl OfficeStationApi {
    /// 16 hexadecimal digits; see the module.
    pub fn id(&self) -> String {
        account_id(&self.base_url, &self.station_id)
    }
}

impl KaonaviAccount {
    /// 16 hexadecimal digits; see the module.
    pub fn id(&self) -> String {
        account_id(&self.base_url, self.consumer_key.value().expose_secret())
    }
}

impl HrmosAccount {
    /// 16 hexadecimal digits; see the module.
    pub fn id(&self) -> String {
        account_id(&self.base_url, &self.company)
    }
}

impl MedimentAccount {
    /// 16 hexadecimal digits; see the module.
    pub fn id(&self) -> String {
        match self {
            MedimentAccount::Rest(api) => api.id(),
            MedimentAccount::Csv(csv) => folder_id(&csv.files.import_folder),
        }
    }
}

impl MedimentApi {
    /// 16 hexadecimal digits; see the module.
    pub fn id(&self) -> String {
        account_id(&self.base_url, self.consumer_key.value().expose_secret())
    }
}

/// The base URL is hashed without a trailing slash, so that writing one names no other account.
fn account_id(base_url: &Url, tenant: &str) -> String {
    digits(format!("{}\n{tenant}", base_url.as_str().trim_end_matches('/')).as_bytes())
}

/// The id of an account that is a folder: two links with the same folder take turns.
fn folder_id(folder: &Path) -> String {
    digits(&[b"folder\n", folder.as_os_str().as_encoded_bytes()].concat())
}

fn digits(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let first = digest.iter().take(8).fold(0u64, |id, byte| id << 8 | u64::from(*byte));
    format!("{first:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_16_digits_of_sha_256_over_url_and_tenant() {
        let url = Url::parse("https://api.kaonavi.jp").unwrap();
        // printf 'https://api.kaonavi.jp\ndemo-key' | sha256sum
        assert_eq!(account_id(&url, "demo-key"), "f0a63877df375456");
    }

    #[test]
    fn a_trailing_slash_names_the_same_account() {
        let (with, without) = ("http://127.0.0.1:18080/kaonavi/", "http://127.0.0.1:18080/kaonavi");
        let id = |url: &str| account_id(&Url::parse(url).unwrap(), "demo-key");
        assert_eq!(id(with), id(without));
        assert_ne!(id(with), account_id(&Url::parse(with).unwrap(), "demo-key-2"));
    }
}
