//! What the black-box tests share: a private Redis, the sandbox and daemons as real processes, and ways to look at what came of it.
//!
//! Everything is started on free ports or sockets in a folder of its own and ends with the value that owns it.

#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses another part of it")]

pub(crate) mod backlog;
pub(crate) mod daemon;
pub(crate) mod redis;
pub(crate) mod sandbox;
pub(crate) mod world;

use std::future::Future;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// Long enough for anything that isn't stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Polls until `probe` gives a value; fails with `what` after `limit`.
pub(crate) async fn eventually<T, F>(what: &str, limit: Duration, mut probe: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(value) = probe().await {
            return value;
        }
        assert!(start.elapsed() < limit, "waited {limit:?} for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A port below the ephemeral range that nobody listens on: two calls of one process never give the same one.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 20_000 + u16::try_from(std::process::id() % 100).expect("below 100") * 100;
    loop {
        let port = base + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// An HTTP client. It speaks plain HTTP here, but wants a TLS provider all the same.
pub(crate) fn http() -> reqwest::Client {
    // An error says only that another test installed it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_renkei");
