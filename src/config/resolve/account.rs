//! The accounts of a link.

use std::time::Duration;

use chrono::{Months, NaiveDate};
use reqwest::Url;
use serde_saphyr::{Location, Spanned};

use super::secret::Service;
use super::values::{Plaintext, Zero, is_loopback};
use super::{Checks, files, mediment};
use crate::config::raw::{RawHrmos, RawKaonavi, RawMediment, RawOfficeStation, RawSecret, Text};
use crate::config::{
    HrmosAccount, KaonaviAccount, MedimentAccount, MedimentApi, OfficeStationAccount, OfficeStationApi,
    Secret,
};

const KAONAVI: &str = "https://api.kaonavi.jp";
const HRMOS: &str = "https://ieyasu.co";
/// How long a key of HRMOS lives (`reference/hrmos-kintai-api.md` §1). A month that is too short ends it on its last day.
const HRMOS_KEY_LIFE: Months = Months::new(3);

/// The parts that accounts have in common.
struct Account<'a, 'c> {
    checks: &'a Checks<'c>,
    at: Spanned<()>,
    url: Option<Url>,
    service: Service,
}

impl<'a, 'c> Account<'a, 'c> {
    fn new<T>(
        checks: &'a Checks<'c>,
        at: &Spanned<T>,
        base_url: Option<&Text>,
        public: Option<&str>,
        allow_plaintext: Option<bool>,
    ) -> Self {
        let at = Spanned::new((), at.referenced, Location::UNKNOWN);
        let url = match (base_url, public) {
            (Some(raw), _) => checks.base_url(
                raw,
                Plaintext::from(allow_plaintext),
                public.unwrap_or("https://www.example.co.jp"),
            ),
            (None, Some(public)) => Url::parse(public).ok(),
            (None, None) => {
                checks.missing(&at, "base_url", "\"https://…\"");
                None
            }
        };
        let here = url.as_ref().is_some_and(is_loopback);
        Account { checks, at, url, service: if here { Service::Here } else { Service::Elsewhere } }
    }

    fn text(&self, key: &str, raw: Option<&Text>) -> Option<String> {
        self.checks.required(&self.at, key, raw, "…")
    }

    fn secret(&self, key: &str, raw: Option<&Spanned<RawSecret>>) -> Option<Secret> {
        self.checks.required_secret(&self.at, key, raw, self.service)
    }
}

pub(super) fn officestation(
    checks: &Checks<'_>,
    at: &Spanned<RawOfficeStation>,
) -> Option<OfficeStationAccount> {
    let raw = &at.value;
    match form(checks, raw.form.as_ref())? {
        Form::Rest => {
            raw.refuse_csv(checks);
            officestation_api(checks, at).map(OfficeStationAccount::Rest)
        }
        Form::Csv => {
            raw.refuse_rest(checks);
            files::officestation(checks, at).map(OfficeStationAccount::Csv)
        }
    }
}

/// How a service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// By its API.
    Rest,
    /// By the files of its own screens.
    Csv,
}

/// The form of an account; none if it is no form, so that nothing is said of keys that fit the one that was meant.
fn form(checks: &Checks<'_>, raw: Option<&Text>) -> Option<Form> {
    let Some(raw) = raw else { return Some(Form::Rest) };
    checks.choice(Some(raw), &[("rest", Some(Form::Rest)), ("csv", Some(Form::Csv))], None)
}

fn officestation_api(checks: &Checks<'_>, at: &Spanned<RawOfficeStation>) -> Option<OfficeStationApi> {
    let raw = &at.value;
    let plaintext = raw.allow_plaintext.as_ref().map(|raw| raw.value);
    let account = Account::new(checks, at, raw.base_url.as_ref(), None, plaintext);
    let (station_id, login_id) = (
        account.text("station_id", raw.station_id.as_ref()),
        account.text("login_id", raw.login_id.as_ref()),
    );
    let password = account.secret("password", raw.password.as_ref());
    let ends = checks.date(raw.expires.as_ref());
    let requests_per_minute = checks.number(raw.requests_per_minute.as_ref(), 1..=100_000, 120);
    Some(OfficeStationApi {
        base_url: account.url?,
        station_id: station_id?,
        login_id: login_id?,
        password: password?.ending(ends),
        requests_per_minute,
    })
}

pub(super) fn kaonavi(checks: &Checks<'_>, at: &Spanned<RawKaonavi>) -> Option<KaonaviAccount> {
    let raw = &at.value;
    let account = Account::new(checks, at, raw.base_url.as_ref(), Some(KAONAVI), raw.allow_plaintext);
    let consumer_key = account.secret("consumer_key", raw.consumer_key.as_ref());
    let consumer_secret = account.secret("consumer_secret", raw.consumer_secret.as_ref());
    let ends = checks.date(raw.expires.as_ref());
    let task_poll = waits(checks, raw.task_poll.as_ref(), [2, 5, 10, 15]);
    let number = |raw: Option<&Text>, default: u32| checks.number(raw, 1..=100_000, default);
    let updates_per_minute = number(raw.updates_per_minute.as_ref(), 5);
    let requests_per_hour = number(raw.requests_per_hour.as_ref(), 3_000);
    let tokens_per_hour = number(raw.tokens_per_hour.as_ref(), 60);
    Some(KaonaviAccount {
        base_url: account.url?,
        consumer_key: consumer_key?,
        consumer_secret: consumer_secret?.ending(ends),
        task_poll,
        updates_per_minute,
        requests_per_hour,
        tokens_per_hour,
    })
}

pub(super) fn hrmos(checks: &Checks<'_>, at: &Spanned<RawHrmos>) -> Option<HrmosAccount> {
    let raw = &at.value;
    let account = Account::new(checks, at, raw.base_url.as_ref(), Some(HRMOS), raw.allow_plaintext);
    let company = account.text("company", raw.company.as_ref());
    let secret_key = account.secret("secret_key", raw.secret_key.as_ref());
    let ends = hrmos_key_end(checks, raw);
    let requests_per_minute = checks.number(raw.requests_per_minute.as_ref(), 1..=100_000, 60);
    let busy_waits = waits(checks, raw.busy_waits.as_ref(), [5, 10, 15, 20]);
    Some(HrmosAccount {
        base_url: account.url?,
        company: company?,
        secret_key: secret_key?.ending(ends),
        requests_per_minute,
        busy_waits,
    })
}

/// The end of HRMOS's key follows from the day on which it was generated, unless it is written itself.
fn hrmos_key_end(checks: &Checks<'_>, raw: &RawHrmos) -> Option<NaiveDate> {
    let issued = checks.date(raw.key_issued.as_ref());
    let expires = checks.date(raw.expires.as_ref());
    if let (Some(_), Some(second)) = (&raw.key_issued, &raw.expires) {
        let help = "leave one of the two out (`key_issued` is the day on which the key was generated)";
        checks.problem(second, "`key_issued` beside it says when the key ends", help);
    }
    issued.and_then(|day| day.checked_add_months(HRMOS_KEY_LIFE)).or(expires)
}

pub(super) fn mediment(checks: &Checks<'_>, at: &Spanned<RawMediment>) -> Option<MedimentAccount> {
    let raw = &at.value;
    match form(checks, raw.form.as_ref())? {
        Form::Rest => {
            raw.refuse_csv(checks);
            mediment_api(checks, at).map(MedimentAccount::Rest)
        }
        Form::Csv => {
            raw.refuse_rest(checks);
            mediment::mediment(checks, at).map(MedimentAccount::Csv)
        }
    }
}

fn mediment_api(checks: &Checks<'_>, at: &Spanned<RawMediment>) -> Option<MedimentApi> {
    let raw = &at.value;
    let plaintext = raw.allow_plaintext.as_ref().map(|raw| raw.value);
    let account = Account::new(checks, at, raw.base_url.as_ref(), None, plaintext);
    let consumer_key = account.secret("consumer_key", raw.consumer_key.as_ref());
    let consumer_secret = account.secret("consumer_secret", raw.consumer_secret.as_ref());
    let ends = checks.date(raw.expires.as_ref());
    let requests_per_minute = checks.number(raw.requests_per_minute.as_ref(), 1..=100_000, 120);
    Some(MedimentApi {
        base_url: account.url?,
        consumer_key: consumer_key?,
        consumer_secret: consumer_secret?.ending(ends),
        requests_per_minute,
    })
}

/// A list of waits, in seconds where it is left out.
fn waits<const N: usize>(
    checks: &Checks<'_>,
    raw: Option<&Spanned<Vec<Text>>>,
    default: [u64; N],
) -> Vec<Duration> {
    let Some(list) = raw else { return default.map(Duration::from_secs).to_vec() };
    if list.value.is_empty() {
        checks.problem(list, "there are no waits", "write at least one, such as [2s, 5s]");
    }
    let wait = |raw| checks.duration(Some(raw), Zero::Refused, Duration::from_secs(15));
    list.value.iter().map(wait).collect()
}
