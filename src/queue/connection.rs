//! The connections: one that all scripts share and that mends itself, and those that block.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo};
use secrecy::ExposeSecret;
use tokio::sync::{Mutex, watch};

use super::{Keys, QueueError, Settings};

/// How long an answer may take. A blocking read of 2 s must fit in.
const ANSWER: Duration = Duration::from_secs(5);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(2);
/// After so long without an acknowledgement a TCP connection counts as dead.
const DEAD: Duration = Duration::from_secs(10);

/// The queue in Redis. Clones share one connection and one view of whether Redis is there.
#[derive(Clone)]
pub struct Queue {
    pub(super) inner: Arc<Inner>,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("keys", &self.inner.keys).finish_non_exhaustive()
    }
}

pub(super) struct Inner {
    pub(super) keys: Keys,
    pub(super) settings: Settings,
    client: Client,
    manager: ConnectionManager,
    pub(super) up: watch::Sender<bool>,
    /// When Redis came back after an outage; nothing before the first.
    pub(super) restored: std::sync::Mutex<Option<Instant>>,
    pub(super) recovery: Mutex<()>,
    pub(super) promoted_to: AtomicU64,
}

impl Queue {
    /// Prepares the connection without using it: Redis may be away. Needs a tokio runtime.
    ///
    /// # Errors
    /// If the address is no valid address.
    pub fn connect(settings: Settings) -> Result<Queue, QueueError> {
        let client = client(settings.url.expose_secret())?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(Duration::from_millis(200))
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER))
            .set_pipeline_buffer_size(1024);
        let manager = client.get_connection_manager_lazy(config)?;
        let keys = Keys::new(&settings.prefix);
        let inner = Inner {
            keys,
            settings,
            client,
            manager,
            up: watch::Sender::new(false),
            restored: std::sync::Mutex::new(None),
            recovery: Mutex::new(()),
            promoted_to: AtomicU64::new(0),
        };
        Ok(Queue { inner: Arc::new(inner) })
    }

    /// The names of the keys.
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The shared connection, for short commands. Never block on it.
    pub fn connection(&self) -> ConnectionManager {
        self.inner.manager.clone()
    }

    /// A connection of its own, for blocking reads of at most 3 s.
    pub async fn blocking_connection(&self) -> Result<MultiplexedConnection, QueueError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(ANSWER));
        Ok(self.inner.client.get_multiplexed_async_connection_with_config(&config).await?)
    }
}

fn client(url: &str) -> Result<Client, QueueError> {
    let invalid = |error: redis::RedisError| QueueError::Address(error.to_string());
    if url.starts_with("rediss:") || url.starts_with("valkeys:") {
        // Fails only if another part of the program installed a provider before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let keepalive =
        TcpKeepalive::new().with_time(Duration::from_secs(5)).with_interval(Duration::from_secs(2));
    let tcp = TcpSettings::default().set_nodelay(true).set_keepalive(keepalive);
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(DEAD);
    let info = url.into_connection_info().map_err(invalid)?.set_tcp_settings(tcp);
    Client::open(info).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_kinds_of_addresses_are_understood() {
        for url in ["redis://127.0.0.1:6379/3", "rediss://:secret@example.com", "unix:///run/redis.sock"] {
            client(url).expect(url);
        }
    }

    #[test]
    fn a_wrong_address_is_refused_without_its_password() {
        let error = client("http://user:hunter2@example.com").expect_err("it is no redis address");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
