//! `renkei serve`: the daemon, from its start to its last script.

use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::args::Global;
use super::connect::config;
use super::daemon::Daemon;
use super::error::{Exit, ExpectedError};
use crate::config::{self, Config, ConfigError, Reloaded, Surroundings};
use crate::telemetry::{logging, metrics};

pub(super) fn run(global: &Global) -> Result<Exit, ExpectedError> {
    let config = config(global)?;
    logging::init(logging::LogFormat::detect());
    hide_panic_texts();
    let metrics = metrics::install()
        .map_err(|error| ExpectedError::Failure(format!("failed to start metrics: {error}")))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| ExpectedError::Io { what: "start the runtime".to_owned(), source })?;
    runtime.block_on(async {
        let mut signals = Signals::new()?;
        let mut daemon = Daemon::start(config, metrics).await?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), http = %daemon.http, "renkei started");
        let ended = live(&mut daemon, &mut signals).await;
        notify(&[NotifyState::Stopping]);
        daemon.drain().await;
        tracing::info!("renkei ended");
        ended
    })
}

/// The daemon's life between its start and its drain.
async fn live(daemon: &mut Daemon, signals: &mut Signals) -> Result<Exit, ExpectedError> {
    let mut ready = daemon.ready.clone();
    let mut readied = false;
    let mut watchdog = watchdog();
    loop {
        tokio::select! {
            Ok(_) = ready.wait_for(|ready| *ready), if !readied => {
                readied = true;
                notify(&[NotifyState::Ready]);
                tracing::info!("ready");
            }
            _ = signals.terminate.recv() => return Ok(Exit::Done),
            _ = signals.interrupt.recv() => return Ok(Exit::Done),
            _ = signals.hangup.recv() => reload(daemon),
            _ = watchdog.tick() => {
                if daemon.health.stuck().is_empty() {
                    notify(&[NotifyState::Watchdog]);
                }
            }
            error = daemon.broken() => return Err(error),
        }
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> Result<Self, ExpectedError> {
        let on = |kind| {
            signal(kind).map_err(|source| ExpectedError::Io { what: "wait for signals".to_owned(), source })
        };
        Ok(Signals {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hangup: on(SignalKind::hangup())?,
        })
    }
}

/// Reads the configuration again. What is refused stays as it was; what can't change in a running process is said.
fn reload(daemon: &Daemon) {
    let old = Arc::clone(&daemon.config.borrow());
    let Reloaded { config: new, error } = config::reload(&old, &Surroundings::default());
    for problem in error.iter().flat_map(ConfigError::problems) {
        tracing::error!(
            mistake = problem.line(),
            "a part of the configuration is refused; the old one stays"
        );
    }
    let new = keep_fixed(&old, new);
    daemon.config.send_replace(Arc::new(new));
    tracing::info!("the configuration was read again");
}

/// Keeps the keys that a running process can't change, and says which of them differ. They are kept together: a new margin beside an old
/// lease could forbid every write.
fn keep_fixed(old: &Config, new: Config) -> Config {
    let changed = [
        ("redis", old.redis != new.redis || old.prefix != new.prefix),
        ("state_dir", old.state_dir != new.state_dir),
        ("http", old.http != new.http),
        ("worker", old.worker != new.worker),
    ];
    for (key, _) in changed.into_iter().filter(|(_, changed)| *changed) {
        tracing::warn!(key, "the key changed and takes effect at the next start");
    }
    Config {
        redis: old.redis.clone(),
        prefix: old.prefix.clone(),
        state_dir: old.state_dir.clone(),
        http: old.http.clone(),
        worker: old.worker.clone(),
        ..new
    }
}

/// Half of systemd's watchdog time; an hour where there is none, which costs nothing.
fn watchdog() -> tokio::time::Interval {
    let every = sd_notify::watchdog_enabled().map_or(Duration::from_secs(3600), |time| time / 2);
    tokio::time::interval(every.max(Duration::from_millis(100)))
}

fn notify(states: &[NotifyState<'_>]) {
    // Without systemd there is nobody to tell.
    let _ = sd_notify::notify(states);
}

/// A panic's text may quote a value: only its place is logged.
fn hide_panic_texts() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a bug: something panicked");
    }));
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_reload_keeps_lease_and_margin_together_and_takes_the_rest() {
        let old = config::parse_str(config::EXAMPLE).unwrap();
        let mut new = old.clone();
        new.worker.write_margin = Duration::from_secs(20);
        new.worker.lease = Duration::from_secs(60);
        new.support = Some("総務部".to_owned());
        let kept = keep_fixed(&old, new);
        assert_eq!(kept.worker, old.worker);
        assert_eq!(kept.support.as_deref(), Some("総務部"));
    }
}
