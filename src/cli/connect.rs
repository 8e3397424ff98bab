//! What most subcommands begin with: the configuration, a runtime, Redis.

use std::future::Future;

use secrecy::{ExposeSecret, SecretString};

use super::args::Global;
use super::error::ExpectedError;
use crate::config::{self, Config};
use crate::http::{Http, Settings as HttpSettings};
use crate::queue::gate::{Gate, Local};
use crate::queue::{Queue, QueueError, Settings, server};

/// Loads the configuration that the options, the environment or the usual places name.
pub(super) fn config(global: &Global) -> Result<Config, ExpectedError> {
    config::load(&config::find(global.config.clone())).map_err(|error| ExpectedError::Config(Box::new(error)))
}

/// Runs a command's future to its end on one thread: commands wait more than they work.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, ExpectedError>>) -> Result<T, ExpectedError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| ExpectedError::Io { what: "start the runtime".to_owned(), source })?;
    runtime.block_on(work)
}

/// The address of Redis: the configured one, or the private server's socket.
pub(super) fn redis_url(config: &Config) -> SecretString {
    match &config.redis {
        Some(redis) => redis.url.value().clone(),
        None => server::url(&config.state_dir).into(),
    }
}

/// What the queue takes from the configuration.
pub(super) fn queue_settings(config: &Config) -> Settings {
    let worker = &config.worker;
    Settings {
        lease: worker.lease,
        renew: worker.renew,
        sweep: worker.sweep,
        concurrency: worker.concurrency,
        ..Settings::new(redis_url(config), config.prefix.as_str())
    }
}

/// Connects to a Redis that must be there now.
pub(super) async fn queue(config: &Config) -> Result<Queue, ExpectedError> {
    let failed = |source| redis_error(config, source);
    let queue = Queue::connect(queue_settings(config)).map_err(failed)?;
    queue.check().await.map_err(failed)?;
    Ok(queue)
}

/// The address of Redis without the user and password that it may hold.
pub(super) fn shown_redis(config: &Config) -> String {
    match config::Url::parse(redis_url(config).expose_secret()) {
        Ok(mut url) => {
            // An address without a host takes no user; then there is none to hide.
            let _ = url.set_password(None);
            let _ = url.set_username("");
            url.set_query(None);
            url.to_string()
        }
        Err(_) => "the configured address".to_owned(),
    }
}

/// Says which Redis failed.
pub(super) fn redis_error(config: &Config, source: QueueError) -> ExpectedError {
    ExpectedError::Redis { at: shown_redis(config), source }
}

/// What the outgoing client takes from the configuration.
pub(super) fn http_settings(config: &Config) -> HttpSettings {
    let (worker, http) = (&config.worker, &config.worker.http);
    HttpSettings {
        connect_timeout: http.connect_timeout,
        read_timeout: http.read_timeout,
        total_timeout: http.total_timeout,
        max_body: http.max_body,
        quick_tries: worker.retry.quick_tries,
        quick_wait: worker.retry.quick_wait,
        ..HttpSettings::default()
    }
}

/// An outgoing client whose quota is counted in this process alone, for commands without Redis.
pub(super) fn local_http(config: &Config) -> Result<Http, ExpectedError> {
    Http::new(http_settings(config), Gate::Local(Local::default()))
        .map_err(|error| ExpectedError::Failure(format!("failed to start the HTTP client: {error}")))
}
