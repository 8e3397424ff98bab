//! What runs share, and one account's share of it in one run.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::Url;
use serde::de::{DeserializeOwned, DeserializeSeed};
use sha2::{Digest, Sha256};

use super::waits::Waits;
use super::{Call, Detail, Effect, Entry, Gate, Headers, HttpError, Limit, Meter, Stop, TokenCell};
use crate::job::Service;
use crate::queue::gate::Pass;

/// Times and sizes of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Until a connection stands; 10 s.
    pub connect_timeout: Duration,
    /// Until the first byte of a small answer, and the longest silence within any; 60 s.
    pub read_timeout: Duration,
    /// Until the first byte when a whole company is asked for or sent; 10 min.
    pub large_timeout: Duration,
    /// The whole of one try; 30 min.
    pub total_timeout: Duration,
    /// The cap on a small answer, decompressed; 32 MiB.
    pub small_body: u64,
    /// The cap on a large one; 2 GiB.
    pub max_body: u64,
    /// Tries inside an attempt; 3.
    pub quick_tries: u32,
    /// The wait before the second try, doubled before each further one; 500 ms.
    pub quick_wait: Duration,
    /// A `Retry-After` up to here is waited for in place; 10 s.
    pub patience: Duration,
    /// A quota that opens within this time is waited for in place; 2 min.
    pub quota_patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(60),
            large_timeout: Duration::from_secs(600),
            total_timeout: Duration::from_secs(1800),
            small_body: 32 << 20,
            max_body: 2 << 30,
            quick_tries: 3,
            quick_wait: Duration::from_millis(500),
            patience: Duration::from_secs(10),
            quota_patience: Duration::from_secs(120),
        }
    }
}

type TokenKey = (Service, Arc<str>, [u8; 32]);

/// What all runs of a process share: connections, the gate and tokens. Clones are the same one.
#[derive(Clone)]
pub struct Http(Arc<Shared>);

struct Shared {
    client: reqwest::Client,
    local: OnceLock<reqwest::Client>,
    settings: Settings,
    gate: Gate,
    tokens: Mutex<HashMap<TokenKey, Arc<dyn Any + Send + Sync>>>,
}

impl Http {
    /// A client behind a gate. No redirect is ever followed.
    ///
    /// # Errors
    /// [`HttpError::Protocol`] if the TLS stack can't start.
    pub fn new(settings: Settings, gate: Gate) -> Result<Self, HttpError> {
        // An error says only that the process has a provider already, from an earlier client.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = builder(&settings).build();
        let client = client.map_err(|_| HttpError::Protocol("the HTTP client can't start".to_owned()))?;
        let local = OnceLock::new();
        Ok(Http(Arc::new(Shared { client, local, settings, gate, tokens: Mutex::default() })))
    }

    /// The client for an address. The environment may name a proxy (`HTTPS_PROXY`), which is never asked for this machine.
    pub(super) fn client(&self, url: &Url) -> &reqwest::Client {
        if !is_local(url) {
            return &self.0.client;
        }
        let local = || builder(&self.0.settings).no_proxy().build().unwrap_or_else(|_| self.0.client.clone());
        self.0.local.get_or_init(local)
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

fn builder(settings: &Settings) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("renkei/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(Duration::from_secs(30))
}

fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

/// How a service says what is wrong.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Takes the structured codes out of the body of an error, and nothing else.
    pub details: fn(&[u8]) -> Vec<Detail>,
}

/// One account in one run.
#[derive(Debug, Clone)]
pub struct Session {
    /// What all runs share.
    pub http: Http,
    /// The service.
    pub service: Service,
    /// The account's id.
    pub account: Arc<str>,
    /// Everything before a call's path, such as `https://api.kaonavi.jp/api/v2.0`.
    pub base: Arc<str>,
    /// How the service says what is wrong.
    pub dialect: Dialect,
    /// Counts the run's requests.
    pub meter: Meter,
    /// Ends the run's waits.
    pub stop: Stop,
}

impl Session {
    /// The place of this account's token. It is another one for other credentials, so that a changed password is not
    /// answered with the old one's token.
    pub fn tokens<T: Send + Sync + 'static>(&self, credentials: &[&str]) -> Arc<TokenCell<T>> {
        let mut hash = Sha256::new();
        for part in credentials {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let key = (self.service, Arc::clone(&self.account), hash.finalize().into());
        let mut tokens = self.http.0.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = tokens.entry(key).or_insert_with(|| Arc::new(TokenCell::<T>::default()));
        // A service keeps one kind of token; for another kind there would be no sharing, and nothing worse.
        Arc::clone(cell).downcast().unwrap_or_default()
    }

    /// Waits until the gate lets a request of this class through, and counts it.
    ///
    /// # Errors
    /// [`HttpError::Transient`] with the wait if that takes too long or the gate doesn't answer, [`HttpError::Stopped`].
    pub async fn admit(&self, class: &'static str, limits: &[Limit]) -> Result<(), HttpError> {
        loop {
            let pass = self.http.0.gate.pass(self.service.as_str(), &self.account, class, limits).await;
            match pass.map_err(|error| HttpError::unsent(error.to_string(), None))? {
                Pass::Go => return Ok(()),
                Pass::Wait(wait) if wait > self.http.settings().quota_patience => {
                    return Err(HttpError::unsent("the service's request quota is used up", Some(wait)));
                }
                Pass::Wait(wait) => {
                    tracing::debug!(service = %self.service, class, ?wait, "waiting for the request quota");
                    if !self.stop.sleep(wait).await {
                        return Err(HttpError::Stopped);
                    }
                }
            }
        }
    }

    /// Sends a call and reads its JSON answer, with quick tries where it may be repeated.
    ///
    /// # Errors
    /// The last try's.
    pub async fn fetch<T: DeserializeOwned + Send + 'static>(&self, call: &Call<'_>) -> Result<T, HttpError> {
        self.fetch_with(call, || std::marker::PhantomData::<T>).await
    }

    /// [`Session::fetch`] into what a seed makes of the answer while it arrives; each try has its own seed.
    ///
    /// # Errors
    /// The last try's. Its effect is [`Effect::Unknown`] if that of any try is.
    pub async fn fetch_with<T, S>(&self, call: &Call<'_>, seed: impl Fn() -> S) -> Result<T, HttpError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        self.fetch_headed(call, |_: Headers<'_>| seed()).await
    }

    /// [`Session::fetch_with`] where the answer's headers say something of its body.
    ///
    /// # Errors
    /// As [`Session::fetch_with`].
    pub async fn fetch_headed<T, S>(
        &self,
        call: &Call<'_>,
        seed: impl Fn(Headers<'_>) -> S,
    ) -> Result<T, HttpError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        let mut waits = Waits::new(call, self.http.settings());
        let mut failed: Option<HttpError> = None;
        loop {
            let error = match self.try_once(call, &seed, failed.is_none()).await {
                Ok(value) => return Ok(value),
                // What was sent before the stop matters more than the stop.
                Err(HttpError::Stopped) if call.writes => failed.take().unwrap_or(HttpError::Stopped),
                Err(error) => error.after(failed.as_ref()),
            };
            let Some(wait) = waits.after(&error) else { return Err(error) };
            if !self.stop.sleep(wait).await {
                return Err(if call.writes { error } else { HttpError::Stopped });
            }
            failed = Some(error);
        }
    }

    async fn try_once<T, S>(
        &self,
        call: &Call<'_>,
        seed: &impl Fn(Headers<'_>) -> S,
        first: bool,
    ) -> Result<T, HttpError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Send + 'static,
        T: Send + 'static,
    {
        if !(first && call.entry == Entry::Admitted) {
            self.admit(call.class, call.limits).await?;
        }
        // Asked last, so that nothing that waits comes between the lease and the write.
        if self.stop.is_stopped() || (call.writes && !self.stop.may_write()) {
            return Err(HttpError::Stopped);
        }
        self.send(call, seed).await
    }
}

impl HttpError {
    /// This error, after one of an earlier try of the same call.
    fn after(mut self, earlier: Option<&HttpError>) -> Self {
        if let (
            HttpError::Transient { effect, .. },
            Some(HttpError::Transient { effect: Effect::Unknown, .. }),
        ) = (&mut self, earlier)
        {
            *effect = Effect::Unknown;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_never_asked_for_this_machine() {
        let local = |url: &str| is_local(&Url::parse(url).expect("a URL"));
        for url in
            ["http://127.0.0.1:18080/x", "http://127.8.8.8/", "http://localhost/", "http://[::1]:8080/"]
        {
            assert!(local(url), "{url}");
        }
        for url in ["https://api.kaonavi.jp/", "http://192.168.0.1/", "http://localhost.example.com/"] {
            assert!(!local(url), "{url}");
        }
    }
}
